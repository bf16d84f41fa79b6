-- Grain: UTM field × canonical value, planned or seen: what is used and not planned, and planned and never used.
with

seen as (
    select
        'utm_source' as field,
        coalesce(synonyms.canonical_value, lower(page_views.utm_source)) as value,
        count(*) as page_view_count,
        min(page_views.occurred_at) as first_seen_at,
        max(page_views.occurred_at) as last_seen_at
    from {{ ref('fct_page_views') }} as page_views
    left join {{ ref('utm_synonyms') }} as synonyms on lower(page_views.utm_source) = synonyms.value and synonyms.field = 'source'
    where page_views.utm_source is not null
    group by coalesce(synonyms.canonical_value, lower(page_views.utm_source))
    union all
    select
        'utm_medium' as field,
        coalesce(synonyms.canonical_value, lower(page_views.utm_medium)) as value,
        count(*) as page_view_count,
        min(page_views.occurred_at) as first_seen_at,
        max(page_views.occurred_at) as last_seen_at
    from {{ ref('fct_page_views') }} as page_views
    left join {{ ref('utm_synonyms') }} as synonyms on lower(page_views.utm_medium) = synonyms.value and synonyms.field = 'medium'
    where page_views.utm_medium is not null
    group by coalesce(synonyms.canonical_value, lower(page_views.utm_medium))
),

planned as (
    select
        'utm_source' as field,
        utm_source as value,
        owner
    from {{ ref('utm_sources') }}
    union all
    select
        'utm_medium' as field,
        utm_medium as value,
        owner
    from {{ ref('utm_mediums') }}
)

select
    {{ surrogate_key(['coalesce(seen.field, planned.field)', 'coalesce(seen.value, planned.value)']) }} as plan_value_id,
    coalesce(seen.field, planned.field) as field,
    coalesce(seen.value, planned.value) as value,
    planned.owner,
    case
        when planned.value is null then 'seen_not_planned'
        when seen.value is null then 'planned_not_seen'
        else 'planned_and_seen'
    end as status,
    coalesce(seen.page_view_count, 0) as page_view_count,
    seen.first_seen_at,
    seen.last_seen_at
from seen
full outer join planned on seen.field = planned.field and seen.value = planned.value
