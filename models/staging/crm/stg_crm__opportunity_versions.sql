-- Grain: opportunity and time at which an export said how it stood.
select
    opportunity_id,
    stage_name,
    case when is_won then 'won' when is_closed then 'lost' else 'open' end as outcome,
    amount,
    coalesce(updated_at, created_at) as stated_at
from {{ source('crm', 'crm_opportunities') }}
qualify row_number() over (
    partition by opportunity_id, coalesce(updated_at, created_at) order by _landed_at desc, _row_number desc
) = 1
