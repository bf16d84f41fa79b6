-- The last span of an opportunity's history has the outcome and the amount of its record. If not, the history is newer than
-- the export of the opportunities, or a stage is missing from closing_stages. It warns: the conversions go by the record.
{{ config(severity='warn') }}

select
    spans.opportunity_id,
    spans.stage_name,
    spans.outcome as history_outcome,
    opportunities.outcome as record_outcome,
    spans.valid_from
from {{ ref('fct_opportunity_history') }} as spans
inner join {{ ref('fct_opportunities') }} as opportunities on spans.opportunity_id = opportunities.opportunity_id
where
    spans.is_current
    and (spans.outcome is distinct from opportunities.outcome or spans.amount is distinct from opportunities.amount)
