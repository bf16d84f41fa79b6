-- Grain: distinct parameter string with something tracked in it: what its template says, with its own value for the blank.
{{ config(materialized='view') }}

with

strings as (
    select
        *,
        {{ masked_value('parameters', 'parameter_template') }} as masked_value
    from {{ ref('int_parameters_numbered') }}
)

select
    strings.parameters,
    {%- for utm in utm_parameters() %}
        templates.{{ utm }},
    {%- endfor %}
    templates.click_id_parameter,
    case when templates.click_id = ' ' then strings.masked_value else templates.click_id end as click_id,
    case
        when strings.masked_value is not null then replace(templates.click_ids, ':" "', concat(':"', strings.masked_value, '"'))
        else templates.click_ids
    end as click_ids,
    strings.parameters_number
from strings
inner join {{ ref('int_parameter_templates_parsed') }} as templates on strings.parameter_template = templates.parameter_template
