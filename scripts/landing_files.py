"""Which files are to land, in which table, and their bytes as lines."""

import csv
import glob
import hashlib
import io
import re
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from landing_contract import LandingError

ACCESS_LOG = "access_log"
LINE_LIMIT = 16 * 1024 * 1024  # bytes; DuckDB's own limit for one JSON object
KEPT_OF_LONG_LINE = 10_000  # bytes of such a line that are kept as its original text
BATCH_BYTES = 8 * 1024 * 1024
FORMATS = {".ndjson": "ndjson", ".jsonl": "ndjson", ".json": "ndjson", ".csv": "csv", ".parquet": "parquet"}
COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}
LOG_NAME = re.compile(r"\.log([.-]\d+)*(\.gz|\.zst)?$")  # access.log, access.log.2.gz, access.log-20260101


class File(NamedTuple):
    path: Path
    label: str  # the name that messages and _file show
    table: str
    format: str  # ndjson, csv, parquet or access_log
    compression: str  # none, gzip or zstd


class Line(NamedTuple):
    number: int  # physical line, from 1
    text: str  # without its line feed; a carriage return before it stays, as it may be a CSV cell's
    problem: str | None


def find_files(arguments, table, tables):
    """Files, folders and globs as File entries, each once, folders in order of name.

    table: the table asked for, or None to infer it. tables: the landable tables.
    Raises LandingError when an argument matches nothing or a file's format or table is not known.
    """
    if table is not None and table not in (*tables, ACCESS_LOG):
        raise LandingError(f"there is no table {table}. {_known(tables)}")
    paths = {path.resolve(): path for argument in arguments for path in _expand(argument)}
    return [describe_file(path, table, tables) for path in paths.values()]


def _expand(argument):
    path = Path(argument)
    if path.is_file():
        return [path]
    if not path.exists():
        matches = sorted(glob.glob(argument, recursive=True))  # noqa: PTH207 (Path.glob refuses absolute patterns)
        if not matches:
            raise LandingError(f"{argument}: no such file, folder or match")
        return [found for match in matches for found in _expand(match)]
    below = sorted(p for p in path.rglob("*") if p.is_file())
    found = [p for p in below if not any(part.startswith(".") for part in p.relative_to(path).parts) and _format(p)]
    if not found:
        raise LandingError(f"{argument}: no files to land in this folder (known are {', '.join(FORMATS)}, .log)")
    return found


def _format(path):
    stem = path.name.lower()
    for suffix in COMPRESSIONS:
        stem = stem.removesuffix(suffix)
    return ACCESS_LOG if LOG_NAME.search(path.name.lower()) else FORMATS.get(Path(stem).suffix)


def describe_file(path, table, tables):
    """One File entry. Raises LandingError when its format or table is not known."""
    table = table or infer_table(path, tables)
    format_ = ACCESS_LOG if table == ACCESS_LOG else _format(path)
    if format_ is None or (format_ == ACCESS_LOG and table not in (ACCESS_LOG, "page_views")):
        raise LandingError(f"{show(path)}: cannot tell its format; known are {', '.join(FORMATS)} (.gz, .zst) and .log")
    if set(str(path)) & set("*?"):
        raise LandingError(f"{show(path)}: DuckDB takes * and ? in a name for a pattern; rename the file")
    compression = COMPRESSIONS.get(path.suffix.lower(), "none")
    return File(path, show(path), "page_views" if table == ACCESS_LOG else table, format_, compression)


def infer_table(path, tables):
    """The table that the parent folder's name or the file name's beginning names.

    Folders such as date=2026-01-01 are looked through. Raises LandingError when neither or both name one.
    """
    if LOG_NAME.search(path.name.lower()):
        return ACCESS_LOG
    names = [*tables, ACCESS_LOG]
    folder = next((p.name for p in path.absolute().parents if "=" not in p.name), "").lower()
    by_name = [t for t in names if re.match(re.escape(t) + r"([^a-z0-9]|$)", path.name.lower())]
    found = {t for t in names if t == folder} | set(sorted(by_name, key=len)[-1:])
    if len(found) == 1:
        return found.pop()
    trouble = "its folder and its name say different tables" if found else "cannot tell its table from folder or name"
    raise LandingError(f"{show(path)}: {trouble}; say --table. {_known(tables)}")


def _known(tables):
    return f"Known tables: {', '.join(sorted([*tables, ACCESS_LOG]))}"


def show(path):
    """The path below the working folder, else the bare name: never where it lies on this machine."""
    path, here = path.absolute(), Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else path.name


def digest(path):
    """SHA-256 of the file's bytes as hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def open_bytes(file):
    """The decompressed bytes as a stream. Reading raises OSError when the compression is broken or cut short."""
    if file.compression == "none":
        return file.path.open("rb")
    if file.path.stat().st_size == 0:
        return io.BytesIO()
    # Arrow's streams check that a compressed file is whole; DuckDB reads a cut .zst as an empty one.
    return io.BufferedReader(pa.input_stream(str(file.path), compression=file.compression), 1 << 20)


def count_lines(file):
    """Number of physical lines, a last one without line end included; None when one is over LINE_LIMIT."""
    count = open_length = longest = 0  # open_length: bytes since the last line end
    with open_bytes(file) as stream:
        while chunk := stream.read(1 << 20):
            count += chunk.count(b"\n")
            first, last = chunk.find(b"\n"), chunk.rfind(b"\n")
            longest = max(longest, open_length + (len(chunk) if first < 0 else first))
            open_length = open_length + len(chunk) if last < 0 else len(chunk) - last - 1
    return None if longest >= LINE_LIMIT else count + (open_length > 0)


def read_lines(file):
    """Yields every physical line as a Line; invalid bytes show as \\xff, a line over LINE_LIMIT is cut.

    Raises LandingError when the file is not UTF-8 at all, OSError when its compression is broken.
    """
    with open_bytes(file) as stream:
        number = 0
        while raw := stream.readline(LINE_LIMIT + 1):
            number += 1
            problem = None
            if len(raw) > LINE_LIMIT:
                raw, problem = _skip_long(stream, raw), f"line longer than {LINE_LIMIT} bytes; only its start is kept"
            if number == 1:
                if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
                    raise LandingError("this is UTF-16 text; save it as UTF-8")
                raw = raw.removeprefix(b"\xef\xbb\xbf")
            raw = raw.removesuffix(b"\n")
            try:
                text = raw.decode()
            except UnicodeDecodeError:
                text, problem = raw.decode(errors="backslashreplace"), problem or "not valid UTF-8"
            yield Line(number, text, problem)


def _skip_long(stream, raw):
    start = raw[:KEPT_OF_LONG_LINE]
    while raw and not raw.endswith(b"\n"):
        raw = stream.readline(LINE_LIMIT)
    return start.decode(errors="ignore").encode()  # not cut within a character


def json_or_log_lines(file):
    """read_lines without blank lines and without carriage returns."""
    return (line._replace(text=line.text.removesuffix("\r")) for line in read_lines(file) if line.text.strip())


LINES_SCHEMA = pa.schema([("number", pa.int64()), ("text", pa.string()), ("problem", pa.string())])


class Record(NamedTuple):
    cells: list[str]
    text: str  # as it stood in the file
    problem: str | None


def csv_header(file):
    """(delimiter, column names as written but trimmed) of a CSV file; (",", []) when it is empty.

    The delimiter is the one of , ; tab | that splits the first line into the most cells.
    Raises LandingError when two columns have the same name.
    """
    first = next((line for line in read_lines(file) if line.text.strip()), None)
    if first is None:
        return ",", []
    rows = {delimiter: next(csv.reader([first.text + "\n"], delimiter=delimiter)) for delimiter in ",;\t|"}
    delimiter = max(rows, key=lambda d: len(rows[d]))
    names = [name.strip() or f"column_{i}" for i, name in enumerate(rows[delimiter], start=1)]
    lowered = [name.lower() for name in names]
    doubled = sorted({name for name in lowered if lowered.count(name) > 1})
    if doubled:
        raise LandingError(f"the header names {', '.join(doubled)} twice")
    return delimiter, names


def read_records(file, delimiter, width):
    """Yields the records below a CSV's header; blank lines are none.

    A record that breaks the quoting costs one line only: reading goes on at the next line, as a lost
    quote would otherwise swallow the rest of the file. width: number of columns in the header.
    """
    csv.field_size_limit(LINE_LIMIT)
    lines, waiting, taken = read_lines(file), [], []

    def feed():
        while True:
            line = waiting.pop() if waiting else next(lines, None)
            if line is None or sum(len(t.text) for t in taken) > LINE_LIMIT:
                return
            taken.append(line)
            yield line.text + "\n"

    header_seen = False
    while True:
        taken.clear()
        problem, cells = None, []
        try:
            cells = next(csv.reader(feed(), delimiter=delimiter, strict=True), None)
        except csv.Error as error:
            problem = f"not valid CSV: {error}"
            waiting.extend(reversed(taken[1:]))
            del taken[1:]
        if not taken:
            return
        if problem is None and not cells:  # a blank line
            continue
        if not header_seen:
            header_seen = True
            continue
        problem = next((line.problem for line in taken if line.problem), problem)
        if problem is None and len(cells) != width:
            problem = f"{len(cells)} cells in a row, {width} in the header"
        yield Record(cells or [], "\n".join(line.text for line in taken).removesuffix("\r"), problem)


def fill_table(con, table, rows, schema):
    """Inserts tuples into a new temporary table, in batches of about BATCH_BYTES of text. schema: a pyarrow schema."""
    con.register("landing_batch", schema.empty_table())
    con.execute(f"create or replace temp table {table} as from landing_batch")
    batch, size = [], 0

    def flush():
        columns = zip(*batch, strict=True)
        arrays = [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)]
        con.register("landing_batch", pa.table(arrays, schema=schema))
        con.execute(f"insert into {table} from landing_batch")

    for row in rows:
        batch.append(row)
        size += 50 + sum(len(cell) for cell in row if isinstance(cell, str))
        if size > BATCH_BYTES:
            flush()
            batch, size = [], 0
    if batch:
        flush()
    con.unregister("landing_batch")
