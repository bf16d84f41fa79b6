-- Grain: campaign of a source, seen in touches.
with

touched as (
    select
        source,
        campaign,
        count(*) as touch_count,
        count(distinct person_id) as person_count,
        min(touched_at) as first_touched_at,
        max(touched_at) as last_touched_at
    from {{ ref('fct_touches') }}
    where campaign is not null
    group by source, campaign
),

representative as (   -- One campaign may run in several channels; the most frequent one stands for it.
    select
        source,
        campaign,
        channel,
        max(campaign_id) as campaign_id
    from {{ ref('fct_touches') }}
    where campaign is not null
    group by source, campaign, channel
    qualify row_number() over (partition by source, campaign order by count(*) desc, channel) = 1
)

select
    {{ surrogate_key(['touched.source', 'touched.campaign']) }} as campaign_key,
    representative.campaign_id,
    touched.source,
    touched.campaign,
    representative.channel,
    touched.touch_count,
    touched.person_count,
    touched.first_touched_at,
    touched.last_touched_at
from touched
inner join representative on touched.source = representative.source and touched.campaign = representative.campaign
