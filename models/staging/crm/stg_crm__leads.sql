-- Grain: lead.
select
    lead_id,
    converted_contact_id,
    converted_account_id,
    converted_opportunity_id,
    nullif(trim(merged_into_lead_id), '') as merged_into_lead_id,
    {{ email_hash('email') }} as email_hash,
    {{ email_domain('email') }} as email_domain,
    {{ email_mailbox_hash('email') }} as email_mailbox_hash,
    status as lead_status,
    lead_source,
    created_at,
    converted_at,
    updated_at
from {{ source('crm', 'crm_leads') }}
qualify {{ latest_version('lead_id') }}
