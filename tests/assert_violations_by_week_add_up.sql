-- The weeks hold every violation that no exception covers, once.
with

expected as (
    select
        rule,
        count(*) as event_count
    from {{ ref('fct_tracking_violations') }}
    where not is_excepted
    group by rule
),

found as (
    select
        rule,
        sum(event_count) as event_count
    from {{ ref('fct_tracking_violations_by_week') }}
    group by rule
)

select
    coalesce(expected.rule, found.rule) as rule,
    expected.event_count as expected_event_count,
    found.event_count
from expected
full outer join found on expected.rule = found.rule
where expected.event_count is distinct from found.event_count
