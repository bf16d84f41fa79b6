"""The main job: simulate a company if there is no data, land it, run dbt build, publish, render dashboards, sum up.

    python scripts/build.py [--page-views 200000] [--seed 7] [--without-dashboards]

Exit code 0 when everything was built and no test of error severity failed, 1 otherwise.
"""

import argparse
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
from summary import database_path, print_summary

ROOT = Path(__file__).resolve().parent.parent
LANDING = ROOT / "data" / "landing"
BAD = {NodeStatus.Error, NodeStatus.Fail, NodeStatus.RuntimeErr}
QUIET = ["--log-level", "none", "--log-level-file", "info"]
console = Console()


def has_files(folder):
    return folder.is_dir() and any(path.is_file() for path in folder.rglob("*"))


def has_landed():
    """Whether anything was landed before. dbt makes an empty file wherever it is asked something."""
    if not (ROOT / database_path()).exists():
        return False
    with duckdb.connect(str(ROOT / database_path()), read_only=True) as connection:
        return bool(connection.execute("from duckdb_tables() where schema_name = 'raw' limit 1").fetchall())


def run_script(name, *arguments):
    """Run a sibling program; its own messages are the user's. Ends the build where it fails."""
    code = subprocess.run([sys.executable, ROOT / "scripts" / name, *arguments], cwd=ROOT).returncode
    if code:
        console.print(
            f"\n[red]scripts/{name} ended with code {code}.[/] Mend what it names, then run `make build` again."
        )
        sys.exit(code)


def dbt_build():
    """Run `dbt build` behind a progress bar. Returns dbt's results, or None where it could not start.

    Unit tests are about the code and not the data; `make test` runs them.
    """
    columns = [
        TextColumn("dbt build"),
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

        outcome = dbtRunner(callbacks=[follow]).invoke([*QUIET, "build", "--exclude-resource-type", "unit_test"])
        progress.update(task, description="")
    DuckDBConnectionManager.close_all_connections()  # dbt keeps the file open, and locked, until the process ends.
    if not outcome.success and not getattr(outcome.result, "results", None):
        console.print("[red]dbt could not build:[/]")
        console.print(str(outcome.exception or "\n".join(errors)), markup=False)
        return None
    return outcome.result.results


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
    with duckdb.connect(database_path(), read_only=True) as connection, suppress(duckdb.Error):
        found = connection.execute(result.node.compiled_code)
        names = [column[0] for column in found.description]
        for row in found.fetchmany(3):
            console.print(
                "   ", ", ".join(f"{name}={value}" for name, value in zip(names, row, strict=True)), markup=False
            )


def report_problems(results):
    """Name what failed, and what the taxonomy tests warn of. Returns whether anything failed."""
    failed = [result for result in results if result.status in BAD]
    warned = [result for result in results if result.status == NodeStatus.Warn]
    for result in failed:
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

    if has_files(LANDING):
        run_script("land.py", "--brief", "data/landing")
    elif has_landed():
        console.print("data/landing is empty; building what has been landed before.")
    else:
        console.print("data/landing is empty, so a company is simulated (docs/simulation.md).")
        run_script(
            "simulate.py", "--page-views", arguments.page_views, "--seed", arguments.seed,
            "--out", "data/landing", "--truth", "data/truth",
        )  # fmt: skip
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
        "       then set own_domains in dbt_project.yml, and run dbt build\n"
        "  4. Read what the numbers mean: docs/attribution.md and docs/marts.md;\n"
        "       what your links get wrong: docs/taxonomy.md"
    )


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        console.print("\nStopped. Nothing is half done: what was landed stays, and the next `make build` catches up.")
        sys.exit(130)
