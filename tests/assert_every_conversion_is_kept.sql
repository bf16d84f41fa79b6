-- Every user, purchase, refund, credit note, lead, opportunity and won opportunity is one conversion.
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
        'credit_note' as conversion_type,
        credit_note_id as origin_id
    from {{ ref('stg_finance__credit_notes') }}
    union all
    select
        'lead_created' as conversion_type,
        lead_id as origin_id
    from {{ ref('int_leads') }}
    where not is_duplicate
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
    where is_won
),

wanted as (   -- A company may take a type out of the seed, or give it a pattern of its own.
    select expected.*
    from expected
    inner join {{ ref('conversion_types') }} as conversion_types on expected.conversion_type = conversion_types.conversion_type
    where
        conversion_types.repeat_after_days is null
        and (conversion_types.match_pattern is null or conversion_types.source = 'opportunity_milestone')
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
        from wanted
        union all
        select
            conversion_type,
            origin_id,
            0 as expected_count,
            1 as found_count
        from {{ ref('fct_conversions') }}
        where conversion_type in (select wanted.conversion_type from wanted)
    ) as together
    group by conversion_type, origin_id
)

select *
from counted
where expected_count is distinct from 1 or found_count is distinct from 1
