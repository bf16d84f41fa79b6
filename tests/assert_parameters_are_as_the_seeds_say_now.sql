-- The stored parameters of every string are what click_ids and placeholder_values give now. After an edit of either this fails
-- until `dbt build --full-refresh` has brought history up to date.
with

numbered as (
    select * from {{ ref('int_parameters_numbered') }}
),

split as (
    {{ split_to_rows('numbered', 'parameters_number', 'parameters', '&', 'parameter') }}
),

named as (
    select distinct
        parameters_number,
        split_part(parameter, '=', 1) as written_name
    from split
),

names as (   -- As int_parameter_templates_valued reads them.
    select
        written_name,
        {{ replace_pattern('lower(trim(' ~ url_decode('written_name') ~ '))', '^amp;', '') }} as parameter_name
    from (select distinct written_name from named) as written
),

click_ids_now as (
    select distinct
        named.parameters_number,
        coalesce(click_ids.alias_of, click_ids.click_id_parameter) as parameter_name
    from named
    inner join names on named.written_name = names.written_name
    inner join {{ ref('click_ids') }} as click_ids on names.parameter_name = click_ids.click_id_parameter
),

click_ids_stored as (
    select
        parameters_number,
        parameter_name,
        parameter_value
    from {{ ref('int_parameters_valued') }}
    where is_click_id
),

chosen_now as (   -- Of several click ids, one stands for the page view.
    select
        stored.parameters_number,
        min_by(stored.parameter_name, click_ids.priority) as click_id_parameter
    from click_ids_stored as stored
    inner join {{ ref('click_ids') }} as click_ids on stored.parameter_name = click_ids.click_id_parameter and click_ids.is_click_evidence
    where stored.parameter_value is not null
    group by stored.parameters_number
),

chosen_stored as (
    select
        parameters_number,
        click_id_parameter
    from {{ ref('int_parameters_parsed') }}
    where click_id_parameter is not null
),

values_stored as (
    select distinct
        trim(coalesce(placeholder, parameter_value)) as value,
        placeholder is not null as is_placeholder
    from {{ ref('int_parameters_valued') }}
    where {{ may_be_placeholder('coalesce(placeholder, parameter_value)') }}
),

placeholders_now as (
    select distinct values_stored.value
    from values_stored
    inner join {{ ref('placeholder_values') }} as placeholder_values
        on {{ matches_pattern('lower(values_stored.value)', 'placeholder_values.value_pattern') }}
)

select
    'click id' as changed,
    coalesce(click_ids_now.parameter_name, click_ids_stored.parameter_name) as found,
    count(*) as string_count
from click_ids_now
full outer join click_ids_stored
    on click_ids_now.parameters_number = click_ids_stored.parameters_number and click_ids_now.parameter_name = click_ids_stored.parameter_name
where click_ids_now.parameter_name is null or click_ids_stored.parameter_name is null
group by coalesce(click_ids_now.parameter_name, click_ids_stored.parameter_name)
union all
select
    'click id that stands for the page view' as changed,
    coalesce(chosen_now.click_id_parameter, chosen_stored.click_id_parameter) as found,
    count(*) as string_count
from chosen_now
full outer join chosen_stored on chosen_now.parameters_number = chosen_stored.parameters_number
where chosen_now.click_id_parameter is distinct from chosen_stored.click_id_parameter
group by coalesce(chosen_now.click_id_parameter, chosen_stored.click_id_parameter)
union all
select
    'placeholder' as changed,
    values_stored.value as found,
    null as string_count
from values_stored
left join placeholders_now on values_stored.value = placeholders_now.value
where values_stored.is_placeholder != (placeholders_now.value is not null)
