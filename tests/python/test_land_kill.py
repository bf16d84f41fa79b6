"""A landing that is killed at any moment leaves every file wholly in or wholly out, and a rerun completes it."""

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[2]
KILLS = 18
FILES = 8
ROWS = 4_000

CONTENT = "select * exclude (_landed_at) from raw.page_views order by all"
REJECTED = "select * exclude (_landed_at) from raw._rejected_rows order by all"
LEDGER = "select * exclude (_landed_at) from raw._landed_files order by all"


def write_files(folder):
    """Half of them clean, half with a bad row in the middle, so that both ways of reading are killed."""
    folder.mkdir(parents=True)
    for i in range(FILES):
        rows = [
            json.dumps({"event_id": f"{i}-{j}", "page_url": f"https://www.example.com/{j}", "page_title": "x" * 200})
            for j in range(ROWS)
        ]
        if i % 2:
            rows[ROWS // 2] = "{broken"
        (folder / f"{i}.ndjson").write_text("\n".join(rows) + "\n")


def start(folder, database):
    command = [sys.executable, str(ROOT / "scripts/land.py"), "--database", str(database), "page_views"]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def query(database, sql):
    with duckdb.connect(str(database)) as con:
        return con.execute(sql).fetchall()


def files_in(database):
    """Names of the landed files, after a check that each is wholly in and nothing else is."""
    with duckdb.connect(str(database)) as con:
        made = {name for (name,) in con.execute("select table_name from duckdb_tables()").fetchall()}
        if not made >= {"_landed_files", "_rejected_rows", "page_views"}:  # Killed before all tables were there.
            return set()
        broken = con.execute(
            """
            with landed as (select _file, _landed_at, count(*) as landed_count from raw.page_views group by all),
            rejected as (select _file, _landed_at, count(*) as count from raw._rejected_rows group by all)
            select * from raw._landed_files as ledger
            full outer join landed on ledger.file_name = landed._file and ledger._landed_at = landed._landed_at
            full outer join rejected on ledger.file_name = rejected._file and ledger._landed_at = rejected._landed_at
            where ledger.row_count is distinct from landed.landed_count + coalesce(rejected.count, 0)
                or ledger.rejected_count is distinct from coalesce(rejected.count, 0)
            """
        ).fetchall()
        assert broken == []
        return {name for (name,) in con.execute("select file_name from raw._landed_files").fetchall()}


def test_a_killed_landing_leaves_each_file_wholly_in_or_out(tmp_path):
    write_files(tmp_path / "page_views")
    unkilled = tmp_path / "unkilled.duckdb"
    started = time.monotonic()
    assert start(tmp_path, unkilled).wait() == 0
    duration = time.monotonic() - started
    assert len(files_in(unkilled)) == FILES

    chance = random.Random(20260101)
    seen, killed_midway = set(), 0
    database = tmp_path / "killed.duckdb"
    for i in range(KILLS):
        if files_in(database) >= {f"page_views/{j}.ndjson" for j in range(FILES)}:
            database.unlink()  # complete before its time: begin again
        before = files_in(database)
        process = start(tmp_path, database)
        time.sleep(duration * (i + chance.random()) / KILLS)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        after = files_in(database)
        assert before <= after
        killed_midway += 0 < len(after) < FILES
        seen |= after
    assert killed_midway  # else the kills came too early or too late to show anything

    assert start(tmp_path, database).wait() == 0
    assert len(files_in(database)) == FILES
    for sql in (CONTENT, REJECTED, LEDGER):
        assert query(database, sql) == query(unkilled, sql)
    assert len(query(database, CONTENT)) == FILES * ROWS - FILES // 2
