-- Grain: distinct parameter string and tracked parameter. Each string is parsed once, however many page views carry
-- it. A string with nothing tracked keeps one empty row, so that it counts as parsed.
{{ config(materialized='incremental', incremental_strategy='append') }}

with

found as (
    select parameters from {{ ref('int_page_views_accepted') }}
    where parameters is not null
    union distinct
    select parameters from {{ ref('int_client_first_touches') }}
    where parameters is not null
),

unparsed as (
    select found.parameters from found
    {% if is_incremental() %}
    left join (select distinct parameters from {{ this }}) as parsed on found.parameters = parsed.parameters
    where parsed.parameters is null
    {% endif %}
),

split as (
    {{ split_to_rows('unparsed', 'parameters', 'parameters', '&', 'parameter') }}
),

named as (   -- A mail tool that escapes twice leaves `amp;` before the name.
    select
        parameters,
        parameter_position,
        {{ replace_pattern('lower(trim(' ~ url_decode("split_part(parameter, '=', 1)") ~ '))', '^amp;', '') }} as parameter_name,
        {{ url_decode(url_after('parameter', '=')) }} as decoded_value
    from split
),

tracked as (
    select
        named.parameters,
        named.parameter_position,
        coalesce(click_ids.alias_of, named.parameter_name) as parameter_name,
        named.decoded_value,
        nullif(trim(named.decoded_value), '') as trimmed_value,
        click_ids.click_id_parameter is not null as is_click_id,
        click_ids.value_pattern
    from named
    left join {{ ref('click_ids') }} as click_ids on named.parameter_name = click_ids.click_id_parameter
    where
        click_ids.click_id_parameter is not null
        or named.parameter_name in ('{{ utm_parameters() | join("', '") }}')
        or {{ looks_like_click_id('named.parameter_name') }}
),

placeholders as (
    select
        suspects.trimmed_value,
        min(placeholder_values.kind) as placeholder_kind
    from (
        select distinct trimmed_value from tracked
        where {{ may_be_placeholder('trimmed_value') }}
    ) as suspects
    inner join {{ ref('placeholder_values') }} as placeholder_values
        on {{ matches_pattern('lower(suspects.trimmed_value)', 'placeholder_values.value_pattern') }}
    group by suspects.trimmed_value
),

first_values as (   -- The first value that says something wins.
    select
        tracked.*,
        placeholders.placeholder_kind
    from tracked
    left join placeholders on tracked.trimmed_value = placeholders.trimmed_value
    qualify row_number() over (
        partition by tracked.parameters, tracked.parameter_name
        order by case when tracked.trimmed_value is not null and placeholders.placeholder_kind is null then 0 else 1 end, tracked.parameter_position
    ) = 1
)

select
    unparsed.parameters,
    first_values.parameter_name,
    case when first_values.placeholder_kind is null then first_values.trimmed_value end as parameter_value,
    first_values.trimmed_value as typed_value,
    first_values.placeholder_kind,
    first_values.is_click_id,
    first_values.decoded_value != trim(first_values.decoded_value) as has_stray_space,
    first_values.placeholder_kind is null
    and first_values.trimmed_value not like 'redacted-%'
    and {{ is_malformed_click_id('first_values.trimmed_value', 'first_values.value_pattern') }} as is_malformed
from unparsed
left join first_values on unparsed.parameters = first_values.parameters
