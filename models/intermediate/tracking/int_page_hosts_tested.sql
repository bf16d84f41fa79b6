-- Grain: host of pages that tests run on.
{{ config(materialized='view') }}

select distinct page_hosts.page_host
from (select distinct page_host from {{ ref('int_page_views_accepted') }}) as page_hosts   -- Few, so each is compared once.
inner join {{ ref('test_hosts') }} as test_hosts on {{ matches_pattern('page_hosts.page_host', 'test_hosts.pattern') }}
