-- Grain: contact × address and merge that exports gave it, also what a later export replaced: what was linked once stays
-- linked. The values of the earliest version count from the record's creation.
with

stated as (
    select
        {{ clean_id('contact_id') }} as contact_id,
        {{ clean_id('merged_into_contact_id') }} as merged_into_contact_id,
        email,
        min(created_at) as created_at,
        min({{ stated_at() }}) as first_stated_at,
        max({{ stated_at() }}) as last_stated_at
    from {{ source('crm', 'crm_contacts') }}
    group by contact_id, merged_into_contact_id, email
)

select
    contact_id,
    merged_into_contact_id,
    {{ email_hash('email') }} as email_hash,
    {{ email_domain('email') }} as email_domain,
    {{ email_mailbox_hash('email') }} as email_mailbox_hash,
    {{ first_seen_at('contact_id') }} as first_seen_at,
    first_stated_at,
    last_stated_at
from stated
