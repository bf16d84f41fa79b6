-- Grain: parameter template with something tracked in it. A blank stands for what the template masks.
{{ config(materialized='incremental', incremental_strategy='append') }}

with

known_values as (   -- Of several click ids, the one that says most about the click stands for the page view.
    select
        valued.parameters_number,
        valued.parameter_template,
        valued.parameter_name,
        valued.parameter_value,
        valued.is_click_id,
        click_ids.priority
    from {{ ref('int_parameter_templates_valued') }} as valued
    left join {{ ref('click_ids') }} as click_ids on valued.parameter_name = click_ids.click_id_parameter and click_ids.is_click_evidence
    where valued.parameter_value is not null
    {% if is_incremental() %}
    and valued.parameters_number > (select coalesce(max(parsed.parameters_number), 0) from {{ this }} as parsed)
    {% endif %}
),

pivoted as (
    select
        parameters_number,
        parameter_template,
        {%- for utm in utm_parameters() %}
            max(case when parameter_name = '{{ utm }}' then parameter_value end) as {{ utm }},
        {%- endfor %}
        min_by(parameter_name, priority) as click_id_parameter,
        min_by(parameter_value, priority) as click_id
    from known_values
    group by parameters_number, parameter_template
),

collected as (
    select
        parameters_number,
        {{ json_object_agg('parameter_name', 'parameter_value') }} as click_ids
    from known_values
    where is_click_id
    group by parameters_number
)

select
    pivoted.*,
    collected.click_ids
from pivoted
left join collected on pivoted.parameters_number = collected.parameters_number
