"""The Superset bundle against the marts, without Superset: columns, metrics, and what must never be added up.

`make test-superset` imports it into a real one.
"""

import copy
import importlib.util
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def loaded(name):
    """A module of tests/superset, which is no place that pytest looks for modules in."""
    spec = importlib.util.spec_from_file_location(f"superset_{name}", ROOT / "tests" / "superset" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


files = loaded("bundle")


@pytest.fixture(scope="module")
def bundle():
    return files.read()


@pytest.fixture(scope="module")
def columns_of(world):
    """{mart: its columns}."""
    found = {}
    for table, column in world.query(
        "select table_name, column_name from information_schema.columns where table_schema = 'marts'"
    ):
        found.setdefault(table, set()).add(column)
    return found


def unknown_names(bundle):
    """What charts ask for and their dataset does not have: [(chart, name)]."""
    found = []
    for chart in bundle.charts.values():
        dataset = bundle.datasets[chart["dataset_uuid"]]
        columns = {each["column_name"] for each in dataset["columns"]}
        metrics = {each["metric_name"] for each in dataset["metrics"]}
        params = chart["params"]
        subjects = [each["subject"] for each in params["adhoc_filters"] if each["expressionType"] == "SIMPLE"]
        sorted_by = [params[key] for key in ("x_axis_sort", "timeseries_limit_metric") if params.get(key)]
        asked = [(name, columns) for name in [*files.columns_asked(chart), *subjects]]
        asked += [
            (name, metrics) for name in [*files.metrics_asked(chart), *sorted_by, *params.get("column_config", {})]
        ]
        asked += [(name, columns) for name in files.reaching(bundle, chart)]
        found += [(chart["slice_name"], name) for name, known in asked if name not in known]
    return found


def test_charts_ask_only_for_what_their_dataset_has(bundle):
    assert len(bundle.charts) >= 10
    assert unknown_names(bundle) == []


def test_every_column_and_metric_runs_on_the_marts(world, bundle, columns_of):
    """A mart that loses a column breaks the bundle here, and not on somebody's server."""
    for dataset in bundle.datasets.values():
        table = f"{dataset['schema']}.{dataset['table_name']}"
        physical = {each["column_name"] for each in dataset["columns"] if "expression" not in each}
        assert physical - columns_of[dataset["table_name"]] == set(), table
        expressions = [
            each["expression"] for each in [*dataset["columns"], *dataset["metrics"]] if "expression" in each
        ]
        for expression in expressions:
            world.query(f"select {expression} from {table} group by all")
        filtered = [each for each in bundle.charts.values() if each["dataset_uuid"] == dataset["uuid"]]
        for sql in {
            f["sqlExpression"] for each in filtered for f in each["params"]["adhoc_filters"] if "sqlExpression" in f
        }:
            world.query(f"select 1 from {table} having {sql}")


def test_a_metric_is_empty_where_it_would_be_wrong(world, bundle, columns_of):
    """Over two methods, date bases or conversion types a sum says nothing. Over one of each it is there."""
    checked = 0
    for dataset in bundle.datasets.values():
        keys = [name for name in files.ONE_AT_A_TIME if name in columns_of[dataset["table_name"]]]
        for metric in dataset["metrics"] if keys else []:
            select = f"select {metric['expression']} from marts.{dataset['table_name']}"
            for left_open in keys:
                others = [name for name in keys if name != left_open]
                several = f"having count(distinct {left_open}) > 1"
                grouped = f"group by {', '.join(others)}" if others else ""
                values = world.query(f"{select} {grouped} {several}")
                assert values, metric["metric_name"]
                assert {value for (value,) in values} == {None}, (metric["metric_name"], left_open)
                checked += 1
            assert [value for (value,) in world.query(f"{select} group by {', '.join(keys)}") if value is not None]
    assert checked >= 16


def test_no_chart_adds_methods_date_bases_or_conversion_types(bundle, columns_of):
    assert files.added_up(bundle, columns_of) == []


def test_the_rule_sees_a_filter_that_may_be_emptied_and_a_chart_out_of_its_reach(bundle, columns_of):
    loose = copy.deepcopy(bundle)
    files.native_filters(loose)["method"]["controlValues"]["multiSelect"] = True
    assert ("Won", "method") in files.added_up(loose, columns_of)
    beyond = copy.deepcopy(bundle)
    won = next(each for each in beyond.charts.values() if each["slice_name"] == "Won")
    files.native_filters(beyond)["date_basis"]["scope"]["excluded"].append(files.shown(beyond)[won["uuid"]])
    assert files.added_up(beyond, columns_of) == [("Won", "date_basis")]


def test_the_filters_start_with_values_that_exist(world, bundle):
    filters = files.native_filters(bundle)
    methods = {method for (method,) in world.query("select distinct method from marts.fct_channel_performance")}
    bases = {basis for (basis,) in world.query("select distinct date_basis from marts.fct_channel_performance")}
    assert set(files.settings(filters["method"])) <= methods
    assert set(files.settings(filters["date_basis"])) <= bases
    for name, each in filters.items():
        (sent,) = each["defaultDataMask"]["extraFormData"].get("filters", [{"val": [], "col": name}])
        assert (sent["col"], sent["val"]) == (name, files.settings(each))


def test_the_dashboard_shows_every_chart_once(bundle):
    position = bundle.dashboard["position"]
    assert set(files.shown(bundle)) == set(bundle.charts)
    numbers = list(files.shown(bundle).values())
    assert len(set(numbers)) == len(numbers)
    held = [child for each in position.values() if isinstance(each, dict) for child in each.get("children", [])]
    assert sorted([*held, "ROOT_ID", "HEADER_ID"]) == sorted(
        name for name in position if name != "DASHBOARD_VERSION_KEY"
    )
    for place in position.values():
        if isinstance(place, dict) and place["type"] == "CHART":
            assert place["meta"]["sliceName"] == bundle.charts[place["meta"]["uuid"]]["slice_name"]


def test_nothing_in_the_bundle_points_outside():
    for file in (ROOT / "bi" / "superset").rglob("*.yaml"):
        assert re.findall(r"https?://|\bdata: ", file.read_text()) == [], file


def test_the_zip_opens_the_given_file_and_nothing_else(tmp_path):
    out = tmp_path / "bundle.zip"
    database = tmp_path / "published" / "touchstone.duckdb"
    script = [sys.executable, "scripts/superset_bundle.py", "--database", database, "--out", out]
    subprocess.run(script, cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(out) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert f"duckdb:///{database}?access_mode=read_only" in texts["touchstone/databases/touchstone.yaml"]
    assert len(texts) == len([*(ROOT / "bi" / "superset").rglob("*.yaml")])
    assert not [name for name, text in texts.items() if "/path/to" in text]


def test_the_joins_of_the_page_for_bi_tools_hold(world, columns_of):
    """docs/bi.md says what joins to what on which key: the keys are there, and those of the one side are unique."""
    page = (ROOT / "docs" / "bi.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \| `(\w+)`(?: = `(\w+)`)? \| many to one \|$", page, re.MULTILINE)
    assert len(rows) == page.count("| many to one |") >= 20
    for many, one, key, other in rows:
        assert key in columns_of[many], (many, key)
        assert (other or key) in columns_of[one], (one, other or key)
        ((twice,),) = world.query(f"select count({other or key}) - count(distinct {other or key}) from marts.{one}")
        assert twice == 0, (many, one)


def test_the_pictures_of_the_page_show_tables_and_keys_that_are_there(columns_of):
    picture = (ROOT / "docs" / "images" / "star.svg").read_text()
    shown = re.findall(r">(\w+_\w+)</text>", picture)
    known = {*columns_of}.union(*columns_of.values())
    assert len(shown) >= 20
    assert [name for name in shown if name not in known] == []
