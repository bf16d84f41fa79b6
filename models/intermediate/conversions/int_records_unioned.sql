-- Grain: record that may be a conversion, from any source but page views, in one shape.
select
    'user' as source,
    lower(plan) as event_name,
    user_id as origin_id,
    'user:' || user_id as node,
    cast(null as varchar) as opportunity_id,
    cast(null as varchar) as reversed_source,
    cast(null as varchar) as reversed_origin_id,
    cast(null as varchar) as currency,
    cast(null as decimal(18, 2)) as amount,
    created_at as occurred_at
from {{ ref('stg_product__users') }}
union all
select
    case when purchases.amount < 0 then 'refund' else 'purchase' end as source,
    null as event_name,
    purchases.purchase_id as origin_id,
    'user:' || purchases.user_id as node,
    null as opportunity_id,
    case when purchases.amount < 0 then 'purchase' end as reversed_source,
    refunds.purchase_id as reversed_origin_id,
    purchases.currency,
    purchases.amount,
    purchases.purchased_at as occurred_at
from {{ ref('stg_product__purchases') }} as purchases
left join {{ ref('int_refunds_traced') }} as refunds on purchases.purchase_id = refunds.refund_id
union all
select
    'credit_note' as source,
    null as event_name,
    credit_notes.credit_note_id as origin_id,
    'user:' || purchases.user_id as node,
    credit_notes.opportunity_id,
    case when credit_notes.opportunity_id is not null then 'opportunity_milestone' else 'purchase' end as reversed_source,
    coalesce(credit_notes.opportunity_id, refunds.purchase_id, credit_notes.purchase_id) as reversed_origin_id,
    credit_notes.currency,
    credit_notes.amount,
    credit_notes.issued_at as occurred_at
from {{ ref('stg_finance__credit_notes') }} as credit_notes
left join {{ ref('int_refunds_traced') }} as refunds on credit_notes.purchase_id = refunds.refund_id
left join {{ ref('stg_product__purchases') }} as purchases on credit_notes.purchase_id = purchases.purchase_id
union all
select
    'lead' as source,
    lower(lead_status) as event_name,
    lead_id as origin_id,
    'lead:' || lead_id as node,
    converted_opportunity_id as opportunity_id,
    null as reversed_source,
    null as reversed_origin_id,
    null as currency,
    null as amount,
    created_at as occurred_at
from {{ ref('int_leads') }}
where not is_duplicate
union all
select
    'tracked_event' as source,
    events.event_name,
    events.tracked_event_id as origin_id,
    assigned.node,
    null as opportunity_id,
    null as reversed_source,
    null as reversed_origin_id,
    events.currency,
    events.amount,
    events.occurred_at
from {{ ref('stg_web__tracked_events') }} as events
inner join {{ ref('int_tracked_events_assigned') }} as assigned on events.tracked_event_id = assigned.tracked_event_id
where events.occurred_at is not null
