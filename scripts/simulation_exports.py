"""Which file a record lands in: exports at two times where records change, one file a month where they do not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

import simulation_company as company
import simulation_files as files
import simulation_records as records

SNAPSHOTS = [
    "users",
    "crm_leads",
    "crm_contacts",
    "crm_accounts",
    "crm_opportunities",
    "crm_opportunity_contact_roles",
]
TIME_COLUMN = {
    "identifies": "received_at",
    "tracked_events": "received_at",
    "purchases": "purchased_at",
    "crm_opportunity_history": "changed_at",
    "crm_campaign_responses": "responded_at",
    "email_clicks": "clicked_at",
    "app_installs": "installed_at",
    "ad_spend": "spend_date",
}
NDJSON_TABLES = ["identifies", "tracked_events", "email_clicks"]


def with_values(table: pa.Table, mask: pa.Array, values: dict) -> pa.Table:
    """The table with columns replaced where the mask is true."""
    for name, value in values.items():
        kind = table.schema.field(name).type
        value = value if isinstance(value, (pa.Array, pa.ChunkedArray)) else pa.scalar(value, kind)
        table = table.set_column(table.column_names.index(name), name, pc.if_else(mask, value, table[name]))
    return table


def as_of(name: str, table: pa.Table, history: pa.Table, cut: int) -> pa.Table:
    """A table as an export at `cut` (ms) had it: later records are missing and later changes unknown."""
    time = pa.scalar(cut, records.TIME)
    table = table.filter(pc.less(table["created_at"], time))
    changed = pc.greater_equal(table["updated_at"], time)
    merges = [column for column in table.column_names if column.startswith("merged_into_")]
    table = with_values(table, changed, dict.fromkeys(merges))
    if name == "users":
        table = with_values(table, changed, {"plan": "free"})
    if name == "crm_leads":
        unknown = [column for column in table.column_names if column.startswith("converted_")]
        table = with_values(table, changed, dict.fromkeys(unknown) | {"status": "Working"})
    if name == "crm_opportunities":
        known = history.filter(pc.less(history["changed_at"], time)).sort_by(
            [("opportunity_id", "ascending"), ("changed_at", "ascending")]
        )
        last = known.group_by("opportunity_id", use_threads=False).aggregate(
            [("stage_name", "last"), ("amount", "last"), ("changed_at", "last")]
        )
        place = pc.index_in(table["opportunity_id"], last["opportunity_id"])
        then = {column: last[f"{column}_last"].take(place) for column in ("stage_name", "amount")}
        then["updated_at"] = last["changed_at_last"].take(place)
        then["is_closed"] = pc.starts_with(then["stage_name"], "Closed")
        then["is_won"] = pc.equal(then["stage_name"], "Closed Won")
        then["closed_at"] = pc.if_else(then["is_closed"], then["updated_at"], pa.scalar(None, records.TIME))
        return with_values(table, changed, then)
    return with_values(table, changed, {"updated_at": table["created_at"]})


def months(column: pa.ChunkedArray) -> np.ndarray:
    """Month of each value, datetime64[M]."""
    return column.to_numpy().astype("datetime64[M]")


def with_later_names(restated: pa.Table, part: pa.Table) -> pa.Table:
    """Restated days carry a campaign's name as it was when they were asked for again: the last of that month."""
    names = part.group_by("campaign_id", use_threads=False).aggregate([("campaign_name", "last")])
    name = names["campaign_name_last"].take(pc.index_in(restated["campaign_id"], names["campaign_id"]))
    is_known = pc.and_(pc.is_valid(restated["campaign_id"]), pc.is_valid(name))
    return with_values(restated, is_known, {"campaign_name": name})


def write_by_month(name: str, table: pa.Table, folder: Path) -> None:
    """Rows in files by month. Ad reports repeat the last days of the month before, with the cost restated."""
    month_of_row = months(table[TIME_COLUMN[name]])
    previous = table.slice(0, 0)
    for month in np.unique(month_of_row):
        part = table.filter(pa.array(month_of_row == month))
        rows = part
        if name == "ad_spend":
            restated = previous.filter(pc.greater_equal(pc.day(previous["spend_date"]), 29))
            cost = pc.round(pc.multiply(restated["cost"], 1.01), 2)
            restated = restated.set_column(restated.num_columns - 1, "cost", cost)
            rows = pa.concat_tables([with_later_names(restated, part), part])
            previous = part
        is_ndjson = name in NDJSON_TABLES
        path = folder / f"{name}-{month}.{'ndjson' if is_ndjson else 'csv'}"
        (files.write_ndjson if is_ndjson else files.write_csv)(rows, path)


def write_records(out: Path, tables: dict[str, pa.Table], report) -> None:
    """Every table but page_views."""
    for name, fields in records.TABLES.items():
        folder = files.fresh_folder(out / name)
        table = tables.get(name, records.as_table(name, []))
        key = next(iter(fields))
        if name in SNAPSHOTS:
            table = table.sort_by([("created_at", "ascending"), (key, "ascending")])
            early = as_of(name, table, tables["crm_opportunity_history"], company.MID_EXPORT)
            files.write_csv(early, folder / f"{name}-2026-04-01.csv")
            files.write_csv(table, folder / f"{name}-2026-08-01.csv")
        elif name in TIME_COLUMN:
            order = [TIME_COLUMN[name], key, *[c for c in ("campaign_id",) if c in fields]]
            write_by_month(name, table.sort_by([(column, "ascending") for column in dict.fromkeys(order)]), folder)
        else:
            files.write_csv(table, folder / f"{name}.csv")
        report(f"{name:32} {len(table):>12,} records")
