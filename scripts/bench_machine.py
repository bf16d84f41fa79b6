"""What the bench is run on: the machine, and the state of the code."""

import hashlib
import importlib.metadata
import os
import platform
import subprocess
from pathlib import Path

import duckdb
import yaml

import bench_world
from bench_process import fields

ROOT = Path(__file__).resolve().parents[1]


def machine():
    """What it was measured on."""
    memory = fields("/proc/meminfo").get("MemTotal", 0)
    processor = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        found = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
        processor = found[0].split(":")[1].strip() if found else processor
    try:
        system = platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        system = f"{platform.system()} {platform.release()}"
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "processor": processor,
        "memory_gib": round(memory / 2**20),
        "system": system,
        "python": platform.python_version(),
        "duckdb": duckdb.__version__,
        "dbt": importlib.metadata.version("dbt-core"),
        "dbt_duckdb": importlib.metadata.version("dbt-duckdb"),
    }


def git(*arguments):
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else ""


def code_state():
    """The commit, and whether files differ from it; what the bench itself writes is no difference."""
    changed = [line[3:] for line in git("status", "--porcelain").splitlines()]
    changed = [name for name in changed if not name.startswith("docs/benchmarks")]
    return {"commit": git("rev-parse", "--short", "HEAD") or "unknown", "is_dirty": bool(changed)}


def code_fingerprint(*patterns):
    digest = hashlib.sha256()
    for file in sorted(file for pattern in patterns for file in ROOT.glob(pattern) if file.is_file()):
        digest.update(file.relative_to(ROOT).as_posix().encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def fingerprints():
    """Change with what makes the files, the raw tables, the models and their tests."""
    return {
        "world": bench_world.fingerprint(),
        "raw": code_fingerprint("scripts/land*.py", "models/staging/*/_*__sources.yml"),
        "models": code_fingerprint("models/**/*.sql", "models/**/*.py", "macros/**/*", "seeds/**/*", "*.yml"),
        "tests": code_fingerprint("tests/**/*.sql"),
    }


def threads():
    return yaml.safe_load((ROOT / "profiles.yml").read_text())["touchstone"]["outputs"]["duckdb"]["threads"]
