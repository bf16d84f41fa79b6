-- Grain: identifier that nobody owns, whatever is linked to it, and why: an address of an office or of tests, or a word in the
-- place of a user id.
with

edges as (
    select * from {{ ref('int_identity_edges') }}
),

addresses as (
    {% for relation in ['stg_web__identified_mailboxes', 'stg_product__user_versions', 'stg_crm__lead_versions', 'stg_crm__contact_versions'] %}
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

users as (
    {% for end in ['left', 'right'] %}
        select
            {{ end }}_node as node,
            lower(substr({{ end }}_node, 6)) as user_id
        from edges
        where {{ end }}_node like 'user:%'
        {% if not loop.last %}union distinct{% endif %}
    {% endfor %}
),

odd_users as (   -- Placeholders are plain words or oddly spelt. So only few ids are held against the patterns.
    select *
    from users
    where not {{ contains_pattern('user_id', '[1-9]') }} or {{ contains_pattern('user_id', '[^a-z0-9._-]|__') }}
)

select
    addresses.node,
    listed.kind || '_address' as reason
from addresses
inner join listed on addresses.email_mailbox_hash = listed.mailbox_hash
where listed.domain is null or addresses.email_domain = listed.domain
union distinct
select
    addresses.node,
    listed.kind || '_address' as reason
from addresses
inner join listed on addresses.email_domain = listed.domain
where listed.mailbox_hash is null
union distinct
select   -- Sites send such words, or zeros, where nobody is signed in.
    odd_users.node,
    'placeholder_id' as reason
from odd_users
left join {{ ref('placeholder_values') }} as placeholder_values
    on {{ matches_pattern('odd_users.user_id', 'placeholder_values.value_pattern') }}
where placeholder_values.value_pattern is not null or {{ matches_pattern('odd_users.user_id', "'[0-]+'") }}
