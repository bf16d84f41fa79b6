"""One limit for every program, nothing left on the disk by a killed one, and too little of either is said plainly."""

import json
import os
import resource
import subprocess
import sys

import duckdb
import pytest
import yaml
from conftest import ROOT
from jinja2 import Template

from land import LandingError, connect
from resources import is_shortage, may_pass_alone, remove_left_behind, settings, shortage

OPEN = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
SPILL = """
import duckdb, os, sys
c = duckdb.connect(sys.argv[1], config={"memory_limit": "20MB", "threads": 1})
c.execute("select hash(range), range::varchar || repeat('x', 40) from range(1000000) order by 1").fetchone()
os.kill(os.getpid(), 9)
"""


@pytest.mark.parametrize(
    "environment", [{}, {"TOUCHSTONE_MEMORY_LIMIT": "3GB", "TOUCHSTONE_TEMP_DIRECTORY": "/big/tmp"}]
)
def test_dbt_and_the_programs_have_the_same_limits(monkeypatch, environment):
    for name in ("TOUCHSTONE_MEMORY_LIMIT", "TOUCHSTONE_TEMP_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TOUCHSTONE_DATABASE", "some.duckdb")
    profile = Template((ROOT / "profiles.yml").read_text()).render(
        env_var=lambda name, or_=None: os.environ.get(name, or_)
    )
    dbt = yaml.safe_load(profile)["touchstone"]["outputs"]["duckdb"]
    assert dbt["config_options"] == settings("some.duckdb") | {"preserve_insertion_order": False}
    duckdb.connect(config=settings("some.duckdb")).close()


@pytest.fixture
def killed(tmp_path):
    """A database whose last user was killed while it had put data aside."""
    database = tmp_path / "x.duckdb"
    assert subprocess.run([sys.executable, "-c", SPILL, database]).returncode == -9
    assert len(list((tmp_path / "x.duckdb.tmp").iterdir())) > 1
    return database


def test_what_a_killed_run_put_aside_is_removed_and_not_while_the_database_is_open(killed, tmp_path):
    aside = tmp_path / "x.duckdb.tmp"
    (aside / f"duckdb_temp_{os.getpid()}_0_owner").touch()  # In a container the same ids come again.
    with subprocess.Popen(
        [sys.executable, "-c", OPEN, killed], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        holder.stdout.readline()
        before = sorted(aside.iterdir())
        remove_left_behind(killed)
        assert sorted(aside.iterdir()) == before
        holder.stdin.close()
    remove_left_behind(killed)
    assert not aside.exists()


def test_in_a_folder_of_several_databases_only_the_files_of_dead_processes_are_removed(monkeypatch, tmp_path):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    living, dead, other = (f"duckdb_temp_{os.getpid()}_0_owner", f"duckdb_temp_{gone.pid}_0_owner", "notes.txt")
    for name in (living, dead, other):
        (tmp_path / name).touch()
    monkeypatch.setenv("TOUCHSTONE_TEMP_DIRECTORY", str(tmp_path))
    remove_left_behind(tmp_path / "x.duckdb")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([living, other])


def land(folder, database, **options):
    command = [sys.executable, ROOT / "scripts" / "land.py", "--database", database, folder]
    return subprocess.run(command, capture_output=True, text=True, **options)


def content(database):
    with duckdb.connect(database, read_only=True) as connection:
        return connection.execute("select * exclude (_landed_at) from raw.page_views order by all").fetchall()


def test_a_landing_without_room_stops_says_so_and_goes_on_later(tmp_path):
    folder = tmp_path / "page_views"
    folder.mkdir()
    for name, count in (("a", 10), ("b", 40_000), ("c", 10)):
        rows = (
            {
                "event_id": f"{name}{i}",
                "anonymous_id": "v",
                "page_url": f"https://example.com/{i}",
                "page_title": name * 50,
            }
            for i in range(count)
        )
        (folder / f"{name}.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))
    largest = 800_000  # Less than the rows of b take.
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))  # noqa: E731
    short = land(folder, tmp_path / "x.duckdb", preexec_fn=limit)
    assert short.returncode == 1
    assert short.stderr.count("There was no room to write") == 1 and "What has landed stays" in short.stderr
    assert "Traceback" not in short.stderr and "FAILED" not in short.stdout, short.stdout
    assert len(content(tmp_path / "x.duckdb")) == 10
    assert land(folder, tmp_path / "x.duckdb").returncode == land(folder, tmp_path / "clean.duckdb").returncode == 0
    assert content(tmp_path / "x.duckdb") == content(tmp_path / "clean.duckdb")


def test_a_database_that_the_memory_cannot_even_open_is_not_taken_for_a_locked_one(monkeypatch, tmp_path):
    def refuse(*_, **__):
        raise duckdb.OutOfMemoryException("Out of Memory Error: could not allocate block of size 256.0 KiB")

    monkeypatch.setattr(duckdb, "connect", refuse)
    monkeypatch.setattr("resources.machine_limit", lambda: "8 GiB")
    with pytest.raises(LandingError, match="The memory was not enough"):
        connect(tmp_path / "x.duckdb", 0, print)


@pytest.mark.parametrize(
    ("memory", "spill", "said"),
    [
        ("2MB", "1GB", "The memory was not enough: DuckDB may use 1GB"),
        ("60MB", "10MB", "The temporary directory is full: "),
    ],
)
def test_what_duckdb_says_today_is_understood(monkeypatch, tmp_path, memory, spill, said):
    monkeypatch.setenv("TOUCHSTONE_MEMORY_LIMIT", "1GB")
    rows = "create temp table x as select hash(range), repeat('x', 40) || hash(range) from range(3000000)"
    with duckdb.connect(tmp_path / "x.duckdb", config={"threads": 1, "memory_limit": memory}) as connection:
        connection.execute(f"set max_temp_directory_size = '{spill}'")  # In the config, DuckDB 2.0.0 does not heed it.
        with pytest.raises(duckdb.Error) as raised:
            connection.execute(rows)
    assert shortage(raised.value, tmp_path / "x.duckdb").startswith(said), raised.value


def test_a_full_disk_is_told_with_its_path_and_another_mistake_is_left_alone(tmp_path):
    full = 'IO Error: Could not write file "/data/x.duckdb.tmp/duckdb_temp_1.tmp": No space left on device'
    assert "TOUCHSTONE_TEMP_DIRECTORY" in shortage(full, "/data/x.duckdb")
    assert "no room to write /logs/dbt.log" in shortage(
        "[Errno 28] No space left on device: '/logs/dbt.log'", "x.duckdb"
    )
    for other in ("Catalog Error: Table x does not exist", "Conversion Error: no memory of 'a'"):
        assert shortage(other, "x.duckdb") is None and not is_shortage(other)


def test_a_fault_that_stops_duckdb_is_told_by_its_first_cause():
    said = (
        "FATAL Error: Failed: database has been invalidated because of a previous fatal error. The database"
        ' must be restarted prior to being used again.\nOriginal error: "global dictionary column 0 changed identity"'
    )
    assert is_shortage(said)
    told = shortage(said, "x.duckdb")
    assert "a fault of its own: global dictionary column 0 changed identity." in told and "--threads 1" in told
    assert shortage(said + '\n  compiled code at "target/x.sql"', "x.duckdb") == told


def test_a_full_disk_that_stops_duckdb_is_told_as_a_full_disk(tmp_path):
    said = (
        "FATAL Error: Failed: database has been invalidated because of a previous fatal error.\nOriginal error: "
        f'"Failed to create checkpoint because of error: Could not write file "{tmp_path}/x.duckdb": File too large"'
    )
    told = shortage(said, tmp_path / "x.duckdb")
    assert told.startswith(f"There was no room to write {tmp_path}/x.duckdb: File too large"), told
    assert not may_pass_alone(said)
    assert may_pass_alone(said.replace("File too large", "a fault"))


def test_a_log_that_memory_cannot_hold_is_no_lock(tmp_path):
    said = (
        'TransactionContext Error: Failure while replaying WAL file "x.duckdb.wal": Failed to commit: '
        "failed to pin block of size 256.0 KiB (19.0 MiB/19.0 MiB used)"
    )
    assert "The memory was not enough" in shortage(said, tmp_path / "x.duckdb")
