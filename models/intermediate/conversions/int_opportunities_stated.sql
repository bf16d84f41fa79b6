-- Grain: opportunity and moment at which something about it is known: its creation, a change in the CRM's history, or how an
-- export found it. What that moment does not say is null.
with

statements as (
    select
        opportunity_id,
        'export' as origin,
        stage_name,
        outcome,
        amount,
        stated_at
    from {{ ref('stg_crm__opportunity_versions') }}
    union all
    select
        history_rows.opportunity_id,
        'history' as origin,
        history_rows.stage_name,
        case when history_rows.stage_name is not null then coalesce(closing_stages.outcome, 'open') end as outcome,
        history_rows.amount,
        history_rows.changed_at as stated_at
    from {{ ref('stg_crm__opportunity_history') }} as history_rows
    inner join {{ ref('int_opportunities') }} as opportunities on history_rows.opportunity_id = opportunities.opportunity_id
    left join {{ ref('closing_stages') }} as closing_stages on lower(trim(history_rows.stage_name)) = closing_stages.stage_name
    union all
    select
        opportunity_id,
        'creation' as origin,
        null as stage_name,
        'open' as outcome,
        null as amount,
        created_at as stated_at
    from {{ ref('int_opportunities') }}
)

-- An export knows the whole state, so at one moment it speaks before the history, and both before the creation.
select
    opportunity_id,
    {% for column in ['stage_name', 'outcome', 'amount'] %}
        coalesce(
            max(case when origin = 'export' then {{ column }} end),
            max(case when origin = 'history' then {{ column }} end),
            max({{ column }})
        ) as {{ column }},
    {% endfor %}
    stated_at
from statements
group by opportunity_id, stated_at
