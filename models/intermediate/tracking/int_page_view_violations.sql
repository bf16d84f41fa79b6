-- Grain: page view that breaks a tracking rule, with what breaks it. Visitors with changed page views are done anew, and under other
-- rules all are; an empty row then replaces what a visitor broke before. A row under a source's name marks its last load.
{{ config(
    materialized='incremental', incremental_strategy='delete+insert', unique_key='visitor_id',
    meta={'zstd_columns': ['page_url']}
) }}

{% set is_touched = is_touched_visitor('visitor_id') %}
with

rules as (   -- And those that the strings were judged by, which are older where this model runs alone.
    select concat(hashed.page_view_rules, ' ', coalesce(max(violations.judged_by), '')) as page_view_rules
    from {{ ref('int_rules_hashed') }} as hashed
    left join {{ ref('int_parameter_violations') }} as violations on true
    group by hashed.page_view_rules
),

{% if is_incremental() %}
done_anew as (
    select distinct visitor_id from {{ ref('int_page_views_accepted') }}
    where {{ is_touched }} or (select max(judged_by) from {{ this }}) != (select rules.page_view_rules from rules)
),
{% endif %}

broken as (   -- Few break anything. Of an event received twice only the first counts: a duplicate has no session.
    select
        judged.* exclude (visitor_id, is_broken, is_without_state),
        sessionized.visitor_id,
        sessionized.session_id,
        sessions.evidence_id is not null as is_without_state
    from {{ ref('int_page_views_judged') }} as judged
    inner join {{ ref('int_page_views_sessionized') }} as sessionized
        on
            judged.source_name = sessionized.source_name
            and judged._landed_at = sessionized._landed_at
            and judged._row_number = sessionized._row_number
            and {{ in_part('sessionized.visitor_id') }}
    left join {{ ref('int_sessions') }} as sessions   -- Only a marketing visit has to leave a state.
        on
            case when judged.is_without_state then sessionized.session_id end = sessions.session_id
            and sessions.evidence_id is not null
            and {{ in_part('sessions.visitor_id') }}
    where{% if is_incremental() %} judged.visitor_id in (select done_anew.visitor_id from done_anew) and{% endif %}
        sessionized.session_id is not null and (judged.is_broken or sessions.evidence_id is not null)
),

texts as (   -- Long, so looked up at last and of these alone.
    select * from {{ ref('int_page_views_accepted') }}
    where {{ in_part('visitor_id') }} and (source_name, _landed_at, _row_number) in (select
        broken.source_name,
        broken._landed_at,
        broken._row_number
    from broken)
),

marks as (
    select
        source_name as visitor_id,
        source_name,
        max(_landed_at) as _landed_at
    from {{ ref('int_page_views_sessionized') }}
    where {{ in_part('source_name') }}
    group by source_name
    {% if is_incremental() %}
        union all
        select
            visitor_id,
            source_name,
            max(_landed_at) as _landed_at
        from {{ this }}
        where visitor_id in (select done_anew.visitor_id from done_anew)
        group by visitor_id, source_name
    {% endif %}
)

select
    coalesce(broken.visitor_id, marks.visitor_id) as visitor_id,
    broken.session_id,
    coalesce(broken.source_name, marks.source_name) as source_name,
    texts.event_id,
    texts.page_url,
    texts.page_host,
    texts.page_path,
    texts.referrer,
    parsed.utm_source,
    parsed.utm_medium,
    parsed.utm_campaign,
    violations.{{ parameter_rules() | join(',\n    violations.') }},
    violations.payment_or_sso_source,
    broken.payment_or_sso_host,
    rules.page_view_rules as judged_by,
    texts.clock_lag_seconds,
    broken.is_self_referral,
    broken.has_personal_data,
    broken.is_clock_wrong,
    broken.is_test_host,
    broken.is_without_state,
    texts.occurred_at,
    coalesce(broken._landed_at, marks._landed_at) as _landed_at
from broken
full outer join marks on broken.visitor_id = marks.visitor_id
left join texts
    on broken.source_name = texts.source_name and broken._landed_at = texts._landed_at and broken._row_number = texts._row_number
left join {{ ref('int_parameter_templates_parsed') }} as parsed on texts.parameter_template = parsed.parameter_template
left join {{ ref('int_parameter_violations') }} as violations on broken.parameters_number = violations.parameters_number
cross join rules
