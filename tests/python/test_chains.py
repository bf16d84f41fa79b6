"""The pure functions of the Markov and Shapley models, against hand and published examples and slow ways to the same.

The slow ways share no code with the models: they work on names, in fractions, by the definitions.
"""

import importlib.util
import inspect
import itertools
import math
from collections import Counter, defaultdict
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

FOLDER = Path(__file__).resolve().parents[2] / "models/intermediate/attribution"


def load(name):
    """A Python model as a module, without dbt."""
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


markov, shapley, orders = (
    load(f"int_{name}") for name in ("removal_effects", "shapley_values", "markov_orders_scored")
)

THREE = {("c1", "c2", "c3"): (1, 1), ("c1",): (1, 0), ("c2", "c3"): (1, 0)}
FOUR = {("google",): (3, 2), ("mailing",): (1, 1), ("google", "mailing"): (1, 1)}


def numbered(journeys):
    """{path of names: (journeys, conversions)} as the models see it, and the names by number - 1."""
    names = sorted({name for path in journeys for name in path})
    rows = [(" ".join(str(names.index(name) + 1) for name in path), *counts) for path, counts in journeys.items()]
    return pd.DataFrame(rows, columns=["path", "journey_count", "conversion_count"]), names


def named(frame, names):
    return {names[row.state_number - 1]: row.effect for row in frame.itertuples()}


def effects(journeys, order=1):
    paths, names = numbered(journeys)
    return named(markov.removal_effects(paths, order), names)


def values(journeys):
    paths, names = numbered(journeys)
    return named(shapley.shapley_values(paths), names)


def shares(found):
    return {name: effect / sum(found.values()) for name, effect in found.items()}


def approx(expected, **options):
    return pytest.approx(expected, rel=1e-9, abs=1e-12, **options)


# ------------------------------------------------------------------------------------------------------- slow ways


def solved(matrix, right):
    """The solution of a square system of fractions."""
    size = len(matrix)
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for column in range(size):
        pivot = next(row for row in range(column, size) if rows[row][column])
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [value / rows[column][column] for value in rows[column]]
        for row in range(size):
            if row != column and rows[row][column]:
                rows[row] = [a - rows[row][column] * b for a, b in zip(rows[row], rows[column], strict=True)]
    return [row[-1] for row in rows]


def slow_probability(journeys, order=1, removed=frozenset()):
    """P(conversion) where every state that contains a removed channel leads to null, with ChannelAttribution's states:
    a journey's first is its first `order` touches at once, and a step from a state to itself is no step.
    """
    went = defaultdict(Counter)
    for path, (journey_count, conversion_count) in journeys.items():
        grams = [path[start : start + order] for start in range(max(1, len(path) - order + 1))]
        before = "start"
        for gram in grams:
            if gram != before:
                went[before][gram] += journey_count
            before = gram
        went[before]["conversion"] += conversion_count
        went[before]["null"] += journey_count - conversion_count
    states = list(went)
    matrix = [[Fraction(int(a == b)) for b in states] for a in states]
    right = [Fraction(0)] * len(states)
    for row, state in enumerate(states):
        total = went[state].total()
        right[row] = Fraction(went[state]["conversion"], total)
        for after, count in went[state].items():
            if after in went and not removed & set(after):
                matrix[row][states.index(after)] -= Fraction(count, total)
    return solved(matrix, right)[states.index("start")]


def slow_effects(journeys, order):
    whole = slow_probability(journeys, order)
    names = {name for path in journeys for name in path}
    return {name: float(1 - slow_probability(journeys, order, {name}) / whole) if whole else 0.0 for name in names}


def slow_shapley(players, value):
    """By the definition: the average over all orders of what each player adds."""
    added = dict.fromkeys(players, 0)
    for arrival in itertools.permutations(players):
        for place, player in enumerate(arrival):
            added[player] += value(frozenset(arrival[: place + 1])) - value(frozenset(arrival[:place]))
    return {player: float(total) / math.factorial(len(players)) for player, total in added.items()}


def acting(journeys):
    """v(S) of the game of design section 4."""
    players = frozenset(name for path in journeys for name in path)
    return lambda coalition: slow_probability(journeys, 1, players - coalition)


paths_of = lambda channels: st.lists(st.sampled_from(channels), min_size=1, max_size=5).map(tuple)  # noqa: E731
counts = st.tuples(st.integers(1, 4), st.integers(0, 4)).map(lambda pair: (pair[0], min(pair)))
some_journeys = st.dictionaries(paths_of("abcd"), counts, min_size=1, max_size=8)
quick = settings(max_examples=25, deadline=None, derandomize=True, database=None)

# ------------------------------------------------------------------------------------------------- examples by hand


def test_the_hand_example_of_three_channels():
    found = markov.removal_effects(numbered(THREE)[0])
    assert found["conversion_probability"].tolist() == approx([1 / 3] * 3)
    assert effects(THREE) == approx({"c1": 0.5, "c2": 1, "c3": 1})
    assert shares(effects(THREE)) == approx({"c1": 0.2, "c2": 0.4, "c3": 0.4})
    # What ChannelAttribution publishes for it, simulated.
    published = {"c1": 0.1991, "c2": 0.4004, "c3": 0.4004}
    assert shares(effects(THREE)) == pytest.approx(published, abs=0.002)


def test_the_hand_example_of_google_and_a_mailing():
    assert markov.removal_effects(numbered(FOUR)[0])["conversion_probability"].tolist() == approx([0.8, 0.8])
    assert {name: 4 * share for name, share in shares(effects(FOUR)).items()} == approx({"google": 2.4, "mailing": 1.6})
    # v: nothing 0, google 0.8 * 0.5, the mailing 0.2, both 0.8. Each adds on average (0.4 + 0.6) / 2, (0.2 + 0.4) / 2.
    assert values(FOUR) == approx({"google": 0.5, "mailing": 0.3})


def test_a_second_order_example():
    # a > b converts and b > a > b does not. At order 1 both end in b. Order 2 knows from where they came to a.
    journeys = {("a", "b"): (1, 1), ("b", "a", "b"): (1, 0), ("c",): (2, 1)}
    assert effects(journeys, 2) == approx({"a": 0.5, "b": 0.5, "c": 0.5})
    # Order 1: b goes to a once of 3 times, converts once and fails once. From a always b. From b x = 1/3 + x/3 = 1/2.
    # P = 1/4 * 1/2 + 1/4 * 1/2 + 1/2 * 1/2 = 1/2. Without a: b converts 1/3 of 1/4. Without c: half of 1/2.
    assert effects(journeys, 1) == approx({"a": 1 - (1 / 12 + 1 / 4) / 0.5, "b": 0.5, "c": 0.5})


# ------------------------------------------------------------------------------------------------- removal effects


@quick
@given(journeys=some_journeys, order=st.integers(1, 4))
def test_removal_effects_are_those_of_the_slow_way(journeys, order):
    assert effects(journeys, order) == approx(slow_effects(journeys, order))


@quick
@given(journeys=some_journeys, order=st.integers(1, 4))
def test_the_chance_to_convert_is_the_share_of_journeys_that_did(journeys, order):
    found = markov.removal_effects(numbered(journeys)[0], order)["conversion_probability"]
    assert found.tolist() == approx(
        [sum(c for _, c in journeys.values()) / sum(n for n, _ in journeys.values())] * len(found)
    )


def test_a_channel_that_repeats_changes_no_effect_of_order_one():
    repeated = {("c1", "c1", "c2", "c3", "c3"): (1, 1), ("c1", "c1", "c1"): (1, 0), ("c2", "c3"): (1, 0)}
    assert effects(repeated) == approx(effects(THREE))
    # At order 2 it matters: c1 after c1 is another state than c1 at the start.
    journeys = {("a", "a"): (2, 2), ("a",): (2, 0), ("b", "a"): (2, 1)}
    assert effects(journeys, 2) == approx({"a": 1, "b": 1 / 3})


def test_channels_that_always_or_never_convert():
    journeys = {("always",): (3, 3), ("never",): (5, 0), ("never", "sometimes"): (2, 1)}
    assert effects(journeys) == approx({"always": 0.75, "never": 0.25, "sometimes": 0.25})
    assert effects({("dead",): (4, 0), ("live",): (1, 1)}) == {"dead": 0, "live": 1}
    assert effects({("a", "b"): (7, 7), ("a",): (1, 1)}) == approx({"a": 1, "b": 7 / 8})


@pytest.mark.parametrize("module", [markov.removal_effects, shapley.shapley_values])
def test_where_nobody_converts_or_nobody_came_there_is_no_effect(module):
    assert module(numbered({("a", "b"): (3, 0), ("b",): (1, 0)})[0])["effect"].tolist() == [0, 0]
    assert module(pd.DataFrame({"path": [], "journey_count": [], "conversion_count": []})).empty


@pytest.mark.parametrize("kind", ["many journeys", "one endless journey"])
def test_large_systems_have_the_same_solution_as_factorised_ones(kind, monkeypatch):
    generator = np.random.default_rng(1)
    journeys = Counter(tuple(generator.integers(0, 12, generator.geometric(0.2))) for _ in range(6_000))
    if kind == "one endless journey":  # Nearly every state is seen once, so that there is hardly another way on.
        journeys = {tuple(generator.integers(0, 20, 1_500)): 3, (0,): 1, (1, 2): 2}
    paths, _ = numbered({path: (n, int(generator.binomial(n, 0.5))) for path, n in journeys.items()})
    found = markov.removal_effects(paths, 3)["effect"]
    assert len(np.unique(markov.transitions(paths, 3)["before"])) > markov.DIRECT_LIMIT
    monkeypatch.setattr(markov, "DIRECT_LIMIT", 10**9)
    np.testing.assert_allclose(found, markov.removal_effects(paths, 3)["effect"], rtol=0, atol=1e-13)


def test_the_rows_may_come_in_any_order_and_in_parts(monkeypatch):
    generator = np.random.default_rng(2)
    rows = {
        tuple(generator.choice(list("abcdef"), generator.geometric(0.3))): (5, int(generator.integers(6)))
        for _ in range(99)
    }
    paths, _ = numbered(rows)
    shuffled = pd.concat([paths, paths]).sample(frac=1, random_state=3)  # Twice the counts: the same chances.
    for module in (lambda frame: markov.removal_effects(frame, 2), shapley.shapley_values):
        whole = module(paths)
        monkeypatch.setattr(markov, "SLICE", 7)
        monkeypatch.setattr(shapley, "SLICE", 7)
        pd.testing.assert_frame_equal(whole, module(shuffled), check_exact=True)


@pytest.mark.parametrize("family", ["markov", "shapley"])
def test_paths_in_batches_make_the_chains_that_they_make_together(family):
    paths, _ = numbered(THREE | FOUR)
    sets = [paths.assign(path_set_number=number, replicate_number=r) for number, r in ((1, 0), (1, 1), (1, 2), (2, 0))]
    whole = pd.concat(sets).sample(frac=1, random_state=5)
    whole = whole.sort_values(["path_set_number", "replicate_number"], kind="stable")  # As the models ask for them.
    chains = [(7, 1, family, 1, 1), (8, 1, family, 1, 0), (9, 2, family, 1, 2), (10, 1, "other", 1, 2)]
    columns = ["chain_number", "path_set_number", "family", "markov_order", "bootstrap_replicates"]
    chains = pd.DataFrame(chains, columns=columns).assign(random_seed=0)
    module = {"markov": markov, "shapley": shapley}[family]
    parts = [whole[:8], whole[8:9], whole[9:17], whole[17:]]  # They end within sets and replicates, and with them.
    found = module.valued(parts, chains)
    # Of the second chain no replicate is asked for, of the first one. There are none of the third.
    keys = found.groupby(["chain_number", "replicate_number"]).size()
    assert keys.to_dict() == {(7, 0): 5, (7, 1): 5, (8, 0): 5, (9, 0): 5}
    alone = {"markov": markov.removal_effects, "shapley": shapley.shapley_values}[family](paths)
    for _, part in found.groupby(["chain_number", "replicate_number"]):
        assert part["effect"].tolist() == approx(alone["effect"].tolist())
    assert module.valued([], chains).empty and orders.scored([]).empty
    with pytest.raises(ValueError, match="come after"):  # Else a set in two parts would be two chains.
        module.valued(parts[::-1], chains)


@pytest.mark.parametrize("module", [markov, shapley])
def test_no_more_than_one_set_of_paths_is_kept_at_a_time(module):
    paths = numbered(THREE)[0].assign(path_set_number=1)
    asked = []

    def batches():
        for replicate in range(4):
            asked.append(replicate)
            yield paths.assign(replicate_number=replicate)

    orders = pd.DataFrame({"path_set_number": [1], "markov_order": [1], "bootstrap_replicates": [3]})
    seen = [(replicate, len(asked)) for _, replicate, _, _ in module.gathered(batches(), orders)]
    assert seen == [(0, 2), (1, 3), (2, 4), (3, 4)]  # Each is out once the next one begins.


# -------------------------------------------------------------------------------------------------------- Shapley


@quick
@given(journeys=some_journeys)
def test_shapley_values_are_the_average_over_all_orders_of_arrival(journeys):
    players = sorted({name for path in journeys for name in path})
    assert values(journeys) == approx(slow_shapley(players, acting(journeys)))


@quick
@given(journeys=some_journeys)
def test_shapley_values_sum_to_the_chance_to_convert(journeys):
    total = sum(c for _, c in journeys.values()) / sum(n for n, _ in journeys.values())
    assert sum(values(journeys).values()) == approx(total)


@quick
@given(journeys=some_journeys, counts=counts)
def test_channels_that_stand_in_the_same_places_have_the_same_value(journeys, counts):
    # x and y are made alike: every journey of a is one of x and, as often, one of y.
    twins = Counter()
    for path, count in {**journeys, ("a",): counts}.items():
        for twin in "xy":
            twins[tuple(twin if name == "a" else name for name in path)] = count
    found = values(twins)
    assert found["x"] == approx(found["y"])


@quick
@given(journeys=some_journeys)
def test_a_channel_from_which_nobody_converts_has_no_value(journeys):
    found = values({**journeys, ("nowhere",): (3, 0), ("a", "nowhere"): (2, 0), ("nowhere", "nowhere"): (1, 0)})
    assert found["nowhere"] == approx(0)


@quick
@given(players=st.integers(1, 5), data=st.data())
def test_shapley_values_of_the_sum_of_two_games_are_the_sums(players, data):
    game = st.lists(st.floats(0, 1), min_size=2**players, max_size=2**players).map(np.array)
    one, other = data.draw(game), data.draw(game)
    both = shapley.shapley_of(one + other)
    np.testing.assert_allclose(both, shapley.shapley_of(one) + shapley.shapley_of(other), atol=1e-12)
    slow = slow_shapley(range(players), lambda coalition: one[sum(1 << player for player in coalition)])
    np.testing.assert_allclose(shapley.shapley_of(one), list(slow.values()), atol=1e-12)


def test_the_game_of_converting_paths_alone_is_linear_over_the_different_channels():
    """Why that game is not used: it never looks at who did not convert (Zhao et al., "Shapley Value Methods", 2018)."""
    journeys = {("a", "b", "a"): (9, 3), ("b", "c"): (1, 1), ("c",): (50, 1), ("a",): (7, 0), ("a", "b", "c"): (2, 2)}
    cheap = lambda coalition: sum(c for path, (_, c) in journeys.items() if set(path) <= coalition)  # noqa: E731
    linear = Counter()
    for path, (_, conversions) in journeys.items():
        for name in set(path):
            linear[name] += Fraction(conversions, len(set(path)))
    assert slow_shapley("abc", cheap) == approx({name: float(value) for name, value in linear.items()})
    # Whether 49 journeys of c lead nowhere or are not there: nothing changes in that game, and much in ours.
    fewer = journeys | {("c",): (1, 1)}
    assert abs(shares(values(fewer))["c"] - shares(values(journeys))["c"]) > 0.2


def random_paths(channels, seed=4):
    generator = np.random.default_rng(seed)
    journeys = {}
    for _ in range(400):
        path = tuple(f"{n:02}" for n in generator.integers(0, channels, generator.geometric(0.3)))
        journeys[path] = (5, int(generator.integers(0, 4)))
    return numbered(journeys)[0]


def test_estimates_are_unbiased_and_know_their_error():
    paths = random_paths(9)
    exact = shapley.shapley_values(paths)
    assert (exact["standard_error"] == 0).all()
    found = [shapley.shapley_values(paths, seed, exact_limit=5) for seed in range(60)]
    off = np.array([(each["effect"] - exact["effect"]) / each["standard_error"] for each in found])
    assert abs(off.mean(axis=0)).max() < 4 / np.sqrt(len(found))  # Per channel: over all of them errors cancel out.
    assert 0.8 < off.std() < 1.2
    for each in found:
        assert each["effect"].sum() == approx(exact["effect"].sum())
        assert (each["standard_error"] > 0).all() and each["standard_error"].max() < 0.02 * exact["effect"].max()


def test_above_sixteen_channels_the_seed_decides():
    assert (shapley.shapley_values(random_paths(16))["standard_error"] == 0).all()
    paths = random_paths(17)
    first, again, other = (shapley.shapley_values(paths, seed) for seed in (1, 1, 2))
    assert (first["standard_error"] > 0).all()
    pd.testing.assert_frame_equal(first, again, check_exact=True)
    assert not np.allclose(first["effect"], other["effect"], rtol=1e-9)
    exact = shapley.shapley_values(paths, exact_limit=17)["effect"]
    assert (abs(first["effect"] - exact) < 5 * first["standard_error"]).all()


def test_many_channels_have_fewer_permutations_and_fifty_pairs_at_least(monkeypatch):
    assert [shapley.pairs_drawn(channels) for channels in (17, 100, 101, 271, 272, 5_000)] == [
        1_000, 1_000, 970, 50, 50, 50,
    ]  # fmt: skip
    cost = [shapley.pairs_drawn(channels) * channels**3 for channels in range(17, 272)]
    assert max(cost) <= shapley.WORK  # What the docs say of the time.
    asked = []
    monkeypatch.setattr(shapley, "sampled_shapley", lambda matrix, seed, pairs: (asked.append(pairs), (0.0, 0.0))[1])
    shapley.shapley_values(random_paths(120))
    assert asked == [578]


# --------------------------------------------------------------------------------------------------------- orders


def with_held_out(journeys):
    paths, _ = numbered({path: row[:2] for path, row in journeys.items()})
    rest = pd.DataFrame(
        [row[2:] for row in journeys.values()], columns=["held_out_journey_count", "held_out_conversion_count"]
    )
    return paths.join(rest)


def test_the_likelihood_by_hand():
    # Made from a > conversion twice and a > null once; one held-out journey a > conversion.
    found = orders.scores(*orders.split(with_held_out({("a",): (4, 3, 1, 1)})))
    # Three outcomes. From the start: (3 + 1/3) / 4 for a. From a: (2 + 1/3) / 4 for conversion.
    assert found[0]["log_likelihood"] == approx(math.log(10 / 12) + math.log(7 / 12))
    # Order 2 has a state of its own for nothing more, and adds what order 1 says as one more observation.
    second = math.log((3 + 10 / 12) / 4) + math.log((2 + 7 / 12) / 4)
    assert found[1]["log_likelihood"] == approx(second)


def test_a_state_never_seen_has_the_chance_of_the_state_with_one_touch_less():
    # b > a is held out only. At order 2 that state is new: what order 1 says of a stands, as one observation of one.
    journeys = {("a",): (4, 3, 0, 0), ("b",): (2, 0, 0, 0), ("b", "a"): (1, 1, 1, 1)}
    asked = orders.outcomes(
        with_held_out(journeys)[["path"]].assign(journey_count=[0, 0, 1], conversion_count=[0, 0, 1]), 2
    )
    trained = [
        orders.outcomes(
            with_held_out(journeys)[["path"]].assign(journey_count=[4, 2, 0], conversion_count=[3, 0, 0]), order
        )
        for order in (1, 2)
    ]
    one, two = orders.foretold(asked, trained, 1 / 4)
    is_new = asked["state"] > orders.BASE
    assert is_new.sum() == 2 and two[is_new] == approx(one[is_new])
    assert (two > 0).all()


def test_the_auc_counts_pairs_and_ties_half():
    # Pairs of a conversion and none: (0.9, 0.1) right, (0.9, 0.9) tied, (0.1, 0.1) tied, (0.1, 0.9) wrong.
    assert orders.area_under_curve([0.9, 0.1], np.array([1, 1]), np.array([1, 1])) == 0.5
    assert orders.area_under_curve([0.9, 0.5, 0.1], np.array([2, 1, 0]), np.array([0, 1, 3])) == approx(11.5 / 12)
    assert orders.area_under_curve([0.9], np.array([2]), np.array([0])) == 0.5


@pytest.mark.parametrize("order", [1, 2, 3])
def test_the_order_that_made_the_journeys_scores_best(order):
    generator = np.random.default_rng(order + 50)
    chances = generator.dirichlet(np.full(5, 0.4), size=(4,) * order) * 0.7 + np.array([0, 0, 0, 0.15, 0.15])
    journeys = Counter()
    for _ in range(6_000):
        path, last, outcome = (), (0,) * order, None
        while not path or outcome <= 2:
            outcome = generator.choice(5, p=chances[last])
            if outcome <= 2:
                path, last = (*path, "abc"[outcome]), (*last[1:], outcome + 1)
        journeys[path, outcome == 3, generator.random() < 0.2] += 1
    table = defaultdict(lambda: [0, 0, 0, 0])
    for (path, converted, held), count in journeys.items():
        for place, counts_it in enumerate((True, converted, held, held and converted)):
            table[path][place] += count * counts_it
    whole = with_held_out(table).assign(path_set_number=1, replicate_number=0)
    scores = orders.scored([whole[::2], whole[1::2]])  # In batches.
    assert scores.set_index("markov_order")["log_likelihood"].idxmax() == order


# ----------------------------------------------------------------------------------------------------- house rules


def test_what_the_python_models_share_is_the_same_to_the_letter():
    """One model cannot import from another, so they have copies."""
    modules = [load(path.stem) for path in FOLDER.glob("*.py")] + [load("../identity/int_nodes_merged")]
    sources = defaultdict(set)
    for module in modules:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if name not in ("model", "valued", "chain"):
                sources[name].add(inspect.getsource(function))
        assert len(inspect.getsource(module.model).splitlines()) <= 12
    assert {name for name, texts in sources.items() if len(texts) > 1} == set()
    assert {"read", "write", "steps", "transitions"} <= sources.keys()
