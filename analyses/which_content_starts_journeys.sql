-- Question: on which pages do the journeys begin that end in money?
-- One row per landing page of a first touch. Started is everyone whose first touch of all landed there; the other columns
-- are the purchases and won opportunities whose first touch in the window did. A page with many starts and few purchases
-- attracts the wrong people or loses them. (no page) are touches outside the site. Refunds are left out.
with

landings as (
    select
        touches.touch_id,
        touches.person_id,
        touches.touched_at,
        case
            when touches.session_id is not null then coalesce(nullif(sessions.landing_page_path, ''), '/')
            when touches.landing_page_url is not null then coalesce(nullif({{ url_path('touches.landing_page_url') }}, ''), '/')
            else '(no page)'
        end as landing_page_path
    from {{ ref('fct_touches') }} as touches
    left join {{ ref('fct_sessions') }} as sessions on touches.session_id = sessions.session_id
),

firsts as (
    select *
    from landings
    qualify row_number() over (partition by person_id order by touched_at, touch_id) = 1
),

started as (
    select
        landing_page_path,
        count(*) as started_person_count
    from firsts
    group by landing_page_path
),

won as (
    select
        landings.landing_page_path,
        count_if(credits.conversion_type = 'purchase') as purchase_count,
        count_if(credits.conversion_type = 'opportunity_won') as won_opportunity_count,
        sum(case when credits.conversion_type = 'purchase' then credits.amount else 0 end) as purchase_amount,
        sum(case when credits.conversion_type = 'opportunity_won' then credits.amount else 0 end) as won_amount
    from {{ ref('fct_attribution_credits') }} as credits
    inner join landings on credits.touch_id = landings.touch_id
    where credits.method = 'first_touch' and credits.conversion_type in ('purchase', 'opportunity_won')
    group by landings.landing_page_path
)

select
    coalesce(started.landing_page_path, won.landing_page_path) as landing_page_path,
    coalesce(started.started_person_count, 0) as started_person_count,
    coalesce(won.purchase_count, 0) as purchase_count,
    coalesce(won.won_opportunity_count, 0) as won_opportunity_count,
    1000.0 * coalesce(won.purchase_count, 0) / nullif(started.started_person_count, 0) as purchases_per_thousand_starts,
    coalesce(won.purchase_amount, 0) as purchase_amount,
    coalesce(won.won_amount, 0) as won_amount
from started
full outer join won on started.landing_page_path = won.landing_page_path
order by won_amount + purchase_amount desc, landing_page_path asc
