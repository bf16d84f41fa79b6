-- Grain: person × company e-mail domain. Free-mail domains belong to no company.
with

email_domains as (
    {% for relation in ['stg_web__identifies', 'stg_product__users', 'stg_crm__leads', 'stg_crm__contacts'] %}
        select
            email_hash,
            email_domain
        from {{ ref(relation) }}
        {% if not loop.last %}union distinct{% endif %}
    {% endfor %}
)

select distinct
    md5(nodes.root_node) as person_id,
    email_domains.email_domain
from {{ ref('int_nodes_resolved') }} as nodes
inner join email_domains on nodes.node = 'email:' || email_domains.email_hash
left join {{ ref('free_mail_domains') }} as free_mail_domains on email_domains.email_domain = free_mail_domains.domain
where email_domains.email_domain is not null and free_mail_domains.domain is null
