-- Grain: credit note. Its amount is what was given back, below zero.
{% set columns = ['opportunity_id', 'purchase_id', 'amount', 'currency', 'issued_at'] %}
select
    {{ clean_id('credit_note_id') }} as credit_note_id,
    {{ clean_id('opportunity_id') }} as opportunity_id,
    {{ clean_id('purchase_id') }} as purchase_id,
    upper(trim(currency)) as currency,
    -abs(amount) as amount,
    issued_at
from {{ source('finance', 'credit_notes') }}
qualify {{ latest_version(clean_id('credit_note_id'), columns) }}
