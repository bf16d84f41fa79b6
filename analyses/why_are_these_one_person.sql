-- Question: why are all these browsers, users, addresses, leads and contacts one person, and since when?
-- One row per link of the person who made the planted purchase of the demo world, in order of time. Read the two
-- identifiers and what showed them together; a link without a retired person joined what was one person already. A link
-- with an ignored reason joined nobody: its other end is somebody else. For your own case, change the purchase's id.
with

buyers as (
    select person_id
    from {{ ref('fct_conversions') }}
    where origin_id = 'pur_planted_case'
)

select
    links.link_source,
    links.left_identifier,
    links.right_identifier,
    links.ignored_reason,
    merges.retired_person_id,
    merges.surviving_person_id,
    merges.is_new_identifier,
    links.first_seen_at,
    links.last_seen_at
from buyers
inner join {{ ref('fct_identity_links') }} as links on buyers.person_id in (links.left_person_id, links.right_person_id)
left join {{ ref('fct_person_merges') }} as merges on links.link_id = merges.link_id
order by links.first_seen_at, links.left_identifier, links.right_identifier, links.link_source
