-- Platforms that the seed ad_platforms does not know, with what was spent there. It warns: their spend counts, in the channel
-- that their touches tell.
{{ config(severity='warn') }}

select
    spend.platform,
    sum(spend.spend_amount) as spend_amount,
    min(spend.spend_date) as first_spend_date,
    max(spend.spend_date) as last_spend_date
from {{ ref('fct_ad_spend') }} as spend
left join {{ ref('ad_platforms') }} as platforms on spend.platform = platforms.platform
where platforms.platform is null
group by spend.platform
