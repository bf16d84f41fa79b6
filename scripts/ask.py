"""Answers a worked question of analyses/ in the terminal, no column left out.

python scripts/ask.py the_january_click
python scripts/ask.py            # lists the questions
"""

import sys
from pathlib import Path

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from summary import database_path

ROOT = Path(__file__).resolve().parent.parent
WIDEST = 7  # Columns that still read well side by side; more are shown one row after the other.
MOST_ROWS = 40


def questions():
    """The worked questions: {name: what its first line asks}."""
    files = sorted((ROOT / "analyses").glob("*.sql"))
    return {file.stem: file.read_text().split("\n")[0].removeprefix("-- ") for file in files}


def text(value):
    return f"{value:,.2f}" if isinstance(value, float) else str(value)


def show(console, names, rows):
    if len(names) <= WIDEST:
        table = Table(*names, box=SIMPLE, pad_edge=False)
        for row in rows:
            table.add_row(*map(text, row))
        console.print(table)
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
