"""The world that the bench lands: simulated once, then split into what is there before and two later loads.

A load is new events received after a cut-off. A tenth of them happened up to 14 days before it and arrive late: they
are sent and received later, by the same delay, so that the clock lag stays. A thousandth more are copies of page views
received before, of the last 14 days, sent and received once more. Every other record goes by its own time.
"""

import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[1]
SEED = 7
SURPLUS = 1.02  # What is simulated for each page view landed at first: two loads of 1% come out of it.
DAY_SHARE, FIXED_EVENTS = 0.01, 100_000
LATE_SHARE, DUPLICATE_SHARE, LATE_DAYS = 0.1, 0.001, 14
PARTS = ("base", "day", "day_fixed")
TIME_COLUMN = {
    "identifies": "received_at",
    "tracked_events": "received_at",
    "purchases": "updated_at",
    "crm_opportunity_history": "changed_at",
    "crm_campaign_responses": "responded_at",
    "email_clicks": "clicked_at",
    "app_installs": "installed_at",
    "ad_spend": "spend_date",
    "exchange_rates": "rate_date",
}
OTHER_TIME_COLUMN = "updated_at"  # Exports of records that change: a load holds those that changed since.


@dataclass(frozen=True)
class Load:
    """How many page views a load is made of."""

    events: int

    @property
    def late(self):
        return round(self.events * LATE_SHARE)

    @property
    def on_time(self):
        return self.events - self.late

    @property
    def duplicates(self):
        return max(1, round(self.events * DUPLICATE_SHARE))


def loads(page_views):
    """The two loads after the base: a hundredth of it, and as many events whatever its size."""
    day = round(page_views * DAY_SHARE)
    return {"day": Load(day), "day_fixed": Load(min(FIXED_EVENTS, day))}


def fingerprint():
    """Changes with the programs that make the world."""
    digest = hashlib.sha256()
    for file in [*sorted((ROOT / "scripts").glob("simulat*.py")), Path(__file__)]:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


# Rows are told apart by file and place: an event id may be missing or come twice.
ROWS = "read_parquet({files}, filename = true, file_row_number = true)"
PICKED = """
    create temp table newest as   -- What is received last, the latest load first.
    select
        filename, file_row_number, received_at,
        case when row_number() over (order by received_at desc, filename desc, file_row_number desc) <= {fixed.on_time}
            then 'day_fixed' else 'day' end as part
    from (
        select filename, file_row_number, received_at from {rows}
        where received_at is not null
        order by received_at desc, filename desc, file_row_number desc
        limit {fixed.on_time} + {day.on_time}
    );
    create temp table spans as   -- When each load begins and ends.
    select part, min(received_at) as begins, max(received_at) as ends from newest group by part;
    create temp table drawable as   -- Events of the days before the first load, each seen once, in a drawn order.
    select
        filename, file_row_number, received_at,
        event_at + (received_at - sent_at) as happened_at,
        row_number() over (order by hash(event_id, {seed}), event_id) as place
    from {rows}
    where
        received_at >= (select min(begins) from spans) - interval {late_days} day
        and received_at < (select min(begins) from spans)
        and happened_at between (select min(begins) from spans) - interval {late_days} day and received_at
        and event_id is not null
    qualify count(*) over (partition by event_id) = 1;
    create temp table drawn as
    with recent as (   -- The fixed load begins later, so less is recent to it; it draws first.
        select
            *,
            happened_at >= (select begins from spans where part = 'day_fixed') - interval {late_days} day as is_recent
        from drawable
    ),
    ordered as (
        select *, row_number() over (order by is_recent desc, place) as turn from recent
    )
    select
        * exclude (place, turn, is_recent),
        turn > {fixed.late} + {day.late} as is_copy,
        case when turn <= {fixed.late} or turn > {fixed.late} + {day.late} + {day.duplicates}
            then 'day_fixed' else 'day' end as part
    from ordered
    where turn <= {fixed.late} + {day.late} + {day.duplicates} + {fixed.duplicates};
"""
TAKEN = """
    (
        select
            rows.* exclude (filename, file_row_number),
            rows.filename as taken_from,
            rows.file_row_number as taken_row
        from {rows} as rows inner join newest using (filename, file_row_number)
        where newest.part = '{part}'
        union all by name
        select
            rows.* exclude (filename, file_row_number) replace (
                rows.received_at + delay as received_at, rows.sent_at + delay as sent_at
            ),
            rows.filename as taken_from,
            rows.file_row_number as taken_row
        from {rows} as rows
        inner join (
            select
                *, begins - received_at + (ends - begins) * (hash(filename, file_row_number) / 2**64) as delay
            from drawn inner join spans using (part)
        ) as delayed using (filename, file_row_number)
        where delayed.part = '{part}'
    )
"""


def split_page_views(source, folder, page_views, keep=False, seed=SEED):
    """Split the files of page views in `source` to <part>/page_views below `folder`; returns rows and cut-offs.

    Files that lose no row are moved, or linked to where they are kept.
    """
    wanted, files = loads(page_views), sorted(source.glob("*.parquet"))
    day, fixed = wanted["day"], wanted["day_fixed"]
    for part in PARTS:
        (folder / part / "page_views").mkdir(parents=True)
    settings = {"temp_directory": str(folder / "split.tmp"), "memory_limit": "4GB"}
    with duckdb.connect(config=settings) as connection:
        connection.execute(
            PICKED.format(
                rows=ROWS.format(files=list(map(str, files))), day=day, fixed=fixed, seed=seed, late_days=LATE_DAYS
            )
        )
        (found,) = connection.execute("select count(*) from drawn").fetchone()
        if found < day.late + fixed.late + day.duplicates + fixed.duplicates:
            raise SystemExit(f"{source} holds too few page views of the {LATE_DAYS} days before the first load.")
        touched = connection.execute(
            "select filename from newest union select filename from drawn order by all"
        ).fetchall()
        counts, rows = {}, ROWS.format(files=[name for (name,) in touched])
        for part in PARTS[1:]:
            target = folder / part / "page_views" / f"page_views-{part}.parquet"
            taken = TAKEN.format(rows=rows, part=part)
            select = (
                f"select * exclude (taken_from, taken_row) from {taken} order by received_at, taken_from, taken_row"
            )
            copied = connection.execute(f"copy ({select}) to '{target}' (format parquet, compression zstd)")
            counts[part] = copied.fetchone()[0]
        connection.execute("""
            create temp table leaving as
            select filename, file_row_number from newest
            union all select filename, file_row_number from drawn where not is_copy
        """)
        losing = {Path(name).name for (name,) in connection.execute("select distinct filename from leaving").fetchall()}
        counts["base"] = 0
        for file in files:
            target = folder / "base" / "page_views" / file.name
            if file.name in losing:
                left = f"""
                    select * exclude (filename, file_row_number)
                    from {ROWS.format(files=[str(file)])}
                    anti join leaving using (filename, file_row_number)
                """
                connection.execute(f"copy ({left}) to '{target}' (format parquet, compression zstd)")
            move(file, target, keep or file.name in losing)
            counts["base"] += connection.execute(f"select count(*) from '{target}'").fetchone()[0]
        begins = dict(connection.execute("select part, cast(begins as varchar) from spans").fetchall())
    return {"rows": counts, "begins": begins}


def move(file, target, keep):
    """Bring a file to a place that may hold it already."""
    if keep and not target.exists():
        os.link(file, target)
    elif not keep:
        file.rename(target)


def told_times(file, column):
    """Lines of a CSV or NDJSON file as they are, each with its time as `2026-07-01 20:08:54`; a header has None."""
    with file.open(encoding="utf-8", newline="") as lines:
        place = None
        if file.suffix == ".csv":
            header = next(lines)
            place = next(csv.reader([header])).index(column)
            yield header, None
        for line in lines:
            value = json.loads(line)[column] if place is None else next(csv.reader([line]))[place]
            yield line, (value or "")[:19].replace("T", " ")


def split_records(source, folder, begins, keep=False):
    """Split the files of every other table by their own time, line by line; returns rows by part."""
    cuts, counts = [begins[part][:19] for part in PARTS[1:]], dict.fromkeys(PARTS, 0)
    for file in sorted(path for path in source.glob("*/*") if path.parent.name != "page_views"):
        table, writers, header = file.parent.name, {}, None
        for line, time in told_times(file, TIME_COLUMN.get(table, OTHER_TIME_COLUMN)):
            if time is None:
                header = line
                continue
            part = PARTS[bisect_right(cuts, time)]
            counts[part] += 1
            if part not in writers:
                target = folder / part / table / file.name
                target.parent.mkdir(parents=True, exist_ok=True)
                writers[part] = target.open("w", encoding="utf-8", newline="")
                writers[part].write(header or "")
            writers[part].write(line)
        for writer in writers.values():
            writer.close()
        if not keep:
            file.unlink()
    return counts


def make(page_views, folder, say, keep=False):
    """The world of so many page views below `folder`, made unless the same programs made it; returns what is in it."""
    description, mark = folder / "world.json", {"page_views": page_views, "seed": SEED, "fingerprint": fingerprint()}
    known = json.loads(description.read_text()) if description.exists() else {}
    if mark.items() <= known.items():
        return known
    description.unlink(missing_ok=True)
    simulated, truth = folder / "simulated", folder / "truth"
    for old in (simulated, truth, *(folder / part for part in PARTS)):
        shutil.rmtree(old, ignore_errors=True)
    command = [sys.executable, ROOT / "scripts/simulate.py", "--page-views", str(round(SURPLUS * page_views))]
    command += ["--seed", str(SEED), "--format", "parquet", "--out", simulated, "--truth", truth]
    with subprocess.Popen(list(map(str, command)), cwd=ROOT, stdout=subprocess.PIPE, text=True) as simulation:
        for line in simulation.stdout:
            say(f"simulating: {line.strip()}" if " groups, " in line else "simulating")
    if simulation.returncode:
        raise SystemExit(f"scripts/simulate.py ended with code {simulation.returncode}.")
    say("splitting")
    if not keep:
        shutil.rmtree(truth)
    world = mark | split_page_views(simulated / "page_views", folder, page_views, keep)
    world["late"] = {part: load.late for part, load in loads(page_views).items()}
    world["duplicates"] = {part: load.duplicates for part, load in loads(page_views).items()}
    world["other_rows"] = split_records(simulated, folder, world["begins"], keep)
    if not keep:
        shutil.rmtree(simulated)
    world["bytes"] = {part: size(folder / part) for part in PARTS}
    description.write_text(json.dumps(world, indent=1))
    return world


def size(path):
    """Bytes of a file, or of all files below a folder."""
    if path.is_file():
        return path.stat().st_size
    return sum(size(file) for file in path.rglob("*") if file.is_file())
