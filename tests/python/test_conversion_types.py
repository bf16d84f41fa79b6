"""A new conversion type or method is a row in a seed and no code: demos by their page and by a tracked event, a stage;
methods made from journeys in other ways than those that come along."""

import csv
import shutil

import pytest
from conftest import ROOT, World, failures
from small_company import EMAIL, PAID_SEARCH, noon, opportunity, stage, visit, write_files

BOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
# Name, source, pattern, lookback, repeat after, methods, funnel step, kind of amount, whether once per person.
TYPES = [
    ("demo_booked", "page_view", "/demo/thanks.*", 90, 1, "all", "lead", "", "false"),
    ("demo_seen", "page_view", "/demo", 90, "", "markov", "", "", "true"),
    ("demo_tracked", "tracked_event", "demo_booked|demo_moved", 90, "", "first_touch linear", "", "revenue", "false"),
    ("proposal_sent", "opportunity_milestone", "stage proposal.*", 90, "", "linear", "", "", "false"),
]
# Name, family, order, path transform, grain, segment column, least age of journeys, whether direct is left out.
METHODS = [
    ("markov_of_runs", "markov", 2, "collapse_repeats", "channel", "", "", "false"),
    ("markov_by_device", "markov", 1, "as_is", "channel", "device_class", "", "false"),
    ("shapley_of_campaigns", "shapley", 1, "first_occurrence", "campaign", "", "", "false"),
    ("markov_of_old", "markov", 1, "as_is", "channel", "", 5, "false"),
    ("markov_of_older", "markov", 1, "as_is", "channel", "", 6, "false"),
]


def tracked(event_id, browser, name, day, **more):
    return {"event_id": event_id, "anonymous_id": browser, "event_name": name, "event_at": noon(day), **more}


TABLES = {
    "page_views": [
        visit("v1", "ann", "2026-03-01", PAID_SEARCH),
        visit("v2", "ann", "2026-03-02", EMAIL + "&utm_campaign=spring", "/demo"),
        # The thank-you page of 3 March is loaded again five minutes later, and a day less a minute after that.
        visit("v3", "ann", "2026-03-03", path="/Demo/Thanks"),
        visit("reload", "ann", "2026-03-03", path="/demo/thanks", event_at="2026-03-03T12:05:00Z"),
        visit("next_day", "ann", "2026-03-04", path="/demo/thanks", event_at="2026-03-04T12:04:00Z"),
        # Two days after that she books another one.
        visit("v4", "ann", "2026-03-06", path="/demo/thanks/again"),
        visit("bots", "bot", "2026-03-06", path="/demo/thanks", user_agent=BOT),
        visit("elsewhere", "bob", "2026-03-06", path="/no/demo/thanks"),
    ],
    "tracked_events": [
        tracked("t1", "ann", " Demo_Booked", "2026-03-03", amount=10, currency="usd"),
        tracked("t1", "ann", " Demo_Booked", "2026-03-03", amount=10, currency="usd"),
        tracked("t2", "bob", "demo_moved", "2026-03-07", amount=5, currency="USD"),
        tracked("t3", "bob", "demo_booked_twice", "2026-03-07"),
    ],
    "crm_opportunities": [
        opportunity("o1", "a1", 100, "2026-03-01", "2026-03-09", "Proposal/Quote"),
        opportunity("o2", "a1", 200, "2026-03-01", "2026-03-09", "Discovery"),
    ],
    "crm_opportunity_history": [stage("o1", "2026-03-05", "Proposal"), stage("o1", "2026-03-09", "Proposal/Quote")],
}  # fmt: skip


@pytest.fixture(scope="module")
def demos(template, tmp_path_factory):
    """The project with more rows in two seeds and nothing else, built on a handful of visits, with intervals."""
    world = World(tmp_path_factory.mktemp("demos"))
    shutil.copy(template.database, world.database)
    project = world.folder / "project"
    for part in ("analyses", "macros", "models", "seeds", "tests"):
        shutil.copytree(ROOT / part, project / part)
    for part in ("dbt_project.yml", "profiles.yml", "selectors.yml"):
        shutil.copy(ROOT / part, project / part)
    with (project / "seeds/attribution/conversion_types.csv").open("a", newline="") as seed:
        for name, *rule in TYPES:
            csv.writer(seed, lineterminator="\n").writerow([name, name, *rule, "A row for this test."])
    with (project / "seeds/attribution/attribution_methods.csv").open("a", newline="") as seed:
        for name, family, *rule, is_direct_excluded in METHODS:
            row = [name, name, family, *[""] * 6, *rule, 7, 20, is_direct_excluded, "linear", "A row for this test."]
            csv.writer(seed, lineterminator="\n").writerow(row)
    write_files(world.folder / "landing", TABLES)
    world.land(world.folder / "landing")
    settings = ["--vars", "bootstrap_intervals: true", "--exclude-resource-type", "unit_test"]
    assert not failures(world.dbt("build", *settings, project=project))
    return world


def conversions(world, conversion_type):
    return world.query(
        "select strftime(converted_at, '%m-%d %H:%M'), touch_count, reporting_amount from marts.fct_conversions"
        f" where conversion_type = '{conversion_type}' order by 1"
    )


def test_a_thank_you_page_is_a_conversion_once_however_often_it_is_loaded(demos):
    # 3 March, on touches v1, v2, v3. The reload and the one a minute short of a day later are not counted. 6 March is
    # more than a day after the last load, and the visits of 4 and 6 March are touches too. The bot and the other path
    # are none.
    assert conversions(demos, "demo_booked") == [("03-03 12:00", 3, None), ("03-06 12:00", 5, None)]


def test_a_tracked_event_is_a_conversion_with_its_amount_and_a_retry_is_none(demos):
    # Bob's t2 has his one visit; the name of t3 is only like the pattern.
    assert conversions(demos, "demo_tracked") == [("03-03 12:00", 3, 10), ("03-07 12:00", 1, 5)]


def test_a_stage_is_a_conversion_of_the_opportunity_when_it_is_first_reached(demos):
    # o1 reached two stages of the pattern: one conversion, at the first. o2 reached none and is a journey without one.
    assert conversions(demos, "proposal_sent") == [("03-05 12:00", 0, 100)]
    journeys = demos.query(
        "select opportunity_id from marts.fct_non_converting_paths"
        " where conversion_type = 'proposal_sent' and opportunity_id is not null"
    )
    assert journeys == [("o2",)]


def test_after_what_happens_once_there_is_no_journey_that_failed(demos):
    # Ann saw the demo on 2 March, and none of her later visits counts against it. Bob never did.
    journeys = "select touch_count, conversion_count from marts.fct_paths where conversion_type = 'demo_seen'"
    assert sorted(demos.query(journeys)) == [(1, 0), (2, 1)]


def test_the_credit_of_a_type_sums_to_one_by_each_method_that_it_names_and_no_other(demos):
    rows = demos.query(
        "select conversion_type, list(distinct method order by method), min(total), max(total) from ("
        " select conversion_type, conversion_id, method, round(sum(credit), 9) as total"
        " from marts.fct_attribution_credits group by all) group by conversion_type"
    )
    found = {conversion_type: rest for conversion_type, *rest in rows}
    every = [method for (method,) in demos.query("select method from seeds.attribution_methods order by 1")]
    assert found["demo_booked"] == [every, 1, 1]
    assert found["demo_tracked"] == [["first_touch", "linear"], 1, 1]
    assert found["proposal_sent"] == [["linear"], 1, 1]


def test_no_demo_has_a_milestone_and_the_position_visibly_stands_in(demos):  # Nor is any journey of six days.
    rows = demos.query(
        "select distinct method, applied_method from marts.fct_attribution_credits"
        " where conversion_type = 'demo_booked' and method != applied_method order by 1"
    )
    assert rows == [
        ("full_path", "position_based"), ("markov_of_older", "linear"), ("w_shape", "position_based"),
    ]  # fmt: skip


def effects(world, method, conversion_type="demo_booked"):
    rows = world.query(
        "select coalesce(channel, 'campaign'), round(effect, 9) from marts.fct_channel_effects"
        f" where conversion_type = '{conversion_type}' and method = '{method}'"
    )
    assert len(dict(rows)) == len(rows)
    return dict(rows)


def credits(world, method, converted_on):
    """Channels of the touches with credit, in order of time, with credit, position and touches counted."""
    return world.query(
        "select channel, round(credit, 9), position, touch_count from marts.fct_attribution_credits"
        f" where conversion_type = 'demo_booked' and method = '{method}'"
        f" and cast(converted_at as date) = '{converted_on}' order by position"
    )


def test_markov_and_shapley_on_journeys_that_one_can_count(demos):
    # Ann: Paid Search > Email > Direct and Paid Search > Email > Direct > Direct > Direct convert. Bob: Direct is lost.
    # From Direct 2 of 5 steps convert, 2 return, 1 is lost: 2/3. So P = 2/3. Without Direct 0; without Paid Search or
    # Email only whoever starts with Direct is left, 1/3 * 2/3.
    assert effects(demos, "markov") == {"Direct": 1, "Email": round(2 / 3, 9), "Paid Search": round(2 / 3, 9)}
    # v is 2/9 where Direct acts and not both others, 2/3 where all do. The difference of 4/9 is shared by three.
    assert effects(demos, "shapley") == {"Direct": round(10 / 27, 9), "Email": round(4 / 27, 9),
                                         "Paid Search": round(4 / 27, 9)}  # fmt: skip
    # Weights of 2/3, 2/3 and 1, and with two more of 1.
    seventh, thirteenth = round(2 / 7, 9), round(2 / 13, 9)
    assert credits(demos, "markov", "2026-03-03") == [
        ("Paid Search", seventh, 1, 3), ("Email", seventh, 2, 3), ("Direct", round(3 / 7, 9), 3, 3),
    ]  # fmt: skip
    assert [credit for _, credit, _, _ in credits(demos, "markov", "2026-03-06")] == [
        thirteenth, thirteenth, *[round(3 / 13, 9)] * 3,
    ]  # fmt: skip


def test_what_a_rule_for_paths_drops_is_in_no_chain_and_earns_no_credit(demos):
    # Runs: Paid Search > Email > Direct converts twice, Direct alone does not, and at order 2 is another state.
    assert effects(demos, "markov_of_runs") == {"Direct": 1, "Email": 1, "Paid Search": 1}
    third = round(1 / 3, 9)
    assert credits(demos, "markov_of_runs", "2026-03-06") == [
        ("Paid Search", third, 1, 3), ("Email", third, 2, 3), ("Direct", third, 3, 3),
    ]  # fmt: skip
    # Without direct, but for Bob, who has nothing else: Paid Search > Email converts twice of three journeys.
    assert effects(demos, "shapley_non_direct") == {"Direct": 0, "Email": third, "Paid Search": third}
    assert credits(demos, "shapley_non_direct", "2026-03-06") == [("Paid Search", 0.5, 1, 2), ("Email", 0.5, 2, 2)]


def test_young_journeys_are_in_no_chain_whether_or_not_they_converted_and_have_their_credit(demos):
    # The latest touch is of noon on 6 March: five days after Ann's first, and Bob's only one. Without him all convert.
    assert effects(demos, "markov_of_old") == {"Direct": 1, "Email": 1, "Paid Search": 1}
    counts = demos.query(
        "select method, max(journey_count), max(conversion_count), max(open_journey_count)"
        " from marts.fct_channel_effects where conversion_type = 'demo_booked'"
        " and method in ('markov', 'markov_of_old', 'markov_of_older') group by 1"
    )
    assert sorted(counts) == [("markov", 3, 2, 1), ("markov_of_old", 2, 2, 0)]
    # Six days are too much to ask even of Ann's, so that there is no chain. Every conversion is credited.
    fifth = [0.2] * 5
    assert [credit for _, credit, _, _ in credits(demos, "markov_of_old", "2026-03-06")] == fifth
    assert [credit for _, credit, _, _ in credits(demos, "markov_of_older", "2026-03-06")] == fifth


def test_the_hash_of_parameters_knows_the_least_age_of_journeys_and_what_happens_once(demos):
    hashes = demos.query(
        "select method, any_value(parameters_hash), count(distinct parameters_hash) from marts.fct_attribution_credits"
        " where conversion_type = 'demo_booked' and method = applied_method group by 1"
    )
    assert len({each for _, each, _ in hashes}) == len(hashes) and {count for _, _, count in hashes} == {1}
    # These differ in nothing else: one in the age, and the types in being once, with one window.
    rules = demos.query("select count(distinct path_rule) from intermediate.int_methods_pathed where method ~ 'of_old'")
    assert rules == [(2,)]
    types = demos.query(
        "select count(distinct conversion_type), count(distinct parameters_hash) from marts.fct_attribution_credits"
        " where conversion_type in ('demo_booked', 'demo_seen') and method = 'markov'"
    )
    assert types == [(2, 2)]


def test_chains_are_by_segment_or_campaign_where_the_method_says_so(demos):
    rows = demos.query(
        "select method, list(distinct segment), count(campaign_key), count(distinct channel)"
        " from marts.fct_channel_effects where conversion_type = 'demo_booked'"
        " and method in ('markov_by_device', 'shapley_of_campaigns') group by 1 order by 1"
    )
    assert rows == [("markov_by_device", ["desktop"], 0, 3), ("shapley_of_campaigns", ["all"], 1, 2)]


def test_resampled_persons_give_every_channel_an_interval(demos):
    rows = demos.query(
        "select distinct method, replicate_count, effect_share_low <= effect_share_high, effect_share_high <= 1"
        " from marts.fct_channel_effects where method like 'markov%' and conversion_type = 'demo_booked' order by 1"
    )
    assert [row[0] for row in rows] == [
        "markov", "markov_by_device", "markov_non_direct", "markov_of_old", "markov_of_runs", "markov_order_2",
    ]  # fmt: skip
    assert all(row[1] > 0 and row[2] and row[3] for row in rows)
    assert all(row[1] <= 20 for row in rows if row[0] in ("markov_by_device", "markov_of_runs", "markov_of_old"))


@pytest.mark.parametrize("seed", ["attribution_methods", "conversion_types"])
def test_the_copy_of_a_seed_that_unit_tests_read_holds_rows_of_the_seed(seed):
    """A company's own rows are in the seed alone."""
    copy, original = ROOT / f"tests/fixtures/{seed}.csv", ROOT / f"seeds/attribution/{seed}.csv"
    assert set(copy.read_text().splitlines()) <= set(original.read_text().splitlines())
