"""The capture-loss marts find what the simulator planted: who loses cookies, and where (docs/simulation.md)."""

# WebKit clears state on its own, so the simulator makes it lose four times as much as the others.
IS_WEBKIT = "browser in ('Safari', 'Chrome iOS')"


def test_browsers_that_clear_their_state_are_seen_to_lose_more(world):
    rows = world.query(
        f"select {IS_WEBKIT}, sum(lost_state_person_count) / sum(returning_person_count)"
        " from marts.fct_capture_loss group by 1"
    )
    lost = dict(rows)
    assert lost[True] > 1.5 * lost[False] > 0


def test_where_more_state_is_lost_identity_recovers_more_old_first_touches(world):
    rows = world.query(
        f"select {IS_WEBKIT}, avg(cast(is_recovered_by_identity as integer))"
        " from marts.fct_first_touch_comparisons where age_days > 7 group by 1"
    )
    recovered = dict(rows)
    assert recovered[True] > 1.5 * recovered[False] > 0


def test_an_old_memory_is_lost_more_often_than_a_young_one(world):
    rows = world.query(
        "select age_band in ('31-90', '91+'), avg(cast(is_recovered_by_identity as integer))"
        " from marts.fct_first_touch_comparisons where age_band is not null group by 1"
    )
    recovered = dict(rows)
    assert recovered[True] > 5 * recovered[False]


def test_whoever_is_said_to_have_lost_state_did_lose_a_cookie(world):
    rows = world.query(
        "with persons as (select *, unnest(anonymous_ids) as anonymous_id"
        f" from '{world.folder}/truth/persons.parquet')"
        " select persons.lost_cookie_count > 0, count(*) from intermediate.int_sessions_captured as sessions"
        " inner join persons on sessions.visitor_id = md5('3:web36:' || persons.anonymous_id)"
        " where sessions.is_state_lost group by 1"
    )
    counts = {False: 0, True: 0} | dict(rows)
    assert counts[True] >= 20
    assert counts[True] >= 0.9 * sum(counts.values())
