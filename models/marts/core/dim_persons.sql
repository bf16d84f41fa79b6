-- Grain: person: a component of linked identifiers, or a lone visitor.
with

visitors as (
    select
        person_id,
        count(*) as visitor_count,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at
    from {{ ref('int_visitors_assigned') }}
    group by person_id
),

identifiers as (
    select
        md5(root_node) as person_id,
        cast(count_if(node like 'user:%') as bigint) as user_count,
        cast(count_if(node like 'email:%') as bigint) as email_count,
        cast(count_if(node like 'lead:%') as bigint) as lead_count,
        cast(count_if(node like 'contact:%') as bigint) as contact_count,
        min(case when node like 'email:%' then substr(node, 7) end) as email_hash,
        min(case when node like 'user:%' then substr(node, 6) end) as user_id
    from {{ ref('int_nodes_resolved') }}
    group by root_node
),

lifetimes as (   -- What the person bought. Won opportunities belong to the account.
    select
        conversions.person_id,
        sum(conversions.reporting_amount) as lifetime_value_amount
    from {{ ref('fct_conversions') }} as conversions
    inner join {{ ref('conversion_types') }} as conversion_types on conversions.conversion_type = conversion_types.conversion_type
    where conversion_types.amount_kind = 'revenue' and conversions.person_id is not null
    group by conversions.person_id
),

persons as (
    select person_id from visitors
    union distinct
    select person_id from identifiers
    union distinct
    select person_id from {{ ref('int_sessions_assigned') }}
    union distinct
    select person_id from {{ ref('int_opportunities_peopled') }}
    union distinct
    select person_id from {{ ref('int_conversions_unioned') }}
    where person_id is not null
    union distinct
    select person_id from {{ ref('int_touches_classified') }}
)

select
    persons.person_id,
    accounts.account_id,
    identifiers.user_id,
    identifiers.email_hash,
    accounts.account_rule,
    coalesce(visitors.visitor_count, 0) as visitor_count,
    coalesce(identifiers.user_count, 0) as user_count,
    coalesce(identifiers.email_count, 0) as email_count,
    coalesce(identifiers.lead_count, 0) as lead_count,
    coalesce(identifiers.contact_count, 0) as contact_count,
    cast(coalesce(lifetimes.lifetime_value_amount, 0) as decimal(18, 2)) as lifetime_value_amount,
    coalesce(identifiers.user_count + identifiers.email_count + identifiers.lead_count + identifiers.contact_count, 0) > 0 as is_identified,
    visitors.first_seen_at,
    visitors.last_seen_at
from persons
left join visitors on persons.person_id = visitors.person_id
left join identifiers on persons.person_id = identifiers.person_id
left join {{ ref('int_persons_accounted') }} as accounts on persons.person_id = accounts.person_id
left join lifetimes on persons.person_id = lifetimes.person_id
