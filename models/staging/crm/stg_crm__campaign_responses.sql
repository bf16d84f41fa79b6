-- Grain: response to an offline campaign.
select
    {{ clean_id('response_id') }} as response_id,
    {{ clean_id('campaign_id') }} as campaign_id,
    {{ clean_id('lead_id') }} as lead_id,
    {{ clean_id('contact_id') }} as contact_id,
    {{ redact_email_addresses('campaign_name') }} as campaign_name,
    lower(trim(campaign_type)) as campaign_type,
    responded_at
from {{ source('crm', 'crm_campaign_responses') }}
qualify {{ latest_version(clean_id('response_id'), updated_at='responded_at') }}
