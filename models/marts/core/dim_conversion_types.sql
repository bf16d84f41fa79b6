-- Grain: conversion type.
select
    conversion_type,
    reporting_name,
    source,
    funnel_step,
    amount_kind,
    description,
    lookback_days
from {{ ref('conversion_types') }}
