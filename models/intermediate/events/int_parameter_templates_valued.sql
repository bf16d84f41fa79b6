-- Grain: parameter template × tracked parameter. Each template is parsed once, under the number of the first string that has it.
-- A blank is the value of what the template masks; no other value is one, since values are trimmed.
{{ config(materialized='incremental', incremental_strategy='append') }}

with

unparsed as (
    select
        parameter_template,
        min(parameters_number) as parameters_number
    from {{ ref('int_parameters_numbered') }}
    {% if is_incremental() %}
    where
        parameters_number > (select coalesce(max(valued.parameters_number), 0) from {{ this }} as valued)
        and parameter_template not in (select valued.parameter_template from {{ this }} as valued)
    {% endif %}
    group by parameter_template
),

split as (
    {{ split_to_rows('unparsed', 'parameters_number', 'parameter_template', '&', 'parameter') }}
),

names as (   -- Names are few: each is read once. A mail tool that escapes twice leaves `amp;` before it.
    select
        written_name,
        {{ replace_pattern('lower(trim(' ~ url_decode('written_name') ~ '))', '^amp;', '') }} as parameter_name
    from (select distinct split_part(parameter, '=', 1) as written_name from split) as written
),

tracked as (
    select
        split.parameters_number,
        split.parameter_position,
        unparsed.parameter_template,
        coalesce(click_ids.alias_of, names.parameter_name) as parameter_name,
        {{ url_decode(url_after('split.parameter', '=')) }} as decoded_value,
        {{ is_masked('split.parameter', 'unparsed.parameter_template') }} as is_masked,
        click_ids.click_id_parameter is not null as is_click_id
    from split
    inner join unparsed on split.parameters_number = unparsed.parameters_number
    inner join names on split_part(split.parameter, '=', 1) = names.written_name
    left join {{ ref('click_ids') }} as click_ids on names.parameter_name = click_ids.click_id_parameter
    where
        click_ids.click_id_parameter is not null
        or names.parameter_name in ('{{ utm_parameters() | join("', '") }}')
        or {{ looks_like_click_id('names.parameter_name') }}
),

placeholders as (
    select distinct suspects.decoded_value
    from (select distinct decoded_value from tracked) as suspects
    inner join {{ ref('placeholder_values') }} as placeholder_values
        on {{ matches_pattern('lower(trim(suspects.decoded_value))', 'placeholder_values.value_pattern') }}
    where {{ may_be_placeholder("nullif(trim(suspects.decoded_value), '')") }}
),

first_values as (   -- The first value that says something wins.
    select
        tracked.*,
        nullif(trim(tracked.decoded_value), '') as trimmed_value,
        placeholders.decoded_value is not null as is_placeholder
    from tracked
    left join placeholders on tracked.decoded_value = placeholders.decoded_value and not tracked.is_masked
    qualify row_number() over (
        partition by tracked.parameters_number, tracked.parameter_name
        order by
            case when trim(tracked.decoded_value) != '' and placeholders.decoded_value is null then 0 else 1 end,
            tracked.parameter_position
    ) = 1
)

select
    parameters_number,
    parameter_template,
    parameter_name,
    case when is_masked then ' ' when not is_placeholder then trimmed_value end as parameter_value,
    case when is_placeholder then trimmed_value end as placeholder,
    is_click_id,
    decoded_value != trim(decoded_value) as has_stray_space
from first_values
