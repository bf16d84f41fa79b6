-- Spend that touches answer to and spend that none does make up what the platforms last reported, per day, ad account and
-- currency, to the cent: the raw rows of the latest file that has a platform, ad account, campaign, currency and day. A
-- placeholder is no id and no name.
{% set campaign = "case when of_ids.value is null then nullif(lower(trim(spend.campaign_id)), '') end" %}
{% set name = "case when of_names.value is null then lower(trim(spend.campaign_name)) end" %}
with

placeholders as (   -- Patterns are asked of each text once and not of each row.
    select distinct texts.found_text as value
    from (
        select lower(trim(campaign_id)) as found_text from {{ source('ads', 'ad_spend') }}
        union distinct
        select lower(trim(campaign_name)) as found_text from {{ source('ads', 'ad_spend') }}
    ) as texts
    inner join {{ ref('placeholder_values') }} as patterns on {{ matches_pattern('texts.found_text', 'patterns.value_pattern') }}
),

raw_rows as (
    select
        spend._landed_at,
        spend.spend_date,
        coalesce(trim(spend.ad_account_id), '') as ad_account_id,
        coalesce(upper(trim(spend.currency)), '') as currency,
        {{ replace_pattern('lower(trim(spend.platform))', '[[:space:]]+', ' ') }} as platform,
        coalesce('id ' || {{ campaign }}, 'name ' || {{ name }}, '') as campaign,
        spend.cost,
        coalesce(spend.impressions, 0) as impression_count,
        coalesce(spend.clicks, 0) as click_count
    from {{ source('ads', 'ad_spend') }} as spend
    left join placeholders as of_ids on lower(trim(spend.campaign_id)) = of_ids.value
    left join placeholders as of_names on lower(trim(spend.campaign_name)) = of_names.value
),

latest as (
    select * from raw_rows
    qualify rank() over (partition by spend_date, ad_account_id, currency, platform, campaign order by _landed_at desc) = 1
),

reported as (
    select
        spend_date,
        ad_account_id,
        currency,
        sum(cost) as cost,
        sum(impression_count) as impression_count,
        sum(click_count) as click_count
    from latest
    group by spend_date, ad_account_id, currency
),

found as (
    select
        spend_date,
        coalesce(ad_account_id, '') as ad_account_id,
        coalesce(currency, '') as currency,
        coalesce(sum(case when matched_by is not null then cost end), 0) as joined_cost,
        coalesce(sum(case when matched_by is null then cost end), 0) as unmatched_cost,
        coalesce(sum(impression_count), 0) as impression_count,
        coalesce(sum(click_count), 0) as click_count
    from {{ ref('fct_ad_spend') }}
    group by spend_date, ad_account_id, currency
)

select
    coalesce(reported.spend_date, found.spend_date) as spend_date,
    coalesce(reported.ad_account_id, found.ad_account_id) as ad_account_id,
    coalesce(reported.currency, found.currency) as currency,
    reported.cost,
    found.joined_cost,
    found.unmatched_cost
from reported
full outer join found
    on
        reported.spend_date = found.spend_date
        and reported.ad_account_id = found.ad_account_id
        and reported.currency = found.currency
where
    reported.cost is distinct from found.joined_cost + found.unmatched_cost
    or reported.impression_count is distinct from found.impression_count
    or reported.click_count is distinct from found.click_count
