"""The raw contract, read from the sources YAML, and the raw tables made from it."""

from pathlib import Path
from typing import NamedTuple

import yaml

ROOT = Path(__file__).resolve().parent.parent
META_COLUMNS = ("_extra", "_landed_at", "_file", "_row_number")


class LandingError(Exception):
    """Something that a person has to put right; its text is the whole message."""


class Column(NamedTuple):
    name: str
    type: str  # DuckDB type, lower case
    required: bool
    compression: str | None = None  # DuckDB's own choice where the contract names none


def quoted(name):
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text):
    """A text as an SQL string."""
    return "'" + str(text).replace("'", "''") + "'"


def read_contract(root=ROOT):
    """All raw tables of the sources YAML: {table: [Column, ...]}, columns in the YAML's order.

    Raises LandingError when a file cannot be read as YAML or names no raw table.
    """
    contract = {}
    for path in sorted(root.glob("models/staging/*/_*__sources.yml")):
        try:
            document = yaml.safe_load(path.read_text(encoding="utf-8"))
        except yaml.YAMLError as error:
            raise LandingError(f"{path}: not readable as YAML: {error}") from None
        for source in document["sources"]:
            if source.get("schema") == "raw":
                contract |= {table["name"]: [_column(c) for c in table["columns"]] for table in source["tables"]}
    if "_landed_files" not in contract:
        raise LandingError(f"no raw contract found in {root}/models/staging/*/_*__sources.yml")
    return contract


def _column(entry):
    meta = (entry.get("config") or {}).get("meta") or {}
    return Column(entry["name"], entry["data_type"].lower(), bool(meta.get("required")), meta.get("compression"))


def landable(contract):
    """The tables that files land in, without the metadata columns: {table: [Column, ...]}."""
    return {
        table: [column for column in columns if column.name not in META_COLUMNS]
        for table, columns in contract.items()
        if set(META_COLUMNS) <= {column.name for column in columns}
    }


def _definition(column):
    compression = f" using compression {column.compression}" if column.compression else ""
    return f"{quoted(column.name)} {column.type}{compression}"


def create_tables(con, contract):
    """Makes schema raw and every table, and adds columns that the contract has gained since."""
    con.execute("create schema if not exists raw")
    known = con.execute("select table_name, column_name from duckdb_columns() where schema_name = 'raw'").fetchall()
    for table, columns in contract.items():
        definitions = ", ".join(_definition(column) for column in columns)
        con.execute(f"create table if not exists raw.{quoted(table)} ({definitions})")
        existing = {column for name, column in known if name == table}
        for column in columns:
            if existing and column.name not in existing:
                con.execute(f"alter table raw.{quoted(table)} add column {_definition(column)}")
