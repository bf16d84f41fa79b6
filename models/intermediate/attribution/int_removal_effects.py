"""Removal effects: how much of the conversions a Markov chain of journeys loses when a channel leads nowhere.

Numbers only: SQL gives and takes the names.
"""

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix, identity
from scipy.sparse.linalg import gmres, splu

DIRECT_LIMIT = 1_000  # Up to so many states the equations are factorised; above, solved by GMRES and checked.
TOLERANCE = 4e-15  # What is left over of an equation between probabilities: a few roundings.
REFINEMENTS = 6
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
    """The absorbing chain of counted transitions: its states, the steps between them, and the chance to convert next.

    The first state is the start. What is missing in a row of the steps went to conversion or to null.
    """
    states, before = np.unique(counted["before"], return_inverse=True)
    journeys = counted["journey_count"].to_numpy(float)
    total = np.bincount(before, journeys)
    is_end = (counted["after"] == 0).to_numpy()
    after = np.searchsorted(states, counted["after"])
    share = journeys / total[before]
    inside = (share[~is_end], (before[~is_end], after[~is_end]))
    conversions = counted["conversion_count"].to_numpy(float)
    converting = np.bincount(before[is_end], conversions[is_end], len(states)) / total
    return states, csr_matrix(inside, shape=(len(states), len(states))), converting


def conversion_probability(moves, converting):
    """P(conversion) from the first state: the first entry of the solution of (I - moves) x = converting.

    Large systems are solved by GMRES, refined until the equations hold to the last digits. Those that it cannot solve
    (very long journeys of states seen once) are sparse enough to be factorised, as small ones always are.
    """
    system = identity(len(converting), format="csr") - moves
    solution = np.zeros(len(converting))
    for _ in range(REFINEMENTS if len(converting) > DIRECT_LIMIT else 0):
        left = converting - system @ solution
        if np.abs(left).max() <= TOLERANCE:
            return solution[0]
        solution += gmres(system, left, rtol=1e-8, restart=50, maxiter=2)[0]
    return splu(system.tocsc()).solve(converting)[0]


def removal_effects(paths, order=1):
    """The removal effect of each channel in a chain of the given order, as a frame sorted by channel.

    paths: frame of path, journey_count and conversion_count. A removed channel's inflow goes to null: no journey gets
    past a touch of it. Its effect is the share of conversions that the chain then lacks, 1 - P(without) / P. Without
    any conversion every effect is 0.
    """
    return effects_in(transitions(paths, order))


def effects_in(counted):
    """Removal effects in the chain of counted transitions."""
    if counted.empty:
        return pd.DataFrame({"state_number": np.array([], np.int64), "effect": [], "conversion_probability": []})
    states, moves, converting = chain(counted)
    last = states % BASE
    whole = conversion_probability(moves, converting)
    channels = np.unique(last[last > 0])
    without = []
    for channel in channels:
        kept = np.flatnonzero(last != channel)
        without.append(conversion_probability(moves[kept][:, kept], converting[kept]))
    effects = 1 - np.array(without) / whole if whole > 0 else np.zeros(len(channels))
    return pd.DataFrame({"state_number": channels, "effect": effects, "conversion_probability": whole})


def significant(values, digits=12):
    """Rounded to so many digits, and nothing below zero: the rest is noise of the arithmetic."""
    values = np.where(values > 10.0**-digits, values, 0.0)
    scale = 10.0 ** (digits - 1 - np.floor(np.log10(np.where(values > 0, values, 1.0))))
    return np.round(values * scale) / scale


def valued(batches, chains):
    """Removal effects for every chain of the family, by replicate, with the chain's number. Replicate 0 is the data."""
    parts = []
    chains = chains[chains["family"] == "markov"]
    for path_set, replicate, order, counted in gathered(batches, chains):
        effects = effects_in(counted).assign(replicate_number=replicate)
        for name in ("effect", "conversion_probability"):
            effects[name] = significant(effects[name].to_numpy())
        asked = (chains["path_set_number"] == path_set) & (chains["markov_order"] == order)
        asked &= chains["bootstrap_replicates"] >= replicate
        parts += [effects.assign(chain_number=number) for number in chains.loc[asked, "chain_number"]]
    columns = ["chain_number", "replicate_number", "state_number", "effect", "conversion_probability"]
    numbers = pd.DataFrame({name: np.array([], np.int64 if "number" in name else float) for name in columns})
    return pd.concat([numbers, *parts])[columns].assign(standard_error=0.0)


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
    dbt.config(materialized="table", packages=["numpy", "pandas", "scipy"])
    columns = ("path_set_number", "replicate_number", "path", "journey_count", "conversion_count")
    paths = dbt.ref("int_journeys_aggregated_to_paths").select(*columns)
    chains = dbt.ref("int_chains")
    batched = batches(paths.sort("path_set_number", "replicate_number"))
    return write(valued(batched, read(chains)), paths)
