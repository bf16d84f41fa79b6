"""Reads the bundle of bi/superset: what each chart asks for, and which of the dashboard's filters reach it."""

from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
BUNDLE = ROOT / "bi" / "superset"
ONE_AT_A_TIME = ("method", "date_basis", "conversion_type")  # Columns whose values are never added up.


@dataclass
class Bundle:
    dashboard: dict
    charts: dict  # uuid: chart
    datasets: dict  # uuid: dataset


def read(folder=BUNDLE):
    def files(kind):
        found = [yaml.safe_load(file.read_text()) for file in sorted((folder / kind).rglob("*.yaml"))]
        return {each["uuid"]: each for each in found}

    (dashboard,) = files("dashboards").values()
    return Bundle(dashboard, files("charts"), files("datasets"))


def listed(value):
    return value if isinstance(value, list) else [value] if value else []


def columns_asked(chart):
    """The columns that a chart groups by."""
    params = chart["params"]
    return listed(params.get("x_axis")) + listed(params.get("groupby"))


def metrics_asked(chart):
    return listed(chart["params"].get("metric")) + listed(chart["params"].get("metrics"))


def own_filters(chart):
    """{column: values} of the filters that a chart has of its own, the period aside."""
    simple = [each for each in chart["params"]["adhoc_filters"] if each["expressionType"] == "SIMPLE"]
    return {
        each["subject"]: listed(each["comparator"])
        for each in simple
        if each["clause"] == "WHERE" and each["operator"] in ("IN", "==")
    }


def shown(bundle):
    """{uuid: number} of the charts that the dashboard shows. The scopes of its filters use the numbers."""
    places = [place for place in bundle.dashboard["position"].values() if isinstance(place, dict)]
    return {place["meta"]["uuid"]: place["meta"]["chartId"] for place in places if place["type"] == "CHART"}


def native_filters(bundle):
    """The dashboard's filters on a column: {column: filter}."""
    filters = bundle.dashboard["metadata"]["native_filter_configuration"]
    return {each["targets"][0]["column"]["name"]: each for each in filters if each["filterType"] == "filter_select"}


def settings(native_filter):
    """The values that a filter of the dashboard starts with."""
    return listed((native_filter["defaultDataMask"].get("filterState") or {}).get("value"))


def fixed(native_filter):
    """Whether exactly one value is chosen, from the first look on, and cannot be taken away."""
    controls = native_filter["controlValues"]
    return (
        controls["enableEmptyFilter"]
        and not controls["multiSelect"]
        and not controls["inverseSelection"]
        and len(settings(native_filter)) == 1
    )


def reaching(bundle, chart):
    """{column: filter} of the dashboard's filters whose scope holds the chart."""
    number = shown(bundle).get(chart["uuid"])
    filters = native_filters(bundle)
    return {name: each for name, each in filters.items() if number not in each["scope"]["excluded"]}


def added_up(bundle, columns_of):
    """Charts that may add what must not be added: [(chart, column)].

    `columns_of` says the columns of a mart, so that nobody can hide one by leaving it out of the dataset.
    """
    found = []
    for chart in bundle.charts.values():
        mart = columns_of[bundle.datasets[chart["dataset_uuid"]]["table_name"]]
        for column in (each for each in ONE_AT_A_TIME if each in mart):
            filters = reaching(bundle, chart)
            told_apart = (
                column in columns_asked(chart)
                or (column == "conversion_type" and "step" in columns_asked(chart))
                or len(own_filters(chart).get(column, [])) == 1
                or (column in filters and fixed(filters[column]))
            )
            if not told_apart:
                found.append((chart["slice_name"], column))
    return found


def query(bundle, chart):
    """What the dashboard asks of the chart-data API for a chart, as it stands when it is opened."""
    dataset = bundle.datasets[chart["dataset_uuid"]]
    params = chart["params"]
    grain = params.get("time_grain_sqla")
    columns = [
        {"columnType": "BASE_AXIS", "sqlExpression": each, "label": each, "expressionType": "SQL", "timeGrain": grain}
        if grain and each == dataset["main_dttm_col"]
        else each
        for each in columns_asked(chart)
    ]
    filters = own_filters(chart)
    for name, native_filter in reaching(bundle, chart).items():
        if settings(native_filter):
            filters[name] = settings(native_filter)
    having = [each["sqlExpression"] for each in params["adhoc_filters"] if each["clause"] == "HAVING"]
    return {
        "columns": columns,
        "metrics": metrics_asked(chart),
        "filters": [{"col": name, "op": "IN", "val": values} for name, values in filters.items()],
        "extras": {"having": " and ".join(f"({each})" for each in having), "time_grain_sqla": grain},
        "row_limit": 10000,
    }
