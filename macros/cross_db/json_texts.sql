{# Several keys of one JSON text, which is read once: json_texts in one CTE, json_texts_at for each key in the next. #}
{% macro json_texts(value, keys) -%} {{ return(adapter.dispatch('json_texts', 'touchstone')(value, keys)) }} {%- endmacro %}

{% macro default__json_texts(value, keys) -%} try_parse_json({{ value }}) {%- endmacro %}

{% macro duckdb__json_texts(value, keys) -%} case when json_valid({{ value }}) then json_extract_string({{ value }}, ['$.{{ keys | join("', '$.") }}']) end {%- endmacro %}


{% macro json_texts_at(texts, keys, key) -%} {{ return(adapter.dispatch('json_texts_at', 'touchstone')(texts, keys, key)) }} {%- endmacro %}

{% macro default__json_texts_at(texts, keys, key) -%} cast(get({{ texts }}, '{{ key }}') as varchar) {%- endmacro %}

{% macro duckdb__json_texts_at(texts, keys, key) -%} {{ texts }}[{{ keys.index(key) + 1 }}] {%- endmacro %}
