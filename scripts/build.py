"""The main job: simulate a company if there is no data, land it, run dbt build, publish, render dashboards, sum up.

    python scripts/build.py [--page-views 200000] [--seed 7] [--without-dashboards]

Exit code 0 when everything was built and no test of error severity failed, 1 otherwise.
"""

import argparse
import csv
import json
import logging
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from itertools import takewhile
from pathlib import Path

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.contracts.results import NodeStatus
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from dashboards import SiteError, explained, print_error, shown_methods, write_site
from publish import PublishingError, current, publish
from resources import as_size, is_shortage, may_pass_alone, remove_left_behind, settings, shortage, size_of
from summary import database_path, print_summary

ROOT = Path(__file__).resolve().parent.parent
LANDING = ROOT / "data" / "landing"
RUN_RESULTS = ROOT / "target" / "run_results.json"
BAD = {NodeStatus.Error, NodeStatus.Fail, NodeStatus.RuntimeErr}
QUIET = ["--log-level", "none", "--log-level-file", "info"]
console = Console()
logging.raiseExceptions = False  # A log that cannot be written is not worth a traceback per line.


def has_files(folder):
    return folder.is_dir() and any(path.is_file() for path in folder.rglob("*"))


def has_landed():
    """Whether anything was landed before. dbt makes an empty file wherever it is asked something."""
    database = ROOT / database_path()
    if not database.exists():
        return False
    with duckdb.connect(str(database), read_only=True, config=settings(database)) as connection:
        return bool(connection.execute("from duckdb_tables() where schema_name = 'raw' limit 1").fetchall())


def run_script(name, *arguments):
    """Run a sibling program; its own messages are the user's. Ends the build where it fails."""
    code = subprocess.run([sys.executable, ROOT / "scripts" / name, *arguments], cwd=ROOT).returncode
    if code:
        console.print(
            f"\n[red]scripts/{name} ended with code {code}.[/] Mend what it names, then run `make build` again."
        )
        print_what_stays()
        sys.exit(1)


def simulate(page_views, seed):
    """Simulate a company into data/landing, whole or not at all: half of one would be landed as if it were all."""
    unfinished = LANDING.with_name("landing.unfinished")
    for folder in (unfinished, LANDING):  # The second holds no file.
        shutil.rmtree(folder, ignore_errors=True)
    run_script("simulate.py", "--page-views", page_views, "--seed", seed, "--out", unfinished, "--truth", "data/truth")
    unfinished.rename(LANDING)


def mistakes_of_seeds(folder):
    """Rows of the seeds that have not a field for each column, with their line; DuckDB names none."""
    mistakes = []
    for path in sorted((folder / "seeds").rglob("*.csv")):
        name, line, expected = path.relative_to(folder), 1, None
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows = csv.reader(file, strict=True)
                for row in rows:
                    expected = expected or len(row)
                    if row and len(row) != expected:
                        mistakes.append(f"{name}, line {line}: {len(row)} fields, {expected} expected")
                    line = rows.line_num + 1  # A value in quotes may go over several lines.
        except csv.Error as error:
            mistakes.append(f"{name}, line {line}: a quote is not closed, or stands inside a value ({error})")
        except UnicodeDecodeError:
            mistakes.append(f"{name}: not in UTF-8; save it in that encoding")
    return mistakes


def check_seeds():
    """End the build where a row of a seed cannot be read, before anything is landed or built."""
    mistakes = mistakes_of_seeds(ROOT)
    if not mistakes:
        return
    for mistake in mistakes:
        console.print(f"[red]wrong row[/] {mistake}", highlight=False, soft_wrap=True)
    console.print(
        "Each row has as many commas as the first line of its file, also for empty values. A value with a comma"
        " stands in double quotes, and a double quote in it is written twice. Mend it, then run `make build` again."
    )
    print_what_stays()
    sys.exit(1)


def dbt_build():
    """Build and test everything; returns dbt's results, or None where it could not start.

    Two models or tests at a time share the memory. Where that was too little, or DuckDB stopped, what did not pass is
    tried once more, one at a time.
    """
    results = run_dbt("build")
    short = [result for result in results or [] if result.status in BAD and may_pass_alone(result.message)]
    if not short:
        return results
    console.print(f"{short[0].node.name} ran short. What did not pass is tried again, one at a time.", highlight=False)
    ran = read_run_results()
    again = run_dbt("retry", "--threads", "1")
    if again is None:
        return None
    ran_again = read_run_results()
    ran_again["results"] = joined(ran["results"], ran_again["results"], lambda result: result["unique_id"])
    RUN_RESULTS.write_text(json.dumps(ran_again))  # Of the whole build, as publishing asks for.
    return joined(results, again, lambda result: result.node.unique_id)


def read_run_results():
    """What dbt wrote of its last run; ends the build where that was not written whole."""
    try:
        return json.loads(RUN_RESULTS.read_text())
    except (OSError, ValueError) as error:
        console.print(f"[red]Cannot read {RUN_RESULTS}:[/] {error}. Run `make build` again.", highlight=False)
        print_what_stays()
        sys.exit(1)


def joined(results, again, name_of):
    """The results of all nodes, the last of each."""
    return list({name_of(result): result for result in [*results, *again]}.values())


def run_dbt(command, *arguments):
    """Run a command of dbt's behind a progress bar. Returns dbt's results, or None where it could not start.

    Unit tests are about the code and not the data; `make test` runs them.
    """
    columns = [
        TextColumn(f"dbt {command}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    ]
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("reading the project", total=None)
        errors = []

        def follow(event):
            info, data = event.info, event.data
            if info.name == "LogStartLine":
                progress.update(task, total=data.total, description=f"{data.node_info.node_name[:36]:<36}")
            elif info.name == "NodeFinished":
                progress.advance(task)
            elif info.level == "error":
                errors.append(info.msg)

        outcome = dbtRunner(callbacks=[follow]).invoke([*QUIET, command, *arguments])
        progress.update(task, description="")
    DuckDBConnectionManager.close_all_connections()  # dbt keeps the file open, and locked, until the process ends.
    if not outcome.success and not getattr(outcome.result, "results", None):
        said = str(outcome.exception or "\n".join(errors))
        console.print("[red]dbt could not build:[/]")
        console.print(short_of(said) or said, markup=False, highlight=False)
        return None
    return outcome.result.results


def short_of(said):
    """What the build ran out of, where a message is about that; else None."""
    database = ROOT / database_path()
    needed = f"The database holds {as_size(size_of(database))}; a build may write as much again." if current() else None
    return shortage(said, database, needed)


def print_shortages(failed):
    """Say once what was too small, however many models that stopped."""
    reasons = {}
    for result in failed:
        reasons.setdefault(short_of(result.message), []).append(result.node.name)
    for reason, names in reasons.items():
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        console.print(f"[red]stopped[/] {names[0]}{more}:", highlight=False)
        console.print(reason, markup=False, highlight=False)


def explanation(node):
    """What a test of our own says is true, from the comment that it opens with."""
    lines = takewhile(lambda line: line.startswith("--"), node.raw_code.strip().splitlines())
    return " ".join(line.removeprefix("--").strip() for line in lines)


def print_failing_rows(result):
    """What the test says and the first rows that broke it, since dbt only counts them."""
    if result.status != NodeStatus.Fail or result.node.resource_type != "test":
        return
    if explanation(result.node):
        console.print("   ", explanation(result.node), markup=False, highlight=False)
    with (
        duckdb.connect(database_path(), read_only=True, config=settings(database_path())) as connection,
        suppress(duckdb.Error),
    ):
        found = connection.execute(result.node.compiled_code)
        names = [column[0] for column in found.description]
        for row in found.fetchmany(3):
            console.print(
                "   ", ", ".join(f"{name}={value}" for name, value in zip(names, row, strict=True)), markup=False
            )
        if found.fetchone():
            console.print("    and more")


def report_problems(results):
    """Name what failed, and what the taxonomy tests warn of. Returns whether anything failed."""
    failed = [result for result in results if result.status in BAD]
    warned = [result for result in results if result.status == NodeStatus.Warn]
    short = [result for result in failed if is_shortage(result.message)]
    print_shortages(short)
    for result in failed:
        if result in short:
            continue
        console.print(f"[red]failed[/] {result.node.name} ({result.node.original_file_path}): {result.message}")
        print_failing_rows(result)
    rules = [result for result in warned if result.node.name.startswith("taxonomy__")]
    if rules:
        console.print(f"{len(rules)} tracking rules are broken in this data (warnings; see docs/taxonomy.md):")
        for result in sorted(rules, key=lambda result: -(result.failures or 0)):
            console.print(f"  {result.failures:>8,}  {result.node.name.removeprefix('taxonomy__')}")
    for result in warned:
        if result not in rules:
            console.print(f"warning: {result.node.name}: {result.failures:,} rows. {explanation(result.node)}")
    return bool(failed)


def print_what_stays():
    """What dashboards and BI tools go on reading when this build brought nothing new."""
    version = current()
    if version:
        console.print(f"What was published before, version {version}, stays as it was.", highlight=False)


def render_dashboards():
    """The pages of the methods that the boards open with, and of those that `make dashboards` has made once."""
    try:
        explained(write_site, ROOT, ROOT / "site", shown_methods())
    except SiteError as error:
        print_error(error)
        sys.exit(1)
    console.print("The dashboards to open in a browser: [bold]site/index.html[/]")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--page-views", default="200000")
    parser.add_argument("--seed", default="7")
    parser.add_argument("--without-dashboards", action="store_true", help="publish, but leave site/ as it is")
    arguments = parser.parse_args()
    started = time.monotonic()

    check_seeds()
    remove_left_behind(ROOT / database_path())
    if has_files(LANDING):
        run_script("land.py", "--brief", "data/landing")
    elif has_landed():
        console.print("data/landing is empty; building what has been landed before.")
    else:
        console.print("data/landing is empty, so a company is simulated (docs/simulation.md).")
        simulate(arguments.page_views, arguments.seed)
        run_script("land.py", "--brief", "data/landing")

    results = dbt_build()
    if results is None or report_problems(results):
        console.print("\n[red]The build failed.[/] Mend what is named above, then run `make build` again.")
        print_what_stays()
        sys.exit(1)
    print_summary(console)
    try:
        _, counts = publish()
    except PublishingError as error:
        console.print(f"\n[red]Built, but not published.[/] {error}", highlight=False)
        print_what_stays()
        sys.exit(1)
    console.print(
        f"\nBuilt and published in {time.monotonic() - started:.0f} s: "
        f"{len(counts)} marts, {sum(counts.values()):,} rows.\n"
        "The file to open: [bold]published/touchstone.duckdb[/] (schema marts), or published/parquet/<mart>.parquet"
    )
    if not arguments.without_dashboards:
        render_dashboards()
    console.print(
        "Next:\n"
        "  1. Ask it something: the worked questions are in analyses/, for example\n"
        "       make ask Q=the_january_click\n"
        "  2. All methods as pages: make dashboards. With filters: make serve\n"
        "  3. Land your own files: make land FILES='exports/*.ndjson.gz' TABLE=page_views\n"
        "       then set own_domains in dbt_project.yml, and run make build\n"
        "  4. Read what the numbers mean: docs/attribution.md and docs/marts.md;\n"
        "       what your links get wrong: docs/taxonomy.md"
    )


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        console.print("\nStopped. Nothing is half done: what was landed stays, and the next `make build` catches up.")
        sys.exit(130)
    except (OSError, duckdb.Error) as error:
        if not is_shortage(error):
            raise
        console.print("\n[red]The build stopped.[/]")
        console.print(short_of(error), markup=False, highlight=False)
        print_what_stays()
        sys.exit(1)
