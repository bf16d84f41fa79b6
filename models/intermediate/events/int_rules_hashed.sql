-- Grain: one row. What is kept between loads and rests on rules carries the hash of their rows; under another one it is made anew.
{{ config(materialized='view') }}

with

sources_with_state as (
    select source_name from {{ ref('int_sources_with_state') }}
),

hashed as (
    select
        concat({{ rows_hash(ref('referrers')) }}, ' ', {{ rows_hash(ref('excluded_referrers')) }}) as referrer_rules,
        concat(
            {{ rows_hash(ref('utm_sources')) }}, ' ', {{ rows_hash(ref('utm_mediums')) }}, ' ', {{ rows_hash(ref('utm_conventions')) }}, ' ',
            {{ rows_hash(ref('utm_synonyms')) }}, ' ', {{ rows_hash(ref('click_ids')) }}, ' ', {{ rows_hash(ref('excluded_referrers')) }}
        ) as parameter_rules,
        concat(
            {{ rows_hash(ref('test_hosts')) }}, ' ', {{ rows_hash(ref('bot_patterns')) }}, ' ', {{ rows_hash('sources_with_state') }}
        ) as other_rules
)

select
    referrer_rules,
    parameter_rules,
    concat(referrer_rules, ' ', parameter_rules, ' ', other_rules) as page_view_rules
from hashed
