"""A Superset server from nothing, with the bundle imported, on marts that were really published."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
PASSWORD = "only-in-the-tests"


def run(*command, **options):
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, cwd=ROOT, **options)
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    """A publication to change at will: a copy of $TOUCHSTONE_PUBLISHED, else of a small world that is built for it.

    dbt lives in the project's own environment, $TOUCHSTONE_PYTHON.
    """
    folder = tmp_path_factory.mktemp("world")
    out, given = folder / "published", os.environ.get("TOUCHSTONE_PUBLISHED")
    if given:
        (out / "versions").mkdir(parents=True)
        shutil.copytree(Path(given, "current").resolve(), out / "versions" / "given")
        (out / "current").symlink_to("versions/given")
        (out / "touchstone.duckdb").symlink_to("current/touchstone.duckdb")
        return out
    python = os.environ.get("TOUCHSTONE_PYTHON", ROOT / ".venv" / "bin" / "python")
    database, landing, target = folder / "world.duckdb", folder / "landing", folder / "target"
    simulate = ["--page-views", "10000", "--seed", "7", "--out", landing, "--truth", folder / "truth"]
    run(python, "scripts/simulate.py", *simulate)
    run(python, "scripts/land.py", "--database", database, landing)
    build = ["--quiet", "build", "--exclude-resource-type", "unit_test"]
    places = ["--target-path", target, "--log-path", folder / "logs"]
    environment = os.environ | {"TOUCHSTONE_DATABASE": str(database)}
    run(python, "-m", "dbt.cli.main", *build, *places, env=environment)
    run(python, "scripts/publish.py", "--target", target, "--out", out, "--database", database)
    return out


@dataclass
class Superset:
    """A running server, and what it takes to talk to it."""

    url: str
    folder: Path
    environment: dict
    token: str = ""

    def command(self, *arguments):
        return run(Path(sys.executable).parent / "superset", *arguments, env=self.environment)

    def ask(self, path, body=None, data=None, method=None, content_type="application/json"):
        """One request to the REST API: (status, answer)."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if body is not None:
            data = json.dumps(body).encode()
        if data is not None:
            headers["Content-Type"] = content_type
        request = urllib.request.Request(f"{self.url}/api/v1/{path}", data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def rows(self, dataset_id, **query):
        """The rows of one query of the chart-data API, as a dashboard would send it."""
        context = {"datasource": {"id": dataset_id, "type": "table"}, "queries": [query], "result_format": "json"}
        status, answer = self.ask("chart/data", context)
        assert status == 200, answer
        result = answer["result"][0]
        assert result["error"] is None, result["error"]
        return result["data"]

    def import_assets(self, bundle):
        """Import a ZIP so that it overwrites everything it holds, as a tool that keeps dashboards in git does."""
        boundary = "boundary-of-the-tests"
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="bundle"; filename="bundle.zip"\r\n\r\n'
        data = head.encode() + Path(bundle).read_bytes() + f"\r\n--{boundary}--\r\n".encode()
        return self.ask("assets/import/", data=data, content_type=f"multipart/form-data; boundary={boundary}")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def superset(published, tmp_path_factory):
    """Empty metadata, `superset db upgrade`, `superset import-dashboards`, and the server running."""
    from superset_bundle import write_bundle

    folder = tmp_path_factory.mktemp("superset")
    (folder / "asked_outside").touch()
    environment = os.environ | {
        "FLASK_APP": "superset",
        "SUPERSET_CONFIG_PATH": str(ROOT / "tests" / "superset" / "configuration.py"),
        "SUPERSET_SECRET_KEY": "only-in-the-tests-0123456789-0123456789",
        "TOUCHSTONE_SUPERSET_METADATA": str(folder / "metadata.db"),
        "TOUCHSTONE_ASKED_OUTSIDE": str(folder / "asked_outside"),
    }
    port = free_port()
    server = Superset(f"http://127.0.0.1:{port}", folder, environment)
    server.command("db", "upgrade")
    person = ["--username", "admin", "--firstname", "A", "--lastname", "B", "--email", "admin@example.org"]
    server.command("fab", "create-admin", *person, "--password", PASSWORD)
    server.command("init")
    write_bundle(published / "touchstone.duckdb", folder / "bundle.zip")
    server.command("import-dashboards", "-p", folder / "bundle.zip", "-u", "admin")
    command = [Path(sys.executable).parent / "superset", "run", "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen([*command, "--with-threads"], env=environment, stdout=log, stderr=log)
        try:
            wait_for(server, process)
            credentials = {"username": "admin", "password": PASSWORD, "provider": "db"}
            server.token = server.ask("security/login", credentials)[1]["access_token"]
            yield server
        finally:
            process.terminate()
            process.wait(30)


def wait_for(server, process):
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.url}/health", timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    raise AssertionError((server.folder / "server.log").read_text()[-3000:])
