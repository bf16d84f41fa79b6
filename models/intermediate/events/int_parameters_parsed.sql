-- Grain: distinct parameter string with something tracked in it: what its template says, with its own value for the blank.
{{ config(materialized='view') }}

select
    strings.parameters,
    {%- for utm in utm_parameters() %}
        templates.{{ utm }},
    {%- endfor %}
    templates.click_id_parameter,
    {{ unmasked('templates.click_id', 'strings.parameters', 'strings.parameter_template') }} as click_id,
    {{ unmasked_list('templates.click_ids', 'strings.parameters', 'strings.parameter_template') }} as click_ids,
    strings.parameters_number
from {{ ref('int_parameters_numbered') }} as strings
inner join {{ ref('int_parameter_templates_parsed') }} as templates on strings.parameter_template = templates.parameter_template
