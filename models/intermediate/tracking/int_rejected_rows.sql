-- Grain: page-view row that was not accepted, at landing or by the contract. Beside them, per source and build, a row without a
-- reason that says up to where the landed rows have been looked through.
{{ config(materialized='incremental', incremental_strategy='append') }}

{% for source in var('page_view_sources') %}
    select
        'contract' as rejected_by,
        rejection_reason as reason,
        cast(null as varchar) as detail,
        source_name,
        event_id,
        page_url,
        received_at,
        _landed_at,
        _file,
        _row_number
    from {{ ref('stg_' ~ source ~ '__page_views') }}
    where rejection_reason is not null and {{ is_newly_landed(source) }}
    union all
    select
        null as rejected_by,
        null as reason,
        null as detail,
        '{{ source }}' as source_name,
        null as event_id,
        null as page_url,
        null as received_at,
        max(_landed_at) as _landed_at,
        null as _file,
        null as _row_number
    from {{ ref('stg_' ~ source ~ '__page_views') }}
    where {{ is_newly_landed(source) }}
    having max(_landed_at) is not null
    union all
{% endfor %}
select
    'landing' as rejected_by,
    case
        when reason like '%: missing%' then 'missing_required_column'
        when reason like '%cannot read%' then 'unreadable_value'
        else 'malformed_row'
    end as reason,
    reason as detail,
    'web' as source_name,
    null as event_id,
    null as page_url,
    null as received_at,
    _landed_at,
    _file,
    _row_number
from {{ ref('stg_landing__rejected_rows') }}
where table_name = 'page_views' and {{ is_newly_landed('web') }}
