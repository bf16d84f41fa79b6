-- Grain: session of a human, with what browser and link let through: the click id of a paid link, and the browser's state.
with

tagged_paid as (   -- By the UTMs alone, so that a link whose click id was stripped still looks paid.
    select distinct collected.evidence_id
    from {{ ref('int_evidence_collected') }} as collected
    inner join {{ ref('int_evidence_sourced') }} as sourced on collected.evidence_id = sourced.evidence_id
    inner join {{ ref('channel_rules') }} as channel_rules on {{ matches_pattern('sourced.medium', 'channel_rules.medium_pattern') }}
    inner join {{ ref('channels') }} as channels on channel_rules.channel = channels.channel
    where collected.utm_medium is not null and channels.is_paid
),

linked as (   -- A link that joins nobody leaves a browser as strange as it was.
    select distinct substr(left_node, length('visitor:') + 1) as visitor_id from {{ ref('int_edges_numbered') }}
    where left_node like 'visitor:%'
),

clicked as (   -- What only names campaign or traffic (gad_source) stays when the id of the click is stripped.
    select distinct valued.parameter_template
    from {{ ref('int_parameter_templates_valued') }} as valued
    inner join {{ ref('click_ids') }} as click_ids on valued.parameter_name = click_ids.click_id_parameter
    where valued.parameter_value is not null and click_ids.kind in ('ad_click', 'affiliate_click', 'click')
),

sessions as (
    select
        sessions.session_id,
        sessions.visitor_id,
        sessions.person_id,
        coalesce(user_agents.browser, 'Unknown') as browser,
        coalesce(user_agents.device_class, 'unknown') as device_class,
        tagged_paid.evidence_id is not null as is_paid_landing,
        clicked.parameter_template is not null as has_click_id,
        linked.visitor_id is not null as is_linked,
        row_number() over (partition by sessions.visitor_id order by sessions.started_at, sessions.session_id) as visitor_session_number,
        max(sessions.started_at) over (partition by sessions.visitor_id) as visitor_last_started_at,
        sessions.started_at
    from {{ ref('int_sessions_assigned') }} as sessions
    left join linked on sessions.visitor_id = linked.visitor_id
    left join {{ ref('int_user_agents_classified') }} as user_agents on sessions.user_agent = user_agents.user_agent
    left join tagged_paid on sessions.evidence_id = tagged_paid.evidence_id
    left join clicked on sessions.parameter_template = clicked.parameter_template
    where not coalesce(user_agents.is_bot, false)
),

followed as (   -- Only a browser linked to somebody can be told apart from, or joined with, another of the same person.
    select
        *,
        case
            when is_linked
                then
                    lag(visitor_last_started_at)
                        over (partition by person_id, browser, device_class, is_linked order by started_at, session_id)
        end as previous_visitor_last_started_at
    from sessions
)

select
    session_id,
    visitor_id,
    person_id,
    browser,
    device_class,
    visitor_session_number,
    is_paid_landing,
    has_click_id,
    previous_visitor_last_started_at is not null as is_return,
    visitor_session_number = 1 and coalesce(previous_visitor_last_started_at < started_at, false) as is_state_lost,
    cast(date_trunc('week', started_at) as date) as week_date,
    visitor_last_started_at,
    started_at
from followed
