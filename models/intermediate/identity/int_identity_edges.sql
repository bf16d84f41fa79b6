-- Grain: pair of different identifiers seen together, and what showed it. Whether the pair joins people is decided later.
{#- A user id that was an e-mail address has the hash of that address. -#}
{% set hashed_user_id = 'case when length(user_id) = 64 then user_id end' %}
{% set merged_at = 'coalesce(updated_at, created_at)' %}
{% set links = [
    ('int_visitor_users', 'link_source', 'visitor', 'visitor_id', 'user', 'user_id', 'first_seen_at'),
    ('int_visitor_users', "'sign_in'", 'user', 'user_id', 'email', hashed_user_id, 'first_seen_at'),
    ('stg_web__identifies', "'form'", 'visitor', 'visitor_id', 'email', 'email_hash', 'identified_at'),
    ('stg_web__identifies', "'sign_in'", 'user', 'user_id', 'email', 'email_hash', 'identified_at'),
    ('stg_web__identifies', "'sign_in'", 'user', 'user_id', 'email', hashed_user_id, 'identified_at'),
    ('stg_product__users', "'product'", 'user', 'user_id', 'email', 'email_hash', 'created_at'),
    ('stg_product__users', "'product'", 'user', 'user_id', 'email', hashed_user_id, 'created_at'),
    ('stg_crm__leads', "'crm'", 'lead', 'lead_id', 'email', 'email_hash', 'created_at'),
    ('stg_crm__leads', "'crm_conversion'", 'lead', 'lead_id', 'contact', 'converted_contact_id', 'coalesce(converted_at, created_at)'),
    ('stg_crm__leads', "'crm_merge'", 'lead', 'lead_id', 'lead', 'merged_into_lead_id', merged_at),
    ('stg_crm__contacts', "'crm'", 'contact', 'contact_id', 'email', 'email_hash', 'created_at'),
    ('stg_crm__contacts', "'crm_merge'", 'contact', 'contact_id', 'contact', 'merged_into_contact_id', merged_at),
] %}
with

linked as (
    {% for relation, link_source, left_kind, left_id, right_kind, right_id, seen_at in links %}
        select
            '{{ left_kind }}:' || {{ left_id }} as left_node,
            '{{ right_kind }}:' || {{ right_id }} as right_node,
            {{ link_source }} as link_source,
            {{ seen_at }} as first_seen_at,
            {{ seen_at | replace('first_seen_at', 'last_seen_at') }} as last_seen_at
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
    max(last_seen_at) as last_seen_at
from linked
where left_node != right_node
group by left_node, right_node, link_source
