-- Grain: person × company e-mail domain. Free-mail domains belong to no company, and a test address says nothing. The
-- domain of a record's own address counts even where the address is a role's and links nobody: info@ is of the company.
{% set records = [
    ('stg_web__identifies', 'user', 'user_id'),
    ('stg_product__users', 'user', 'user_id'),
    ('stg_crm__leads', 'lead', 'lead_id'),
    ('stg_crm__contacts', 'contact', 'contact_id'),
] %}
with

email_domains as (
    {% for relation, kind, id in records %}
        select
            '{{ kind }}:' || {{ id }} as record_node,
            'email:' || email_hash as email_node,
            email_domain
        from {{ ref(relation) }}
        where email_domain is not null
        {% if not loop.last %}union distinct{% endif %}
    {% endfor %}
),

company_domains as (
    select email_domains.*
    from email_domains
    left join {{ ref('free_mail_domains') }} as free_mail_domains on email_domains.email_domain = free_mail_domains.domain
    left join {{ ref('int_identifiers_unlinkable') }} as tests
        on email_domains.email_node = tests.node and tests.reason = 'test_address'
    where free_mail_domains.domain is null and tests.node is null
),

noded as (
    select
        email_node as node,
        email_domain
    from company_domains
    union distinct
    select
        record_node as node,
        email_domain
    from company_domains
)

select distinct
    md5(nodes.root_node) as person_id,
    noded.email_domain
from noded
inner join {{ ref('int_nodes_resolved') }} as nodes on noded.node = nodes.node
