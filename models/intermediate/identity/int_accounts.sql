-- Grain: account of the CRM, also one that other records only name, or an e-mail domain that people of ours share and the
-- CRM does not know. An account merged into another is no account of its own.
with

named as (   -- Not exported, or known by another account's links alone.
    select account_id from {{ ref('stg_crm__contacts') }}
    union distinct
    select account_id from {{ ref('stg_crm__opportunities') }}
    union distinct
    select account_id from {{ ref('int_crm_accounts_resolved') }}
),

surviving as (
    select distinct coalesce(resolved.surviving_account_id, named.account_id) as account_id
    from named
    left join {{ ref('int_crm_accounts_resolved') }} as resolved on named.account_id = resolved.account_id
    where named.account_id is not null
)

select
    surviving.account_id,
    case
        when resolved.ultimate_parent_account_id != surviving.account_id then parents.surviving_account_id
    end as parent_account_id,
    coalesce(resolved.ultimate_parent_account_id, surviving.account_id) as ultimate_parent_account_id,
    coalesce(accounts.account_name, accounts.website_domain, surviving.account_id) as account_name,
    accounts.website_domain,
    case when accounts.account_id is not null then 'crm' else 'crm_not_exported' end as account_origin,
    accounts.created_at
from surviving
left join {{ ref('stg_crm__accounts') }} as accounts on surviving.account_id = accounts.account_id
left join {{ ref('int_crm_accounts_resolved') }} as resolved on surviving.account_id = resolved.account_id
left join {{ ref('int_crm_accounts_resolved') }} as parents on accounts.parent_account_id = parents.account_id
union all
select distinct
    account_id,
    cast(null as varchar) as parent_account_id,
    account_id as ultimate_parent_account_id,
    email_domain as account_name,
    email_domain as website_domain,
    'email_domain' as account_origin,
    cast(null as timestamp) as created_at
from {{ ref('int_persons_accounted') }}
where account_rule = 'email_domain' and account_id like 'domain:%'
