-- Revenue and spend of each day and channel, and of each day and campaign, are those of the credits and the spend, with the
-- credits on the day that the date basis says. What differs is left over when one is taken from the other.
with

bases as (
    select 'touch_date' as date_basis
    union all
    select 'conversion_date' as date_basis
),

entries as (
    select
        bases.date_basis,
        credits.method,
        credits.channel,
        credits.campaign_key,
        credits.amount as revenue_amount,
        0 as spend_amount,
        case when bases.date_basis = 'touch_date' then coalesce(touches.touched_at, conversions.converted_at) else conversions.converted_at end as happened_at
    from {{ ref('fct_attribution_credits') }} as credits
    inner join {{ ref('fct_conversions') }} as conversions on credits.conversion_id = conversions.conversion_id
    inner join {{ ref('conversion_types') }} as types on credits.conversion_type = types.conversion_type and types.amount_kind = 'revenue'
    left join {{ ref('fct_touches') }} as touches on credits.touch_id = touches.touch_id
    cross join bases
    union all
    select
        bases.date_basis,
        methods.method,
        spend.channel,
        spend.campaign_key,
        0 as revenue_amount,
        spend.spend_amount,
        spend.spend_date as happened_at
    from {{ ref('fct_ad_spend') }} as spend
    cross join {{ ref('attribution_methods') }} as methods
    cross join bases
),

differences as (
    {% for part, mart in {'channel': 'fct_channel_performance', 'campaign_key': 'fct_campaign_performance'}.items() %}
        select
            '{{ mart }}' as mart,
            date_basis,
            method,
            {{ part }} as part,
            revenue_amount,
            spend_amount,
            cast(happened_at as date) as performance_date
        from entries
        union all
        select
            '{{ mart }}' as mart,
            date_basis,
            method,
            {{ part }} as part,
            -revenue_amount as revenue_amount,
            -spend_amount as spend_amount,
            performance_date
        from {{ ref(mart) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    mart,
    date_basis,
    method,
    part,
    performance_date,
    sum(revenue_amount) as revenue_amount,
    sum(spend_amount) as spend_amount
from differences
group by mart, date_basis, method, part, performance_date
having coalesce(sum(revenue_amount), 0) != 0 or coalesce(sum(spend_amount), 0) != 0
