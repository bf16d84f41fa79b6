-- Grain: platform, ad account, campaign and day. A later export restates the day.
select
    {{ surrogate_key(['spend_date', 'lower(trim(platform))', 'ad_account_id', 'campaign_id', 'campaign_name']) }} as ad_spend_id,
    lower(trim(platform)) as platform,
    ad_account_id,
    campaign_id,
    {{ redact_email_addresses('campaign_name') }} as campaign_name,
    upper(trim(currency)) as currency,
    impressions as impression_count,
    clicks as click_count,
    cost,
    spend_date
from {{ source('ads', 'ad_spend') }}
qualify row_number() over (
    partition by spend_date, lower(trim(platform)), ad_account_id, campaign_id, campaign_name order by _landed_at desc, _row_number desc
) = 1
