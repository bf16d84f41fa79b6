"""The bundle in a real Superset: `make test-superset`.

What needs no Superset is in tests/python/test_superset_bundle.py, and runs with all other tests.
"""

import json
import re
import shutil
import zipfile
from pathlib import Path

import bundle as files
import duckdb
import pytest
from conftest import PASSWORD, ROOT
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError

BUNDLE = files.read()
ONE = {"method": "position_based", "date_basis": "touch_date"}
PERFORMANCE = "from marts.fct_channel_performance where method = 'position_based' and date_basis = 'touch_date'"
# What each metric has to be, in plain SQL on the published file.
PLAIN = {
    ("fct_channel_performance", "revenue_amount"): f"select sum(revenue_amount) {PERFORMANCE}",
    ("fct_channel_performance", "pipeline_amount"): f"select sum(pipeline_amount) {PERFORMANCE}",
    ("fct_channel_performance", "won_amount"): f"select sum(won_amount) {PERFORMANCE}",
    ("fct_channel_performance", "spend_amount"): "select sum(spend_amount) from marts.fct_ad_spend",
    ("fct_channel_performance", "new_customer_credits"): f"select sum(new_customer_credits) {PERFORMANCE}",
    ("fct_channel_performance", "return_on_ad_spend"): (
        f"select sum(revenue_amount)::double / sum(spend_amount) {PERFORMANCE}"
    ),
    ("fct_channel_performance", "customer_acquisition_cost"): (
        f"select sum(spend_amount)::double / sum(new_customer_credits) {PERFORMANCE}"
    ),
    ("fct_spend_and_sessions", "session_count"): "select count(*) from marts.fct_sessions where not is_bot",
    ("fct_spend_and_sessions", "click_count"): "select sum(click_count) from marts.fct_ad_spend",
    ("fct_spend_and_sessions", "spend_amount"): "select sum(spend_amount) from marts.fct_ad_spend",
    ("fct_conversions", "conversion_count"): (
        "select count(*) from marts.fct_conversions where conversion_type = 'opportunity_won'"
    ),
    ("fct_conversions", "reporting_amount"): (
        "select sum(reporting_amount) from marts.fct_conversions where conversion_type = 'opportunity_won'"
    ),
}
NARROWED = {
    "fct_channel_performance": [{"col": name, "op": "==", "val": value} for name, value in ONE.items()],
    "fct_conversions": [{"col": "conversion_type", "op": "==", "val": "opportunity_won"}],
}


def value(published, sql):
    with duckdb.connect(published / "touchstone.duckdb", read_only=True) as connection:
        return connection.execute(sql).fetchone()[0]


@pytest.fixture(scope="session")
def ids(superset):
    """The ids that Superset gave the datasets: {table: id}."""
    _, answer = superset.ask("dataset/")
    return {each["table_name"]: each["id"] for each in answer["result"]}


def test_the_whole_bundle_arrives(superset, ids):
    assert set(ids) == {each["table_name"] for each in BUNDLE.datasets.values()}
    status, answer = superset.ask("dashboard/touchstone/charts")
    assert status == 200
    assert sorted(each["slice_name"] for each in answer["result"]) == sorted(
        each["slice_name"] for each in BUNDLE.charts.values()
    )


@pytest.mark.parametrize("chart", BUNDLE.charts.values(), ids=lambda chart: chart["slice_name"])
def test_every_chart_has_data(superset, ids, chart):
    table = BUNDLE.datasets[chart["dataset_uuid"]]["table_name"]
    rows = superset.rows(ids[table], **files.query(BUNDLE, chart))
    assert rows
    empty = [name for name in files.metrics_asked(chart) if all(row[name] is None for row in rows)]
    assert empty == []


def test_every_metric_has_its_plain_sql():
    metrics = {
        (data["table_name"], each["metric_name"]) for data in BUNDLE.datasets.values() for each in data["metrics"]
    }
    assert metrics == set(PLAIN)


@pytest.mark.parametrize(("table", "metric"), PLAIN)
def test_every_metric_is_what_plain_sql_says(superset, published, ids, table, metric):
    (row,) = superset.rows(ids[table], columns=[], metrics=[metric], filters=NARROWED.get(table, []))
    expected = float(value(published, PLAIN[table, metric]))
    assert expected != 0
    assert float(row[metric]) == pytest.approx(expected, rel=1e-9)


def test_a_metric_over_several_methods_is_empty(superset, ids):
    (row,) = superset.rows(ids["fct_channel_performance"], columns=[], metrics=["revenue_amount"])
    assert row == {"revenue_amount": None}


def test_superset_finds_every_column_in_the_file(superset, ids):
    """Superset's own `sync columns` takes away what the table no longer has."""
    for data in BUNDLE.datasets.values():
        status, answer = superset.ask(f"dataset/{ids[data['table_name']]}/refresh", method="PUT")
        assert status == 200, answer
        _, answer = superset.ask(f"dataset/{ids[data['table_name']]}")
        kept = {each["column_name"] for each in answer["result"]["columns"]}
        assert {each["column_name"] for each in data["columns"]} - kept == set(), data["table_name"]


def test_the_connection_cannot_write(superset, published):
    with zipfile.ZipFile(superset.folder / "bundle.zip") as archive:
        text = archive.read("touchstone/databases/touchstone.yaml").decode()
    engine = create_engine(re.search(r"sqlalchemy_uri: (\S+)", text).group(1))
    with pytest.raises(DBAPIError, match="read-only"), engine.connect() as connection:
        connection.execute("create table marts.scribble (id integer)")
    engine.dispose()


def test_a_new_publication_shows_without_a_restart(superset, published, ids):
    sessions = {"columns": [], "metrics": ["session_count"]}
    before = superset.rows(ids["fct_spend_and_sessions"], **sessions)
    new = published / "versions" / "new"
    shutil.copytree((published / "current").resolve(), new)
    with duckdb.connect(new / "touchstone.duckdb") as connection:
        connection.execute("update marts.fct_spend_and_sessions set session_count = 2 * session_count")
    (published / ".new").symlink_to("versions/new")
    old = (published / "current").readlink()
    (published / ".new").rename(published / "current")
    try:
        after = superset.rows(ids["fct_spend_and_sessions"], **sessions)
    finally:
        (published / ".old").symlink_to(old)
        (published / ".old").rename(published / "current")
    assert after[0]["session_count"] == 2 * before[0]["session_count"]


def test_importing_as_assets_overwrites_charts_and_import_dashboards_does_not(superset, tmp_path):
    chart = next(each for each in BUNDLE.charts.values() if each["slice_name"] == "Sessions")
    changed = tmp_path / "bundle.zip"
    with zipfile.ZipFile(superset.folder / "bundle.zip") as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"slice_name: Sessions", b"slice_name: Visits"))

    def names():
        return {each["slice_name"] for each in superset.ask("dashboard/touchstone/charts")[1]["result"]}

    superset.command("import-dashboards", "-p", changed, "-u", "admin")
    assert chart["slice_name"] in names()
    assert superset.import_assets(changed)[0] == 200
    assert "Visits" in names()
    assert superset.import_assets(superset.folder / "bundle.zip")[0] == 200
    assert "Visits" not in names()


def chromium():
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.mark.skipif(not chromium(), reason="there is no Chromium here")
def test_the_dashboard_opens_in_a_browser(superset):
    """Every chart is drawn, under one method and date basis, and the browser asks for nothing outside."""
    from playwright.sync_api import sync_playwright

    asked, outside = {}, []

    def note(response):
        if "/api/v1/chart/data" in response.url and response.request.post_data:
            form = json.loads(response.request.post_data)
            asked[form["form_data"].get("slice_id")] = (form["queries"], response.status, response.json())

    with sync_playwright() as playwright:
        quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
        browser = playwright.chromium.launch(executable_path=chromium(), args=quiet)
        page = browser.new_page(viewport={"width": 1440, "height": 1720})
        # What Superset's policy stops never becomes a request; what it lets out would be seen, and stopped, here.
        page.route(lambda url: not url.startswith((superset.url, "data:", "blob:")), lambda route: stop(route, outside))
        page.on("response", note)
        page.goto(f"{superset.url}/login/")
        page.fill("#username", "admin")
        page.fill("#password", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_url("**/superset/welcome/**")
        page.goto(f"{superset.url}/superset/dashboard/touchstone/")
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(3000)
        text = page.inner_text("body")
        drawn = page.locator(".dashboard-chart .slice_container").count()
        (ROOT / "target").mkdir(exist_ok=True)
        page.screenshot(path=ROOT / "target" / "touchstone_superset.png")
        at_first = dict(asked)
        asked.clear()
        method = page.locator("#NATIVE_FILTER-method")
        method.click(force=True)  # The chosen value lies over the input.
        method.fill("last_touch")
        page.wait_for_timeout(1000)
        page.keyboard.press("Enter")
        page.click("[data-test='filter-bar__apply-button']")
        page.wait_for_timeout(1000)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(2000)
        browser.close()

    assert outside == []
    assert drawn == len(BUNDLE.charts)
    for complaint in ("error", "No results", "No data", "went wrong"):
        assert complaint not in text
    _, answer = superset.ask("dashboard/touchstone/charts")
    charts = {each["slice_name"]: each for each in BUNDLE.charts.values()}
    for each in answer["result"]:
        queries, status, body = at_first[each["id"]]
        assert status == 200, each["slice_name"]
        assert body["result"][0]["rowcount"] > 0, each["slice_name"]
        chart = charts[each["slice_name"]]
        expected = {name: files.settings(native) for name, native in files.reaching(BUNDLE, chart).items()}
        for question in queries:
            sent = {part["col"]: part["val"] for part in question["filters"]}
            for name, values in expected.items():
                assert sent.get(name, []) == values, (each["slice_name"], name)
        again = [
            part["val"]
            for part in asked.get(each["id"], [[{"filters": []}]])[0][0]["filters"]
            if part["col"] == "method"
        ]
        assert again == ([["last_touch"]] if "method" in expected else []), each["slice_name"]


def stop(route, outside):
    outside.append(route.request.url)
    route.abort()


def test_the_server_asked_for_nothing_outside(superset):
    """Last, after everything above was asked of it."""
    assert Path(superset.environment["TOUCHSTONE_ASKED_OUTSIDE"]).read_text() == ""
