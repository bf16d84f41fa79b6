-- Grain: user × address that exports gave it, also what a later export replaced: what was linked once stays
-- linked. The values of the earliest version count from the record's creation.
with

stated as (
    select
        {{ clean_id('user_id') }} as user_id,
        {{ email_hash('user_id') }} as user_email_hash,
        email,
        min(created_at) as created_at,
        min({{ stated_at() }}) as first_stated_at,
        max({{ stated_at() }}) as last_stated_at
    from {{ source('product', 'users') }}
    group by user_id, email
)

select
    user_id,
    user_email_hash,
    {{ email_hash('email') }} as email_hash,
    {{ email_domain('email') }} as email_domain,
    {{ email_mailbox_hash('email') }} as email_mailbox_hash,
    {{ first_seen_at('user_id') }} as first_seen_at,
    first_stated_at,
    last_stated_at
from stated
