{# True for the visitors whose page views may have changed since the calling model was last brought up to date: those
   with newly landed rows, and those who share an event id with one, because a duplicate received earlier takes the
   event away from them. Stateless: it depends on the append-only page views and on the model's own watermark, so a run
   that died in between is caught up by the next. Always true in a full refresh. #}
{% macro is_touched_visitor(visitor_id) -%}
    {#- Named outside the condition, so that dbt sees the dependencies while parsing. -#}
    {%- set page_views, repetitions = ref('int_page_views_accepted'), ref('int_page_views_repeated') -%}
    {%- if is_incremental() -%}
    {{ visitor_id }} in (
        with newly_landed as (
            select
                accepted.source_name,
                accepted.event_id,
                accepted.visitor_id
            from {{ page_views }} as accepted
            left join (select source_name, max(_landed_at) as landed_until from {{ this }} group by source_name) as watermarks
                on accepted.source_name = watermarks.source_name
            where accepted._landed_at > coalesce(watermarks.landed_until, cast('1970-01-01' as timestamp))
        )

        select newly_landed.visitor_id from newly_landed
        union all
        select repeated.visitor_id
        from {{ repetitions }} as repeated
        inner join newly_landed on repeated.source_name = newly_landed.source_name and repeated.event_id = newly_landed.event_id
    )
    {%- else -%} true
    {%- endif -%}
{%- endmacro %}
