-- Grain: pair of identifiers that belong to the same person, with where the link came from and when it was seen. An
-- identifier is paired with itself too, so that one which nothing links is still somebody.
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
        'visitor:' || visitor_id,
        'email:' || email_hash,
        'form',
        identified_at,
        identified_at
    from identifies
    where visitor_id is not null and email_hash is not null
    union all
    select
        'user:' || user_id,
        'email:' || email_hash,
        'sign_in',
        identified_at,
        identified_at
    from {{ ref('stg_web__identifies') }}
    where user_id is not null and email_hash is not null
    union all
    select
        'user:' || user_id,
        'email:' || email_hash,
        'product',
        created_at,
        created_at
    from {{ ref('stg_product__users') }}
    where email_hash is not null
    union all
    select
        'lead:' || lead_id,
        'email:' || email_hash,
        'crm',
        created_at,
        created_at
    from {{ ref('stg_crm__leads') }}
    where email_hash is not null
    union all
    select
        'lead:' || lead_id,
        'contact:' || converted_contact_id,
        'crm',
        coalesce(converted_at, created_at),
        coalesce(converted_at, created_at)
    from {{ ref('stg_crm__leads') }}
    where converted_contact_id is not null
    union all
    select
        'contact:' || contact_id,
        'email:' || email_hash,
        'crm',
        created_at,
        created_at
    from {{ ref('stg_crm__contacts') }}
    where email_hash is not null
    union all
    select
        'user:' || user_id,
        'user:' || user_id,
        'product',
        created_at,
        created_at
    from {{ ref('stg_product__users') }}
    union all
    select
        'lead:' || lead_id,
        'lead:' || lead_id,
        'crm',
        created_at,
        created_at
    from {{ ref('stg_crm__leads') }}
    union all
    select
        'contact:' || contact_id,
        'contact:' || contact_id,
        'crm',
        created_at,
        created_at
    from {{ ref('stg_crm__contacts') }}
    union all
    select
        'email:' || email_hash,
        'email:' || email_hash,
        'email_click',
        clicked_at,
        clicked_at
    from {{ ref('stg_engagement__email_clicks') }}
    where email_hash is not null
)

select
    left_node,
    right_node,
    min(link_source) as link_source,
    min(first_seen_at) as first_seen_at,
    max(last_seen_at) as last_seen_at
from linked
group by left_node, right_node
