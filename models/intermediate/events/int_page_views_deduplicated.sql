-- Grain: accepted row as received, marked where another row of the same event was received earlier.
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='page_view_id') }}

with

{% if is_incremental() %}
newly_landed as (
    select distinct accepted.page_view_id
    from {{ ref('int_page_views_accepted') }} as accepted
    left join (select source_name, max(_landed_at) as landed_until from {{ this }} group by source_name) as watermarks
        on accepted.source_name = watermarks.source_name
    where accepted._landed_at > coalesce(watermarks.landed_until, cast('1970-01-01' as timestamp))
),
{% endif %}

page_views as (
    select * from {{ ref('int_page_views_evidenced') }}
    {% if is_incremental() %}
    where page_view_id in (select page_view_id from newly_landed)
    {% endif %}
),

repeated as (
    select page_view_id from page_views
    group by page_view_id
    having count(*) > 1
),

duplicates as (   -- Ties in receipt are broken by content, so that the order of landing never matters.
    select
        accepted.page_view_id,
        accepted._landed_at,
        accepted._row_number
    from {{ ref('int_page_views_accepted') }} as accepted
    inner join repeated on accepted.page_view_id = repeated.page_view_id
    qualify row_number() over (
        partition by accepted.page_view_id
        order by
            accepted.received_at nulls last, accepted.occurred_at, accepted.visitor_id, accepted.page_url, accepted.referrer,
            accepted.user_id, accepted.user_agent, accepted.first_touch, accepted.page_title, accepted.consent,
            accepted.is_time_fallback, accepted.has_personal_data, accepted._landed_at, accepted._row_number
    ) > 1
)

select
    page_views.page_view_id,
    page_views.visitor_id,
    page_views.source_name,
    page_views.event_id,
    page_views.user_id,
    page_views.user_email_hash,
    page_views.evidence_id,
    {%- for column in evidence_columns() + evidence_parts() %}
        page_views.{{ column }},
    {%- endfor %}
    page_views.occurred_at,
    page_views._landed_at,
    page_views._row_number,
    duplicates.page_view_id is not null as is_duplicate
from page_views
left join duplicates
    on
        page_views.page_view_id = duplicates.page_view_id
        and page_views._landed_at = duplicates._landed_at
        and page_views._row_number = duplicates._row_number
