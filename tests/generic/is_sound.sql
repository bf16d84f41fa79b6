{# All that is asked of a model's own rows, in one look for what a row shows and one more for each key; as a test each, dbt's own
   work took most of a build's time. Names the rule that is broken and how many rows, or keys, break it.
     unique: columns, or lists of columns. A column alone may be null more than once, as in dbt's own test.
     accepted_values: column and values; null passes.
     references: column, and the relation and field that know its values; null passes. All of them are held in memory at once, so
       for what is small; else, and where the rows must hold back models that the other relation does not lead to: relationships.
     expressions: a name for each. Null is not true.
   Made in parts, each part says what it found, so rules and not rows are counted. #}
{% test is_sound(model, unique=[], not_null=[], accepted_values={}, references={}, expressions={}) %}
{{ config(fail_calc='count(distinct broken_rule)') }}
{%- set rules = [] -%}
{%- for column in not_null -%}
    {%- do rules.append([column ~ ' is not null', column ~ ' is null']) -%}
{%- endfor -%}
{%- for column, values in accepted_values.items() -%}
    {%- set accepted = [] -%}
    {%- for value in values -%}
        {%- do accepted.append("'" ~ value ~ "'" if value is string else value) -%}
    {%- endfor -%}
    {%- do rules.append([column ~ ' is one of ' ~ values | join(', '), column ~ ' not in (' ~ accepted | join(', ') ~ ')']) -%}
{%- endfor -%}
{%- for column, known in references.items() -%}
    {%- do rules.append([column ~ ' is in ' ~ known[0].identifier, column ~ ' is not null and known_' ~ loop.index ~ ' is null']) -%}
{%- endfor -%}
{%- for name, expression in expressions.items() -%}
    {%- do rules.append([name, '(' ~ expression ~ ') is distinct from true']) -%}
{%- endfor -%}
{%- if rules -%}
with counted as (
    select
        {%- for _, is_broken in rules %}
            count_if({{ is_broken }}) as broken_{{ loop.index }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ model }}
    {%- for column, (relation, field) in references.items() %}
    left join (select distinct {{ field }} as known_{{ loop.index }} from {{ relation }}) as references_{{ loop.index }}
        on {{ column }} = known_{{ loop.index }}
    {%- endfor %}
    {%- if unique %}
    where {{ in_part(unique[0] if unique[0] is string else unique[0] | join(', ')) }}
    {%- endif %}
)
{%- endif %}
{% for rule, _ in rules %}
    select
        '{{ rule | replace("'", "''") }}' as broken_rule,
        broken_{{ loop.index }} as broken_count
    from counted
    where broken_{{ loop.index }} > 0
    {{ 'union all' if not loop.last or unique }}
{% endfor %}
{%- for key in unique %}
    {%- set columns = key if key is string else key | join(', ') %}
    select
        '{{ columns }} is unique' as broken_rule,
        count(*) as broken_count
    from (
        select count(*) as row_count
        from {{ model }}
        where {{ in_part(columns) }}{{ ' and ' ~ key ~ ' is not null' if key is string }}
        group by {{ columns }}
        having count(*) > 1
    ) as repeated
    having count(*) > 0
    {{ 'union all' if not loop.last }}
{%- endfor %}
{% endtest %}
