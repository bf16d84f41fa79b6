-- Grain: opportunity, as its latest export has it.
select
    opportunity_id,
    account_id,
    opportunity_name,
    stage_name,
    case when is_won then 'won' when is_closed then 'lost' else 'open' end as outcome,
    currency,
    amount,
    created_at,
    case when is_closed or is_won then closed_at end as closed_at   -- Before the close some CRMs keep the expected day here.
from {{ ref('stg_crm__opportunities') }}
