-- Each method has what its family needs and nothing else. A row is one rule that a method breaks, and what is allowed instead: mend
-- seeds/attribution/attribution_methods.csv. docs/attribution.md says what the columns mean.
{{ config(store_failures=true) }}
{% set rules = [
    ('weight_sum', "weight_sum is null or abs(weight_sum - 1) < 1e-9", "the five columns that end in _weight add up to 1, or are all empty"),
    ('least_weight', "least_weight is null or least_weight >= 0", "no weight is negative"),
    ('first_weight', "first_weight is null or family in ('positional', 'milestone')", "empty: it is of positional and milestone methods"),
    ('lead_weight', "lead_weight is null or family = 'milestone'", "empty: it is of milestone methods"),
    ('opportunity_weight', "opportunity_weight is null or family = 'milestone'", "empty: it is of milestone methods"),
    ('middle_weight', "middle_weight is null or family in ('positional', 'milestone')", "empty: it is of positional and milestone methods"),
    ('last_weight', "last_weight is null or family in ('positional', 'milestone')", "empty: it is of positional and milestone methods"),
    ('last_weight', "coalesce(first_weight + last_weight > 0, true)", "first_weight or last_weight is above 0, since of two touches none is in the middle"),
    ('half_life_days', "half_life_days is null or family = 'time_decay'", "empty: it is of time_decay methods"),
    ('half_life_days', "family != 'time_decay' or half_life_days >= 1", "1 or more: with less, the weight of old touches is rounded to zero"),
    ('markov_order', "family != 'markov' or markov_order between 1 and 4", "1, 2, 3 or 4"),
    ('markov_order', "family != 'shapley' or markov_order = 1", "1: Shapley values are of the chain of order 1"),
    ('markov_order', "is_made_from_journeys or markov_order is null", "empty: it is of markov and shapley methods"),
    ('path_transform', "not is_made_from_journeys or path_transform in ('as_is', 'collapse_repeats', 'unique', 'first_occurrence', 'last_non_direct')",
        "one of as_is, collapse_repeats, unique, first_occurrence, last_non_direct"),
    ('path_transform', "is_made_from_journeys or path_transform is null", "empty: it is of markov and shapley methods"),
    ('grain', "not is_made_from_journeys or grain in ('channel', 'campaign')", "channel or campaign"),
    ('grain', "is_made_from_journeys or grain is null", "empty: it is of markov and shapley methods"),
    ('segment_column', "segment_column is null or (is_made_from_journeys and segment_column in ('device_class', 'plan'))",
        "empty; of markov and shapley methods also device_class or plan"),
    ('minimum_age_days', "minimum_age_days is null or (is_made_from_journeys and minimum_age_days > 0)",
        "empty; of markov and shapley methods also 1 or more"),
    ('random_seed', "not is_made_from_journeys or random_seed >= 0", "0 or more; not empty, whether or not anything is drawn"),
    ('random_seed', "is_made_from_journeys or random_seed is null", "empty: it is of markov and shapley methods"),
    ('bootstrap_replicates', "not is_made_from_journeys or bootstrap_replicates between 2 and 10000",
        "2 to 10000; not empty, whether or not there are intervals"),
    ('bootstrap_replicates', "is_made_from_journeys or bootstrap_replicates is null", "empty: it is of markov and shapley methods"),
    ('is_direct_excluded', "is_direct_excluded is not null", "true or false"),
    ('is_direct_excluded', "not is_made_from_journeys or path_transform is null or is_direct_excluded is null or is_direct_excluded = (path_transform = 'last_non_direct')",
        "true with the path_transform last_non_direct, false with any other"),
    ('fallback_method', "not may_lack_something or fallback_method is not null", "a method that stands in: milestone, markov and shapley methods need one"),
    ('fallback_method', "may_lack_something or fallback_method is null", "empty: it is of milestone, markov and shapley methods"),
    ('fallback_method', "fallback_method is null or fallback_method in (select method from methods)", "the name of a method in this file"),
] %}
with recursive methods as (
    select
        *,
        family in ('markov', 'shapley') as is_made_from_journeys,
        family in ('milestone', 'markov', 'shapley') as may_lack_something,
        case
            when coalesce(first_weight, lead_weight, opportunity_weight, middle_weight, last_weight) is not null
                then
                    coalesce(first_weight, 0) + coalesce(lead_weight, 0) + coalesce(opportunity_weight, 0)
                    + coalesce(middle_weight, 0) + coalesce(last_weight, 0)
        end as weight_sum,
        least(
            coalesce(first_weight, 0), coalesce(lead_weight, 0), coalesce(opportunity_weight, 0),
            coalesce(middle_weight, 0), coalesce(last_weight, 0)
        ) as least_weight
    from {{ ref('attribution_methods') }}
),

known as (   -- Of an unknown family nothing more can be said.
    select *
    from methods
    where family in ('positional', 'time_decay', 'milestone', 'markov', 'shapley')
),

fallbacks as (
    select
        method,
        fallback_method as applied_method,
        1 as distance
    from methods
    where fallback_method is not null
    union all
    select
        fallbacks.method,
        methods.fallback_method as applied_method,
        fallbacks.distance + 1 as distance
    from fallbacks
    inner join methods on fallbacks.applied_method = methods.method
    where methods.fallback_method is not null and fallbacks.distance < 10
)

{{ broken_rules('methods', 'method', [
    ('family', "family in ('positional', 'time_decay', 'milestone', 'markov', 'shapley')", "one of positional, time_decay, milestone, markov, shapley"),
]) }}
union all
{{ broken_rules('known', 'method', rules) }}
union all
select distinct
    methods.method,
    'fallback_method' as column_name,
    methods.fallback_method as found_value,
    'a method whose own fallbacks do not lead back to this one' as what_is_allowed
from fallbacks
inner join methods on fallbacks.method = methods.method
where fallbacks.method = fallbacks.applied_method
