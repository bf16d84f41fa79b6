-- Grain: opportunity and span of time in which its stage, outcome and amount stayed the same.
with

numbered as (   -- A moment that says nothing about a column belongs to the last one that did.
    select
        *,
        {% for column in ['stage_name', 'outcome', 'amount'] %}
            count({{ column }}) over (
                partition by opportunity_id order by stated_at rows between unbounded preceding and current row
            ) as {{ column }}_number{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('int_opportunities_stated') }}
),

carried as (
    select
        opportunity_id,
        {% for column in ['stage_name', 'outcome', 'amount'] %}
            max({{ column }}) over (partition by opportunity_id, {{ column }}_number) as {{ column }},
        {% endfor %}
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
