-- Grain: opportunity and time at which an export said how it stood; null where the export carries no time.
{% set columns = [
    'account_id', 'opportunity_name', 'stage_name', 'amount', 'currency', 'is_closed', 'is_won', 'created_at', 'closed_at',
] %}
select
    {{ clean_id('opportunity_id') }} as opportunity_id,
    stage_name,
    case when is_won then 'won' when is_closed then 'lost' else 'open' end as outcome,
    upper(trim(currency)) as currency,
    amount,
    created_at,
    case when is_closed or is_won then closed_at end as closed_at,
    updated_at as stated_at
from {{ source('crm', 'crm_opportunities') }}
qualify {{ latest_version(clean_id('opportunity_id') ~ ', updated_at', columns) }}
