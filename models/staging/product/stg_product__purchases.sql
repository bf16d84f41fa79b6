-- Grain: purchase, or refund (a negative amount).
{% set columns = ['user_id', 'refunded_purchase_id', 'amount', 'currency', 'purchased_at'] %}
select
    {{ clean_id('purchase_id') }} as purchase_id,
    {{ clean_id('user_id') }} as user_id,
    {{ clean_id('refunded_purchase_id') }} as refunded_purchase_id,
    upper(trim(currency)) as currency,
    amount,
    purchased_at
from {{ source('product', 'purchases') }}
qualify {{ latest_version(clean_id('purchase_id'), columns) }}
