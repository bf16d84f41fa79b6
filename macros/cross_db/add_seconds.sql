{% macro add_seconds(moment, seconds) -%} {{ return(adapter.dispatch('add_seconds', 'touchstone')(moment, seconds)) }} {%- endmacro %}

{% macro default__add_seconds(moment, seconds) -%} dateadd('microsecond', round(({{ seconds }}) * 1e6), {{ moment }}) {%- endmacro %}

{% macro duckdb__add_seconds(moment, seconds) -%} {{ moment }} + to_microseconds(cast(round(({{ seconds }}) * 1e6) as bigint)) {%- endmacro %}
