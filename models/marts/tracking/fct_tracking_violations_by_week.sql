-- Grain: tracking rule × week (from Monday, UTC). Exceptions do not count.
with

violations as (
    select
        *,
        cast(date_trunc('week', occurred_at) as date) as week_date
    from {{ ref('fct_tracking_violations') }}
    where not is_excepted
),

conversions_at_risk as (   -- Those that a session with the violation could have earned credit for.
    select
        violations.rule,
        violations.week_date,
        count(distinct touched.conversion_id) as conversion_count,
        count(distinct case when conversions.conversion_type in ('purchase', 'opportunity_won') then touched.conversion_id end) as sale_count
    from violations
    inner join {{ ref('fct_touches') }} as touches on violations.session_id = touches.session_id
    inner join {{ ref('int_touches_joined_to_conversions') }} as touched on touches.touch_id = touched.touch_id
    inner join {{ ref('fct_conversions') }} as conversions on touched.conversion_id = conversions.conversion_id
    group by violations.rule, violations.week_date
),

counted as (
    select
        rule,
        week_date,
        severity,
        owner,
        count(*) as event_count,
        count(distinct session_id) as session_count
    from violations
    group by rule, week_date, severity, owner
)

select
    {{ surrogate_key(['counted.rule', 'counted.week_date']) }} as violation_week_id,
    counted.rule,
    counted.severity,
    counted.owner,
    rules.title,
    rules.what_to_do,
    counted.event_count,
    counted.session_count,
    coalesce(conversions_at_risk.conversion_count, 0) as conversion_count,
    coalesce(conversions_at_risk.sale_count, 0) as sale_count,
    counted.week_date
from counted
inner join {{ ref('tracking_rules') }} as rules on counted.rule = rules.rule
left join conversions_at_risk on counted.rule = conversions_at_risk.rule and counted.week_date = conversions_at_risk.week_date
