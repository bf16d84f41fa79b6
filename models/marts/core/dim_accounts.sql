-- Grain: account.
with

persons as (
    select
        account_id,
        count(*) as person_count,
        min(first_seen_at) as first_seen_at
    from {{ ref('dim_persons') }}
    group by account_id
),

opportunities as (
    select
        account_id,
        count(*) as opportunity_count,
        cast(count_if(is_won) as bigint) as won_opportunity_count
    from {{ ref('fct_opportunities') }}
    group by account_id
),

won as (
    select
        account_id,
        sum(reporting_amount) as won_amount
    from {{ ref('fct_conversions') }}
    where conversion_type = 'opportunity_won'
    group by account_id
)

select
    accounts.account_id,
    accounts.parent_account_id,
    accounts.ultimate_parent_account_id,
    accounts.account_name,
    accounts.website_domain,
    accounts.account_origin,
    coalesce(persons.person_count, 0) as person_count,
    coalesce(opportunities.opportunity_count, 0) as opportunity_count,
    coalesce(opportunities.won_opportunity_count, 0) as won_opportunity_count,
    cast(coalesce(won.won_amount, 0) as decimal(18, 2)) as won_amount,
    persons.first_seen_at,
    accounts.created_at
from {{ ref('int_accounts') }} as accounts
left join persons on accounts.account_id = persons.account_id
left join opportunities on accounts.account_id = opportunities.account_id
left join won on accounts.account_id = won.account_id
