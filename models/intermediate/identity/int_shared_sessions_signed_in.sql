-- Grain: session on a shared browser in which somebody was known, with who that was first: a user, else an address.
select distinct
    session_id,
    session_person_id as person_id
from {{ ref('int_shared_sightings_assigned') }}
where session_id is not null
