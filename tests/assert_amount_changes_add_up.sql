-- The changes of an opportunity's amount add up to the amount it stands at, and its spans leave no gap.
select
    opportunity_id,
    sum(amount_change) as amount_changes,
    max(case when is_current then amount end) as amount,
    count_if(is_current) as current_count,
    count(distinct valid_until) as end_count,
    count(*) as span_count
from {{ ref('fct_opportunity_history') }}
group by opportunity_id
having
    sum(amount_change) is distinct from coalesce(max(case when is_current then amount end), 0)
    or count_if(is_current) is distinct from 1
    or count(distinct valid_until) is distinct from count(*) - 1
