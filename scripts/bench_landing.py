"""How long landing takes against DuckDB's bare read of the same file, as a ratio.

    python scripts/bench_landing.py 10000000 --repeat 3

Makes N page views (vectorised), then for Parquet and NDJSON in turn: `create table as select * from read_...` into a
fresh database, and land.py into another fresh one, each from opening the database to closing it, with DuckDB's own
number of threads. Both are tried --repeat times, one after the other; ratios are of the fastest of each. The bar is 2.
"""

import argparse
import contextlib
import io
import tempfile
import time
from pathlib import Path

import duckdb

from land import main as land

PAGE_VIEWS = """
select
    md5(i::varchar) as event_id,
    'a' || (hash(i) % (1 + {n} // 5)) as anonymous_id,
    case when i % 10 = 0 then 'u' || (hash(i) % 50000) end as user_id,
    timestamp '2026-01-01' + to_milliseconds(i * 700) as event_at,
    timestamp '2026-01-01' + to_milliseconds(i * 700 + 150) as sent_at,
    timestamp '2026-01-01' + to_milliseconds(i * 700 + 400) as received_at,
    'https://www.example.com/blog/post-' || (hash(i) % 500) || case when i % 4 = 0
        then '?utm_source=google&utm_medium=cpc&utm_campaign=c' || (i % 40) || '&gclid=' || md5('g' || i)
        else '' end as page_url,
    'Post ' || (hash(i) % 500) as page_title,
    case i % 3 when 0 then 'https://www.google.com/' when 1 then 'https://www.example.com/blog/' end as referrer,
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/1' || (i % 30)
        || '.0.0.0 Safari/537.36' as user_agent,
    '10.' || (i % 250) || '.' || (i % 37) || '.1' as ip_address,
    case when i % 5 = 0 then 'granted' end as consent,
    case when i % 4 = 0 then '{{"utm_source":"google","click_ids":{{"gclid":"' || md5('g' || i) || '"}}}}' end
        as first_touch,
    cast(null as varchar) as last_touch
from range({n}) as series (i)
"""


def seconds(action, *arguments):
    started = time.perf_counter()
    action(*arguments)
    return time.perf_counter() - started


def bare_read(file, database):
    reader = "read_parquet" if file.suffix == ".parquet" else "read_json"
    with duckdb.connect(str(database)) as con:
        con.execute(f"create table page_views as select * from {reader}('{file}')")


def landing(file, database):
    with contextlib.redirect_stdout(io.StringIO()) as said:
        code = land(["--table", "page_views", "--database", str(database), str(file)])
    if code:
        raise SystemExit(said.getvalue())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("n", type=int, nargs="?", default=1_000_000, help="number of page views (1000000)")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--formats", nargs="+", choices=["parquet", "ndjson"], default=["parquet", "ndjson"])
    arguments = parser.parse_args()
    for format_ in arguments.formats:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / f"page_views.{format_}"
            options = "format parquet" if format_ == "parquet" else "format json"
            duckdb.execute(f"copy ({PAGE_VIEWS.format(n=arguments.n)}) to '{file}' ({options})")
            bare, landed = [], []
            for _ in range(arguments.repeat):
                for times, action in ((bare, bare_read), (landed, landing)):
                    with tempfile.TemporaryDirectory() as database:
                        times.append(seconds(action, file, Path(database) / "bench.duckdb"))
            print(
                f"{format_}: {arguments.n:,} page views, bare read {min(bare):.2f} s, landing {min(landed):.2f} s, "
                f"ratio {min(landed) / min(bare):.2f}"
            )


if __name__ == "__main__":
    main()
