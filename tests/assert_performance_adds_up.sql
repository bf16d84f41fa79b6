-- By whichever method and date one reads a table of performance, its sums are those of spend, sessions and credits.
{% set counts = ['impression_count', 'click_count', 'session_count'] %}
{% set steps = ['sign_up', 'lead', 'opportunity', 'won', 'purchase'] %}
{% set amounts = ['spend_amount', 'unmatched_spend_amount', 'pipeline_amount', 'won_amount', 'revenue_amount'] %}
with

bases as (
    select 'touch_date' as date_basis
    union all
    select 'conversion_date' as date_basis
),

marts as (
    select 'fct_performance' as mart
    union all
    select 'fct_channel_performance' as mart
    union all
    select 'fct_campaign_performance' as mart
),

spent as (
    select
        coalesce(sum(impression_count), 0) as impression_count,
        coalesce(sum(click_count), 0) as click_count,
        coalesce(sum(spend_amount), 0) as spend_amount,
        coalesce(sum(case when matched_by is null then spend_amount end), 0) as unmatched_spend_amount
    from {{ ref('fct_ad_spend') }}
),

visited as (
    select count(*) as session_count
    from {{ ref('fct_touches') }}
    where touch_origin = 'session'
),

credited as (
    select
        methods.method,
        {% for step in steps %}
            coalesce(sum(case when types.funnel_step = '{{ step }}' then credits.credit end), 0) as {{ step }}_credits,
        {% endfor %}
        coalesce(sum(case when conversions.is_new_customer then credits.credit end), 0) as new_customer_credits,
        coalesce(sum(case when types.amount_kind = 'pipeline' then credits.amount end), 0) as pipeline_amount,
        coalesce(sum(case when types.funnel_step = 'won' then credits.amount end), 0) as won_amount,
        coalesce(sum(case when types.amount_kind = 'revenue' then credits.amount end), 0) as revenue_amount
    from {{ ref('attribution_methods') }} as methods
    left join {{ ref('fct_attribution_credits') }} as credits on methods.method = credits.method
    left join {{ ref('conversion_types') }} as types on credits.conversion_type = types.conversion_type
    left join {{ ref('fct_conversions') }} as conversions on credits.conversion_id = conversions.conversion_id
    group by methods.method
),

expected as (
    select
        marts.mart,
        bases.date_basis,
        credited.*,
        spent.*,
        visited.session_count
    from credited
    cross join spent
    cross join visited
    cross join bases
    cross join marts
),

found as (
    {% for mart in ['fct_performance', 'fct_channel_performance', 'fct_campaign_performance'] %}
        select
            '{{ mart }}' as mart,
            {% for name in counts + amounts %}
                sum({{ name }}) as {{ name }},
            {% endfor %}
            {% for step in steps + ['new_customer'] %}
                sum({{ step }}_credits) as {{ step }}_credits,
            {% endfor %}
            method,
            date_basis
        from {{ ref(mart) }}
        group by method, date_basis
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    expected.mart,
    expected.method,
    expected.date_basis,
    expected.spend_amount as expected_spend_amount,
    found.spend_amount,
    expected.revenue_amount as expected_revenue_amount,
    found.revenue_amount
from expected
left join found on expected.mart = found.mart and expected.method = found.method and expected.date_basis = found.date_basis
where
    -- Without spend, sessions and credits there is nothing to add up.
    (found.mart is not null or expected.spend_amount != 0 or expected.session_count > 0 or expected.revenue_amount != 0)
    and (
        false
        {% for name in counts + amounts %}
            or expected.{{ name }} is distinct from found.{{ name }}
        {% endfor %}
        {% for step in steps + ['new_customer'] %}
            or (abs(expected.{{ step }}_credits - found.{{ step }}_credits) <= 0.00001) is distinct from true
        {% endfor %}
    )
