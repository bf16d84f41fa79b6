-- Grain: opportunity and time at which an export said how it stood; null where the export carries no time.
select
    opportunity_id,
    stage_name,
    case when is_won then 'won' when is_closed then 'lost' else 'open' end as outcome,
    upper(trim(currency)) as currency,
    amount,
    created_at,
    case when is_closed or is_won then closed_at end as closed_at,
    updated_at as stated_at
from {{ source('crm', 'crm_opportunities') }}
qualify row_number() over (partition by opportunity_id, updated_at order by _landed_at desc, _row_number desc) = 1
