-- Grain: date basis × day × channel × campaign × method. Spend, clicks and sessions stand in every basis and method.
with

bases as (
    select 'touch_date' as date_basis
    union all
    select 'conversion_date' as date_basis
),

measured as (
    select
        methods.method,
        bases.date_basis,
        seen.campaign_key,
        seen.channel,
        seen.impression_count,
        seen.click_count,
        seen.session_count,
        seen.spend_amount,
        seen.unmatched_spend_amount,
        0 as sign_up_credits,
        0 as lead_credits,
        0 as opportunity_credits,
        0 as won_credits,
        0 as purchase_credits,
        0 as new_customer_credits,
        0 as pipeline_amount,
        0 as won_amount,
        0 as revenue_amount,
        seen.performance_date
    from {{ ref('fct_spend_and_sessions') }} as seen
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
        case when types.funnel_step = 'sign_up' then credits.credit end as sign_up_credits,
        case when types.funnel_step = 'lead' then credits.credit end as lead_credits,
        case when types.funnel_step = 'opportunity' then credits.credit end as opportunity_credits,
        case when types.funnel_step = 'won' then credits.credit end as won_credits,
        case when types.funnel_step = 'purchase' then credits.credit end as purchase_credits,
        case when conversions.is_new_customer then credits.credit end as new_customer_credits,
        case when types.amount_kind = 'pipeline' then credits.amount end as pipeline_amount,
        case when types.funnel_step = 'won' then credits.amount end as won_amount,
        case when types.amount_kind = 'revenue' then credits.amount end as revenue_amount,
        -- Unattributed has no touch.
        cast(case when bases.date_basis = 'touch_date' then coalesce(credits.touched_at, credits.converted_at) else credits.converted_at end as date)
            as performance_date
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
    {{ performance_sums() }},
    performance_date
from measured
where {{ in_part('performance_date') }}
group by campaign_key, method, date_basis, channel, performance_date
