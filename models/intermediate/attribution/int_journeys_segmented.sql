-- Grain: journey × column by which a method asks for chains of their own, with what the journey has there. It is that of the
-- first touch: known before the journey ended.
with

asked as (
    select distinct segment_column from {{ ref('int_methods_pathed') }}
    where segment_column is not null
),

opened as (
    select
        listed.journey_id,
        listed.first_touch_id
    from {{ ref('int_journeys_listed') }} as listed
    where exists (select 1 from asked) and listed.grain = 'channel'
),

plans as (   -- Of the person's newest user.
    select
        md5(coalesce(nodes.root_node, 'user:' || product_users.user_id)) as person_id,
        product_users.plan
    from {{ ref('stg_product__users') }} as product_users
    left join {{ ref('int_nodes_resolved') }} as nodes on 'user:' || product_users.user_id = nodes.node
    qualify row_number() over (
        partition by md5(coalesce(nodes.root_node, 'user:' || product_users.user_id)) order by product_users.created_at desc, product_users.user_id asc
    ) = 1
)

select
    opened.journey_id,
    asked.segment_column,
    coalesce(case asked.segment_column when 'plan' then plans.plan else agents.device_class end, 'unknown') as segment
from opened
cross join asked
left join {{ ref('int_touches_classified') }} as touches on opened.first_touch_id = touches.touch_id
left join plans on touches.person_id = plans.person_id
left join {{ ref('int_sessions') }} as sessions on touches.session_id = sessions.session_id
left join {{ ref('int_user_agents_classified') }} as agents on sessions.user_agent = agents.user_agent
