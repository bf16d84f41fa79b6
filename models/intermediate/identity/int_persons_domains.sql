-- Grain: person × company e-mail domain. Free-mail domains belong to no company, and a test address says nothing. The
-- domain of a record's own address counts even where the address is a role's and links nobody: info@ is of the company.
{% set records = [
    ('stg_web__identifies', 'user', 'user_id', 'identified_at'),
    ('stg_product__users', 'user', 'user_id', 'created_at'),
    ('stg_crm__leads', 'lead', 'lead_id', 'created_at'),
    ('stg_crm__contacts', 'contact', 'contact_id', 'created_at'),
] %}
with

email_domains as (
    {% for relation, kind, id, seen_at in records %}
        select
            '{{ kind }}:' || {{ id }} as record_node,
            'email:' || email_hash as email_node,
            email_domain,
            {{ seen_at }} as seen_at
        from {{ ref(relation) }}
        where email_domain is not null
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

company_domains as (
    select email_domains.*
    from email_domains
    left join {{ ref('free_mail_domains') }} as free_mail_domains on email_domains.email_domain = free_mail_domains.domain
    left join {{ ref('int_identifiers_ownerless') }} as tests
        on email_domains.email_node = tests.node and tests.reason = 'test_address'
    where free_mail_domains.domain is null and tests.node is null
),

noded as (
    select
        email_node as node,
        email_domain,
        seen_at
    from company_domains
    union all
    select
        record_node as node,
        email_domain,
        seen_at
    from company_domains
)

select
    md5(nodes.root_node) as person_id,
    noded.email_domain,
    min(noded.seen_at) as first_seen_at
from noded
inner join {{ ref('int_nodes_resolved') }} as nodes on noded.node = nodes.node
group by md5(nodes.root_node), noded.email_domain
