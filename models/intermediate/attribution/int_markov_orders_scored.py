"""How well chains of each order foretell journeys that they were not made from.

Numbers only: SQL gives and takes the names.
"""

import numpy as np
import pandas as pd

ORDERS = (1, 2, 3, 4)
CONVERSION, NULL = -1, 0  # Outcomes of a step that are no channel.
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


def outcomes(paths, order):
    """What followed each state how often, as a frame of state, outcome (a channel, conversion or null) and count."""
    counted = transitions(paths, order)
    is_end = counted["after"] == 0
    ended = counted[is_end]
    return added(
        [
            pd.DataFrame({"state": part["before"], "outcome": outcome, "count": count})
            for part, outcome, count in (
                (counted[~is_end], counted.loc[~is_end, "after"] % BASE, counted.loc[~is_end, "journey_count"]),
                (ended, CONVERSION, ended["conversion_count"]),
                (ended, NULL, ended["journey_count"] - ended["conversion_count"]),
            )
        ]
    )


def added(parts):
    """Outcomes, given in parts, added up."""
    return pd.concat(parts).groupby(["state", "outcome"], as_index=False).sum()


def remembered(frame, order):
    """The same outcomes where only the last `order` touches of a state are remembered."""
    return added([frame.assign(state=frame["state"] % BASE**order)])


def foretold(asked, trained, first):
    """P(outcome | state) of each asked row at orders 1, 2, ..., from trained frames and the chance before them.

    Each order's chance is its own share, with that of the order below as one more observation. So a state that was
    never seen has the chance of the state with one touch less, and nothing has a chance of zero.
    """
    chance = np.full(len(asked), first)
    for order, frame in enumerate(trained, 1):
        key = pd.DataFrame({"state": asked["state"] % BASE**order, "outcome": asked["outcome"]})
        seen = key.merge(frame, "left", ["state", "outcome"])["count"].fillna(0).to_numpy()
        total = key["state"].map(frame.groupby("state")["count"].sum()).fillna(0).to_numpy()
        chance = (seen + chance) / (total + 1)
        yield chance


def area_under_curve(score, conversions, nulls):
    """The chance that a journey that converted has a higher score than one that did not; ties count half."""
    frame = pd.DataFrame({"score": score, "conversions": conversions, "nulls": nulls}).groupby("score").sum()
    below = frame["nulls"].cumsum() - frame["nulls"] / 2
    pairs = frame["conversions"].sum() * frame["nulls"].sum()
    return (frame["conversions"] * below).sum() / pairs if pairs else 0.5


def split(paths):
    """Outcomes at the highest order of the journeys that chains are made from, and of those that are held out."""
    whole = paths[["journey_count", "conversion_count"]]
    held = paths[["held_out_journey_count", "held_out_conversion_count"]].set_axis(whole.columns, axis=1)
    return [outcomes(paths[["path"]].join(counts), max(ORDERS)) for counts in (whole - held, held)]


def scores(trained, held):
    """Log likelihood and AUC of held-out journeys under chains of the others, both as outcomes: a dict for each order.

    The likelihood is of all steps of the journeys, conversion or null included. The AUC asks whether a journey that has
    come to its end converted; its score is the chance of conversion among journeys that ended in the same state.
    """
    channel_count = (np.unique(pd.concat([trained, held])["outcome"]) > 0).sum()
    shorter = [remembered(trained, order) for order in ORDERS]
    ends = [frame[frame["outcome"] <= 0] for frame in shorter]
    rate = trained.loc[trained["outcome"] == CONVERSION, "count"].sum() / max(1, ends[0]["count"].sum())
    ended = held[held["outcome"] <= 0].pivot(index="state", columns="outcome", values="count")
    ended = ended.reindex(columns=[CONVERSION, NULL]).fillna(0).reset_index()
    chances = foretold(held, shorter, 1 / (channel_count + 2))
    converting = foretold(ended[["state"]].assign(outcome=CONVERSION), ends, rate)
    return [
        {
            "markov_order": order,
            "state_count": (np.unique(frame["state"]) > 0).sum(),
            "held_out_journey_count": ended[[CONVERSION, NULL]].to_numpy().sum(),
            "held_out_conversion_count": ended[CONVERSION].sum(),
            "log_likelihood": (held["count"] * np.log(chance)).sum(),
            "auc": area_under_curve(score, ended[CONVERSION], ended[NULL]),
        }
        for order, frame, chance, score in zip(ORDERS, shorter, chances, converting, strict=True)
    ]


def scored(batches):
    """The scores of every set of paths and order. Resampled paths are left out."""
    found = {}
    for batch in batches:
        for path_set, part in batch[batch["replicate_number"] == 0].groupby("path_set_number"):
            for parts, frame in zip(found.setdefault(path_set, ([], [])), split(part), strict=True):
                parts[:] = [added([*parts, frame])]
    rows = [
        {"path_set_number": path_set, **row}
        for path_set, ((trained,), (held,)) in sorted(found.items())
        for row in scores(trained, held)
    ]
    counts = ["path_set_number", "markov_order", "state_count", "held_out_journey_count", "held_out_conversion_count"]
    types = dict.fromkeys(counts, np.int64) | {"log_likelihood": float, "auc": float}
    return pd.DataFrame(rows, columns=list(types)).astype(types)


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
    held_out = ("held_out_journey_count", "held_out_conversion_count")
    columns = ("path_set_number", "replicate_number", "path", "journey_count", "conversion_count", *held_out)
    paths = dbt.ref("int_journeys_aggregated_to_paths").select(*columns)
    return write(scored(batches(paths)), paths)
