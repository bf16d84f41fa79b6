-- Grain: distinct combination of evidence that any page view, browser state or outside touch carried.
{{ config(materialized='incremental', incremental_strategy='append') }}

with

found as (
    {%- for model in ['int_evidence_paired', 'int_client_first_touches_evidenced', 'int_outside_touches'] %}
        select
            evidence_id,
            {{ evidence_columns() | join(', ') }}
        from {{ ref(model) }}
        {% if not loop.last %}union distinct{% endif %}
    {%- endfor %}
)

select * from found
where
    evidence_id is not null
{% if is_incremental() %}
        and evidence_id not in (select collected.evidence_id from {{ this }} as collected)
    {% endif %}
