"""The memory and the disk that the programs here let DuckDB use, and what to say when that was not enough.

profiles.yml gives dbt the same two settings from the same variables (docs/operations.md).
"""

import os
import re
import shutil
from contextlib import suppress
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parent.parent
SPILL_FULL = ("max_temp_directory_size", "failed to offload")
DISK_FULL = ("No space left on device", "Disk quota exceeded", "File too large")
MEMORY_FULL = ("Out of Memory Error", "failed to pin block", "could not allocate block")  # Of DuckDB.
MACHINE_FULL = "MemoryError"  # Of a Python model.
STOPPED = "database has been invalidated"  # DuckDB, by a fault of its own, until it is opened anew.


def memory_limit():
    return os.environ.get("TOUCHSTONE_MEMORY_LIMIT") or "7GB"


def machine_limit():
    """Four fifths of the memory of the machine, or of the container: what DuckDB would allow itself."""
    with duckdb.connect() as connection:
        return connection.execute("select current_setting('memory_limit')").fetchone()[0]


def temp_directory(database):
    """Where DuckDB writes what does not fit into its memory; by default where it would itself."""
    return os.environ.get("TOUCHSTONE_TEMP_DIRECTORY") or f"{database}.tmp"


def settings(database):
    """What to open any connection with that works on a database: duckdb.connect(..., config=settings(database))."""
    return {"memory_limit": memory_limit(), "temp_directory": temp_directory(database)}


def remove_left_behind(database):
    """Remove the temporary files of killed runs. DuckDB does so too, but only when it next runs out of memory.

    The folder beside the database is nobody's while the database is not open. A folder that was named may be shared
    with other databases, so there the process in the file's name has to be gone.
    """
    folder = Path(temp_directory(database))
    files = list(folder.glob("duckdb_temp_*"))
    if not files or is_open(database):
        return
    is_shared = folder != Path(f"{database}.tmp")
    for file in files:
        if not (is_shared and is_running(file.name.split("_")[2])):
            file.unlink(missing_ok=True)
    if not is_shared:
        with suppress(OSError):  # Something of somebody else is in it.
            folder.rmdir()


def is_open(database):
    """Whether another process has the database open."""
    if not Path(database).exists():
        return False
    try:
        duckdb.connect(str(database), config=settings(database)).close()
    except duckdb.Error:
        return True
    return False


def is_running(process):
    """Whether a process of this id, as text, runs on this machine."""
    try:
        os.kill(int(process), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        pass
    return True


def is_shortage(said):
    """Whether a message is about too little memory or disk, or about DuckDB having stopped."""
    return any(words in str(said) for words in (*SPILL_FULL, *DISK_FULL, *MEMORY_FULL, MACHINE_FULL, STOPPED))


def may_pass_alone(said):
    """Whether a message is about something that may suffice when no other statement takes its share of it."""
    is_disk_full = any(words in str(said) for words in DISK_FULL)
    return not is_disk_full and any(words in str(said) for words in (*SPILL_FULL, *MEMORY_FULL, MACHINE_FULL, STOPPED))


def shortage(said, database, needed=None):
    """What was too small, how much of it there is and what to do about it; None where a message is about other things.

    `said` is what DuckDB or the operating system said, `needed` a sentence on how much is needed, where that is known.
    """
    text = str(said)
    folder = temp_directory(database)
    named = [Path(name) for name in re.findall(r"""file "([^"]+)"|: '([^']+)'""", text) for name in name if name]
    path = named[-1] if named else Path(database)
    found = [words for words in DISK_FULL if words in text]
    if STOPPED in text and not found:  # A disk that is full stops it too.
        fault = re.search(r'Original error: "(.*?)"\s*(?:\n|$)', text, re.DOTALL)
        return (
            f"DuckDB stopped with a fault of its own{': ' + fault[1] if fault else ''}. What was there before stays."
            " Run again; if it comes back, allow DuckDB more memory with TOUCHSTONE_MEMORY_LIMIT, or build with"
            " `dbt build --threads 1`."
        )
    if any(words in text for words in SPILL_FULL) or (found and path.parent == Path(folder)):
        return (
            f"The temporary directory is full: {folder} ({free(folder)}). DuckDB puts there what does not fit into its"
            f" memory, {memory_limit()}. Free some space, or name a folder on a larger disk: TOUCHSTONE_TEMP_DIRECTORY."
        )
    if found:
        return (
            f"There was no room to write {path}: {found[0]} ({free(path)})."
            + (f" {needed}" if needed else "")
            + " Free some space, or move the project to a larger disk."
        )
    if any(words in text for words in MEMORY_FULL):
        return (
            f"The memory was not enough: DuckDB may use {memory_limit()}. Allow it more with TOUCHSTONE_MEMORY_LIMIT,"
            f" on this machine up to about {machine_limit()}."
        )
    if MACHINE_FULL in text:
        return (
            f"The machine has no memory left beside what DuckDB may use, {memory_limit()}. Allow DuckDB less with"
            " TOUCHSTONE_MEMORY_LIMIT, end what else runs, or take a larger machine."
        )
    return None


def free(path):
    """How much room there is where a file or folder is, or would be."""
    path = Path(path).absolute()
    there = next(parent for parent in [path, *path.parents] if parent.exists())
    return f"{as_size(shutil.disk_usage(there).free)} free now"


def as_size(count):
    """A number of bytes for people."""
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


def size_of(path):
    """The bytes of a file, or of all files below a folder; 0 where there is nothing."""
    path = Path(path)
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())
