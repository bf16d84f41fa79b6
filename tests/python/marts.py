"""Reading all marts of a database, and comparing two readings row for row."""

from collections import Counter

import duckdb

# What a mart says about the loads themselves differs between splits by its nature.
ABOUT_LOADS = {"fct_loads"}


def snapshot(database):
    """All marts as {mart: Counter of rows}. Columns about the load (leading underscore) are left out."""
    with duckdb.connect(database, read_only=True) as connection:
        names = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'marts' order by table_name"
        ).fetchall()
        marts = {}
        for (name,) in names:
            if name in ABOUT_LOADS:
                continue
            columns = connection.execute(
                "select column_name from information_schema.columns where table_schema = 'marts'"
                " and table_name = ? and column_name not like '\\_%' escape '\\' order by ordinal_position",
                [name],
            ).fetchall()
            listed = ", ".join(column for (column,) in columns)
            rows = connection.execute(f"select {listed} from marts.{name}").fetchall()
            marts[name] = Counter(repr(row) for row in rows)
    return marts


def compare(left, right):
    """Rows that only one side has: {mart: (only left, only right)}, empty where the marts are identical."""
    different = {}
    for name in left.keys() | right.keys():
        only_left = left.get(name, Counter()) - right.get(name, Counter())
        only_right = right.get(name, Counter()) - left.get(name, Counter())
        if only_left or only_right:
            different[name] = (sorted(only_left)[:3], sorted(only_right)[:3])
    return different
