-- Grain: channel or campaign that a touch may stand for in a path. Paths are written in numbers: no name can be mistaken for
-- the border between two.
with

grains as (
    select distinct grain from {{ ref('int_methods_pathed') }}
),

states as (
    select distinct
        'channel' as grain,
        channel as state
    from {{ ref('int_touches_classified') }}
    union all
    select distinct
        'campaign' as grain,
        coalesce(campaigned.campaign_key, touches.channel) as state
    from {{ ref('int_touches_classified') }} as touches
    left join {{ ref('int_touches_campaigned') }} as campaigned on touches.touch_id = campaigned.touch_id
    inner join grains on grains.grain = 'campaign'
)

select
    grain,
    state,
    row_number() over (partition by grain order by state) as state_number
from states
