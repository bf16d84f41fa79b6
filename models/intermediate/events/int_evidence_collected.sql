-- Grain: distinct combination of evidence that any page view, browser state or outside touch carried.
{{ config(materialized='incremental', incremental_strategy='append') }}

with

found as (
    select
        evidence_id,
        {{ evidence_columns() | join(', ') }},
        _landed_at
    from {{ ref('int_evidence_paired') }}
    union all
    select
        evidence_id,
        {{ evidence_columns() | join(', ') }},
        null as _landed_at
    from {{ ref('int_client_first_touches_evidenced') }}
    union all
    select
        evidence_id,
        {{ evidence_columns() | join(', ') }},
        null as _landed_at
    from {{ ref('int_outside_touches') }}
)

select
    evidence_id,
    {{ evidence_columns() | join(', ') }},
    min(_landed_at) as _landed_at   -- Of the first page view that brought it.
from found
where
    evidence_id is not null
{% if is_incremental() %}
        and evidence_id not in (select collected.evidence_id from {{ this }} as collected)
    {% endif %}
group by evidence_id, {{ evidence_columns() | join(', ') }}
