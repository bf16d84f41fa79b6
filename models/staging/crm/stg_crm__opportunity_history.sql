-- Grain: change of an opportunity's stage or amount.
select
    {{ clean_id('history_id') }} as history_id,
    {{ clean_id('opportunity_id') }} as opportunity_id,
    stage_name,
    amount,
    changed_at
from {{ source('crm', 'crm_opportunity_history') }}
qualify {{ latest_version(clean_id('history_id'), updated_at='changed_at') }}
