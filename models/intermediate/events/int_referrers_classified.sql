-- Grain: distinct external referrer location (host and path). Payment, sign-in and mail-redirect hosts are excluded.
with

locations as (
    select referrer_location from {{ ref('int_page_views_accepted') }}
    where referrer_location is not null
    union distinct
    select referrer_location from {{ ref('int_client_first_touches') }}
    where referrer_location is not null
),

placed as (
    select
        referrer_location,
        split_part(referrer_location, '/', 1) as referrer_host,
        {{ url_after('referrer_location', '/') }} as referrer_path
    from locations
),

hosts as (
    select distinct referrer_host from placed
),

excluded as (
    select
        hosts.referrer_host,
        min(excluded_referrers.kind) as excluded_kind
    from hosts
    inner join {{ ref('excluded_referrers') }} as excluded_referrers
        on hosts.referrer_host = excluded_referrers.host or hosts.referrer_host like concat('%.', excluded_referrers.host)
    group by hosts.referrer_host
),

host_matches as (
    select
        hosts.referrer_host,
        referrers.*
    from hosts
    inner join {{ ref('referrers') }} as referrers
        on
            hosts.referrer_host = referrers.host
            or (referrers.host_pattern is null and hosts.referrer_host like concat('%.', referrers.host))
            or {{ matches_pattern('hosts.referrer_host', 'referrers.host_pattern') }}
),

matched as (   -- The most specific rule wins: mail.google.com is mail, not search.
    select
        placed.referrer_location,
        host_matches.name,
        host_matches.source,
        host_matches.category
    from placed
    inner join host_matches
        on
            placed.referrer_host = host_matches.referrer_host
            and (host_matches.path_prefix is null or placed.referrer_path like concat(ltrim(host_matches.path_prefix, '/'), '%'))
    qualify row_number() over (
        partition by placed.referrer_location order by host_matches.match_priority desc, host_matches.referrer_pattern_id asc
    ) = 1
)

select
    placed.referrer_location,
    placed.referrer_host,
    matched.name as referrer_name,
    coalesce(matched.source, placed.referrer_host) as referrer_source,
    matched.category as referrer_category,
    excluded.excluded_kind
from placed
left join matched on placed.referrer_location = matched.referrer_location
left join excluded on placed.referrer_host = excluded.referrer_host
