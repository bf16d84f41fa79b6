-- Question: what would we have lost without our own state of who came from where?
-- One row per browser and device class, over all weeks, the most sessions first. Compare rows with each other rather than read
-- their level: some paid links never had a click id. Lost state is a lower bound, because only people who sign in or fill in a
-- form are known again. Persons and visitors are counted once per week, so the shares are those of the average week. Definitions are in
-- docs/capture_loss.md.
select
    browser,
    device_class,
    sum(session_count) as session_count,
    sum(paid_landing_count) as paid_landing_count,
    sum(paid_landing_without_click_id_count) / nullif(sum(paid_landing_count), 0) as without_click_id_share,
    sum(returning_person_count) as returning_person_weeks,
    sum(lost_state_person_count) / nullif(sum(returning_person_count), 0) as lost_state_share,
    sum(first_touch_count) as first_touch_weeks,
    sum(recovered_by_identity_count) / nullif(sum(first_touch_count), 0) as recovered_by_identity_share,
    sum(compared_visitor_count) as compared_visitor_weeks,
    sum(disagreeing_visitor_count) / nullif(sum(compared_visitor_count), 0) as disagreeing_share
from {{ ref('fct_capture_loss') }}
group by browser, device_class
order by session_count desc, browser asc, device_class asc
