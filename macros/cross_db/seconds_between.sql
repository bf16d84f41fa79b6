{% macro seconds_between(earlier, later) -%} {{ return(adapter.dispatch('seconds_between', 'touchstone')(earlier, later)) }} {%- endmacro %}

{# Counted in microseconds: datediff in seconds counts the second marks passed, not the time that went by. #}
{% macro default__seconds_between(earlier, later) -%} (datediff('microsecond', {{ earlier }}, {{ later }}) / 1000000.0) {%- endmacro %}

{% macro duckdb__seconds_between(earlier, later) -%} (date_diff('microsecond', {{ earlier }}, {{ later }}) / 1000000.0) {%- endmacro %}
