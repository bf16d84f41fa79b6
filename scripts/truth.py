"""Which method tells the truth: simulate worlds of several shapes, build each, and compare every method's credits with
what the exposures caused.

    python scripts/truth.py [--seeds 20] [--shapes standard retargeting] [--page-views 20000] [--processes 2]

Worlds that are done stay in target/truth, and are not made again. With all shapes and at least 20 seeds the results
go to docs/truth_errors.csv and docs/truth_shares.csv, the files that they were made with to docs/truth_code.csv, and
the tables into docs/attribution.md; else they are only printed. The databases stand in the temporary folder:
TMPDIR=/dev/shm saves the disk's time.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import multiprocessing
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from simulation_shapes import SHAPES
from truth_report import SEEDS_WANTED, error_rows, share_rows, tables, write_into_docs
from truth_worlds import World, compiled_models, start_process, work

ROOT = Path(__file__).resolve().parent.parent
FINISHED = ROOT / "target" / "truth"
RESULTS = {"errors": ROOT / "docs" / "truth_errors.csv", "shares": ROOT / "docs" / "truth_shares.csv"}
MADE_WITH = ROOT / "docs" / "truth_code.csv"
CODE = ["scripts/simul*.py", "scripts/land*.py", "scripts/truth_worlds.py", "scripts/truth_*.sql", "macros/**/*.sql"]
CODE += ["dbt_project.yml", "models/staging/**/*sources.yml"]
MODELS = ["models/**/*.sql", "models/**/*.py", "seeds/**/*.csv"]  # Most of them matter; dbt knows which.
USUAL_LOSS = 0.2
LOSSES = {"standard": [0.0, USUAL_LOSS, 0.5]}  # Other shapes: the usual one.
VARIANTS = ["all_on", "state_off", "identity_off", "both_off"]  # Of standard worlds at the usual loss; else the first.


def planned(shapes, seeds):
    """Worlds, and which variants of each are built, seed after seed."""
    worlds = {}
    for seed in range(1, seeds + 1):
        for shape in shapes:
            for loss in LOSSES.get(shape, [USUAL_LOSS]):
                is_switched = shape == "standard" and loss == USUAL_LOSS
                worlds[World(shape, loss, seed)] = VARIANTS if is_switched else VARIANTS[:1]
    return worlds


def hashed(files, root=ROOT):
    """{file: hash of what it says}, of those that are there."""
    contents = {file: (root / file).read_bytes() for file in sorted(files) if (root / file).is_file()}
    return {file: hashlib.sha256(content).hexdigest()[:16] for file, content in contents.items()}


def files_of(patterns):
    return {str(path.relative_to(ROOT)) for pattern in patterns for path in ROOT.glob(pattern)}


def fingerprint():
    """Changes with every file that the credits or the truth could follow from."""
    return hashlib.sha256(json.dumps(hashed(files_of(CODE + MODELS))).encode()).hexdigest()[:12]


def changed_since(made_with=MADE_WITH, root=ROOT):
    """Files that are no longer what they were when the results in docs/ were made; None where that was not written."""
    if not made_with.exists():
        return None
    with made_with.open() as file:
        before = {row["file"]: row["hash"] for row in csv.DictReader(file)}
    now = hashed(before, root)
    return [file for file in before if now.get(file) != before[file]]


def said_of_age():
    """What to know of the results in docs/, or nothing where they are of the code as it is."""
    changed = changed_since()
    if changed is None:
        return "Nothing says which code the results in docs/ were made with. `make truth` writes it."
    if changed:
        return f"The results in docs/ are older than the code: {', '.join(changed)}. `make truth` makes them anew."
    return ""


# ---- The whole ------------------------------------------------------------------------------------------------------
def make_worlds(worlds, page_views, processes, console):
    """Build what is not there yet. Returns {(world, variant): rows}, and the files it was made with, hashed."""
    folder = FINISHED / f"{fingerprint()}-{page_views}"
    folder.mkdir(parents=True, exist_ok=True)
    missing = [world for world in worlds if not (folder / f"{world}.json").exists()]
    if len(missing) < len(worlds):
        console.print(f"{len(worlds) - len(missing)} of {len(worlds)} worlds are there already, in {folder}")
    columns = [TextColumn("worlds"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn()]
    working = Path(tempfile.mkdtemp(prefix="touchstone-truth-"))
    pool = None
    try:
        console.print("compiling the project") if missing else None
        models = []
        if missing:
            models, files = compiled_models(working)
            (folder / "code.json").write_text(json.dumps(hashed(files_of(CODE) | set(files))))
        template = working / "touchstone.duckdb"
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(processes, context, start_process, (working, template, models))
        with Progress(*columns, TextColumn("{task.description}"), console=console) as progress:
            task = progress.add_task("", total=len(missing))
            jobs = {
                pool.submit(work, world, worlds[world], page_views, folder / f"{world}.json"): world
                for world in missing
            }
            for job in as_completed(jobs):
                if job.result():
                    raise RuntimeError(f"{jobs[job]}: {job.result()}")
                progress.update(task, advance=1, description=str(jobs[job]))
    finally:
        if pool:
            pool.shutdown(wait=True, cancel_futures=True)
        shutil.rmtree(working, ignore_errors=True)
    found = {}
    for world in worlds:
        for variant, rows in json.loads((folder / f"{world}.json").read_text()).items():
            found[world, variant] = rows
    return found, json.loads((folder / "code.json").read_text())


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
    parser.add_argument("--page-views", type=int, default=20_000, help="of each world (20000)")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--tables", action="store_true", help="only write the tables anew from the results in docs/")
    options = parser.parse_args(argv)
    if options.seeds < 2 or options.page_views < 10_000 or options.processes < 1:
        parser.error("at least 2 seeds, 10000 page views and 1 process")
    return options


def main(argv=None):
    options, console, started = parse_arguments(argv), Console(highlight=False), time.monotonic()
    if options.tables:
        write_into_docs(ROOT / "docs" / "attribution.md", RESULTS["errors"], RESULTS["shares"])
        console.print(said_of_age() or "The results are of the code as it is.")
        return 0
    worlds = planned(options.shapes, options.seeds)
    try:
        found, code = make_worlds(worlds, options.page_views, options.processes, console)
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
        write_csv(MADE_WITH, [{"file": file, "hash": of_file} for file, of_file in code.items()])
        write_into_docs(ROOT / "docs" / "attribution.md", RESULTS["errors"], RESULTS["shares"])
    for text in tables([{k: str(v) for k, v in row.items()} for row in rows["errors"]], rows["shares"]):
        print(text, end="\n\n")
    print(f"{len(found)} builds of {len(worlds)} worlds, {time.monotonic() - started:.0f} s.")
    print("Written to docs/." if is_whole else "Not written to docs/: that takes all shapes and at least 20 seeds.")
    print(said_of_age())
    return 0


if __name__ == "__main__":
    sys.exit(main())
