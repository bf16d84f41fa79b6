-- The changes of an opportunity's amount, since its currency last changed, add up to the amount it stands at, and its spans
-- leave no gap.
with

spans as (
    select
        *,
        max(case when is_currency_change then valid_from end) over (partition by opportunity_id) as currency_changed_at
    from {{ ref('fct_opportunity_history') }}
)

select
    opportunity_id,
    sum(case when currency_changed_at is null or valid_from >= currency_changed_at then amount_change end) as amount_changes,
    max(case when is_current then amount end) as amount,
    count_if(is_current) as current_count,
    count(distinct valid_until) as end_count,
    count(*) as span_count
from spans
group by opportunity_id
having
    sum(case when currency_changed_at is null or valid_from >= currency_changed_at then amount_change end)
    is distinct from coalesce(max(case when is_current then amount end), 0)
    or count_if(is_current) is distinct from 1
    or count(distinct valid_until) is distinct from count(*) - 1
