-- Grain: platform as exported × ad account × campaign × currency and day. The latest file that has them restates them: its rows
-- are summed, since exports may be split by device or ad group. A campaign is its id, or its name where there is no id.
with

placeholders as (
    select distinct said.campaign_value
    from (
        select campaign_id as campaign_value from {{ ref('stg_ads__ad_spend') }}
        union distinct
        select lower(campaign_name) as campaign_value from {{ ref('stg_ads__ad_spend') }}
    ) as said
    inner join {{ ref('placeholder_values') }} as placeholder_values
        on {{ matches_pattern('said.campaign_value', 'placeholder_values.value_pattern') }}
),

cleaned as (
    select
        spend.* exclude (campaign_id, campaign_name),
        case when of_ids.campaign_value is null then spend.campaign_id end as campaign_id,
        case when of_names.campaign_value is null then spend.campaign_name end as campaign_name
    from {{ ref('stg_ads__ad_spend') }} as spend
    left join placeholders as of_ids on spend.campaign_id = of_ids.campaign_value
    left join placeholders as of_names on lower(spend.campaign_name) = of_names.campaign_value
),

keyed as (
    select
        *,
        {{ surrogate_key([
            'spend_date', 'platform', 'ad_account_id', 'campaign_id',
            'case when campaign_id is null then lower(campaign_name) end', 'currency'
        ]) }} as ad_spend_id
    from cleaned
),

latest as (
    select
        *,
        row_number() over (partition by ad_spend_id order by _landed_at desc, _row_number desc) as row_rank
    from keyed
    qualify _landed_at = max(_landed_at) over (partition by ad_spend_id)
)

select
    ad_spend_id,
    ad_account_id,
    campaign_id,
    platform,
    max(case when row_rank = 1 then campaign_name end) as campaign_name,
    currency,
    cast(sum(impression_count) as bigint) as impression_count,
    cast(sum(click_count) as bigint) as click_count,
    cast(sum(cost) as decimal(18, 2)) as cost,
    spend_date
from latest
group by ad_spend_id, ad_account_id, campaign_id, platform, currency, spend_date
