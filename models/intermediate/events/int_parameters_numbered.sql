-- Grain: distinct parameter string, however many page views carry it, with its template and a short number to know it by. Later
-- loads bring higher numbers, so what is made of strings can tell the new ones. No mart shows the number.
{{ config(
    materialized='incremental', incremental_strategy='append',
    meta={'zstd_columns': ['parameters']}
) }}

with

found as (
    select parameters from {{ ref('int_page_views_accepted') }}
    where parameters is not null
    union distinct
    select parameters from {{ ref('int_client_first_touches') }}
    where parameters is not null
),

unnumbered as (
    select
        found.parameters,
        {{ click_in_parameters('found.parameters') }} as click
    from found
    {% if is_incremental() %}
    left join {{ this }} as numbered on found.parameters = numbered.parameters
    where numbered.parameters is null
    {% endif %}
)

select
    parameters,
    {{ parameter_template('parameters', 'click') }} as parameter_template,
    row_number() over (order by parameters)
    {% if is_incremental() %} + (select coalesce(max(numbered.parameters_number), 0) from {{ this }} as numbered) {% endif %} as parameters_number
from unnumbered
