-- Grain: identify event. A table: seven models read it, and its hashes are dear. The hash of a mailbox stays out: no table
-- keeps it.
{{ config(materialized='table') }}

select * exclude (email_mailbox_hash) from {{ ref('base_web__identifies') }}
