-- Question: which ads opened pipeline, and which of it was won?
-- One row per campaign of paid touches, whatever its names, and per source of those without one; everything else is one
-- row, so each amount column adds up to all opportunities. Compare the columns, never add them: each divides the same
-- opportunities anew. A campaign that is high on first touch finds new buyers; one that is high on last non-direct closes
-- them. Created and won are not added either: a won opportunity was created once. Amounts are in the reporting currency.
with

credits as (
    select
        credits.*,
        case when credits.is_paid then credits.campaign_key end as ad_campaign_key,
        case when credits.is_paid then campaigns.campaign_id end as ad_campaign_id,
        case when credits.is_paid then coalesce(campaigns.source, credits.source) else '(not an ad)' end as ad_source,
        case when credits.is_paid then coalesce(campaigns.campaign, '(no campaign name)') else '(not an ad)' end as ad_campaign
    from {{ ref('fct_attribution_credits') }} as credits
    left join {{ ref('dim_campaigns') }} as campaigns on credits.campaign_key = campaigns.campaign_key
    where credits.conversion_type in ('opportunity_created', 'opportunity_won')
)

select
    ad_campaign_id as campaign_id,
    ad_source as source,
    ad_campaign as campaign,
    count(distinct case when conversion_type = 'opportunity_created' and method = 'linear' then conversion_id end) as touched_opportunity_count,
    sum(case when conversion_type = 'opportunity_created' and method = 'first_touch' then credit else 0 end) as first_touch_opportunities,
    sum(case when conversion_type = 'opportunity_created' and method = 'linear' then credit else 0 end) as linear_opportunities,
    sum(case when conversion_type = 'opportunity_created' and method = 'last_non_direct' then credit else 0 end) as last_non_direct_opportunities,
    sum(case when conversion_type = 'opportunity_created' and method = 'first_touch' then amount else 0 end) as first_touch_pipeline_amount,
    sum(case when conversion_type = 'opportunity_created' and method = 'linear' then amount else 0 end) as linear_pipeline_amount,
    sum(case when conversion_type = 'opportunity_created' and method = 'last_non_direct' then amount else 0 end) as last_non_direct_pipeline_amount,
    sum(case when conversion_type = 'opportunity_won' and method = 'linear' then credit else 0 end) as linear_won_opportunities,
    sum(case when conversion_type = 'opportunity_won' and method = 'linear' then amount else 0 end) as linear_won_amount
from credits
group by ad_campaign_key, ad_campaign_id, ad_source, ad_campaign
order by linear_pipeline_amount desc, source asc, campaign asc, campaign_id asc
