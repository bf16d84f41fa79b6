"""The bench of the whole path: its split of a world, its bars, its page. What it measures is not tried here."""

import sys
from datetime import datetime, timedelta

import duckdb
import pytest

import bench
import bench_process
import bench_report
import bench_world

PAGE_VIEWS = 40_000
# Each page view has a URL of its own. Some have no event id, some no time of receipt, some repeat the one before.
SIMULATED = """
    select
        case when i % 500 = 3 then null when i % 900 = 5 then 'e' || (i - 1) else 'e' || i end as event_id,
        'a' || i % 3000 as anonymous_id,
        received_at - to_milliseconds(60000 + lag) as event_at,
        case when i % 700 <> 9 then received_at - to_milliseconds(lag) end as sent_at,
        case when i % 700 <> 9 then received_at end as received_at,
        'https://www.example.com/' || i as page_url
    from (
        select
            i, (hash(i) % 5000)::bigint as lag,
            timestamp '2026-05-01' + to_microseconds((i * 194 + hash(i) % 100)::bigint * 1000000) as received_at
        from range(41000) as series (i)
    )
"""


# ---- The split -----------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def split(tmp_path_factory):
    """A made-up world in two files, and its split, in a database."""
    folder = tmp_path_factory.mktemp("bench")
    source = folder / "simulated"
    source.mkdir()
    with duckdb.connect() as connection, pytest.MonkeyPatch.context() as patch:
        patch.setattr(bench_world, "DUPLICATE_SHARE", 0.02)
        connection.execute(f"create table simulated as {SIMULATED}")
        for file, condition in (
            ("a", "received_at < '2026-06-15'"),
            ("b", "not coalesce(received_at < '2026-06-15', false)"),
        ):
            connection.execute(f"copy (from simulated where {condition}) to '{source}/{file}.parquet'")
        found = bench_world.split_page_views(source, folder, PAGE_VIEWS)
        for part in bench_world.PARTS:
            connection.execute(f"create table {part} as from '{folder}/{part}/page_views/*.parquet'")
        connection.execute("""
            create table loaded as
            select loads.*, was.received_at as was_received_at, was.sent_at as was_sent_at, was.event_at as was_event_at
            from (select *, 'day' as part from day union all select *, 'day_fixed' from day_fixed) as loads
            inner join simulated as was using (page_url)
        """)
        yield connection, found


def query(connection, sql):
    return connection.execute(sql).fetchall()


def test_the_split_loses_nothing_and_adds_only_the_repeats(split):
    connection, found = split
    assert found["rows"] == {"base": 41_000 - 2 * 400, "day": 408, "day_fixed": 408}
    for part, count in found["rows"].items():
        assert query(connection, f"select count(*) from {part}") == [(count,)]
    both = "select page_url, 1 as place from base union all select page_url, 2 from loaded"
    assert query(connection, f"from (select page_url from simulated) except all (select page_url from ({both}))") == []
    twice = f"select list(place order by place) from ({both}) group by page_url having count(*) > 1"
    assert query(connection, twice) == [([1, 2],)] * 16


def test_what_was_there_before_is_as_it_was_simulated(split):
    connection, _ = split
    assert query(connection, "from base except all from simulated") == []


def test_a_tenth_of_a_load_is_late_by_no_more_than_the_days(split):
    connection, found = split
    for part in ("day", "day_fixed"):
        begins = datetime.fromisoformat(found["begins"][part])
        late = query(connection, f"""
            select event_at + (received_at - sent_at), received_at - sent_at = was_received_at - was_sent_at
            from loaded anti join base using (page_url)
            where part = '{part}' and received_at is distinct from was_received_at
        """)  # fmt: skip
        assert len(late) == 40
        assert all(begins - timedelta(days=14) <= happened < begins and same_lag for happened, same_lag in late)
    assert query(connection, "select count(*) from loaded where event_at is distinct from was_event_at") == [(0,)]


def test_a_load_is_received_after_its_cut_off_and_nothing_before(split):
    connection, found = split
    first, second = found["begins"]["day"], found["begins"]["day_fixed"]
    assert query(connection, f"select count(*) from base where received_at >= '{first}'") == [(0,)]
    assert query(connection, f"select min(received_at) = '{first}', max(received_at) < '{second}' from day") == [
        (True, True)
    ]
    assert query(connection, f"select min(received_at) = '{second}' from day_fixed") == [(True,)]


def test_repeats_are_of_recent_events_with_an_id(split):
    connection, found = split
    repeats = query(connection, f"""
        select part, count(*), min(was_received_at) >= timestamp '{found["begins"]["day"]}' - interval 14 day,
            count(event_id), bool_and(received_at > was_received_at)
        from loaded semi join base using (page_url) group by part order by part
    """)  # fmt: skip
    assert repeats == [("day", 8, True, 8, True), ("day_fixed", 8, True, 8, True)]


def test_other_records_go_by_their_own_time_line_by_line(tmp_path):
    files = {
        "identifies/identifies.ndjson": [
            '{"event_id":"a","received_at":"2026-07-01T00:00:01.5Z"}',
            '{"event_id":"b","received_at":"2026-07-10T00:00:00Z"}',
            '{"event_id":"c","received_at":null}',
        ],
        "users/users.csv": [
            "user_id,name,updated_at",
            '1,"a, b",2026-07-09 23:59:59',
            "2,c,2026-07-12 00:00:00",
            "3,,",
        ],
        "ad_spend/ad_spend.csv": ["spend_date,cost", "2026-07-10,1", "2026-07-11,2"],
    }
    for name, lines in files.items():
        (tmp_path / "simulated" / name).parent.mkdir(parents=True)
        (tmp_path / "simulated" / name).write_text("\n".join(lines) + "\n")
    begins = {"day": "2026-07-10 00:00:00.25", "day_fixed": "2026-07-12 00:00:00"}
    counts = bench_world.split_records(tmp_path / "simulated", tmp_path, begins)
    assert counts == {"base": 5, "day": 2, "day_fixed": 1}
    users = {part: tmp_path / part / "users/users.csv" for part in bench_world.PARTS}
    assert users["base"].read_text().splitlines() == [files["users/users.csv"][i] for i in (0, 1, 3)]
    assert users["day_fixed"].read_text().splitlines() == [files["users/users.csv"][i] for i in (0, 2)]
    assert not users["day"].exists()
    assert (tmp_path / "day/identifies/identifies.ndjson").read_text() == files["identifies/identifies.ndjson"][
        1
    ] + "\n"
    assert (tmp_path / "base/ad_spend/ad_spend.csv").read_text().splitlines() == ["spend_date,cost", "2026-07-10,1"]


def test_the_load_of_fixed_size_is_the_same_from_ten_million_on():
    assert [bench_world.loads(n)["day_fixed"].events for n in (20_000, 10**7, 10**8)] == [200, 100_000, 100_000]
    assert bench_world.loads(10**8)["day"].events == 10**6


def test_too_small_a_disk_is_said_before_anything_is_made(tmp_path, monkeypatch):
    monkeypatch.setattr(bench.shutil, "disk_usage", lambda folder: bench.shutil._ntuple_diskusage(0, 0, 10**9))
    monkeypatch.setattr(bench, "disk_by_page_view", lambda: {"world": 100, "full": 900})
    monkeypatch.setattr(sys, "argv", ["bench.py", "10000000", "--no-docs", "--folder", str(tmp_path)])
    with pytest.raises(bench.BenchError, match=r"Up to 12\.0 GB more disk needed, 1 GB free"):
        bench.Bench(bench.read_arguments(), print).check_disk()
    assert bench.main() == 1
    assert not any((tmp_path / "10000000").glob("*"))


# ---- Processes -----------------------------------------------------------------------------------------------------
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory and bytes are read from /proc")
def test_memory_and_bytes_are_those_of_the_process_itself(tmp_path):
    ballast = b"x" * (300 << 20)  # What this process has is not the other's.
    code = (
        "import time; block = b'x' * (120 << 20); open('/dev/null', 'wb').write(block); time.sleep(0.3); print('said')"
    )
    said = []
    took, exit_code, _ = bench_process.run([sys.executable, "-c", code], tmp_path / "none.duckdb", "1GB", said.append)
    del ballast
    assert exit_code == 0 and said == ["said"]
    assert 0.117 < took["peak_gib"] < 0.2
    assert 120 << 20 <= took["wchar"] < 125 << 20
    assert 0.3 < took["seconds"] < 30


def test_a_floor_that_fails_says_why_and_how_to_go_on_without_it(tmp_path):
    with pytest.raises(bench_process.BenchError, match=r"(?s)--skip floor.*does not exist") as failed:
        bench_process.floor(tmp_path / "none.duckdb", tmp_path / "floor.duckdb", "1GB", 1)
    assert "Traceback" not in str(failed.value)
    assert not list(tmp_path.iterdir())


def test_nodes_that_run_at_once_share_the_time():
    shares = bench_process.shared_seconds({"a": (0, 10), "b": (4, 6), "c": (12, 13)})
    assert shares == {"a": 9, "b": 1, "c": 1}
    nodes = {"a": {"area": "tests"}, "b": {"area": "staging"}, "c": {"area": "tests"}}
    assert bench_process.areas(nodes, shares, 15) == {"tests": 10, "dbt itself": 4, "staging": 1}


def test_the_counts_agree_on_a_built_world(world):
    counts = {name: world.query(sql)[0][0] for name, sql in bench.GUARD.items()}
    assert counts["page views accepted"] == counts["fct_page_views"] == counts["page views in fct_sessions"]
    assert counts["page views landed"] > counts["page views accepted"] > 9000


# ---- Bars and the page ---------------------------------------------------------------------------------------------
def result(base, failed=(), ok=True, load=100_100, **seconds):
    """A made-up result; seconds by step."""
    steps = {
        step: {
            "commit": "abc", "is_dirty": False, "date": "2026-11-23", "memory_limit": "8GB",
            "runs": [{
                "seconds": value, "peak_gib": 7.5, "failed_tests": list(failed), "models": {"int_slow": 9.0},
                "areas": {"tests": 1.0, "intermediate/identity": 2.0, "dbt itself": 0.5},
                "land_seconds": 1.0, "build_seconds": value - 1,
            }],
        }
        for step, value in seconds.items()
    }  # fmt: skip
    parts = {"base": base, "day": base // 100, "day_fixed": load}
    world = {"rows": parts, "late": parts, "duplicates": parts, "bytes": parts}
    machine = {"cores": 2, "processor": "x", "memory_gib": 24, "system": "s", "python": "3", "duckdb": "2", "dbt": "1"}
    guard = {"checks": {"fct_page_views": {"found": base, "expected": base + (not ok), "ok": ok}}}
    return {"steps": steps, "world": world, "machine": machine, "guard": guard}


def states(results):
    return {bar.id: bar.state for bar in bench_report.bars(results)}


def test_bars_that_nothing_was_measured_for_say_so():
    assert set(states({}).values()) == {"not yet measured"}
    assert states({10**7: result(10**7, full=100)})["scaling"] == "not yet measured"


def test_bars_are_met_up_to_their_limit_and_missed_above():
    met = {
        200_000: result(200_000, no_change=20),
        10**6: result(10**6) | {"whole_run_seconds": 300},
        10**7: result(10**7, floor=10, sessions=25, full=50, day_fixed=10),
        10**8: result(10**8, full=650, day=32.5, day_fixed=20),
    }
    assert set(states(met).values()) == {"met"}
    missed = {
        200_000: result(200_000, no_change=20.1),
        10**6: result(10**6) | {"whole_run_seconds": 301},
        10**7: result(10**7, floor=10, sessions=25.1, full=50.1, day_fixed=10),
        10**8: result(10**8, full=652, day=33, day_fixed=20.1),
    }
    for each in missed[10**7], missed[10**8]:
        each["steps"]["full"]["runs"][0]["peak_gib"] = 16.1
    assert set(states(missed).values()) == {"missed"}


def test_the_median_of_the_runs_counts_and_growth_is_of_the_rows():
    middle, large = result(10**7, floor=10, full=50), result(95 * 10**6, full=600)
    middle["steps"]["full"]["runs"] = [{"seconds": value} for value in (90, 50, 40)]
    bars = {bar.id: bar.value for bar in bench_report.bars({10**7: middle, 10**8: large})}
    assert bars["full"] == 5
    assert bars["scaling"] == pytest.approx(12 / 9.5)


def test_a_failed_test_or_a_wrong_count_misses_the_bar_of_the_full_build():
    for trouble in ({"failed": ["assert_x"]}, {"ok": False}):
        results = {10**7: result(10**7, floor=10, full=20, **trouble), 10**8: result(10**8, full=200, **trouble)}
        found = states(results)
        assert (found["full"], found["large"], found["scaling"]) == ("missed", "missed", "met")


def test_loads_of_other_sizes_are_not_compared():
    results = {10**7: result(10**7, day_fixed=10), 10**8: result(10**8, load=100_101, day_fixed=11)}
    assert states(results)["day_fixed"] == "not yet measured"


def test_the_page_puts_sizes_side_by_side_and_keeps_what_people_wrote(tmp_path):
    (tmp_path / "results").mkdir()
    middle = result(10**7, floor=10, sessions=24, full=60, day=30)
    (tmp_path / "results/10000000.json").write_text(bench.json.dumps(middle))
    (tmp_path / "results/1000000.json").write_text(bench.json.dumps(result(10**6, floor=1, sessions=3)))
    (tmp_path / "results/reasons.yml").write_text("full: Tests take half.\n")
    page = tmp_path / "page.md"
    page.write_text(f"before\n{bench_report.BEGIN}\nold\n{bench_report.END}\nafter\n")
    for _ in range(2):  # Writing it again changes nothing.
        bench_report.write_page(page, tmp_path / "results")
    text = page.read_text()
    assert text.startswith("before\n") and text.endswith("\nafter\n") and "old" not in text
    for line in (
        "| stage | 1 million | 10 million |",
        "| the floor: DuckDB alone, sorted copy | 1.0 s | 10.0 s |",
        "| raw to `fct_sessions` | 3.0 s (3.0) | 24 s (2.4) |",
        "|   of it identity | 2.0 s (2.0) | 2.0 s (0.2) |",
        "| 10 million: the full build at most 5 times the floor | 6.00 times | **missed** | Tests take half. |",
        "| 10 million: raw to `fct_sessions` at most 2.5 times the floor | 2.40 times | **met** |  |",
        "| Demo world, 200 thousand: a build with nothing new at most 20 s |  | **not yet measured** |  |",
        "| 10 million | 1% | 100,000 | 100,000 | 100,000 | 1.0 s | 29 s | 50.0% | 100.0% |",
        "| 1 |  | `int_slow` 9.0 s |",
    ):
        assert line in text.splitlines(), line


def test_the_page_is_what_the_results_say():
    results, reasons = bench_report.load_results(), bench_report.load_reasons()
    assert bench_report.markdown(results, reasons) in bench_report.PAGE.read_text()
    assert set(reasons) <= {bar.id for bar in bench_report.bars({})}
