{% macro add_seconds(moment, seconds) -%} {{ return(adapter.dispatch('add_seconds', 'touchstone')(moment, seconds)) }} {%- endmacro %}

{% macro default__add_seconds(moment, seconds) -%} dateadd('microsecond', round(({{ seconds }}) * 1000000.0), {{ moment }}) {%- endmacro %}

{% macro duckdb__add_seconds(moment, seconds) -%} {{ moment }} + to_microseconds(cast(round(({{ seconds }}) * 1000000.0) as bigint)) {%- endmacro %}
