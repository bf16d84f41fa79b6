-- The stored evidence of every session is what the seeds and vars give now. After an edit of referrers, excluded_referrers or
-- own_domains this fails until `dbt build --full-refresh` has brought history up to date, or
-- assert_sessions_break_at_the_timeout_or_at_new_evidence does, where evidence is new amid a session.
with

hosts as (   -- Whether a referrer is an own page is stored too.
    select
        accepted.page_host,
        {{ url_host('accepted.referrer') }} as referrer_host,
        accepted.has_own_referrer,
        count(*) as page_view_count
    from {{ ref('int_page_views_accepted') }} as accepted
    where accepted.referrer is not null
    group by accepted.page_host, {{ url_host('accepted.referrer') }}, accepted.has_own_referrer
)

select
    'evidence of a session' as changed,
    started.session_id as found_in,
    started.evidence_id as stored_value,
    evidenced.evidence_id as value_now
from {{ ref('int_sessions_started') }} as started
inner join {{ ref('int_page_views_evidenced') }} as evidenced
    on
        started.source_name = evidenced.source_name
        and started._landed_at = evidenced._landed_at
        and started._row_number = evidenced._row_number
where started.evidence_id is distinct from evidenced.evidence_id
union all
select
    'own host' as changed,
    referrer_host as found_in,
    cast(has_own_referrer as varchar) as stored_value,
    cast(not has_own_referrer as varchar) as value_now
from hosts
where
    referrer_host != ''
    and has_own_referrer != (
        {{ url_without_www('referrer_host') }} = {{ url_without_www('page_host') }} or {{ is_own_host(url_without_www('referrer_host')) }}
    )
union all
select   -- That a host is no own one any more only page views tell.
    'own host in what a browser remembers' as changed,
    referrer_location as found_in,
    'false' as stored_value,
    'true' as value_now
from {{ ref('int_client_first_touches') }}
where {{ is_own_host("split_part(referrer_location, '/', 1)") }}
