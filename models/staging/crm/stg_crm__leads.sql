-- Grain: lead.
{% set columns = [
    'email', 'status', 'lead_source', 'converted_contact_id', 'converted_account_id', 'converted_opportunity_id',
    'merged_into_lead_id', 'created_at', 'converted_at',
] %}
select
    {{ clean_id('lead_id') }} as lead_id,
    {{ clean_id('converted_contact_id') }} as converted_contact_id,
    {{ clean_id('converted_account_id') }} as converted_account_id,
    {{ clean_id('converted_opportunity_id') }} as converted_opportunity_id,
    {{ clean_id('merged_into_lead_id') }} as merged_into_lead_id,
    {{ email_hash('email') }} as email_hash,
    {{ email_domain('email') }} as email_domain,
    status as lead_status,
    lead_source,
    created_at,
    converted_at,
    updated_at
from {{ source('crm', 'crm_leads') }}
qualify {{ latest_version(clean_id('lead_id'), columns) }}
