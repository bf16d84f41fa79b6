"""One world after the other in a process of its own: simulated, landed, built, and credits read beside the truth.

A database with the seeds and the compiled project are used again for every world.
"""

from __future__ import annotations

import json
import os
import shutil
from graphlib import TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import duckdb

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


class Model(NamedTuple):
    """One model of the project, ready to run."""

    relation: str
    schema: str
    kind: str  # view, table or python
    code: str
    columns: dict[str, str]  # of a contract: name and type


# ---- Once: the project compiled, and a database with its seeds -----------------------------------------------------
def dbt(folder, *arguments):
    """Run dbt in this process. Returns its result, or raises RuntimeError with what went wrong."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    os.environ["TOUCHSTONE_DATABASE"] = str(folder / "touchstone.duckdb")
    paths = ["--project-dir", str(ROOT), "--profiles-dir", str(ROOT), "--target-path", str(folder / "target")]
    quiet = ["--quiet", "--log-level", "none", "--log-level-file", "none", "--log-path", str(folder)]
    outcome = dbtRunner().invoke([*arguments, *paths, *quiet])
    DuckDBConnectionManager.close_all_connections()
    if not outcome.success:
        results = getattr(outcome.result, "results", [])
        broken = [f"{result.node.name}: {result.message}" for result in results if result.status == "error"]
        raise RuntimeError("; ".join(broken) or str(outcome.exception))
    return outcome.result


def compiled_models(folder):
    """The models that credits need, each after those that it reads, and a database with the seeds in `folder`.

    dbt compiles them; running them takes no dbt, whose bookkeeping would cost more than such a small world's queries.
    Returns the models, and the files of the models and seeds.
    """
    dbt(folder, "seed")
    results = dbt(folder, "compile", "--select", "+fct_attribution_credits").results
    nodes = {r.node.unique_id: r.node for r in results if r.node.resource_type == "model"}
    order = TopologicalSorter({name: set(node.depends_on.nodes) & nodes.keys() for name, node in nodes.items()})
    read = {
        name.split(".")[-1] for node in nodes.values() for name in node.depends_on.nodes if name.startswith("seed.")
    }
    files = [node.original_file_path for node in nodes.values()]
    files += [str(path.relative_to(ROOT)) for path in ROOT.glob("seeds/**/*.csv") if path.stem in read]
    return [as_model(nodes[name]) for name in order.static_order()], files


def as_model(node):
    kind = "python" if node.language == "python" else "view" if node.config.materialized == "view" else "table"
    columns = {c.name: c.data_type for c in node.columns.values()} if node.config.contract.enforced else {}
    return Model(node.relation_name, node.schema, kind, node.compiled_code, columns)


# ---- One world after the other -------------------------------------------------------------------------------------
class Builder:
    """Builds worlds in a folder of its own."""

    def __init__(self, folder, template, models):
        folder.mkdir(parents=True)
        self.folder, self.database, self.template, self.models = folder, folder / "touchstone.duckdb", template, models

    def results(self, world, variants, page_views):
        """{variant: [(conversion type, method, channel, credits)]}, the truth among the methods."""
        self.simulate(world, page_views)
        shutil.copy(self.template, self.database)
        land_quietly(self.database, self.folder / "landing")
        with duckdb.connect(self.database) as connection:
            connection.execute("set timezone = 'UTC'")
            connection.execute("set threads = 1")
            connection.execute("set enable_progress_bar = false")
            return {variant: self.result(connection, SWITCHED_OFF.get(variant, [])) for variant in variants}

    def result(self, connection, switches):
        """Build everything, read the credits, and leave the database as it was landed."""
        connection.execute("begin")
        for switch in switches:
            connection.execute(SWITCHES[switch].read_text())
        for model in self.models:
            run_model(connection, model)
        rows = []
        for query, method in [(CREDITS, ""), (INCREMENTAL, TRUTH), (CAUSES, KNOWN_CAUSES)]:
            filled = query.format(truth=self.folder / "truth", types=tuple(TYPES), method=method)
            rows += connection.execute(filled).fetchall()
        connection.execute("rollback")
        return rows

    def simulate(self, world, page_views):
        folders = self.folder / "landing", self.folder / "truth"
        with shaped(world.shape):
            simulate(page_views, world.seed, *folders, world.cookie_loss, "parquet", lambda text: None)


def run_model(connection, model):
    """What dbt does with a model in an empty database."""
    connection.execute(f"create schema if not exists {model.schema}")
    if model.kind == "python":
        module = {}
        exec(model.code, module)  # The project's own file, with dbt's object below it.
        frame = module["model"](module["dbtObj"](connection.table), connection)
        connection.register("frame_of_model", frame)
        connection.execute(f"create table {model.relation} as select * from frame_of_model")
        connection.unregister("frame_of_model")
        return
    code = model.code
    if model.columns:
        chosen = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in model.columns.items())
        code = f"select {chosen} from ({code})"
    connection.execute(f"create {model.kind} {model.relation} as {code}")


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


def start_process(folder, template, models):
    global builder
    builder = Builder(folder / f"process-{os.getpid()}", template, models)


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
