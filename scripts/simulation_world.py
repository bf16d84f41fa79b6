"""What happens: persons, their exposures, their conversions, and the truth about cause.

Everything is additive hazards. Person i with propensity m converts in process k (sign-up, lead, purchase) at the rate

    h(t) = m * ( baseline_k + sum over exposures e before t of effect_k(e) * density(t - t_e) )

where density integrates to 1: a share `in_visit` is exponential with mean six minutes, the rest exponential with the
programme's half-life. So each exposure adds a Poisson number of events with mean m * effect, which is how they are
drawn, and every expectation below has a closed form. Times are milliseconds, int64.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

import simulation_company as company

N_PROGRAMMES = len(company.PROGRAMMES)
CHANNEL_OF_PROGRAMME = np.array([company.CHANNELS.index(p.channel) for p in company.PROGRAMMES])
CONVERSION_TYPES = ["sign_up", "purchase", "lead_created", "opportunity_created", "opportunity_won"]


def stream(seed: int, chunk: int, name: str) -> np.random.Generator:
    """A generator of its own for each purpose, so that one purpose's draws never move another's."""
    return np.random.default_rng([seed, chunk, zlib.crc32(name.encode())])


def effect_table(scale: float = 1.0) -> np.ndarray:
    """Effect of one exposure, shape (hazards, programmes); scale 0 is the world in which marketing does nothing."""
    return scale * np.array([[getattr(p, hazard) for p in company.PROGRAMMES] for hazard in company.HAZARDS])


def half_lives() -> np.ndarray:
    """Half-life of each programme's effect after the visit, ms."""
    return np.array([p.half_life_days for p in company.PROGRAMMES]) * company.DAY


def in_visit_shares() -> np.ndarray:
    """Share of each programme's effect within the visit."""
    return np.array([p.in_visit for p in company.PROGRAMMES])


def pick(rng: np.random.Generator, n: int, weights) -> np.ndarray:
    """n indices drawn by weight."""
    edges = np.cumsum(np.asarray(weights, float))
    return np.minimum(np.searchsorted(edges, rng.random(n) * edges[-1], side="right"), len(edges) - 1)


def programmes_by_mix(rng: np.random.Generator, n: int, mix: dict[str, float]) -> np.ndarray:
    """n programme indices drawn from a mix by name."""
    return np.array([company.PROGRAMME[name] for name in mix])[pick(rng, n, list(mix.values()))]


def runs(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For counts per owner: the owner of each item, and the item's place among its owner's (from 0)."""
    owner = np.repeat(np.arange(len(counts)), counts)
    starts = np.cumsum(counts) - counts
    return owner, np.arange(len(owner)) - starts[owner]


@dataclass
class Persons:
    """One entry per person of a chunk; keys count over the whole world."""

    first_key: int
    arrival: np.ndarray
    is_business: np.ndarray
    company: np.ndarray  # index in the chunk, -1 for private persons
    propensity: np.ndarray
    device_count: np.ndarray
    is_subscriber: np.ndarray
    plan: np.ndarray
    currency: np.ndarray
    becomes_opportunity: np.ndarray  # if the person ever becomes a lead
    is_won: np.ndarray
    opportunity_lag: np.ndarray  # ms after the lead
    close_lag: np.ndarray  # ms after the opportunity
    opportunity_amount: np.ndarray  # in currency
    is_offline_lead: np.ndarray
    company_count: int

    def __len__(self) -> int:
        return len(self.arrival)


def draw_persons(rng: np.random.Generator, first_key: int, n: int) -> Persons:
    """Persons with everything about them that marketing does not change."""
    days = (company.LAST_ARRIVAL - company.START) // company.DAY
    weekdays = np.array([day.weekday() for day in company.DATES[:days]])
    day_weights = np.array(company.WEEKDAY_WEIGHTS)[weekdays] * (1 + company.MONTHLY_GROWTH) ** (np.arange(days) / 30)
    arrival = company.START + pick(rng, n, day_weights) * company.DAY + time_of_day(rng, n)
    is_business = rng.random(n) < company.BUSINESS_SHARE
    company_count = max(1, int(is_business.sum()) // company.PERSONS_PER_COMPANY)
    mean = np.where(is_business, company.PROPENSITY_MEAN["business"], company.PROPENSITY_MEAN["private"])
    shape = company.PROPENSITY_SHAPE

    def lag(parameters: tuple[float, float]) -> np.ndarray:
        return (rng.lognormal(*parameters, n) * company.DAY).astype(np.int64)

    return Persons(
        first_key=first_key,
        arrival=arrival,
        is_business=is_business,
        company=np.where(is_business, (company_count * rng.random(n) ** 1.5).astype(np.int64), -1),
        propensity=rng.gamma(shape, 1 / shape, n) * mean,
        device_count=1 + pick(rng, n, company.DEVICE_COUNT_SHARES),
        is_subscriber=rng.random(n) < company.SUBSCRIBER_SHARE,
        plan=pick(rng, n, company.PLAN_SHARES),
        currency=pick(rng, n, company.CURRENCY_SHARES),
        becomes_opportunity=is_business & (rng.random(n) < company.OPPORTUNITY_SHARE),
        is_won=rng.random(n) < company.WON_SHARE,
        opportunity_lag=lag(company.OPPORTUNITY_LAG_DAYS),
        close_lag=lag(company.CLOSE_LAG_DAYS),
        opportunity_amount=np.round(rng.lognormal(*company.OPPORTUNITY_LOG_AMOUNT, n), -2),
        is_offline_lead=rng.random(n) < company.OFFLINE_LEAD_SHARE,
        company_count=company_count,
    )


def time_of_day(rng: np.random.Generator, n: int) -> np.ndarray:
    """Milliseconds into the day, by the hours at which people work."""
    return (pick(rng, n, company.HOUR_WEIGHTS) * 3_600_000 + rng.random(n) * 3_600_000).astype(np.int64)


@dataclass
class Exposures:
    """One entry per touch of a person, sorted by person and time; what the person met, seen by the tracker or not."""

    person: np.ndarray
    at: np.ndarray
    programme: np.ndarray

    def __len__(self) -> int:
        return len(self.at)


def draw_exposures(rng: np.random.Generator, persons: Persons) -> Exposures:
    """Visits, newsletter clicks, events and app installs. None of them depends on a conversion."""
    n = len(persons)
    person, place = runs(rng.geometric(company.VISIT_COUNT_P, n))
    gap = np.where(place == 0, 0.0, rng.lognormal(*company.VISIT_GAP_LOG_DAYS, len(person)))
    total = np.cumsum(gap)
    since_arrival = total - total[np.maximum.accumulate(np.where(place == 0, np.arange(len(person)), 0))]
    day = (persons.arrival[person] - company.START) // company.DAY + np.ceil(since_arrival).astype(np.int64)
    weekday = (day + company.FIRST_DATE.weekday()) % 7
    day += np.where((weekday >= 5) & (rng.random(len(day)) < 0.6) & (place > 0), 2, 0)
    at = company.START + day * company.DAY + time_of_day(rng, len(day))
    at = np.where(place == 0, persons.arrival[person], at)
    programme = np.empty(len(person), np.int64)
    for kind, is_kind in [("business", persons.is_business), ("private", ~persons.is_business)]:
        for mix, is_first in [(company.MIX_FIRST, True), (company.MIX_REPEAT, False)]:
            rows = is_kind[person] & ((place == 0) == is_first)
            programme[rows] = programmes_by_mix(rng, int(rows.sum()), mix[kind])

    def extra(rate: np.ndarray, name: str) -> Exposures:
        who, _ = runs(rng.poisson(rate))
        when = persons.arrival[who] + (rng.random(len(who)) * (company.END - persons.arrival[who])).astype(np.int64)
        return Exposures(who, when, np.full(len(who), company.PROGRAMME[name]))

    parts = [
        Exposures(person, at, programme),
        extra(persons.is_subscriber * company.NEWSLETTER_CLICKS, "newsletter"),
        extra(persons.is_business * company.EVENT_RATE, "event"),
        extra(np.full(n, company.INSTALL_RATE), "app_install"),
    ]
    person, at, programme = (np.concatenate([getattr(p, f) for p in parts]) for f in ("person", "at", "programme"))
    order = np.lexsort((at, person))
    order = order[at[order] < company.END]
    return Exposures(person[order], at[order], programme[order])


@dataclass
class Conversions:
    """Events of the three processes; `exposure` is the one within whose visit it happened, else -1."""

    person: np.ndarray
    at: np.ndarray
    exposure: np.ndarray

    def __len__(self) -> int:
        return len(self.at)

    def take(self, rows: np.ndarray) -> Conversions:
        return Conversions(self.person[rows], self.at[rows], self.exposure[rows])


def draw_events(rng: np.random.Generator, persons: Persons, exposures: Exposures, hazard: int, effects: np.ndarray):
    """All events of one process, sorted by person and time: Poisson per exposure, and Poisson for the baseline."""
    lift = effects[hazard][exposures.programme] * persons.propensity[exposures.person]
    exposure, _ = runs(rng.poisson(lift))
    programme = exposures.programme[exposure]
    is_in_visit = rng.random(len(exposure)) < in_visit_shares()[programme]
    mean = np.where(is_in_visit, company.IN_VISIT_MEAN, half_lives()[programme] / np.log(2))
    at = exposures.at[exposure] + (rng.exponential(1.0, len(exposure)) * mean).astype(np.int64) + 1
    # The person cannot tell which exposure did it; only closeness decides whether the conversion is part of the visit.
    is_close = at - exposures.at[exposure] < 25 * company.MINUTE
    window = company.END - persons.arrival
    daily = company.BASELINE_PER_DAY[company.HAZARDS[hazard]]
    spontaneous, _ = runs(rng.poisson(persons.propensity * daily * window / company.DAY))
    when = persons.arrival[spontaneous] + (rng.random(len(spontaneous)) * window[spontaneous]).astype(np.int64)
    events = Conversions(
        np.concatenate([exposures.person[exposure], spontaneous]),
        np.concatenate([at, when]),
        np.concatenate([np.where(is_close, exposure, -1), np.full(len(when), -1)]),
    )
    order = np.lexsort((events.at, events.person))
    return events.take(order[events.at[order] < company.END])


def first_per_person(events: Conversions) -> Conversions:
    """The earliest event of each person; events come sorted by person and time."""
    return events.take(np.flatnonzero(np.r_[True, events.person[1:] != events.person[:-1]][: len(events)]))


@dataclass
class Outcome:
    """What people did. A purchase signs up whoever is not yet a user, so a sign-up is the earlier of the two."""

    sign_up: Conversions
    lead: Conversions
    purchase: Conversions


def draw_outcome(rng: np.random.Generator, persons: Persons, exposures: Exposures, effects: np.ndarray) -> Outcome:
    """Conversions of a chunk."""
    sign_ups, leads, purchases = (draw_events(rng, persons, exposures, hazard, effects) for hazard in range(3))
    both = Conversions(
        *(np.concatenate([getattr(sign_ups, f), getattr(purchases, f)]) for f in ("person", "at", "exposure"))
    )
    both = both.take(np.lexsort((both.at, both.person)))
    return Outcome(first_per_person(both), first_per_person(leads), purchases)


# ---- Truth --------------------------------------------------------------------------------------------------------
def hazards_of(conversion_type: str) -> list[int]:
    """Processes whose rates add up to a conversion type's."""
    if conversion_type == "sign_up":
        return [company.HAZARDS.index("sign_up"), company.HAZARDS.index("purchase")]
    return [company.HAZARDS.index("purchase" if conversion_type == "purchase" else "lead")]


def cumulated_hazards(persons: Persons, exposures: Exposures, hazards: list[int], until: np.ndarray, effects):
    """Integrated hazards to `until` (per person, ms): programmes, shape (persons, programmes), and baseline."""
    age = np.maximum(until[exposures.person] - exposures.at, 0)
    in_visit = in_visit_shares()[exposures.programme]
    spent = 1 - in_visit * np.exp(-age / company.IN_VISIT_MEAN)
    spent -= (1 - in_visit) * 2.0 ** (-age / half_lives()[exposures.programme])
    effect = effects[hazards].sum(axis=0)[exposures.programme] * persons.propensity[exposures.person]
    cells = exposures.person * N_PROGRAMMES + exposures.programme
    by_programme = np.bincount(cells, weights=effect * spent, minlength=len(persons) * N_PROGRAMMES)
    daily = sum(company.BASELINE_PER_DAY[company.HAZARDS[hazard]] for hazard in hazards)
    baseline = persons.propensity * daily * np.maximum(until - persons.arrival, 0) / company.DAY
    return by_programme.reshape(len(persons), N_PROGRAMMES), baseline


def potential(persons: Persons, conversion_type: str, mean_rates: np.ndarray):
    """Per person: 1 if the type can follow, ms by which it follows its process, and its amount in USD (mean rates)."""
    lag = np.zeros(len(persons), np.int64)
    weight = np.ones(len(persons))
    amount = np.zeros(len(persons))
    if conversion_type == "purchase":
        amount = np.array(company.PLAN_PRICES)[persons.plan] * mean_rates[persons.currency]
    if conversion_type.startswith("opportunity"):
        lag, weight = persons.opportunity_lag, persons.becomes_opportunity.astype(float)
        amount = persons.opportunity_amount * mean_rates[persons.currency]
    if conversion_type == "opportunity_won":
        lag, weight = lag + persons.close_lag, weight * persons.is_won
    return weight, lag, amount


def incremental(persons: Persons, exposures: Exposures, effects: np.ndarray, mean_rates: np.ndarray):
    """Expected conversions with everything, without each programme, without each channel, and with baseline alone.

    Rows (conversion_type, grain, name, incremental_conversions, incremental_amount_usd), exact given the exposures.
    """
    groups = [("programme", p.name, np.arange(N_PROGRAMMES) == i) for i, p in enumerate(company.PROGRAMMES)]
    groups += [("channel", c, i == CHANNEL_OF_PROGRAMME) for i, c in enumerate(company.CHANNELS)]
    groups += [("all", "All exposures", np.ones(N_PROGRAMMES, bool))]
    rows = []
    for kind in CONVERSION_TYPES:
        weight, lag, amount = potential(persons, kind, mean_rates)
        by_programme, baseline = cumulated_hazards(persons, exposures, hazards_of(kind), company.END - lag, effects)
        whole = by_programme.sum(axis=1) + baseline
        expected = weight * (whole if kind == "purchase" else -np.expm1(-whole))
        rows.append((kind, "expected", "Everything", expected.sum(), (expected * amount).sum()))
        for grain, name, members in groups:
            part = by_programme[:, members].sum(axis=1)
            # Purchases repeat, so they add up; the others happen once, so removing a cause leaves room for the rest.
            gain = weight * (part if kind == "purchase" else np.exp(-whole) * np.expm1(part))
            rows.append((kind, grain, name, gain.sum(), (gain * amount).sum()))
    return rows


def shares(persons: Persons, exposures: Exposures, events: Conversions, hazards: list[int], effects: np.ndarray):
    """Each event's hazard by cause at its time, normalised: (events, programmes), and the baseline's share.

    This is the exact probability that the event came from that cause, given all exposures before it.
    """
    first = np.searchsorted(exposures.person, events.person, side="left")
    last = np.searchsorted(exposures.person, events.person, side="right")
    event, place = runs(last - first)
    exposure = first[event] + place
    age = events.at[event] - exposures.at[exposure]
    event, exposure, age = (values[age > 0] for values in (event, exposure, age))
    programme = exposures.programme[exposure]
    in_visit = in_visit_shares()[programme]
    now = in_visit * np.exp(-age / company.IN_VISIT_MEAN) / company.IN_VISIT_MEAN
    rate = np.log(2) / half_lives()[programme]
    density = (now + (1 - in_visit) * rate * np.exp(-age * rate)) * company.DAY
    weights = effects[hazards].sum(axis=0)[programme] * density
    by_programme = np.bincount(event * N_PROGRAMMES + programme, weights, len(events) * N_PROGRAMMES)
    by_programme = by_programme.reshape(len(events), N_PROGRAMMES)
    baseline = sum(company.BASELINE_PER_DAY[company.HAZARDS[hazard]] for hazard in hazards)
    whole = by_programme.sum(axis=1) + baseline
    return by_programme / whole[:, None], baseline / whole
