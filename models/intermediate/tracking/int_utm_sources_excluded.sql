-- Grain: UTM source that names an excluded host: one that takes payments, signs people in or redirects mail.
{{ config(materialized='view') }}

select
    sources.utm_source,
    min(excluded_referrers.host) as excluded_host
from (select distinct utm_source from {{ ref('int_parameters_parsed') }}) as sources   -- Few, so each is compared once.
inner join {{ ref('excluded_referrers') }} as excluded_referrers
    on lower(sources.utm_source) = excluded_referrers.host or lower(sources.utm_source) like concat('%.', excluded_referrers.host)
group by sources.utm_source
