-- Grain: visitor whose browser sent a first-touch state, with the marketing evidence in it. None: the state was direct, or cannot be
-- true. Visitors with newly seen states are done anew; under other rules all are.
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='visitor_id') }}

with

{% if is_incremental() %}
kept as (
    select
        source_name,
        max(_landed_at) as landed_until
    from {{ this }}
    where judged_by = (select rules.referrer_rules from {{ ref('int_rules_hashed') }} as rules)
    group by source_name
),
{% endif %}

client as (
    select client.* from {{ ref('int_client_first_touches') }} as client
    {% if is_incremental() %}
        left join kept on client.source_name = kept.source_name
        where client._landed_at > coalesce(kept.landed_until, cast('1970-01-01' as timestamp))
    {% endif %}
),

read as (
    select
        client.visitor_id,
        client.source_name,
        client.touched_at,
        client._landed_at,
        rules.referrer_rules as judged_by,
        lower(parsed.utm_source) as utm_source,
        lower(parsed.utm_medium) as utm_medium,
        lower(parsed.utm_campaign) as utm_campaign,
        coalesce(parsed.utm_id, parsed.utm_term, parsed.utm_content) as other_utm,
        parsed.click_id_parameter,
        case when referrers.excluded_kind is null then referrers.referrer_source end as referrer_source,
        case when referrers.excluded_kind is null then referrers.referrer_category end as referrer_category
    from client
    left join {{ ref('int_parameter_templates_parsed') }} as parsed on client.parameter_template = parsed.parameter_template
    left join {{ ref('int_referrers_classified') }} as referrers on client.referrer_location = referrers.referrer_location
    cross join {{ ref('int_rules_hashed') }} as rules
)

select
    visitor_id,
    source_name,
    {{ evidence_columns() | join(',\n    ') }},
    case
        when coalesce(utm_source, utm_medium, utm_campaign, other_utm, click_id_parameter, referrer_source) is not null
            then {{ evidence_id() }}
    end as evidence_id,
    judged_by,
    touched_at,
    _landed_at
from read
