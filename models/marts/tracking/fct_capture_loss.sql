-- Grain: browser × device class × week (from Monday, UTC) of sessions, bots left out.
with

counted as (
    select
        sessions.browser,
        sessions.device_class,
        sessions.week_date,
        count(*) as session_count,
        count_if(sessions.is_paid_landing) as paid_landing_count,
        count_if(sessions.is_paid_landing and not sessions.has_click_id) as paid_landing_without_click_id_count,
        count(distinct case when sessions.is_return then sessions.person_id end) as returning_person_count,
        count(distinct case when sessions.is_state_lost then sessions.person_id end) as lost_state_person_count,
        count(distinct case when comparisons.browser_first_touched_at is not null then comparisons.visitor_id end) as compared_visitor_count,
        count(distinct case when comparisons.browser_first_touched_at is not null and not comparisons.is_agreement then comparisons.visitor_id end)
            as disagreeing_visitor_count,
        count(distinct comparisons.visitor_id) as first_touch_count,
        count(distinct case when comparisons.is_recovered_by_identity then comparisons.visitor_id end) as recovered_by_identity_count
    from {{ ref('int_sessions_captured') }} as sessions
    left join {{ ref('fct_first_touch_comparisons') }} as comparisons   -- A session before the first touch had nothing to lose.
        on sessions.visitor_id = comparisons.visitor_id and sessions.started_at >= comparisons.warehouse_first_touched_at
    group by sessions.browser, sessions.device_class, sessions.week_date
)

select
    {{ surrogate_key(['browser', 'device_class', 'week_date']) }} as capture_loss_id,
    browser,
    device_class,
    session_count,
    {% for part, whole in [
        ('paid_landing_without_click_id', 'paid_landing'),
        ('lost_state_person', 'returning_person'),
        ('disagreeing_visitor', 'compared_visitor'),
        ('recovered_by_identity', 'first_touch'),
    ] %}
        cast({{ whole }}_count as bigint) as {{ whole }}_count,
        cast({{ part }}_count as bigint) as {{ part }}_count,
        cast({{ part }}_count as double) / nullif({{ whole }}_count, 0) as {{ part }}_share,
    {% endfor %}
    week_date
from counted
