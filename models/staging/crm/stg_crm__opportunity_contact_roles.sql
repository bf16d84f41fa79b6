-- Grain: contact's role on an opportunity.
select
    role_id,
    opportunity_id,
    contact_id,
    role as role_name,
    coalesce(is_primary, false) as is_primary,
    created_at
from {{ source('crm', 'crm_opportunity_contact_roles') }}
qualify {{ latest_version('role_id') }}
