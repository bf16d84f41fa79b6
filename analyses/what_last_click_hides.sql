-- Question: which channels work on conversions without being the last touch, so that last click does not show them?
-- One row per conversion type and channel. A conversion is touched by every channel on its path, so touched counts and
-- amounts must not be added over channels. Last counts can be: they add up to all conversions that have a touch. The
-- hidden share is the part of a channel's conversions that last click gives to somebody else. Refunds are left out.
with

touched as (   -- Linear credits every touch, so its rows are the path.
    select
        conversion_id,
        conversion_type,
        channel,
        max(case when position = touch_count then 1 else 0 end) = 1 as is_last,
        max(case when position = 1 then 1 else 0 end) = 1 as is_first
    from {{ ref('fct_attribution_credits') }}
    where method = 'linear' and touch_id is not null
    group by conversion_id, conversion_type, channel
)

select
    touched.conversion_type,
    touched.channel,
    count(*) as touched_count,
    count_if(touched.is_first) as first_count,
    count_if(touched.is_last) as last_count,
    count_if(not touched.is_last) as hidden_count,
    count_if(not touched.is_last) / cast(count(*) as double) as hidden_share,
    sum(conversions.reporting_amount) as touched_amount,
    sum(case when not touched.is_last then conversions.reporting_amount end) as hidden_amount
from touched
inner join {{ ref('fct_conversions') }} as conversions on touched.conversion_id = conversions.conversion_id
where conversions.conversion_type not in ('refund', 'credit_note')
group by touched.conversion_type, touched.channel
order by touched.conversion_type asc, hidden_share desc, touched.channel asc
