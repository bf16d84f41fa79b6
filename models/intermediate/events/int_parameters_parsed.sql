-- Grain: distinct parameter string with something tracked in it.
{{ config(materialized='incremental', incremental_strategy='append') }}

with

known_values as (
    select parameters_valued.*
    from {{ ref('int_parameters_valued') }} as parameters_valued
    {% if is_incremental() %}
    left join {{ this }} as parsed on parameters_valued.parameters = parsed.parameters
    where parsed.parameters is null and parameters_valued.parameter_value is not null
    {% else %}
        where parameters_valued.parameter_value is not null
    {% endif %}
),

ranked as (   -- Of several click ids, the one that says most about the click stands for the page view.
    select
        known_values.*,
        click_ids.priority = min(click_ids.priority) over (partition by known_values.parameters) as is_leading_click_id
    from known_values
    left join {{ ref('click_ids') }} as click_ids
        on known_values.parameter_name = click_ids.click_id_parameter and click_ids.is_click_evidence
)

select
    parameters,
    {%- for utm in utm_parameters() %}
        max(case when parameter_name = '{{ utm }}' then parameter_value end) as {{ utm }},
    {%- endfor %}
    max(case when is_leading_click_id then parameter_name end) as click_id_parameter,
    max(case when is_leading_click_id then parameter_value end) as click_id,
    {{ json_object_agg('case when is_click_id then parameter_name end', 'parameter_value') }} as click_ids
from ranked
group by parameters
