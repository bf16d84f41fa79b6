"""What the tests share: a project-wide dbt, and a small simulated world built once."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from dbt.cli.main import dbtRunner

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))


@dataclass
class World:
    """A database of its own with the dbt project built into it."""

    folder: Path

    @property
    def database(self):
        return self.folder / "touchstone.duckdb"

    @property
    def target(self):
        return self.folder / "target"

    @property
    def artifacts(self):
        """What the `dbt build` of the world said of itself."""
        return self.folder / "artifacts"

    def land(self, *arguments):
        """Run the landing program; fails the test on a bad exit code."""
        command = [sys.executable, ROOT / "scripts" / "land.py", "--database", self.database, *map(str, arguments)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def dbt(self, *arguments, project=ROOT):
        """Run dbt in this process; returns dbtRunner's result."""
        os.environ["TOUCHSTONE_DATABASE"] = str(self.database)
        paths = ["--project-dir", str(project), "--profiles-dir", str(project)]
        outputs = ["--target-path", str(self.target), "--log-path", str(self.folder / "logs")]
        result = dbtRunner().invoke(["--quiet", "--no-use-colors", *arguments, *paths, *outputs])
        release_database()
        return result

    def query(self, sql):
        with duckdb.connect(self.database, read_only=True) as connection:
            return connection.execute(sql).fetchall()


def release_database():
    """dbt-duckdb keeps the file open after a run; the next program could not open it."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()


def failures(result):
    """Names and messages of what went wrong in a dbt run."""
    if not getattr(result.result, "results", None):
        return [str(result.exception)]
    return [f"{each.node.name}: {each.message}" for each in result.result if each.status in ("error", "fail")]


@pytest.fixture(scope="session")
def world(tmp_path_factory):
    """A simulated company of 10,000 page views: landed, built, tested and its analyses compiled."""
    world = World(tmp_path_factory.mktemp("world"))
    landing, truth = world.folder / "landing", world.folder / "truth"
    simulate = [sys.executable, ROOT / "scripts" / "simulate.py", "--page-views", "10000", "--seed", "7"]
    subprocess.run([*simulate, "--out", landing, "--truth", truth], cwd=ROOT, check=True, capture_output=True)
    world.land(landing)
    world.build_result = world.dbt("build", "--selector", "everything")
    world.artifacts.mkdir()
    for name in ("manifest.json", "run_results.json"):  # The next command overwrites them.
        shutil.copy(world.target / name, world.artifacts)
    world.dbt("compile")
    return world


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """An empty database with the raw tables and the seeds."""
    world = World(tmp_path_factory.mktemp("template"))
    folder = world.folder / "identifies"
    folder.mkdir()
    (folder / "none.ndjson").write_text("")
    world.land(folder)
    assert not failures(world.dbt("seed"))
    return world
