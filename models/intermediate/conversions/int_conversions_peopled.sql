-- Grain: conversion × person whose touches may count for it, with the strongest rule that says so: for an opportunity a
-- role on it (1), else being a contact of the account (2), else its e-mail domain (3).
with

conversions as (
    select * from {{ ref('int_conversions_unioned') }}
),

contact_persons as (
    select
        contacts.contact_id,
        contacts.account_id,
        md5(coalesce(nodes.root_node, 'contact:' || contacts.contact_id)) as person_id
    from {{ ref('stg_crm__contacts') }} as contacts
    left join {{ ref('int_nodes_resolved') }} as nodes on 'contact:' || contacts.contact_id = nodes.node
),

candidates as (
    select
        conversion_id,
        person_id,
        'person' as touch_rule,
        1 as precedence
    from conversions
    where person_id is not null
    union all
    select
        conversions.conversion_id,
        contact_persons.person_id,
        'contact_role' as touch_rule,
        1 as precedence
    from conversions
    inner join {{ ref('stg_crm__opportunity_contact_roles') }} as roles on conversions.opportunity_id = roles.opportunity_id
    inner join contact_persons on roles.contact_id = contact_persons.contact_id
    where conversions.person_id is null
    union all
    select
        conversions.conversion_id,
        contact_persons.person_id,
        'account_contact' as touch_rule,
        2 as precedence
    from conversions
    inner join contact_persons on conversions.account_id = contact_persons.account_id
    where conversions.person_id is null
    union all
    select
        conversions.conversion_id,
        domains.person_id,
        'account_domain' as touch_rule,
        3 as precedence
    from conversions
    inner join {{ ref('stg_crm__accounts') }} as accounts on conversions.account_id = accounts.account_id
    inner join {{ ref('int_persons_domains') }} as domains on accounts.website_domain = domains.email_domain
    where conversions.person_id is null
)

select distinct
    conversion_id,
    person_id,
    touch_rule,
    precedence
from candidates
qualify row_number() over (partition by conversion_id, person_id order by precedence) = 1
