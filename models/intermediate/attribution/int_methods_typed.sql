-- Grain: conversion type × method that divides its credit.
select
    conversion_types.conversion_type,
    methods.method
from {{ ref('conversion_types') }} as conversion_types
inner join {{ ref('attribution_methods') }} as methods
    on
        conversion_types.methods = 'all'
        or contains(' ' || conversion_types.methods || ' ', ' ' || methods.method || ' ')
