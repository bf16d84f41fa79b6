-- Grain: session on a shared browser in which somebody was known, with who it was last: the user of its page views, else
-- of an identify call or tracked event during it, else the address of such a call.
with

sessions as (
    select sessions.*
    from {{ ref('int_sessions') }} as sessions
    inner join {{ ref('int_visitors_assigned') }} as visitors on sessions.visitor_id = visitors.visitor_id
    where visitors.is_shared and sessions.session_id is not null
),

known as (
    select
        visitor_id,
        coalesce('user:' || user_id, 'email:' || email_hash) as node,
        case when user_id is not null then 2 else 3 end as precedence,
        identified_at as seen_at
    from {{ ref('stg_web__identifies') }}
    union all
    select
        visitor_id,
        'user:' || user_id as node,
        2 as precedence,
        occurred_at as seen_at
    from {{ ref('stg_web__tracked_events') }}
),

candidates as (
    select
        session_id,
        'user:' || user_id as node,
        1 as precedence,
        ended_at as seen_at
    from sessions
    where user_id is not null
    union all
    select
        sessions.session_id,
        known.node,
        known.precedence,
        known.seen_at
    from sessions
    inner join known on sessions.visitor_id = known.visitor_id
    where
        known.node is not null
        and {{ seconds_between('sessions.started_at', 'known.seen_at') }} >= 0
        and {{ seconds_between('known.seen_at', 'sessions.ended_at') }} >= 0
)

select
    candidates.session_id,
    md5(coalesce(nodes.root_node, candidates.node)) as person_id
from candidates
left join {{ ref('int_nodes_resolved') }} as nodes on candidates.node = nodes.node
qualify row_number() over (
    partition by candidates.session_id order by candidates.precedence asc, candidates.seen_at desc, candidates.node asc
) = 1
