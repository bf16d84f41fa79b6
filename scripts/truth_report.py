"""From credits and truth to errors, and from errors to the tables of docs/attribution.md."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from statistics import mean, stdev

from scipy.stats import t as student

SEEDS_WANTED = 20
TYPES = ["sign_up", "purchase", "lead_created", "opportunity_created"]
TRUTH, KNOWN_CAUSES, EVEN = "truth", "known_causes", "even_split"
REFERENCES = {KNOWN_CAUSES: "*every cause known*", EVEN: "*the same to each channel*"}
NOBODY = {"Direct", "Unattributed"}  # Neither can cause anything in the simulation.
BASELINE = "Baseline"  # A cause, but nobody's: the truth is about what the exposures added.
USUAL = ("0.2", "all_on")
KEY_CHANNELS = {  # The channel that a shape is about.
    "upper_funnel": "Paid Social",
    "retargeting": "Display",
    "brand_search": "Paid Search",
    "hidden_direct": "Direct",
}
START, END = "<!-- truth: written by make truth -->", "<!-- end of truth -->"


def shares(credits):
    """Credits as shares of their sum; none at all where there is no credit."""
    credits = {channel: credit for channel, credit in credits.items() if channel != BASELINE}
    whole = sum(credits.values())
    return {channel: credit / whole for channel, credit in credits.items()} if whole else {}


def error(credited, true):
    """Half the sum of absolute differences between two divisions: the part of the credit that is in the wrong place.

    0 where they agree, 1 where they have no channel in common, or one of them gives nothing.
    """
    left, right = shares(credited), shares(true)
    if not left or not right:
        return 1.0
    return sum(abs(left.get(channel, 0.0) - right.get(channel, 0.0)) for channel in left.keys() | right.keys()) / 2


def among_marketing(credits):
    """Without what no one can be paid for."""
    return {channel: credit for channel, credit in credits.items() if channel not in NOBODY}


def with_even_split(by_method):
    """A reference beside the methods: the same to each channel that any of them credits. It knows the names alone."""
    methods = by_method.keys() - {TRUTH, KNOWN_CAUSES}
    return by_method | {EVEN: dict.fromkeys({channel for method in methods for channel in by_method[method]}, 1.0)}


def error_rows(results):
    """One row per world, variant and method.

    Results: {(shape, loss, seed, variant): {type: {method: {channel: credits}}}}.
    `error` and `marketing_error` are means of the four types, the others those of `error`.
    """
    rows = []
    for (shape, loss, seed, variant), by_type in sorted(results.items()):
        by_type = {kind: with_even_split(by_type[kind]) for kind in TYPES}
        for method in sorted({method for found in by_type.values() for method in found} - {TRUTH}):
            every, marketing = {}, []
            for kind, found in by_type.items():
                credited, true = found.get(method, {}), found[TRUTH]
                every[kind] = error(credited, true)
                marketing.append(error(among_marketing(credited), among_marketing(true)))
            row = {"shape": shape, "cookie_loss": f"{loss:g}", "variant": variant, "seed": seed, "method": method}
            numbers = {"error": mean(every.values()), "marketing_error": mean(marketing), **every}
            rows.append(row | {name: f"{number:.4f}" for name, number in numbers.items()})
    return rows


def share_rows(results):
    """Mean share of each channel over types and seeds, a column per method."""
    sums, counts = defaultdict(lambda: defaultdict(float)), defaultdict(int)
    methods = {method for by_type in results.values() for found in by_type.values() for method in found}
    for (shape, loss, _, variant), by_type in results.items():
        counts[shape, loss, variant] += len(TYPES)
        for kind in TYPES:
            for method, credits in by_type[kind].items():
                for channel, share in shares(credits).items():
                    sums[shape, loss, variant, channel][method] += share
    rows = []
    for (shape, loss, variant, channel), by_method in sorted(sums.items()):
        row = {"shape": shape, "cookie_loss": f"{loss:g}", "variant": variant, "channel": channel}
        count = counts[shape, loss, variant]
        ordered = [TRUTH, KNOWN_CAUSES, *sorted(methods - {TRUTH, KNOWN_CAUSES})]
        rows.append(row | {method: f"{by_method[method] / count:.4f}" for method in ordered})
    return rows


# ---- Tables ---------------------------------------------------------------------------------------------------------
def interval(values):
    """Mean and half the width of its 90% interval (Student's t over seeds)."""
    width = student.ppf(0.95, len(values) - 1) * stdev(values) / len(values) ** 0.5
    return mean(values), width


def plus_minus(values):
    return "{:.3f} ±{:.3f}".format(*interval(values))


def signed(values):
    return "{:+.3f} ±{:.3f}".format(*interval(values))


def by_seed(rows, measure, **where):
    """{method: {seed: measure}} of the rows that match."""
    found = defaultdict(dict)
    for row in rows:
        if all(row[name] == value for name, value in where.items()):
            found[row["method"]][row["seed"]] = float(row[measure])
    return found


def over_shapes(rows, measure, shapes):
    """{method: {seed: mean of the measure over the shapes}}"""
    loss, variant = USUAL
    each = [by_seed(rows, measure, shape=shape, cookie_loss=loss, variant=variant) for shape in shapes]
    return {m: {seed: mean(found[m][seed] for found in each) for seed in each[0][m]} for m in each[0]}


def markdown(head, lines):
    body = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(line) + " |" for line in body)


def ranked(found):
    """Methods, best first, numbered; the references among them without a number."""
    order = sorted(found, key=lambda method: (mean(found[method].values()), method))
    place, named = 0, []
    for method in order:
        place += method not in REFERENCES
        named.append((method, "" if method in REFERENCES else str(place), REFERENCES.get(method, f"`{method}`")))
    return named


def shape_table(rows, measure, shapes):
    """The ranked table: a method's error by shape, best mean first."""
    whole = over_shapes(rows, measure, shapes)
    loss, variant = USUAL
    cells = {s: by_seed(rows, measure, shape=s, cookie_loss=loss, variant=variant) for s in shapes}
    lines = []
    for method, place, name in ranked(whole):
        values = [plus_minus(list(cells[shape][method].values())) for shape in shapes]
        lines.append([place, name, plus_minus(list(whole[method].values())), *values])
    return markdown(["", "method", "mean", *shapes], lines)


def loss_table(rows):
    """Error on the standard shape as more cookies are lost."""
    losses = sorted({row["cookie_loss"] for row in rows if row["shape"] == "standard"}, key=float)
    cells = {loss: by_seed(rows, "error", shape="standard", cookie_loss=loss, variant="all_on") for loss in losses}
    named = ranked(cells[losses[0]])
    lines = [[name, *(plus_minus(list(cells[loss][method].values())) for loss in losses)] for method, _, name in named]
    return markdown(["method", *(f"{float(loss):.0%} lost" for loss in losses)], lines)


def switch_table(rows, measure):
    """Error on the standard shape with everything on, and what switching off adds, seed by seed."""
    variants = ["all_on", "state_off", "identity_off", "both_off"]
    found = {v: by_seed(rows, measure, shape="standard", cookie_loss=USUAL[0], variant=v) for v in variants}
    lines = []
    for method, _, name in ranked(found["all_on"]):
        if method in REFERENCES:
            continue
        base = found["all_on"][method]
        added = [signed([found[v][method][seed] - base[seed] for seed in base]) for v in variants[1:]]
        lines.append([name, plus_minus(list(base.values())), *added])
    return markdown(["method", "all on", "state off", "identity off", "both off"], lines)


def key_channel_table(rows, shapes):
    """What the channel that a shape is about is credited with, beside the truth."""
    chosen = [shape for shape in shapes if shape in KEY_CHANNELS]
    methods = [name for name in rows[0] if name not in ("shape", "cookie_loss", "variant", "channel")]
    by_shape = {}
    for shape in chosen:
        wanted = {"shape": shape, "cookie_loss": USUAL[0], "variant": USUAL[1], "channel": KEY_CHANNELS[shape]}
        by_shape[shape] = next((row for row in rows if all(row[k] == v for k, v in wanted.items())), None)
    names = {TRUTH: "**the truth**"} | REFERENCES
    lines = [
        [names.get(m, f"`{m}`"), *(f"{float(row[m]) if row else 0:.0%}" for row in by_shape.values())] for m in methods
    ]
    return markdown(["", *(f"{KEY_CHANNELS[shape]} in {shape}" for shape in chosen)], lines)


def tables(errors, share_table):
    """All tables, as texts; fewer where not every shape was asked for."""
    loss, variant = USUAL
    at_hand = {row["shape"] for row in errors if (row["cookie_loss"], row["variant"]) == (loss, variant)}
    shapes = [shape for shape in ["standard", *KEY_CHANNELS] if shape in at_hand]
    texts = [
        "Error among all channels:\n\n" + shape_table(errors, "error", shapes),
        "Error among marketing channels alone:\n\n" + shape_table(errors, "marketing_error", shapes),
    ]
    if set(shapes) & set(KEY_CHANNELS):
        texts.append("Share of the channel that the shape is about:\n\n" + key_channel_table(share_table, shapes))
    if "standard" in shapes:
        texts.append("Error among all channels on the standard shape, by cookie loss:\n\n" + loss_table(errors))
        switched = "switched off, and how much error that adds:\n\n"
        texts.append(f"All channels, {switched}" + switch_table(errors, "error"))
        texts.append(f"Marketing channels alone, {switched}" + switch_table(errors, "marketing_error"))
    return texts


def section(errors_csv, shares_csv):
    """What stands between the markers in docs/attribution.md."""
    with errors_csv.open() as errors, shares_csv.open() as channels:
        texts = tables(list(csv.DictReader(errors)), list(csv.DictReader(channels)))
    return "\n\n".join([START, *texts, END])


def write_into_docs(document, errors_csv, shares_csv):
    """Replace what stands between the markers."""
    written = section(errors_csv, shares_csv)
    text = document.read_text()
    document.write_text(re.sub(f"{re.escape(START)}.*{re.escape(END)}", lambda _: written, text, flags=re.DOTALL))
