-- Grain: distinct parameter string × tracked parameter.
{{ config(materialized='view') }}

with

strings as (
    select
        parameters_number,
        parameter_template,
        {{ masked_value('parameters', 'parameter_template') }} as masked_value
    from {{ ref('int_parameters_numbered') }}
),

valued as (
    select
        strings.parameters_number,
        templates.parameter_name,
        case when templates.parameter_value = ' ' then strings.masked_value else templates.parameter_value end as parameter_value,
        templates.placeholder,
        click_ids.value_pattern,
        templates.is_click_id,
        templates.has_stray_space
    from strings
    inner join {{ ref('int_parameter_templates_valued') }} as templates on strings.parameter_template = templates.parameter_template
    left join {{ ref('click_ids') }} as click_ids on templates.parameter_name = click_ids.click_id_parameter
)

select
    parameters_number,
    parameter_name,
    parameter_value,
    placeholder,
    is_click_id,
    has_stray_space,
    placeholder is null
    and parameter_value not like 'redacted-%'
    and {{ is_malformed_click_id('parameter_value', 'value_pattern') }} as is_malformed
from valued
