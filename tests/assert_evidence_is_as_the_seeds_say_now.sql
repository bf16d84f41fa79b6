-- The stored evidence of every page view is what the seeds and vars give now. After an edit of click_ids, placeholder_values,
-- referrers, excluded_referrers or own_domains this fails until `dbt build --full-refresh` has brought history up to date.
select
    stored.page_view_id,
    stored.evidence_id,
    current_evidence.evidence_id as evidence_id_now
from {{ ref('int_page_views_deduplicated') }} as stored
inner join {{ ref('int_page_views_evidenced') }} as current_evidence
    on
        stored.page_view_id = current_evidence.page_view_id
        and stored._landed_at = current_evidence._landed_at
        and stored._row_number = current_evidence._row_number
where
    stored.evidence_id is distinct from current_evidence.evidence_id
    {% for part in evidence_parts() %}
        or stored.{{ part }} is distinct from current_evidence.{{ part }}
    {% endfor %}
