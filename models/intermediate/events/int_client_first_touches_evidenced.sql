-- Grain: visitor whose browser sent a first-touch state, with the marketing evidence in it. None: the state was direct.
with

read as (
    select
        client.visitor_id,
        client.landing_page_url,
        client.parameters,
        client.touched_at,
        lower(parsed.utm_source) as utm_source,
        lower(parsed.utm_medium) as utm_medium,
        lower(parsed.utm_campaign) as utm_campaign,
        coalesce(parsed.utm_id, parsed.utm_term, parsed.utm_content) as other_utm,
        parsed.click_id_parameter,
        case when referrers.excluded_kind is null then referrers.referrer_source end as referrer_source,
        case when referrers.excluded_kind is null then referrers.referrer_category end as referrer_category
    from {{ ref('int_client_first_touches') }} as client
    left join {{ ref('int_parameters_parsed') }} as parsed on client.parameters = parsed.parameters
    left join {{ ref('int_referrers_classified') }} as referrers on client.referrer_location = referrers.referrer_location
)

select
    visitor_id,
    landing_page_url,
    parameters,
    {{ evidence_columns() | join(',\n    ') }},
    case
        when coalesce(utm_source, utm_medium, utm_campaign, other_utm, click_id_parameter, referrer_source) is not null
            then {{ evidence_id() }}
    end as evidence_id,
    touched_at
from read
