"""Each format as SQL: a quick way that trusts the whole file, and a careful way that finds the bad rows.

Both ways name a relation with the table's contract columns, _extra and _row_number. The quick way raises
duckdb.Error or NeedsCare when any row is not as the contract wants it; the careful way also gives _reason (null for
a good row) and _original.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import duckdb
import pyarrow as pa

from landing_contract import LandingError, literal, quoted
from landing_files import (
    LINE_LIMIT,
    LINES_SCHEMA,
    count_lines,
    csv_header,
    fill_table,
    json_or_log_lines,
    read_lines,
    read_records,
)

MOST_EXTRA_KEYS = 200  # more different keys than this are data, not drift: not worth a column each
UNIX_SECONDS, UNIX_MILLISECONDS = r"\d{10}(\.\d+)?", r"\d{13}"
NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"  # DuckDB alone would take 0x10 and 1_000 too


class NeedsCare(Exception):
    """The quick way does not fit this file."""


class Source(NamedTuple):
    rows: str  # what to select from
    cells: dict[str, tuple[str, str]]  # contract column: (SQL, its DuckDB type in lower case)
    extra: str = "cast(null as varchar)"
    row_number: str = ""  # "" when the rows' order gives it
    original: str = ""
    problem: str = "cast(null as varchar)"


def typed(cell, cell_type, target):
    """SQL that reads a cell as the contract's type: null when it is empty or cannot be read as that.

    Times: with an offset they are converted to UTC, without one they are UTC; 10 digits are Unix seconds and
    13 digits Unix milliseconds (years 2001 to 2286 both ways, so one cannot be taken for the other).
    """
    if target == "varchar":
        nested = cell_type.startswith(("struct", "map", "json", "union", "variant")) or cell_type.endswith("]")
        return f"cast({f'to_json({cell})' if nested else cell} as varchar)" if cell_type != "varchar" else cell
    if target in ("timestamp", "date") and cell_type.startswith(("timestamp", "date")):
        return f"case when isfinite({cell}) then cast({cell} as {target}) end"
    if cell_type == target:
        return cell
    text = f"trim(cast({cell} as varchar))"
    if target == "timestamp":
        time = f"try_cast({text} as timestamptz)"
        return f"""case
            when isfinite({time}) then cast({time} as timestamp)
            when regexp_full_match({text}, '{UNIX_SECONDS}')
                then cast(to_timestamp(cast({text} as double)) as timestamp)
            when regexp_full_match({text}, '{UNIX_MILLISECONDS}') then epoch_ms(cast({text} as bigint)) end"""
    if target == "date":
        return f"case when isfinite(try_cast({text} as date)) then try_cast({text} as date) end"
    if target == "boolean":
        return f"try_cast({text} as boolean)"
    number = f"regexp_full_match({text}, '{NUMBER}')"
    if target == "bigint":  # DuckDB alone would round 1.5 to 2
        number += f" and try_cast({text} as double) = try_cast({text} as bigint)"
    return f"case when {number} then try_cast({text} as {target}) end"


def given(cell, target):
    """SQL condition: the cell has something in it. An empty text is nothing, except where text is wanted."""
    return f"{cell} is not null" if target == "varchar" else f"trim(cast({cell} as varchar)) <> ''"


def quick_select(source, columns):
    """The select of the quick way: any missing or unreadable cell is an error."""
    selected = []
    for column in columns:
        cell, cell_type = source.cells.get(column.name, ("null", "varchar"))
        value = typed(cell, cell_type, column.type)
        if column.required:
            value = f"coalesce({value}, error('missing or unreadable'))"
        elif column.name in source.cells and column.type not in ("varchar", cell_type):
            unreadable = f"{value} is null and {given(cell, column.type)}"
            value = f"case when {unreadable} then error('unreadable') else {value} end"
        selected.append(f"cast({value} as {column.type}) as {quoted(column.name)}")
    numbered = f", {source.row_number} as _row_number" if source.row_number else ""
    return f"select {', '.join(selected)}, {source.extra} as _extra{numbered} from {source.rows}"


def careful_select(source, columns):
    """The select of the careful way: every row, bad ones with the _reason in words."""
    selected, reasons = [], []
    for column in columns:
        if column.name not in source.cells:
            selected.append(f"cast(null as {column.type}) as {quoted(column.name)}")
            if column.required:
                reasons.append(literal(f"{column.name}: the file has no such column"))
            continue
        cell, cell_type = source.cells[column.name]
        value, is_given = typed(cell, cell_type, column.type), given(cell, column.type)
        selected.append(f"{value} as {quoted(column.name)}")
        if column.required:
            reasons.append(f"case when ({is_given}) is not true then {literal(column.name + ': missing')} end")
        if column.type != "varchar":
            before, after = literal(f'{column.name}: cannot read "'), literal(f'" as {column.type}')
            shown = f"{before} || left(cast({cell} as varchar), 100) || {after}"
            reasons.append(f"case when {is_given} and {value} is null then {shown} end")
    reason = f"nullif(concat_ws('; ', {', '.join(reasons) or 'null'}), '')"
    return f"""select {", ".join(selected)}, {source.extra} as _extra, {source.row_number} as _row_number,
        {source.original} as _original, coalesce({source.problem}, {reason}) as _reason from {source.rows}"""


def extra_json(values):
    """SQL for _extra. values: {key: SQL of type JSON}. Keys in order; those without a value are left out."""
    if not values:
        return "cast(null as varchar)"
    pairs = ", ".join(f"{{'key': {literal(key)}, 'value': {values[key]}}}" for key in sorted(values))
    return _extra_of(f"[{pairs}]")


def _extra_of(pairs):
    kept = f"list_filter({pairs}, lambda pair: pair.value is not null)"
    return f"nullif(cast(to_json(map_from_entries({kept})) as varchar), '{{}}')"


def stage_quickly(con, file, columns):
    """The quick way: returns SQL of the relation. Raises duckdb.Error or NeedsCare."""
    if file.format == "parquet":
        return f"({quick_select(parquet_source(con, file, columns), columns)})"
    with ThreadPoolExecutor(max_workers=1) as pool:
        return _stage_text_quickly(con, file, columns, pool.submit(count_lines, file))


def _stage_text_quickly(con, file, columns, counting):
    source = ndjson_source(con, file, columns) if file.format == "ndjson" else csv_source(file, columns)
    if source is None or any(c.required and c.name not in source.cells for c in columns):
        raise NeedsCare
    # DuckDB numbers the rows of a text file with one thread only; a table's own row ids come free, in file order.
    con.execute(f"create or replace temp table landing_rows as {quick_select(source, columns)}")
    row_count, last_id = con.execute("select count(*), max(rowid) from landing_rows").fetchall()[0]
    line_count = counting.result()  # has also read a compressed file to its end, which tells whether it is whole
    if line_count is None or last_id != row_count - 1:
        raise NeedsCare
    if file.format == "ndjson" and line_count != row_count:
        raise NeedsCare  # blank lines: row and line numbers differ
    return "(select *, rowid + 1 as _row_number from landing_rows)"


def stage_carefully(con, file, columns):
    """The careful way: returns SQL of the relation, with _reason and _original."""
    if file.format == "parquet":  # Good rows and bad are cheaper read twice than kept.
        return f"({careful_select(parquet_source(con, file, columns), columns)})"
    if file.format == "ndjson":
        source = ndjson_lines_source(con, file, columns)
    else:
        source = csv_records_source(con, file, columns)
    con.execute(f"create or replace temp table landing_rows as {careful_select(source, columns)}")
    con.execute("drop table if exists landing_lines")
    return "landing_rows"


def _reader(file):
    return f"{literal(file.path)}, compression = '{file.compression}', hive_partitioning = false"


def ndjson_source(con, file, columns):
    """The whole file with DuckDB's JSON reader; None when it has too many different keys."""
    objects = f"{_reader(file)}, format = 'newline_delimited', maximum_object_size = {LINE_LIMIT}"
    # The reader drops keys it was not told of, so all keys are looked at first: a pass that costs little.
    keys = con.execute(f"select distinct unnest(json_keys(json)) from read_json_objects({objects})").fetchall()
    extra = {key for (key,) in keys} - {column.name for column in columns}
    if len(extra) > MOST_EXTRA_KEYS:
        return None
    types = {column.name: "timestamptz" if column.type == "timestamp" else "varchar" for column in columns}
    told = ", ".join(f"{literal(name)}: '{type_}'" for name, type_ in (types | dict.fromkeys(extra, "json")).items())
    spelled = {"timestamptz": "timestamp with time zone", "varchar": "varchar"}
    return Source(
        # auto_detect makes a key that comes twice an error
        rows=f"read_json({objects}, columns = {{{told}}}, auto_detect = true)",
        cells={name: (quoted(name), spelled[type_]) for name, type_ in types.items()},
        extra=extra_json({key: quoted(key) for key in extra}),
    )


def ndjson_lines_source(con, file, columns):
    """The file line by line; blank lines are left out."""
    if file.path.name.lower().removesuffix(".gz").removesuffix(".zst").endswith(".json"):
        first = next((line.text.strip() for line in read_lines(file) if line.text.strip()), "")
        if first.startswith("["):
            raise LandingError("one JSON array, not one object a line; `jq -c '.[]'` makes it so")
    fill_table(con, "landing_lines", json_or_log_lines(file), LINES_SCHEMA)
    names = ", ".join(literal(column.name) for column in columns)
    pointers = ", ".join(literal("/" + column.name) for column in columns)
    doubled = "list_filter(keys, lambda key: len(list_filter(keys, lambda other: other = key)) > 1)"
    return Source(
        rows=f"""(
            select *,
                case when problem is null then json_extract_string(text, [{pointers}]) end as cells,
                case when problem is null then map_entries(from_json(text, '"MAP(VARCHAR, JSON)"')) end as pairs
            from (
                select number, text, case
                    when problem is not null then problem
                    when not valid then 'not valid JSON'
                    when json_type(text) <> 'OBJECT' then 'not a JSON object but ' || lower(json_type(text))
                    when len(keys) > len(list_distinct(keys)) then {doubled}[1] || ': key given twice'
                    end as problem
                from (
                    select *, problem is null and json_valid(text) as valid,
                        case when problem is null and json_valid(text) then json_keys(text) end as keys
                    from landing_lines
                )
            )
        )""",
        cells={column.name: (f"cells[{i}]", "varchar") for i, column in enumerate(columns, start=1)},
        extra=_extra_of(f"list_sort(list_filter(pairs, lambda pair: pair.key not in ({names})))"),
        row_number="number",
        original="text",
        problem="problem",
    )


def csv_source(file, columns):
    """The whole file with DuckDB's CSV reader; None when it has no header."""
    delimiter, names = csv_header(file)
    if not names:
        return None
    types = ", ".join(f"{literal(name)}: 'varchar'" for name in names)
    return Source(
        rows=f"""read_csv({_reader(file)}, auto_detect = false, header = true, columns = {{{types}}},
            delim = {literal(delimiter)}, quote = '"', escape = '"',
            strict_mode = true, max_line_size = {LINE_LIMIT})""",
        **_by_header(names, columns, lambda i: quoted(names[i])),
    )


def csv_records_source(con, file, columns):
    """The file record by record."""
    delimiter, names = csv_header(file)
    schema = LINES_SCHEMA.append(pa.field("cells", pa.list_(pa.string())))
    records = read_records(file, delimiter, len(names))
    rows = ((number, record.text, record.problem, record.cells) for number, record in enumerate(records, start=1))
    fill_table(con, "landing_lines", rows, schema)
    return Source(
        rows="landing_lines",
        **_by_header(names, columns, lambda i: f"nullif(cells[{i + 1}], '')"),
        row_number="number",
        original="text",
        problem="problem",
    )


def _by_header(names, columns, cell):
    """cells and extra of a CSV, whose header matches the contract without regard to case. cell: position -> SQL."""
    wanted = {column.name for column in columns}
    places = {name.lower(): i for i, name in enumerate(names)}
    return {
        "cells": {name: (cell(i), "varchar") for name, i in places.items() if name in wanted},
        "extra": extra_json({names[i]: f"to_json({cell(i)})" for name, i in places.items() if name not in wanted}),
    }


def parquet_source(con, file, columns):
    """The whole file with DuckDB's Parquet reader. Raises LandingError when it is not a Parquet file."""
    reader = f"{literal(file.path)}, hive_partitioning = false, binary_as_string = true"
    try:
        described = con.execute(f"describe select * from read_parquet({reader})").fetchall()
    except duckdb.Error as error:
        raise LandingError(f"not a Parquet file that can be read ({first_line(error)})") from None
    names = {name.strip().lower(): name for name, *_ in described}
    types = {name: type_.lower() for name, type_, *_ in described}
    wanted = {column.name for column in columns}
    everything = ", ".join(f"{literal(name)}: {quoted(name)}" for name in types)
    return Source(
        rows=f"read_parquet({reader}, file_row_number = true)",
        cells={key: (quoted(name), types[name]) for key, name in names.items() if key in wanted},
        extra=extra_json({name: f"to_json({quoted(name)})" for key, name in names.items() if key not in wanted}),
        row_number="file_row_number + 1",
        original=f"cast(to_json({{{everything}}}) as varchar)",
    )


def first_line(error):
    """DuckDB's message without its kind and its drawing of the statement."""
    return str(error).split("\n")[0].split("Error: ")[-1].rstrip(". ")
