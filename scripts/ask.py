"""Answers a worked question of analyses/ in the terminal, no column left out.

python scripts/ask.py the_january_click
python scripts/ask.py            # lists the questions
"""

import sys
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from rich.box import SIMPLE
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

from summary import database_path

ROOT = Path(__file__).resolve().parent.parent
WIDEST = 7  # Columns that still read well side by side; more are shown one row after the other.
LONGEST = 24  # Letters of a column that is never narrowed.
MOST_ROWS = 100


def questions():
    """The worked questions: {name: what its first line asks}."""
    files = sorted((ROOT / "analyses").glob("*.sql"))
    return {file.stem: file.read_text().split("\n")[0].removeprefix("-- ") for file in files}


def text(value):
    return f"{value:,.2f}" if isinstance(value, float) else str(value)


def is_number(value):
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def tabled(names, rows, padding):
    table = Table(box=SIMPLE, padding=(0, padding), show_edge=False, pad_edge=False, collapse_padding=True)
    for name, values in zip(names, zip(*rows, strict=True), strict=True):
        width = max(map(len, [*name.split("\n"), *map(text, values)]))
        least = width if width <= LONGEST else None
        table.add_column(name, min_width=least, justify="right" if any(map(is_number, values)) else "left")
    for row in rows:
        table.add_row(*map(text, row))
    return table


def fitting(console, names, rows):
    """The headers and the padding with which nothing is cut, headers in lines where need be; None where none do."""
    lines = [name.replace("_", "\n") for name in names]
    for headers, padding in ((names, 1), (lines, 1), (lines, 0)):
        least = Measurement.get(console, console.options.update(width=1000), tabled(headers, rows, padding)).minimum
        if len(names) <= WIDEST and least <= console.width:
            return headers, padding
    return None


def show(console, names, rows):
    """One table, or one for each value of a first column that repeats, or else one row after the other."""
    parts = [(value, [row[1:] for row in part]) for value, part in groupby(rows, itemgetter(0))]
    is_parted = len(names) > 2 and 1 < len(parts) < len(rows) / 2
    fit = rows and fitting(console, names[is_parted:], [row[is_parted:] for row in rows])
    if fit and is_parted:
        for value, part in parts:
            console.print(f"\n{names[0]} {text(value)}\n", style="bold", markup=False, highlight=False)
            console.print(tabled(fit[0], part, fit[1]))
        console.print()
        return
    if fit:
        console.print("", tabled(fit[0], rows, fit[1]), "")
        return
    for row in rows:
        console.rule(str(row[0]), align="left")
        for name, value in zip(names, row, strict=True):
            console.print(f"{name:<32} {text(value)}", markup=False, highlight=False)


def main(arguments):
    console, known = Console(), questions()
    if len(arguments) != 1 or arguments[0] not in known:
        if arguments:
            console.print(f"There is no question called {' '.join(arguments)}.", markup=False, highlight=False)
        console.print("Ask one of these: make ask Q=the_january_click")
        for name, question in known.items():
            console.print(f"  {name:<34} {question}", markup=False, highlight=False)
        return 0 if not arguments else 2
    name = arguments[0]
    outcome = dbtRunner().invoke(["--log-level", "none", "--log-level-file", "info", "compile", "--select", name])
    DuckDBConnectionManager.close_all_connections()
    if not outcome.success:
        reason = outcome.exception or "\n".join(str(each.message) for each in outcome.result or [] if each.message)
        console.print(f"dbt could not read the question: {reason}", markup=False, highlight=False)
        console.print(f"If another program has {database_path()} open, ask again when it has ended.", markup=False)
        return 1
    console.print(known[name], style="bold")
    try:
        with duckdb.connect(database_path(), read_only=True) as connection:
            found = connection.execute(outcome.result.results[0].node.compiled_code)
            names = [column[0] for column in found.description]
            rows = found.fetchall()
    except duckdb.Error as error:
        console.print(f"{str(error).splitlines()[0]}\nRun `make build` first.", markup=False)
        return 1
    show(console, names, rows[:MOST_ROWS])
    shown = f"{len(rows)} rows" if len(rows) <= MOST_ROWS else f"The first {MOST_ROWS} of {len(rows)} rows"
    console.print(f"{shown}. How to read them, and the SQL: analyses/{name}.sql")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
