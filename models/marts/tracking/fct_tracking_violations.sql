-- Grain: page view × tracking rule that it breaks. Excepted ones are kept and marked.
with

page_views as (
    select * from {{ ref('fct_page_views') }}
),

found as (
    select
        page_view_id,
        rule,
        found_value
    from {{ ref('int_page_view_violations') }}
    union all
    select
        {{ page_view_id('accepted.') }} as page_view_id,
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

excepted as (
    select
        distinct_found.page_view_id,
        distinct_found.rule,
        min(exceptions.reason) as exception_reason
    from distinct_found
    inner join page_views on distinct_found.page_view_id = page_views.page_view_id
    inner join {{ ref('tracking_exceptions') }} as exceptions
        on
            distinct_found.rule = exceptions.rule
            and exceptions.match_value = case exceptions.match_field
                when 'utm_source' then lower(page_views.utm_source)
                when 'utm_medium' then lower(page_views.utm_medium)
                when 'utm_campaign' then lower(page_views.utm_campaign)
                when 'page_host' then page_views.page_host
                when 'page_path' then page_views.page_path
                when 'found_value' then lower(distinct_found.found_value)
            end
            and (exceptions.expires_on is null or cast(page_views.occurred_at as date) <= exceptions.expires_on)
    group by distinct_found.page_view_id, distinct_found.rule
)

select
    {{ surrogate_key(['distinct_found.page_view_id', 'distinct_found.rule']) }} as violation_id,
    page_views.page_view_id,
    page_views.session_id,
    page_views.visitor_id,
    distinct_found.rule,
    rules.severity,
    rules.owner,
    distinct_found.found_value,
    excepted.exception_reason,
    page_views.page_url,
    excepted.page_view_id is not null as is_excepted,
    page_views.occurred_at
from distinct_found
inner join page_views on distinct_found.page_view_id = page_views.page_view_id
inner join {{ ref('tracking_rules') }} as rules on distinct_found.rule = rules.rule
left join excepted on distinct_found.page_view_id = excepted.page_view_id and distinct_found.rule = excepted.rule
