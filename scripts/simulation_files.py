"""Files as a CDP and a CRM export write them. Bytes depend on the rows alone: no file times, one thread a file."""

from __future__ import annotations

import gzip
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

import simulation_tracking as tracking
from simulation_strings import json_lines, plain

PARQUET = {"compression": "zstd", "compression_level": 1, "dictionary_pagesize_limit": 256 << 20}


def fresh_folder(path: Path) -> Path:
    """An empty folder."""
    if path.exists():
        shutil.rmtree(path)
    path.mkdir(parents=True)
    return path


def break_lines(lines: pa.Array, defect: np.ndarray) -> pa.Array:
    """The defects that a typed column cannot hold: half a line, a time that is none."""
    if not (np.isin(defect, [tracking.MALFORMED, tracking.BAD_EVENT_AT, tracking.BAD_TIMES])).any():
        return lines
    half = pc.utf8_slice_codeunits(lines, 0, 120)
    lines = pc.if_else(pa.array(defect == tracking.MALFORMED), half, lines)
    for name in ("event_at", "sent_at", "received_at"):
        broken = pc.replace_substring(lines, f'"{name}":null', f'"{name}":"31/02/2026 25:61"')
        lines = pc.if_else(pa.array(np.isin(defect, [tracking.BAD_EVENT_AT, tracking.BAD_TIMES])), broken, lines)
    return lines


def encoded_lines(lines: pa.Array) -> bytes:
    """Lines with line ends, as UTF-8."""
    text = pc.binary_join_element_wise(lines, "", "\n")
    _, offsets, characters = text.buffers()
    return characters.to_pybytes()[: int(np.frombuffer(offsets, np.int32)[len(text)])]


class PageViewFiles:
    """One file a month, open until the end, so that memory holds one chunk."""

    def __init__(self, folder: Path, file_format: str):
        self.folder, self.is_parquet = fresh_folder(folder), file_format == "parquet"
        self.files: dict[str, pq.ParquetWriter | gzip.GzipFile] = {}

    def open(self, month: str, schema: pa.Schema):
        if month not in self.files:
            name = self.folder / f"page_views-{month}"
            if self.is_parquet:
                self.files[month] = pq.ParquetWriter(f"{name}.parquet", schema, **PARQUET)
            else:
                raw = Path(f"{name}.ndjson.gz").open("wb")  # noqa: SIM115 - closed with the month
                self.files[month] = gzip.GzipFile("", "wb", 3, raw, mtime=0)
        return self.files[month]

    def append(self, tables: dict[str, tuple[pa.Table, np.ndarray]]) -> None:
        """Rows by month."""

        def write(month: str) -> None:
            table, defect = tables[month]
            file = self.open(month, table.schema)
            if self.is_parquet:
                file.write_table(table)
            else:
                file.write(encoded_lines(break_lines(json_lines(table), defect)))

        with ThreadPoolExecutor(2) as pool:  # a month's file is touched by one thread
            list(pool.map(write, sorted(tables)))

    def close(self) -> None:
        for file in self.files.values():
            raw = getattr(file, "fileobj", None)
            file.close()
            if raw:
                raw.close()


class TruthFile:
    """A Parquet file that grows by chunks."""

    def __init__(self, path: Path):
        self.path, self.writer, self.row_count = path, None, 0

    def append(self, table: pa.Table) -> None:
        self.writer = self.writer or pq.ParquetWriter(self.path, table.schema, **PARQUET)
        self.writer.write_table(table)
        self.row_count += len(table)

    def close(self) -> None:
        if self.writer:
            self.writer.close()


def write_csv(table: pa.Table, path: Path) -> None:
    """A CSV with header; times to the second, UTC; nulls empty."""
    columns = {}
    for name in table.column_names:
        column = plain(table[name])
        if pa.types.is_timestamp(column.type):
            column = pc.cast(pc.floor_temporal(column, unit="second").cast(pa.timestamp("s")), pa.string())
        elif name in ("amount", "cost"):
            column = pc.cast(column, pa.decimal128(18, 2))
        columns[name] = column
    options = pyarrow.csv.WriteOptions(quoting_style="needed")
    pyarrow.csv.write_csv(pa.table(columns), path, options)


def write_ndjson(table: pa.Table, path: Path) -> None:
    """One JSON object per line."""
    with path.open("wb") as file:
        for batch in table.combine_chunks().to_batches(max_chunksize=200_000):
            file.write(encoded_lines(json_lines(pa.Table.from_batches([batch]))))
