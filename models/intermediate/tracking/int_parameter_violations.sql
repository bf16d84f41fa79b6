-- Grain: distinct parameter string that breaks a tracking rule, one column per rule with what breaks it. A load judges new strings;
-- other rules judge all anew, and then an empty row replaces what a string broke before.
{{ config(
    materialized='incremental', incremental_strategy='delete+insert', unique_key='parameters_number',
    meta={'zstd_columns': ['parameters']}
) }}

with

strings as (
    select * from {{ ref('int_parameters_numbered') }}
    {% if is_incremental() %}
        where parameters_number > (
            select case when max(judged_by) = (select parameter_rules from {{ ref('int_rules_hashed') }}) then max(parameters_number) else 0 end
            from {{ this }}
        )
    {% endif %}
),

off_pattern as (   -- Campaigns are few and patterns dear, so each campaign is compared once.
    select distinct campaigns.utm_campaign
    from (select distinct utm_campaign from {{ ref('int_parameters_parsed') }}) as campaigns
    inner join {{ ref('utm_conventions') }} as utm_conventions
        on utm_conventions.field = 'campaign' and not {{ matches_pattern('lower(campaigns.utm_campaign)', 'utm_conventions.pattern') }}
),

judged_values as (
    select
        parameters_number,
        min(case when placeholder is not null then concat(parameter_name, '=', placeholder) end) as no_placeholder_values,
        min(case
            when
                parameter_name in ('utm_source', 'utm_medium', 'utm_campaign') and parameter_value is not null
                and (has_stray_space or parameter_value like '% %' or parameter_value != lower(parameter_value))
                then concat(parameter_name, '=', parameter_value)
        end) as lower_case_without_spaces,
        min(case when is_malformed then concat(parameter_name, '=', parameter_value) end) as click_id_well_formed,
        min(case when not is_click_id and {{ looks_like_click_id('parameter_name') }} then parameter_name end) as known_click_id
    from {{ ref('int_parameters_valued') }}
    where parameters_number >= (select min(strings.parameters_number) from strings)
    group by parameters_number
),

judged as (
    select
        strings.parameters_number,
        strings.parameters,
        case when utm_sources.utm_source is null then parsed.utm_source end as known_utm_source,
        case when utm_mediums.utm_medium is null then parsed.utm_medium end as known_utm_medium,
        off_pattern.utm_campaign as campaign_name_on_pattern,
        case   -- A sender outside the plan, such as an AI assistant, may tag only a source; nobody here can change that.
            when (parsed.utm_source is null) != (parsed.utm_medium is null) and coalesce(utm_sources.is_planned, true)
                then concat('utm_source=', coalesce(parsed.utm_source, ''), ' utm_medium=', coalesce(parsed.utm_medium, ''))
        end as medium_with_source,
        case
            when coalesce(parsed.utm_source, parsed.utm_medium, parsed.utm_campaign) is null and click_ids.evidence = 'paid' and click_ids.is_auto_tagged
                then parsed.click_id_parameter
        end as click_id_has_utms,
        excluded_sources.excluded_host as payment_or_sso_source,
        judged_values.* exclude (parameters_number)
    from strings
    left join judged_values on strings.parameters_number = judged_values.parameters_number
    left join {{ ref('int_parameters_parsed') }} as parsed on strings.parameters_number = parsed.parameters_number
    left join {{ ref('utm_synonyms') }} as source_synonyms on lower(parsed.utm_source) = source_synonyms.value and source_synonyms.field = 'source'
    left join {{ ref('utm_synonyms') }} as medium_synonyms on lower(parsed.utm_medium) = medium_synonyms.value and medium_synonyms.field = 'medium'
    left join {{ ref('utm_sources') }} as utm_sources on coalesce(source_synonyms.canonical_value, lower(parsed.utm_source)) = utm_sources.utm_source
    left join {{ ref('utm_mediums') }} as utm_mediums on coalesce(medium_synonyms.canonical_value, lower(parsed.utm_medium)) = utm_mediums.utm_medium
    left join {{ ref('int_utm_sources_excluded') }} as excluded_sources on parsed.utm_source = excluded_sources.utm_source
    left join off_pattern on parsed.utm_campaign = off_pattern.utm_campaign
    left join {{ ref('click_ids') }} as click_ids on parsed.click_id_parameter = click_ids.click_id_parameter
)

select
    judged.*,
    rules.parameter_rules as judged_by
from judged
cross join {{ ref('int_rules_hashed') }} as rules
where
    coalesce(judged.payment_or_sso_source, judged.{{ parameter_rules() | join(', judged.') }}) is not null
{% if is_incremental() %}
        or judged.parameters_number in (select broken.parameters_number from {{ this }} as broken)
    {% endif %}
