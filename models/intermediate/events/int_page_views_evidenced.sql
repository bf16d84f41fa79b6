-- Grain: accepted row as received, with the marketing evidence it carries. A session compares the three parts: UTMs,
-- click id and external referrer.
{{ config(materialized='view') }}

select
    accepted.visitor_id,
    accepted.source_name,
    accepted.event_id,
    accepted.has_own_referrer,
    {%- for column in utm_parameters() + ['click_id_parameter', 'referrer_source', 'referrer_category', 'evidence_id'] %}
        paired.{{ column }},
    {%- endfor %}
    -- UTMs on a link between own pages are no external evidence. They count only where nothing came before.
    case when not accepted.has_own_referrer then paired.utm_evidence end as utm_evidence,
    case
        when paired.click_id = ' '
            then concat(paired.click_id_parameter, '=', {{ masked_value('accepted.parameters', 'accepted.parameter_template') }})
        when paired.click_id is not null then concat(paired.click_id_parameter, '=', paired.click_id)
    end as click_evidence,
    paired.referrer_host as referrer_evidence,
    accepted.occurred_at,
    accepted._landed_at,
    accepted._row_number
from {{ ref('int_page_views_accepted') }} as accepted
left join {{ ref('int_evidence_paired') }} as paired
    on
        coalesce(accepted.parameter_template, '') = paired.parameter_template
        and coalesce(accepted.referrer_location, '') = paired.referrer_location
