-- Grain: identifier that several people share or nobody owns, and why. Links at it join nobody; it stays, on its own.
with

edges as (
    select * from {{ ref('int_identity_edges') }}
),

addresses as (
    {% for relation in ['stg_web__identifies', 'stg_product__users', 'stg_crm__leads', 'stg_crm__contacts'] %}
        select
            'email:' || email_hash as node,
            email_domain,
            email_mailbox_hash
        from {{ ref(relation) }}
        where email_hash is not null
        {% if not loop.last %}union distinct{% endif %}
    {% endfor %}
),

listed as (
    select
        domain,
        kind,
        {{ sha256_hex('mailbox') }} as mailbox_hash
    from {{ ref('unlinkable_addresses') }}
),

devices as (   -- Many users, or many addresses typed into its forms: a kiosk, a tablet at the counter, a fair.
    select
        left_node as node,
        count(distinct case when right_node like 'user:%' then right_node end) as user_count,
        count(distinct case when right_node like 'email:%' then right_node end) as address_count
    from edges
    where left_node like 'visitor:%'
    group by left_node
),

wordy_users as (   -- Few are, so that only few are held against the patterns.
    select distinct
        left_node as node,
        substr(left_node, 6) as user_id
    from edges
    where left_node like 'user:%' and not {{ contains_pattern('left_node', '[0-9]') }}
    union distinct
    select distinct
        right_node as node,
        substr(right_node, 6) as user_id
    from edges
    where right_node like 'user:%' and not {{ contains_pattern('right_node', '[0-9]') }}
),

found as (
    select
        addresses.node,
        listed.kind || '_address' as reason
    from addresses
    inner join listed on addresses.email_mailbox_hash = listed.mailbox_hash
    where listed.domain is null or addresses.email_domain = listed.domain
    union all
    select
        addresses.node,
        listed.kind || '_address' as reason
    from addresses
    inner join listed on addresses.email_domain = listed.domain
    where listed.mailbox_hash is null
    union all
    select
        right_node as node,
        'shared_address' as reason
    from edges
    where left_node like 'user:%' and right_node like 'email:%'
    group by right_node
    having count(distinct left_node) > {{ var('shared_device_user_limit') }}
    union all
    select   -- Sites send such words where nobody is signed in.
        wordy_users.node,
        'placeholder_id' as reason
    from wordy_users
    inner join {{ ref('placeholder_values') }} as placeholder_values
        on {{ matches_pattern('lower(wordy_users.user_id)', 'placeholder_values.value_pattern') }}
    union all
    select
        node,
        'shared_device' as reason
    from devices
    where user_count > {{ var('shared_device_user_limit') }} or address_count > {{ var('shared_device_user_limit') }}
)

select distinct
    node,
    reason
from found
