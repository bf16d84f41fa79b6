"""A readable summary of the built marts, for the terminal.

python scripts/summary.py
"""

import os
from pathlib import Path

import duckdb
import yaml
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from resources import settings

ROOT = Path(__file__).resolve().parent.parent

COUNTS = """
select
    (select coalesce(sum(landed_count), 0) from marts.fct_loads) as landed,
    (select coalesce(sum(duplicate_count), 0) from marts.fct_loads) as duplicate,
    (select coalesce(sum(rejected_count), 0) from marts.fct_loads) as rejected,
    (select coalesce(sum(left_out_count), 0) from marts.fct_loads) as left_out,
    (select count(*) from marts.fct_sessions where not is_bot) as sessions,
    (select count(*) from marts.fct_sessions where is_bot) as bot_sessions,
    (select count(*) from marts.dim_persons) as persons,
    (select count(*) from marts.dim_persons where is_identified) as identified
"""

CONVERSIONS = """
select conversion_types.reporting_name, count(conversion_id), sum(reporting_amount), count_if(touch_count = 0)
from seeds.conversion_types left join marts.fct_conversions using (conversion_type)
group by all order by count(conversion_id) desc
"""

# A few methods fit a terminal; the others are in the mart.
METHODS = ["first_touch", "last_touch", "last_non_direct", "linear", "position_based", "time_decay_7d"]

CREDITS = """
select channel, method, sum(purchase_credits + won_credits), sum(revenue_amount)
from marts.fct_channel_performance
where date_basis = 'conversion_date'
group by all
having sum(purchase_credits + won_credits) > 0 or sum(revenue_amount) != 0
"""

SPEND = """
select sum(spend_amount), coalesce(sum(spend_amount) filter (matched_by is null), 0) from marts.fct_ad_spend
"""


def database_path():
    return os.environ.get("TOUCHSTONE_DATABASE", "touchstone.duckdb")


def print_channels(console, title, cells, form):
    """A row per channel, a column per method, the largest by linear first; cells: {(channel, method): number}."""
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE, pad_edge=False)
    table.add_column("channel", no_wrap=True)
    for method in METHODS:
        table.add_column(method.replace("_", " "), justify="right", max_width=9)
    for channel in sorted({channel for channel, _ in cells}, key=lambda channel: -cells.get((channel, "linear"), 0)):
        table.add_row(channel, *(form.format(cells.get((channel, method), 0)) for method in METHODS))
    totals = [sum(value for (_, of), value in cells.items() if of == method) for method in METHODS]
    table.add_row("all", *map(form.format, totals), style="bold")
    console.print(table)


def reporting_currency():
    return yaml.safe_load((ROOT / "dbt_project.yml").read_text())["vars"]["reporting_currency"]


def print_credits(console, connection, currency):
    """Attributed revenue and credits of all sales, channels by methods. A method divides the types that list it."""
    rows = connection.execute(CREDITS).fetchall()
    if not rows:
        console.print("\nNo sale has been landed yet, so no revenue is attributed.")
        return
    amounts = {(channel, method): float(amount or 0) / 1000 for channel, method, _, amount in rows}
    credits = {(channel, method): float(credit or 0) for channel, method, credit, _ in rows}
    print_channels(
        console,
        f"Attributed revenue, refunds and credit notes taken off, thousand {currency}",
        amounts,
        "{:,.1f}",
    )
    print_channels(console, "Credits, in purchases and won opportunities", credits, "{:,.1f}")


def print_summary(console):
    currency = reporting_currency()
    database = ROOT / database_path()
    with duckdb.connect(database, read_only=True, config=settings(database)) as connection:
        landed, duplicate, rejected, left_out, sessions, bots, persons, identified = connection.execute(
            COUNTS
        ).fetchone()
        accepted = landed - duplicate - rejected - left_out
        console.print(
            f"\nPage views  {landed:,} landed = {accepted:,} accepted + {duplicate:,} duplicate + {rejected:,} rejected"
            + (f" + {left_out:,} left out" if left_out else "")
        )
        console.print(f"Sessions    {sessions:,} of people, {bots:,} of known bots")
        console.print(f"Persons     {persons:,}, of whom {identified:,} are identified")
        for name, count, amount, unattributed in connection.execute(CONVERSIONS).fetchall():
            money = f", {amount:,.2f} {currency}" if amount else ""
            console.print(
                f"{name:<22}{count:>8,}{money}" + (f"   ({unattributed:,} without any touch)" if unattributed else "")
            )
        spend, unmatched = connection.execute(SPEND).fetchone()
        if spend:
            console.print(
                f"Ad spend    {spend:,.2f} {currency}"
                + (f", of which no touch answers to {unmatched:,.2f}" if unmatched else "")
            )
        print_credits(console, connection, currency)


if __name__ == "__main__":
    print_summary(Console())
