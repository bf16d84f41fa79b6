-- What is kept between loads is counted anew from the page views, which every load adds to: violations that a page view tells by itself,
-- and visitors whose browser sent a first-touch state.
with

told as (
    select count(*) as found_count
    from {{ ref('int_page_views_accepted') }} as accepted
    inner join {{ ref('int_page_views_sessionized') }} as sessionized
        on
            accepted.source_name = sessionized.source_name
            and accepted._landed_at = sessionized._landed_at
            and accepted._row_number = sessionized._row_number
    where accepted.has_personal_data and sessionized.session_id is not null
),

kept as (
    select count(*) as found_count from {{ ref('int_page_view_violations') }}
    where has_personal_data
),

sent as (
    select count(*) as found_count
    from (
        select distinct visitor_id from {{ ref('int_page_views_accepted') }}
        where has_first_touch
    ) as visitors
),

remembered as (
    select count(*) as found_count from {{ ref('int_client_first_touches') }}
)

select
    'page views with personal data' as counted,
    told.found_count as page_views_say,
    kept.found_count as kept_count
from told
cross join kept
where told.found_count is distinct from kept.found_count
union all
select
    'visitors with a first touch' as counted,
    sent.found_count as page_views_say,
    remembered.found_count as kept_count
from sent
cross join remembered
where sent.found_count is distinct from remembered.found_count
