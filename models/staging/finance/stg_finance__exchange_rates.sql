-- Grain: day and currency pair.
select
    upper(trim(from_currency)) as from_currency,
    upper(trim(to_currency)) as to_currency,
    rate,
    rate_date
from {{ source('finance', 'exchange_rates') }}
qualify row_number() over (partition by rate_date, upper(trim(from_currency)), upper(trim(to_currency)) order by _landed_at desc, _row_number desc) = 1
