-- Question: which tracking mistakes sit on the visits that earn money, who owns them, and what is to be done?
-- One row per rule that is broken, the most credited money first. Credited amounts are the linear credit of the touches in
-- whose sessions the rule was broken: the money whose origin rests on a faulty link. One touch may break several rules, so
-- rows must not be added. Purchases and won opportunities stand apart. Exceptions and refunds are left out.
with

broken as (
    select
        rule,
        severity,
        owner,
        count(*) as page_view_count,
        count(distinct session_id) as session_count,
        max(occurred_at) as last_occurred_at
    from {{ ref('fct_tracking_violations') }}
    where not is_excepted
    group by rule, severity, owner
),

rules as (
    select distinct
        rule,
        title,
        what_to_do
    from {{ ref('fct_tracking_violations_by_week') }}
),

broken_sessions as (
    select distinct
        rule,
        session_id
    from {{ ref('fct_tracking_violations') }}
    where not is_excepted
),

credited as (   -- Linear credits every touch, so its rows are the path.
    select
        broken_sessions.rule,
        count(distinct case when credits.conversion_type = 'purchase' then credits.conversion_id end) as purchase_count,
        count(distinct case when credits.conversion_type = 'opportunity_won' then credits.conversion_id end) as won_opportunity_count,
        sum(case when credits.conversion_type = 'purchase' then credits.amount else 0 end) as purchase_amount,
        sum(case when credits.conversion_type = 'opportunity_won' then credits.amount else 0 end) as won_amount
    from broken_sessions
    inner join {{ ref('fct_touches') }} as touches on broken_sessions.session_id = touches.session_id
    inner join {{ ref('fct_attribution_credits') }} as credits on touches.touch_id = credits.touch_id
    where credits.method = 'linear'
    group by broken_sessions.rule
)

select
    broken.rule,
    rules.title,
    broken.severity,
    broken.owner,
    rules.what_to_do,
    broken.page_view_count,
    broken.session_count,
    coalesce(credited.purchase_count, 0) as purchase_count,
    coalesce(credited.won_opportunity_count, 0) as won_opportunity_count,
    coalesce(credited.purchase_amount, 0) as purchase_amount,
    coalesce(credited.won_amount, 0) as won_amount,
    broken.last_occurred_at
from broken
left join rules on broken.rule = rules.rule
left join credited on broken.rule = credited.rule
order by won_amount + purchase_amount desc, broken.page_view_count desc, broken.rule asc
