"""Other worlds than the standard one: what a shape changes in the tables of simulation_company.

    with shaped("retargeting"):
        simulate(...)

A mix names the share of some programmes; the others divide the rest as they did.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import simulation_company as company


@dataclass(frozen=True)
class Shape:
    """What is different. Empty: the standard world."""

    title: str
    programmes: dict[str, dict[str, float]] = field(default_factory=dict)  # programme: its new parameters
    first: dict[str, float] = field(default_factory=dict)  # shares of first visits, business and private alike
    repeat: dict[str, float] = field(default_factory=dict)  # of later visits
    returns: dict[str, float] = field(default_factory=dict)  # of visits by people who have decided
    stripped: float | None = None  # share of devices that strip UTMs, and of those that strip click ids
    hides_referrers: bool = False  # half of what has a referrer comes without


SHAPES = {
    "standard": Shape("The company as it is"),
    "upper_funnel": Shape(
        "LinkedIn finds three people in ten, works for weeks and never in the visit; it is hardly met again",
        programmes={"linkedin_ads": {"sign_up": 0.05, "lead": 0.06, "purchase": 0.035, "in_visit": 0.0}},
        first={"linkedin_ads": 0.30},
        repeat={"linkedin_ads": 0.02},
    ),
    "retargeting": Shape(
        "Display ads follow who was on the site: three later visits in ten, four in ten of those who have decided. "
        "They cause nothing",
        programmes={"display": {"sign_up": 0.0, "lead": 0.0, "purchase": 0.0}},
        first={"display": 0.0},
        repeat={"display": 0.30},
        returns={"display": 0.40},
    ),
    "brand_search": Shape(
        "Who knows us searches for the name and clicks the ad: a quarter of later visits, six in ten of those who have "
        "decided. It causes nothing",
        repeat={"google_brand": 0.25},
        returns={"google_brand": 0.60},
    ),
    "hidden_direct": Shape(
        "A third of devices strip UTMs, a third click ids, and half of the referrers are missing: what other channels "
        "did looks direct",
        stripped=0.35,
        hides_referrers=True,
    ),
}


def mixed(mix: dict[str, float], fixed: dict[str, float]) -> dict[str, float]:
    """A mix in which some programmes have a given share of the whole."""
    others = {name: share for name, share in mix.items() if name not in fixed}
    whole = sum(mix.values())
    scale = (1 - sum(fixed.values())) * whole / sum(others.values()) if fixed else 1.0
    return {name: share * scale for name, share in others.items()} | {n: share * whole for n, share in fixed.items()}


def changes(shape: Shape) -> dict[str, object]:
    """New values of simulation_company's tables, by name."""
    values: dict[str, object] = {}
    if shape.programmes:
        values["PROGRAMMES"] = [replace(p, **shape.programmes.get(p.name, {})) for p in company.PROGRAMMES]
    for name, fixed in [("MIX_FIRST", shape.first), ("MIX_REPEAT", shape.repeat)]:
        if fixed:
            values[name] = {kind: mixed(mix, fixed) for kind, mix in getattr(company, name).items()}
    if shape.returns:
        values["MIX_RETURN"] = mixed(company.MIX_RETURN, shape.returns)
    if shape.stripped is not None:
        values |= {"UTM_STRIPPER_SHARE": shape.stripped, "PRIVATE_SHARE": shape.stripped}
    if shape.hides_referrers:
        values["SOURCES_BY_PROGRAMME"] = {
            name: tuple(part and part + [""] * len(part) for part in parts)
            for name, parts in company.SOURCES_BY_PROGRAMME.items()
        }
    return values


@contextmanager
def shaped(name: str):
    """The tables of simulation_company as the shape has them, for as long as the context lasts."""
    values = changes(SHAPES[name])
    before = {table: getattr(company, table) for table in values}
    for table, value in values.items():
        setattr(company, table, value)
    try:
        yield
    finally:
        for table, value in before.items():
            setattr(company, table, value)
