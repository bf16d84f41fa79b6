-- Grain: accepted row as received, with its evidence, marked where another row of the same event was received earlier.
{{ config(materialized='view') }}

select
    evidenced.visitor_id,
    evidenced.source_name,
    evidenced.event_id,
    evidenced.evidence_id,
    {%- for column in evidence_columns() + evidence_parts() %}
        evidenced.{{ column }},
    {%- endfor %}
    evidenced.occurred_at,
    evidenced._landed_at,
    evidenced._row_number,
    repeated.event_id is not null as is_duplicate
from {{ ref('int_page_views_evidenced') }} as evidenced
left join {{ ref('int_page_views_repeated') }} as repeated
    on
        evidenced.source_name = repeated.source_name
        and evidenced._landed_at = repeated._landed_at
        and evidenced._row_number = repeated._row_number
        and evidenced.event_id = repeated.event_id
