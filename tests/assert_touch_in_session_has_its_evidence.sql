-- Every session of a human is one touch with the session's own time, person, channel, source, medium and campaign; a bot's is none.
with

sessions as (
    select * from {{ ref('fct_sessions') }}
    where not is_bot and {{ in_part('session_id') }}
),

touches as (
    select * from {{ ref('fct_touches') }}
    where touch_origin = 'session' and {{ in_part('session_id') }}
)

select
    sessions.session_id,
    touches.touch_id,
    sessions.channel,
    touches.channel as touch_channel
from sessions
full outer join touches on sessions.session_id = touches.session_id
where
    sessions.session_id is null
    or touches.touch_id is null
    or sessions.started_at is distinct from touches.touched_at
    or sessions.person_id is distinct from touches.person_id
    or sessions.channel is distinct from touches.channel
    or sessions.source is distinct from touches.source
    or sessions.medium is distinct from touches.medium
    or (sessions.campaign is not null and sessions.campaign is distinct from touches.campaign)   -- The platform may name an id alone.
    or sessions.is_direct is distinct from touches.is_direct
    or touches.is_direct is distinct from (touches.channel = 'Direct')
