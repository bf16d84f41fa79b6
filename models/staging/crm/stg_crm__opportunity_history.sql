-- Grain: change of an opportunity's stage or amount.
select
    history_id,
    opportunity_id,
    stage_name,
    amount,
    changed_at
from {{ source('crm', 'crm_opportunity_history') }}
qualify {{ latest_version('history_id', 'changed_at') }}
