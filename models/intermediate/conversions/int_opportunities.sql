-- Grain: opportunity. Marts read it here, since they do not read staging.
{{ config(materialized='view') }}

select * from {{ ref('stg_crm__opportunities') }}
