-- Grain: level × month of touch × channel or campaign × method, where the month cost something.
with

entries as (
    select
        methods.method,
        spend.campaign_key,
        spend.channel,
        spend.channel as campaign_channel,
        spend.spend_amount,
        0 as revenue_amount,
        cast(date_trunc('month', spend.spend_date) as date) as cohort_month,
        cast(null as date) as revenue_date
    from {{ ref('fct_ad_spend') }} as spend
    cross join {{ ref('attribution_methods') }} as methods
    union all
    select
        credits.method,
        credits.campaign_key,
        credits.channel,
        coalesce(campaigns.channel, credits.channel) as campaign_channel,
        0 as spend_amount,
        credits.amount as revenue_amount,
        cast(date_trunc('month', credits.touched_at) as date) as cohort_month,
        cast(credits.converted_at as date) as revenue_date
    from {{ ref('fct_attribution_credits') }} as credits
    inner join {{ ref('conversion_types') }} as types on credits.conversion_type = types.conversion_type
    left join {{ ref('dim_campaigns') }} as campaigns on credits.campaign_key = campaigns.campaign_key
    where types.amount_kind = 'revenue' and credits.touch_id is not null
),

levelled as (
    select
        entries.* exclude (campaign_key, channel, campaign_channel),
        'channel' as level,
        cast(null as varchar) as campaign_key,
        entries.channel
    from entries
    union all
    select
        entries.* exclude (campaign_key, channel, campaign_channel),
        'campaign' as level,
        entries.campaign_key,
        entries.campaign_channel as channel
    from entries
    where entries.campaign_key is not null
),

daily as (   -- Summed before anything is ordered: credits are many, days are few.
    select
        {{ surrogate_key(['level', 'cohort_month', 'channel', 'campaign_key', 'method']) }} as payback_id,
        campaign_key,
        level,
        method,
        channel,
        sum(spend_amount) as spend_amount,
        sum(revenue_amount) as revenue_amount,
        cohort_month,
        revenue_date
    from levelled
    group by campaign_key, level, method, channel, cohort_month, revenue_date
),

accumulated as (   -- All that was earned up to and on a day; spend has no day here and comes before all.
    select
        *,
        sum(spend_amount) over (partition by payback_id) as cohort_spend_amount,
        sum(revenue_amount) over (partition by payback_id order by revenue_date nulls first) as revenue_so_far
    from daily
)

select
    payback_id,
    campaign_key,
    level,
    method,
    channel,
    cast(sum(spend_amount) as decimal(18, 2)) as spend_amount,
    cast(coalesce(sum(revenue_amount), 0) as decimal(18, 2)) as revenue_amount,
    cast(min(case when revenue_so_far >= cohort_spend_amount then revenue_date end) - cohort_month as bigint) as payback_days,
    count_if(revenue_so_far >= cohort_spend_amount) > 0 as is_paid_back,
    cohort_month
from accumulated
group by payback_id, campaign_key, level, method, channel, cohort_month
having sum(spend_amount) > 0
