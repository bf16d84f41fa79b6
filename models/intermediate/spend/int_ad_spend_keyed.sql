-- Grain: row of ad spend: platform as exported × ad account × campaign × currency and day, with its platform and campaign in our words.
with

spelled as (
    select
        spend.*,
        coalesce(synonyms.canonical_value, spend.platform) as source
    from {{ ref('int_ad_spend_restated') }} as spend
    left join {{ ref('utm_synonyms') }} as synonyms
        on replace(spend.platform, ' ', '-') = synonyms.value and synonyms.field = 'source'
),

named as (
    select
        spelled.* exclude (platform, source),
        coalesce(platforms.platform, spelled.source) as platform,
        platforms.channel as platform_channel,
        lower(spelled.campaign_name) as campaign
    from spelled
    left join {{ ref('ad_platforms') }} as platforms on spelled.source = platforms.source
)

select
    named.ad_spend_id,
    named.ad_account_id,
    named.campaign_id,
    case
        when named.campaign_id is not null or named.campaign is not null
            then {{ campaign_key('named.platform', 'named.campaign_id', 'named.campaign') }}
    end as campaign_key,
    named.platform,
    named.platform_channel,
    named.campaign,
    named.currency,
    named.impression_count,
    named.click_count,
    named.cost,
    {{ reporting_amount('named.cost', 'rates.rate') }} as spend_amount,
    named.spend_date
from named
left join {{ ref('int_exchange_rates_dated') }} as rates
    on {{ holds_rate('rates', 'named.currency', 'named.spend_date') }}
