-- Grain: person whose touches are one journey that did not convert, of whatever type: of no account, with no known end of any
-- journey, and never longer about it than the shortest lookback.
with

known as (
    select person_id from {{ ref('int_persons_accounted') }}
    union distinct
    select entity_id as person_id from {{ ref('int_journeys_peopled') }}
    union distinct
    select person_id from {{ ref('int_touches_joined_to_journeys') }}
),

spans as (
    select
        person_id,
        min(touched_at) as first_touched_at,
        max(touched_at) as last_touched_at
    from {{ ref('int_touches_classified') }}
    group by person_id
)

select spans.person_id
from spans
left join known on spans.person_id = known.person_id
where
    known.person_id is null
    and {{ seconds_between('spans.first_touched_at', 'spans.last_touched_at') }}
    <= (select min(types.lookback_seconds) from {{ ref('int_types_grouped') }} as types)
