-- A retired id is nobody's now, and its survivor is the current person or gave way to the same one in turn.
select
    merges.retired_person_id,
    merges.surviving_person_id,
    merges.current_person_id
from {{ ref('fct_person_merges') }} as merges
left join {{ ref('fct_person_merges') }} as next_merges on merges.surviving_person_id = next_merges.retired_person_id
left join {{ ref('dim_persons') }} as persons on merges.retired_person_id = persons.person_id
where
    persons.person_id is not null
    or coalesce(next_merges.current_person_id, merges.surviving_person_id) is distinct from merges.current_person_id
