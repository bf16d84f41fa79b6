-- Grain: date basis × day × channel × campaign × method. Spend, clicks and sessions stand in every basis and method.
with

seen as (   -- What no method divides, summed before it is repeated.
    select
        campaign_key,
        channel,
        sum(impression_count) as impression_count,
        sum(click_count) as click_count,
        0 as session_count,
        sum(spend_amount) as spend_amount,
        sum(case when matched_by is null then spend_amount end) as unmatched_spend_amount,
        spend_date as performance_date
    from {{ ref('fct_ad_spend') }}
    group by campaign_key, channel, spend_date
    union all
    select
        campaign_key,
        channel,
        0 as impression_count,
        0 as click_count,
        count(*) as session_count,
        0 as spend_amount,
        0 as unmatched_spend_amount,
        cast(touched_at as date) as performance_date
    from {{ ref('fct_touches') }}
    where touch_origin = 'session'
    group by campaign_key, channel, cast(touched_at as date)
),

bases as (
    select 'touch_date' as date_basis
    union all
    select 'conversion_date' as date_basis
),

measured as (
    select
        methods.method,
        bases.date_basis,
        seen.*,
        0 as credit,
        0 as amount,
        null as funnel_step,
        null as amount_kind,
        false as is_new_customer
    from seen
    cross join {{ ref('attribution_methods') }} as methods
    cross join bases
    union all
    select
        credits.method,
        bases.date_basis,
        credits.campaign_key,
        credits.channel,
        0 as impression_count,
        0 as click_count,
        0 as session_count,
        0 as spend_amount,
        0 as unmatched_spend_amount,
        -- Unattributed has no touch.
        cast(case when bases.date_basis = 'touch_date' then coalesce(credits.touched_at, credits.converted_at) else credits.converted_at end as date)
            as performance_date,
        cast(credits.credit as decimal(28, 12)) as credit,   -- The last digit of a float sum depends on its order.
        credits.amount,
        types.funnel_step,
        types.amount_kind,
        conversions.is_new_customer
    from {{ ref('fct_attribution_credits') }} as credits
    inner join {{ ref('fct_conversions') }} as conversions on credits.conversion_id = conversions.conversion_id
    inner join {{ ref('conversion_types') }} as types on credits.conversion_type = types.conversion_type
    cross join bases
)

select
    {{ surrogate_key(['performance_date', 'date_basis', 'channel', 'campaign_key', 'method']) }} as performance_id,
    campaign_key,
    method,
    date_basis,
    channel,
    cast(coalesce(sum(impression_count), 0) as bigint) as impression_count,
    cast(coalesce(sum(click_count), 0) as bigint) as click_count,
    cast(sum(session_count) as bigint) as session_count,
    cast(sum(case when funnel_step = 'sign_up' then credit else 0 end) as double) as sign_up_credits,
    cast(sum(case when funnel_step = 'lead' then credit else 0 end) as double) as lead_credits,
    cast(sum(case when funnel_step = 'opportunity' then credit else 0 end) as double) as opportunity_credits,
    cast(sum(case when funnel_step = 'won' then credit else 0 end) as double) as won_credits,
    cast(sum(case when funnel_step = 'purchase' then credit else 0 end) as double) as purchase_credits,
    cast(sum(case when is_new_customer then credit else 0 end) as double) as new_customer_credits,
    cast(coalesce(sum(spend_amount), 0) as decimal(18, 2)) as spend_amount,
    cast(coalesce(sum(unmatched_spend_amount), 0) as decimal(18, 2)) as unmatched_spend_amount,
    cast(coalesce(sum(case when amount_kind = 'pipeline' then amount end), 0) as decimal(18, 2)) as pipeline_amount,
    cast(coalesce(sum(case when funnel_step = 'won' then amount end), 0) as decimal(18, 2)) as won_amount,
    cast(coalesce(sum(case when amount_kind = 'revenue' then amount end), 0) as decimal(18, 2)) as revenue_amount,
    performance_date
from measured
group by campaign_key, method, date_basis, channel, performance_date
