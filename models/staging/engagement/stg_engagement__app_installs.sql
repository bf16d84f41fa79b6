-- Grain: app install.
select
    install_id,
    {{ user_key('user_id') }} as user_id,
    campaign_id,
    lower(trim(platform)) as platform,
    nullif(lower(trim(media_source)), 'organic') as media_source,
    {{ redact_email_addresses('campaign_name') }} as campaign_name,
    installed_at
from {{ source('engagement', 'app_installs') }}
qualify {{ latest_version('install_id', 'installed_at') }}
