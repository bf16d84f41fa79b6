{# True for rows that landed since the calling model was last brought up to date with their source. Compared with one value, so that
   the warehouse reads no older rows, not even through a view. Always true in a full refresh. #}
{% macro is_newly_landed(source, landed_at='_landed_at') -%}
    {%- if is_incremental() -%}
    {{ landed_at }} > (
        select coalesce(max(known._landed_at), cast('1970-01-01' as timestamp)) from {{ this }} as known where known.source_name = '{{ source }}'
    )
    {%- else -%} true
    {%- endif -%}
{%- endmacro %}
