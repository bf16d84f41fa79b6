{# DuckDB changes tables in transactions, so the old one goes and the new one comes in one: whoever reads sees either, and a
   build that dies leaves the old. dbt's own way builds beside it, renames both and drops, which is most of the time that a small
   model takes. A Python model is written through a connection of its own, so it alone is built beside. Grants and comments
   stay dbt's. #}
{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set relation = this.incorporate(type='table') -%}
    {%- set is_python = model['language'] == 'python' -%}
    {%- set built = make_intermediate_relation(relation) if is_python else relation -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% if is_python %} {% do adapter.drop_relation(built) %} {% do adapter.commit() %} {% endif %}
    {%- call statement('main', language=model['language']) -%}
        {%- if not is_python -%} drop {{ existing.type if existing else 'table' }} if exists {{ relation }}; {%- endif %}
        {{ create_table_as(False, built, compiled_code, model['language']) }}
    {%- endcall %}
    {%- if is_python -%}
        {%- call statement('swap') -%}
            drop {{ existing.type if existing else 'table' }} if exists {{ relation }};
            alter table {{ built }} rename to {{ adapter.quote(relation.identifier) }}
        {%- endcall %}
    {%- endif %}
    {% do create_indexes(relation) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do apply_grants(relation, config.get('grants'), should_revoke=should_revoke(existing, full_refresh_mode=True)) %}
    {% do persist_docs(relation, model) %}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [relation]}) }}
{% endmaterialization %}
