"""Loads files into raw.<table> of the DuckDB file: each content once per table, each file wholly or not at all.

    python scripts/land.py data/landing                       # tables by folder or file name
    python scripts/land.py --table crm_leads export.csv
    python scripts/land.py --site https://www.example.com access.log.gz

Takes NDJSON, CSV, Parquet (plain, .gz, .zst) and web-server access logs. What a row must look like is the raw contract,
models/staging/*/_*__sources.yml. Rows that break it go to raw._rejected_rows with a reason; keys and columns that it
does not name go to _extra as JSON, those without a value aside. raw._landed_files is the ledger.

Exit code: 0 all landed or skipped, 1 some file could not be landed, 2 nothing was tried (arguments, locked database),
130 stopped by hand. After any of these the same command may be run again.
"""

import argparse
import os
import re
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import NamedTuple

import duckdb
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

from landing_access_log import checked_site, stage_access_log
from landing_contract import ROOT, LandingError, create_tables, landable, quoted, read_contract
from landing_files import ACCESS_LOG, digest, find_files
from landing_sources import NeedsCare, first_line, stage_carefully, stage_quickly
from resources import is_shortage, settings, shortage


class Outcome(NamedTuple):
    """What became of one file. Counts are rows."""

    file: object
    state: str  # landed, skipped or failed
    note: str = ""
    landed: int = 0
    rejected: int = 0
    left_out: dict = {}  # noqa: RUF012 (never changed)
    drift: dict = {}  # noqa: RUF012 {key that the contract does not name: rows with a value in it}


@contextmanager
def transaction(con):
    con.execute("begin")
    try:
        yield
    except BaseException:
        with suppress(duckdb.Error):  # the error that led here says more
            con.execute("rollback")
        raise
    con.execute("commit")


@contextmanager
def in_any_order(con):
    """Rows are written as they come: each has its _row_number, and their order would take a file's size of memory."""
    con.execute("set preserve_insertion_order = false")
    try:
        yield
    finally:
        con.execute("reset preserve_insertion_order")


def connect(database, wait_seconds, say):
    """Opens the database, waiting while another process holds it. Raises LandingError when it stays locked."""
    deadline, told = time.monotonic() + wait_seconds, False
    while True:
        try:
            con = duckdb.connect(str(database), config=settings(database))
            con.execute("set TimeZone = 'UTC'")
            return con
        except duckdb.Error as error:
            short = shortage(error, database)
            if short or "Could not set lock" not in str(error):
                raise LandingError(f"{database}: cannot be opened: {short or first_line(error)}") from None
            holder = _holder(str(error))
        if time.monotonic() >= deadline:
            raise LandingError(
                f"{database} is still in use by {holder} after {wait_seconds:g} seconds. Nothing was landed. "
                "Wait for it to end, or end it, and run this again (--wait SECONDS waits longer)."
            )
        if not told:
            say(f"{database} is in use by {holder}; waiting up to {wait_seconds:g} seconds")
            told = True
        time.sleep(0.2)


def _holder(message):
    """Who holds the lock, in words: DuckDB's message names the PID, /proc (where there is one) the command."""
    found = re.search(r"PID (\d+)", message)
    if not found:
        return "another process"
    command_file = Path(f"/proc/{found[1]}/cmdline")
    try:
        command = command_file.read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        command = ""
    return f"process {found[1]}" + (f" ({command[:200]})" if command else "")


def land_file(con, file, columns, site=None):
    """Lands one file in one transaction and returns its Outcome. Raises nothing that is the file's own fault, but what
    comes of too little memory or disk: no other file would fare better."""
    try:
        with ThreadPoolExecutor(max_workers=1) as pool:
            return _land_unless_known(con, file, columns, site, pool.submit(digest, file.path))
    except LandingError as error:
        return Outcome(file, "failed", str(error))
    except duckdb.Error as error:
        if is_shortage(error):
            raise
        return Outcome(file, "failed", first_line(error))
    except OSError as error:
        return Outcome(file, "failed", f"cannot be read: {error.strerror or error}")
    finally:
        with suppress(duckdb.FatalException):  # The database is closed then, and the error that led here says why.
            con.execute("drop table if exists landing_rows")


def _land_unless_known(con, file, columns, site, hashing):
    before = file.path.stat()
    same_size = con.execute(
        "select sha256, file_name, table_name, strftime(_landed_at, '%Y-%m-%d %H:%M:%S') "
        "from raw._landed_files where size_bytes = ? and table_name = ?",
        [before.st_size, file.table],
    ).fetchall()
    # Hashing goes on beside the reading; it is waited for only when a file of this size has landed before.
    for sha256, name, table, landed_at in same_size:
        if sha256 == hashing.result():
            return Outcome(file, "skipped", f"same content as {name}, landed in {table} at {landed_at} UTC")
    ways = [_quick, _careful] if file.format != ACCESS_LOG else [_log]
    for stage in ways:
        try:
            relation, left_out = stage(con, file, columns, site)
            with transaction(con):
                outcome = _record(con, file, columns, relation, left_out, hashing, before.st_size, stage is _quick)
                after = file.path.stat()
                if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
                    raise LandingError("it changed while it was read; land it again when it is complete")
            return outcome
        except (duckdb.Error, NeedsCare) as error:
            if stage is ways[-1] or is_shortage(error):
                raise


def _quick(con, file, columns, site):
    return stage_quickly(con, file, columns), {}


def _careful(con, file, columns, site):
    return stage_carefully(con, file, columns), {}


def _log(con, file, columns, site):
    return stage_access_log(con, file, columns, site)


def _record(con, file, columns, relation, left_out, hashing, size_bytes, all_good):
    """Moves the staged rows into the raw tables and writes the ledger entry. Returns the Outcome."""
    # One microsecond past the latest at least: _landed_at is the watermark of the incremental models.
    landed_at = con.execute(
        "select greatest(cast(now() as timestamp), max(_landed_at) + interval 1 microsecond) from raw._landed_files"
    ).fetchall()[0][0]
    names = ", ".join(quoted(column.name) for column in columns)
    table, good = quoted(file.table), "" if all_good else "where _reason is null"
    with in_any_order(con):
        landed = con.execute(
            f"""insert into raw.{table} ({names}, _extra, _landed_at, _file, _row_number)
            select {names}, _extra, ?, ?, _row_number from {relation} {good}""",
            [landed_at, file.label],
        ).fetchall()[0][0]
    rejected, notes = 0, ""
    if not all_good:
        rejected = con.execute(
            f"""insert into raw._rejected_rows (table_name, reason, original_text, _landed_at, _file, _row_number)
            select ?, _reason, _original, ?, ?, _row_number
            from {relation} where _reason is not null order by _row_number""",
            [file.table, landed_at, file.label],
        ).fetchall()[0][0]
        notes = _commonest_reason(con, landed_at) if rejected else ""
    drift = con.execute(
        f"""select key, count(*) from (
            select unnest(json_keys(_extra)) as key from raw.{table} where _landed_at = ? and _extra is not null
        ) group by key order by key""",
        [landed_at],
    ).fetchall()
    left_out_count = sum(left_out.values())
    row_count = landed + rejected + left_out_count
    con.execute(
        """insert into raw._landed_files
        (file_name, table_name, sha256, size_bytes, row_count, rejected_count, left_out_count, _landed_at)
        values (?, ?, ?, ?, ?, ?, ?, ?)""",
        [file.label, file.table, hashing.result(), size_bytes, row_count, rejected, left_out_count, landed_at],
    )
    return Outcome(file, "landed", notes, landed, rejected, left_out, dict(drift))


def _commonest_reason(con, landed_at):
    reason, count = con.execute(
        "select reason, count(*) from raw._rejected_rows where _landed_at = ? group by all order by 2 desc, 1 limit 1",
        [landed_at],
    ).fetchall()[0]
    return f"{count:,} x {reason}"


def describe(outcome):
    """One line on one file."""
    file = outcome.file
    if outcome.state == "failed":
        return f"FAILED  {file.label}: {outcome.note}; fix or remove it, the other files have landed"
    if outcome.state == "skipped":
        return f"skipped {file.label}: {outcome.note}"
    parts = [f"{outcome.landed:,} rows"]
    if outcome.rejected and not outcome.landed:
        parts = [f"NO ROW fits {file.table} (is it the right table? it may be landed again with --table)"]
    parts += [f"{outcome.rejected:,} rejected ({outcome.note})"] if outcome.rejected else []
    parts += [f"left out {count:,} {kind}" for kind, count in sorted(outcome.left_out.items())]
    parts += [f"drift: {_drift(outcome.drift)}"] if outcome.drift else []
    return f"landed  {file.label} -> {file.table}: {', '.join(parts)}"


def is_news(outcome, brief):
    """Whether a file gets a line of its own, or the closing table says enough: of a file that was landed before under
    this very name it does, and in brief of every file that landed well."""
    if outcome.state == "landed":
        return not brief or bool(outcome.drift) or not outcome.landed
    return outcome.state == "failed" or not outcome.note.startswith(f"same content as {outcome.file.label}, ")


def _drift(drift):
    return ", ".join(f"{key} ({count:,})" for key, count in sorted(drift.items()))


def summarise(outcomes):
    """The closing table per raw table, as lines of text."""
    head = ("table", "landed", "skipped", "failed", "rows", "rejected", "left out", "drift")
    rows = [head]
    for table in sorted({outcome.file.table for outcome in outcomes}):
        mine = [outcome for outcome in outcomes if outcome.file.table == table]
        states = Counter(outcome.state for outcome in mine)
        drift = sum((Counter(outcome.drift) for outcome in mine), Counter())
        rejected, left_out = sum(o.rejected for o in mine), sum(sum(o.left_out.values()) for o in mine)
        rows.append((
            table, states["landed"], states["skipped"], states["failed"],
            sum(o.landed for o in mine), rejected, left_out, _drift(drift) or "-",
        ))  # fmt: skip
    cells = [[f"{cell:,}" if isinstance(cell, int) else cell for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]

    def line(row):
        numbers = "  ".join(cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:-1], strict=True))
        return f"{row[0].ljust(widths[0])}  {numbers}  {row[-1]}"

    return [line(row) for row in cells]


def next_steps(outcomes, database):
    """What to do now, as lines of text."""
    lines = []
    if any(outcome.rejected for outcome in outcomes):
        lines.append(f"To see the rejected rows: from raw._rejected_rows order by _landed_at, _row_number ({database})")
    if any(outcome.drift for outcome in outcomes):
        lines.append("Drift: keys or columns that the contract does not name (rows with a value); kept in _extra.")
    return [*lines, "Next: dbt build"]


def land(con, files, contract, site, progress, say, brief=False):
    """Lands every file, saying what became of each. Returns the Outcomes."""
    tables, outcomes = landable(contract), []
    sizes = [file.path.stat().st_size for file in files]
    task = progress.add_task("landing", total=sum(sizes)) if progress else None
    for file, size in zip(files, sizes, strict=True):
        if progress:
            progress.update(task, description=file.label)
        outcomes.append(land_file(con, file, tables[file.table], site))
        if is_news(outcomes[-1], brief):
            say(describe(outcomes[-1]))
        if progress:
            progress.advance(task, size)
    return outcomes


def parse_arguments(argv):
    parser = argparse.ArgumentParser(description="Load files into the raw tables of the DuckDB file.")
    parser.add_argument("files", nargs="+", metavar="FILES", help="files, folders and quoted globs")
    parser.add_argument("--table", help="raw table, or access_log; else by folder or file name")
    parser.add_argument("--database", help="DuckDB file (env TOUCHSTONE_DATABASE; default touchstone.duckdb)")
    parser.add_argument("--site", help="the site that an access log is of, e.g. https://www.example.com")
    parser.add_argument("--brief", action="store_true", help="no line for a file that landed well")
    parser.add_argument("--wait", type=float, default=60, metavar="SECONDS", help="wait for a locked database (60)")
    return parser.parse_args(argv)


def main(argv=None):
    arguments = parse_arguments(argv)
    console = Console(soft_wrap=True, markup=False, highlight=False, emoji=False)
    database = Path(arguments.database or os.environ.get("TOUCHSTONE_DATABASE") or ROOT / "touchstone.duckdb")
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    progress = Progress(*columns, console=console, transient=True) if console.is_terminal else None
    try:
        contract = read_contract()
        files = find_files(arguments.files, arguments.table, list(landable(contract)))
        if any(file.format == ACCESS_LOG for file in files):
            checked_site(arguments.site)
        con = connect(database, arguments.wait, console.print)
        try:
            create_tables(con, contract)
            with progress or nullcontext():
                outcomes = land(con, files, contract, arguments.site, progress, console.print, arguments.brief)
        finally:
            con.close()
    except LandingError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    except duckdb.Error as error:
        short = shortage(error, database)
        if short:
            print(f"Stopped. {short}\nWhat has landed stays; the same command goes on from there.", file=sys.stderr)
            return 1
        print(f"{database}: {first_line(error)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped. Files named above are in, the rest are not; run the same command again.", file=sys.stderr)
        return 130
    for line in ["", *summarise(outcomes), "", *next_steps(outcomes, database)]:
        console.print(line)
    return 1 if any(outcome.state == "failed" for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
