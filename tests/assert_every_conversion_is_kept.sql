-- Every user, purchase, refund, lead, opportunity and won opportunity is one conversion.
with

expected as (
    select
        'sign_up' as conversion_type,
        user_id as origin_id
    from {{ ref('stg_product__users') }}
    union all
    select
        case when amount < 0 then 'refund' else 'purchase' end as conversion_type,
        purchase_id as origin_id
    from {{ ref('stg_product__purchases') }}
    union all
    select
        'lead_created' as conversion_type,
        lead_id as origin_id
    from {{ ref('stg_crm__leads') }}
    union all
    select
        'opportunity_created' as conversion_type,
        opportunity_id as origin_id
    from {{ ref('stg_crm__opportunities') }}
    union all
    select
        'opportunity_won' as conversion_type,
        opportunity_id as origin_id
    from {{ ref('stg_crm__opportunities') }}
    where is_won and closed_at is not null
),

counted as (
    select
        conversion_type,
        origin_id,
        sum(expected_count) as expected_count,
        sum(found_count) as found_count
    from (
        select
            conversion_type,
            origin_id,
            1 as expected_count,
            0 as found_count
        from expected
        union all
        select
            conversion_type,
            origin_id,
            0 as expected_count,
            1 as found_count
        from {{ ref('fct_conversions') }}
        where conversion_type in ('sign_up', 'purchase', 'refund', 'lead_created', 'opportunity_created', 'opportunity_won')
    ) as together
    group by conversion_type, origin_id
)

select *
from counted
where expected_count is distinct from 1 or found_count is distinct from 1
