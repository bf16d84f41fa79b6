-- Grain: user.
select
    {{ user_key('user_id') }} as user_id,
    {{ email_hash('email') }} as email_hash,
    {{ email_domain('email') }} as email_domain,
    {{ email_mailbox_hash('email') }} as email_mailbox_hash,
    plan,
    created_at
from {{ source('product', 'users') }}
qualify {{ latest_version(user_key('user_id')) }}
