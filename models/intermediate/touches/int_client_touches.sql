-- Grain: visitor whose browser remembers a first touch that is older than any we observed: its event was lost, and the
-- state the site kept makes up for it.
with

observed as (
    select
        visitor_id,
        min(started_at) as first_touched_at
    from {{ ref('int_sessions') }}
    where evidence_id is not null
    group by visitor_id
),

remembered as (
    select
        client.visitor_id,
        client.source_name,
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
    {{ surrogate_key(["'client_state'", 'remembered.visitor_id']) }} as touch_id,
    remembered.*,
    {{ evidence_id() }} as evidence_id
from remembered
left join observed on remembered.visitor_id = observed.visitor_id
where
    coalesce(
        remembered.utm_source, remembered.utm_medium, remembered.utm_campaign, remembered.other_utm,
        remembered.click_id_parameter, remembered.referrer_source
    ) is not null
    and (
        observed.first_touched_at is null
        or {{ is_past_timeout('remembered.touched_at', 'observed.first_touched_at') }}
    )
