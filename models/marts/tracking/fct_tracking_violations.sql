-- Grain: page view × tracking rule that it breaks. Excepted ones are kept and marked.
with

found as (
    select
        page_view_id,
        rule,
        found_value
    from {{ ref('int_page_view_violations') }}
    union all
    select
        accepted.page_view_id,
        violations.rule,
        violations.found_value
    from {{ ref('int_parameter_violations') }} as violations
    inner join {{ ref('int_page_views_accepted') }} as accepted on violations.parameters = accepted.parameters
    inner join {{ ref('int_page_views_sessionized') }} as sessionized   -- A duplicate may carry another URL.
        on
            accepted.source_name = sessionized.source_name
            and accepted._landed_at = sessionized._landed_at
            and accepted._row_number = sessionized._row_number
    where not sessionized.is_duplicate
),

distinct_found as (
    select
        page_view_id,
        rule,
        min(found_value) as found_value
    from found
    group by page_view_id, rule
),

viewed as (
    select
        distinct_found.rule,
        distinct_found.found_value,
        page_views.*
    from distinct_found
    inner join {{ ref('fct_page_views') }} as page_views on distinct_found.page_view_id = page_views.page_view_id
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
