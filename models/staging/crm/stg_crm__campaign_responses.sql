-- Grain: response to an offline campaign.
select
    response_id,
    campaign_id,
    lead_id,
    contact_id,
    {{ redact_email_addresses('campaign_name') }} as campaign_name,
    lower(trim(campaign_type)) as campaign_type,
    responded_at
from {{ source('crm', 'crm_campaign_responses') }}
qualify {{ latest_version('response_id', 'responded_at') }}
