-- Grain: export of an opportunity, with the time it speaks of: that of its last change, but of a close nobody else told of in
-- between, the time of the close. An export without a time speaks of the close, else of the last change we know.
with

changes as (
    select
        opportunity_id,
        max(changed_at) as last_changed_at
    from {{ ref('stg_crm__opportunity_history') }}
    group by opportunity_id
),

dated as (
    select
        versions.* exclude (stated_at, closed_at),
        {{ end_of_day('versions.closed_at') }} as closed_at,
        coalesce(
            versions.stated_at,
            {{ end_of_day('versions.closed_at') }},
            greatest(coalesce(changes.last_changed_at, versions.created_at), versions.created_at)
        ) as stated_at
    from {{ ref('stg_crm__opportunity_versions') }} as versions
    left join changes on versions.opportunity_id = changes.opportunity_id
),

told as (
    select
        opportunity_id,
        stated_at
    from dated
    union distinct
    select
        opportunity_id,
        changed_at as stated_at
    from {{ ref('stg_crm__opportunity_history') }}
    union distinct
    select
        opportunity_id,
        created_at as stated_at
    from dated
),

ordered as (
    select
        *,
        lag(stated_at) over (partition by opportunity_id order by stated_at) as previous_stated_at
    from told
)

select
    dated.opportunity_id,
    dated.stage_name,
    dated.outcome,
    dated.currency,
    dated.amount,
    case
        when dated.closed_at < dated.stated_at and dated.closed_at > ordered.previous_stated_at then dated.closed_at
        else dated.stated_at
    end as stated_at
from dated
inner join ordered on dated.opportunity_id = ordered.opportunity_id and dated.stated_at = ordered.stated_at
qualify row_number() over (
    partition by dated.opportunity_id, dated.stated_at order by dated.closed_at desc nulls last, dated.stage_name desc, dated.amount desc
) = 1
