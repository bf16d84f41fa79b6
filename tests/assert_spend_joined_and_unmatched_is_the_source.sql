-- Spend that touches answer to and spend that none does make up what the platforms reported, per day, ad account and
-- currency, to the cent; no row is dropped or doubled.
with

reported as (
    select
        spend_date,
        ad_account_id,
        currency,
        count(*) as row_count,
        sum(cost) as cost,
        sum(impression_count) as impression_count,
        sum(click_count) as click_count
    from {{ ref('stg_ads__ad_spend') }}
    group by spend_date, ad_account_id, currency
),

found as (
    select
        spend_date,
        ad_account_id,
        currency,
        count(*) as row_count,
        coalesce(sum(case when matched_by is not null then cost end), 0) as joined_cost,
        coalesce(sum(case when matched_by is null then cost end), 0) as unmatched_cost,
        sum(impression_count) as impression_count,
        sum(click_count) as click_count
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
        and coalesce(reported.ad_account_id, '') = coalesce(found.ad_account_id, '')
        and coalesce(reported.currency, '') = coalesce(found.currency, '')
where
    reported.cost is distinct from found.joined_cost + found.unmatched_cost
    or reported.row_count is distinct from found.row_count
    or reported.impression_count is distinct from found.impression_count
    or reported.click_count is distinct from found.click_count
