-- Each browser is a person of its own, and each conversion belongs to the browser on which it happened: what a tool does that
-- knows cookies only. A user is cut up into one per browser (user|browser), without an address; of an address's forms the one
-- that made the lead stays. Contacts stay with their lead, since that is the CRM's own link.
create temp table sightings as
select
    user_id,
    anonymous_id,
    received_at - coalesce(sent_at - event_at, interval 0 second) as seen_at
from raw.page_views
where user_id is not null and anonymous_id is not null
union all
select
    user_id,
    anonymous_id,
    received_at as seen_at
from raw.identifies
where user_id is not null and anonymous_id is not null;

create temp table homes as
select
    user_id,
    arg_min(anonymous_id, (seen_at, anonymous_id)) as anonymous_id
from sightings
group by user_id;

create temp table bought_on as
select
    purchases.purchase_id,
    arg_max(sightings.anonymous_id, (sightings.seen_at, sightings.anonymous_id)) as anonymous_id
from raw.purchases
inner join sightings
    on purchases.user_id = sightings.user_id and sightings.seen_at <= purchases.purchased_at + interval 1 minute
group by purchases.purchase_id;

update raw.purchases set user_id = purchases.user_id || '|' || bought_on.anonymous_id
from bought_on
where purchases.purchase_id = bought_on.purchase_id;

update raw.users set
    user_id = users.user_id || '|' || homes.anonymous_id,
    email = null
from homes
where users.user_id = homes.user_id;

update raw.app_installs set user_id = app_installs.user_id || '|' || homes.anonymous_id
from homes
where app_installs.user_id = homes.user_id;

create temp table lead_forms as
select arg_min(identifies.event_id, (abs(epoch(identifies.received_at) - epoch(leads.created_at)), identifies.event_id)) as event_id
from raw.identifies
inner join (
    select
        lower(trim(email)) as email,
        min(created_at) as created_at
    from raw.crm_leads
    group by all
) as leads on lower(trim(identifies.email)) = leads.email
where identifies.user_id is null
group by leads.email;

delete from raw.identifies where user_id is null and event_id not in (select event_id from lead_forms where event_id is not null);
update raw.identifies set
    user_id = user_id || '|' || anonymous_id,
    email = null
where user_id is not null;
update raw.page_views set user_id = user_id || '|' || anonymous_id where user_id is not null;
update raw.tracked_events set user_id = user_id || '|' || anonymous_id where user_id is not null;
