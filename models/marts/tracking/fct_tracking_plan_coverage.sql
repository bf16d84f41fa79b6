-- Grain: UTM field × canonical value, planned or seen: what is used and not planned, and planned and never used.
with

page_views as (   -- Per parameter template: these are counted quickly.
    select
        accepted.parameter_template,
        count(*) as page_view_count,
        min(accepted.occurred_at) as first_seen_at,
        max(accepted.occurred_at) as last_seen_at
    from {{ ref('int_page_views_accepted') }} as accepted
    left join {{ ref('int_page_views_repeated') }} as repeated
        on
            accepted.source_name = repeated.source_name
            and accepted._landed_at = repeated._landed_at
            and accepted._row_number = repeated._row_number
            and accepted.event_id = repeated.event_id
    where accepted.parameter_template is not null and repeated.event_id is null
    group by accepted.parameter_template
),

seen as (
    {% for field in ['source', 'medium'] %}
        select
            'utm_{{ field }}' as field,
            coalesce(synonyms.canonical_value, lower(parsed.utm_{{ field }})) as value,
            cast(sum(page_views.page_view_count) as bigint) as page_view_count,
            min(page_views.first_seen_at) as first_seen_at,
            max(page_views.last_seen_at) as last_seen_at
        from page_views
        inner join {{ ref('int_parameter_templates_parsed') }} as parsed on page_views.parameter_template = parsed.parameter_template
        left join {{ ref('utm_synonyms') }} as synonyms on lower(parsed.utm_{{ field }}) = synonyms.value and synonyms.field = '{{ field }}'
        where parsed.utm_{{ field }} is not null
        group by coalesce(synonyms.canonical_value, lower(parsed.utm_{{ field }}))
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

planned as (
    {% for field in ['source', 'medium'] %}
        select
            'utm_{{ field }}' as field,
            utm_{{ field }} as value,
            owner
        from {{ ref('utm_' ~ field ~ 's') }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
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
