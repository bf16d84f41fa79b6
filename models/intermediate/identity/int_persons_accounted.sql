-- Grain: person with an account: that of its CRM contact, else the one of its e-mail domain, free mail aside.
with

person_nodes as (
    select
        node,
        md5(root_node) as person_id
    from {{ ref('int_nodes_resolved') }}
),

domain_accounts as (
    select
        website_domain,
        account_id
    from {{ ref('stg_crm__accounts') }}
    where website_domain is not null
    qualify row_number() over (partition by website_domain order by created_at, account_id) = 1
),

candidates as (
    select
        person_nodes.person_id,
        contacts.account_id,
        'crm_contact' as account_rule,
        contacts.email_domain,
        contacts.created_at,
        contacts.contact_id as tie_breaker
    from person_nodes
    inner join {{ ref('stg_crm__contacts') }} as contacts on person_nodes.node = 'contact:' || contacts.contact_id
    where contacts.account_id is not null
    union all
    select
        domains.person_id,
        coalesce(domain_accounts.account_id, 'domain:' || domains.email_domain) as account_id,
        'email_domain' as account_rule,
        domains.email_domain,
        null as created_at,
        domains.email_domain as tie_breaker
    from {{ ref('int_persons_domains') }} as domains
    left join domain_accounts on domains.email_domain = domain_accounts.website_domain
)

select
    person_id,
    account_id,
    account_rule,
    email_domain
from candidates
qualify row_number() over (partition by person_id order by account_rule, created_at nulls last, tie_breaker) = 1
