{% macro sha256_hex(value) -%} {{ return(adapter.dispatch('sha256_hex', 'touchstone')(value)) }} {%- endmacro %}

{% macro default__sha256_hex(value) -%} sha2({{ value }}, 256) {%- endmacro %}

{% macro duckdb__sha256_hex(value) -%} sha256({{ value }}) {%- endmacro %}
