-- Grain: lead, with its person. A duplicate that was merged into another is no lead of its own; where all of a person's were
-- merged (round in a circle, or into ones that no export has), the first one stands.
with

peopled as (
    select
        leads.lead_id,
        md5(coalesce(nodes.root_node, 'lead:' || leads.lead_id)) as person_id,
        leads.converted_opportunity_id,
        leads.lead_status,
        leads.merged_into_lead_id is not null as is_merged,
        leads.created_at
    from {{ ref('stg_crm__leads') }} as leads
    left join {{ ref('int_nodes_resolved') }} as nodes on 'lead:' || leads.lead_id = nodes.node
)

select
    * exclude (is_merged),
    is_merged and row_number() over (
        partition by person_id order by case when is_merged then 1 else 0 end, created_at, lead_id
    ) > 1 as is_duplicate
from peopled
