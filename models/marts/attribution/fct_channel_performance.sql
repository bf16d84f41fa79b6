-- Grain: day of conversion × channel × method × conversion type.
select
    {{ surrogate_key(['cast(converted_at as date)', 'channel', 'method', 'conversion_type']) }} as channel_performance_id,
    method,
    conversion_type,
    channel,
    count(distinct conversion_id) as conversion_count,
    cast(sum(cast(credit as decimal(28, 12))) as double) as credits,   -- The last digit of a float sum depends on its order.
    cast(sum(amount) as decimal(18, 2)) as amount,
    cast(converted_at as date) as converted_date
from {{ ref('fct_attribution_credits') }}
group by cast(converted_at as date), channel, method, conversion_type
