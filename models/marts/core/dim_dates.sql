-- Grain: day, of every year in which anything happened.
with

spans as (
    select
        min(started_at) as first_at,
        max(ended_at) as last_at
    from {{ ref('fct_sessions') }}
    union all
    select
        min(touched_at) as first_at,
        max(touched_at) as last_at
    from {{ ref('fct_touches') }}
    union all
    select
        min(converted_at) as first_at,
        max(converted_at) as last_at
    from {{ ref('fct_conversions') }}
    union all
    select
        min(created_at) as first_at,
        max(coalesce(closed_at, created_at)) as last_at
    from {{ ref('fct_opportunities') }}
    union all
    select
        cast(min(spend_date) as timestamp) as first_at,
        cast(max(spend_date) as timestamp) as last_at
    from {{ ref('fct_ad_spend') }}
),

years as (
    select
        cast(date_trunc('year', min(first_at)) as date) as first_date,
        date_part('year', max(last_at)) as last_year
    from spans
),

days as (   -- 65536 days are 179 years.
    select
        years.last_year,
        cast({{ dbt.dateadd('day', 'cast(numbers.generated_number as integer) - 1', 'years.first_date') }} as date) as date_day
    from years
    cross join ({{ dbt.generate_series(65536) }}) as numbers
),

weeks as (   -- ISO: a week begins on Monday and is of the year that its Thursday is in.
    select
        date_day,
        cast(date_trunc('week', date_day) as date) as week_date,
        cast({{ dbt.dateadd('day', 3, "date_trunc('week', date_day)") }} as date) as thursday
    from days
    where date_part('year', date_day) <= last_year
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
    cast(date_trunc('year', date_day) as date) as year_date
from weeks
