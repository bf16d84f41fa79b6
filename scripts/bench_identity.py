"""How long identity takes on many links and how much memory, against scipy's bare connected components.

    python scripts/bench_identity.py 5000000 --memory-limit 1GB

Builds the project empty in a database of its own and fills in N links between visitors and users, and a visit before
each visitor's first link. Two shapes: `people`, persons of 1 to 12 identifiers and some of ten thousand, a sixth of the
links seen twice; and `chain`, one chain through all identifiers in which each link leads to an older person, the worst
case. Then, each in a process of its own: dbt runs all identity models from links to marts; dbt runs the Python model
alone; the same numbers go into connected_components. Seconds are of the models or the bare work, without starting up;
memory is the peak of the whole process (Linux only), DuckDB's part of which --memory-limit bounds.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[1]
PYTHON_MODEL = "int_nodes_merged"
MODELS = [
    "int_identity_edges", "int_identifiers_seen", "int_identifiers_ownerless", "int_identifiers_unlinkable",
    "int_edges_judged", "int_edges_numbered", PYTHON_MODEL, "int_nodes_resolved",
    "fct_identity_links", "fct_person_merges",
]  # fmt: skip
SHAPES = {
    "people": """
        with persons as (
            select i as person, case when i % 100000 = 7 then 10000 else 1 + hash(i) % 12 end::bigint as size
            from range(1 + {n} // 4) as series (i)
        ),
        identifiers as (select person, size, unnest(range(1, size)) as place from persons),
        links as (   -- Large persons have two users, and their second identifier is a browser that knows both.
            select person, place, case when size > 6 then hash(person, place) % 2 else 0 end as user_number
            from identifiers
            union select person, place, 0 from identifiers where place = 1
            union select person, place, 1 from identifiers where place = 1 and size > 6
        )
        select
            md5(concat(person, '-', place)) as visitor_id,
            md5(concat('user ', person, '-', user_number)) as user_id,
            unnest(case when hash(place, person) % 6 = 0 then ['sign_in', 'tracked_event'] else ['sign_in'] end)
                as link_source,
            timestamp '2026-01-01' + to_seconds((hash(person, place, user_number) % 15552000)::bigint) as first_seen_at,
            first_seen_at - to_seconds((hash(person, place) % 2592000)::bigint) as visited_at
        from links
        limit {n}
    """,
    "chain": """
        select
            md5(concat('visitor ', (i + 1) // 2)) as visitor_id,
            md5(concat('user ', i // 2)) as user_id,
            'sign_in' as link_source,
            timestamp '2026-01-01' + to_milliseconds(i) as first_seen_at,
            timestamp '2025-12-31' - to_milliseconds(i) as visited_at
        from range({n}) as series (i)
    """,
}
FILL = """
    create temp table links as {shape};
    insert into intermediate.int_visitor_users by name
    select * exclude visited_at, first_seen_at as last_seen_at from links;
    insert into intermediate.int_sessions by name
    select visitor_id as session_id, visitor_id, min(visited_at) as started_at, min(visited_at) as ended_at
    from links group by visitor_id;
"""
PEAK = """
def peak():   # The system's ru_maxrss would still hold what the parent had when it started this process.
    with open('/proc/self/status') as status:
        return next(int(line.split()[1]) for line in status if line.startswith('VmHWM'))
"""
RUN_DBT = (
    PEAK
    + """
import json, sys
from dbt.cli.main import dbtRunner
done = dbtRunner().invoke(['--quiet', *sys.argv[1:]])
assert done.success, done.exception or [result.message for result in done.result]
seconds = {result.node.name: result.execution_time for result in done.result}
print(json.dumps({'seconds': seconds, 'peak': peak()}))
"""
)
RUN_BARE = (
    PEAK
    + """
import duckdb, json, os, time
import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
limit = {'memory_limit': os.environ['TOUCHSTONE_MEMORY_LIMIT']}
with duckdb.connect(os.environ['TOUCHSTONE_DATABASE'], read_only=True, config=limit) as connection:
    started = time.perf_counter()
    query = 'select left_number, right_number from intermediate.int_edges_numbered'
    left, right = connection.sql(query).fetchnumpy().values()
    size = int(max(left.max(), right.max())) + 1
    graph = coo_matrix((np.ones(len(left), dtype=np.int8), (left, right)), shape=(size, size))
    connected_components(graph, directed=False)
    seconds = {'connected_components': time.perf_counter() - started}
print(json.dumps({'seconds': seconds, 'peak': peak()}))
"""
)


def run(code, *arguments, database, memory_limit):
    """Seconds by what was done, and the peak memory in GiB, of a process of its own."""
    settings = {"TOUCHSTONE_DATABASE": str(database), "TOUCHSTONE_MEMORY_LIMIT": memory_limit}
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | settings, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    answer = json.loads(done.stdout.splitlines()[-1])
    return answer["seconds"], answer["peak"] / 2**20


def build_empty(folder, database, outputs, memory_limit):
    """The project without any data: raw tables, seeds, models."""
    (folder / "identifies").mkdir()
    (folder / "identifies/none.ndjson").write_text("")
    land = [sys.executable, ROOT / "scripts/land.py", "--database", database, folder / "identifies"]
    subprocess.run(land, cwd=ROOT, check=True, capture_output=True)
    for step in ("seed", "run"):
        run(RUN_DBT, step, *outputs, database=database, memory_limit=memory_limit)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("n", type=int, nargs="?", default=1_000_000, help="number of links (1000000)")
    parser.add_argument("--memory-limit", default="1GB", help="DuckDB's part of the memory (1GB)")
    parser.add_argument("--shapes", nargs="+", choices=SHAPES, default=list(SHAPES))
    arguments = parser.parse_args()
    limit = arguments.memory_limit
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        empty, database = folder / "empty.duckdb", folder / "bench.duckdb"
        outputs = ["--target-path", str(folder / "target"), "--log-path", str(folder / "logs")]
        build_empty(folder, empty, outputs, limit)
        for shape in arguments.shapes:
            shutil.copy(empty, database)
            with duckdb.connect(str(database)) as connection:
                connection.execute(FILL.format(shape=SHAPES[shape].format(n=arguments.n)))
            select = ["run", *outputs, "--select"]
            all_seconds, all_peak = run(RUN_DBT, *select, *MODELS, database=database, memory_limit=limit)
            own_seconds, own_peak = run(RUN_DBT, *select, PYTHON_MODEL, database=database, memory_limit=limit)
            bare_seconds, bare_peak = run(RUN_BARE, database=database, memory_limit=limit)
            with duckdb.connect(str(database), read_only=True) as connection:
                count = "select count(*), count(distinct root_node) from intermediate.int_nodes_resolved"
                nodes, persons = connection.execute(count).fetchone()
            own, bare = sum(own_seconds.values()), sum(bare_seconds.values())
            print(f"{shape}: {arguments.n:,} links, {nodes:,} identifiers, {persons:,} persons")
            print(f"  Python model {own:.1f} s, {own_peak:.2f} GiB; {own / bare:.1f} times connected_components")
            print(f"  connected_components {bare:.1f} s, {bare_peak:.2f} GiB")
            print(f"  all models {sum(all_seconds.values()):.1f} s, {all_peak:.2f} GiB:", end=" ")
            print(", ".join(f"{model} {all_seconds[model]:.1f} s" for model in MODELS))


if __name__ == "__main__":
    main()
