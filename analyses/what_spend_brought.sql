-- Question: what did each channel's spend bring, by the date of the touch and by the date of the conversion?
-- One row per month and channel with spend, position-based, the latest month first. By touch date: what the month's money has
-- brought so far; the last months still grow. By conversion date: what was earned in the month, whenever the click was; it
-- agrees with finance. Never add the two. fct_payback has the days until the money was back, and fct_ad_spend the spend that
-- no touch answers to. Amounts are in the reporting currency.
with

monthly as (
    select
        cast(date_trunc('month', performance_date) as date) as performance_month,
        channel,
        sum(case when date_basis = 'touch_date' then spend_amount else 0 end) as spend_amount,
        sum(case when date_basis = 'touch_date' then revenue_amount else 0 end) as touch_date_revenue_amount,
        sum(case when date_basis = 'conversion_date' then revenue_amount else 0 end) as conversion_date_revenue_amount
    from {{ ref('fct_channel_performance') }}
    where method = 'position_based'
    group by cast(date_trunc('month', performance_date) as date), channel
)

select
    performance_month,
    channel,
    spend_amount,
    touch_date_revenue_amount,
    conversion_date_revenue_amount,
    touch_date_revenue_amount / spend_amount as touch_date_return_on_ad_spend,
    conversion_date_revenue_amount / spend_amount as conversion_date_return_on_ad_spend
from monthly
where spend_amount > 0
order by performance_month desc, spend_amount desc, channel asc
