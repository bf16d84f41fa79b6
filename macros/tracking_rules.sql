{# Tracking rules that are a column of int_parameter_violations and int_page_view_violations: what in the parameters breaks them. #}
{% macro parameter_rules() -%}
    {{ return([
        'known_utm_source', 'known_utm_medium', 'campaign_name_on_pattern', 'medium_with_source', 'click_id_has_utms',
        'no_placeholder_values', 'lower_case_without_spaces', 'click_id_well_formed', 'known_click_id'
    ]) }}
{%- endmacro %}
