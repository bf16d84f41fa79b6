"""Shapley values of the game v(S) = P(conversion) in the order-1 chain when only the channels in S act.

A touch of any other channel leads to null (Singal et al., "Shapley Meets Uniform", 2019). Numbers only: SQL gives and
takes the names.
"""

import math

import numpy as np
import pandas as pd

EXACT_LIMIT = 16  # Channels up to which every coalition is worked out; above, permutations are drawn.
PAIRS = 1_000  # Permutations are drawn in pairs, each with its reverse.
FEWEST_PAIRS = 50  # Fewer would say little, and little of their own error.
WORK = 1_000_000_000  # A pair costs the cube of the channels: above 100 of them there are fewer pairs.
BASE = 1 << 15  # A state is the numbers of its touches, 15 bits each: four touches fit one integer.
SLICE = 200_000


def steps(paths, order):
    """Each step of each path, as arrays: number of the path, state before, state after (0 where the journey ends).

    A path is the numbers (from 1) of its channels, parted by spaces, in order of time. The state is the last `order`
    channels, fewer where the journey is younger; 0 is the start. Nothing is collapsed: a channel twice is a step.
    """
    text = "0 " + " 0 ".join(paths) + " 0"
    tokens = np.fromstring(text, dtype=np.int64, sep=" ")
    if tokens.max() >= BASE:
        raise ValueError(f"A path holds more than {BASE - 1} different channels")
    state, is_inside = tokens.copy(), tokens != 0
    for back in range(1, order):
        earlier = np.concatenate((np.zeros(back, np.int64), tokens[:-back]))
        is_inside &= earlier != 0
        state += np.where(is_inside, earlier, 0) * BASE**back
    return np.cumsum(tokens == 0)[:-1] - 1, state[:-1], state[1:]


def transitions(paths, order=1):
    """How often each state was followed by which, as a frame sorted by states.

    paths: frame of path, journey_count and conversion_count. A row that ends a journey has 0 as state after, and says
    how many of those journeys converted. Counts are whole numbers, so their sums do not depend on the order of rows.
    """
    parts = []
    for start in range(0, len(paths), SLICE):
        part = paths.iloc[start : start + SLICE]
        number, before, after = steps(part["path"], order)
        counts = {name: part[name].to_numpy(np.int64)[number] for name in ("journey_count", "conversion_count")}
        parts.append(summed([pd.DataFrame({"before": before, "after": after, **counts})]))
    return summed(parts)


def summed(parts):
    """Counts of transitions, given in parts, added up."""
    columns = ["before", "after", "journey_count", "conversion_count"]
    counted = pd.concat([pd.DataFrame(columns=columns, dtype=np.int64), *parts])
    counted = counted.groupby(["before", "after"], as_index=False).sum()
    return counted[counted["journey_count"] > 0]


def gathered(batches, orders):
    """Transitions of one set of paths and replicate after the other, as (path set, replicate, order, counts).

    batches: paths sorted by path set and replicate, in parts that may end anywhere. Only the counts of one are kept.
    orders: frame of path_set_number, markov_order and bootstrap_replicates, one row for each order that is asked for.
    """
    current, found = (-1, -1), {}
    for batch in batches:
        for key, part in batch.groupby(["path_set_number", "replicate_number"]):
            if key < current:
                raise ValueError(f"Paths of set and replicate {key} come after those of {current}")
            if key > current:
                yield from ((*current, order, summed(parts)) for order, parts in found.items())
                asked = (orders["path_set_number"] == key[0]) & (orders["bootstrap_replicates"] >= key[1])
                current, found = key, {order: [] for order in sorted(orders.loc[asked, "markov_order"].unique())}
            for order, parts in found.items():
                parts.append(transitions(part, int(order)))
                if len(parts) > 9:
                    parts[:] = [summed(parts)]
    yield from ((*current, order, summed(parts)) for order, parts in found.items())


def chain(counted):
    """The order-1 chain as one matrix, and its channels. Rows: start, channels. Columns: conversion, channels."""
    channels = np.unique(counted["before"])[1:]
    matrix = np.zeros((len(channels) + 1, len(channels) + 1))
    rank = {name: np.searchsorted(channels, counted[name]) + (counted[name] > 0) for name in ("before", "after")}
    went = np.where(counted["after"] == 0, counted["conversion_count"], counted["journey_count"])
    np.add.at(matrix, (rank["before"], rank["after"]), went)
    return matrix / np.bincount(rank["before"], counted["journey_count"])[:, None], channels


def let_act(chains):
    """The chains without their last channel, which acts: whoever comes to it goes on from it. Its steps to itself only
    pass time, so its other chances are divided by one less theirs."""
    onward = chains[:, -1:, :-1] / (1 - chains[:, -1:, -1:])
    return chains[:, :-1, :-1] + chains[:, :-1, -1:] * onward


def coalition_values(matrix):
    """v(S) of all coalitions. Bit c of the index says whether channel c acts.

    Channels are decided one after the other: each parts the chains into those where it leads to null and those where
    it acts. So all coalitions together cost a few operations each instead of an equation each.
    """
    chains = matrix[None]
    while chains.shape[1] > 1:
        chains = np.stack((chains[:, :-1, :-1], let_act(chains)), axis=1).reshape(-1, *np.subtract(chains.shape[1:], 1))
    return chains[:, 0, 0]


def shapley_of(values):
    """Exact Shapley values of a game given as v(S) by the bits of S."""
    count = len(values).bit_length() - 1
    size = np.array([number.bit_count() for number in range(len(values))])
    weight = np.array([1 / (count * math.comb(count - 1, s)) for s in range(count)])
    shapley = np.empty(count)
    for player in range(count):
        pairs = values.reshape(-1, 2, 1 << player)
        sizes = size.reshape(-1, 2, 1 << player)[:, 0]
        shapley[player] = (weight[sizes] * (pairs[:, 1] - pairs[:, 0])).sum()
    return shapley


def sampled_shapley(matrix, seed, pairs=PAIRS):
    """Unbiased estimates of the Shapley values, and their standard errors.

    The average of what each channel adds when channels join in random order. Each order is also taken backwards, and
    the standard error is that of the mean over these pairs. Every order adds up to v of all, so the sum is exact.
    """
    count = len(matrix) - 1
    generator = np.random.default_rng(seed)
    chunk = max(1, 4_000_000 // len(matrix) ** 2)
    means = []
    for start in range(0, pairs, chunk):
        order = generator.permuted(np.tile(np.arange(count), (min(chunk, pairs - start), 1)), axis=1)
        means.append((added_in(matrix, order) + added_in(matrix, order[:, ::-1])) / 2)
    means = np.concatenate(means)
    return means.mean(axis=0), means.std(axis=0, ddof=1) / math.sqrt(pairs)


def added_in(matrix, orders):
    """What each channel adds to P(conversion) when the channels join in the given orders, one row per order."""
    places = np.hstack((np.zeros((len(orders), 1), int), orders[:, ::-1] + 1))  # The last acts first.
    chains = matrix[places[:, :, None], places[:, None, :]]
    reached = [chains[:, 0, 0].copy()]
    while chains.shape[1] > 1:
        chains = let_act(chains)
        reached.append(chains[:, 0, 0].copy())  # A view would keep the whole array.
    added = np.empty(orders.shape)
    np.put_along_axis(added, orders, np.diff(np.array(reached), axis=0).T, axis=1)
    return added


def pairs_drawn(channels):
    """How many pairs of permutations: 1,000, fewer above 100 channels, and 50 at least.

    So from 100 to 271 channels the work stays the same; above, it grows with the cube of their number.
    """
    return max(FEWEST_PAIRS, min(PAIRS, WORK // channels**3))


def shapley_values(paths, seed=0, exact_limit=EXACT_LIMIT):
    """The Shapley value of each channel, as a frame sorted by channel; they sum to the conversion probability.

    paths: frame of path, journey_count and conversion_count. Where there are more channels than the limit, estimates
    with their standard error. Exact values have a standard error of 0.
    """
    return values_in(transitions(paths), seed, exact_limit)


def values_in(counted, seed, exact_limit=EXACT_LIMIT):
    """Shapley values in the chain of counted transitions."""
    if counted.empty:
        names = ("effect", "standard_error", "conversion_probability")
        return pd.DataFrame({"state_number": np.array([], np.int64), **{name: np.array([]) for name in names}})
    matrix, channels = chain(counted)
    if len(channels) <= exact_limit:
        values, errors = shapley_of(coalition_values(matrix)), 0.0
    else:
        values, errors = sampled_shapley(matrix, seed, pairs_drawn(len(channels)))
    ended, started = counted["after"] == 0, counted["before"] == 0
    whole = counted.loc[ended, "conversion_count"].sum() / counted.loc[started, "journey_count"].sum()
    return pd.DataFrame(
        {"state_number": channels, "effect": values, "standard_error": errors, "conversion_probability": whole}
    )


def significant(values, digits=12):
    """Rounded to so many digits, and nothing below zero: the rest is noise of the arithmetic."""
    values = np.where(values > 10.0**-digits, values, 0.0)
    scale = 10.0 ** (digits - 1 - np.floor(np.log10(np.where(values > 0, values, 1.0))))
    return np.round(values * scale) / scale


def valued(batches, chains):
    """Shapley values for every chain of the family, by replicate, with the chain's number. Replicate 0 is the data."""
    parts = []
    chains = chains[chains["family"] == "shapley"]
    for path_set, replicate, _, counted in gathered(batches, chains):
        asked = (chains["path_set_number"] == path_set) & (chains["bootstrap_replicates"] >= replicate)
        for each in chains[asked].itertuples():
            effects = values_in(counted, int(each.random_seed))
            for name in ("effect", "standard_error", "conversion_probability"):
                effects[name] = significant(effects[name].to_numpy())
            parts.append(effects.assign(chain_number=each.chain_number, replicate_number=replicate))
    columns = ["chain_number", "replicate_number", "state_number", "effect", "conversion_probability", "standard_error"]
    numbers = pd.DataFrame({name: np.array([], np.int64 if "number" in name else float) for name in columns})
    return pd.concat([numbers, *parts])[columns]


def read(relation):
    """Either engine's relation as pandas, with lower-case columns."""
    frame = relation.df() if hasattr(relation, "df") else relation.to_pandas()
    return frame.rename(columns=str.lower)


def batches(relation):
    """Either engine's relation in parts, as pandas with lower-case columns: there may be millions of rows."""
    is_duckdb = hasattr(relation, "df")
    for part in relation.to_arrow_reader(SLICE) if is_duckdb else relation.to_pandas_batches():
        yield (part.to_pandas() if is_duckdb else part).rename(columns=str.lower)


def write(frame, relation):
    """Snowpark quotes lower-case names; upper-case ones stay case-insensitive."""
    return frame if hasattr(relation, "df") else frame.rename(columns=str.upper)


def model(dbt, session):
    dbt.config(materialized="table", packages=["numpy", "pandas"])
    columns = ("path_set_number", "replicate_number", "path", "journey_count", "conversion_count")
    paths = dbt.ref("int_journeys_aggregated_to_paths").select(*columns)
    chains = dbt.ref("int_chains")
    batched = batches(paths.sort("path_set_number", "replicate_number"))
    return write(valued(batched, read(chains)), paths)
