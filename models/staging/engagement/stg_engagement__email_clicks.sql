-- Grain: click in an e-mail.
select
    {{ clean_id('click_id') }} as click_id,
    {{ clean_id('campaign_id') }} as campaign_id,
    {{ email_hash('email') }} as email_hash,
    {{ redact_email_addresses('campaign_name') }} as campaign_name,
    coalesce(is_suspected_bot, false) as is_bot,
    clicked_at
from {{ source('engagement', 'email_clicks') }}
qualify {{ latest_version(clean_id('click_id'), updated_at='clicked_at') }}
