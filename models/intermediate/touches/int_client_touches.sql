-- Grain: visitor whose browser remembers a first touch that is older than any we observed: its event was lost, and the
-- state the site kept makes up for it.
with

observed as (
    select
        visitor_id,
        min(started_at) as first_touched_at
    from {{ ref('int_sessions') }}
    where evidence_id is not null
    group by visitor_id
)

select
    {{ surrogate_key(["'client_state'", 'remembered.visitor_id']) }} as touch_id,
    remembered.visitor_id,
    client.landing_page_url,
    client.parameters,
    client.parameter_template,
    remembered.evidence_id,
    remembered.touched_at
from {{ ref('int_client_first_touches_evidenced') }} as remembered
inner join {{ ref('int_client_first_touches') }} as client on remembered.visitor_id = client.visitor_id
left join observed on remembered.visitor_id = observed.visitor_id
where
    remembered.evidence_id is not null
    and (
        observed.first_touched_at is null
        or {{ is_past_timeout('remembered.touched_at', 'observed.first_touched_at') }}
    )
