"""The bench of attribution on few journeys, without the package it compares with."""

import duckdb
import pandas as pd
import pytest

import bench_attribution as bench


@pytest.fixture
def connection():
    with duckdb.connect() as connection:
        yield connection


def test_journeys_are_seeded_and_counted_to_distinct_paths(connection):
    made = []
    for seed in (7, 7, 8):
        bench.make_paths(connection, 500, bench.CHANNELS, seed)
        made.append(bench.fetch_paths(connection))
    paths = made[0]
    assert paths.equals(made[1]) and not paths.equals(made[2])
    assert paths["path"].is_unique and paths["journey_count"].sum() == 500
    assert 0 < paths["conversion_count"].sum() < 250 and (paths["conversion_count"] <= paths["journey_count"]).all()
    assert set(" ".join(paths["path"]).split()) == {str(channel) for channel in range(1, bench.CHANNELS + 1)}


def test_peer_that_errs_by_a_tenth_shows_it(connection):
    asked = []

    def peer(data, path, conversions, var_null, order, seed, **quiet):
        """Exact at order 1; above, its first channel has a tenth more."""
        asked.append((order, seed))
        counts = {"conversion_count": data[conversions], "journey_count": data[conversions] + data[var_null]}
        paths = pd.DataFrame({"path": data[path].str.replace(">", " "), **counts})
        effects = bench.markov.removal_effects(paths, order)
        shares = effects["effect"] / effects["effect"].sum()
        if order > 1:  # The others give what it takes.
            shares *= (1 - 1.1 * shares[0]) / (1 - shares[0])
            shares[0] = 1.1 * effects["effect"][0] / effects["effect"].sum()
        return pd.DataFrame({"channel_name": effects["state_number"].astype(str), "total_conversions": 9 * shares})

    rows = bench.measured(connection, 500, 2, peer)
    assert [row["done"] for row in rows][-2:] == ["Shapley, 14 channels, exact", "Shapley, 18 channels, drawn"]
    assert all(row["is_same"] for row in rows)
    assert [row["difference"] for row in rows if "difference" in row] == pytest.approx([0, 0.1, 0.1])
    assert asked == [(order, seed) for order in bench.ORDERS for seed in (1, 2)]


def test_without_the_peer_its_columns_are_missing(connection):
    assert not any("peer_seconds" in row for row in bench.measured(connection, 500, 1))


def test_numbers_that_differ_between_runs_are_seen():
    runs = iter(range(2))
    paths = pd.DataFrame({"path": ["1"]})
    _, _, is_same = bench.several(lambda paths: paths.assign(run=next(runs)), paths, 2)
    assert not is_same
