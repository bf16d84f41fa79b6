-- Grain: account of the CRM, also one that only contacts or opportunities name, or an e-mail domain that people of ours
-- share and the CRM does not know.
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
    cast(null as varchar) as parent_account_id,
    email_domain as account_name,
    email_domain as website_domain,
    'email_domain' as account_origin,
    cast(null as timestamp) as created_at
from {{ ref('int_persons_accounted') }}
where account_rule = 'email_domain' and account_id like 'domain:%'
union all
select distinct
    named.account_id,
    cast(null as varchar) as parent_account_id,
    named.account_id as account_name,
    cast(null as varchar) as website_domain,
    'crm_not_exported' as account_origin,
    cast(null as timestamp) as created_at
from (
    select account_id from {{ ref('stg_crm__contacts') }}
    union all
    select account_id from {{ ref('stg_crm__opportunities') }}
) as named
left join {{ ref('stg_crm__accounts') }} as accounts on named.account_id = accounts.account_id
where named.account_id is not null and accounts.account_id is null
