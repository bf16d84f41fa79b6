{# The visitors whose page views may have changed since `relation` was last brought up to date: those with newly landed
   rows, and those who share an event id with one, because a duplicate received earlier takes the event away from them.
   Stateless: it depends on the append-only page views and on the relation's own watermark, so a run that died in
   between is caught up by the next. #}
{% macro touched_visitors(relation) -%}
    select distinct accepted.visitor_id
    from {{ ref('int_page_views_accepted') }} as accepted
    where accepted.page_view_id in (
        select newly_landed.page_view_id
        from {{ ref('int_page_views_accepted') }} as newly_landed
        left join (select source_name, max(_landed_at) as landed_until from {{ relation }} group by source_name) as watermarks
            on newly_landed.source_name = watermarks.source_name
        where newly_landed._landed_at > coalesce(watermarks.landed_until, cast('1970-01-01' as timestamp))
    )
{%- endmacro %}
