-- No combination of evidence is lost between the page views and the channel rules.
select
    evidenced.evidence_id,
    count(*) as page_view_count
from {{ ref('int_page_views_sessionized') }} as evidenced
left join {{ ref('int_evidence_classified') }} as classified on evidenced.evidence_id = classified.evidence_id
where evidenced.evidence_id is not null and classified.channel is null
group by evidenced.evidence_id
