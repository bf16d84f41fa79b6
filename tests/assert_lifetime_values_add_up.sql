-- What accounts are worth, and persons without an account, is all revenue there is.
with

revenue as (
    select sum(conversions.reporting_amount) as amount
    from {{ ref('fct_conversions') }} as conversions
    inner join {{ ref('conversion_types') }} as conversion_types on conversions.conversion_type = conversion_types.conversion_type
    where conversion_types.amount_kind = 'revenue'
),

nobodys as (   -- An opportunity of no account.
    select sum(conversions.reporting_amount) as amount
    from {{ ref('fct_conversions') }} as conversions
    inner join {{ ref('conversion_types') }} as conversion_types on conversions.conversion_type = conversion_types.conversion_type
    where conversion_types.amount_kind = 'revenue' and conversions.account_id is null and conversions.person_id is null
),

accounts as (
    select sum(lifetime_value_amount) as amount from {{ ref('dim_accounts') }}
),

persons as (
    select sum(lifetime_value_amount) as amount from {{ ref('dim_persons') }}
    where account_id is null
)

select
    revenue.amount as revenue_amount,
    accounts.amount as account_amount,
    persons.amount as person_amount
from revenue
cross join nobodys
cross join accounts
cross join persons
where
    coalesce(revenue.amount, 0)
    is distinct from coalesce(nobodys.amount, 0) + coalesce(accounts.amount, 0) + coalesce(persons.amount, 0)
