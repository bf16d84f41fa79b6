-- Grain: account.
with

persons as (
    select
        account_id,
        count(*) as person_count,
        min(first_seen_at) as first_seen_at
    from {{ ref('dim_persons') }}
    where account_id is not null
    group by account_id
),

first_touches as (   -- The earliest marketing touch of any of its people.
    select
        persons.account_id,
        touches.first_touch_id,
        touches.first_channel,
        touches.first_source,
        touches.first_campaign,
        touches.first_touched_at
    from {{ ref('fct_first_last_touches') }} as touches
    inner join {{ ref('dim_persons') }} as persons on touches.entity_id = persons.person_id
    where touches.entity_type = 'person' and persons.account_id is not null
    qualify row_number() over (partition by persons.account_id order by touches.first_touched_at, touches.first_touch_id) = 1
),

opportunities as (
    select
        account_id,
        count(*) as opportunity_count,
        cast(count_if(outcome = 'open') as bigint) as open_opportunity_count,
        cast(count_if(outcome = 'won') as bigint) as won_opportunity_count,
        cast(count_if(outcome = 'lost') as bigint) as lost_opportunity_count,
        sum(case when outcome = 'open' then reporting_amount end) as open_pipeline_amount,
        sum(case when outcome = 'won' then won_amount end) as won_amount
    from {{ ref('fct_opportunities') }}
    group by account_id
),

lifetimes as (
    select
        conversions.account_id,
        sum(conversions.reporting_amount) as lifetime_value_amount
    from {{ ref('fct_conversions') }} as conversions
    inner join {{ ref('conversion_types') }} as conversion_types on conversions.conversion_type = conversion_types.conversion_type
    where conversion_types.amount_kind = 'revenue'
    group by conversions.account_id
)

select
    accounts.account_id,
    accounts.parent_account_id,
    accounts.ultimate_parent_account_id,
    first_touches.first_touch_id,
    accounts.account_name,
    accounts.website_domain,
    accounts.account_origin,
    first_touches.first_channel,
    first_touches.first_source,
    first_touches.first_campaign,
    coalesce(persons.person_count, 0) as person_count,
    coalesce(opportunities.opportunity_count, 0) as opportunity_count,
    coalesce(opportunities.open_opportunity_count, 0) as open_opportunity_count,
    coalesce(opportunities.won_opportunity_count, 0) as won_opportunity_count,
    coalesce(opportunities.lost_opportunity_count, 0) as lost_opportunity_count,
    cast(coalesce(opportunities.open_pipeline_amount, 0) as decimal(18, 2)) as open_pipeline_amount,
    cast(coalesce(opportunities.won_amount, 0) as decimal(18, 2)) as won_amount,
    cast(coalesce(lifetimes.lifetime_value_amount, 0) as decimal(18, 2)) as lifetime_value_amount,
    first_touches.first_touched_at,
    persons.first_seen_at,
    accounts.created_at
from {{ ref('int_accounts') }} as accounts
left join persons on accounts.account_id = persons.account_id
left join first_touches on accounts.account_id = first_touches.account_id
left join opportunities on accounts.account_id = opportunities.account_id
left join lifetimes on accounts.account_id = lifetimes.account_id
