"""The dashboards, in a real browser: what they show is what SQL on the published marts says."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
import yaml
from conftest import ROOT
from playwright.sync_api import sync_playwright

from dashboards import BOARDS, SiteError, shown_methods, write_site
from publish import publish

METHODS = ["position_based", "first_touch"]  # The default, and one that differs.
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
SWITCHES = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
SCALES = {"": 1, "k": 1e3, "K": 1e3, "m": 1e6, "mn": 1e6, "M": 1e6, "bn": 1e9, "B": 1e9}
MINUS = "\u2212"
NUMBER = re.compile(
    rf"(?P<sign>[{MINUS}+-]?)\$?\s*(?P<digits>[\d,]+(?:\.(?P<decimals>\d+))?)\s*(?P<scale>mn|bn|[kKmMB])?(?P<percent>%?)"
)

NONSENSE = re.compile(r"\bNaN\b|\bundefined\b|\bnull\b|Infinity|ERR-|WARN-")

PERIOD = """(select max(day) from (
    select performance_date as day from marts.fct_spend_and_sessions
    union all select converted_date from marts.fct_conversions
))"""
PERFORMANCE = f"""
marts.fct_performance join marts.dim_channels using (channel)
where method = '{{method}}' and date_basis = 'conversion_date'
    and date_diff('day', performance_date, {PERIOD}) between 0 and {{days}} - 1
"""
CONVERTED = f"date_diff('day', cast(converted_at as date), {PERIOD}) between 0 and 90"


def make_project(folder, world):
    """A folder that dct takes for the project, with a publication of the world in it."""
    shutil.copytree(ROOT / "charts", folder / "charts")
    shutil.copy(ROOT / "dbt_charts.yml", folder)
    publish(world.artifacts, folder / "published", world.database)
    return folder


@pytest.fixture(scope="module")
def project(world, tmp_path_factory):
    return make_project(tmp_path_factory.mktemp("dashboards"), world)


@pytest.fixture(scope="module")
def site(project):
    write_site(project, project / "site", METHODS)
    return project / "site"


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    """A page that notes what it asks for and what goes wrong in it."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.asked, page.wrong = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    yield page
    page.close()


def query(project, sql):
    with duckdb.connect(str(project / "published" / "touchstone.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def shown(text):
    """A number as a person reads it on the page, and half a unit of its last digit."""
    found = NUMBER.search(text.replace("\u200b", "").replace("\u200c", ""))
    assert found, f"no number in {text!r}"
    unit = SCALES[found["scale"] or ""] * (0.01 if found["percent"] else 1)
    value = float(found["digits"].replace(",", "")) * unit * (-1 if found["sign"] in (MINUS, "-") else 1)
    digits = len(found["decimals"] or "")
    return value, unit * 10**-digits / 2


def assert_shows(text, expected):
    value, half = shown(text)
    assert abs(value - float(expected)) <= half * 1.0001, f"{text!r} shows {value}, SQL says {expected}"


def tile(page, chart):
    """Value and support line of a tile."""
    texts = page.locator(f"[data-chart-id={chart}] text").all_text_contents()
    return texts[0], texts[-1]


def bars(page, chart):
    """{category: shown value} of a bar chart, from what the page tells a screen reader."""
    labels = page.locator(f"[data-chart-id={chart}] [aria-roledescription=bar]").evaluate_all(
        "found => found.map(each => each.getAttribute('aria-label'))"
    )
    pairs = [re.sub("[\u2060-\u2064\u200b\u200c]", "", label).split("; ", 1) for label in labels]
    return dict(pairs)


def words(page):
    """Everything that can be read on a page."""
    return " ".join(page.locator("text, nav, main").all_text_contents())


def cells(page, chart):
    """Everything a table or chart says, piece by piece."""
    texts = page.locator(f"[data-chart-id={chart}] text").all_text_contents()
    return [text.strip().replace("\u200b", "") for text in texts if text.strip()]


def assert_rows(found, expected):
    """Every expected row (label, figures) is there: the figures follow their label."""
    for label, *figures in expected:
        place = found.index(label)
        for text, figure in zip(found[place + 1 : place + 1 + len(figures)], figures, strict=True):
            if figure is None:
                assert text == "—", f"{label}: {text!r} for nothing"
            else:
                assert_shows(text, figure)


def all_pages(site):
    return sorted(path.name for path in (site / "dashboards").glob("*.html"))


def test_there_is_a_page_per_board_and_method(site):
    expected = {f"{name}.html" for name in BOARDS} | {"overview_phone.html", "overview_phone-first_touch.html"}
    expected |= {f"{name}-first_touch.html" for name in BOARDS if name != "data_health"}
    assert set(all_pages(site)) == expected


@pytest.mark.parametrize("width", [1400, 420])
def test_every_page_opens_complete_and_asks_for_nothing_outside(site, page, width):
    page.set_viewport_size({"width": width, "height": 900})
    for name in ["../index.html", *all_pages(site)]:
        page.goto((site / "dashboards" / name).as_uri())
        assert not NONSENSE.search(words(page)), name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is wider than {width}"
        cut = page.evaluate(
            "[...document.querySelectorAll('text')].filter(each => {const box = each.getBoundingClientRect();"
            " return box.width && (box.right > innerWidth + 1 || box.left < -1)}).map(each => each.textContent)"
        )
        assert not cut, f"{name} at {width}: outside the page: {cut[:3]}"
    assert not [url for url in page.asked if not url.startswith((site.as_uri(), "data:", "blob:"))]
    assert not page.wrong


def test_links_lead_to_pages(site, page):
    for name in ["index.html", *(f"dashboards/{name}" for name in all_pages(site))]:
        page.goto((site / name).as_uri() + "#wide")
        found = page.evaluate(
            "[...document.querySelectorAll('a, nav option')]"
            ".map(each => new URL(each.getAttribute('href') ?? each.value, location).href)"
        )
        assert len(found) >= len(BOARDS), f"{name}: {found}"
        for url in found:
            assert Path(url.removeprefix("file://").split("#")[0]).exists(), f"{name} leads to {url}"


@pytest.mark.parametrize("method", METHODS)
def test_the_overview_shows_what_sql_says(site, project, page, method):
    page.goto((site / "dashboards" / ("overview.html" if method == METHODS[0] else f"overview-{method}.html")).as_uri())
    now, before = (
        query(
            project,
            f"""
            select
                sum(session_count) as sessions, round(sum(sign_up_credits)) as sign_ups,
                round(sum(lead_credits)) as leads, round(sum(opportunity_credits)) as opportunities,
                sum(pipeline_amount) as pipeline, sum(won_amount) as won, sum(spend_amount) as spend,
                sum(revenue_amount) filter (is_paid) / sum(spend_amount) as roas
            from {source.format(method=method, days=91)}
        """,
        )[0]
        for source in (
            PERFORMANCE,
            PERFORMANCE.replace("between 0 and {days} - 1", "between {days} and 2 * {days} - 1"),
        )
    )
    charts = ["sessions", "sign_ups", "leads", "opportunities", "pipeline", "won", "spend", "roas"]
    for chart, expected, earlier in zip(charts, now, before, strict=True):
        value, change = tile(page, chart)
        assert_shows(value, expected)
        assert_shows(change, float(expected) / float(earlier) - 1)
    expected = query(
        project,
        f"""
        select channel, sum(revenue_amount) from {PERFORMANCE.format(method=method, days=91)}
        group by channel having sum(revenue_amount) > 0 order by 2 desc, 1
    """,
    )
    found = bars(page, "revenue_by_channel")
    assert list(found) == [channel for channel, _ in expected]
    for channel, amount in expected:
        assert_shows(found[channel], amount)


def test_the_attribution_board_shows_what_sql_says(site, project, page):
    page.goto((site / "dashboards" / "attribution-first_touch.html").as_uri())
    conversions, amount = query(
        project,
        f"""
        select count(*), sum(reporting_amount) from marts.fct_conversions
        where conversion_type = 'opportunity_created' and {CONVERTED}
    """,
    )[0]
    assert_shows(tile(page, "conversions")[0], conversions)
    assert_shows(tile(page, "amount")[0], amount)
    expected = query(
        project,
        f"""
        select channel, sum(credit) from marts.fct_attribution_credits
        where conversion_type = 'opportunity_created' and method = 'first_touch' and {CONVERTED}
        group by channel having sum(credit) > 0 order by 2 desc, 1
    """,
    )
    found = bars(page, "channels")
    assert list(found) == [channel for channel, _ in expected]
    for channel, credit in expected:
        assert_shows(found[channel], credit)


def test_the_funnel_shows_what_sql_says(site, project, page):
    page.goto((site / "dashboards" / "funnel.html").as_uri())
    leads, sessions = query(
        project,
        f"""
        select 1000 * round(sum(lead_credits)), sum(session_count) from {PERFORMANCE.format(method=METHODS[0], days=91)}
    """,
    )[0]
    assert_shows(tile(page, "leads_per_thousand")[0], leads / sessions)
    expected = dict(
        query(
            project,
            """
        select stage_name, sum(reporting_amount) from marts.fct_opportunities where outcome = 'open' group by stage_name
    """,
        )
    )
    found = bars(page, "open_pipeline")
    assert set(found) == set(expected)
    for stage, amount in expected.items():
        assert_shows(found[stage], amount)


def test_the_overview_compares_methods_and_weeks_as_sql_does(site, project, page):
    page.goto((site / "dashboards" / "overview.html").as_uri() + "#wide")
    expected = query(
        project,
        f"""
        select
            channel, sum(revenue_amount) filter (method = 'first_non_direct'),
            sum(revenue_amount) filter (method = 'first_touch')
        from marts.fct_performance
        where date_basis = 'conversion_date' and date_diff('day', performance_date, {PERIOD}) between 0 and 90
        group by channel having sum(revenue_amount) filter (method = 'first_touch') > 0
    """,
    )
    assert expected
    assert_rows(cells(page, "methods_compared"), expected)
    (spend,) = query(
        project,
        f"""
        select sum(spend_amount) from {PERFORMANCE.format(method=METHODS[0], days=91)}
            and performance_date >= date_trunc('week', {PERIOD})
    """,
    )[0]
    labels = page.locator("[data-chart-id=trend] [aria-roledescription]").evaluate_all(
        "found => found.map(each => each.getAttribute('aria-label') ?? '')"
    )
    last = [label for label in labels if "spend;" in label.replace("\u2062", "")][-1]
    assert_shows(last.split("spend: ")[-1], spend)


def test_the_attribution_board_tells_openers_from_closers_as_sql_does(site, project, page):
    page.goto((site / "dashboards" / "attribution.html").as_uri())
    expected = query(
        project,
        f"""
        with touches as (
            select conversion_id, unnest(channels) as channel, generate_subscripts(channels, 1) as place, touch_count
            from marts.fct_conversion_paths where conversion_type = 'opportunity_created' and {CONVERTED}
        )
        select
            channel,
            count(distinct conversion_id) filter (place = 1),
            count(distinct conversion_id) filter (place < touch_count),
            count(distinct conversion_id) filter (place = touch_count)
        from touches group by channel
    """,
    )
    assert expected
    assert_rows(cells(page, "roles_of_channels"), expected)


def test_the_funnel_counts_steps_as_sql_does(site, project, page):
    page.goto((site / "dashboards" / "funnel.html").as_uri())
    expected = query(
        project,
        f"""
        select
            channel, sum(session_count), sum(lead_credits), sum(opportunity_credits), sum(won_credits),
            sum(pipeline_amount), sum(won_amount)
        from {PERFORMANCE.format(method=METHODS[0], days=91)}
        group by channel having sum(lead_credits) + sum(opportunity_credits) + sum(won_credits) > 0
    """,
    )
    assert expected
    assert_rows(cells(page, "channels"), expected)
    closed = f"from marts.fct_opportunities where date_diff('day', cast(closed_at as date), {PERIOD}) between 0 and 90"
    won, every = query(project, f"select count(*) filter (outcome = 'won'), count(*) {closed}")[0]
    assert_shows(tile(page, "win_rate")[0], won / every)


@pytest.mark.parametrize("basis", ["conversion_date"])
def test_the_spend_board_shows_what_sql_says(site, project, page, basis):
    page.goto((site / "dashboards" / "spend.html").as_uri())
    spend, revenue, customers, opportunities, unmatched = query(
        project,
        f"""
        select
            sum(spend_amount), sum(revenue_amount) filter (is_paid), sum(new_customer_credits) filter (is_paid),
            sum(opportunity_credits) filter (is_paid), sum(unmatched_spend_amount)
        from {PERFORMANCE.replace("conversion_date", basis).format(method=METHODS[0], days=91)}
    """,
    )[0]
    assert_shows(tile(page, "spend")[0], spend)
    assert_shows(tile(page, "roas")[0], float(revenue) / float(spend))
    assert_shows(tile(page, "cac")[0], float(spend) / customers)
    assert_shows(tile(page, "cost_per_opportunity")[0], float(spend) / opportunities)
    assert_shows(tile(page, "unmatched")[0], float(unmatched) / float(spend))
    expected = dict(
        query(
            project,
            f"""
        select channel, sum(revenue_amount) / sum(spend_amount)
        from {PERFORMANCE.replace("conversion_date", basis).format(method=METHODS[0], days=91)}
        group by channel having sum(spend_amount) > 0
    """,
        )
    )
    found = bars(page, "roas_by_channel")
    assert found.keys() == expected.keys()
    for channel, ratio in expected.items():
        assert_shows(found[channel], ratio)
    expected = query(
        project,
        f"""
        select channel, sum(spend_amount), sum(revenue_amount) / sum(spend_amount)
        from marts.fct_payback where method = '{METHODS[0]}' and level = 'channel' group by channel
    """,
    )
    assert expected
    assert_rows(cells(page, "payback_channels"), expected)


def test_the_data_health_board_shows_what_sql_says(site, project, page):
    page.goto((site / "dashboards" / "data_health.html").as_uri())
    landed, accepted, duplicate, rejected = query(
        project,
        """
        select sum(landed_count), sum(accepted_count), sum(duplicate_count), sum(rejected_count) from marts.fct_loads
    """,
    )[0]
    assert_shows(tile(page, "landed")[0], landed)
    for chart, count in {"accepted": accepted, "duplicate": duplicate, "rejected": rejected}.items():
        share, rows = tile(page, chart)
        assert_shows(share, count / landed)
        assert_shows(rows, count)
    late, every = query(
        project,
        f"""
        select count(*) filter (epoch(received_at) - epoch(occurred_at) > 86400), count(*)
        from marts.fct_page_views where date_diff('day', cast(occurred_at as date), {PERIOD}) between 0 and 90
    """,
    )[0]
    assert_shows(tile(page, "late")[0], late / every)
    assert_shows(tile(page, "late")[1], late)
    expected = dict(query(project, "select reason, count(*) from marts.fct_rejected_events group by reason"))
    found = bars(page, "why_rejected")
    assert {reason: shown(said.split(":")[-1])[0] for reason, said in found.items()} == expected


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@pytest.fixture
def server(project, tmp_path):
    """`dct serve` of the project, as `make serve` starts it."""
    port = free_port()
    command = [
        Path(sys.executable).parent / "dct",
        "serve",
        "--no-cache",
        "--port",
        str(port),
        "--project-dir",
        project,
    ]
    with (tmp_path / "serve.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | {"DO_NOT_TRACK": "1"}, cwd=project)
        try:
            for _ in range(300):
                with socket.socket() as socket_:
                    if socket_.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield f"http://localhost:{port}"
        finally:
            process.terminate()
            process.wait()


def test_filters_change_the_figures_and_a_new_publication_shows(server, project, world, page):
    def roas(method, days):
        return query(
            project,
            f"""
            select sum(revenue_amount) filter (is_paid) / sum(spend_amount)
            from {PERFORMANCE.format(method=method, days=days)}
        """,
        )[0][0]

    page.goto(f"{server}/overview/")
    page.wait_for_selector("[data-chart-id=roas]")
    assert_shows(tile(page, "roas")[0], roas("position_based", 91))
    for variable, choice, method, days in [
        ("method", "first_touch", "first_touch", 91),
        ("days", "182", "first_touch", 182),
    ]:
        page.locator(f"[data-dbt-variable={variable}] [data-dbt-field=input]").click(force=True)
        page.locator(f"[role=option][id^=dbt-opt-{variable}][data-value='{choice}']").click()
        page.wait_for_selector(f"[data-dbt-variable={variable}][data-dbt-value='{choice}']")
        page.wait_for_load_state("networkidle")
        assert_shows(tile(page, "roas")[0], roas(method, days))
    assert not [url for url in page.asked if not url.startswith((server, "data:", "blob:"))]

    with duckdb.connect(str(project / "published" / "touchstone.duckdb"), read_only=True) as connection:
        before = connection.execute("select max(publication_id) from marts.publication").fetchone()[0]
    publish(world.artifacts, project / "published", world.database)
    page.goto(f"{server}/data_health/")
    page.wait_for_selector("[data-dbt-board]")
    assert before not in page.locator("body").text_content()


def test_a_first_day_without_data_is_shown_as_such(world, tmp_path, page):
    project = make_project(tmp_path, world)
    file = (project / "published" / "touchstone.duckdb").resolve()
    with duckdb.connect(str(file)) as connection:
        kept = ("publication", "dim_attribution_methods", "dim_conversion_types", "dim_channels")
        for (mart,) in connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts'"
        ).fetchall():
            if mart not in kept:
                connection.execute(f"delete from marts.{mart}")
    write_site(project, project / "site", METHODS[:1])
    for name in all_pages(project / "site"):
        page.goto((project / "site" / "dashboards" / name).as_uri())
        assert not NONSENSE.search(words(page)), name
    page.goto((project / "site" / "dashboards" / "overview.html").as_uri())
    assert "—" in tile(page, "won")[0]
    assert "No channel has revenue in these days" in words(page)


def test_without_a_publication_the_program_says_what_to_do(tmp_path):
    with pytest.raises(SiteError, match=r"Nothing is published yet.*make build"):
        write_site(tmp_path, tmp_path / "site")


def test_a_broken_board_leaves_the_site_as_it_was_and_is_named(site, world, tmp_path, monkeypatch):
    monkeypatch.setattr("dashboards.BOARDS", {"funnel": ""})
    broken = make_project(tmp_path, world)
    board = broken / "charts" / "funnel.yml"
    board.write_text(board.read_text().replace("accounts.first_channel", "accounts.no_such_column"))
    shutil.copytree(site, broken / "site")
    pages = {path.name: path.stat().st_mtime for path in (broken / "site" / "dashboards").iterdir()}
    with pytest.raises(SiteError, match="no_such_column"):
        write_site(broken, broken / "site", METHODS[:1])
    assert {path.name: path.stat().st_mtime for path in (broken / "site" / "dashboards").iterdir()} == pages


def test_boards_are_valid_to_the_last_warning(project):
    command = [Path(sys.executable).parent / "dct", "validate", "--strict", "--warehouse", "--project-dir", project]
    done = subprocess.run([*command, project / "charts"], capture_output=True, text=True, cwd=project)
    assert done.returncode == 0, done.stdout + done.stderr


def read_boards():
    return {path.stem: yaml.safe_load(path.read_text()) for path in (ROOT / "charts").glob("*.yml")}


def whole(name, part):
    """A part of a board, with what it inherits."""
    board = yaml.safe_load((ROOT / "charts" / f"{name}.yml").read_text())
    return (whole(Path(board["extends"]).stem, part) if "extends" in board else {}) | (board.get(part) or {})


def expanded(queries, name):
    """A query's SQL with the queries that it names put in."""
    sql = queries[name] if isinstance(queries[name], str) else queries[name]["sql"]
    return re.sub(r"\{\{ queries\.(\w+) \}\}", lambda found: expanded(queries, found[1]), sql)


def text_of(name):
    """A board's file and those it extends."""
    text = (ROOT / "charts" / f"{name}.yml").read_text()
    board = yaml.safe_load(text)
    return text + (text_of(Path(board["extends"]).stem) if "extends" in board else "")


def test_no_board_can_add_methods():
    boards = read_boards()
    for name, board in boards.items():
        for variable, settings in board.get("variables", {}).items():
            if settings.get("visible") is False:
                continue
            assert settings.get("required") is True and settings.get("default"), (
                f"{name}: {variable} could be left empty"
            )
            assert settings["input"] == "select", f"{name}: {variable} takes several values"
    for name in BOARDS:
        queries, charts = whole(name, "queries"), whole(name, "charts")
        for chart, settings in charts.items():
            sql = expanded(queries, settings["query"])
            if re.search(r"ref\('fct_(\w*performance|attribution_credits|payback)'\)", sql):
                assert re.search(r"\.method = '(\{\{ method \}\}|linear)'|group by [\w., ]*\.method\b", sql), (
                    f"{name}: {chart} adds methods"
                )


def test_boards_print_the_reporting_currency():
    project = yaml.safe_load((ROOT / "dbt_project.yml").read_text())
    meta = yaml.safe_load((ROOT / "charts" / "meta.yml").read_text())
    assert meta["regional"]["currency"] == project["vars"]["reporting_currency"]


def test_every_dashboard_is_an_exposure_that_names_what_it_reads(world):
    exposures = yaml.safe_load((ROOT / "models" / "exposures.yml").read_text())["exposures"]
    assert [exposure["name"] for exposure in exposures] == list(BOARDS)
    for exposure in exposures:
        read = set(re.findall(r"ref\('(\w+)'\)", text_of(exposure["name"])))
        assert {re.search(r"'(\w+)'", each)[1] for each in exposure["depends_on"]} == read, exposure["name"]
        assert exposure["owner"]["name"] and exposure["type"] == "dashboard"


def test_the_methods_that_boards_name_exist(world, tmp_path):
    assert shown_methods(ROOT, tmp_path) == {"position_based"}
    named = shown_methods(ROOT, tmp_path) | {"linear"}  # Roles of channels and money at risk are linear.
    assert named <= {method for (method,) in world.query("select method from marts.dim_attribution_methods")}


def test_pages_that_were_made_once_are_made_again(site):
    assert shown_methods(ROOT, site) == set(METHODS)


def test_a_method_that_is_gone_is_named(project, tmp_path):
    copy = tmp_path / "project"
    shutil.copytree(project / "charts", copy / "charts")
    shutil.copytree(project / "published", copy / "published")
    shared = copy / "charts" / "_shared.yml"
    shared.write_text(shared.read_text().replace("default: position_based", "default: lost"))
    with pytest.raises(SiteError, match=r"overview\.yml opens with the method lost"):
        write_site(copy, copy / "site")


def test_a_publication_of_an_older_version_is_refused_with_what_to_do(tmp_path):
    (tmp_path / "published").mkdir()
    duckdb.connect(str(tmp_path / "published" / "touchstone.duckdb")).close()
    with pytest.raises(SiteError, match=r"none that this version published.*make build"):
        write_site(tmp_path, tmp_path / "site")
