-- Grain: date basis × day × channel × method.
with

summed as (
    select
        method,
        date_basis,
        channel,
        {{ performance_sums() }},
        performance_date
    from {{ ref('fct_performance') }}
    group by method, date_basis, channel, performance_date
)

select
    {{ surrogate_key(['summed.performance_date', 'summed.date_basis', 'summed.channel', 'summed.method']) }} as channel_performance_id,
    summed.method,
    summed.date_basis,
    summed.channel,
    summed.impression_count,
    summed.click_count,
    summed.session_count,
    summed.sign_up_credits,
    summed.lead_credits,
    summed.opportunity_credits,
    summed.won_credits,
    summed.purchase_credits,
    summed.new_customer_credits,
    summed.spend_amount,
    summed.unmatched_spend_amount,
    summed.pipeline_amount,
    summed.won_amount,
    summed.revenue_amount,
    {{ performance_ratios('summed') }},
    summed.performance_date
from summed
