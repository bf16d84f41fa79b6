-- No e-mail address, phone number or personal id is readable past staging; an address is known by its hash alone. A text that a view
-- shows as it is stored is read where it is stored, and the parameters of a page view as part of its URL. Nothing is sorted or kept: texts are many.
{% set texts = {
    'stg_web__first_touches': ['first_touch'],
    'int_page_views_accepted': ['page_url', 'referrer', 'page_title', 'user_id'],
    'int_parameters_parsed': utm_parameters() + ['click_ids'],
    'int_client_first_touches': ['landing_page_url', 'parameters', 'referrer_location'],
    'fct_sessions': ['landing_page_url', 'referrer', 'user_id'],
    'fct_touches': ['landing_page_url', 'source', 'medium', 'campaign', 'utm_term', 'utm_content', 'click_id', 'click_ids'],
    'fct_attribution_credits': ['source', 'campaign'],
    'fct_rejected_events': ['page_url', 'reason', 'detail'],
    'fct_opportunities': ['opportunity_name'],
    'dim_accounts': ['account_name'],
    'int_page_view_violations': ['page_url'],
    'fct_tracking_violations': ['found_value'],
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
                position('@' in {{ column }}) > 0
                or position('%40' in {{ column }}) > 0
                or position('=' in {{ column }}) > 0
                or position('":' in {{ column }}) > 0
            {% if not (loop.last and last_model) %}union all{% endif %}
        {%- endfor %}
    {%- endfor %}
)

select
    found_in,
    found_text
from texts
where   -- What staging put in the place of something personal is cut out.
    {{ contains_pattern("concat('&', replace(replace(found_text, 'redacted-id', ''), 'redacted-phone', ''))", patterns | join('|')) }}
union all
select
    'dim_persons.email_hash' as found_in,
    email_hash as found_text
from {{ ref('dim_persons') }}
where not {{ matches_pattern('email_hash', "'[0-9a-f]{64}'") }}
union all
select
    'int_nodes_resolved.node' as found_in,
    node as found_text
from {{ ref('int_nodes_resolved') }}
where node like '%@%' or (node like 'email:%' and not {{ matches_pattern('node', "'email:[0-9a-f]{64}'") }})
