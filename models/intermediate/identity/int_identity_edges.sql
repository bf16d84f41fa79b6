-- Grain: pair of different identifiers seen together, and what showed it. Whether the pair joins people is decided later.
{% set converted_at = 'coalesce(converted_at, first_stated_at)' %}
{% set links = [
    ('int_visitor_users', 'link_source', 'visitor', 'visitor_id', 'user', 'user_id', 'first_seen_at', 'last_seen_at'),
    ('int_visitor_users', "'sign_in'", 'user', 'user_id', 'email', 'user_email_hash', 'first_seen_at', 'last_seen_at'),
    ('stg_web__identifies', "'form'", 'visitor', 'visitor_id', 'email', 'email_hash', 'identified_at', 'identified_at'),
    ('stg_web__identifies', "'sign_in'", 'user', 'user_id', 'email', 'email_hash', 'identified_at', 'identified_at'),
    ('stg_web__identifies', "'sign_in'", 'user', 'user_id', 'email', 'user_email_hash', 'identified_at', 'identified_at'),
    ('stg_product__user_versions', "'product'", 'user', 'user_id', 'email', 'email_hash', 'first_seen_at', 'last_stated_at'),
    ('stg_product__user_versions', "'product'", 'user', 'user_id', 'email', 'user_email_hash', 'first_seen_at', 'last_stated_at'),
    ('stg_crm__lead_versions', "'crm'", 'lead', 'lead_id', 'email', 'email_hash', 'first_seen_at', 'last_stated_at'),
    ('stg_crm__lead_versions', "'crm_conversion'", 'lead', 'lead_id', 'contact', 'converted_contact_id', converted_at, 'last_stated_at'),
    ('stg_crm__lead_versions', "'crm_merge'", 'lead', 'lead_id', 'lead', 'merged_into_lead_id', 'first_stated_at', 'last_stated_at'),
    ('stg_crm__contact_versions', "'crm'", 'contact', 'contact_id', 'email', 'email_hash', 'first_seen_at', 'last_stated_at'),
    ('stg_crm__contact_versions', "'crm_merge'", 'contact', 'contact_id', 'contact', 'merged_into_contact_id', 'first_stated_at', 'last_stated_at'),
] %}
with

linked as (
    {% for relation, link_source, left_kind, left_id, right_kind, right_id, first_at, last_at in links %}
        select
            '{{ left_kind }}:' || {{ left_id }} as left_node,
            '{{ right_kind }}:' || {{ right_id }} as right_node,
            {{ link_source }} as link_source,
            {{ first_at }} as first_seen_at,
            {{ last_at }} as last_seen_at
        from {{ ref(relation) }}
        where {{ left_id }} is not null and {{ right_id }} is not null
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    left_node,
    right_node,
    link_source,
    min(first_seen_at) as first_seen_at,
    greatest(max(last_seen_at), min(first_seen_at)) as last_seen_at
from linked
where left_node != right_node
group by left_node, right_node, link_source
