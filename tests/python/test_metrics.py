"""Every metric of the semantic layer equals plain SQL on its mart, and none adds methods together.

MetricFlow only writes the SQL here; it is run on the small world, and once through the real `mf`.
"""

import json
import os
import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest
import yaml
from conftest import ROOT
from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow.sql.render.snowflake import SnowflakeSqlPlanRenderer
from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup
from test_snowflake import grammar_errors

MONTH = "metric_time__month"


class Plain(NamedTuple):
    """A metric in plain SQL. `always` are the groups that it must be asked with: {MetricFlow's name: column}."""

    value: str
    source: str
    occurred_at: str
    channel: str | None = None
    always: dict = {}  # noqa: RUF012


METHOD = {"method": "method"}
METHOD_AND_TYPE = METHOD | {"conversion_type": "conversion_type"}
METHOD_AND_BASIS = METHOD | {"performance__date_basis": "date_basis"}
CONVERSIONS = "marts.fct_conversions inner join marts.dim_conversion_types using (conversion_type)"
CREDITS = "marts.fct_attribution_credits inner join marts.dim_conversion_types using (conversion_type)"
PATHS = "marts.fct_conversion_paths where conversion_type not in ('refund', 'credit_note')"


def credited(value, always, kind=None):
    """A sum of credits, of all types or of one kind."""
    source = f"{CREDITS} where amount_kind = '{kind}'" if kind else "marts.fct_attribution_credits"
    return Plain(value, source, "converted_at", "channel", always)


def performed(value):
    """A ratio of performance."""
    return Plain(value, "marts.fct_performance", "performance_date", "channel", METHOD_AND_BASIS)


def cost(credits):
    """A cost of performance: spend per credit."""
    divisor = f"cast(sum(cast({credits} as decimal(28, 12))) as double)"
    return performed(f"nullif(cast(sum(spend_amount) as double), 0) / nullif({divisor}, 0)")


PLAIN = {
    "sessions": Plain("count_if(not is_bot)", "marts.fct_sessions", "started_at", "channel"),
    "touches": Plain("count(*)", "marts.fct_touches", "touched_at", "channel"),
    "persons": Plain("count(*)", "marts.dim_persons", "first_seen_at"),
    "conversions": Plain("count(*)", "marts.fct_conversions", "converted_at"),
    "new_customers": Plain("count_if(is_new_customer)", "marts.fct_conversions", "converted_at"),
    "revenue_amount": Plain("sum(reporting_amount)", f"{CONVERSIONS} where amount_kind = 'revenue'", "converted_at"),
    "pipeline_amount": Plain("sum(reporting_amount)", "marts.fct_opportunities", "created_at"),
    "won_amount": Plain("sum(won_amount)", "marts.fct_opportunities", "closed_at"),
    "spend_amount": Plain("sum(spend_amount)", "marts.fct_ad_spend", "spend_date", "channel"),
    "attributed_amount": credited("sum(amount)", METHOD_AND_TYPE),
    "attributed_revenue_amount": credited("sum(amount)", METHOD, "revenue"),
    "attributed_pipeline_amount": credited("sum(amount)", METHOD, "pipeline"),
    "credits": credited("sum(cast(credit as decimal(28, 12)))", METHOD_AND_TYPE),
    "return_on_ad_spend": performed(
        "cast(sum(revenue_amount) as double) / nullif(cast(sum(spend_amount) as double), 0)"
    ),
    "customer_acquisition_cost": cost("new_customer_credits"),
    "cost_per_lead": cost("lead_credits"),
    "cost_per_opportunity": cost("opportunity_credits"),
    "median_path_length": Plain("median(touch_count) filter (touch_count > 0)", PATHS, "converted_at"),
    "median_days_to_convert": Plain("median(days_to_convert)", PATHS, "converted_at"),
}
GUARDED = [name for name, plain in PLAIN.items() if plain.always]


class Renderer(NamedTuple):
    """What MetricFlow needs to know of a warehouse in order to write SQL for it."""

    sql_engine_type: SqlEngine
    sql_plan_renderer: object


class Layer:
    """The semantic layer of a built world."""

    def __init__(self, world):
        self.world = world
        text = (world.target / "semantic_manifest.json").read_text()
        self.manifest = parse_manifest_from_dbt_generated_manifest(manifest_json_string=text)
        lookup = SemanticManifestLookup(self.manifest)
        self.engines = {
            "duckdb": MetricFlowEngine(lookup, Renderer(SqlEngine.DUCKDB, DuckDbSqlPlanRenderer())),
            "snowflake": MetricFlowEngine(lookup, Renderer(SqlEngine.SNOWFLAKE, SnowflakeSqlPlanRenderer())),
        }

    def sql(self, metric, groups=(), where=(), warehouse="duckdb"):
        request = MetricFlowQueryRequest.create(
            metric_names=[metric], group_by_names=list(groups) or None, where_constraints=list(where) or None
        )
        return self.engines[warehouse].explain(request).sql_statement.sql

    def ask(self, metric, groups=(), where=()):
        """The answer as {values of the groups, in the order asked: value}."""
        with duckdb.connect(self.world.database, read_only=True) as connection:
            found = connection.execute(self.sql(metric, groups, where))
            names = [column[0] for column in found.description]
            rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        return {tuple(row[group] for group in groups): row[metric] for row in rows}

    def ask_plainly(self, plain, columns, where="true"):
        """The same from the mart: {values of the columns: value}."""
        listed = ", ".join(columns)
        grouped = f"group by {', '.join(str(number + 1) for number in range(len(columns)))}" if columns else ""
        source = plain.source + (" and " if " where " in plain.source else " where ") + where
        rows = self.world.query(f"select {listed}{', ' if listed else ''}{plain.value} from {source} {grouped}")
        return {row[:-1]: row[-1] for row in rows}


@pytest.fixture(scope="module")
def layer(world):
    return Layer(world)


def test_every_metric_has_its_plain_sql_here(layer):
    assert {metric.name for metric in layer.manifest.metrics if not metric.name.startswith("input_")} == PLAIN.keys()


@pytest.mark.parametrize("metric", PLAIN)
def test_a_metric_equals_plain_sql_on_its_mart(layer, metric):
    plain = PLAIN[metric]
    month = f"date_trunc('month', {plain.occurred_at})"
    groupings = [{}, {MONTH: month}]
    if plain.channel:
        groupings += [{"channel": plain.channel}, {"channel": plain.channel, MONTH: month}]
    for grouping in groupings:
        groups = plain.always | grouping
        answer = layer.ask(metric, tuple(groups))
        assert answer == layer.ask_plainly(plain, tuple(groups.values())), groups
        assert any(answer.values()), groups


@pytest.mark.parametrize("metric", GUARDED)
def test_a_filter_on_one_method_does_as_well_as_grouping_by_it(layer, metric):
    plain = PLAIN[metric]
    left = {group: column for group, column in plain.always.items() if group != "method"} | {"channel": plain.channel}
    answer = layer.ask(metric, tuple(left), ["{{ Entity('method') }} = 'linear'"])
    assert answer == layer.ask_plainly(plain, tuple(left.values()), "method = 'linear'")
    assert any(answer.values())


def names(elements):
    return {element.name for element in elements}


def test_what_reads_a_mart_with_methods_is_guarded(layer):
    models = [model for model in layer.manifest.semantic_models if "method" in names(model.entities)]
    measures = {name for model in models for name in names(model.measures)}
    readers = {metric.name for metric in layer.manifest.metrics if measures & names(metric.input_measures)}
    assert {name for name in readers if not name.startswith("input_")} == set(GUARDED)


@pytest.mark.parametrize("metric", GUARDED)
@pytest.mark.parametrize(
    "groups, where",
    [
        ([], []),
        (["channel"], []),
        ([MONTH], []),
        (["channel"], ["{{ Entity('method') }} in ('linear', 'last_touch')"]),
    ],
)
def test_methods_are_never_added(layer, metric, groups, where):
    with pytest.raises(duckdb.ConversionException, match=r"Ask for one method.*\d"):
        layer.ask(metric, groups, where)


@pytest.mark.parametrize("metric", [name for name in GUARDED if len(PLAIN[name].always) > 1])
def test_nor_are_conversion_types_or_date_bases(layer, metric):
    with pytest.raises(duckdb.ConversionException, match=r"Ask for one .*(conversion_type|date_basis)"):
        layer.ask(metric, ["method"])


def test_an_input_alone_cannot_be_taken_for_an_amount(layer):
    sealed = {metric.name for metric in layer.manifest.metrics if metric.name.startswith("input_sealed_")}
    others = {metric.name for metric in layer.manifest.metrics if metric.name.startswith("input_")} - sealed
    assert sealed
    for metric in sealed:
        assert layer.ask(metric)[()] > 10**12, metric
    for metric in others:  # Counts of rows, methods and the like.
        assert isinstance(layer.ask(metric)[()], int), metric


def test_every_metric_says_what_it_is(layer):
    for metric in layer.manifest.metrics:
        assert metric.label and metric.description.endswith("."), metric.name


def test_no_dimension_has_the_name_of_a_time_grain():
    """dbt refuses it too, but does not say where."""
    grains = {"second", "minute", "hour", "day", "week", "month", "quarter", "year"}
    files = [*ROOT.glob("models/semantic/*.yml")]
    assert files
    for file in files:
        for model in yaml.safe_load(file.read_text())["semantic_models"]:
            for kind in ("entities", "dimensions", "measures"):
                taken = grains & {element["name"] for element in model.get(kind, [])}
                assert not taken, f"{file.name}: {model['name']} has {kind} called {taken}"


def test_the_semantic_layer_reads_only_marts_so_it_works_on_what_is_published(layer):
    assert {model.node_relation.schema_name for model in layer.manifest.semantic_models} == {"marts"}


def test_snowflakes_grammar_accepts_every_metric(layer, tmp_path):
    for metric, plain in PLAIN.items():
        sql = layer.sql(metric, [*plain.always, MONTH], warehouse="snowflake")
        (tmp_path / f"{metric}.sql").write_text(sql + "\n")
    assert grammar_errors(tmp_path) == []


def test_the_calendar_has_every_day_of_a_year_with_its_iso_week(world):
    manifest = json.loads((world.target / "manifest.json").read_text())
    dates = manifest["nodes"]["model.touchstone.dim_dates"]["compiled_code"]
    leap_year = "(select cast('2020-02-03' as date) as spend_date)"  # It has 53 weeks.
    asked = "date_day, week_date, iso_year, iso_week, day_of_week, is_weekend, year_month, year_quarter"
    mart = dates.replace('"touchstone"."marts"."fct_ad_spend"', leap_year)
    rows = world.query(f"select {asked} from ({mart}) order by date_day")
    years = {2020} | {row[0].year for row in rows}
    days = {date(year, 1, 1) + timedelta(days=number) for year in years for number in range(366)}
    assert [row[0] for row in rows] == sorted(day for day in days if day.year in years)
    for day, *told in rows:
        iso = day.isocalendar()
        monday = day - timedelta(days=day.weekday())
        quarter = f"{day.year}-Q{(day.month + 2) // 3}"
        assert told == [monday, iso.year, iso.week, iso.weekday, iso.weekday > 5, f"{day:%Y-%m}", quarter], day


def test_mf_finds_nothing_wrong(world, tmp_path):
    """The real program: the semantics, and every model, dimension, entity and metric against the database."""
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "target").mkdir()
    shutil.copy(world.target / "semantic_manifest.json", tmp_path / "target")
    environment = os.environ | {"TOUCHSTONE_DATABASE": str(world.database), "DBT_PROJECT_DIR": str(tmp_path)}
    command = [Path(sys.executable).parent / "mf", "validate-configs", "--show-all"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("(ERRORS: 0, FUTURE_ERRORS: 0, WARNINGS: 0)") == 6, done.stdout
