"""However the same events are split into loads, the marts end up the same, row for row.

TOUCHSTONE_SPLIT_EXAMPLES sets how many random worlds are tried (`make soak EXAMPLES=200` for a long run).
"""

import itertools
import json
import os
import random
import shutil
from datetime import datetime, timedelta

import pytest
from conftest import World, failures
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from marts import compare, snapshot

EXAMPLES = int(os.environ.get("TOUCHSTONE_SPLIT_EXAMPLES", "5"))
START = datetime(2026, 3, 1, 12)
SITE = "https://www.harbordesk.example"
# Around the session timeout, the midnight, the lookback windows and the limit for late events.
GAPS_SECONDS = [0, 0.001, 1, 60, 1799.999, 1800, 1800.001, 3600, 43200, 86400, 20 * 86400, 89 * 86400]
LANDINGS = [
    "/",
    "/",
    "/pricing",
    "/?utm_source=google&utm_medium=cpc&utm_campaign=2026q1_google_brand_emea",
    "/?utm_source=LinkedIn&utm_medium=paid_social",
    "/?utm_source=LinkedIn&utm_medium=paid_social&li_fat_id=aaaaaaaa-0000-4000-8000-00000000000{n}",
    "/?gclid=Cj0KCQiA5rGuBhCnARIsAN1{n}",
    "/?gclid=Cj0KCQiA5rGuBhCnARIsAN1{n}&utm_source=google",
    "/#utm_source=newsletter&utm_medium=email",
    "/?utm_source={{{{campaign.name}}}}&email=jane@acme.example",
    "/?newclid=1",
]
REFERRERS = [
    None,
    None,
    f"{SITE}/blog",
    "https://www.google.com/",
    "https://www.linkedin.com/feed",
    "https://news.example.org/a",
    "https://checkout.stripe.com/pay",
    "https://chatgpt.com/",
]
AGENTS = [
    "Mozilla/5.0 (Windows NT 10.0) Chrome/126.0",
    "Mozilla/5.0 (iPhone) Version/17.0 Safari/604.1",
    "Googlebot/2.1",
]
tried = []


def text(moment):
    return moment.isoformat(timespec="milliseconds") + "Z"


def page_views(pick, visitors):
    """Page views of a few visitors, among them duplicates, broken rows, late and skewed ones."""
    numbers = itertools.count()
    for visitor in range(visitors):
        at = START + timedelta(days=pick.randrange(20))
        users = pick.choice([[None], [None, f"u{visitor}"], [f"u{pick.randrange(3)}"], ["u0", "u1", "u2", "u3", "u4"]])
        state = None
        if pick.random() < 0.3:
            remembered = at - timedelta(seconds=pick.choice([0, 60, 1800, 1801, 5 * 86400]))
            page = SITE + "/?utm_source=facebook&utm_medium=paid_social"
            state = {"occurred_at": text(remembered), "landing_page": page, "utm_source": "facebook"}
        for _ in range(pick.randint(1, 8)):
            at += timedelta(seconds=pick.choice(GAPS_SECONDS))
            skew = timedelta(seconds=pick.choice([0, 0, 0, 7200, -7200]))
            received = at + timedelta(seconds=pick.choice([0.2, 0.2, 3600, 40 * 86400]))
            event = {
                "event_id": f"e{next(numbers)}",
                "anonymous_id": pick.choice([f"a{visitor}"] * 9 + [None]),
                "user_id": pick.choice(users),
                "event_at": text(at + skew),
                "sent_at": pick.choice([text(received + skew), None]),
                "received_at": text(received),
                "page_url": SITE + pick.choice(LANDINGS).format(n=pick.randrange(3)),
                "referrer": pick.choice(REFERRERS),
                "user_agent": pick.choice(AGENTS),
                "consent": pick.choice(["granted", "denied", None]),
                "first_touch": state,
            }
            yield event
            if pick.random() < 0.25:  # A retry. Sometimes another browser reuses the id, or it was received first.
                received += timedelta(seconds=pick.choice([-60, 0, 60]))
                other = {**event, "received_at": text(received)}
                if pick.random() < 0.5:
                    other |= {"anonymous_id": f"a{pick.randrange(visitors)}", "page_url": SITE + "/elsewhere"}
                yield other
            if pick.random() < 0.03:
                yield {**event, "event_id": f"b{next(numbers)}", "page_url": "about:blank"}


def records(pick, visitors):
    """Identify calls and the CRM: leads, contacts, opportunities, also restated by later exports."""
    for number in range(visitors):
        email = f"Person{number % 7}@{pick.choice(['acme.example', 'gmail.com'])}"
        at = START + timedelta(days=pick.randrange(5, 60), seconds=pick.randrange(86400))
        identify = {
            "event_id": f"i{number}",
            "anonymous_id": f"a{number}",
            "event_at": text(at),
            "received_at": text(at),
        }
        yield "identifies", {**identify, "email": email, "user_id": pick.choice([None, f"u{number}"])}
        if pick.random() < 0.5:
            for version in range(pick.randint(1, 2)):
                updated = {"created_at": text(at), "updated_at": text(at + timedelta(days=version))}
                yield "users", {"user_id": f"u{number}", "email": email, "plan": f"plan{version}", **updated}
            sale = {"purchase_id": f"p{number}", "user_id": f"u{number}", "currency": "USD"}
            bought = text(at + timedelta(days=pick.randrange(90)))
            yield "purchases", {**sale, "amount": pick.choice([0, 100, 33.34]), "purchased_at": bought}
        if pick.random() < 0.5:
            lead = {"lead_id": f"l{number}", "email": email, "created_at": text(at)}
            yield "crm_leads", {**lead, "updated_at": text(at)}
            if pick.random() < 0.5:
                converted = {"converted_contact_id": f"c{number % 5}", "updated_at": text(at + timedelta(days=3))}
                yield "crm_leads", lead | converted
            click = {"click_id": f"k{number}", "email": email, "campaign_name": "News"}
            yield "email_clicks", {**click, "clicked_at": text(at)}
    for number in range(5):
        account, at = f"acc{number % 3}", text(START + timedelta(days=30 + number))
        contact = {"contact_id": f"c{number}", "account_id": account, "email": f"person{number}@acme.example"}
        yield "crm_contacts", {**contact, "created_at": at, "updated_at": at}
        deal = {"opportunity_id": f"o{number}", "account_id": account, "amount": 1000.01, "currency": "USD"}
        closed = text(START + timedelta(days=80))
        won = {"is_won": True, "is_closed": True, "closed_at": closed, "updated_at": closed}
        yield "crm_opportunities", {**deal, "created_at": at, "updated_at": at}
        yield "crm_opportunities", {**deal, "created_at": at, **won}
        if number % 2:
            role = {"role_id": f"r{number}", "opportunity_id": f"o{number}"}
            yield "crm_opportunity_contact_roles", {**role, "contact_id": f"c{number}"}
    for number in range(3):
        yield (
            "crm_accounts",
            {"account_id": f"acc{number}", "website": pick.choice(["acme.example", f"x{number}.example"])},
        )


def land_and_run(world, rows, name):
    """Land one load (files by table) and bring the marts up to date."""
    folder = world.folder / name
    tables = {}
    for table, row in rows:
        tables.setdefault(table, []).append(json.dumps(row))
    for table, lines in tables.items():
        (folder / table).mkdir(parents=True)
        (folder / table / f"{name}.ndjson").write_text("\n".join(lines) + "\n")
    if tables:
        world.land(folder)
    assert not failures(world.dbt("run"))


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """An empty database with the raw tables and the seeds."""
    world = World(tmp_path_factory.mktemp("template"))
    folder = world.folder / "identifies"
    folder.mkdir()
    (folder / "none.ndjson").write_text("")
    world.land(folder)
    assert not failures(world.dbt("seed"))
    return world


def new_world(template, tmp_path_factory):
    world = World(tmp_path_factory.mktemp("split"))
    shutil.copy(template.database, world.database)
    shutil.copytree(template.target, world.target)
    return world


@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
@given(seed=st.integers(0, 2**32), loads=st.integers(2, 5), visitors=st.integers(10, 60))
def test_any_split_into_loads_gives_the_marts_of_one_load(template, tmp_path_factory, seed, loads, visitors):
    pick = random.Random(seed)
    rows = [("page_views", event) for event in page_views(pick, visitors)] + list(records(pick, visitors))
    pick.shuffle(rows)
    whole, split = new_world(template, tmp_path_factory), new_world(template, tmp_path_factory)
    land_and_run(whole, rows, "whole")
    edges = sorted(pick.randrange(len(rows) + 1) for _ in range(loads - 1))
    for number, (start, end) in enumerate(itertools.pairwise([0, *edges, len(rows)])):
        land_and_run(split, rows[start:end], f"load{number}")
    tried.append((seed, loads, len(rows)))
    try:
        assert compare(snapshot(whole.database), snapshot(split.database)) == {}
    finally:
        shutil.rmtree(whole.folder), shutil.rmtree(split.folder)
        print(f"split {len(tried)}: seed {seed}, {len(rows)} rows in {loads} loads")
