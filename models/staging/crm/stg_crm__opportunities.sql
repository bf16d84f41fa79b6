-- Grain: opportunity, as it stands now.
{% set columns = [
    'account_id', 'opportunity_name', 'stage_name', 'amount', 'currency', 'is_closed', 'is_won', 'created_at', 'closed_at',
] %}
select
    {{ clean_id('opportunity_id') }} as opportunity_id,
    {{ clean_id('account_id') }} as account_id,
    {{ redact_email_addresses('opportunity_name') }} as opportunity_name,
    stage_name,
    upper(trim(currency)) as currency,
    amount,
    coalesce(is_closed, false) as is_closed,
    coalesce(is_won, false) as is_won,
    created_at,
    closed_at
from {{ source('crm', 'crm_opportunities') }}
qualify {{ latest_version(clean_id('opportunity_id'), columns) }}
