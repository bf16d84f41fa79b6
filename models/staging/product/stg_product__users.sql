-- Grain: user.
{% set columns = ['email', 'plan', 'created_at'] %}
select
    {{ clean_id('user_id') }} as user_id,
    {{ email_hash('email') }} as email_hash,
    {{ email_domain('email') }} as email_domain,
    plan,
    created_at
from {{ source('product', 'users') }}
qualify {{ latest_version(clean_id('user_id'), columns) }}
