-- Grain: click in an e-mail, response to an offline campaign, or app install: touches that reach us outside the site.
with

outside as (
    select
        'email_click' as touch_origin,
        click_id as origin_id,
        'email:' || email_hash as node,
        'email' as utm_source,
        'email' as utm_medium,
        campaign_id,
        campaign_name,
        clicked_at as touched_at
    from {{ ref('stg_engagement__email_clicks') }}
    where not is_bot and email_hash is not null
    union all
    select
        'offline_response' as touch_origin,
        response_id as origin_id,
        coalesce('contact:' || contact_id, 'lead:' || lead_id) as node,
        coalesce(campaign_type, 'offline') as utm_source,
        'offline' as utm_medium,
        campaign_id,
        campaign_name,
        responded_at as touched_at
    from {{ ref('stg_crm__campaign_responses') }}
    union all
    select
        'app_install' as touch_origin,
        install_id as origin_id,
        'user:' || user_id as node,
        media_source as utm_source,
        case when media_source is not null then 'paid_app' end as utm_medium,
        campaign_id,
        campaign_name,
        installed_at as touched_at
    from {{ ref('stg_engagement__app_installs') }}
),

evidenced as (
    select
        *,
        lower(trim(campaign_name)) as utm_campaign,
        cast(null as varchar) as click_id_parameter,
        cast(null as varchar) as referrer_source,
        cast(null as varchar) as referrer_category
    from outside
)

select
    {{ surrogate_key(['touch_origin', 'origin_id']) }} as touch_id,
    touch_origin,
    node,
    campaign_id,
    {{ evidence_columns() | join(',\n    ') }},
    case when coalesce(utm_source, utm_medium, utm_campaign) is not null then {{ evidence_id() }} end as evidence_id,
    touched_at
from evidenced
