-- Grain: accepted row as received, with the marketing evidence it carries. A session compares the three parts: UTMs,
-- click id and external referrer.
{{ config(materialized='view') }}

with

evidenced as (
    select
        accepted.visitor_id,
        accepted.source_name,
        accepted.event_id,
        accepted.has_own_referrer,
        lower(parsed.utm_source) as utm_source,
        lower(parsed.utm_medium) as utm_medium,
        lower(parsed.utm_campaign) as utm_campaign,
        {%- for utm in ['utm_term', 'utm_content', 'utm_id'] %}
            lower(parsed.{{ utm }}) as {{ utm }},
        {%- endfor %}
        parsed.click_id_parameter,
        case when parsed.click_id is not null then concat(parsed.click_id_parameter, '=', parsed.click_id) end as click_evidence,
        case when referrers.excluded_kind is null then referrers.referrer_host end as referrer_evidence,
        case when referrers.excluded_kind is null then referrers.referrer_source end as referrer_source,
        case when referrers.excluded_kind is null then referrers.referrer_category end as referrer_category,
        accepted.occurred_at,
        accepted._landed_at,
        accepted._row_number
    from {{ ref('int_page_views_accepted') }} as accepted
    left join {{ ref('int_parameters_parsed') }} as parsed on accepted.parameters = parsed.parameters
    left join {{ ref('int_referrers_classified') }} as referrers on accepted.referrer_location = referrers.referrer_location
)

select
    *,
    -- UTMs on a link between own pages are no external evidence. They count only where nothing came before.
    case
        when coalesce({{ utm_parameters() | join(', ') }}) is not null and not has_own_referrer then {{ surrogate_key(utm_parameters()) }}
    end as utm_evidence,
    case
        when coalesce({{ utm_parameters() | join(', ') }}, click_id_parameter, referrer_source) is not null
            then {{ evidence_id() }}
    end as evidence_id
from evidenced
