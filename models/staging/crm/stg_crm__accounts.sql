-- Grain: account.
{% set columns = ['account_name', 'website', 'parent_account_id', 'merged_into_account_id', 'created_at'] %}
with

latest as (
    select
        *,
        lower(trim(website)) as typed_website
    from {{ source('crm', 'crm_accounts') }}
    qualify {{ latest_version(clean_id('account_id'), columns) }}
),

hosted as (   -- Some type the bare domain, some the whole address.
    select
        *,
        case when typed_website like '%://%' then {{ url_host('typed_website') }} else split_part(typed_website, '/', 1) end as website_host
    from latest
)

select
    {{ clean_id('account_id') }} as account_id,
    {{ clean_id('parent_account_id') }} as parent_account_id,
    {{ clean_id('merged_into_account_id') }} as merged_into_account_id,
    {{ redact_email_addresses('account_name') }} as account_name,
    nullif({{ url_without_www('website_host') }}, '') as website_domain,
    created_at
from hosted
