-- Grain: credit note. Its amount is what was given back, below zero.
select
    credit_note_id,
    opportunity_id,
    purchase_id,
    upper(trim(currency)) as currency,
    -abs(amount) as amount,
    issued_at
from {{ source('finance', 'credit_notes') }}
qualify {{ latest_version('credit_note_id') }}
