-- Grain: customer (account, else person), with the conversion that made it one: the first revenue above zero, or unknown.
select
    coalesce('account:' || conversions.account_id, 'person:' || conversions.person_id, conversions.conversion_id) as customer,
    conversions.conversion_id
from {{ ref('int_conversions_unioned') }} as conversions
inner join {{ ref('conversion_types') }} as conversion_types on conversions.conversion_type = conversion_types.conversion_type
where
    conversion_types.amount_kind = 'revenue'
    and conversion_types.source not in ('refund', 'credit_note')
    and coalesce(conversions.amount, 1) > 0
qualify row_number() over (
    partition by coalesce('account:' || conversions.account_id, 'person:' || conversions.person_id, conversions.conversion_id)
    order by conversions.converted_at, conversions.conversion_id
) = 1
