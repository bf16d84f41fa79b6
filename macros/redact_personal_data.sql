{# E-mail addresses (also percent-encoded), phone numbers and the personal ids of e-mail tools become a fixed word. The
   names of the personal parameters are those of seeds/taxonomy/click_ids.csv; staging joins nothing, so they stand
   here too and a pytest keeps the two alike. The browser's state is JSON: a value in it ends at its quotation mark. #}
{% macro personal_parameters() -%}
    {{ return([
        'mc_eid', '_hsenc', 'mkt_tok', '_kx', 'vero_id', 'ml_subscriber', 'ml_subscriber_hash',
        'ck_subscriber_id', '__s', '_bhlid', 'bsft_uid', 'oly_enc_id', 'sfmc_id', 'et_rid',
        'ss_email_id', '__hstc', '__hsfp', 'oly_anon_id', 'wickedid'
    ]) }}
{%- endmacro %}

{% macro redact_personal_data(text) -%}
    {%- set email = '[a-z0-9._%+-]+(@|%40|%2540|%252540)[a-z0-9.-]+\\.[a-z]{2,}' -%}
    {%- set phone = '([?&#;](phone|phone_number|tel|telephone|mobile|mobile_number|mobilenumber|phonenumber|msisdn)=)[^&#"]+' -%}
    {%- set international_phone = '(=)([+]|%2b)[0-9]{8,15}' -%}
    {%- set names = '(' ~ personal_parameters() | join('|') ~ ')' -%}
    {%- set personal_id = '([?&#;]' ~ names ~ '=|"' ~ names ~ '": ?")[^&#"]+' -%}
    {%- set without_email = replace_pattern(text, email, 'redacted-email') -%}
    {%- set without_phone = replace_pattern(replace_pattern(without_email, phone, '\\1redacted-phone'), international_phone, '\\1redacted-phone') -%}
    {#- One look decides whether the text needs the four replacements; few do. Most lack even the characters that each of the
        patterns needs, which is far quicker to see. -#}
    case
        when
            ({{ text }} like '%=%' or {{ text }} like '%@%' or {{ text }} like '%40%' or {{ text }} like '%"%')
            and {{ contains_pattern(text, [email, phone, international_phone, personal_id] | join('|')) }}
            then {{ replace_pattern(without_phone, personal_id, '\\1redacted-id') }}
        else {{ text }}
    end
{%- endmacro %}

{# Some writers of JSON escape the characters that part a URL. Undone before anything looks for personal data. #}
{% macro unescape_json(text) -%}
    {%- set ns = namespace(text=text) -%}
    {%- for code, character in [('u0026', '&'), ('u003d', '='), ('u003D', '='), ('u0040', '@'), ('u002b', '+'), ('u002B', '+'), ('/', '/')] -%}
        {%- set ns.text = "replace(" ~ ns.text ~ ", concat(chr(92), '" ~ code ~ "'), '" ~ character ~ "')" -%}
    {%- endfor -%}
    {{ return(ns.text) }}
{%- endmacro %}

{# A name and password before the host are nobody's business, and would be taken for it. #}
{% macro without_user_info(url) -%}
    case when {{ url }} like '%@%' then {{ replace_pattern(url, '^(https?://)[^/@?#]*@', '\\1') }} else {{ url }} end
{%- endmacro %}

{% macro redact_email_addresses(text) -%}
    case
        when {{ text }} like '%@%' or {{ text }} like '%40%'
            then {{ replace_pattern(text, '[a-z0-9._%+-]+(@|%40|%2540|%252540)[a-z0-9.-]+\\.[a-z]{2,}', 'redacted-email') }}
        else {{ text }}
    end
{%- endmacro %}

{# People and systems write one address in many ways: with spaces around it, as a mailto: link, as Ann <ann@acme.example>. #}
{% macro clean_email(email) -%}
    {%- set bare = replace_pattern(email, '^.*<([^<>]*)>.*$', '\\1') -%}
    {{ replace_pattern("lower(" ~ bare ~ ")", '^[[:space:]]*(mailto:)?[[:space:]]*|[[:space:]]+$', '') }}
{%- endmacro %}

{# SHA-256 of the clean address: the same person in two systems gets the same hash. What has no @ is no address. #}
{% macro email_hash(email) -%}
    {{ sha256_hex("case when " ~ email ~ " like '%_@_%' then " ~ clean_email(email) ~ " end") }}
{%- endmacro %}

{# A domain has a dot and neither space nor bracket. #}
{% macro email_domain(email) -%}
    {%- set domain = "split_part(" ~ clean_email(email) ~ ", '@', 2)" -%}
    case when {{ matches_pattern(domain, "'[^[:space:]<>()@,;.]+([.][^[:space:]<>()@,;.]+)+'") }} then {{ domain }} end
{%- endmacro %}

{# Hash of the name before the @, without +tag and trailing digits: info+news@ and info2@ are info@. A name alone is easily
   guessed from its hash, so staging gives it to the look-up of role and test addresses and to nothing else. #}
{% macro email_mailbox_hash(email) -%}
    {%- set name = "split_part(" ~ clean_email(email) ~ ", '@', 1)" -%}
    {{ sha256_hex("nullif(" ~ replace_pattern(name, '[0-9]*([+].*)?$', '') ~ ", '')") }}
{%- endmacro %}

{# An id without the spaces around it; empty is none. Some systems use the e-mail address, which is hashed like one, as is
   all that holds an @. #}
{% macro clean_id(id) -%}
    case when {{ id }} like '%@%' then {{ sha256_hex(clean_email(id)) }} else nullif(trim({{ id }}), '') end
{%- endmacro %}

{# Null also for what trackers send where there is no browser id: such a word, or zeros, would be the browser of thousands. #}
{% macro clean_anonymous_id(id) -%}
    case
        when not {{ matches_pattern("lower(trim(" ~ id ~ "))", "'undefined|null|[(]null[)]|none|[(]none[)]|nil|nan|n/a|[[]object object[]]|[ 0-]*'") }}
            then trim({{ id }})
    end
{%- endmacro %}
