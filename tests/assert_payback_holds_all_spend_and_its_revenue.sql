-- Payback has all spend of the months that cost something, of each channel and of each campaign, and the revenue that their
-- touches have brought so far, as the tables of performance have it. What names no campaign has no row among the campaigns.
with

monthly as (
    select
        'channel' as level,
        method,
        channel,
        cast(null as varchar) as campaign_key,
        cast(date_trunc('month', performance_date) as date) as cohort_month,
        spend_amount,
        case when channel != 'Unattributed' then revenue_amount else 0 end as revenue_amount
    from {{ ref('fct_channel_performance') }}
    where date_basis = 'touch_date'
    union all
    select
        'campaign' as level,
        method,
        channel,
        campaign_key,
        cast(date_trunc('month', performance_date) as date) as cohort_month,
        spend_amount,
        case when channel != 'Unattributed' then revenue_amount else 0 end as revenue_amount
    from {{ ref('fct_campaign_performance') }}
    where date_basis = 'touch_date' and campaign_key is not null
),

expected as (
    select
        level,
        method,
        channel,
        campaign_key,
        cohort_month,
        sum(spend_amount) as spend_amount,
        sum(revenue_amount) as revenue_amount
    from monthly
    group by level, method, channel, campaign_key, cohort_month
    having sum(spend_amount) > 0
)

select
    coalesce(expected.level, payback.level) as level,
    coalesce(expected.method, payback.method) as method,
    coalesce(expected.channel, payback.channel) as channel,
    coalesce(expected.campaign_key, payback.campaign_key) as campaign_key,
    coalesce(expected.cohort_month, payback.cohort_month) as cohort_month,
    expected.spend_amount as expected_spend_amount,
    payback.spend_amount,
    expected.revenue_amount as expected_revenue_amount,
    payback.revenue_amount
from expected
full outer join {{ ref('fct_payback') }} as payback
    on
        expected.level = payback.level
        and expected.method = payback.method
        and expected.channel = payback.channel
        and coalesce(expected.campaign_key, '') = coalesce(payback.campaign_key, '')
        and expected.cohort_month = payback.cohort_month
where
    expected.spend_amount is distinct from payback.spend_amount
    or expected.revenue_amount is distinct from payback.revenue_amount
