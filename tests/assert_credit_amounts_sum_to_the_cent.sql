-- For every conversion and method the amounts sum to the conversion's amount, to the cent, and no share is off by a cent or more.
with

credited as (
    select
        conversion_id,
        method,
        sum(amount) as amount,
        count_if(amount is null) as missing_count
    from {{ ref('fct_attribution_credits') }}
    where {{ in_part('conversion_id') }}
    group by conversion_id, method
)

select
    conversions.conversion_id,
    credited.method,
    conversions.reporting_amount as expected_amount,
    credited.amount
from {{ ref('fct_conversions') }} as conversions
inner join credited on conversions.conversion_id = credited.conversion_id
where
    conversions.reporting_amount is distinct from credited.amount
    or (conversions.reporting_amount is not null and credited.missing_count > 0)
union all
select
    conversions.conversion_id,
    credits.method,
    cast(credits.credit * conversions.reporting_amount as decimal(18, 2)) as expected_amount,
    credits.amount
from {{ ref('fct_attribution_credits') }} as credits
inner join {{ ref('fct_conversions') }} as conversions on credits.conversion_id = conversions.conversion_id
where abs(credits.credit * conversions.reporting_amount - credits.amount) >= 0.010001 and {{ in_part('credits.conversion_id') }}
