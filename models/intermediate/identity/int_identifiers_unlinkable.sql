-- Grain: identifier that several people share or nobody owns, and why. Links at it join nobody; it stays, on its own.
with

ownerless as (
    select * from {{ ref('int_identifiers_ownerless') }}
),

owned_edges as (   -- Only what somebody owns shows that there are several people.
    select
        edges.left_node,
        edges.right_node
    from {{ ref('int_identity_edges') }} as edges
    where
        edges.left_node not in (select ownerless.node from ownerless)
        and edges.right_node not in (select ownerless.node from ownerless)
),

shared_by_users as (
    select
        left_node as node,
        'shared_device' as reason
    from owned_edges
    where left_node like 'visitor:%' and right_node like 'user:%'
    group by left_node
    having count(distinct right_node) > {{ var('shared_device_user_limit') }}
    union all
    select
        right_node as node,
        'shared_address' as reason
    from owned_edges
    where left_node like 'user:%' and right_node like 'email:%'
    group by right_node
    having count(distinct left_node) > {{ var('shared_device_user_limit') }}
),

mailboxes as (   -- Of one who tries her own address with tags there is one mailbox.
    select distinct
        'email:' || email_hash as node,
        {{ surrogate_key(["coalesce(email_mailbox_hash, email_hash)", 'email_domain']) }} as mailbox
    from {{ ref('stg_web__identified_mailboxes') }}
    where email_hash is not null
),

kiosks as (   -- Many addresses typed into forms where nobody signs in: a tablet at the counter or at a fair.
    select
        edges.left_node as node,
        'shared_device' as reason
    from owned_edges as edges
    inner join mailboxes on edges.right_node = mailboxes.node
    left join owned_edges as sign_ins on edges.left_node = sign_ins.left_node and sign_ins.right_node like 'user:%'
    where edges.left_node like 'visitor:%' and sign_ins.left_node is null
    group by edges.left_node
    having count(distinct mailboxes.mailbox) > {{ var('shared_device_user_limit') }}
)

select
    node,
    reason
from ownerless
union all
select
    node,
    reason
from shared_by_users
union all
select
    node,
    reason
from kiosks
