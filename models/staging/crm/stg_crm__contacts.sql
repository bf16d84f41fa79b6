-- Grain: contact.
select
    contact_id,
    account_id,
    nullif(trim(merged_into_contact_id), '') as merged_into_contact_id,
    {{ email_hash('email') }} as email_hash,
    {{ email_domain('email') }} as email_domain,
    {{ email_mailbox_hash('email') }} as email_mailbox_hash,
    created_at,
    updated_at
from {{ source('crm', 'crm_contacts') }}
qualify {{ latest_version('contact_id') }}
