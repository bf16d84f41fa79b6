-- Grain: conversion of any type, in one shape.
with

unioned as (
    select
        'sign_up' as conversion_type,
        user_id as origin_id,
        'user:' || user_id as node,
        cast(null as varchar) as opportunity_id,
        cast(null as varchar) as account_id,
        cast(null as decimal(18, 2)) as amount,
        cast(null as varchar) as currency,
        created_at as converted_at
    from {{ ref('stg_product__users') }}
    union all
    select
        case when amount < 0 then 'refund' else 'purchase' end as conversion_type,
        purchase_id as origin_id,
        'user:' || user_id as node,
        null as opportunity_id,
        null as account_id,
        amount,
        currency,
        purchased_at as converted_at
    from {{ ref('stg_product__purchases') }}
    union all
    select
        'lead_created' as conversion_type,
        lead_id as origin_id,
        'lead:' || lead_id as node,
        converted_opportunity_id as opportunity_id,
        null as account_id,
        null as amount,
        null as currency,
        created_at as converted_at
    from {{ ref('stg_crm__leads') }}
    union all
    select
        'opportunity_created' as conversion_type,
        opportunity_id as origin_id,
        null as node,
        opportunity_id,
        account_id,
        amount,
        currency,
        created_at as converted_at
    from {{ ref('stg_crm__opportunities') }}
    union all
    select
        'opportunity_won' as conversion_type,
        opportunity_id as origin_id,
        null as node,
        opportunity_id,
        account_id,
        amount,
        currency,
        closed_at as converted_at
    from {{ ref('stg_crm__opportunities') }}
    where is_won and closed_at is not null
)

select
    {{ surrogate_key(['unioned.conversion_type', 'unioned.origin_id']) }} as conversion_id,
    unioned.conversion_type,
    unioned.origin_id,
    case when unioned.node is not null then md5(coalesce(nodes.root_node, unioned.node)) end as person_id,
    coalesce(unioned.account_id, persons.account_id) as account_id,
    unioned.opportunity_id,
    unioned.currency,
    unioned.amount,
    case
        when unioned.currency = '{{ var("reporting_currency") }}' then unioned.amount
        else cast(round(unioned.amount * rates.rate, 2) as decimal(18, 2))
    end as reporting_amount,
    unioned.converted_at
from unioned
inner join {{ ref('conversion_types') }} as conversion_types on unioned.conversion_type = conversion_types.conversion_type
left join {{ ref('int_nodes_resolved') }} as nodes on unioned.node = nodes.node
left join {{ ref('int_persons_accounted') }} as persons on md5(coalesce(nodes.root_node, unioned.node)) = persons.person_id
left join {{ ref('int_exchange_rates_dated') }} as rates
    on
        unioned.currency = rates.from_currency
        and unioned.converted_at >= rates.valid_from
        and (rates.valid_until is null or unioned.converted_at < rates.valid_until)
