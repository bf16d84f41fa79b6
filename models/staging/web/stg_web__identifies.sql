-- Grain: identify event. A table: five models read it, and its hashes are dear. The hash of a mailbox stays out: no table
-- keeps it.
{{ config(materialized='table') }}

select
    identify_id,
    visitor_id,
    user_id,
    user_email_hash,
    email_hash,
    email_domain,
    identified_at
from {{ ref('base_web__identifies') }}
