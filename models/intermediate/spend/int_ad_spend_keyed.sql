-- Grain: row of ad spend: platform as exported × ad account × campaign × day, with its platform and campaign in our words.
with

spelled as (
    select
        spend.*,
        coalesce(synonyms.canonical_value, spend.platform) as source
    from {{ ref('stg_ads__ad_spend') }} as spend
    left join {{ ref('utm_synonyms') }} as synonyms
        on replace(spend.platform, ' ', '-') = synonyms.value and synonyms.field = 'source'
),

named as (
    select
        spelled.* exclude (platform, source),
        coalesce(platforms.platform, spelled.source) as platform,
        platforms.channel as platform_channel,
        lower(trim(spelled.campaign_name)) as campaign
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
    case
        when named.currency = '{{ var("reporting_currency") }}' then named.cost
        else cast(round(named.cost * rates.rate, 2) as decimal(18, 2))
    end as spend_amount,
    named.spend_date
from named
left join {{ ref('int_exchange_rates_dated') }} as rates
    on
        named.currency = rates.from_currency
        and named.spend_date >= rates.valid_from
        and (rates.valid_until is null or named.spend_date < rates.valid_until)
