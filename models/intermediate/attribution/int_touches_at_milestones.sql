-- Grain: conversion × whether direct is left out × milestone, with the last touch on the path at or before it. That of a lead
-- is a touch of the lead's own person.
with

reached as (
    select
        milestones.conversion_id,
        positioned.is_direct_excluded,
        milestones.milestone,
        positioned.touch_id
    from {{ ref('int_milestones_dated') }} as milestones
    inner join {{ ref('int_touches_positioned') }} as positioned
        on
            milestones.conversion_id = positioned.conversion_id
            and (milestones.person_id is null or milestones.person_id = positioned.person_id)
    where positioned.touched_at <= milestones.reached_at
    qualify row_number() over (
        partition by milestones.conversion_id, positioned.is_direct_excluded, milestones.milestone order by positioned.position desc
    ) = 1
)

select
    conversion_id,
    is_direct_excluded,
    milestone,
    touch_id
from reached
union all
select
    conversion_id,
    is_direct_excluded,
    'first' as milestone,
    touch_id
from {{ ref('int_touches_positioned') }}
where position = 1
