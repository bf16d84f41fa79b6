-- Grain: page view, identify call or tracked event on a shared browser that somebody can be named for: its own user, else who
-- signed in last before it in the session, else who gave an address, else who the session is of.
with

carried as (
    select
        *,
        last_value(user_node ignore nulls) over (
            partition by visitor_id, session_id order by seen_at, precedence, sighting_id rows between unbounded preceding and current row
        ) as last_user_node,
        count(user_node) over (
            partition by visitor_id, session_id order by seen_at, precedence, sighting_id rows between unbounded preceding and current row
        ) as user_number,
        last_value(email_node ignore nulls) over (
            partition by visitor_id, session_id order by seen_at, precedence, sighting_id rows between unbounded preceding and current row
        ) as last_email_node,
        count(email_node) over (
            partition by visitor_id, session_id order by seen_at, precedence, sighting_id rows between unbounded preceding and current row
        ) as email_number
    from {{ ref('int_shared_browsers_sighted') }}
),

opened as (   -- A session is of who came, not of who took over: the touch is theirs.
    select
        *,
        coalesce(
            max(case when user_number = 1 then last_user_node end) over (partition by visitor_id, session_id),
            max(case when email_number = 1 then last_email_node end) over (partition by visitor_id, session_id)
        ) as first_node
    from carried
),

assigned as (
    select
        *,
        case
            when session_id is null then coalesce(user_node, email_node)
            else coalesce(last_user_node, last_email_node, first_node)
        end as node
    from opened
)

select
    assigned.sighting_id,
    assigned.sighting_kind,
    assigned.session_id,
    assigned.node,
    md5(coalesce(nodes.root_node, assigned.node)) as person_id,
    case when assigned.session_id is not null then md5(coalesce(first_nodes.root_node, assigned.first_node)) end as session_person_id
from assigned
left join {{ ref('int_nodes_resolved') }} as nodes on assigned.node = nodes.node
left join {{ ref('int_nodes_resolved') }} as first_nodes on assigned.first_node = first_nodes.node
where assigned.node is not null
