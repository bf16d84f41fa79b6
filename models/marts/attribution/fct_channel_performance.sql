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
    {{ performance_measures('summed') }},
    {{ performance_ratios('summed') }},
    summed.performance_date
from summed
