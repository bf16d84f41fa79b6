-- Grain: opportunity and span of time in which its stage, outcome and amount stayed the same.
with

numbered as (   -- A moment that says nothing about a column belongs to the last one that did.
    select
        *,
        count(stage_name) over (partition by opportunity_id order by stated_at) as stage_name_number,
        count(outcome) over (partition by opportunity_id order by stated_at) as outcome_number,
        count(amount) over (partition by opportunity_id order by stated_at) as amount_number
    from {{ ref('int_opportunities_stated') }}
),

carried as (
    select
        opportunity_id,
        max(stage_name) over (partition by opportunity_id, stage_name_number) as stage_name,
        max(outcome) over (partition by opportunity_id, outcome_number) as outcome,
        max(amount) over (partition by opportunity_id, amount_number) as amount,
        stated_at
    from numbered
),

compared as (
    select
        *,
        lag(stage_name) over (partition by opportunity_id order by stated_at) as previous_stage_name,
        lag(outcome) over (partition by opportunity_id order by stated_at) as previous_outcome,
        lag(amount) over (partition by opportunity_id order by stated_at) as previous_amount
    from carried
),

changed as (
    select * from compared
    where
        stage_name is distinct from previous_stage_name
        or outcome is distinct from previous_outcome
        or amount is distinct from previous_amount
)

select
    opportunity_id,
    stage_name,
    outcome,
    amount,
    coalesce(amount, 0) - coalesce(previous_amount, 0) as amount_change,
    stage_name is distinct from previous_stage_name as is_stage_change,
    outcome is distinct from previous_outcome as is_outcome_change,
    coalesce(outcome = 'open' and previous_outcome in ('won', 'lost'), false) as is_reopening,
    stated_at as valid_from,
    lead(stated_at) over (partition by opportunity_id order by stated_at) as valid_until
from changed
