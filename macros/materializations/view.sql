{# In one transaction, as a table. #}
{% materialization view, adapter='duckdb' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set relation = this.incorporate(type='view') -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- call statement('main') -%}
        drop {{ existing.type if existing else 'view' }} if exists {{ relation }};
        {{ get_create_view_as_sql(relation, sql) }}
    {%- endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do apply_grants(relation, config.get('grants'), should_revoke=should_revoke(existing, full_refresh_mode=True)) %}
    {% do persist_docs(relation, model) %}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [relation]}) }}
{% endmaterialization %}
