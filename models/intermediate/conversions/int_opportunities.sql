-- Grain: opportunity. Marts read it here, since they do not read staging.
{{ config(materialized='view') }}

select
    opportunity_id,
    account_id,
    opportunity_name,
    stage_name,
    currency,
    amount,
    is_closed,
    is_won,
    created_at,
    closed_at
from {{ ref('stg_crm__opportunities') }}
