-- Grain: journey × age that a method asks for, where its first touch is younger than that at the latest touch. Whether it
-- converted has no say: leaving out only those that did not would make every channel look better.
with

asked as (
    select distinct minimum_age_days from {{ ref('int_methods_pathed') }}
    where minimum_age_days is not null
),

latest as (
    select {{ latest_touched_at() }} as latest_touched_at from {{ ref('int_touches_classified') }}
)

select
    journeys.journey_id,
    asked.minimum_age_days
from {{ ref('int_journeys_listed') }} as journeys
cross join asked
cross join latest
where
    journeys.grain = 'channel'
    and {{ seconds_between('journeys.first_touched_at', 'latest.latest_touched_at') }} < asked.minimum_age_days * 86400.0
