-- Grain: conversion × person whose touches may count for it. What takes another back has no touches of its own.
select
    conversion_id,
    person_id,
    'person' as touch_rule,
    1 as precedence
from {{ ref('int_conversions_unioned') }}
where person_id is not null and original_conversion_id is null
union all
select
    conversions.conversion_id,
    peopled.person_id,
    peopled.touch_rule,
    peopled.precedence
from {{ ref('int_conversions_unioned') }} as conversions
inner join {{ ref('int_opportunities_peopled') }} as peopled on conversions.opportunity_id = peopled.opportunity_id
where conversions.person_id is null and conversions.original_conversion_id is null
