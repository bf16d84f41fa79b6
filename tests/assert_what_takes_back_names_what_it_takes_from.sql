-- A refund or credit note without its original has a path of its own, which may blame a channel that earned nothing.
-- It warns: an export that begins after the sale cannot be mended.
{{ config(severity='warn') }}

select
    conversions.conversion_id,
    conversions.conversion_type,
    conversions.origin_id,
    conversions.amount,
    conversions.currency,
    conversions.converted_at
from {{ ref('fct_conversions') }} as conversions
inner join {{ ref('conversion_types') }} as conversion_types on conversions.conversion_type = conversion_types.conversion_type
where conversion_types.source in ('refund', 'credit_note') and conversions.original_conversion_id is null
