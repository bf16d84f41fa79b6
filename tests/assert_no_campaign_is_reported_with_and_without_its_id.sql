-- An export that has lost a campaign's id does not restate one that had it: both count. It warns, for two campaigns of one
-- name are possible.
{{ config(severity='warn') }}

select
    platform,
    ad_account_id,
    campaign,
    spend_date,
    sum(case when campaign_id is null then spend_amount end) as spend_amount_without_id,
    sum(case when campaign_id is not null then spend_amount end) as spend_amount_with_id
from {{ ref('fct_ad_spend') }}
where campaign is not null
group by platform, ad_account_id, campaign, spend_date
having count(campaign_id) between 1 and count(*) - 1
