-- Grain: user × address that exports gave it, also what a later export replaced: what was linked once stays
-- linked. The values of the earliest version count from the record's creation.
{% set stated_at = 'case when updated_at < created_at then created_at else coalesce(updated_at, created_at) end' %}
with

stated as (
    select
        {{ clean_id('user_id') }} as user_id,
        {{ email_hash('user_id') }} as user_email_hash,
        email,
        min(created_at) as created_at,
        min({{ stated_at }}) as first_stated_at,
        max({{ stated_at }}) as last_stated_at
    from {{ source('product', 'users') }}
    group by user_id, email
)

select
    user_id,
    user_email_hash,
    {{ email_hash('email') }} as email_hash,
    {{ email_domain('email') }} as email_domain,
    {{ email_mailbox_hash('email') }} as email_mailbox_hash,
    case
        when first_stated_at > min(first_stated_at) over (partition by user_id) then first_stated_at
        else coalesce(min(created_at) over (partition by user_id), first_stated_at)
    end as first_seen_at,
    first_stated_at,
    last_stated_at
from stated
