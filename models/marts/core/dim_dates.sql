-- Grain: day, of every year in which anything happened. Years and not a span, or one wrong date would fill it with centuries.
with

years as (
    select cast(date_trunc('year', started_at) as date) as year_date from {{ ref('int_sessions') }}
    where session_id is not null
    union distinct
    select cast(date_trunc('year', ended_at) as date) as year_date from {{ ref('int_sessions') }}
    where session_id is not null
    union distinct
    select cast(date_trunc('year', touched_at) as date) as year_date from {{ ref('fct_touches') }}
    union distinct
    select cast(date_trunc('year', converted_at) as date) as year_date from {{ ref('fct_conversions') }}
    union distinct
    select cast(date_trunc('year', created_at) as date) as year_date from {{ ref('fct_opportunities') }}
    union distinct
    select cast(date_trunc('year', closed_at) as date) as year_date from {{ ref('fct_opportunities') }}
    union distinct
    select cast(date_trunc('year', spend_date) as date) as year_date from {{ ref('fct_ad_spend') }}
),

numbers as (
    {{ dbt.generate_series(366) }}
),

days as (
    select
        years.year_date,
        cast({{ dbt.dateadd('day', 'cast(numbers.generated_number as integer) - 1', 'years.year_date') }} as date) as date_day
    from years
    cross join numbers
    where years.year_date is not null   -- Opportunities that are not closed.
),

weeks as (   -- ISO: a week begins on Monday and is of the year that its Thursday is in.
    select
        year_date,
        date_day,
        cast(date_trunc('week', date_day) as date) as week_date,
        cast({{ dbt.dateadd('day', 3, "date_trunc('week', date_day)") }} as date) as thursday
    from days
    where date_part('year', date_day) = date_part('year', year_date)   -- 366 only in leap years.
)

select
    date_day,
    cast(date_part('year', date_day) as varchar) || '-Q' || cast(date_part('quarter', date_day) as varchar) as year_quarter,
    cast(date_part('year', date_day) as varchar) || '-' || lpad(cast(date_part('month', date_day) as varchar), 2, '0') as year_month,
    cast(date_part('year', date_day) as bigint) as year_number,
    cast(date_part('quarter', date_day) as bigint) as quarter_number,
    cast(date_part('month', date_day) as bigint) as month_number,
    cast(date_part('day', date_day) as bigint) as day_of_month,
    cast({{ dbt.datediff('week_date', 'date_day', 'day') }} + 1 as bigint) as day_of_week,
    cast(date_part('year', thursday) as bigint) as iso_year,
    cast(floor((date_part('dayofyear', thursday) - 1) / 7) + 1 as bigint) as iso_week,
    {{ dbt.datediff('week_date', 'date_day', 'day') }} >= 5 as is_weekend,
    week_date,
    cast(date_trunc('month', date_day) as date) as month_date,
    cast(date_trunc('quarter', date_day) as date) as quarter_date,
    year_date
from weeks
