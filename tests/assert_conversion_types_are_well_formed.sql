-- Each conversion type has what its source needs and nothing else. A row is one rule that a type breaks, and what is allowed
-- instead: mend seeds/attribution/conversion_types.csv. docs/attribution.md says what the columns mean.
{{ config(store_failures=true) }}
{% set rules = [
    ('source', "source in ('user', 'purchase', 'refund', 'credit_note', 'lead', 'opportunity_milestone', 'page_view', 'tracked_event')",
        "one of user, purchase, refund, credit_note, lead, opportunity_milestone, page_view, tracked_event"),
    ('match_pattern', "match_pattern is null or match_pattern = lower(match_pattern)", "lower case: so are the names that it is held against"),
    ('match_pattern', "source is null or source not in ('purchase', 'refund', 'credit_note') or match_pattern is null",
        "empty: a purchase, refund or credit note has no name to match"),
    ('match_pattern', "source is null or source not in ('page_view', 'tracked_event', 'opportunity_milestone') or match_pattern is not null",
        "a pattern: which pages, events or milestones are meant"),
    ('lookback_days', "lookback_days between 1 and 1000", "1 to 1000"),
    ('funnel_step', "funnel_step is null or funnel_step in ('sign_up', 'lead', 'opportunity', 'won', 'purchase')",
        "empty, or one of sign_up, lead, opportunity, won, purchase"),
    ('amount_kind', "amount_kind is null or amount_kind in ('pipeline', 'revenue')", "empty, revenue or pipeline"),
    ('amount_kind', "amount_kind is null or amount_kind != 'pipeline' or kind_count = 1", "pipeline of one type only"),
    ('is_once_per_person', "is_once_per_person is not null", "true or false"),
    ('is_once_per_person', "coalesce(not is_once_per_person or source in ('user', 'lead', 'purchase', 'page_view', 'tracked_event'), true)",
        "false: only what a person does happens once per person"),
] %}
with

types as (
    select
        *,
        count(*) over (partition by amount_kind) as kind_count
    from {{ ref('conversion_types') }}
)

{{ broken_rules('types', 'conversion_type', rules) }}
