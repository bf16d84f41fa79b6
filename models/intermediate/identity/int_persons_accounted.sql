-- Grain: person with an account: that of its CRM contact, else the one of its e-mail domain, free mail aside.
with

person_nodes as (
    select
        node,
        md5(root_node) as person_id
    from {{ ref('int_nodes_resolved') }}
),

email_domains as (
    {% for relation in ['stg_web__identifies', 'stg_product__users', 'stg_crm__leads', 'stg_crm__contacts'] %}
        select
            email_hash,
            email_domain
        from {{ ref(relation) }}
        {% if not loop.last %}union distinct{% endif %}
    {% endfor %}
),

company_domains as (
    select
        email_domains.email_hash,
        email_domains.email_domain
    from email_domains
    left join {{ ref('free_mail_domains') }} as free_mail_domains on email_domains.email_domain = free_mail_domains.domain
    where free_mail_domains.domain is null
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
        person_nodes.person_id,
        coalesce(domain_accounts.account_id, 'domain:' || company_domains.email_domain) as account_id,
        'email_domain' as account_rule,
        company_domains.email_domain,
        null as created_at,
        company_domains.email_domain as tie_breaker
    from person_nodes
    inner join company_domains on person_nodes.node = 'email:' || company_domains.email_hash
    left join domain_accounts on company_domains.email_domain = domain_accounts.website_domain
)

select
    person_id,
    account_id,
    account_rule,
    email_domain
from candidates
qualify row_number() over (partition by person_id order by account_rule, created_at nulls last, tie_breaker) = 1
