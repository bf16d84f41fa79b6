-- Grain: distinct pair of parameter template and referrer location that page views carry, with the marketing evidence in it.
-- An empty text stands for none. Page views have millions of pairs in common, so each is read and hashed once.
with

carried as (
    select distinct
        coalesce(parameter_template, '') as parameter_template,
        coalesce(referrer_location, '') as referrer_location
    from {{ ref('int_page_views_accepted') }}
    where coalesce(parameter_template, referrer_location) is not null
),

read as (
    select
        carried.parameter_template,
        carried.referrer_location,
        lower(parsed.utm_source) as utm_source,
        lower(parsed.utm_medium) as utm_medium,
        lower(parsed.utm_campaign) as utm_campaign,
        {%- for utm in ['utm_term', 'utm_content', 'utm_id'] %}
            lower(parsed.{{ utm }}) as {{ utm }},
        {%- endfor %}
        parsed.click_id_parameter,
        parsed.click_id,
        case when referrers.excluded_kind is null then referrers.referrer_host end as referrer_host,
        case when referrers.excluded_kind is null then referrers.referrer_source end as referrer_source,
        case when referrers.excluded_kind is null then referrers.referrer_category end as referrer_category
    from carried
    left join {{ ref('int_parameter_templates_parsed') }} as parsed on carried.parameter_template = parsed.parameter_template
    left join {{ ref('int_referrers_classified') }} as referrers on carried.referrer_location = referrers.referrer_location
    where coalesce(parsed.parameter_template, referrers.referrer_location) is not null
)

select
    *,
    case when coalesce({{ utm_parameters() | join(', ') }}) is not null then {{ surrogate_key(utm_parameters()) }} end as utm_evidence,
    case
        when coalesce({{ utm_parameters() | join(', ') }}, click_id_parameter, referrer_source) is not null
            then {{ evidence_id() }}
    end as evidence_id
from read
