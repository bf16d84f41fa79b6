-- Grain: refund, with the purchase it gives back: the one it names, else the user's latest one before it, of those that cost as
-- much if there are any.
select
    refunds.purchase_id as refund_id,
    coalesce(refunds.refunded_purchase_id, purchases.purchase_id) as purchase_id
from {{ ref('stg_product__purchases') }} as refunds
left join {{ ref('stg_product__purchases') }} as purchases
    on
        refunds.user_id = purchases.user_id
        and refunds.currency = purchases.currency
        and refunds.refunded_purchase_id is null
        and purchases.amount > 0
        and refunds.purchased_at >= purchases.purchased_at
where refunds.amount < 0
qualify row_number() over (
    partition by refunds.purchase_id
    order by
        case when purchases.amount >= -refunds.amount then 0 else 1 end asc,
        purchases.purchased_at desc nulls last,
        purchases.purchase_id asc
) = 1
