-- Grain: app install.
select
    {{ clean_id('install_id') }} as install_id,
    {{ clean_id('user_id') }} as user_id,
    {{ clean_id('campaign_id') }} as campaign_id,
    lower(trim(platform)) as platform,
    nullif(lower(trim(media_source)), 'organic') as media_source,
    {{ redact_email_addresses('campaign_name') }} as campaign_name,
    installed_at
from {{ source('engagement', 'app_installs') }}
qualify {{ latest_version(clean_id('install_id'), updated_at='installed_at') }}
