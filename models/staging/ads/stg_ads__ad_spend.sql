-- Grain: row of an export of ad spend, with those of exports that a later one restates.
select
    {{ replace_pattern('lower(trim(platform))', '[[:space:]]+', ' ') }} as platform,
    nullif(trim(ad_account_id), '') as ad_account_id,
    nullif(lower(trim(campaign_id)), '') as campaign_id,
    nullif(trim({{ redact_email_addresses('campaign_name') }}), '') as campaign_name,
    nullif(upper(trim(currency)), '') as currency,
    impressions as impression_count,
    clicks as click_count,
    cost,
    spend_date,
    _landed_at,
    _row_number
from {{ source('ads', 'ad_spend') }}
