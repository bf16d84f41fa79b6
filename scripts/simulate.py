"""Write a simulated company's files, and beside them the truth about what caused what.

    python scripts/simulate.py --page-views 200000 --seed 7 --out data/landing --truth data/truth

The same arguments give the same bytes. See docs/simulation.md.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import simulation_campaigns as plan
import simulation_changes as changes
import simulation_company as company
import simulation_exports as exports
import simulation_files as files
import simulation_planted as planted
import simulation_records as records
import simulation_shapes as shapes
import simulation_tracking as tracking
import simulation_world as world
from resources import shortage
from simulation_strings import plain, random_uuids

PERSONS_PER_CHUNK = 50_000
NDJSON_LIMIT = 1_000_000
PROGRAMME_NAMES = pa.array([p.name for p in company.PROGRAMMES])
CHANNEL_NAMES = pa.array([p.channel for p in company.PROGRAMMES])


@dataclass
class World:
    """What all chunks share."""

    seed: int
    cookie_loss: float
    campaigns: plan.Campaigns
    mean_rates: np.ndarray  # USD per unit of each currency, mean of the period
    effects: np.ndarray  # (hazards, programmes)


@dataclass
class Chunk:
    """Everything that one group of persons leaves behind."""

    page_views: dict[str, tuple[pa.Table, np.ndarray]]
    records: dict[str, pa.Table]
    truth: dict[str, pa.Table]
    effects: list[tuple]
    clicks: np.ndarray  # (campaigns, days)


def simulate_chunk(shared: World, chunk: int, first_key: int, person_count: int) -> Chunk:
    """Simulate persons first_key ... first_key + person_count - 1."""

    def rng(name: str) -> np.random.Generator:
        return world.stream(shared.seed, chunk, name)

    persons = world.draw_persons(rng("persons"), first_key, person_count)
    exposures = world.draw_exposures(rng("exposures"), persons)
    outcome = world.draw_outcome(rng("outcome"), persons, exposures, shared.effects)
    names = records.Names(persons)
    names.role_addresses = records.choose_role_addresses(names, outcome.lead)

    chosen = plan.choose_campaigns(rng("campaign choice"), len(exposures))
    shared_devices = max(1, len(outcome.sign_up) // company.SHARED_DEVICE_PER_USERS)
    devices = tracking.draw_devices(rng("devices"), persons, shared_devices, shared.cookie_loss)
    every = tracking.draw_sessions(rng("sessions"), persons, exposures, outcome, devices)
    every_evidence = tracking.draw_evidence(rng("evidence"), every, devices, shared.campaigns, chosen)
    seen = np.flatnonzero(every.is_seen)
    sessions, evidence = every.take(seen), every_evidence.take(seen)
    cookies = tracking.assign_cookies(sessions, devices, evidence.is_marketing)

    leads = np.flatnonzero(sessions.kind == tracking.LEAD)
    leaks = pa.array([leaky_url(names, int(person)) for person in sessions.person[leads]], pa.string())
    subscribes = subscribing(sessions, persons)
    views = tracking.draw_views(rng("views"), sessions, cookies, evidence, devices, leaks, subscribes)
    robot_count, test_count = int(len(views) * company.BOT_SHARE) + 5, int(len(views) * company.TEST_SHARE) + 4
    robots, robot_cookies = tracking.draw_robots(rng("robots"), robot_count, test_count, cookies.count)
    views = tracking.joined_views([views, robots])
    anonymous_ids = random_uuids(rng("cookies"), cookies.count + robot_cookies)
    urls = pa.concat_arrays([pa.array([url for url, _ in tracking.PAGES]), plain(evidence.url), leaks])
    users = np.full(person_count, None, object)
    users[outcome.sign_up.person] = [names.user(person) for person in outcome.sign_up.person]
    texts = {
        "cookie": anonymous_ids,
        "user": pa.array(users, pa.string()),
        "url": pa.concat_arrays([urls, pa.array(["about:blank", "file:///C:/Users/me/Downloads/harbor-desk.html"])]),
        "title": pa.array([title for _, title in tracking.PAGES]),
        "referrer": pa.concat_arrays([urls, pa.array([*tracking.REFERRERS, ""])]),
        "user_agent": pa.array(tracking.USER_AGENTS),
        "touch": plain(evidence.touch),
    }
    views.referrer = np.where(views.referrer < 0, len(texts["referrer"]) - 1, views.referrer)
    sent = tracking.clocks(rng("clocks"), views)
    page_views = tracking.page_view_tables(rng("event ids"), views, sent, texts)

    user_since = tracking.signed_up_at(persons, outcome)
    rows = defaultdict(list)
    for part in (
        records.product_rows(names, outcome, rng("product"), rng("refunds")),
        records.crm_rows(names, outcome.lead, exposures, rng("crm")),
        records.engagement_rows(names, exposures, chosen, user_since, shared.campaigns, rng("engagement")),
        {"identifies": identify_rows(rng("identifies"), names, sessions, cookies, devices, anonymous_ids, subscribes)},
        {"tracked_events": demo_rows(rng("demos"), names, sessions, cookies, devices, anonymous_ids, user_since)},
        planted.crowd_rows(names, outcome) if chunk == 0 else {},
    ):
        for name, values in part.items():
            rows[name] += values
    changes.change(rows, rng("changes"))
    is_paid = (every_evidence.campaign >= 0) & ~every.continues
    days = (every.start[is_paid] - company.START) // company.DAY
    clicks = np.zeros((len(shared.campaigns.name), company.DAY_COUNT), np.int64)
    np.add.at(clicks, (every_evidence.campaign[is_paid], days), 1)
    truth = truth_tables(shared, names, exposures, outcome, every, every_evidence, cookies, devices, anonymous_ids)
    effects = world.incremental(persons, exposures, shared.effects, shared.mean_rates)
    tables = {name: records.as_table(name, values) for name, values in rows.items()}
    return Chunk(page_views, tables, truth, effects, clicks)


def leaky_url(names: records.Names, person: int) -> str:
    """A thank-you page that carries personal data."""
    email, key = names.email(person), names.key(person)
    extra = f"&phone=%2B1555{key % 10**7:07d}" if key % 3 == 0 else ""
    return f"{company.SITE}/demo/thanks?email={email}{extra}"


def subscribing(sessions: tracking.Sessions, persons: world.Persons) -> np.ndarray:
    """Whether a session is the visit in which a subscriber left an e-mail address: the first one seen."""
    visits = np.flatnonzero((sessions.kind == tracking.VISIT) & persons.is_subscriber[sessions.person])
    visits = visits[np.lexsort((sessions.start[visits], sessions.person[visits]))]
    first = visits[np.unique(sessions.person[visits], return_index=True)[1]]
    return np.isin(np.arange(len(sessions)), first)


def identify_rows(rng, names: records.Names, sessions, cookies, devices, anonymous_ids, subscribes) -> list[tuple]:
    """Sign-ups and sign-ins (user and e-mail), demo requests and newsletter forms (e-mail only)."""
    place = np.arange(len(sessions))
    signs_up = np.isin(sessions.kind, [tracking.SIGN_UP, tracking.PURCHASE_WITH_SIGN_UP])
    app = np.isin(sessions.kind, [tracking.APP, tracking.PURCHASE])
    pair = sessions.person * (cookies.count + 1) + cookies.cookie
    first_use = np.zeros(len(sessions), bool)
    app_places = place[app]
    first_use[app_places[np.unique(pair[app], return_index=True)[1]]] = True
    signs_in = app & (first_use | (rng.random(len(sessions)) < 0.3))
    is_lead = sessions.kind == tracking.LEAD
    chosen = place[signs_up | signs_in | is_lead | subscribes]
    at = np.where(signs_up | is_lead, sessions.end, sessions.start + company.MINUTE * subscribes)[chosen]
    has_user = (signs_up | signs_in)[chosen]
    at = np.minimum(at, company.END - company.MINUTE)
    event_at = at + devices.skew[sessions.device[chosen]]
    received_at = at + rng.integers(60, 2000, len(chosen))
    event_ids = random_uuids(rng, len(chosen)).to_pylist()
    cookie_ids = anonymous_ids.take(pa.array(cookies.cookie[chosen])).to_pylist()
    persons = sessions.person[chosen].tolist()
    typed = [
        names.form_email(person) if books else names.typed_email(person)
        for person, books in zip(persons, is_lead[chosen], strict=True)
    ]
    rows = [
        (event, cookie, names.user(person) if is_user else None, email, event_time, received)
        for event, cookie, person, is_user, email, event_time, received in zip(
            event_ids, cookie_ids, persons, has_user, typed, event_at.tolist(), received_at.tolist(), strict=True
        )
    ]
    repeated = np.flatnonzero(rng.random(len(rows)) < company.DUPLICATE_SHARE)
    return rows + [(*rows[i][:5], min(rows[i][5] + 90_000, company.END - 1)) for i in repeated]


def demo_rows(rng, names: records.Names, sessions, cookies, devices, anonymous_ids, user_since) -> list[tuple]:
    """Most of the demos that business people booked on the site, as the tracker's event; a few were sent twice."""
    booked = np.flatnonzero((sessions.kind == tracking.LEAD) & names.persons.is_business[sessions.person])
    booked = booked[np.arange(len(booked)) % company.UNTRACKED_DEMO_EVERY > 0]
    person, at = sessions.person[booked], np.minimum(sessions.end[booked] + 400, company.END - 2 * company.MINUTE)
    users = [names.user(p) if is_user else None for p, is_user in zip(person, user_since[person] < at, strict=True)]
    n, url = len(booked), company.SITE + "/demo/thanks"
    columns = [
        random_uuids(rng, n).to_pylist(),
        anonymous_ids.take(pa.array(cookies.cookie[booked])).to_pylist(),
        users,
        (at + devices.skew[sessions.device[booked]]).tolist(),
        (at + rng.integers(60, 2000, n)).tolist(),
    ]
    rows = [
        (event, cookie, user, "demo_booked", event_at, received_at, url, None, None)
        for event, cookie, user, event_at, received_at in zip(*columns, strict=True)
    ]
    return rows + [(*row[:5], row[5] + 90_000, *row[6:]) for row in rows[:: company.REPEATED_DEMO_EVERY]]


# ---- Truth ---------------------------------------------------------------------------------------------------------
def truth_tables(shared, names, exposures, outcome, every, evidence, cookies, devices, anonymous_ids):
    """Exposures, conversions, their shares, and persons, as Arrow tables."""
    conversions, shares = conversion_rows(shared, names, exposures, outcome)
    cookie_of_session = np.full(len(every), -1)
    cookie_of_session[np.flatnonzero(every.is_seen)] = cookies.cookie
    return {
        "exposures": exposure_table(shared, names, exposures, every, evidence, cookie_of_session, anonymous_ids),
        "conversions": planted.conversion_table(conversions),
        "conversion_shares": planted.share_table(shares),
        "persons": person_table(names, exposures, outcome, every, cookie_of_session, devices, anonymous_ids),
    }


def exposure_table(shared, names, exposures, every, evidence, cookie_of_session, anonymous_ids) -> pa.Table:
    """Touches that cause (visits, newsletter clicks, events, installs) and returns to convert, which cause nothing."""
    is_touch = every.programme != tracking.DIRECT
    own = np.flatnonzero((every.kind == tracking.VISIT) & is_touch)
    session_of = np.full(len(exposures), -1)
    session_of[every.exposure[own]] = own
    causal = np.flatnonzero(exposures.programme != tracking.DIRECT)
    returns = np.flatnonzero((every.kind != tracking.VISIT) & is_touch & ~every.continues)
    session = np.r_[session_of[causal], returns]
    person = np.r_[exposures.person[causal], every.person[returns]]
    programme = np.r_[exposures.programme[causal], every.programme[returns]]
    at = np.r_[exposures.at[causal], every.start[returns]]
    is_causal = np.arange(len(person)) < len(causal)
    has_session = session >= 0
    cookie = np.where(has_session, cookie_of_session[np.maximum(session, 0)], -1)
    campaign = np.where(has_session, evidence.campaign[np.maximum(session, 0)], -1)
    propensity = names.persons.propensity[person] * is_causal

    def text(values: pa.Array, index: np.ndarray) -> pa.Array:
        return plain(tracking.pick_text(values, index))

    effects = {name: shared.effects[i][programme] * propensity for i, name in enumerate(company.HAZARDS)}
    return pa.table(
        {
            "person_key": person + names.persons.first_key,
            "anonymous_id": text(anonymous_ids, cookie),
            "channel": text(CHANNEL_NAMES, programme),
            "programme": text(PROGRAMME_NAMES, programme),
            "campaign": text(pa.array(shared.campaigns.name), campaign),
            "occurred_at": pa.array(at.astype("datetime64[ms]")),
            "is_seen": cookie >= 0,
            "is_causal": is_causal,
            **{f"effect_{name}": values for name, values in effects.items()},
            "effect": sum(effects.values()),
        }
    )


def conversion_rows(shared: World, names: records.Names, exposures, outcome) -> tuple[list[tuple], list[tuple]]:
    """Conversions and the share of each cause in them."""
    persons = names.persons
    places, created, closed = records.opportunity_times(persons, outcome.lead)
    is_won = persons.is_won[outcome.lead.person[places]] & (closed < company.END)
    price = np.array(company.PLAN_PRICES)[persons.plan]
    kinds = [
        ("sign_up", outcome.sign_up, outcome.sign_up.at, np.zeros(len(persons))),
        ("purchase", outcome.purchase, outcome.purchase.at, price),
        ("lead_created", outcome.lead, outcome.lead.at, np.zeros(len(persons))),
        ("opportunity_created", outcome.lead.take(places), created, persons.opportunity_amount),
        ("opportunity_won", outcome.lead.take(places[is_won]), closed[is_won], persons.opportunity_amount),
    ]
    conversions, share_rows = [], []
    for kind, causes, times, amounts in kinds:
        by_programme, baseline = world.shares(persons, exposures, causes, world.hazards_of(kind), shared.effects)
        for place, (person, at) in enumerate(zip(causes.person.tolist(), times.tolist(), strict=True)):
            key = conversion_key(names, kind, person, at)
            amount, currency = float(amounts[person]), int(persons.currency[person])
            usd = amount * float(shared.mean_rates[currency])
            conversions.append(
                (key, kind, names.key(person), at, amount, company.CURRENCIES[currency], usd, float(baseline[place]))
            )
            share_rows.append((key, kind, "Baseline", "baseline", float(baseline[place])))
            for index in np.flatnonzero(by_programme[place]):
                cause = company.PROGRAMMES[index]
                share_rows.append((key, kind, cause.channel, cause.name, float(by_programme[place, index])))
    return conversions, share_rows


def conversion_key(names: records.Names, kind: str, person: int, at: int) -> str:
    """Id of the record that a conversion is read from."""
    if kind == "sign_up":
        return names.user(person)
    if kind == "purchase":
        return f"pur_{names.key(person):09d}_{at // 1000}"
    return f"{'lead' if kind == 'lead_created' else 'opp'}_{names.key(person):09d}"


def person_table(names, exposures, outcome, every, cookie_of_session, devices, anonymous_ids) -> pa.Table:
    """Who the persons are, and how much of them was lost."""
    persons, n = names.persons, len(names.persons)
    seen = cookie_of_session >= 0
    width = len(anonymous_ids) + 1
    pairs = np.unique(every.person[seen] * width + cookie_of_session[seen])
    counts = np.bincount(pairs // width, minlength=n)
    offsets = pa.array(np.r_[0, np.cumsum(counts)].astype(np.int32))
    is_touch = exposures.programme != tracking.DIRECT
    offsite = exposures.programme >= company.PROGRAMME["event"]
    lost = (every.kind == tracking.VISIT) & (every.programme != tracking.DIRECT) & ~seen
    devices_used = np.unique(every.person[seen] * len(devices.first) * 4 + every.device[seen])
    device_counts = np.bincount(devices_used // (len(devices.first) * 4), minlength=n)
    known = np.zeros(n, bool)
    known[outcome.sign_up.person] = known[outcome.lead.person] = True
    known |= persons.is_subscriber
    users = np.full(n, None, object)
    users[outcome.sign_up.person] = [names.user(person) for person in outcome.sign_up.person]
    accounts = np.full(n, None, object)
    business = np.flatnonzero(persons.is_business)
    accounts[business] = [names.company(index)[0] for index in persons.company[business]]
    denied = np.zeros(n, bool)
    np.logical_or.at(denied, every.person, devices.denied[every.device])
    return pa.table(
        {
            "person_key": np.arange(n) + persons.first_key,
            "anonymous_ids": pa.ListArray.from_arrays(offsets, anonymous_ids.take(pa.array(pairs % width))),
            "user_id": pa.array(users, pa.string()),
            "email": pa.array([names.email(i) if known[i] else None for i in range(n)], pa.string()),
            "account_id": pa.array(accounts, pa.string()),
            "propensity": persons.propensity,
            "exposure_count": np.bincount(exposures.person[is_touch], minlength=n),
            "lost_exposure_count": np.bincount(every.person[lost], minlength=n)
            + np.bincount(exposures.person[offsite & ~known[exposures.person]], minlength=n),
            "lost_cookie_count": np.maximum(counts - device_counts, 0),
            "is_consent_denied": denied,
        }
    )


def effect_rows(parts: list[list[tuple]]) -> pa.Table:
    """Sum of the chunks' expectations, row by row."""
    conversions = np.sum([[row[3] for row in part] for part in parts], axis=0)
    amounts = np.sum([[row[4] for row in part] for part in parts], axis=0)
    kinds, grains, names = zip(*[row[:3] for row in parts[0]], strict=True)
    columns = {"conversion_type": kinds, "grain": grains, "name": names}
    return pa.table({**columns, "incremental_conversions": conversions, "incremental_amount_usd": amounts})


# ---- The whole -----------------------------------------------------------------------------------------------------
def simulate(page_views: int, seed: int, out: Path, truth: Path, cookie_loss: float, file_format: str, report) -> None:
    """Write a whole world."""
    started = time.monotonic()
    rates = records.build_rates(seed)
    campaigns = plan.build_campaigns(seed)
    shared = World(seed, cookie_loss, campaigns, rates.mean(axis=1), world.effect_table())
    person_count = max(20, round(page_views / company.VIEWS_PER_PERSON))
    chunk_count = -(-person_count // PERSONS_PER_CHUNK)
    edges = np.linspace(0, person_count, chunk_count + 1).astype(int)

    view_files = files.PageViewFiles(out / "page_views", file_format)
    files.fresh_folder(truth)
    planted_truth = planted.truth(shared.effects)
    truth_files = {name: files.TruthFile(truth / f"{name}.parquet") for name in planted_truth}
    for name, table in planted_truth.items():
        truth_files[name].append(table)
    planted_views = planted.page_views(campaigns)
    view_files.append(planted_views)
    view_count = sum(len(table) for table, _ in planted_views.values())
    tables = defaultdict(list)
    for name, values in planted.records().items():
        tables[name].append(records.as_table(name, values))
    effects, clicks = [], 0
    for chunk in range(chunk_count):
        first_key = int(edges[chunk]) + 1
        result = simulate_chunk(shared, chunk, first_key, int(edges[chunk + 1] - edges[chunk]))
        view_files.append(result.page_views)
        view_count += sum(len(table) for table, _ in result.page_views.values())
        for name, table in result.records.items():
            tables[name].append(table)
        for name, table in result.truth.items():
            truth_files[name].append(table)
        effects.append(result.effects)
        clicks = clicks + result.clicks
        report(f"{chunk + 1}/{chunk_count} groups, {view_count:,} page views, {time.monotonic() - started:.0f} s")
    view_files.close()
    tables["ad_spend"] = [records.as_table("ad_spend", records.spend_rows(seed, campaigns, clicks, shared.mean_rates))]
    tables["exchange_rates"] = [records.as_table("exchange_rates", records.rate_rows(rates))]
    exports.write_records(out, {name: pa.concat_tables(parts) for name, parts in tables.items()}, report)
    pq.write_table(effect_rows(effects), truth / "channel_effects.parquet")
    for name, file in truth_files.items():
        file.close()
        report(f"truth {name:26} {file.row_count:>12,} rows")
    report(f"{view_count:,} page views written to {out} in {time.monotonic() - started:.1f} s; truth in {truth}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--page-views", type=int, default=200_000, help="about how many page views (default 200000)")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, default=Path("data/landing"), help="emptied per table, then written")
    parser.add_argument("--truth", type=Path, default=Path("data/truth"), help="emptied, then written; never landed")
    parser.add_argument("--cookie-loss", type=float, default=company.COOKIE_LOSS, help="0 to 1")
    parser.add_argument("--shape", choices=shapes.SHAPES, default="standard", help="another kind of world")
    parser.add_argument("--format", choices=["ndjson", "parquet"], help="of page views (default by size)")
    options = parser.parse_args()
    if not 0 <= options.cookie_loss <= 1:
        parser.error("--cookie-loss is a share, 0 to 1")
    if not 10_000 <= options.page_views <= 110_000_000:
        parser.error("--page-views is between 10 thousand and 110 million")
    file_format = options.format or ("ndjson" if options.page_views <= NDJSON_LIMIT else "parquet")
    arguments = (options.page_views, options.seed, options.out, options.truth, options.cookie_loss, file_format)
    try:
        with shapes.shaped(options.shape):
            simulate(*arguments, lambda text: print(text, flush=True))
    except OSError as error:
        sys.exit(shortage(error, options.out) or f"The files could not be written: {error}")


if __name__ == "__main__":
    main()
