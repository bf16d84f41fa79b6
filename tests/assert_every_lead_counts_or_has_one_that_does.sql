-- Every lead of the CRM is there; a duplicate has another lead of the same person that counts in its place.
select
    staged.lead_id,
    leads.person_id
from {{ ref('stg_crm__leads') }} as staged
left join {{ ref('int_leads') }} as leads on staged.lead_id = leads.lead_id
left join {{ ref('int_leads') }} as counted on leads.person_id = counted.person_id and not counted.is_duplicate
where counted.lead_id is null or (leads.is_duplicate and staged.merged_into_lead_id is null)
