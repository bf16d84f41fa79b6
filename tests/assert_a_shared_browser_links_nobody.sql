-- A browser with more users than the limit, or more mailboxes where nobody signs in, is a person of its own and stands for
-- nobody else. Counted from the events; of what nobody owns, only what is listed as such is left out.
with

seen as (   -- Who neither signed in nor gave an address says nothing of a browser.
    select
        visitor_id,
        user_id,
        cast(null as varchar) as email_hash,
        cast(null as varchar) as mailbox
    from {{ ref('fct_page_views') }}
    where user_id is not null
    union all
    select
        visitor_id,
        user_id,
        email_hash,
        coalesce(email_mailbox_hash, email_hash) || email_domain as mailbox
    from {{ ref('base_web__identifies') }}
    union all
    select
        visitor_id,
        user_id,
        null as email_hash,
        null as mailbox
    from {{ ref('stg_web__tracked_events') }}
    where user_id is not null
),

shared as (
    select 'visitor:' || seen.visitor_id as node
    from seen
    left join {{ ref('int_identifiers_ownerless') }} as ownerless_users on 'user:' || seen.user_id = ownerless_users.node
    left join {{ ref('int_identifiers_ownerless') }} as ownerless_addresses on 'email:' || seen.email_hash = ownerless_addresses.node
    group by seen.visitor_id
    having
        count(distinct case when ownerless_users.node is null then seen.user_id end) > {{ var('shared_device_user_limit') }}
        or (
            count(case when ownerless_users.node is null then seen.user_id end) = 0
            and count(distinct case when ownerless_addresses.node is null then seen.mailbox end) > {{ var('shared_device_user_limit') }}
        )
)

select
    nodes.node,
    nodes.root_node
from {{ ref('int_nodes_resolved') }} as nodes
inner join shared on shared.node in (nodes.node, nodes.root_node)
where nodes.node != nodes.root_node
