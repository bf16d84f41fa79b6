"""Our tables and views on DuckDB: replaced in one transaction, and the old one stays where the new one fails."""

import shutil

import pytest
import yaml
from conftest import ROOT, World, failures

PYTHON = "def model(dbt, session):\n    dbt.config(materialized='table')\n    return session.sql(\"select {} as n\")\n"
BROKEN = "cast(error('broken') as integer)"


@pytest.fixture
def small(tmp_path):
    """A project of two models and our materializations, which `build` writes anew and runs."""
    project, world = tmp_path / "project", World(tmp_path)
    (project / "models").mkdir(parents=True)
    shutil.copytree(ROOT / "macros/materializations", project / "macros")
    shutil.copytree(ROOT / "tests/generic", project / "tests/generic")
    shutil.copy(ROOT / "macros/cross_db/in_part.sql", project / "macros")
    shutil.copy(ROOT / "profiles.yml", project)
    settings = {"name": "touchstone", "profile": "touchstone", "flags": {"send_anonymous_usage_stats": False}}
    (project / "dbt_project.yml").write_text(yaml.safe_dump(settings))

    def build(kind, first, second):
        """`first` as the model told of in the YAML, with a contract; `second` in Python, or as a view if it is SQL."""
        columns = [{"name": "n", "data_type": "integer", "description": "A number."}]
        docs = {"relation": True, "columns": True}
        config = {"materialized": kind, "contract": {"enforced": True}, "persist_docs": docs}
        model = {"name": "first", "description": "One row.", "config": config, "columns": columns}
        (project / "models/models.yml").write_text(yaml.safe_dump({"models": [model]}))
        (project / "models/first.sql").write_text(first)
        for name in ("second.py", "second.sql"):
            (project / "models" / name).unlink(missing_ok=True)
        (project / "models" / ("second.py" if second.startswith("def") else "second.sql")).write_text(second)
        return failures(world.dbt("run", project=project))

    world.build = build
    return world


def found(world):
    (first,), (second,) = (world.query(f"select n from main.{name}") for name in ("first", "second"))
    relations = world.query("select table_name, table_type from information_schema.tables order by 1")
    return first[0], second[0], relations


def test_each_build_replaces_table_view_and_python_model(small):
    table, view = [("first", "BASE TABLE"), ("second", "BASE TABLE")], [("first", "VIEW"), ("second", "VIEW")]
    for number in (1, 2):
        assert not small.build("table", f"select {number} as n", PYTHON.format(number))
        assert found(small) == (number, number, table)
    for number in (3, 4):
        assert not small.build("view", f"select {number} as n", f"select {number} as n")
        assert found(small) == (number, number, view)
    assert not small.build("table", "select 5 as n", PYTHON.format(5))
    assert found(small) == (5, 5, table)


def test_the_old_table_stays_where_the_new_one_fails(small):
    assert not small.build("table", "select 1 as n", PYTHON.format(1))
    before = found(small)
    assert len(small.build("table", f"select {BROKEN} as n", PYTHON.format(BROKEN))) == 2
    assert found(small) == before
    assert len(small.build("table", "select 1 as m", PYTHON.format("nothing"))) == 2
    assert found(small) == before
    assert not small.build("table", "select 2 as n", PYTHON.format(2))
    assert found(small)[:2] == (2, 2)


@pytest.mark.parametrize(("before", "after"), [("table", "view"), ("view", "table")])
def test_the_old_relation_stays_where_one_of_the_other_type_fails(small, before, after):
    assert not small.build(before, "select 1 as n", "select 1 as n")
    there = found(small)
    second = PYTHON.format(BROKEN) if after == "table" else "select nothing as n"
    assert len(small.build(after, "select nothing as n", second)) == 2
    assert found(small) == there
    assert not small.build(after, "select 2 as n", PYTHON.format(2) if after == "table" else "select 2 as n")
    assert found(small)[:2] == (2, 2)


@pytest.mark.parametrize("kind", ["table", "view"])
def test_comments_are_those_of_the_yaml(small, kind):
    assert not small.build(kind, "select 1 as n", PYTHON.format(1))
    assert small.query(f"select comment from duckdb_{kind}s() where {kind}_name = 'first'") == [("One row.",)]
    query = "select comment from duckdb_columns() where table_name = 'first' and schema_name = 'main'"
    assert small.query(query) == [("A number.",)]


@pytest.mark.parametrize("kind", ["table", "incremental"])
def test_columns_named_for_it_are_stored_with_zstd(small, kind):
    def build(columns):
        config = f"{{{{ config(materialized='{kind}', meta={{'zstd_columns': {columns}}}) }}}}"
        text = "cast(range as varchar) || repeat('text ', 9)"
        query = f'select range as n, {text} as b, {text} as "order" from range(9000)'
        return small.build("view", "select 1 as n", f"{config} {query}")

    for _ in range(2):  # The second build replaces the table, or adds to it.
        assert not build(["b"])
        is_zstd = "select column_name, bool_and(compression = 'ZSTD') from pragma_storage_info('main.second')"
        stored = dict(small.query(f"{is_zstd} where segment_type = 'VARCHAR' group by all"))
        assert stored == {"b": True, "order": False}
    if kind == "table":
        (found,) = build(["b", "c"])
        assert "meta.zstd_columns of second names c, which the model lacks" in found


PARTS = """
    select range as n, {} as m, coalesce(cast(getvariable('part_from') as hugeint), 0) as part_from
    from range(900)
    where {{{{ in_part('range') }}}} -- The last line may be a comment.
"""


@pytest.mark.parametrize(("kind", "meta"), [("table", {}), ("incremental", {"zstd_columns": ["m"]})])
def test_a_model_with_in_part_is_made_in_parts(small, monkeypatch, kind, meta):
    def build(rows_at_once, text="'text'"):
        monkeypatch.setenv("TOUCHSTONE_ROWS_AT_ONCE", str(rows_at_once))
        config = f"-- depends_on: {{{{ ref('first') }}}}\n{{{{ config(materialized='{kind}', meta={meta}) }}}}"
        first = "select cast(range as integer) as n from range(90)"
        return small.build("table", first, config + PARTS.format(text))

    query = "select count(*), count(distinct n), count(distinct part_from) from second"
    assert not build(30)
    assert small.query(query) == [(900, 900, 3)]
    if kind == "table":
        assert build(300, f"case when getvariable('part_from') > {2**63} then error('broken ' || range) end")
        assert small.query(query) == [(900, 900, 3)]
        assert not build(1000)
        assert small.query(query) == [(900, 900, 1)]


# Faults of each kind, by number: 6 null, 9 out of range, 4 without a parent, 5 pairs that repeat, 3 keys that repeat.
FAULTY = """
    select
        case when range between 890 and 892 then range - 100 else range end as n_id,
        case when range < 6 then null when range between 10 and 14 then 20 + range else range end as m,
        case when range between 100 and 103 then 5000 + range else range % 90 end as parent_id,
        'one' as kind
    from range(900)
"""
BROKEN_RULES = [
    ("below 891", 9),
    ("kind, n_id is unique", 3),
    ("m is not null", 6),
    ("n_id is unique", 3),
    ("parent_id is in first", 4),
]
FOUND = {"is_sound": 5, "unique_combination": 5 + 1, "relationships": 4}


@pytest.mark.parametrize("stored", [[], ["--store-failures"]])
def test_a_data_test_finds_in_parts_what_it_finds_at_once(small, monkeypatch, stored):
    sound = {
        "unique": ["n_id", ["kind", "n_id"]],
        "not_null": ["m"],
        "references": {"parent_id": ["ref('first')", "parent_id"]},
        "expressions": {"below 891": "m is null or m < 891"},
    }
    parent = {"to": "ref('first')", "field": "parent_id"}
    tests = [{"is_sound": {"arguments": sound}}, {"unique_combination": {"arguments": {"columns": ["kind", "m"]}}}]
    column = {"name": "parent_id", "data_tests": [{"relationships": {"arguments": parent}}]}
    project = small.folder / "project"
    small.build("view", "select 1 as n", "select 1 as n")
    (project / "models/models.yml").write_text(
        yaml.safe_dump({"models": [{"name": "second", "data_tests": tests, "columns": [column]}]})
    )
    for name, query in (("first", "select range as parent_id from range(90)"), ("second", FAULTY)):
        (project / f"models/{name}.sql").write_text(f"{{{{ config(materialized='table') }}}} {query}")
    assert not failures(small.dbt("run", project=project))
    for rows_at_once in (1000, 100, 7):
        monkeypatch.setenv("TOUCHSTONE_ROWS_AT_ONCE", str(rows_at_once))
        ran = small.dbt("test", *stored, project=project).result
        assert {each.node.test_metadata.name: each.failures for each in ran} == FOUND
        if stored:
            (kept,) = (each.node.relation_name for each in ran if each.node.test_metadata.name == "is_sound")
            assert (
                small.query(f"select broken_rule, sum(broken_count) from {kept} group by all order by all")
                == BROKEN_RULES
            )
