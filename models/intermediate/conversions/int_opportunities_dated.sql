-- Grain: opportunity and span of time in which its stage, outcome, currency and amount stayed the same.
with

numbered as (   -- A moment that says nothing about a column belongs to the last one that did.
    select
        *,
        count(stage_name) over (partition by opportunity_id order by stated_at) as stage_name_number,
        count(outcome) over (partition by opportunity_id order by stated_at) as outcome_number,
        count(currency) over (partition by opportunity_id order by stated_at) as currency_number,
        sum(stated_amount_count) over (partition by opportunity_id order by stated_at) as amount_number
    from {{ ref('int_opportunities_stated') }}
),

carried as (   -- Before the first outcome an opportunity was open, and before the first currency it had that one.
    select
        opportunity_id,
        max(stage_name) over (partition by opportunity_id, stage_name_number) as stage_name,
        coalesce(max(outcome) over (partition by opportunity_id, outcome_number), 'open') as outcome,
        coalesce(
            max(currency) over (partition by opportunity_id, currency_number),
            max(case when currency_number = 1 then currency end) over (partition by opportunity_id)
        ) as currency,
        max(amount) over (partition by opportunity_id, amount_number) as amount,
        stated_at
    from numbered
),

compared as (
    select
        *,
        lag(stage_name) over (partition by opportunity_id order by stated_at) as previous_stage_name,
        lag(outcome) over (partition by opportunity_id order by stated_at) as previous_outcome,
        lag(currency) over (partition by opportunity_id order by stated_at) as previous_currency,
        lag(amount) over (partition by opportunity_id order by stated_at) as previous_amount
    from carried
),

changed as (
    select * from compared
    where
        previous_outcome is null
        or stage_name is distinct from previous_stage_name
        or outcome is distinct from previous_outcome
        or currency is distinct from previous_currency
        or amount is distinct from previous_amount
)

select
    opportunity_id,
    stage_name,
    outcome,
    currency,
    amount,
    coalesce(amount, 0)
    - case when currency is distinct from previous_currency then 0 else coalesce(previous_amount, 0) end as amount_change,
    stage_name is distinct from previous_stage_name as is_stage_change,
    outcome is distinct from previous_outcome as is_outcome_change,
    coalesce(previous_currency is not null and currency is distinct from previous_currency, false) as is_currency_change,
    coalesce(outcome = 'open' and previous_outcome in ('won', 'lost'), false) as is_reopening,
    stated_at as valid_from,
    lead(stated_at) over (partition by opportunity_id order by stated_at) as valid_until
from changed
