"""The bench of the whole path: what landing, building, one more load and nothing new cost, beside DuckDB alone.

    python scripts/bench.py 1000000
    python scripts/bench.py 100000000 --only land floor full --lean
    python scripts/bench.py 100000000 --resume

Simulates a world of N page views (once), lands it in a database of its own, target/bench/<N>/bench.duckdb, and runs
each step as a process of its own. Every step's result is saved at once, in target/bench/<N>/result.json; for
the sizes of docs/benchmarks.md in docs/benchmarks/<N>.json too, and that page is written anew.

Steps: land, floor, sessions (raw to fct_sessions), models (dbt build without tests; only where asked for), full
(dbt build), day (1% more), day_fixed (a load of fixed size), no_change, guard (counts). A step that needs an earlier
one runs that too. --resume leaves out what was measured with the same code before.
"""

import argparse
import json
import os
import shutil
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

import bench_process as process
import bench_report as report
import bench_world
from bench_machine import code_state, fingerprints, machine, threads
from bench_process import BenchError

ROOT = Path(__file__).resolve().parents[1]
STEPS = ("land", "floor", "sessions", "models", "full", "day", "day_fixed", "no_change", "guard")
UNASKED = ("models",)
UNTESTED = ("land", "floor", "sessions", "models")
DATA_TESTS = ["--exclude-resource-type", "unit_test"]  # Unit tests are about the code and not the data.
# What a step needs the database to hold, and the step that brings it there.
ON_RAW, ON_BUILT = ("landed", "built"), ("built", "day", "day_fixed")
NEEDS = {
    "floor": (ON_RAW, "land"),
    "sessions": (ON_RAW, "land"),
    "models": (ON_RAW, "land"),
    "full": (ON_RAW, "land"),
    "day": (("built",), "full"),
    "day_fixed": (("day",), "day"),
    "no_change": (ON_BUILT, "full"),
    "guard": (ON_BUILT, "full"),
}
LEAVES = {"land": "landed", "models": "built", "full": "built", "day": "day", "day_fixed": "day_fixed"}
SHOWN = (report.DEMO, report.SMALL, report.MIDDLE, report.LARGE)  # The sizes of docs/benchmarks.md.
# Bytes on disk for each page view, where no size was measured yet; small worlds take more than large ones.
DISK = {"world": 130, "full": 2200}
SPARE = 1.2
GUARD = {
    "page views landed": """
        select (select count(*) from raw.page_views)
            + (select count(*) from raw._rejected_rows where table_name = 'page_views')
    """,
    "page views accepted": """
        select count(distinct hash(trim(landed.event_id)))
        from raw.page_views as landed
        anti join (from marts.fct_rejected_events where rejected_by = 'contract') as rejected
            on landed._landed_at = rejected._landed_at and landed._row_number = rejected._row_number
    """,
    "fct_page_views": "select count(*) from marts.fct_page_views",
    "page views in fct_sessions": "select sum(page_view_count)::bigint from marts.fct_sessions",
}


# ---- The bench -----------------------------------------------------------------------------------------------------
class Bench:
    """One world, its one database, and what was measured on it."""

    def __init__(self, arguments, say):
        self.page_views, self.say, self.limit = arguments.n, say, arguments.memory_limit
        self.repeat, self.is_lean, self.keep = arguments.repeat, arguments.lean, arguments.keep
        self.is_apart = arguments.apart
        self.folder = arguments.folder / str(arguments.n)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.database, self.before = self.folder / "bench.duckdb", self.folder / "before.duckdb"
        self.files = [self.folder / "result.json"]
        if arguments.n in SHOWN and not arguments.no_docs:
            self.files.append(report.RESULTS / f"{arguments.n}.json")
        for left in (
            "before.duckdb",
            "floor.duckdb",
            "bench.duckdb.tmp",
            "floor.duckdb.tmp",
        ):  # By a run that was killed.
            shutil.rmtree(self.folder / left, ignore_errors=True)
            (self.folder / left).unlink(missing_ok=True)
        self.fingerprints, self.code, self.measured = fingerprints(), code_state(), set()
        self.result = self.known_result() | {"page_views": self.page_views, "machine": machine()}

    # -- What is there
    def known_result(self):
        """What this machine measured of this size before."""
        known = [json.loads(file.read_text()) for file in self.files if file.exists()]
        return next((each for each in known if each["machine"] == machine()), {"steps": {}})

    def state(self):
        """What the database holds that this code can go on from: none, landed, built, day or day_fixed."""
        known = self.read_state()
        if not self.database.exists() or any(known.get(key) != self.fingerprints[key] for key in ("world", "raw")):
            return "none"
        if known["models"] != self.fingerprints["models"] and known["state"] != "landed":
            return "landed" if known["state"] == "built" else "none"
        return known["state"]

    def read_state(self):
        file = self.folder / "state.json"
        return json.loads(file.read_text()) if file.exists() else {}

    def set_state(self, state):
        (self.folder / "state.json").write_text(json.dumps(self.fingerprints | {"state": state}))

    def save(self):
        for file in self.files:
            file.parent.mkdir(exist_ok=True)
            file.write_text(json.dumps(self.result, indent=1) + "\n")

    def is_measured(self, step):
        """Whether this code measured the step before."""
        known = self.result["steps"].get(step) or (self.result.get("guard") if step == "guard" else None)
        counts = [part for part in self.fingerprints if part != "tests" or step not in UNTESTED]
        return bool(known) and all(known["code"].get(part) == self.fingerprints[part] for part in counts)

    def mark(self):
        return self.code | {
            "code": self.fingerprints,
            "date": datetime.now(UTC).strftime("%Y-%m-%d"),
            "memory_limit": self.limit,
            "load_before": self.load_before,
        }

    # -- Steps
    def do(self, step):
        """Measure a step, after what it needs. What was measured in this run is not measured again."""
        wanted, earlier = NEEDS.get(step, ((), None))
        if earlier and self.state() not in wanted:
            self.do(earlier)
        self.load_before = round(os.getloadavg()[0], 1)  # What else the machine does.
        if step == "guard":
            self.result["guard"] = self.mark() | {"checks": self.guard()}
            self.save()
            return
        times = self.repeats(step)
        if step in ("day", "day_fixed") and times > 1:
            shutil.copy(self.database, self.before)
        found = []
        for turn in range(times):
            if turn and self.before.exists():
                shutil.copy(self.before, self.database)
            self.turn = f"{step.replace('_', ' ')} {turn + 1}/{times}" if times > 1 else step.replace("_", " ")
            self.say(self.turn)
            if step in ("land", "day", "day_fixed"):
                self.set_state("none")  # Until it is done: half a load is no state to go on from.
            found.append(getattr(self, step)())
            if step in LEAVES:
                self.set_state(LEAVES[step])
            self.result["steps"][step] = self.mark() | {"runs": found}
            self.save()
        self.before.unlink(missing_ok=True)
        thin(found)
        self.measured.add(step)
        self.save()

    def repeats(self, step):
        """How often a step is measured: dbt's steps once, since each takes half a minute of tests alone."""
        if self.repeat:
            return self.repeat
        if step in ("land", "floor"):
            return 3 if self.page_views <= report.SMALL else 2 if self.page_views <= report.MIDDLE else 1
        return 1

    def sized(self, took):
        """With how much the database takes: its file, and what of it is in use."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            block, used = connection.execute("select block_size, used_blocks from pragma_database_size()").fetchone()
        return took | {"database_bytes": self.database.stat().st_size, "used_bytes": block * used}

    def dbt(self, *arguments):
        def say(done, total, name):
            self.say(f"{self.turn}: {name}", done, total)

        return self.sized(process.dbt(self.database, self.folder, self.limit, arguments, say))

    def world(self):
        """The world, made where it is not there."""
        base_is_gone = not (self.folder / "base").exists() and self.state() == "none"
        if base_is_gone:
            (self.folder / "world.json").unlink(missing_ok=True)
        before = time.time()
        world = bench_world.make(self.page_views, self.folder, self.say, self.keep)
        self.is_new = (self.folder / "world.json").stat().st_mtime >= before
        if self.result.get("world", world) != world:
            self.result["steps"], self.result["guard"] = {}, None  # Of another world.
        self.result["world"] = world

    def land(self):
        if not (self.folder / "base").exists():
            raise BenchError("The files of the base are gone (--lean); run again, and they are made anew.")
        for path in (self.database, Path(f"{self.database}.wal")):
            path.unlink(missing_ok=True)
        return self.sized(process.land(self.database, self.folder / "base", self.limit))

    def floor(self):
        return process.floor(self.database, self.folder / "floor.duckdb", self.limit, threads())

    def sessions(self):
        seeding = self.dbt("seed")
        took = self.dbt("run", "--full-refresh", "--select", "+fct_sessions")
        return took | {"seed_seconds": seeding["seconds"]}

    def models(self):
        return self.dbt("build", "--full-refresh", *DATA_TESTS, "--exclude-resource-type", "test")

    def full(self):
        if not self.is_apart:
            return self.dbt("build", "--full-refresh", *DATA_TESTS)
        if self.state() != "built" or not self.is_measured("models"):
            self.do("models")
        self.turn = "tests"
        return report.together(report.typical(self.result, "models"), self.dbt("test", *DATA_TESTS))

    def day(self, part="day"):
        landing = process.land(self.database, self.folder / part, self.limit)
        took = self.dbt("build", *DATA_TESTS)
        landed, built = landing["seconds"], took["seconds"]
        peak = max(filter(None, (landing["peak_gib"], took["peak_gib"])), default=None)
        return took | {"seconds": landed + built, "land_seconds": landed, "build_seconds": built, "peak_gib": peak}

    def day_fixed(self):
        return self.day("day_fixed")

    def no_change(self):
        return self.dbt("build", *DATA_TESTS)

    def guard(self):
        """Cheap counts that must agree, of the raw rows and of the marts."""
        self.say("counting")
        parts = {"built": ["base"], "day": ["base", "day"]}.get(self.state(), bench_world.PARTS)
        settings = {"memory_limit": self.limit}
        with duckdb.connect(str(self.database), read_only=True, config=settings) as connection:
            found = {name: connection.execute(query).fetchone()[0] for name, query in GUARD.items()}
        accepted = found["page views accepted"]
        expected = dict.fromkeys(found, accepted)
        expected["page views landed"] = sum(self.result["world"]["rows"][part] for part in parts)
        return {
            name: {"found": value, "expected": expected[name], "ok": value == expected[name]}
            for name, value in found.items()
        }

    def check_disk(self):
        """Say how much disk is needed at most, and stop where there is less."""
        needed = SPARE * self.page_views * sum(disk_by_page_view().values())
        if self.is_lean:  # The base is gone before the build is at its largest.
            needed -= SPARE * self.page_views * DISK["world"]
        there = sum(bench_world.size(self.folder / part) for part in (*bench_world.PARTS, "bench.duckdb"))
        missing, free = max(0, needed - there), shutil.disk_usage(self.folder).free
        said = f"Up to {missing / 1e9:.1f} GB more disk needed, {free / 1e9:.0f} GB free."
        if missing > free:
            raise BenchError(f"{said} Free some, or take fewer page views; --ignore-disk tries it all the same.")
        return said


def disk_by_page_view():
    """Bytes of the world and of the database at its largest: as measured at the largest size, else a guess."""
    known = dict(DISK)
    for result in report.load_results().values():
        peaks = [run["peak_disk_bytes"] for step in ("floor", "full") for run in report.runs(result, step)]
        if report.runs(result, "full"):
            known["full"] = max(peaks) / report.rows(result)
    return known


def thin(found):
    """Keep the nodes of the median run alone."""
    ordered = sorted(found, key=lambda run: run["seconds"])
    for run in found:
        if run is not ordered[len(ordered) // 2]:
            for name in ("models", "slowest_tests"):
                run.pop(name, None)


# ---- The command ---------------------------------------------------------------------------------------------------
def summary(console, bench):
    """What was measured, in plain lines."""
    result = bench.result
    base = report.rows(result)
    table = Table(title=f"\n{base:,} page views", title_justify="left", title_style="bold", box=None, pad_edge=False)
    for head in ("", "seconds", "x floor", "rows/s/core", "peak memory", "database"):
        table.add_column(head, justify="left" if not head else "right")
    floor = report.median(result, "floor")
    for step, name in report.STAGES.items():
        seconds, run = report.median(result, step), report.typical(result, step)
        if seconds is None:
            continue
        times = f"{seconds / floor:.1f}" if floor else ""
        speed = (
            "" if step in ("day", "day_fixed", "no_change") else f"{base / seconds / result['machine']['cores']:,.0f}"
        )
        memory = f"{run['peak_gib']:.1f} GiB" if run.get("peak_gib") else ""
        table.add_row(name.replace("`", ""), f"{seconds:,.1f}", times, speed, memory,
                      report.gigabytes(run.get("database_bytes")))  # fmt: skip
    console.print(table)
    slowest = list(report.typical(result, "full").get("models", {}).items())[:5]
    if slowest:
        console.print("Slowest models: " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in slowest))
    for name, check in ((result.get("guard") or {}).get("checks") or {}).items():
        wanted = "" if check["ok"] else f" [red]but {check['expected']:,} expected[/]"
        console.print(f"Counted: {name} {check['found']:,}{wanted}")
    if report.failures(result):
        console.print(f"[red]Tests that failed:[/] {', '.join(report.failures(result))}")
    if bench.code["is_dirty"]:
        console.print("Files differ from the commit; the result says so.")


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("n", type=int, nargs="?", default=1_000_000, help="number of page views (1000000)")
    parser.add_argument("--only", nargs="+", choices=STEPS, metavar="STEP", help="these, and what they need")
    parser.add_argument("--skip", nargs="+", choices=STEPS, metavar="STEP", default=[], help="not these")
    parser.add_argument("--resume", action="store_true", help="leave out what the same code measured before")
    parser.add_argument(
        "--repeat", type=int, help="how often each step is measured (land and floor by size 3 to 1, the others once)"
    )
    parser.add_argument("--memory-limit", default=os.environ.get("TOUCHSTONE_MEMORY_LIMIT", "7GB"),
                        help="DuckDB's part of the memory (7GB)")  # fmt: skip
    parser.add_argument("--keep", action="store_true", help="keep the simulated files and their truth as they were")
    parser.add_argument("--lean", action="store_true", help="delete the files of the base once they are landed")
    parser.add_argument("--apart", action="store_true", help="run the tests of the full build after its models, apart")
    parser.add_argument("--ignore-disk", action="store_true", help="begin though the disk may be too small")
    parser.add_argument("--no-docs", action="store_true", help="leave docs/ as it is")
    parser.add_argument("--folder", type=Path, default=ROOT / "target" / "bench", help="where it works (target/bench)")
    arguments = parser.parse_args()
    if not 10_000 <= arguments.n <= 100_000_000:
        parser.error("from 10 thousand to 100 million page views")
    arguments.folder = arguments.folder.resolve()
    return arguments


def main():
    arguments, console, started = read_arguments(), Console(), time.monotonic()
    # Below a million both loads are of one size, so the second tells nothing more.
    unasked = UNASKED if arguments.n >= report.SMALL else (*UNASKED, "day_fixed")
    steps = arguments.only or [step for step in STEPS if step not in unasked]
    steps = [step for step in STEPS if step in steps and step not in arguments.skip]
    columns = [BarColumn(20), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}")]
    try:
        with Progress(*columns, console=console) as progress:
            task = progress.add_task("starting", total=None)

            def say(text, done=0, total=None):
                progress.update(task, description=f"{text[:70]:<70}", completed=done, total=total)

            bench = Bench(arguments, say)
            try:
                console.print(bench.check_disk(), highlight=False)
            except BenchError as error:
                if not arguments.ignore_disk:
                    raise
                console.print(str(error), highlight=False)
            bench.world()
            for step in steps:
                if step in bench.measured or (arguments.resume and bench.is_measured(step)):
                    continue
                bench.do(step)
                if step == "land" and arguments.lean:
                    shutil.rmtree(bench.folder / "base", ignore_errors=True)
            if bench.is_new and set(steps) >= set(STEPS) - set(unasked):
                bench.result["whole_run_seconds"] = round(time.monotonic() - started, 1)
                bench.save()
            say("done", 1, 1)
    except BenchError as error:
        console.print(f"[red]Stopped.[/] {error}", markup=True, highlight=False)
        console.print("What was measured before is saved; --resume goes on from there.")
        return 1
    summary(console, bench)
    if len(bench.files) > 1:
        report.write_page()
        console.print("docs/benchmarks.md is written anew.")
    console.print(f"{time.monotonic() - started:.0f} s in all; every value is in {os.path.relpath(bench.files[0])}")
    checks = ((bench.result.get("guard") or {}).get("checks") or {}).values()
    return 1 if report.failures(bench.result) or not all(check["ok"] for check in checks) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("\nStopped. What was measured is saved; --resume goes on from there.")
        sys.exit(130)
