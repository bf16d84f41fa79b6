{# One value of all rows of a relation, whatever their order: another one as soon as a cell is edited. A query in brackets. #}
{% macro rows_hash(relation) -%} {{ return(adapter.dispatch('rows_hash', 'touchstone')(relation)) }} {%- endmacro %}

{% macro default__rows_hash(relation) -%} (select cast(hash_agg(*) as varchar) from {{ relation }}) {%- endmacro %}

{% macro duckdb__rows_hash(relation) -%} (select coalesce(cast(sum(hash(listed)) as varchar), '0') from {{ relation }} as listed) {%- endmacro %}
