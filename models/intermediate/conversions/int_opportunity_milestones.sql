-- Grain: opportunity × milestone: created, each stage, won, lost. Times are those of the first and of the last arrival.
with

outcomes as (
    select
        *,
        lag(valid_from) over (partition by opportunity_id order by valid_from) as previous_valid_from
    from {{ ref('int_opportunities_dated') }}
    where is_outcome_change
),

arrivals as (
    select
        opportunity_id,
        'stage ' || lower(trim(stage_name)) as milestone,
        stage_name,
        valid_from as reached_at,
        null as previous_valid_from
    from {{ ref('int_opportunities_dated') }}
    where is_stage_change and stage_name is not null
    union all
    select
        opportunity_id,
        outcome as milestone,
        stage_name,
        valid_from as reached_at,
        previous_valid_from
    from outcomes
    where outcome != 'open'
    union all
    select
        opportunity_id,
        'created' as milestone,
        null as stage_name,
        created_at as reached_at,
        null as previous_valid_from
    from {{ ref('int_opportunities') }}
),

compared as (
    select
        arrivals.*,
        arrivals.milestone in ('created', opportunities.outcome, 'stage ' || lower(trim(opportunities.stage_name))) as is_standing,
        case   -- On one day the history knows the hour. A time before the opportunity was last open is of an earlier close.
            when opportunities.is_closed_by_day and cast(arrivals.reached_at as date) = cast(opportunities.closed_at as date) then null
            when opportunities.closed_at <= arrivals.previous_valid_from then null
            else opportunities.closed_at
        end as closed_at,
        row_number() over (partition by arrivals.opportunity_id, arrivals.milestone order by arrivals.reached_at desc) as recency
    from arrivals
    inner join {{ ref('int_opportunities') }} as opportunities on arrivals.opportunity_id = opportunities.opportunity_id
),

timed as (   -- The close that stands happened when the record says, whenever the history noticed.
    select
        * exclude (reached_at, closed_at),
        case
            when is_standing and recency = 1 and milestone in ('won', 'lost') then coalesce(closed_at, reached_at)
            else reached_at
        end as reached_at
    from compared
)

select
    opportunity_id,
    milestone,
    max(stage_name) as stage_name,
    count(*) as reached_count,
    max(case when is_standing then 1 else 0 end) = 1 as is_standing,
    min(reached_at) as first_reached_at,
    max(reached_at) as last_reached_at
from timed
group by opportunity_id, milestone
