-- Grain: currency and span of days on which a rate to the reporting currency holds; the last known rate carries on.
select
    from_currency,
    rate,
    rate_date as valid_from,
    lead(rate_date) over (partition by from_currency order by rate_date) as valid_until
from {{ ref('stg_finance__exchange_rates') }}
where to_currency = '{{ var("reporting_currency") }}' and from_currency != '{{ var("reporting_currency") }}'
union all
select
    '{{ var("reporting_currency") }}' as from_currency,
    cast(1 as decimal(18, 8)) as rate,
    cast('1900-01-01' as date) as valid_from,
    cast(null as date) as valid_until
