-- Grain: distinct combination of evidence, with its channel: that of the first rule whose conditions all hold.
with

sourced as (
    select * from {{ ref('int_evidence_sourced') }}
),

matched as (
    select
        sourced.evidence_id,
        channel_rules.rule_id,
        channel_rules.channel
    from sourced
    inner join {{ ref('channel_rules') }} as channel_rules
        on
            (channel_rules.source_category is null or sourced.source_category = channel_rules.source_category)
            and (channel_rules.click_id_medium is null or sourced.click_medium = channel_rules.click_id_medium)
            and (channel_rules.is_click_paid is null or sourced.is_click_paid = channel_rules.is_click_paid)
            and (channel_rules.source_pattern is null or {{ matches_pattern('sourced.source', 'channel_rules.source_pattern') }})
            and (channel_rules.medium_pattern is null or {{ matches_pattern('sourced.medium', 'channel_rules.medium_pattern') }})
            and (channel_rules.campaign_pattern is null or {{ matches_pattern('sourced.campaign', 'channel_rules.campaign_pattern') }})
    qualify row_number() over (partition by sourced.evidence_id order by channel_rules.priority) = 1
)

select
    sourced.evidence_id,
    sourced.source,
    sourced.medium,
    sourced.campaign,
    sourced.click_network,
    sourced.click_medium,
    sourced.is_click_paid,
    sourced.source_category,
    matched.rule_id as channel_rule_id,
    matched.channel,
    channels.is_paid or sourced.is_click_paid as is_paid,
    matched.channel = 'Direct' as is_direct
from sourced
inner join matched on sourced.evidence_id = matched.evidence_id
inner join {{ ref('channels') }} as channels on matched.channel = channels.channel
