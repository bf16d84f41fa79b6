"""How long Markov and Shapley take on many journeys and how much memory, against PyPI's ChannelAttribution.

    python scripts/bench_attribution.py 200000 --repeat 5 --memory-journeys 10000000

Makes N seeded journeys over 18 channels: lengths are geometric, a touch may repeat the one before, and conversion
depends on the channels and on their order. DuckDB counts the distinct paths, as the project does. On these paths, in
turn: the functions of the Python models, and ChannelAttribution's markov_model with its defaults, a new seed each time
(`make bench-attribution` installs it; without it that column stays empty). Seconds are medians of --repeat runs; the
ratio is of the medians. Ours gets the paths in another order each time and must give the same numbers to the last bit.
The difference is the largest, of all channels and runs, between its share of the conversions and ours, as part of ours.

Memory is the peak of a process of its own that runs one Python model, as dbt does, on the paths of --memory-journeys,
and on those of --bootstrap-journeys drawn 200 times, with DuckDB's part held to --memory-limit (Linux only). The
journeys themselves are counted in SQL before.
"""

import argparse
import contextlib
import importlib.util
import io
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pandas as pd
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
CHANNELS = 18
FEW_CHANNELS = 14  # Few enough for exact Shapley values.
ORDERS = (1, 2, 3)
REPLICATES = 200
CHANCE = """
    create or replace macro chance(journey, number) as   -- Even, from 0 to 1; always the same for the same numbers.
    hash(({seed} * 100_000_000 + journey) * 256 + number) / 2**64
"""
PATHS = """
    create or replace table paths as
    with journeys as (
        select i as journey, least(60, 1 + floor(ln(1 - chance(i, 0)) / ln(0.7))::bigint) as length
        from range({journeys}) as series (i)
    ),
    drawn as (   -- One touch in three repeats what was drawn for the one before.
        select journey, list_transform(
            range(1, length + 1),
            lambda place: chance(journey, 2 * (place - (chance(journey, 2 * place + 1) < 1 / 3)::bigint)) ** 1.5
        ) as draws
        from journeys
    ),
    touched as (
        select journey, list_transform(draws, lambda draw: 1 + floor({channels} * draw)::bigint) as channels
        from drawn
    ),
    weighed as (   -- Each third channel helps, and more so where the last touch is a rarer one than the first.
        select
            journey,
            array_to_string(channels, ' ') as path,
            0.01 + 0.03 * len(list_filter(channels, lambda channel: channel % 3 = 0))
                + case when channels[-1] > channels[1] then 0.05 else 0 end as probability
        from touched
    ),
    resampled as (   -- Once in replicate 0, in the others as often as a Poisson variable of mean 1 says.
        select *, case when replicate_number = 0 then 1 else len(list_filter(
            [0.3679, 0.7358, 0.9197, 0.9810, 0.9963, 0.9994],
            lambda bound: hash(journey, replicate_number) / 2**64 >= bound
        )) end as times
        from weighed cross join range({replicates} + 1) as series (replicate_number)
    )
    select
        1 as path_set_number,
        replicate_number,
        path,
        cast(sum(times) as bigint) as journey_count,
        cast(sum(times * (chance(journey, 1) < probability)::int) as bigint) as conversion_count,
        cast(sum(times * (chance(journey, 200) < 0.2)::int) as bigint) as held_out_journey_count,
        cast(sum(times * (chance(journey, 200) < 0.2 and chance(journey, 1) < probability)::int) as bigint)
            as held_out_conversion_count
    from resampled
    where times > 0
    group by all
"""


def load(name):
    """A Python model as a module, without dbt."""
    file = ROOT / f"models/intermediate/attribution/{name}.py"
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


markov, shapley = load("int_removal_effects"), load("int_shapley_values")
MODELS = {
    "int_removal_effects": "Markov, orders 1 to 3",
    "int_shapley_values": f"Shapley, {CHANNELS} channels, drawn",
    "int_markov_orders_scored": "Scores of orders 1 to 4",
}


def make_paths(connection, journeys, channels, seed=7, replicates=0):
    """Seconds to make journeys and count their distinct paths into the table `paths`."""
    connection.execute(CHANCE.format(seed=seed))
    filled = PATHS.format(journeys=journeys, channels=channels, replicates=replicates)
    return timed(connection.execute, filled)[0]


def fetch_paths(connection):
    return connection.sql("select * from paths order by path").df()


def timed(action, *arguments, **named):
    started = time.perf_counter()
    answer = action(*arguments, **named)
    return time.perf_counter() - started, answer


def several(function, paths, repeat, *arguments):
    """Median seconds, the answer, and whether it was the same to the last bit each time, whatever the order of rows."""
    runs = [timed(function, paths.sample(frac=1, random_state=run), *arguments) for run in range(repeat)]
    answers = [answer for _, answer in runs]
    return statistics.median(seconds for seconds, _ in runs), answers[0], all(map(answers[0].equals, answers))


def find_peer():
    """ChannelAttribution's markov_model, if it is installed. It prints an advertisement when it is imported."""
    if importlib.util.find_spec("ChannelAttribution") is None:
        return None
    with contextlib.redirect_stdout(io.StringIO()):
        from ChannelAttribution import markov_model
    return markov_model


def with_peer(markov_model, paths, repeat, order):
    """Median seconds of markov_model and its answers, one for each seed. Only messages differ from its defaults."""
    data = pd.DataFrame(
        {
            "path": paths["path"].str.replace(" ", ">"),
            "conversions": paths["conversion_count"],
            "nulls": paths["journey_count"] - paths["conversion_count"],
        }
    )
    quiet = {"verbose": False, "flg_pro": False}
    columns = ("path", "conversions")
    runs = [
        timed(markov_model, data, *columns, var_null="nulls", order=order, seed=1 + run, **quiet)
        for run in range(repeat)
    ]
    return statistics.median(seconds for seconds, _ in runs), [answer for _, answer in runs]


def difference(effects, answer):
    """The largest difference between the peer's shares of the conversions and ours, as part of ours."""
    ours = effects.set_index("state_number")["effect"]
    theirs = answer.assign(state_number=answer["channel_name"].astype(int)).set_index("state_number")
    theirs = theirs["total_conversions"].reindex(ours.index, fill_value=0.0)
    ours, theirs = ours / ours.sum(), theirs / theirs.sum()
    return float(((theirs - ours).abs()[ours > 0] / ours[ours > 0]).max())


def measured(connection, journeys, repeat, peer=None):
    """Rows of seconds: what was done, on how many distinct paths, ours, same each time, the peer's, its difference."""
    rows = []
    make_paths(connection, journeys, CHANNELS)
    paths = fetch_paths(connection)
    for order in ORDERS:
        seconds, effects, is_same = several(markov.removal_effects, paths, repeat, order)
        row = {"done": f"Markov, order {order}", "paths": len(paths), "seconds": seconds, "is_same": is_same}
        if peer:
            row["peer_seconds"], answers = with_peer(peer, paths, repeat, order)
            row["difference"] = max(difference(effects, answer) for answer in answers)
        rows.append(row)
    for channels in (FEW_CHANNELS, CHANNELS):
        make_paths(connection, journeys, channels)
        paths = fetch_paths(connection)
        seconds, _, is_same = several(shapley.shapley_values, paths, repeat)
        how = "exact" if channels <= shapley.EXACT_LIMIT else "drawn"
        done = f"Shapley, {channels} channels, {how}"
        rows.append({"done": done, "paths": len(paths), "seconds": seconds, "is_same": is_same})
    return rows


def run_model(database, name, replicates, memory_limit):
    """Seconds and peak GiB of this process when a Python model runs on the paths of a database as dbt runs it."""
    orders = ORDERS if name == "int_removal_effects" else (1,)
    family = "shapley" if name == "int_shapley_values" else "markov"
    chains = pd.DataFrame({"chain_number": orders, "markov_order": orders})
    chains = chains.assign(path_set_number=1, bootstrap_replicates=replicates, random_seed=7, family=family)
    with duckdb.connect(database, read_only=True, config={"memory_limit": memory_limit}) as connection:
        relations = {
            "int_journeys_aggregated_to_paths": connection.table("paths"),
            "int_chains": connection.from_df(chains),
        }
        dbt = SimpleNamespace(ref=relations.get, config=lambda **settings: None)
        seconds, found = timed(load(name).model, dbt, connection)
    # The system's ru_maxrss would still hold what the parent had when it started this process.
    status = Path("/proc/self/status").read_text()
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    return {"seconds": seconds, "peak": peak / 2**20, "rows": len(found)}


def measured_memory(journeys, memory_limit, replicates=0, models=tuple(MODELS)):
    """Seconds and memory of Python models at so many journeys, and the number of rows that they read."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "paths.duckdb"
        with duckdb.connect(str(database), config={"memory_limit": "2GB"}) as connection:
            seconds = make_paths(connection, journeys, CHANNELS, replicates=replicates)
            (count,) = connection.execute("select count(*) from paths").fetchone()
        rows = []
        for name in models:
            command = [sys.executable, __file__, "--model", name, str(database), str(replicates)]
            command += ["--memory-limit", memory_limit]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            rows.append({"model": name, **json.loads(done.stdout)})
    return seconds, count, rows


def show(rows, console):
    table = Table("", "distinct paths", "seconds", "same each time", "ChannelAttribution", "ratio", "its difference")
    for row in rows:
        theirs = row.get("peer_seconds")
        table.add_row(
            row["done"],
            f"{row['paths']:,}",
            f"{row['seconds']:.3f}",
            "yes" if row["is_same"] else "NO",
            f"{theirs:.2f}" if theirs else "",
            f"{theirs / row['seconds']:.0f}" if theirs else "",
            f"{row['difference']:.1%}" if theirs else "",
        )
    console.print(table)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("n", type=int, nargs="?", default=200_000, help="number of journeys; 0: only memory (200000)")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--memory-journeys", type=int, default=10_000_000, help="0: do not measure memory (10000000)")
    parser.add_argument(
        "--bootstrap-journeys", type=int, default=50_000, help=f"drawn {REPLICATES} times; 0: none (50000)"
    )
    parser.add_argument("--memory-limit", default="512MB", help="DuckDB's part of the memory (512MB)")
    parser.add_argument("--model", nargs=3, metavar=("NAME", "DATABASE", "REPLICATES"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.model:
        name, database, replicates = arguments.model
        print(json.dumps(run_model(database, name, int(replicates), arguments.memory_limit)))
        return
    console, peer = Console(), find_peer()
    if arguments.n:
        if not peer:
            console.print("ChannelAttribution is not installed: `make bench-attribution` installs it. Without it:")
        console.print(f"{arguments.n:,} journeys, medians of {arguments.repeat} runs")
        with duckdb.connect() as connection:
            show(measured(connection, arguments.n, arguments.repeat, peer), console)
    for journeys, replicates in ((arguments.memory_journeys, 0), (arguments.bootstrap_journeys, REPLICATES)):
        if not journeys:
            continue
        models = MODELS if not replicates else list(MODELS)[:2]  # Orders are not scored on what was drawn again.
        seconds, count, rows = measured_memory(journeys, arguments.memory_limit, replicates, models)
        said = f"{journeys:,} journeys{f', drawn {replicates} times' if replicates else ''}, made and counted in SQL"
        console.print(f"{said} in {seconds:.0f} s: {count:,} rows of paths, DuckDB held to {arguments.memory_limit}")
        table = Table("", "seconds", "peak memory")
        for row in rows:
            table.add_row(MODELS[row["model"]], f"{row['seconds']:.0f}", f"{row['peak']:.2f} GiB")
        console.print(table)


if __name__ == "__main__":
    main()
