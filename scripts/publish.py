"""Publishes the marts of a build that passed: a read-only DuckDB file and a Parquet file per mart, swapped in at once.

    python scripts/publish.py [--target target] [--out published]

The folder then holds

    published/touchstone.duckdb     the file that dashboards and BI tools open (schema marts)
    published/parquet/<mart>.parquet
    published/current               the version both lead to
    published/versions/<version>/   the last versions, each whole; dbt/ in it tells the dashboards what ref() means

Everything is written into a version of its own first; one rename of `current` then makes it the publication. A reader
sees the old version or the new one, never a part, whatever is killed when. Exit code 0 when published, 1 when the build
did not pass or something could not be written; the publication before it then stays as it was.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import duckdb
from rich.console import Console

from landing_contract import literal, quoted
from resources import as_size, settings, shortage, size_of
from summary import database_path

ROOT = Path(__file__).resolve().parent.parent
KEPT_VERSIONS = 3  # The current one, and two for readers that are still at work in them.
STORAGE_VERSION = "v1.0.0"  # DuckDB 2.0 would write a format that 1.4 and 1.5 refuse.
BAD = {"error", "fail", "runtime error", "skipped"}


class PublishingError(Exception):
    """Why nothing was published; its text is the whole message."""


class Build(NamedTuple):
    """What a finished `dbt build` says of itself."""

    metadata: dict  # of the manifest
    marts: dict  # name: its node in the manifest
    passed_count: int
    warned_count: int
    built_at: str


def read_build(target):
    """The public marts and the tests of the last `dbt build`, from the artifacts in its target folder.

    Raises PublishingError when they are missing or unreadable, when anything failed, or when it was not a whole build.
    """
    try:
        manifest = json.loads((target / "manifest.json").read_text())
        run = json.loads((target / "run_results.json").read_text())
    except (OSError, ValueError) as error:
        raise PublishingError(f"There is no finished build in {target}: {error}. Run `make build`.") from None
    statuses = {result["unique_id"]: result["status"] for result in run["results"]}
    failed = [name for name, status in statuses.items() if status in BAD]
    if failed:
        raise PublishingError(f"The build did not pass: {', '.join(sorted(failed)[:5])}. Mend it and run `make build`.")
    marts = {
        node["name"]: node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["config"].get("access") == "public"
    }
    tests = [  # What depends on nothing tests a macro, which an ordinary build leaves out (selectors.yml).
        name
        for name, node in manifest["nodes"].items()
        if node["resource_type"] == "test" and node["depends_on"]["nodes"]
    ]
    left_out = [name for name in [*tests, *(node["unique_id"] for node in marts.values())] if name not in statuses]
    if left_out:
        raise PublishingError(
            f"The last dbt run left out {left_out[0]} and {len(left_out) - 1} more. Run `make build`."
        )
    outcome = [statuses[name] for name in tests]
    return Build(
        manifest["metadata"], marts, outcome.count("pass"), outcome.count("warn"), run["metadata"]["generated_at"]
    )


def commit_of(folder):
    """The commit that the project stands at, with a + when files differ from it; None outside git."""
    ask = ["git", "-C", str(folder)]
    try:
        commit = subprocess.run([*ask, "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=True)
        changed = subprocess.run([*ask, "status", "--porcelain"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return commit.stdout.strip() + ("+" if changed.stdout.strip() else "")


def selected(node):
    """The columns of a mart as they are published: what names a person directly becomes its hash."""
    columns = []
    for name, column in node["columns"].items():
        is_personal = (column.get("config", {}).get("meta") or column.get("meta") or {}).get("is_personal")
        columns.append(f"sha256({quoted(name)}) as {quoted(name)}" if is_personal else quoted(name))
    return ", ".join(columns)


def write_version(folder, database, build, version, commit, published_at):
    """Write all marts into a new folder: touchstone.duckdb and parquet/. Returns {mart: rows}."""
    (folder / "parquet").mkdir(parents=True)
    counts = {}
    with duckdb.connect(config=settings(database)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach {literal(database)} as working (read_only)")
        connection.execute(
            f"attach {literal(folder / 'touchstone.duckdb')} as published (storage_version {literal(STORAGE_VERSION)})"
        )
        connection.execute("create schema published.marts")
        for name, node in sorted(build.marts.items()):
            source = f"working.{quoted(node['schema'])}.{quoted(node['alias'])}"
            table = f"published.marts.{quoted(name)}"
            connection.execute(f"create table {table} as select {selected(node)} from {source}")
            describe(connection, table, node)
            connection.execute(f"copy {table} to {literal(folder / 'parquet' / f'{name}.parquet')} (format parquet)")
            counts[name] = connection.execute(f"select count(*) from {table}").fetchone()[0]
        connection.execute(
            "create table published.marts.publication (publication_id varchar, mart varchar, commit varchar,"
            " row_count bigint, tests_passed_count bigint, tests_warned_count bigint, built_at timestamp,"
            " published_at timestamp)"
        )
        connection.executemany(
            "insert into published.marts.publication values (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                [version, name, commit, count, build.passed_count, build.warned_count, build.built_at, published_at]
                for name, count in counts.items()
            ],
        )
        table = "published.marts.publication"
        what = "What was published, one row per mart: when, from which commit, how many rows."
        connection.execute(f"comment on table {table} is {literal(what)}")
        connection.execute(f"copy {table} to {literal(folder / 'parquet' / 'publication.parquet')} (format parquet)")
        connection.execute("detach published")
    return counts


def describe(connection, table, node):
    """The descriptions of the YAML, where a BI tool looks for them."""
    connection.execute(f"comment on table {table} is {literal(node['description'].strip())}")
    for name, column in node["columns"].items():
        connection.execute(f"comment on column {table}.{quoted(name)} is {literal(column['description'].strip())}")


def write_manifest(folder, build):
    """What `ref()` means to the dashboards: the marts as they are published, whatever is being built meanwhile."""
    (folder / "target").mkdir(parents=True)
    nodes = {
        node["unique_id"]: node | {"database": "touchstone", "schema": "marts", "alias": name,
                                   "relation_name": f'"touchstone"."marts"."{name}"'}
        for name, node in build.marts.items()
    }  # fmt: skip
    manifest = {"metadata": build.metadata, "nodes": nodes, "sources": {}, "exposures": {}, "macros": {}}
    (folder / "target" / "manifest.json").write_text(json.dumps(manifest))
    (folder / "dbt_project.yml").write_text("name: touchstone\nprofile: touchstone\n")


def synced(path):
    """Wait until a file or folder is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def point(link, destination):
    """Make or change a symbolic link in one step."""
    new = link.with_name(f".{link.name}.new")
    new.unlink(missing_ok=True)
    new.symlink_to(destination)
    new.rename(link)


def publish(target=ROOT / "target", out=ROOT / "published", database=None):
    """Publish the marts of the last build. Returns (version, {mart: rows}). Raises PublishingError."""
    build = read_build(target)
    now = datetime.now(UTC).replace(tzinfo=None)
    version = now.strftime("%Y%m%dT%H%M%S%f")
    unfinished, finished = out / "versions" / f".{version}", out / "versions" / version
    database = Path(database or ROOT / database_path())
    try:
        out.mkdir(parents=True, exist_ok=True)
        for left in (out / "versions").glob(".*"):  # Of publications that were killed.
            shutil.rmtree(left)
        counts = write_version(unfinished, database, build, version, commit_of(ROOT), now)
        write_manifest(unfinished / "dbt", build)
        for path in [*unfinished.rglob("*"), unfinished]:
            synced(path)
        unfinished.rename(finished)
        synced(finished.parent)
        for link, destination in (("touchstone.duckdb", "current/touchstone.duckdb"), ("parquet", "current/parquet")):
            if not (out / link).is_symlink():
                point(out / link, destination)
        point(out / "current", f"versions/{version}")
        synced(out)
        for old in sorted((out / "versions").iterdir())[:-KEPT_VERSIONS]:
            shutil.rmtree(old)
    except (OSError, duckdb.Error) as error:
        said = shortage(error, database, size_of_last(out)) or str(error).splitlines()[0]
        shutil.rmtree(unfinished, ignore_errors=True)
        raise PublishingError(f"The marts could not be written to {out}: {said}") from None
    return version, counts


def size_of_last(out):
    """How much room a version takes, from the one that is published; None before the first."""
    return current(out) and f"The last version takes {as_size(size_of(out / 'versions' / current(out)))}."


def current(out=ROOT / "published"):
    """The version that is published now, or None."""
    link = out / "current"
    return link.readlink().name if link.is_symlink() and link.exists() else None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--target", type=Path, default=ROOT / "target")
    parser.add_argument("--out", type=Path, default=ROOT / "published")
    parser.add_argument("--database", type=Path)
    arguments = parser.parse_args()
    console = Console()
    try:
        version, counts = publish(arguments.target, arguments.out, arguments.database)
    except PublishingError as error:
        console.print(f"[red]Nothing was published.[/] {error}", highlight=False)
        console.print(f"What is published is still version {current(arguments.out) or '(none)'}.", highlight=False)
        return 1
    console.print(f"Published version {version}: {len(counts)} marts, {sum(counts.values()):,} rows.", highlight=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
