-- Grain: account of the CRM, or an e-mail domain that people of ours share and the CRM does not know.
select
    account_id,
    parent_account_id,
    coalesce(account_name, website_domain, account_id) as account_name,
    website_domain,
    'crm' as account_origin,
    created_at
from {{ ref('stg_crm__accounts') }}
union all
select distinct
    account_id,
    cast(null as varchar),
    email_domain,
    email_domain,
    'email_domain',
    cast(null as timestamp)
from {{ ref('int_persons_accounted') }}
where account_rule = 'email_domain' and account_id like 'domain:%'
