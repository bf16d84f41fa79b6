-- No combination of evidence is lost between page views or sessions and the channel rules.
with

evidenced as (
    select evidence_id from {{ ref('int_page_views_evidenced') }}
    union all
    select evidence_id from {{ ref('int_sessions_started') }}
)

select
    evidenced.evidence_id,
    count(*) as row_count
from evidenced
left join {{ ref('int_evidence_classified') }} as classified on evidenced.evidence_id = classified.evidence_id
where evidenced.evidence_id is not null and classified.channel is null
group by evidenced.evidence_id
