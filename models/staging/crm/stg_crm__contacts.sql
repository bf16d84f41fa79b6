-- Grain: contact.
{% set columns = ['email', 'account_id', 'merged_into_contact_id', 'created_at'] %}
select
    {{ clean_id('contact_id') }} as contact_id,
    {{ clean_id('account_id') }} as account_id,
    {{ clean_id('merged_into_contact_id') }} as merged_into_contact_id,
    {{ email_hash('email') }} as email_hash,
    {{ email_domain('email') }} as email_domain,
    created_at,
    updated_at
from {{ source('crm', 'crm_contacts') }}
qualify {{ latest_version(clean_id('contact_id'), columns) }}
