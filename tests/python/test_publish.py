"""What is published is whole, is what the build made, names nobody, and survives a kill at any moment."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import duckdb
import pytest
from conftest import ROOT

OLDER_DUCKDB = Path(sys.prefix) / "duckdb-1.4"  # Installed by the Makefile, beside the version of the environment.


def run(world, out, artifacts=None):
    program = [sys.executable, ROOT / "scripts" / "publish.py", "--target", artifacts or world.artifacts]
    return subprocess.run(
        [*program, "--database", world.database, "--out", out], capture_output=True, text=True, cwd=ROOT
    )


@pytest.fixture(scope="module")
def published(world, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "published"
    done = run(world, out)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


def rows(path, sql):
    with duckdb.connect(path, read_only=True) as connection:
        return connection.execute(sql).fetchall()


def marts_of(path):
    query = "select table_name from information_schema.tables where table_schema = 'marts' order by 1"
    return [name for (name,) in rows(path, query)]


def test_every_mart_is_published_row_for_row(world, published):
    names = marts_of(world.database)
    assert marts_of(published / "touchstone.duckdb") == sorted([*names, "publication"])
    for name in names:
        with duckdb.connect() as connection:
            connection.execute(f"attach '{world.database}' as working (read_only)")
            connection.execute(f"attach '{published / 'touchstone.duckdb'}' as published (read_only)")
            personal = [column for column, _ in personal_columns(world, name)]
            left_out = f"exclude ({', '.join(personal)})" if personal else ""
            working, public = (f"select * {left_out} from {place}.marts.{name}" for place in ("working", "published"))
            for one, other in ((working, public), (public, working)):
                assert connection.execute(f"select count(*) from ({one} except all {other})").fetchone() == (0,), name
            parquet = f"select count(*) from '{published / 'parquet' / f'{name}.parquet'}'"
            assert (
                connection.execute(parquet).fetchone()
                == connection.execute(f"select count(*) from published.marts.{name}").fetchone()
            )


def personal_columns(world, mart):
    manifest = json.loads((world.artifacts / "manifest.json").read_text())
    columns = manifest["nodes"][f"model.touchstone.{mart}"]["columns"].items()
    return [(name, column) for name, column in columns if column["config"]["meta"].get("is_personal")]


def test_ids_that_lead_to_a_person_are_published_as_hashes(world, published):
    marts = [name for name in marts_of(published / "touchstone.duckdb") if name != "publication"]
    flagged = [(mart, column) for mart in marts for column, _ in personal_columns(world, mart)]
    assert ("dim_persons", "user_id") in flagged
    for mart, column in flagged:
        values = rows(published / "touchstone.duckdb", f"select distinct {column} from marts.{mart}")
        assert all(value is None or re.fullmatch("[0-9a-f]{64}", value) for (value,) in values), (mart, column)


def test_no_user_lead_or_contact_id_is_readable_in_what_is_published(world, published):
    ids = "|".join(("user_[0-9]{9}", "lead_[0-9]{9}", "con_[0-9]{9}"))
    query = "select table_name, column_name from information_schema.columns where data_type = 'VARCHAR'"
    for mart, column in rows(published / "touchstone.duckdb", query):
        found = f"select {column} from marts.{mart} where regexp_matches({column}, '{ids}') limit 1"
        assert rows(published / "touchstone.duckdb", found) == [], (mart, column)


def test_the_publication_says_when_from_which_commit_how_many_rows_and_tests(world, published):
    found = rows(
        published / "touchstone.duckdb",
        "select mart, row_count, commit, tests_passed_count, published_at >= built_at from marts.publication",
    )
    counts = {mart: count for mart, count, *_ in found}
    for mart in ("fct_sessions", "fct_attribution_credits"):
        assert rows(world.database, f"select count(*) from marts.{mart}") == [(counts[mart],)]
    commit = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout
    assert {(row[2] or "").rstrip("+") for row in found} == {commit.strip()}
    assert all(passed > 250 and is_later for *_, passed, is_later in found)


def test_an_older_duckdb_opens_it(published):
    ask = (
        "import duckdb, sys; assert duckdb.__version__.startswith('1.4.'), duckdb.__version__;"
        "connection = duckdb.connect(sys.argv[1], read_only=True);"
        "print(connection.execute('select count(*) from marts.fct_touches').fetchone()[0])"
    )
    environment = {**os.environ, "PYTHONPATH": str(OLDER_DUCKDB)}
    done = subprocess.run(
        [sys.executable, "-c", ask, published / "touchstone.duckdb"], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert [(int(done.stdout),)] == rows(published / "touchstone.duckdb", "select count(*) from marts.fct_touches")


@pytest.mark.parametrize("status", ["fail", "error", "left out"])
def test_a_build_that_did_not_pass_is_not_published_and_is_named(world, published, tmp_path, status):
    shutil.copytree(world.artifacts, tmp_path / "artifacts")
    file = tmp_path / "artifacts" / "run_results.json"
    results = json.loads(file.read_text())
    names = [each["unique_id"] for each in results["results"]]
    name = next(name for name in names if name.startswith("test.") and "fct_touches" in name)
    results["results"] = [each for each in results["results"] if status != "left out" or each["unique_id"] != name]
    for each in results["results"]:
        each["status"] = status if each["unique_id"] == name else each["status"]
    file.write_text(json.dumps(results))
    before = (published / "current").readlink()
    done = run(world, published, tmp_path / "artifacts")
    assert done.returncode == 1 and "Nothing was published." in done.stdout
    assert name.split(".")[2][:20] in done.stdout.replace("\n", "")
    assert (published / "current").readlink() == before


def test_without_a_build_it_says_what_to_do(world, tmp_path):
    done = run(world, tmp_path / "published", tmp_path / "nowhere")
    assert done.returncode == 1
    assert "make build" in done.stdout and "Traceback" not in done.stdout + done.stderr
    assert not (tmp_path / "published").exists()


def test_a_reader_sees_only_whole_versions_while_publications_come_and_are_killed(world, published):
    stop, seen, broken = threading.Event(), set(), []

    def read():
        while not stop.is_set():
            try:
                with duckdb.connect(published / "touchstone.duckdb", read_only=True) as connection:
                    listed = connection.execute(
                        "select publication_id, mart, row_count from marts.publication"
                    ).fetchall()
                    for version, mart, count in listed:
                        if connection.execute(f"select count(*) from marts.{mart}").fetchone() != (count,):
                            broken.append((version, mart))
                    seen.update(version for version, _, _ in listed)
                folder = (published / "current").resolve() / "parquet"
                with duckdb.connect() as connection:
                    for mart, count in connection.execute(
                        f"select mart, row_count from '{folder / 'publication.parquet'}'"
                    ).fetchall():
                        query = f"select count(*) from '{folder / f'{mart}.parquet'}'"
                        if connection.execute(query).fetchone() != (count,):
                            broken.append((folder, mart))
            except Exception as error:
                broken.append(repr(error))

    reader = threading.Thread(target=read)
    reader.start()
    pick, killed = random.Random(4), 0
    program = [sys.executable, ROOT / "scripts" / "publish.py", "--target", world.artifacts]
    for number in range(20):
        child = subprocess.Popen(
            [*program, "--database", world.database, "--out", published], cwd=ROOT, stdout=subprocess.DEVNULL
        )
        if number % 2:
            time.sleep(pick.uniform(0.2, 2.5))
            child.send_signal(signal.SIGKILL)
        killed += child.wait() == -signal.SIGKILL
    stop.set()
    reader.join()
    assert broken == []
    assert killed >= 3 and len(seen) >= 8
    versions = [path.name for path in (published / "versions").iterdir() if not path.name.startswith(".")]
    assert len(versions) <= 4
