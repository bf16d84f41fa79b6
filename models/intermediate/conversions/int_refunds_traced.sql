-- Grain: refund, with the purchase it gives back: the one it names, else one of its user and currency that no refund names. The
-- first refund of an amount takes the latest purchase of that amount before it, the second the one before, and so on; without
-- any, the latest of those that cost as much, or at all.
with

purchases as (
    select * from {{ ref('stg_product__purchases') }}
    where amount > 0
),

refunds as (
    select
        *,
        row_number() over (
            partition by user_id, currency, amount, refunded_purchase_id is null order by purchased_at, purchase_id
        ) as refund_number
    from {{ ref('stg_product__purchases') }}
    where amount < 0
),

named as (
    select distinct refunded_purchase_id as purchase_id
    from refunds
    where refunded_purchase_id is not null
),

candidates as (
    select
        refunds.purchase_id as refund_id,
        refunds.refunded_purchase_id,
        purchases.purchase_id,
        purchases.purchased_at,
        refunds.refund_number,
        purchases.amount >= -refunds.amount as is_enough,
        purchases.amount = -refunds.amount as is_same_amount,
        row_number() over (
            partition by refunds.purchase_id, purchases.amount = -refunds.amount
            order by purchases.purchased_at desc, purchases.purchase_id desc
        ) as recency
    from refunds
    left join named as own on refunds.refunded_purchase_id = own.purchase_id
    left join purchases
        on
            refunds.user_id = purchases.user_id
            and refunds.currency = purchases.currency
            and refunds.purchased_at >= purchases.purchased_at
            and own.purchase_id is null
            and purchases.purchase_id not in (select named.purchase_id from named)
),

traced as (
    select
        refund_id,
        coalesce(refunded_purchase_id, purchase_id) as purchase_id
    from candidates
    qualify row_number() over (
        partition by refund_id
        order by
            case when is_same_amount and recency = refund_number then 0 else 1 end asc,
            case when is_enough then 0 else 1 end asc,
            purchased_at desc nulls last,
            purchase_id asc
    ) = 1
)

select
    traced.refund_id,
    coalesce(originals.purchase_id, traced.purchase_id) as purchase_id   -- A refund of a refund is of that one's purchase.
from traced
left join traced as originals on traced.purchase_id = originals.refund_id
