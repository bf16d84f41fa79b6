-- Grain: person with an account: that of its CRM contact, else the one of its e-mail domain, free mail aside. A contact
-- merged into another gives the account only where the other contacts give none.
with

person_nodes as (
    select
        node,
        md5(root_node) as person_id
    from {{ ref('int_nodes_resolved') }}
),

domain_accounts as (
    select
        accounts.website_domain,
        resolved.surviving_account_id as account_id
    from {{ ref('stg_crm__accounts') }} as accounts
    inner join {{ ref('int_crm_accounts_resolved') }} as resolved on accounts.account_id = resolved.account_id
    where accounts.website_domain is not null
    qualify row_number() over (
        partition by accounts.website_domain
        order by
            case when accounts.account_id = resolved.surviving_account_id then 0 else 1 end,
            accounts.created_at nulls last, accounts.account_id
    ) = 1
),

candidates as (
    select
        person_nodes.person_id,
        coalesce(resolved.surviving_account_id, contacts.account_id) as account_id,
        'crm_contact' as account_rule,
        contacts.email_domain,
        case when contacts.merged_into_contact_id is null then 0 else 1 end as precedence,
        contacts.created_at,
        contacts.contact_id as tie_breaker
    from person_nodes
    inner join {{ ref('stg_crm__contacts') }} as contacts on person_nodes.node = 'contact:' || contacts.contact_id
    left join {{ ref('int_crm_accounts_resolved') }} as resolved on contacts.account_id = resolved.account_id
    where contacts.account_id is not null
    union all
    select
        domains.person_id,
        coalesce(domain_accounts.account_id, 'domain:' || domains.email_domain) as account_id,
        'email_domain' as account_rule,
        domains.email_domain,
        0 as precedence,
        domains.first_seen_at as created_at,
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
qualify row_number() over (
    partition by person_id order by account_rule, precedence, created_at nulls last, tie_breaker
) = 1
