-- Grain: contact's role on an opportunity.
{% set columns = ['opportunity_id', 'contact_id', 'role', 'is_primary', 'created_at'] %}
select
    {{ clean_id('role_id') }} as role_id,
    {{ clean_id('opportunity_id') }} as opportunity_id,
    {{ clean_id('contact_id') }} as contact_id,
    role as role_name,
    coalesce(is_primary, false) as is_primary,
    created_at
from {{ source('crm', 'crm_opportunity_contact_roles') }}
qualify {{ latest_version(clean_id('role_id'), columns) }}
