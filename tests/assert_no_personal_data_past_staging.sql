-- No e-mail address, phone number or personal id is readable past staging; an address is known by its hash alone. What
-- fct_first_last_touches shows are columns of fct_touches, and the columns of a view are each a join: they are not read twice.
{% set texts = {
    'stg_web__first_touches': ['first_touch'],
    'int_page_views_accepted': ['page_url', 'parameters', 'referrer', 'page_title', 'user_id'],
    'int_parameters_parsed': utm_parameters() + ['click_ids'],
    'int_client_first_touches': ['landing_page_url', 'parameters', 'referrer_location'],
    'fct_page_views': ['page_url', 'page_title', 'referrer', 'user_id'],
    'fct_sessions': ['landing_page_url', 'referrer', 'user_id'],
    'fct_touches': ['landing_page_url', 'source', 'medium', 'campaign', 'utm_term', 'utm_content', 'click_id', 'click_ids'],
    'fct_attribution_credits': ['source', 'campaign'],
    'fct_rejected_events': ['page_url', 'reason', 'detail'],
    'fct_opportunities': ['opportunity_name'],
    'dim_accounts': ['account_name'],
    'fct_tracking_violations': ['page_url', 'found_value'],
    'dim_persons': ['user_id'],
    'fct_identity_links': ['left_identifier', 'right_identifier'],
    'fct_person_merges': ['left_identifier', 'right_identifier'],
    'dim_campaigns': ['campaign'],
    'fct_ad_spend': ['campaign'],
} %}
{% set names = '(' ~ personal_parameters() | join('|') ~ ')' %}
{% set patterns = [
    '[a-z0-9._+-]+(@|%40|%2540)[a-z0-9.-]+[.][a-z]{2,}',
    '[?&#;](phone|phone_number|tel|telephone|mobile|msisdn)=[^&#"]',
    '([?&#;]' ~ names ~ '=|"' ~ names ~ '": ?")[^&#"]',
] %}
with

texts as (
    {%- for model, columns in texts.items() %}
        {%- set last_model = loop.last %}
        {%- for column in columns %}
            select
                '{{ model }}.{{ column }}' as found_in,
                {{ column }} as found_text
            from {{ ref(model) }}
            where
                {{ in_part(column) }}
                and (
                    position('@' in {{ column }}) > 0
                    or position('%40' in {{ column }}) > 0
                    or position('=' in {{ column }}) > 0
                    or position('":' in {{ column }}) > 0
                )
            {% if not (loop.last and last_model) %}union all{% endif %}
        {%- endfor %}
    {%- endfor %}
),

different as (   -- One text stands in many places: as the URL of a page view, of its session and of its touch.
    select
        min(found_in) as found_in,
        found_text
    from texts
    group by found_text
)

select
    found_in,
    found_text
from different
where   -- What staging put in the place of something personal is cut out.
    {{ contains_pattern("concat('&', replace(replace(found_text, 'redacted-id', ''), 'redacted-phone', ''))", patterns | join('|')) }}
union all
select
    'dim_persons.email_hash' as found_in,
    email_hash as found_text
from {{ ref('dim_persons') }}
where {{ in_part('email_hash') }} and not {{ matches_pattern('email_hash', "'[0-9a-f]{64}'") }}
union all
select
    'int_nodes_resolved.node' as found_in,
    node as found_text
from {{ ref('int_nodes_resolved') }}
where
    {{ in_part('node') }}
    and (node like '%@%' or (node like 'email:%' and not {{ matches_pattern('node', "'email:[0-9a-f]{64}'") }}))
