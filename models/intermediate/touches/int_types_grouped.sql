-- Grain: group of conversion types × type in it. A journey of a group is a journey of each of its types: most people are one
-- journey that did not convert, whatever the type, which is made once. Any other journey is of one type, a group of its own.
-- What takes another back has no journeys.
{{ config(materialized='view') }}

with

types as (
    select
        conversion_type,
        lookback_days * 86400.0 as lookback_seconds,
        source = 'opportunity_milestone' as is_account_level,
        is_once_per_person
    from {{ ref('conversion_types') }}
    where source not in ('refund', 'credit_note')
)

select
    conversion_type as type_group,
    conversion_type,
    lookback_seconds,
    is_account_level,
    is_once_per_person
from types
union all
select
    'every type' as type_group,
    conversion_type,
    lookback_seconds,
    is_account_level,
    is_once_per_person
from types
