"""Which method tells the truth: simulate worlds of several shapes, build each, and compare every method's credits with
what the exposures caused.

    python scripts/truth.py [--seeds 20] [--shapes standard retargeting] [--page-views 30000] [--processes 2]

Worlds that are done stay in target/truth, and are not made again. With all shapes and at least 20 seeds the results go to
docs/truth_errors.csv and docs/truth_shares.csv, and the tables into docs/attribution.md; else they are only printed.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import multiprocessing
import os
import shutil
import sys
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

import duckdb
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from simulation_shapes import SHAPES
from truth_report import KNOWN_CAUSES, SEEDS_WANTED, TRUTH, TYPES, error_rows, share_rows, tables, write_into_docs

ROOT = Path(__file__).resolve().parent.parent
FINISHED = ROOT / "target" / "truth"
RESULTS = {"errors": ROOT / "docs" / "truth_errors.csv", "shares": ROOT / "docs" / "truth_shares.csv"}
CODE = ["scripts/simul*.py", "scripts/truth.py", "scripts/truth_*.sql", "models/**/*.sql", "models/**/*.py"]
CODE += ["macros/**/*.sql", "seeds/**/*.csv"]
USUAL_LOSS = 0.2
LOSSES = {"standard": [0.0, USUAL_LOSS, 0.5]}  # Other shapes: the usual one.
VARIANTS = ["all_on", "state_off", "identity_off", "both_off"]  # On the standard shape at the usual loss; else the first.
SWITCHES = {"state": ROOT / "scripts" / "truth_state_off.sql", "identity": ROOT / "scripts" / "truth_identity_off.sql"}
SWITCHED_OFF = {"state_off": ["state"], "identity_off": ["identity"], "both_off": ["state", "identity"]}

# Conversions that the truth does not know (planted people, refunds) count for nobody. A user that was cut up by
# truth_identity_off.sql is called user@browser.
CREDITS = """
    select credits.conversion_type, credits.method, credits.channel, sum(credits.credit)
    from marts.fct_attribution_credits as credits
    inner join marts.fct_conversions as conversions on credits.conversion_id = conversions.conversion_id
    inner join read_parquet('{truth}/conversions.parquet') as truth
        on
            truth.conversion_type = conversions.conversion_type
            and truth.conversion_key = split_part(conversions.origin_id, '@', 1)
            and truth.person_key > 0
    where credits.conversion_type in {types}
    group by all
    order by all
"""
INCREMENTAL = """
    select conversion_type, '{method}', name, greatest(incremental_conversions, 0)
    from read_parquet('{truth}/channel_effects.parquet')
    where grain = 'channel' and conversion_type in {types}
"""
CAUSES = """
    select conversion_type, '{method}', channel, sum(share)
    from read_parquet('{truth}/conversion_shares.parquet')
    where channel != 'Baseline' and conversion_type in {types}
    group by all
"""


class World(NamedTuple):
    """One simulated company."""

    shape: str
    cookie_loss: float
    seed: int

    def __str__(self):
        return f"{self.shape}-{self.cookie_loss:g}-{self.seed}"


def planned(shapes, seeds):
    """Worlds, and which variants of each are built, seed after seed."""
    worlds = {}
    for seed in range(1, seeds + 1):
        for shape in shapes:
            for loss in LOSSES.get(shape, [USUAL_LOSS]):
                is_switched = shape == "standard" and loss == USUAL_LOSS
                worlds[World(shape, loss, seed)] = VARIANTS if is_switched else VARIANTS[:1]
    return worlds


def fingerprint():
    """Changes with every file that the credits or the truth could follow from."""
    digest = hashlib.sha256()
    for pattern in CODE:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:12]


# ---- In a process of its own: a database and a parsed project, used for one world after the other --------------------
class Builder:
    """Builds worlds in a folder, with a project parsed and seeds loaded once."""

    def __init__(self, folder):
        os.environ["TOUCHSTONE_DATABASE"] = str(folder / "touchstone.duckdb")  # Before dbt reads the profile.
        self.folder, self.database, self.template = folder, folder / "touchstone.duckdb", folder / "template.duckdb"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.manifest = None
        self.manifest = self.dbt("parse")
        self.dbt("seed")
        shutil.move(self.database, self.template)

    def dbt(self, *arguments):
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
        from dbt.cli.main import dbtRunner

        paths = ["--project-dir", str(ROOT), "--profiles-dir", str(ROOT), "--target-path", str(self.folder / "target")]
        quiet = ["--quiet", "--log-level", "none", "--log-level-file", "none", "--log-path", str(self.folder)]
        outcome = dbtRunner(manifest=self.manifest).invoke([*arguments, *paths, *quiet])
        DuckDBConnectionManager.close_all_connections()
        if not outcome.success:
            broken = [f"{r.node.name}: {r.message}" for r in getattr(outcome.result, "results", []) if r.status == "error"]
            raise RuntimeError("; ".join(broken) or str(outcome.exception))
        return outcome.result

    def results(self, world, variants, page_views):
        """{variant: [(conversion type, method, channel, credits)]}, the truth among the methods."""
        self.simulate(world, page_views)
        landed = self.folder / "landed.duckdb"
        shutil.copy(self.template, landed)
        land_quietly(landed, self.folder / "landing")
        found = {}
        for variant in variants:
            shutil.copy(landed, self.database)
            with duckdb.connect(self.database) as connection:
                for switch in SWITCHED_OFF.get(variant, []):
                    connection.execute(SWITCHES[switch].read_text())
            self.dbt("run", "--threads", "1", "--select", "+fct_attribution_credits")
            found[variant] = self.measured()
        return found

    def simulate(self, world, page_views):
        from simulate import simulate
        from simulation_shapes import shaped

        folders = self.folder / "landing", self.folder / "truth"
        with shaped(world.shape):
            simulate(page_views, world.seed, *folders, world.cookie_loss, "parquet", lambda text: None)

    def measured(self):
        rows = []
        with duckdb.connect(self.database, read_only=True) as connection:
            for query, method in [(CREDITS, ""), (INCREMENTAL, TRUTH), (CAUSES, KNOWN_CAUSES)]:
                filled = query.format(truth=self.folder / "truth", types=tuple(TYPES), method=method)
                rows += connection.execute(filled).fetchall()
        return rows


def land_quietly(database, folder):
    """Land a folder's files as scripts/land.py does, without a word."""
    import land

    contract = land.read_contract()
    files = land.find_files([str(folder)], None, list(land.landable(contract)))
    connection = land.connect(database, 5, lambda text: None)
    try:
        land.create_tables(connection, contract)
        land.land(connection, files, contract, None, None, lambda text: None, brief=True)
    finally:
        connection.close()


builder = None


def start_process(folder):
    global builder
    builder = Builder(folder / f"process-{os.getpid()}")


def work(world, variants, page_views, file):
    """Build a world and keep what came out. Returns an error's text, or None."""
    try:
        found = builder.results(world, variants, page_views)
    except Exception as error:  # The one place where anything may go wrong; the message goes to the user.
        return f"{type(error).__name__}: {error}"
    part = file.with_suffix(".part")
    part.write_text(json.dumps(found))
    part.replace(file)
    return None


# ---- The whole ------------------------------------------------------------------------------------------------------
def make_worlds(worlds, page_views, processes, console):
    """Build what is not there yet. Returns {(world, variant): rows}."""
    folder = FINISHED / f"{fingerprint()}-{page_views}"
    folder.mkdir(parents=True, exist_ok=True)
    missing = [world for world in worlds if not (folder / f"{world}.json").exists()]
    if len(missing) < len(worlds):
        console.print(f"{len(worlds) - len(missing)} of {len(worlds)} worlds are there already, in {folder}")
    columns = [TextColumn("worlds"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn()]
    working = FINISHED / f"work-{os.getpid()}"
    pool = ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), start_process, (working,))
    try:
        with Progress(*columns, TextColumn("{task.description}"), console=console) as progress:
            task = progress.add_task("", total=len(missing))
            jobs = {
                pool.submit(work, world, worlds[world], page_views, folder / f"{world}.json"): world for world in missing
            }
            for job in as_completed(jobs):
                if job.result():
                    raise RuntimeError(f"{jobs[job]}: {job.result()}")
                progress.update(task, advance=1, description=str(jobs[job]))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        shutil.rmtree(working, ignore_errors=True)
    found = {}
    for world in worlds:
        for variant, rows in json.loads((folder / f"{world}.json").read_text()).items():
            found[world, variant] = rows
    return found


def nested(rows):
    """{conversion type: {method: {channel: credits}}}"""
    credits = defaultdict(lambda: defaultdict(dict))
    for conversion_type, method, channel, credit in rows:
        credits[conversion_type][method][channel] = float(credit)
    return credits


def write_csv(path, rows):
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def parse_arguments(argv):
    parser = argparse.ArgumentParser(description="Compare every method with what the exposures caused.")
    parser.add_argument("--seeds", type=int, default=SEEDS_WANTED, help="worlds of each kind (20)")
    parser.add_argument("--shapes", nargs="+", choices=SHAPES, default=list(SHAPES), metavar="SHAPE")
    parser.add_argument("--page-views", type=int, default=30_000, help="of each world (30000)")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args(argv)
    if options.seeds < 2 or options.page_views < 10_000 or options.processes < 1:
        parser.error("at least 2 seeds, 10000 page views and 1 process")
    return options


def main(argv=None):
    options, console, started = parse_arguments(argv), Console(highlight=False), time.monotonic()
    worlds = planned(options.shapes, options.seeds)
    try:
        found = make_worlds(worlds, options.page_views, options.processes, console)
    except KeyboardInterrupt:
        print("Stopped. Worlds that are done are kept; the same command goes on from there.", file=sys.stderr)
        return 130
    except Exception as error:
        print(f"A world could not be built. {error}", file=sys.stderr)
        return 1
    results = {(*world, variant): nested(rows) for (world, variant), rows in found.items()}
    rows = {"errors": error_rows(results), "shares": share_rows(results)}
    is_whole = set(options.shapes) == set(SHAPES) and options.seeds >= SEEDS_WANTED
    if is_whole:
        for name, path in RESULTS.items():
            write_csv(path, rows[name])
        write_into_docs(ROOT / "docs" / "attribution.md", RESULTS["errors"], RESULTS["shares"])
    for text in tables([{k: str(v) for k, v in row.items()} for row in rows["errors"]], rows["shares"]):
        print(text, end="\n\n")
    print(f"{len(found)} builds of {len(worlds)} worlds, {time.monotonic() - started:.0f} s.")
    print("Written to docs/." if is_whole else "Not written to docs/: that takes all shapes and at least 20 seeds.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
