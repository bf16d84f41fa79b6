-- Grain: distinct combination of evidence. Source, medium and campaign: UTMs, else click id, else external referrer.
with

collected as (
    select
        collected.*,
        collected.utm_source is not null or collected.utm_medium is not null or collected.utm_campaign is not null as has_utms
    from {{ ref('int_evidence_collected') }} as collected
),

sourced as (
    select
        collected.evidence_id,
        case
            when collected.has_utms
                then coalesce(source_synonyms.canonical_value, collected.utm_source, click_ids.network, collected.referrer_source, '(not set)')
            else coalesce(click_ids.network, collected.referrer_source, '(not set)')
        end as source,
        case
            when collected.has_utms then coalesce(medium_synonyms.canonical_value, collected.utm_medium, '(not set)')
            when click_ids.network is not null then coalesce(click_ids.implied_medium, '(not set)')
            when collected.referrer_source is not null then coalesce(referrer_categories.implied_medium, 'referral')
            else '(not set)'
        end as medium,
        collected.utm_campaign as campaign,
        case when not collected.has_utms and click_ids.network is null then collected.referrer_category end as referrer_category,
        click_ids.network as click_network,
        click_ids.implied_medium as click_medium,
        coalesce(click_ids.evidence = 'paid', false) as is_click_paid
    from collected
    left join {{ ref('utm_synonyms') }} as source_synonyms
        on collected.utm_source = source_synonyms.value and source_synonyms.field = 'source'
    left join {{ ref('utm_synonyms') }} as medium_synonyms
        on collected.utm_medium = medium_synonyms.value and medium_synonyms.field = 'medium'
    left join {{ ref('click_ids') }} as click_ids on collected.click_id_parameter = click_ids.click_id_parameter
    left join {{ ref('referrer_categories') }} as referrer_categories on collected.referrer_category = referrer_categories.category
),

known_sources as (   -- A UTM source is known by the name or by the host that the referrer list has for it.
    select
        source,
        category,
        match_priority
    from {{ ref('referrers') }}
    union all
    select
        host as source,
        category,
        match_priority
    from {{ ref('referrers') }}
),

source_categories as (
    select
        source,
        category
    from known_sources
    qualify row_number() over (partition by source order by match_priority, category) = 1
)

select
    sourced.* exclude (referrer_category),
    coalesce(sourced.referrer_category, source_categories.category) as source_category
from sourced
left join source_categories on sourced.source = source_categories.source
