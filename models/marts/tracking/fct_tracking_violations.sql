-- Grain: page view × tracking rule that it breaks. Excepted ones are kept and marked.
with

found as (
    select
        _landed_at,
        _row_number,
        rule,
        found_value
    from {{ ref('int_page_view_violations') }}
    union all
    select
        accepted._landed_at,
        accepted._row_number,
        violations.rule,
        violations.found_value
    from {{ ref('int_parameter_violations') }} as violations
    inner join {{ ref('int_page_views_accepted') }} as accepted on violations.parameters = accepted.parameters
),

distinct_found as (
    select
        _landed_at,
        _row_number,
        rule,
        min(found_value) as found_value
    from found
    group by _landed_at, _row_number, rule
),

viewed as (   -- A duplicate may carry another URL.
    select
        distinct_found.rule,
        distinct_found.found_value,
        {{ page_view_id('accepted.') }} as page_view_id,
        sessionized.session_id,
        sessionized.visitor_id,
        parsed.utm_source,
        parsed.utm_medium,
        parsed.utm_campaign,
        accepted.page_host,
        accepted.page_path,
        accepted.page_url,
        accepted.occurred_at
    from distinct_found
    inner join {{ ref('int_page_views_accepted') }} as accepted
        on distinct_found._landed_at = accepted._landed_at and distinct_found._row_number = accepted._row_number
    inner join {{ ref('int_page_views_sessionized') }} as sessionized
        on distinct_found._landed_at = sessionized._landed_at and distinct_found._row_number = sessionized._row_number
    left join {{ ref('int_parameters_parsed') }} as parsed on accepted.parameters = parsed.parameters
    where not sessionized.is_duplicate
),

excepted as (
    select
        viewed.page_view_id,
        viewed.rule,
        min(exceptions.reason) as exception_reason
    from viewed
    inner join {{ ref('tracking_exceptions') }} as exceptions
        on
            viewed.rule = exceptions.rule
            and exceptions.match_value = case exceptions.match_field
                when 'utm_source' then lower(viewed.utm_source)
                when 'utm_medium' then lower(viewed.utm_medium)
                when 'utm_campaign' then lower(viewed.utm_campaign)
                when 'page_host' then viewed.page_host
                when 'page_path' then viewed.page_path
                when 'found_value' then lower(viewed.found_value)
            end
            and (exceptions.expires_on is null or cast(viewed.occurred_at as date) <= exceptions.expires_on)
    group by viewed.page_view_id, viewed.rule
)

select
    {{ surrogate_key(['viewed.page_view_id', 'viewed.rule']) }} as violation_id,
    viewed.page_view_id,
    viewed.session_id,
    viewed.visitor_id,
    viewed.rule,
    rules.severity,
    rules.owner,
    viewed.found_value,
    excepted.exception_reason,
    viewed.page_url,
    excepted.page_view_id is not null as is_excepted,
    viewed.occurred_at
from viewed
inner join {{ ref('tracking_rules') }} as rules on viewed.rule = rules.rule
left join excepted on viewed.page_view_id = excepted.page_view_id and viewed.rule = excepted.rule
