-- Grain: distinct parameter string × tracking rule that its parameters break.
{{ config(materialized='view') }}

{% set string_rules = ['known_utm_source', 'known_utm_medium', 'campaign_name_on_pattern', 'medium_with_source', 'click_id_has_utms'] %}
{% set value_rules = ['no_placeholder_values', 'lower_case_without_spaces', 'click_id_well_formed', 'known_click_id'] %}
with

off_pattern as (   -- Campaigns are few and patterns dear, so each campaign is compared once.
    select distinct campaigns.utm_campaign
    from (select distinct utm_campaign from {{ ref('int_parameters_parsed') }}) as campaigns
    inner join {{ ref('utm_conventions') }} as utm_conventions
        on utm_conventions.field = 'campaign' and not {{ matches_pattern('lower(campaigns.utm_campaign)', 'utm_conventions.pattern') }}
),

judged_strings as (   -- One column per rule: what breaks it, or null.
    select
        parsed.parameters,
        case when utm_sources.utm_source is null then parsed.utm_source end as known_utm_source,
        case when utm_mediums.utm_medium is null then parsed.utm_medium end as known_utm_medium,
        off_pattern.utm_campaign as campaign_name_on_pattern,
        case   -- A sender outside the plan, such as an AI assistant, may tag only a source; nobody here can change that.
            when (parsed.utm_source is null) != (parsed.utm_medium is null) and coalesce(utm_sources.is_planned, true)
                then concat('utm_source=', coalesce(parsed.utm_source, ''), ' utm_medium=', coalesce(parsed.utm_medium, ''))
        end as medium_with_source,
        case
            when click_ids.evidence = 'paid' and click_ids.is_auto_tagged and coalesce(parsed.utm_source, parsed.utm_medium, parsed.utm_campaign) is null
                then parsed.click_id_parameter
        end as click_id_has_utms
    from {{ ref('int_parameters_parsed') }} as parsed
    left join {{ ref('utm_synonyms') }} as source_synonyms
        on lower(parsed.utm_source) = source_synonyms.value and source_synonyms.field = 'source'
    left join {{ ref('utm_synonyms') }} as medium_synonyms
        on lower(parsed.utm_medium) = medium_synonyms.value and medium_synonyms.field = 'medium'
    left join {{ ref('utm_sources') }} as utm_sources
        on coalesce(source_synonyms.canonical_value, lower(parsed.utm_source)) = utm_sources.utm_source
    left join {{ ref('utm_mediums') }} as utm_mediums
        on coalesce(medium_synonyms.canonical_value, lower(parsed.utm_medium)) = utm_mediums.utm_medium
    left join off_pattern on parsed.utm_campaign = off_pattern.utm_campaign
    left join {{ ref('click_ids') }} as click_ids on parsed.click_id_parameter = click_ids.click_id_parameter
),

judged_values as (   -- The same for each parameter of a string.
    select
        parameters_number,
        case when placeholder is not null then concat(parameter_name, '=', placeholder) end as no_placeholder_values,
        case
            when
                parameter_name in ('utm_source', 'utm_medium', 'utm_campaign')
                and parameter_value is not null
                and (parameter_value != lower(parameter_value) or has_stray_space or parameter_value like '% %')
                then concat(parameter_name, '=', parameter_value)
        end as lower_case_without_spaces,
        case when is_malformed then concat(parameter_name, '=', parameter_value) end as click_id_well_formed,
        case when not is_click_id and {{ looks_like_click_id('parameter_name') }} then parameter_name end as known_click_id
    from {{ ref('int_parameters_valued') }}
),

broken_values as (   -- Most parameters break nothing.
    select
        numbered.parameters,
        judged_values.* exclude (parameters_number)
    from judged_values
    inner join {{ ref('int_parameters_numbered') }} as numbered on judged_values.parameters_number = numbered.parameters_number
    where coalesce({{ value_rules | join(', ') }}) is not null
)

{% for rule in string_rules + value_rules %}
    select
        parameters,
        '{{ rule }}' as rule,
        min({{ rule }}) as found_value
    from {{ 'judged_strings' if rule in string_rules else 'broken_values' }}
    where {{ rule }} is not null
    group by parameters
    {% if not loop.last %}union all{% endif %}
{% endfor %}
