-- Grain: opportunity × person whose touches may count for it, with the strongest rule that says so: a role on it (1), else
-- being a contact of its account (2), else its e-mail domain (3).
with

contact_persons as (
    select
        contacts.contact_id,
        coalesce(accounts.surviving_account_id, contacts.account_id) as account_id,
        md5(coalesce(nodes.root_node, 'contact:' || contacts.contact_id)) as person_id
    from {{ ref('stg_crm__contacts') }} as contacts
    left join {{ ref('int_nodes_resolved') }} as nodes on 'contact:' || contacts.contact_id = nodes.node
    left join {{ ref('int_crm_accounts_resolved') }} as accounts on contacts.account_id = accounts.account_id
),

account_domains as (   -- Those of the accounts that were merged into it too.
    select distinct
        resolved.surviving_account_id as account_id,
        accounts.website_domain
    from {{ ref('stg_crm__accounts') }} as accounts
    inner join {{ ref('int_crm_accounts_resolved') }} as resolved on accounts.account_id = resolved.account_id
    where accounts.website_domain is not null
),

candidates as (
    select
        roles.opportunity_id,
        md5(coalesce(nodes.root_node, 'contact:' || roles.contact_id)) as person_id,
        'contact_role' as touch_rule,
        1 as precedence,
        roles.role_name,
        roles.is_primary
    from {{ ref('stg_crm__opportunity_contact_roles') }} as roles
    inner join {{ ref('int_opportunities') }} as opportunities on roles.opportunity_id = opportunities.opportunity_id
    left join {{ ref('int_nodes_resolved') }} as nodes on 'contact:' || roles.contact_id = nodes.node
    union all
    select
        opportunities.opportunity_id,
        contact_persons.person_id,
        'account_contact' as touch_rule,
        2 as precedence,
        null as role_name,
        false as is_primary
    from {{ ref('int_opportunities') }} as opportunities
    inner join contact_persons on opportunities.account_id = contact_persons.account_id
    union all
    select
        opportunities.opportunity_id,
        domains.person_id,
        'account_domain' as touch_rule,
        3 as precedence,
        null as role_name,
        false as is_primary
    from {{ ref('int_opportunities') }} as opportunities
    inner join account_domains on opportunities.account_id = account_domains.account_id
    inner join {{ ref('int_persons_domains') }} as domains on account_domains.website_domain = domains.email_domain
)

select
    opportunity_id,
    person_id,
    touch_rule,
    precedence,
    role_name,
    is_primary
from candidates
qualify row_number() over (partition by opportunity_id, person_id order by precedence asc, is_primary desc, role_name asc) = 1
