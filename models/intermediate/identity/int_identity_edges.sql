-- Grain: pair of identifiers that belong to the same person, with where the link came from and when it was seen. An
-- identifier is paired with itself too, so that one which nothing links is still somebody.
{#- A user id that was an e-mail address has the hash of that address. -#}
{% set hashed_user_id = 'case when length(user_id) = 64 then user_id end' %}
{% set links = [
    ('stg_web__identifies', 'sign_in', 'user', 'user_id', 'email', 'email_hash', 'identified_at'),
    ('stg_product__users', 'product', 'user', 'user_id', 'email', 'email_hash', 'created_at'),
    ('stg_crm__leads', 'crm', 'lead', 'lead_id', 'email', 'email_hash', 'created_at'),
    ('stg_crm__leads', 'crm', 'lead', 'lead_id', 'contact', 'converted_contact_id', 'coalesce(converted_at, created_at)'),
    ('stg_crm__contacts', 'crm', 'contact', 'contact_id', 'email', 'email_hash', 'created_at'),
    ('stg_product__users', 'product', 'user', 'user_id', 'email', hashed_user_id, 'created_at'),
    ('stg_web__identifies', 'sign_in', 'user', 'user_id', 'email', hashed_user_id, 'identified_at'),
    ('int_visitor_users', 'sign_in', 'user', 'user_id', 'email', hashed_user_id, 'first_seen_at'),
    ('stg_product__users', 'product', 'user', 'user_id', 'user', 'user_id', 'created_at'),
    ('stg_crm__leads', 'crm', 'lead', 'lead_id', 'lead', 'lead_id', 'created_at'),
    ('stg_crm__contacts', 'crm', 'contact', 'contact_id', 'contact', 'contact_id', 'created_at'),
    ('stg_engagement__email_clicks', 'email_click', 'email', 'email_hash', 'email', 'email_hash', 'clicked_at'),
] %}
with

identifies as (
    select identifies.*
    from {{ ref('stg_web__identifies') }} as identifies
    where
        identifies.visitor_id is null
        or identifies.visitor_id not in (
            select shared.visitor_id from {{ ref('int_visitor_users') }} as shared
            where shared.is_shared_visitor
        )
),

linked as (
    select
        'visitor:' || visitor_id as left_node,
        'user:' || user_id as right_node,
        'sign_in' as link_source,
        first_seen_at,
        last_seen_at
    from {{ ref('int_visitor_users') }}
    where not is_shared_visitor
    union all
    select
        'visitor:' || visitor_id as left_node,
        'email:' || email_hash as right_node,
        'form' as link_source,
        identified_at as first_seen_at,
        identified_at as last_seen_at
    from identifies
    where visitor_id is not null and email_hash is not null
    {% for relation, link_source, left_kind, left_id, right_kind, right_id, seen_at in links %}
        union all
        select
            '{{ left_kind }}:' || {{ left_id }} as left_node,
            '{{ right_kind }}:' || {{ right_id }} as right_node,
            '{{ link_source }}' as link_source,
            {{ seen_at }} as first_seen_at,
            {{ seen_at }} as last_seen_at
        from {{ ref(relation) }}
        where {{ left_id }} is not null and {{ right_id }} is not null
    {% endfor %}
)

select
    left_node,
    right_node,
    min(link_source) as link_source,
    min(first_seen_at) as first_seen_at,
    max(last_seen_at) as last_seen_at
from linked
group by left_node, right_node
