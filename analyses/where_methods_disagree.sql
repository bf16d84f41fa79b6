-- Question: for which channels does the choice of method decide the answer?
-- One row per conversion type and channel, the widest spread first. The shares are parts of all credit of the type under
-- one method. A spread near 0 means that any method will do. A wide one means that the channel works at one end of the
-- path, and that a budget decision needs an experiment, not a choice of method. Refunds and credit notes are left out.
with

credited as (
    select
        conversion_type,
        method,
        channel,
        sum(credit) as credits
    from {{ ref('fct_attribution_credits') }}
    where conversion_type not in ('refund', 'credit_note')
    group by conversion_type, method, channel
),

methods as (
    select
        conversion_type,
        method,
        sum(credits) as all_credits
    from credited
    group by conversion_type, method
),

channels as (
    select distinct
        conversion_type,
        channel
    from credited
),

shares as (   -- A method that gives a channel nothing has no row in the mart. Rounded, so that noise makes no winner.
    select
        channels.conversion_type,
        channels.channel,
        methods.method,
        round(coalesce(credited.credits, 0) / methods.all_credits, 9) as credit_share
    from channels
    inner join methods on channels.conversion_type = methods.conversion_type
    left join credited
        on methods.conversion_type = credited.conversion_type and methods.method = credited.method and channels.channel = credited.channel
),

ranked as (
    select
        *,
        row_number() over (partition by conversion_type, channel order by credit_share, method) as low_rank,
        row_number() over (partition by conversion_type, channel order by credit_share desc, method asc) as high_rank
    from shares
)

select
    conversion_type,
    channel,
    max(case when low_rank = 1 then method end) as lowest_method,
    max(case when high_rank = 1 then method end) as highest_method,
    min(credit_share) as lowest_share,
    max(credit_share) as highest_share,
    max(credit_share) - min(credit_share) as spread
from ranked
group by conversion_type, channel
order by conversion_type asc, spread desc, channel asc
