-- Grain: opportunity, as its latest export has it.
select
    opportunities.opportunity_id,
    coalesce(accounts.surviving_account_id, opportunities.account_id) as account_id,
    opportunities.opportunity_name,
    opportunities.stage_name,
    case when opportunities.is_won then 'won' when opportunities.is_closed then 'lost' else 'open' end as outcome,
    opportunities.currency,
    opportunities.amount,
    opportunities.created_at,
    -- Before the close some CRMs keep the expected day here.
    case when opportunities.is_closed or opportunities.is_won then opportunities.closed_at end as closed_at
from {{ ref('stg_crm__opportunities') }} as opportunities
left join {{ ref('int_crm_accounts_resolved') }} as accounts on opportunities.account_id = accounts.account_id
