"""However the same events are split into loads, the marts end up the same, row for row.

TOUCHSTONE_SPLIT_EXAMPLES sets how many random worlds are tried (`make soak EXAMPLES=200` for a long run).
"""

import itertools
import os
import random
import shutil

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from marts import compare, snapshot
from random_worlds import land_and_run, new_world, page_views, records

EXAMPLES = int(os.environ.get("TOUCHSTONE_SPLIT_EXAMPLES", "3"))
# A soak tries other worlds each time; its output names their seeds.
IS_SOAK = "TOUCHSTONE_SPLIT_EXAMPLES" in os.environ
tried = []


@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=not IS_SOAK, database=None, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
@given(seed=st.integers(0, 2**32), loads=st.integers(2, 5), visitors=st.integers(10, 60))
def test_any_split_into_loads_gives_the_marts_of_one_load(template, tmp_path_factory, seed, loads, visitors):
    pick = random.Random(seed)
    rows = [("page_views", event) for event in page_views(pick, visitors)] + list(records(pick, visitors))
    pick.shuffle(rows)
    whole, split = new_world(template, tmp_path_factory), new_world(template, tmp_path_factory)
    land_and_run(whole, rows, "whole", rows_at_once=400)  # In parts, as too many rows for the memory would be.
    pick.shuffle(rows)  # Not only cut differently: landed in another order too.
    edges = sorted(pick.randrange(len(rows) + 1) for _ in range(loads - 1))
    for number, (start, end) in enumerate(itertools.pairwise([0, *edges, len(rows)])):
        is_cut_short = number + 1 < loads and pick.random() < 0.3
        land_and_run(split, rows[start:end], f"load{number}", is_cut_short)
    tried.append((seed, loads, len(rows)))
    try:
        assert compare(snapshot(whole.database), snapshot(split.database)) == {}
    finally:
        shutil.rmtree(whole.folder), shutil.rmtree(split.folder)
        print(f"split {len(tried)}: seed {seed}, {len(rows)} rows in {loads} loads")
