-- Question: which sequences of channels end in a purchase or in a won opportunity most often?
-- One row per conversion type and path, at most twenty paths of each; the others are one row. Repeats in a row are written
-- once: three visits from an ad are one step. Shares add up to 1 for each conversion type. A frequent path is not a good
-- path by itself: it says what happens, not what works. Refunds are left out.
with

conversions as (
    select *
    from {{ ref('fct_conversions') }}
    where conversion_type in ('purchase', 'opportunity_won')
),

stepped as (   -- Linear credits every touch, so its rows are the path; one row without a touch if there is none.
    select
        credits.conversion_id,
        credits.channel,
        coalesce(credits.position, 1) as step_number,
        lag(credits.channel) over (partition by credits.conversion_id order by credits.position) as channel_before
    from {{ ref('fct_attribution_credits') }} as credits
    inner join conversions on credits.conversion_id = conversions.conversion_id
    where credits.method = 'linear'
),

paths as (
    select
        conversion_id,
        {{ dbt.listagg('channel', "' > '", 'order by step_number') }} as path
    from stepped
    where channel is distinct from channel_before
    group by conversion_id
),

counted as (
    select
        conversions.conversion_type,
        paths.path,
        count(*) as conversion_count,
        sum(conversions.reporting_amount) as amount,
        row_number() over (partition by conversions.conversion_type order by count(*) desc, paths.path asc) as path_rank
    from conversions
    inner join paths on conversions.conversion_id = paths.conversion_id
    group by conversions.conversion_type, paths.path
),

named as (
    select
        conversion_type,
        case when path_rank <= 20 then path else '(all other paths)' end as path,
        least(path_rank, 21) as path_rank,
        conversion_count,
        amount
    from counted
)

select
    conversion_type,
    path,
    path_rank,
    count(*) as distinct_path_count,
    sum(conversion_count) as conversion_count,
    sum(conversion_count) / cast(sum(sum(conversion_count)) over (partition by conversion_type) as double) as conversion_share,
    sum(amount) as amount
from named
group by conversion_type, path, path_rank
order by conversion_type, path_rank
