-- Question: how many touches and how many days does it take from the first touch to a conversion?
-- One row per conversion type. The median is the typical path, p90 the long one: nine in ten are shorter. Days count from
-- the first touch in the window. A p90 close to the window's length means that the window cuts paths off; raise it in
-- conversion_types and look again. Refunds are left out.
select
    conversion_type,
    count(*) as conversion_count,
    count_if(touch_count = 0) as unattributed_count,
    count_if(touch_count = 1) as one_touch_count,
    median(case when touch_count > 0 then touch_count end) as median_touch_count,
    percentile_cont(0.9) within group (order by case when touch_count > 0 then touch_count end) as p90_touch_count,
    max(touch_count) as longest_touch_count,
    median(days_to_convert) as median_days,
    percentile_cont(0.9) within group (order by days_to_convert) as p90_days,
    max(days_to_convert) as longest_days
from {{ ref('fct_conversion_paths') }}
where conversion_type not in ('refund', 'credit_note')
group by conversion_type
order by conversion_type
