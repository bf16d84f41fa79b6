"""The main job as a user runs it: `scripts/build.py` in a folder of its own, then a question, then a mistake."""

import hashlib
import os
import resource
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import duckdb
import pytest
from conftest import ROOT
from marts import compare, snapshot

PARTS = ["analyses", "charts", "docs", "macros", "models", "scripts", "seeds", "tests"]
PARTS += ["dbt_charts.yml", "dbt_project.yml", "profiles.yml", "selectors.yml"]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("project")
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, folder / part)
    return folder


def run(project, script, *arguments, largest_file=None, **settings):
    environment = {key: value for key, value in os.environ.items() if key != "TOUCHSTONE_DATABASE"}
    command = [sys.executable, project / "scripts" / script, *arguments]
    limited = largest_file and partial(resource.setrlimit, resource.RLIMIT_FSIZE, (largest_file, largest_file))
    return subprocess.run(
        command, cwd=project, env=environment | {"COLUMNS": "1000"} | settings, capture_output=True, text=True,
        preexec_fn=limited,
    )  # fmt: skip


def published_bytes(project):
    """Every file that is published, whole."""
    files = [path for path in (project / "published").rglob("*") if path.is_file()]
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def landed_rows(project):
    with duckdb.connect(project / "touchstone.duckdb", read_only=True) as connection:
        tables = connection.execute("select table_name from duckdb_tables() where schema_name = 'raw'").fetchall()
        return {name: connection.execute(f"select count(*) from raw.{name}").fetchone() for (name,) in tables}


def test_half_a_company_is_never_landed(project):
    done = run(project, "build.py", "--page-views", "10000", largest_file=20_000)
    assert done.returncode == 1
    assert "There was no room to write" in done.stderr and "Traceback" not in done.stdout + done.stderr, done.stderr
    assert not (project / "data" / "landing").exists() and not (project / "touchstone.duckdb").exists()


def test_the_main_job_simulates_lands_builds_and_sums_up(project):
    done = run(project, "build.py", "--page-views", "10000", "--seed", "7")
    assert done.returncode == 0, done.stdout + done.stderr
    for said in (
        "a company is simulated",
        "landed =",
        "Attributed revenue",
        "Unattributed",
        "touchstone.duckdb",
        "site/index.html",
        "Next:",
    ):
        assert said in done.stdout, said
    assert (project / "touchstone.duckdb").exists()
    assert (project / "site/dashboards/overview.html").exists()


@pytest.fixture(scope="module")
def before(project):
    """The marts, what is landed and what is published, before the builds that fail."""
    return snapshot(project / "touchstone.duckdb"), landed_rows(project), published_bytes(project)


@pytest.mark.parametrize("short", ["disk", "memory"])
def test_a_build_that_runs_short_says_so_once_and_leaves_what_was_published(project, before, short):
    if short == "disk":
        size = (project / "touchstone.duckdb").stat().st_size
        done = run(project, "build.py", largest_file=size)
        reason, advice = (
            f"There was no room to write {project / 'touchstone.duckdb'}",
            "a build may write as much again",
        )
    else:
        done = run(project, "build.py", TOUCHSTONE_MEMORY_LIMIT="20MB")
        reason, advice = "The memory was not enough: DuckDB may use 20MB", "TOUCHSTONE_MEMORY_LIMIT"
    assert done.returncode == 1
    said = done.stdout + done.stderr
    assert said.count(reason) == 1 and advice in said and "What was published before" in said, said
    assert "Traceback" not in said and "Error" not in said, said
    assert (landed_rows(project), published_bytes(project)) == before[1:]


def test_what_the_memory_did_not_suffice_for_beside_another_is_tried_again_alone(project):
    """A model and a test that stop while there are two threads; what waits for the model comes after it."""
    stops = "{{ \"error('Out of Memory Error: failed to pin block')\" if target.threads > 1 else 1 }}"
    made = {
        "models/intermediate/spend/int_beside_another.sql": f"select {stops} as n",
        "models/intermediate/spend/int_waiting.sql": "select * from {{ ref('int_beside_another') }}",
        "tests/assert_beside_another.sql": f"select {stops} as n from {{{{ ref('dim_dates') }}}} where {stops} is null",
    }
    for name, text in made.items():
        (project / name).write_text(text)
    done = run(project, "build.py", "--without-dashboards")
    for name in made:
        (project / name).unlink()
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("one at a time") == 1 and "The build failed" not in done.stdout, done.stdout
    with duckdb.connect(project / "touchstone.duckdb") as connection:
        assert connection.execute("from intermediate.int_waiting").fetchall() == [(1,)]
        connection.execute("drop table intermediate.int_waiting; drop table intermediate.int_beside_another")


def test_again_with_nothing_new_it_lands_nothing(project, before):
    done = run(project, "build.py", "--without-dashboards")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "a company is simulated" not in done.stdout
    assert not [line for line in done.stdout.splitlines() if line.startswith("landed ")]
    assert compare(before[0], snapshot(project / "touchstone.duckdb")) == {}
    assert landed_rows(project) == before[1]


def test_a_worked_question_is_answered_in_the_terminal(project):
    done = run(project, "ask.py", "the_january_click")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2026-01-14" in done.stdout
    assert "pur_planted_case" in done.stdout
    assert "select" not in done.stdout


def ask_metric(project, target):
    settings = {key: value for key, value in os.environ.items() if key != "TOUCHSTONE_DATABASE"}
    command = [Path(sys.executable).with_name("mf"), "query", "--quiet", "--metrics", "sessions"]
    command += ["--group-by", "session__channel", "--order", "session__channel"]
    settings["TOUCHSTONE_TARGET"] = target
    done = subprocess.run(command, cwd=project, env=settings, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_metric_is_asked_by_name_of_what_was_built_or_was_published(project):
    built = ask_metric(project, "duckdb")
    assert "Paid Search" in built
    with (
        duckdb.connect(project / "touchstone.duckdb"),  # As a build has it open.
        duckdb.connect(project / "published/touchstone.duckdb", read_only=True),  # As a dashboard has.
    ):
        assert ask_metric(project, "published") == built


def test_a_file_that_was_landed_into_two_tables_does_not_stop_the_build(project):
    path = project / "mistaken.ndjson"
    path.write_text('{"event_id": "m1", "anonymous_id": "m", "page_url": "https://www.harbordesk.example/"}\n')
    for table in ("identifies", "page_views"):
        assert run(project, "land.py", "--table", table, str(path)).returncode == 0
    done = run(project, "build.py", "--without-dashboards")
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_amount_without_a_rate_stops_the_build_and_is_named(project):
    bad = project / "data" / "landing" / "purchases" / "bad.csv"
    bad.write_text("purchase_id,user_id,purchased_at,amount,currency\np_bad,u_bad,2026-05-01T10:00:00Z,10.00,XTS\n")
    spend = project / "data" / "landing" / "ad_spend" / "bad.csv"
    spend.write_text("spend_date,platform,cost,currency\n2026-05-02,google,10.00,XUA\n")
    done = run(project, "build.py")
    assert done.returncode == 1
    assert "assert_amounts_have_a_rate" in done.stdout
    assert "What was published before" in done.stdout and (project / "published/touchstone.duckdb").exists()
    assert "XTS" in done.stdout and "2026-05-01" in done.stdout
    assert "XUA" in done.stdout and "2026-05-02" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
