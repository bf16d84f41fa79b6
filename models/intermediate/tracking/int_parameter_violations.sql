-- Grain: distinct parameter string × tracking rule that its parameters break.
with

parsed as (
    select
        parsed.*,
        coalesce(source_synonyms.canonical_value, lower(parsed.utm_source)) as canonical_source,
        coalesce(medium_synonyms.canonical_value, lower(parsed.utm_medium)) as canonical_medium
    from {{ ref('int_parameters_parsed') }} as parsed
    left join {{ ref('utm_synonyms') }} as source_synonyms
        on lower(parsed.utm_source) = source_synonyms.value and source_synonyms.field = 'source'
    left join {{ ref('utm_synonyms') }} as medium_synonyms
        on lower(parsed.utm_medium) = medium_synonyms.value and medium_synonyms.field = 'medium'
),

broken as (
    select
        parsed.parameters,
        'known_utm_source' as rule,
        parsed.utm_source as found_value
    from parsed
    left join {{ ref('utm_sources') }} as utm_sources on parsed.canonical_source = utm_sources.utm_source
    where parsed.utm_source is not null and utm_sources.utm_source is null
    union all
    select
        parsed.parameters,
        'known_utm_medium',
        parsed.utm_medium
    from parsed
    left join {{ ref('utm_mediums') }} as utm_mediums on parsed.canonical_medium = utm_mediums.utm_medium
    where parsed.utm_medium is not null and utm_mediums.utm_medium is null
    union all
    select
        parsed.parameters,
        'campaign_name_on_pattern',
        parsed.utm_campaign
    from parsed
    inner join {{ ref('utm_conventions') }} as utm_conventions
        on utm_conventions.field = 'campaign' and not {{ matches_pattern('lower(parsed.utm_campaign)', 'utm_conventions.pattern') }}
    union all
    select
        parsed.parameters,
        'medium_with_source',
        concat('utm_source=', coalesce(parsed.utm_source, ''), ' utm_medium=', coalesce(parsed.utm_medium, ''))
    from parsed   -- A sender outside the plan, such as an AI assistant, may tag only a source; nobody here can change that.
    left join {{ ref('utm_sources') }} as utm_sources on parsed.canonical_source = utm_sources.utm_source
    where (parsed.utm_source is null) != (parsed.utm_medium is null) and coalesce(utm_sources.is_planned, true)
    union all
    select
        parsed.parameters,
        'click_id_has_utms',
        parsed.click_id_parameter
    from parsed
    inner join {{ ref('click_ids') }} as click_ids on parsed.click_id_parameter = click_ids.click_id_parameter
    where click_ids.evidence = 'paid' and click_ids.is_auto_tagged and coalesce(parsed.utm_source, parsed.utm_medium, parsed.utm_campaign) is null
    union all
    select
        parameters,
        'no_placeholder_values',
        concat(parameter_name, '=', typed_value)
    from {{ ref('int_parameters_valued') }}
    where placeholder_kind is not null
    union all
    select
        parameters,
        'lower_case_without_spaces',
        concat(parameter_name, '=', typed_value)
    from {{ ref('int_parameters_valued') }}
    where
        parameter_name in ('utm_source', 'utm_medium', 'utm_campaign')
        and parameter_value is not null
        and (typed_value != lower(typed_value) or has_stray_space or typed_value like '% %')
    union all
    select
        parameters,
        'click_id_well_formed',
        concat(parameter_name, '=', typed_value)
    from {{ ref('int_parameters_valued') }}
    where is_malformed
    union all
    select
        parameters,
        'known_click_id',
        parameter_name
    from {{ ref('int_parameters_valued') }}
    where not is_click_id and {{ looks_like_click_id('parameter_name') }}
)

select
    parameters,
    rule,
    min(found_value) as found_value
from broken
group by parameters, rule
