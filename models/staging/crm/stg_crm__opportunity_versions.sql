-- Grain: opportunity and time at which an export said how it stood. One without a time of its own speaks of the close, else of
-- the creation.
with

stated as (
    select
        *,
        coalesce(updated_at, case when is_closed or is_won then closed_at end, created_at) as stated_at
    from {{ source('crm', 'crm_opportunities') }}
)

select
    opportunity_id,
    stage_name,
    case when is_won then 'won' when is_closed then 'lost' else 'open' end as outcome,
    amount,
    stated_at
from stated
qualify row_number() over (partition by opportunity_id, stated_at order by _landed_at desc, _row_number desc) = 1
