-- Grain: identifier, also one that nothing links, but of visitors only those with a link. The number is its age: 1 is
-- the oldest. All sightings count, so that a visit in January is older than the sign-in in May that explains it.
{% set sightings = [
    ('stg_web__identifies', 'user', 'user_id', 'identified_at'),
    ('stg_web__identifies', 'email', 'email_hash', 'identified_at'),
    ('stg_web__tracked_events', 'user', 'user_id', 'occurred_at'),
    ('stg_product__users', 'user', 'user_id', 'created_at'),
    ('stg_product__purchases', 'user', 'user_id', 'purchased_at'),
    ('stg_engagement__app_installs', 'user', 'user_id', 'installed_at'),
    ('stg_engagement__email_clicks', 'email', 'email_hash', 'clicked_at'),
    ('stg_crm__leads', 'lead', 'lead_id', 'created_at'),
    ('stg_crm__contacts', 'contact', 'contact_id', 'created_at'),
    ('stg_crm__campaign_responses', 'lead', 'lead_id', 'responded_at'),
    ('stg_crm__campaign_responses', 'contact', 'contact_id', 'responded_at'),
] %}
with

edges as (
    select * from {{ ref('int_identity_edges') }}
),

visits as (
    select
        'visitor:' || visitor_id as node,
        started_at as first_seen_at,
        ended_at as last_seen_at
    from {{ ref('int_sessions') }}
    where session_id is not null
    union all
    select
        'visitor:' || visitor_id as node,
        occurred_at as first_seen_at,
        occurred_at as last_seen_at
    from {{ ref('stg_web__tracked_events') }}
    where visitor_id is not null
),

sighted as (
    {% for end in ['left', 'right'] %}
        select
            {{ end }}_node as node,
            first_seen_at,
            last_seen_at
        from edges
        union all
    {% endfor %}
    select
        node,
        first_seen_at,
        last_seen_at
    from visits
    where node in (select edges.left_node from edges)
    {% for relation, kind, id, seen_at in sightings %}
        union all
        select
            '{{ kind }}:' || {{ id }} as node,
            {{ seen_at }} as first_seen_at,
            {{ seen_at }} as last_seen_at
        from {{ ref(relation) }}
        where {{ id }} is not null
    {% endfor %}
),

seen as (
    select
        node,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at
    from sighted
    group by node
)

select
    node,
    row_number() over (order by first_seen_at nulls last, node) as node_number,
    first_seen_at,
    last_seen_at
from seen
