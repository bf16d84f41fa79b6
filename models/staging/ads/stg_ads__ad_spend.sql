-- Grain: platform, ad account, campaign and day. A later export restates the day. A campaign is its id, whatever its name
-- was at the time of the export; the name stands for it only where there is no id.
with

renamed as (
    select
        lower(trim(platform)) as platform,
        ad_account_id,
        nullif(trim(campaign_id), '') as campaign_id,
        {{ redact_email_addresses('campaign_name') }} as campaign_name,
        upper(trim(currency)) as currency,
        impressions as impression_count,
        clicks as click_count,
        cost,
        spend_date,
        _landed_at,
        _row_number
    from {{ source('ads', 'ad_spend') }}
),

keyed as (
    select
        *,
        {{ surrogate_key([
            'spend_date', 'platform', 'ad_account_id', 'campaign_id', 'case when campaign_id is null then lower(trim(campaign_name)) end'
        ]) }} as ad_spend_id
    from renamed
)

select
    ad_spend_id,
    platform,
    ad_account_id,
    campaign_id,
    campaign_name,
    currency,
    impression_count,
    click_count,
    cost,
    spend_date
from keyed
qualify row_number() over (partition by ad_spend_id order by _landed_at desc, _row_number desc) = 1
