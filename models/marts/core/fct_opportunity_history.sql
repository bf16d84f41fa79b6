-- Grain: opportunity and span of time in which its stage, outcome and amount stayed the same.
select
    {{ surrogate_key(['dated.opportunity_id', 'dated.valid_from']) }} as opportunity_history_id,
    dated.opportunity_id,
    opportunities.account_id,
    dated.stage_name,
    dated.outcome,
    dated.currency,
    dated.amount,
    {{ reporting_amount('dated.amount', 'rates.rate') }} as reporting_amount,
    cast(dated.amount_change as decimal(18, 2)) as amount_change,
    dated.is_stage_change,
    dated.is_currency_change,
    dated.is_reopening,
    dated.valid_until is null as is_current,
    dated.valid_from,
    dated.valid_until
from {{ ref('int_opportunities_dated') }} as dated
inner join {{ ref('int_opportunities') }} as opportunities on dated.opportunity_id = opportunities.opportunity_id
left join {{ ref('int_exchange_rates_dated') }} as rates
    on {{ holds_rate('rates', 'dated.currency', 'dated.valid_from') }}
