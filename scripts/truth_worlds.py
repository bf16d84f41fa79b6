"""One world after the other in a process of its own: simulated, landed, built, and credits read beside the truth.

A database with the seeds and a parsed project are used again for every world.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import NamedTuple

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

import land
from simulate import simulate
from simulation_shapes import shaped
from truth_report import KNOWN_CAUSES, TRUTH, TYPES

ROOT = Path(__file__).resolve().parent.parent
SWITCHES = {"state": ROOT / "scripts" / "truth_state_off.sql", "identity": ROOT / "scripts" / "truth_identity_off.sql"}
SWITCHED_OFF = {"state_off": ["state"], "identity_off": ["identity"], "both_off": ["state", "identity"]}

# Conversions that the truth does not know (planted people, refunds) count for nobody. A user that was cut up by
# truth_identity_off.sql is called user|browser.
CREDITS = """
    select credits.conversion_type, credits.method, credits.channel, sum(credits.credit)
    from marts.fct_attribution_credits as credits
    inner join marts.fct_conversions as conversions on credits.conversion_id = conversions.conversion_id
    inner join read_parquet('{truth}/conversions.parquet') as truth
        on
            truth.conversion_type = conversions.conversion_type
            and truth.conversion_key = split_part(conversions.origin_id, '|', 1)
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
    where conversion_type in {types}
    group by all
"""


class World(NamedTuple):
    """One simulated company."""

    shape: str
    cookie_loss: float
    seed: int

    def __str__(self):
        return f"{self.shape}-{self.cookie_loss:g}-{self.seed}"


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
        paths = ["--project-dir", str(ROOT), "--profiles-dir", str(ROOT), "--target-path", str(self.folder / "target")]
        quiet = ["--quiet", "--log-level", "none", "--log-level-file", "none", "--log-path", str(self.folder)]
        outcome = dbtRunner(manifest=self.manifest).invoke([*arguments, *paths, *quiet])
        DuckDBConnectionManager.close_all_connections()
        if not outcome.success:
            results = getattr(outcome.result, "results", [])
            broken = [f"{result.node.name}: {result.message}" for result in results if result.status == "error"]
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
            self.dbt("run", "--threads", "1", "--no-write-json", "--select", "+fct_attribution_credits")
            found[variant] = self.measured()
        return found

    def simulate(self, world, page_views):
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
