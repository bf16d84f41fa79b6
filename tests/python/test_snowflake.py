"""Every SQL model renders for Snowflake without an account, and Snowflake's grammar accepts the result, both as a full
refresh and as a later load.

What only a real account can show (types, functions, performance) is not checked here.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OFFLINE = ["--target", "snowflake", "--no-populate-cache", "--no-introspect", "--exclude", "file:*.py"]
ONLY_DUCKDB = [
    "string_split(",
    "regexp_full_match(",
    "regexp_extract(",
    "json_extract_string(",
    "date_diff(",
    "to_microseconds(",
]


def compile_for_snowflake(target, *arguments, **settings):
    """Render the project; returns the folder of compiled files."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SNOWFLAKE_")} | settings
    command = [sys.executable, "-m", "dbt.cli.main", "--quiet", "compile", *OFFLINE, *arguments]
    paths = ["--target-path", target, "--log-path", target]
    done = subprocess.run([*command, *paths], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return target / "compiled" / "touchstone"


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    return compile_for_snowflake(tmp_path_factory.mktemp("full"), "--full-refresh")


@pytest.fixture(scope="module")
def incremental(tmp_path_factory):
    """Only the models that a later load renders differently."""
    select = ["--select", "config.materialized:incremental", "--indirect-selection", "empty"]
    return compile_for_snowflake(tmp_path_factory.mktemp("load"), *select, TOUCHSTONE_COMPILE_INCREMENTAL="1")


def grammar_errors(folder):
    """What sqlfluff's Snowflake parser refuses, file by file."""
    command = [sys.executable, "-m", "sqlfluff", "lint", "--ignore-local-config", "--dialect", "snowflake"]
    options = ["--templater", "raw", "--rules", "capitalisation.keywords", "--processes", "2"]
    report = ["--format", "github-annotation-native"]
    done = subprocess.run([*command, *options, *report, folder], cwd=folder, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return [line for line in done.stdout.splitlines() if "PRS" in line]


def test_every_model_and_analysis_is_rendered(full):
    for folder in ("models", "analyses"):
        written = {path.relative_to(ROOT) for path in (ROOT / folder).rglob("*.sql")}
        assert written
        assert written <= {path.relative_to(full) for path in (full / folder).rglob("*.sql")}


def test_snowflakes_grammar_accepts_every_model_and_analysis(full):
    assert grammar_errors(full) == []


def test_snowflakes_grammar_accepts_every_later_load(full, incremental):
    rendered = list((incremental / "models").rglob("*.sql"))
    assert rendered
    for path in rendered:
        assert path.read_text() != (full / path.relative_to(incremental)).read_text(), path.name
    assert grammar_errors(incremental) == []


def test_the_grammar_check_sees_what_snowflake_has_not(tmp_path):
    (tmp_path / "broken.sql").write_text("select * from a where x in [1, 2]\n")
    assert grammar_errors(tmp_path)


def test_no_function_that_only_duckdb_has_is_rendered(full):
    for path in full.rglob("*.sql"):
        text = path.read_text()
        assert not [name for name in ONLY_DUCKDB if name in text], path.name
