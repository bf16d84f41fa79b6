{# True for the visitors whose page views may have changed since the calling model was last brought up to date: those
   with newly landed rows, and those who share an event id with one, because a duplicate received earlier takes the
   event away from them. Stateless: it depends on the append-only page views and on the model's own watermark, so a run
   that died in between is caught up by the next. Always true in a full refresh. #}
{% macro is_touched_visitor(visitor_id) -%}
    {%- set page_views = ref('int_page_views_accepted') -%}
    {%- if is_incremental() -%}
    {{ visitor_id }} in (
        select same_event.visitor_id
        from {{ page_views }} as same_event
        where same_event.page_view_id in (
            select newly_landed.page_view_id
            from {{ page_views }} as newly_landed
            left join (select source_name, max(_landed_at) as landed_until from {{ this }} group by source_name) as watermarks
                on newly_landed.source_name = watermarks.source_name
            where newly_landed._landed_at > coalesce(watermarks.landed_until, cast('1970-01-01' as timestamp))
        )
    )
    {%- else -%} true
    {%- endif -%}
{%- endmacro %}
