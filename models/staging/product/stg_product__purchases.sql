-- Grain: purchase, or refund (a negative amount).
select
    purchase_id,
    {{ user_key('user_id') }} as user_id,
    nullif(trim(refunded_purchase_id), '') as refunded_purchase_id,
    upper(trim(currency)) as currency,
    amount,
    purchased_at
from {{ source('product', 'purchases') }}
qualify {{ latest_version('purchase_id') }}
