-- Grain: opportunity and moment at which something about it is known: its creation, a change in the CRM's history, or how an
-- export found it. What that moment does not say is null.
with

statements as (   -- Of two changes of the history at one moment the later id counts, for the stage and for the amount.
    select
        opportunity_id,
        'export' as origin,
        stage_name,
        outcome,
        currency,
        amount,
        stated_at
    from {{ ref('int_opportunity_exports_dated') }}
    union all
    select
        changes_made.opportunity_id,
        'history' as origin,
        changes_made.stage_name,
        coalesce(closing_stages.outcome, 'open') as outcome,
        null as currency,
        null as amount,
        changes_made.changed_at as stated_at
    from {{ ref('stg_crm__opportunity_history') }} as changes_made
    left join {{ ref('int_closing_stages') }} as closing_stages on lower(trim(changes_made.stage_name)) = closing_stages.stage_name
    where changes_made.stage_name is not null
    qualify row_number() over (partition by changes_made.opportunity_id, changes_made.changed_at order by changes_made.history_id desc) = 1
    union all
    select
        opportunity_id,
        'history' as origin,
        null as stage_name,
        null as outcome,
        null as currency,
        amount,
        changed_at as stated_at
    from {{ ref('stg_crm__opportunity_history') }}
    where amount is not null
    qualify row_number() over (partition by opportunity_id, changed_at order by history_id desc) = 1
    union all
    select
        opportunity_id,
        'creation' as origin,
        null as stage_name,
        'open' as outcome,
        null as currency,
        null as amount,
        created_at as stated_at
    from {{ ref('int_opportunities') }}
),

known as (   -- What was stated before the creation (in the CRM it came from) is not undone by it.
    select statements.*
    from statements
    inner join {{ ref('int_opportunities') }} as opportunities on statements.opportunity_id = opportunities.opportunity_id
    qualify
        statements.origin != 'creation'
        or statements.stated_at = min(statements.stated_at) over (partition by statements.opportunity_id)
)

-- An export knows the whole state, so at one moment it speaks before the history, and both before the creation. Its empty
-- amount says that there is none any more.
select
    opportunity_id,
    {% for column in ['stage_name', 'outcome', 'currency', 'amount'] %}
        coalesce(
            max(case when origin = 'export' then {{ column }} end),
            max(case when origin = 'history' then {{ column }} end),
            max({{ column }})
        ) as {{ column }},
    {% endfor %}
    max(case when origin = 'export' or amount is not null then 1 else 0 end) as stated_amount_count,
    stated_at
from known
group by opportunity_id, stated_at
