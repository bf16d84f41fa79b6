"""One process of the bench and what it took: seconds, memory, bytes, and what dbt says of its nodes."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections import defaultdict
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DBT = shutil.which("dbt", path=str(Path(sys.executable).parent)) or "dbt"
POLL_SECONDS = 0.05
BAD = ("error", "fail", "runtime error")
# What DuckDB alone takes to read the landed page views and write them in order of visitor and time.
FLOOR = """
import json, os, sys, time
import duckdb
database, own, memory_limit, threads = sys.argv[1:]
settings = {"memory_limit": memory_limit, "threads": int(threads), "temp_directory": own + ".tmp"}
started = time.perf_counter()
try:
    with duckdb.connect(own, config=settings) as connection:
        connection.execute(f"attach '{database}' as landed (read_only)")
        connection.execute("create table page_views as from landed.raw.page_views order by anonymous_id, event_at")
        connection.execute("checkpoint")
except duckdb.Error as error:
    sys.exit(str(error))
print(json.dumps({"seconds": time.perf_counter() - started}))
"""


class BenchError(Exception):
    """A process that failed, so that what comes after it would measure nothing."""


def fields(path):
    """A file of /proc as {name: first number}; empty where there is none any more."""
    try:
        lines = [line.split() for line in Path(path).read_text().splitlines()]
    except OSError:
        return {}
    return {words[0].rstrip(":"): int(words[1]) for words in lines if len(words) > 1 and words[1].isdigit()}


class Watch(threading.Thread):
    """Follows a process: the peak of its own memory, its bytes so far, and the most that a database takes on disk."""

    def __init__(self, pid, database):
        super().__init__(daemon=True)
        self.pid, self.database, self.is_over = pid, database, threading.Event()
        self.peak_kib, self.bytes, self.disk_bytes = 0, {}, 0

    def look(self):
        # Unlike what the system tells at the end, this was not there before the process began.
        self.peak_kib = max(self.peak_kib, fields(f"/proc/{self.pid}/status").get("VmHWM", 0))
        self.bytes = fields(f"/proc/{self.pid}/io") or self.bytes

    def run(self):
        looks = 0
        while not self.is_over.wait(POLL_SECONDS):
            self.look()
            if looks % 20 == 0:
                self.disk_bytes = max(self.disk_bytes, on_disk(self.database))
            looks += 1


def on_disk(database):
    """Bytes of a database, its log and its temporary files."""
    total, temporary = 0, Path(os.environ.get("TOUCHSTONE_TEMP_DIRECTORY") or f"{database}.tmp")
    for path in (database, Path(f"{database}.wal"), *temporary.glob("*")):
        try:
            total += path.stat().st_size
        except OSError:  # Gone in the meantime.
            continue
    return total


def run(command, database, memory_limit, follow=lambda line: None):
    """Run a program of the project on a database; returns what it took, its exit code and its lines."""
    settings = {"TOUCHSTONE_DATABASE": str(database), "TOUCHSTONE_MEMORY_LIMIT": memory_limit, "DO_NOT_TRACK": "1"}
    environment = {key: value for key, value in os.environ.items() if key != "TOUCHSTONE_TARGET"} | settings
    lines, started = [], time.perf_counter()
    process = subprocess.Popen(
        list(map(str, command)),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    watch = Watch(process.pid, database)
    watch.start()
    try:
        for line in process.stdout:
            lines.append(line.rstrip())
            follow(lines[-1])
        if hasattr(os, "waitid"):  # The system still tells the bytes of a process that ended, until it is asked how.
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        seconds = time.perf_counter() - started
        watch.is_over.set()
        watch.join()
        watch.look()
        _, status, usage = os.wait4(process.pid, 0)
    except BaseException:
        process.kill()
        raise
    finally:
        watch.is_over.set()
    process.returncode = os.waitstatus_to_exitcode(status)
    took = {
        "seconds": round(seconds, 3),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 2),
        "peak_gib": round(watch.peak_kib / 2**20, 3) or None,
        "peak_disk_bytes": max(watch.disk_bytes, on_disk(database)),
        **{name: watch.bytes.get(name) for name in ("rchar", "wchar", "read_bytes", "write_bytes")},
    }
    return took, process.returncode, lines


def land(database, folder, memory_limit):
    """Land a folder."""
    command = [sys.executable, "scripts/land.py", "--brief", "--database", database, folder]
    took, code, lines = run(command, database, memory_limit)
    if code:
        raise BenchError("landing failed:\n" + "\n".join(lines[-15:]))
    return took


def floor(database, own, memory_limit, threads):
    """The floor, in a database of its own, which goes again."""
    for path in (own, Path(f"{own}.wal")):
        path.unlink(missing_ok=True)
    try:
        took, code, lines = run([sys.executable, "-c", FLOOR, database, own, memory_limit, threads], own, memory_limit)
        if code:
            raise BenchError("the floor failed (--skip floor goes on without it):\n" + "\n".join(lines[-5:]))
        return took | {"seconds": round(json.loads(lines[-1])["seconds"], 3), "database_bytes": own.stat().st_size}
    finally:
        for path in (own, Path(f"{own}.wal")):
            path.unlink(missing_ok=True)
        shutil.rmtree(f"{own}.tmp", ignore_errors=True)


def dbt(database, folder, memory_limit, arguments, say=lambda done, total, name: None):
    """Run a dbt command; returns what it took, with its nodes. Tests that fail are named, models that fail raise."""
    errors, target = [], folder / "target"
    (target / "run_results.json").unlink(missing_ok=True)

    def follow(line):
        try:
            event = json.loads(line)
        except ValueError:
            errors.append(line)
            return
        info, data = event["info"], event.get("data", {})
        if info["name"] == "LogStartLine":
            say(data["index"] - 1, data["total"], data["node_info"]["node_name"])
        elif info["level"] == "error":
            errors.append(info["msg"])

    outputs = ["--target-path", target, "--log-path", folder / "logs", "--project-dir", ROOT, "--profiles-dir", ROOT]
    command = [DBT, "--log-format", "json", "--log-level", "info", "--log-level-file", "none", *arguments, *outputs]
    took, code, _ = run(command, database, memory_limit, follow)
    if not (target / "run_results.json").exists():
        raise BenchError(f"dbt ended with code {code}:\n" + "\n".join(errors[-15:]))
    nodes = read_nodes(target)
    bad = [name for name, node in nodes.items() if node["status"] in BAD]
    broken = [name for name in bad if nodes[name]["type"] != "test"]
    if broken:
        raise BenchError(f"dbt could not build {', '.join(broken)}:\n" + "\n".join(errors[-15:]))
    shares = shared_seconds({name: (node["began"], node["ended"]) for name, node in nodes.items()})
    took["failed_tests"] = bad
    took["node_count"] = len(nodes)
    took["areas"] = areas(nodes, shares, took["seconds"])
    timed = sorted(nodes, key=lambda name: -nodes[name]["seconds"])
    models = [name for name in timed if nodes[name]["type"] == "model"]
    took["models"] = {name: round(nodes[name]["seconds"], 2) for name in models}
    took["slowest_tests"] = {
        name: round(nodes[name]["seconds"], 2) for name in [name for name in timed if name not in models][:15]
    }
    return took


def read_nodes(target):
    """What dbt ran: {name: type, area, status, seconds, when it began and ended}."""
    known = json.loads((target / "manifest.json").read_text())["nodes"]
    nodes = {}
    for result in json.loads((target / "run_results.json").read_text())["results"]:
        node = known.get(result["unique_id"])
        if node is None or not result["timing"]:  # Skipped, or a hook.
            if node is not None and result["status"] in BAD:
                raise BenchError(f"{node['name']}: {result['message']}")
            continue
        times = [[datetime.fromisoformat(timing[key]).timestamp() for timing in result["timing"]]
                 for key in ("started_at", "completed_at")]  # fmt: skip
        nodes[node["name"]] = {
            "type": node["resource_type"],
            "area": area(node),
            "status": result["status"],
            "seconds": result["execution_time"],
            "began": min(times[0]),
            "ended": max(times[1]),
        }
    return nodes


def area(node):
    """What a node is for: tests, seeds, or the folder of a model."""
    if node["resource_type"] != "model":
        return f"{node['resource_type']}s"
    folders = Path(node["original_file_path"]).parts[1:-1]
    return "staging" if folders[0] == "staging" else "/".join(folders[:2])


def shared_seconds(spans):
    """What each node adds to the wall time: where several run at once, each has its part of that time."""
    edges = defaultdict(lambda: ([], []))
    for name, (began, ended) in spans.items():
        edges[began][0].append(name)
        edges[ended][1].append(name)
    shares, running, before = dict.fromkeys(spans, 0.0), set(), None
    for moment in sorted(edges):
        for name in running:
            shares[name] += (moment - before) / len(running)
        begun, ended = edges[moment]
        running = (running | set(begun)) - set(ended)
        before = moment
    return shares


def areas(nodes, shares, seconds):
    """The wall time by area; the rest is dbt's own: starting up, reading the project, and between nodes."""
    sums = defaultdict(float)
    for name, node in nodes.items():
        sums[node["area"]] += shares[name]
    sums["dbt itself"] = seconds - sum(sums.values())
    return {name: round(value, 2) for name, value in sorted(sums.items(), key=lambda item: -item[1])}
