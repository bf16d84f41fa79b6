-- Grain: credit note. Its amount is what was given back, below zero.
select
    credit_note_id,
    nullif(trim(opportunity_id), '') as opportunity_id,
    nullif(trim(purchase_id), '') as purchase_id,
    upper(trim(currency)) as currency,
    -abs(amount) as amount,
    issued_at
from {{ source('finance', 'credit_notes') }}
qualify {{ latest_version('credit_note_id') }}
