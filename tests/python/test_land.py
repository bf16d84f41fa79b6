"""Landing: every row of every file is landed, rejected with a reason, or left out and counted; each content once."""

import csv
import gzip
import io
import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import land  # noqa: E402
import landing_access_log  # noqa: E402
import landing_files  # noqa: E402
import landing_sources  # noqa: E402
from landing_contract import create_tables, landable, read_contract  # noqa: E402

LOG = ROOT / "tests/fixtures/access_log/combined.log"
SITE = "https://www.example.com"
VIEW = {"event_id": "e1", "anonymous_id": "a1", "event_at": "2026-01-01T00:00:00Z", "page_url": f"{SITE}/"}


@pytest.fixture
def work(tmp_path, monkeypatch):
    """A working folder of its own, with its own database and no salt from outside."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOUCHSTONE_DATABASE", str(tmp_path / "t.duckdb"))
    monkeypatch.delenv("TOUCHSTONE_SALT", raising=False)
    return tmp_path


def zstd(content):
    return pa.Codec("zstd").compress(content, asbytes=True)


def write(name, content):
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return name


def views(*changes, **more):
    """NDJSON of page views, each VIEW with changes; e1, e2, ... unless the change names the event."""
    rows = [VIEW | {"event_id": f"e{i}"} | change | more for i, change in enumerate(changes, start=1)]
    return "".join(json.dumps({k: v for k, v in row.items() if v is not ...}) + "\n" for row in rows)


def query(sql, database="t.duckdb"):
    with duckdb.connect(database, read_only=True) as con:
        con.execute("set TimeZone = 'UTC'")
        return con.execute(sql).fetchall()


def column(name, table="page_views"):
    return [value for (value,) in query(f"select {name} from raw.{table} order by _landed_at, _row_number")]


def rejected():
    return query("select _row_number, reason, original_text from raw._rejected_rows order by _landed_at, _row_number")


def ledger():
    return query(
        "select file_name, table_name, row_count, rejected_count, left_out_count "
        "from raw._landed_files order by _landed_at"
    )


# Contract, tables, finding


def test_every_table_of_the_contract_is_there_after_any_landing(work):
    assert land.main([write("page_views.ndjson", views({}))]) == 0
    contract = read_contract()
    made = query("select table_name, column_name, lower(data_type) from duckdb_columns() where schema_name = 'raw'")
    assert {(t, c.name, c.type) for t, columns in contract.items() for c in columns} == set(made)
    assert {"_landed_files", "_rejected_rows", "page_views", "crm_leads"} <= set(contract)


def test_a_column_that_the_contract_gained_is_added(work):
    with duckdb.connect("t.duckdb") as con:
        create_tables(con, read_contract())
        con.execute("alter table raw.page_views drop column consent")
    assert land.main([write("page_views.ndjson", views({"consent": "granted"}))]) == 0
    assert column("consent") == ["granted"]


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("data/landing/page_views/2026-01.ndjson.gz", "page_views"),
        ("page_views/date=2026-01-01/part-0.parquet", "page_views"),
        ("crm_leads_2026-01-01.csv", "crm_leads"),
        ("crm_opportunity_history.csv", "crm_opportunity_history"),
        ("Users-export.csv", "users"),
        ("access.log.2.gz", "access_log"),
        ("access.log-20260101", "access_log"),
    ],
)
def test_the_table_is_told_by_folder_or_name(work, name, table):
    assert landing_files.infer_table(Path(name), list(landable(read_contract()))) == table


@pytest.mark.parametrize("name", ["export.csv", "users/crm_leads.csv", "users2.csv"])
def test_a_table_that_cannot_be_told_is_an_error_that_names_file_and_tables(work, name, capsys):
    assert land.main([write(name, "user_id\n1\n")]) == 2
    message = capsys.readouterr().err
    assert name in message and "--table" in message and "crm_leads" in message and "access_log" in message
    assert not Path("t.duckdb").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--table", "nonsense", "a.csv"], "there is no table nonsense"),
        (["nowhere/*.csv"], "nowhere/*.csv: no such file"),
        (["--table", "users", "a.xlsx"], "a.xlsx: cannot tell its format"),
        (["--table", "users", "a.log"], "a.log: cannot tell its format"),
        (["empty"], "empty: no files to land"),
        (["--table", "users", "a*.csv"], "a*.csv: DuckDB takes"),
        (["a.log"], "--site"),
        (["--site", "www.example.com", "a.log"], "scheme and host"),
        (["--table", "users", "--database", "no/where.duckdb", "a.csv"], "cannot be opened"),
    ],
)
def test_wrong_arguments_are_answered_in_a_sentence(work, arguments, said, capsys):
    for name in ("a.csv", "a*.csv", "a.xlsx", "a.log", "empty/.hidden.csv"):
        write(name, "")
    assert land.main(arguments) == 2
    message = capsys.readouterr().err
    assert said in message and "Traceback" not in message


def test_folders_and_globs_take_each_file_once(work, capsys):
    for name in ("in/page_views/1.ndjson", "in/page_views/2.jsonl", "in/page_views/notes.md"):
        write(name, views({"page_title": name}))
    assert land.main(["in", "in/page_views/*.ndjson", "in/page_views/2.jsonl"]) == 0
    assert [row[0] for row in ledger()] == ["in/page_views/1.ndjson", "in/page_views/2.jsonl"]
    assert "skipped in/" not in capsys.readouterr().out


def test_a_file_name_never_shows_where_it_lies(work, tmp_path_factory):
    outside = tmp_path_factory.mktemp("elsewhere") / "page_views.ndjson"
    outside.write_text(views({}))
    assert land.main([str(outside), write("sub/page_views_2.ndjson", views({}, {}))]) == 0
    assert {row[0] for row in ledger()} == {"page_views.ndjson", "sub/page_views_2.ndjson"}
    assert set(column("_file")) == {"page_views.ndjson", "sub/page_views_2.ndjson"}


# Formats


def as_parquet(rows):
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), sink)
    return sink.getvalue()


def as_csv(rows):
    sink = io.StringIO()
    writer = csv.DictWriter(sink, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return sink.getvalue().encode()


@pytest.mark.parametrize("compress", [lambda b: b, gzip.compress, zstd], ids=["", "gz", "zst"])
@pytest.mark.parametrize("kind", ["ndjson", "csv", "parquet"])
def test_every_format_lands_the_same_rows(work, kind, compress):
    rows = [VIEW | {"event_id": f"e{i}", "page_title": 'a "b"\nc, d', "extra_key": "x"} for i in range(3)]
    content = {"ndjson": "".join(json.dumps(r) + "\n" for r in rows).encode(), "csv": as_csv(rows)}
    content["parquet"] = as_parquet(rows)
    suffix = {gzip.compress: ".gz", zstd: ".zst"}.get(compress, "")
    if kind == "parquet" and suffix:
        pytest.skip("Parquet compresses itself")
    assert land.main([write(f"page_views.{kind}{suffix}", compress(content[kind]))]) == 0
    got = query("select event_id, event_at, page_title, _extra, _row_number from raw.page_views order by _row_number")
    time = datetime(2026, 1, 1)
    assert got == [(f"e{i}", time, 'a "b"\nc, d', '{"extra_key":"x"}', i + 1) for i in range(3)]
    assert ledger() == [(f"page_views.{kind}{suffix}", "page_views", 3, 0, 0)]


def both_ways(name, content, table="page_views"):
    """(what the quick way lands or None when it gives up, what the careful way lands) of one file."""
    write(name, content)
    contract = read_contract()
    columns = landable(contract)[table]
    file = landing_files.describe_file(Path(name), table, list(landable(contract)))
    names = ", ".join(f'"{c.name}"' for c in columns)
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        try:
            relation = landing_sources.stage_quickly(con, file, columns)
            quick = con.execute(f"select {names}, _extra, _row_number from {relation} order by _row_number").fetchall()
        except (duckdb.Error, landing_sources.NeedsCare):
            quick = None
        relation = landing_sources.stage_carefully(con, file, columns)
        careful = con.execute(
            f"select {names}, _extra, _row_number, _reason from {relation} order by _row_number"
        ).fetchall()
    return quick, careful


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.sampled_from([1.5, -0.25, 0.0]),
    st.text(max_size=8),
    st.sampled_from(["2026-01-01", "2026-01-01T00:00:00+02:00", "1767225600", "", " ", "infinity"]),
    st.lists(st.integers(), max_size=2), st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)  # fmt: skip
KEYS = st.sampled_from(
    ["event_id", "page_url", "event_at", "consent", "first_touch", "utm", "x y", "_file", 'q"', "a/b"]
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.dictionaries(KEYS, VALUES), min_size=1, max_size=4), st.booleans())
def test_both_ways_agree_on_ndjson(work, changes, whole):
    lines = [json.dumps((VIEW if whole else {}) | change) for change in changes]
    quick, careful = both_ways("p.ndjson", "\n".join(lines) + "\n")
    bad = [row for row in careful if row[-1]]
    assert len(careful) == len(lines)
    if quick is not None:
        assert not bad
        assert quick == [row[:-1] for row in careful]


CELLS = st.lists(st.sampled_from(["a", ",", ";", '"', "\n", "\r\n", " ", "0", "\t"]), max_size=6).map("".join)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=4))
def test_both_ways_agree_on_csv(work, cells):
    sink = io.StringIO()
    csv.writer(sink, lineterminator="\n").writerows([["rate_date", "Rate", "from_currency", "to_currency", "x", "y"]])
    csv.writer(sink, lineterminator="\n").writerows(["2026-01-01", "1.5", "EUR", "USD", *row] for row in cells)
    quick, careful = both_ways("exchange_rates.csv", sink.getvalue(), "exchange_rates")
    assert quick is None or quick == [row[:-1] for row in careful]
    assert len(careful) == len(cells) and not any(row[-1] for row in careful)


def test_plain_files_go_the_quick_way(work):
    rows = [VIEW | {"event_id": f"e{i}", "user_id": None, "k": "v"} for i in range(5)]
    ndjson = "".join(json.dumps(row) + "\n" for row in rows)
    for name, content in (("p.ndjson", ndjson), ("p.csv", as_csv(rows)), ("p.parquet", as_parquet(rows))):
        quick, careful = both_ways(name, content)
        assert quick is not None and quick == [row[:-1] for row in careful], name


# Values


@pytest.mark.parametrize(
    ("given_time", "landed"),
    [
        ("2026-01-01T00:00:00+02:00", datetime(2025, 12, 31, 22)),
        ("2026-01-01T00:00:00.123456-0530", datetime(2026, 1, 1, 5, 30, 0, 123456)),
        ("2026-01-01T00:00:00Z", datetime(2026, 1, 1)),
        ("2026-01-01 00:00:00", datetime(2026, 1, 1)),
        ("2026-01-01", datetime(2026, 1, 1)),
        (1767225600, datetime(2026, 1, 1)),
        (1767225600.5, datetime(2026, 1, 1, 0, 0, 0, 500000)),
        (1767225600123, datetime(2026, 1, 1, 0, 0, 0, 123000)),
        ("", None),
    ],
)
@pytest.mark.parametrize("kind", ["ndjson", "csv", "parquet"])
def test_times_land_in_utc(work, monkeypatch, kind, given_time, landed):
    monkeypatch.setenv("TZ", "America/New_York")
    rows = [VIEW | {"event_at": given_time}]
    content = views(*rows) if kind == "ndjson" else {"csv": as_csv, "parquet": as_parquet}[kind](rows)
    assert land.main([write(f"page_views.{kind}", content)]) == 0
    assert column("event_at") == [landed]


def test_parquet_times_with_a_zone_are_converted(work):
    at = pa.array([datetime(2026, 1, 1, 12)], pa.timestamp("ms", tz="Asia/Tokyo"))
    table = pa.table({"event_id": ["e"], "page_url": [SITE], "event_at": at, "sent_at": at.cast(pa.timestamp("ns"))})
    pq.write_table(table, "page_views.parquet")
    assert land.main(["page_views.parquet"]) == 0
    assert query("select event_at, sent_at from raw.page_views") == [(datetime(2026, 1, 1, 12),) * 2]


def test_anything_lands_as_text_in_a_text_column(work):
    touch = {"utm_source": "google", "click_ids": {"gclid": "x"}}
    rows = [{"consent": True, "first_touch": touch, "user_id": 42}, {"consent": "granted", "user_id": "0042"}]
    assert land.main([write("page_views.ndjson", views(*rows))]) == 0
    assert column("consent") == ["true", "granted"]
    assert column("user_id") == ["42", "0042"]
    assert json.loads(column("first_touch")[0]) == touch
    pq.write_table(pa.Table.from_pylist([VIEW | {"consent": True, "first_touch": touch}]), "page_views_2.parquet")
    assert land.main(["page_views_2.parquet"]) == 0
    assert column("consent")[2] == "true" and json.loads(column("first_touch")[2]) == touch


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"clicks": "1.5"}, 'clicks: cannot read "1.5" as bigint'),
        ({"clicks": "0x10"}, 'clicks: cannot read "0x10" as bigint'),
        ({"cost": "1,000"}, 'cost: cannot read "1,000" as decimal(18,2)'),
        ({"cost": "1_000"}, 'cost: cannot read "1_000" as decimal(18,2)'),
        ({"cost": ""}, "cost: missing"),
        ({"spend_date": "01/02/2026"}, 'spend_date: cannot read "01/02/2026" as date'),
        ({"platform": None, "cost": "x"}, 'platform: missing; cost: cannot read "x" as decimal(18,2)'),
    ],
)
@pytest.mark.parametrize("kind", ["ndjson", "csv", "parquet"])
def test_a_value_of_the_wrong_type_is_rejected_in_words(work, kind, change, reason):
    good = {"spend_date": "2026-01-01", "platform": "google", "clicks": "3", "cost": "1.50"}
    rows = [good, good | change, good]
    content = {"ndjson": "".join(json.dumps(row) + "\n" for row in rows), "csv": as_csv(rows)}
    content["parquet"] = as_parquet(rows)
    assert land.main([write(f"ad_spend.{kind}", content[kind])]) == 0
    assert [row[:2] for row in rejected()] == [(2, reason)]
    assert column("_row_number", "ad_spend") == [1, 3]
    assert ledger() == [(f"ad_spend.{kind}", "ad_spend", 3, 1, 0)]


# Drift


def test_keys_that_the_contract_does_not_name_are_kept_for_every_row(work, capsys):
    late = [{} for _ in range(30_000)] + [{"new_key": {"a": 1.5}, "gone": None}, {'we"ird/~': "x", "_file": "mine"}]
    assert land.main([write("page_views.ndjson", views(*late))]) == 0
    extra = column("_extra")
    assert extra[:30_000] == [None] * 30_000
    assert json.loads(extra[30_000]) == {"new_key": {"a": 1.5}}
    assert json.loads(extra[30_001]) == {'we"ird/~': "x", "_file": "mine"}
    assert "new_key (1)" in capsys.readouterr().out
    assert set(column("_file")) == {"page_views.ndjson"}


def test_csv_headers_match_without_regard_to_case(work, capsys):
    text = " User_ID ;EMAIL;created_at;Favourite Colour\nu1;a@example.com;2026-01-01;red\nu2;;2026-01-02;\n"
    assert land.main([write("users.csv", text)]) == 0
    assert query("select user_id, email, _extra from raw.users order by 1") == [
        ("u1", "a@example.com", '{"Favourite Colour":"red"}'),
        ("u2", None, None),
    ]
    assert "Favourite Colour (1)" in capsys.readouterr().out


# Bad lines


BAD_LINES = {
    b"{broken": "not valid JSON",
    b'"text"': "not a JSON object but varchar",
    b"[1]": "not a JSON object but array",
    b"null": "not a JSON object but null",
    b'{"event_id":"x","event_id":"y","page_url":"u"}': "event_id: key given twice",
    b'{"event_id":"x"}': "page_url: missing",
    b'{"event_id":null,"page_url":"u"}': "event_id: missing",
    b'{"event_id":"x","page_url":"u","event_at":"yesterday"}': 'event_at: cannot read "yesterday" as timestamp',
    b'{"event_id":"x","page_url":"u","event_at":true}': 'event_at: cannot read "true" as timestamp',
    b'{"event_id":"x","page_url":"u","event_at":"infinity"}': 'event_at: cannot read "infinity" as timestamp',
    b'{"event_id":"x","page_url":"\xff"}': "not valid UTF-8",
    b'{"event_id":"x","page_url":"u"}{"event_id":"y","page_url":"u"}': "not valid JSON",
}


@pytest.mark.parametrize("bad", BAD_LINES)
def test_a_bad_line_is_rejected_and_the_rest_lands(work, bad, capsys):
    good = views({}, {}).encode().splitlines(keepends=True)
    assert land.main([write("page_views.ndjson", good[0] + bad + b"\n" + good[1])]) == 0
    assert rejected() == [(2, BAD_LINES[bad], bad.decode(errors="backslashreplace"))]
    assert column("_row_number") == [1, 3]
    assert ledger() == [("page_views.ndjson", "page_views", 3, 1, 0)]
    said = capsys.readouterr().out
    assert "raw._rejected_rows" in said and BAD_LINES[bad] in said


def test_a_line_over_16_mb_is_rejected_with_its_start(work):
    long = '{"event_id":"long","page_url":"' + "x" * landing_files.LINE_LIMIT + '"}\n'
    assert land.main([write("page_views.ndjson", views({}) + long + views({"event_id": "z"}))]) == 0
    [(number, reason, text)] = rejected()
    assert number == 2 and reason.startswith("line longer than 16777216 bytes") and len(text) == 10_000
    assert column("event_id") == ["e1", "z"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "", "\n\n", "\n \n"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_marks_cost_nothing(work, bom, end):
    first, second = views({}, {}).splitlines()
    between = "\r\n\r\n" if "\r" in end else "\n\n"
    assert land.main([write("page_views.ndjson", bom + (first + between + second + end).encode())]) == 0
    assert column("_row_number") == [1, 3]  # line numbers: the blank line counts as a line but is no row
    assert ledger() == [("page_views.ndjson", "page_views", 2, 0, 0)]


def test_csv_rows_that_break_the_shape_are_rejected_with_their_text(work):
    text = 'user_id,email,created_at\r\nu1,a,2026-01-01\r\nu2\r\n"u3","x\ny",2026-01-01,z\r\n\r\nu4,"b"c,2026-01-01\r\n'
    text += 'u5,"lost quote,2026-01-01\r\nu6,"two\nlines",2026-01-01\r\n'
    assert land.main([write("users.csv", "\ufeff" + text)]) == 0
    assert rejected() == [
        (2, "1 cells in a row, 3 in the header", "u2"),
        (3, "4 cells in a row, 3 in the header", '"u3","x\ny",2026-01-01,z'),
        (4, "not valid CSV: ',' expected after '\"'", 'u4,"b"c,2026-01-01'),
        (5, "not valid CSV: ',' expected after '\"'", 'u5,"lost quote,2026-01-01'),
    ]
    assert query("select user_id, email, _row_number from raw.users order by 1") == [
        ("u1", "a", 1),
        ("u6", "two\nlines", 6),
    ]
    assert ledger() == [("users.csv", "users", 6, 4, 0)]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_missing_required_column_rejects_all_rows_with_one_message(work, kind, capsys):
    rows = [{"event_id": "e1", "url": "u"}, {"event_id": "e2", "url": "u"}]
    content = as_csv(rows) if kind == "csv" else as_parquet(rows)
    assert land.main([write(f"page_views.{kind}", content)]) == 0
    assert [row[1] for row in rejected()] == ["page_url: the file has no such column"] * 2
    assert rejected()[0][2] == ("e1,u" if kind == "csv" else '{"event_id":"e1","url":"u"}')
    assert capsys.readouterr().out.count("page_url: the file has no such column") == 1


# Unreadable files


UNREADABLE = {
    "page_views_bad.parquet": (b"PAR1 nonsense", "not a Parquet file"),
    "page_views_none.parquet": (b"", "not a Parquet file"),
    "page_views_cut.parquet": (as_parquet([VIEW] * 9)[:-20], "not a Parquet file"),
    "page_views_cut.ndjson.gz": (gzip.compress(views(*[{}] * 9).encode())[:-9], "Truncated compressed stream"),
    "page_views_cut.csv.zst": (zstd(as_csv([VIEW] * 9))[:-5], "Truncated compressed stream"),
    "page_views_crc.ndjson.gz": (gzip.compress(views({}).encode())[:-8] + b"12345678", "incorrect data check"),
    "page_views_plain.ndjson.gz": (views({}).encode(), "incorrect header check"),
    "page_views_16.csv": ("event_id,page_url\n1,2\n".encode("utf-16"), "UTF-16"),
    "page_views_array.json": (b'[{"event_id":"1"}]', "JSON array"),
    "page_views_twice.csv": (b"event_id,page_url,Event_ID\n1,u,2\n", "event_id twice"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_an_unreadable_file_fails_alone(work, name, capsys):
    content, reason = UNREADABLE[name]
    other = write("page_views_z.ndjson", views({}))
    assert land.main([write(name, content), other]) == 1
    said = capsys.readouterr().out
    assert f"FAILED  {name}: " in said and reason in said and "the other files have landed" in said
    assert [row[0] for row in ledger()] == [other] and len(column("event_id")) == 1 and rejected() == []


@pytest.mark.parametrize("name", ["page_views.ndjson", "page_views.csv", "page_views.ndjson.gz", "access.log"])
def test_an_empty_file_lands_as_no_rows(work, name):
    assert land.main(["--site", SITE, write(name, b"")]) == 0
    assert ledger() == [(name, "page_views", 0, 0, 0)]


# Once per content


def test_the_same_content_lands_once_under_any_name(work, capsys):
    content = views({}, {})
    assert land.main([write("page_views_a.ndjson", content)]) == 0
    assert land.main([write("page_views_b.ndjson", content), "page_views_a.ndjson"]) == 0
    said = capsys.readouterr().out
    assert "skipped page_views_b.ndjson: same content as page_views_a.ndjson" in said
    assert len(column("event_id")) == 2 and len(ledger()) == 1


def test_a_file_landed_into_the_wrong_table_says_so_and_lands_again_into_the_right_one(work, capsys):
    path = write("export.ndjson", views({}, {}))
    assert land.main(["--table", "purchases", path]) == 0
    assert "NO ROW fits purchases" in capsys.readouterr().out
    assert land.main(["--table", "page_views", path]) == 0
    assert len(column("event_id")) == 2
    assert [(row[0], row[1]) for row in ledger()] == [("export.ndjson", "purchases"), ("export.ndjson", "page_views")]


def test_in_brief_only_what_did_not_land_well_gets_a_line(work, capsys):
    bad = write("page_views_bad.parquet", b"no parquet")
    assert land.main(["--brief", write("page_views.ndjson", views({})), bad]) == 1
    said = capsys.readouterr().out
    assert "landed  page_views.ndjson" not in said and "FAILED  page_views_bad.parquet" in said


def test_new_content_under_an_old_name_is_a_new_load(work):
    for title in ("one", "two"):  # of the same size
        assert land.main([write("page_views.ndjson", views({"page_title": title}))]) == 0
    assert column("page_title") == ["one", "two"] and len(ledger()) == 2


def test_landed_at_grows_even_when_the_clock_goes_back(work):
    names = [write(f"page_views_{i}.ndjson", views({"page_title": str(i)})) for i in range(3)]
    assert land.main(names[:1]) == 0
    with duckdb.connect("t.duckdb") as con:
        con.execute("update raw._landed_files set _landed_at = timestamp '2999-01-01'")
    assert land.main(names[1:]) == 0
    times = [at for (at,) in query("select _landed_at from raw._landed_files order by 1")]
    assert times == [datetime(2999, 1, 1, 0, 0, 0, i) for i in range(3)]
    assert column("_landed_at")[1:] == times[1:]


def test_a_file_that_grows_while_it_is_read_stays_out(work, monkeypatch):
    write("page_views.ndjson", views({}))
    count = landing_sources.count_lines

    def grow(file):
        with file.path.open("a") as stream:
            stream.write(views({"event_id": "late"}))
        return count(file)

    monkeypatch.setattr(landing_sources, "count_lines", grow)
    assert land.main(["page_views.ndjson"]) == 1
    assert ledger() == [] and column("event_id") == []
    monkeypatch.undo()
    os.environ["TOUCHSTONE_DATABASE"] = str(work / "t.duckdb")
    os.chdir(work)
    assert land.main(["page_views.ndjson"]) == 0
    assert column("event_id") == ["e1", "late"]


def test_the_output_ends_with_a_table_and_what_to_do_next(work, capsys):
    write("in/page_views/1.ndjson", views({}, {"page_url": None}, {"k": 1}))
    write("in/users/1.csv", "user_id,created_at\n1,2026-01-01\n")
    assert land.main(["in"]) == 0
    lines = capsys.readouterr().out.splitlines()
    tail = [line.split() for line in lines[lines.index("") :]]
    assert ["page_views", "1", "0", "0", "2", "1", "0", "k", "(1)"] in tail
    assert ["users", "1", "0", "0", "1", "0", "0", "-"] in tail
    assert tail[-1] == ["Next:", "dbt", "build"]


# Access logs


def test_an_access_log_lands_as_page_views(work, capsys):
    assert land.main(["--site", SITE + "/", str(LOG)]) == 0
    rows = query(
        "select page_url, event_at, received_at, referrer, user_agent from raw.page_views order by _row_number"
    )
    firefox = "Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0"

    def row(path, day, hour, minute, referrer, agent):
        at = datetime(2026 if day == 1 else 2025, 1 if day == 1 else 12, day, hour, minute)
        return SITE + path, at, at, referrer, agent

    assert rows == [
        row("/pricing?utm_source=google&utm_medium=cpc", 31, 23, 30, "https://www.google.com/", firefox),
        row("/blog/", 31, 23, 31, None, firefox),
        row("/say-%22hi%22", 1, 0, 32, 'https://t.example/?q="a"', 'Agent "Smith" П 100%'),
        row("/caf%C3%A9", 1, 0, 33, None, None),
        row("/", 1, 0, 42, None, firefox),
        row("/twice", 1, 0, 43, None, "Bot/1.0"),
        row("/twice", 1, 0, 43, None, "Bot/1.0"),
    ]
    assert ledger() == [("combined.log", "page_views", 17, 2, 8)]
    said = capsys.readouterr().out
    for left_out in ("2 assets", "1 feeds", "2 failed requests", "3 other methods"):
        assert f"left out {left_out}" in said


def test_an_access_log_identifies_browsers_and_requests(work):
    assert land.main(["--site", SITE, str(LOG)]) == 0
    ids = query("select anonymous_id, event_id from raw.page_views order by _row_number")
    visitors = [visitor for visitor, _ in ids]
    assert visitors[0] == visitors[1] == visitors[4] and len(set(visitors)) == 4
    assert len({event for _, event in ids}) == len(ids)
    write("again.log.gz", gzip.compress(LOG.read_bytes()))
    assert land.main(["--site", SITE, "again.log.gz"]) == 0
    doubled = query("select event_id, count(*) from raw.page_views group by event_id having count(*) <> 2")
    assert doubled == [] and len(ledger()) == 2


def test_a_salt_from_the_environment_is_used_and_not_stored(work, monkeypatch):
    assert land.main(["--site", SITE, str(LOG)]) == 0
    monkeypatch.setenv("TOUCHSTONE_SALT", "pepper")
    assert land.main(["--site", SITE, "--database", "other.duckdb", str(LOG)]) == 0
    assert query("select count(*) from duckdb_tables() where table_name = '_salt'", "other.duckdb") == [(0,)]
    mine, theirs = (
        query("select distinct anonymous_id from raw.page_views", name) for name in ("t.duckdb", "other.duckdb")
    )
    assert not set(mine) & set(theirs)


def test_no_address_is_stored_anywhere(work):
    assert land.main(["--site", SITE, str(LOG)]) == 0
    addresses = ("203.0.113.", "2001:db8", "198.51.100")
    for table in ("page_views", "_rejected_rows", "_landed_files"):
        for row in query(f"select * from raw.{table}"):
            assert not any(address in str(row) for address in addresses)
    assert [(number, reason) for number, reason, _ in rejected()] == [
        (13, "not a line of the combined log format"),
        (14, 'received_at: cannot read "41/Jan/2026:00:41:00 +0000" as timestamp'),
    ]
    assert rejected()[0][2].startswith('[address] - - [01/Jan/2026:00:40:00 +0000] "GET /cut-off')


@pytest.mark.parametrize("path", ["/a.html", "/feedback", "/v1.2/", "/a.php?x=1.css", "/products/atomic", "/about.us"])
def test_pages_are_not_taken_for_assets_or_feeds(work, path):
    assert land.main(["--site", SITE, write("a.log", log_line(path))]) == 0
    assert column("page_url") == [SITE + path]


@pytest.mark.parametrize(
    "path", ["/A.PNG?v=1", "/f.woff2", "/favicon.ico", "/sitemap.xml", "/x.js.map", "/rss", "/?feed=rss2"]
)
def test_assets_and_feeds_are_left_out(work, path):
    assert land.main(["--site", SITE, write("a.log", log_line(path))]) == 0
    assert ledger() == [("a.log", "page_views", 1, 0, 1)]


def log_line(path):
    return f'192.0.2.1 - - [01/Jan/2026:00:00:00 +0000] "GET {path} HTTP/1.1" 200 1 "-" "x"\n'


def test_the_kinds_left_out_are_the_documented_ones(work):
    assert set(landing_access_log.LEFT_OUT) == {"assets", "feeds", "failed requests", "other methods"}


# Two at once


HOLD = "import duckdb, sys, time; c = duckdb.connect(sys.argv[1]); print('held', flush=True); time.sleep(60)"


@pytest.fixture
def holder(work):
    process = subprocess.Popen([sys.executable, "-c", HOLD, "t.duckdb"], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


def test_a_locked_database_is_told_with_its_holder(holder, capsys):
    assert land.main(["--wait", "0.5", write("page_views.ndjson", views({}))]) == 2
    said = capsys.readouterr()
    assert f"process {holder.pid} (" in said.out and "import duckdb" in said.out
    assert f"process {holder.pid}" in said.err and "Nothing was landed" in said.err and "--wait" in said.err


def test_landing_goes_on_when_the_lock_is_gone(holder, monkeypatch):
    monkeypatch.setattr(land.time, "sleep", lambda _: holder.kill())
    assert land.main([write("page_views.ndjson", views({}))]) == 0
    assert column("event_id") == ["e1"]


def test_two_landings_at_once_land_each_content_once(work):
    for i in range(6):
        write(f"in/page_views/{i}.ndjson", views(*[{"page_title": str(i)}] * 50))
    command = [sys.executable, str(ROOT / "scripts/land.py"), "in"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    for process in both:
        out, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (0, b""), out
    assert len(column("event_id")) == 300 and len(ledger()) == 6
