-- Grain: opportunity, as its latest export has it.
with

closed as (   -- Before the close some CRMs keep the expected day here.
    select
        *,
        case when is_won then 'won' when is_closed then 'lost' else 'open' end as outcome,
        case when is_closed or is_won then closed_at end as recorded_at
    from {{ ref('stg_crm__opportunities') }}
)

select
    closed.opportunity_id,
    coalesce(accounts.surviving_account_id, closed.account_id) as account_id,
    closed.opportunity_name,
    closed.stage_name,
    closed.outcome,
    closed.currency,
    closed.amount,
    coalesce(closed.recorded_at = date_trunc('day', closed.recorded_at), false) as is_closed_by_day,
    closed.created_at,
    {{ end_of_day('closed.recorded_at') }} as closed_at
from closed
left join {{ ref('int_crm_accounts_resolved') }} as accounts on closed.account_id = accounts.account_id
