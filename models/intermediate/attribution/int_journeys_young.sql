-- Grain: journey × age that a method asks for, where its first touch is younger than that at the latest touch. Whether it
-- converted has no say: leaving out only those that did not would make every channel look better.
with

asked as (
    select distinct minimum_age_days from {{ ref('int_methods_pathed') }}
    where minimum_age_days is not null
),

latest as (
    select {{ latest_touched_at() }} as latest_touched_at from {{ ref('int_touches_classified') }}
),

opened as (
    select
        journey_id,
        min(touched_at) as first_touched_at
    from {{ ref('int_touches_assigned_to_journeys') }}
    where exists (select 1 from asked)
    group by journey_id
)

select
    opened.journey_id,
    asked.minimum_age_days
from opened
cross join asked
cross join latest
where {{ seconds_between('opened.first_touched_at', 'latest.latest_touched_at') }} < asked.minimum_age_days * 86400.0
