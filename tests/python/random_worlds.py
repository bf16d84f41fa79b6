"""Random worlds of events and records, made to be awkward, and how to land them in pieces."""

import itertools
import json
import shutil
from datetime import datetime, timedelta

import pytest
from conftest import World, failures

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


def text(moment):
    return moment.isoformat(timespec="milliseconds") + "Z"


def page_views(pick, visitors):
    """Page views of a few visitors, among them duplicates, broken rows, late and skewed ones."""
    numbers = itertools.count()
    for visitor in range(visitors):
        at = START + timedelta(days=pick.randrange(20))
        users = pick.choice(
            [
                [None],
                [None, f"u{visitor}"],
                [None, f"u{visitor}", "undefined", "0"],
                [f"Person{visitor % 7}@acme.example"],
                ["u0", "u1", "u2", "u3", "u4", "undefined"],
            ]
        )
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
                "anonymous_id": pick.choice([f"a{visitor}"] * 9 + [None, "undefined"]),
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
                other = {**event, "received_at": text(received), "consent": pick.choice(["granted", "denied"])}
                if pick.random() < 0.5:
                    other |= {"anonymous_id": f"a{pick.randrange(visitors)}", "page_url": SITE + "/elsewhere"}
                yield other
            if pick.random() < 0.03:
                yield {**event, "event_id": f"b{next(numbers)}", "page_url": "about:blank"}


def records(pick, visitors):
    """Identify calls, tracked events and the CRM: records restated, converted and merged by later exports."""
    for number in range(visitors):
        email = f"Person{number % 7}@{pick.choice(['acme.example', 'gmail.com'])}"
        email = pick.choice([email] * 9 + ["Sales+eu@acme.example", "test1@acme.example", "ann@example.com"])
        at = START + timedelta(days=pick.randrange(5, 60), seconds=pick.randrange(86400))
        identify = {
            "event_id": f"i{number}",
            "anonymous_id": f"a{number}",
            "event_at": pick.choice([text(at)] * 5 + ["1970-01-01T00:00:00Z"]),
            "received_at": text(at),
        }
        yield "identifies", {**identify, "email": email, "user_id": pick.choice([None, f"u{number}", "undefined"])}
        if pick.random() < 0.2:  # A kiosk, or nearly: whoever passes signs in, in a form or by an event.
            for attempt in range(pick.randint(2, 5)):
                seen = {"event_id": f"x{number}-{attempt}", "anonymous_id": f"a{number}", "event_at": text(at)}
                seen["user_id"] = f"u{pick.randrange(visitors)}"
                yield "tracked_events", {**seen, "event_name": "demo_booked"}
                yield "identifies", {**seen, "email": pick.choice([None, f"passer-{attempt}@acme.example"])}
                at += timedelta(hours=1)
        if pick.random() < 0.5:
            for version in range(pick.randint(1, 3)):  # Two versions of one moment, now and then; addresses change.
                changed = at + timedelta(days=pick.choice([version, 0]))
                updated = {"created_at": text(at), "updated_at": text(changed)}
                address = pick.choice([email, email, f"new{number}@other.example", None])
                yield "users", {"user_id": f"u{number}", "email": address, "plan": f"plan{version}", **updated}
            sale = {"purchase_id": f"p{number}", "user_id": f"u{number}", "currency": pick.choice(["USD", "EUR"])}
            bought = text(at + timedelta(days=pick.randrange(90)))
            yield "purchases", {**sale, "amount": pick.choice([0, 100, 33.34]), "purchased_at": bought}
            if pick.random() < 0.5:  # Some name the purchase; the others take the latest before them.
                back = {"purchase_id": f"q{number}", "refunded_purchase_id": pick.choice([None, f"p{number}"])}
                given = text(at + timedelta(days=pick.randrange(60, 140)))
                yield "purchases", {**sale, **back, "amount": pick.choice([-100, -11.11]), "purchased_at": given}
        if pick.random() < 0.5:
            lead = {"lead_id": f"l{number}", "email": email, "created_at": text(at)}
            yield "crm_leads", {**lead, "updated_at": text(at), "converted_contact_id": pick.choice([None, "", " "])}
            if pick.random() < 0.3:
                corrected = {"email": pick.choice([None, f"new{number}@other.example"])}
                yield "crm_leads", lead | corrected | {"updated_at": text(at + timedelta(days=pick.choice([0, 2, 3])))}
            if pick.random() < 0.5:
                converted = {"converted_contact_id": f"c{number % 5}", "updated_at": text(at + timedelta(days=3))}
                yield "crm_leads", lead | converted
            elif pick.random() < 0.5:  # The other lead may not be there, or be merged in its turn.
                merged = {"merged_into_lead_id": f"l{pick.randrange(visitors)}"}
                yield "crm_leads", lead | merged | {"updated_at": text(at + timedelta(days=4))}
            click = {"click_id": f"k{number}", "email": email, "campaign_name": "News"}
            yield "email_clicks", {**click, "clicked_at": text(at)}
    for number in range(5):
        account, at = f"acc{number % 3}", text(START + timedelta(days=30 + number))
        contact = {"contact_id": f"c{number}", "account_id": account, "email": f"person{number}@acme.example"}
        yield "crm_contacts", {**contact, "created_at": at, "updated_at": at}
        if pick.random() < 0.7:  # The same moment, another address and account.
            changed = {"email": f"new{number}@other.example", "account_id": f"acc{5 + number}"}
            yield "crm_contacts", {**contact, "created_at": at, "updated_at": at, **changed}
        if pick.random() < 0.5:  # Into any of them, also round in a circle.
            merged = {"merged_into_contact_id": f"c{pick.randrange(6)}", "updated_at": text(START + timedelta(days=70))}
            yield "crm_contacts", {**contact, "created_at": at, **merged}
        yield from opportunity(pick, number, account)
    for number in range(4):
        day = START + timedelta(days=20 * number - 20)
        rate = {"rate_date": day.date().isoformat(), "from_currency": "EUR", "to_currency": "USD"}
        yield "exchange_rates", {**rate, "rate": round(1.1 + number / 7, 4)}
        campaign = {"campaign_id": f"77{number}", "campaign_name": f"Campaign {number}", "currency": "USD", "cost": 10}
        yield "ad_spend", {"spend_date": day.date().isoformat(), "platform": "google", **campaign}
        response = {"response_id": f"resp{number}", "contact_id": f"c{number}", "campaign_type": "webinar"}
        yield "crm_campaign_responses", {**response, "responded_at": text(day)}
        install = {"install_id": f"in{number}", "user_id": f"u{number}", "media_source": "facebook"}
        yield "app_installs", {**install, "installed_at": text(day)}
        website = pick.choice(["acme.example", f"x{number}.example"])
        merged = pick.choice([{}, {"merged_into_account_id": f"acc{pick.randrange(5)}"}])
        parent = pick.choice([{}, {"parent_account_id": f"acc{pick.randrange(5)}"}])
        yield "crm_accounts", {"account_id": f"acc{number}", "website": website, **merged, **parent}


def opportunity(pick, number, account):
    """An opportunity that walks about: revised, closed, reopened, as its history and its exports tell it."""
    opened = START + timedelta(days=30 + number)
    currency = pick.choice(["USD", "EUR"])
    deal = {"opportunity_id": f"o{number}", "account_id": account, "currency": currency, "created_at": text(opened)}
    at, stage, amount = opened, "Discovery", 1000.01
    for step in range(pick.randint(1, 6)):
        state = {"stage_name": stage, "amount": amount}
        closed = (
            {"is_closed": True, "is_won": stage == "Closed Won", "closed_at": text(at)} if "Closed" in stage else {}
        )
        if pick.random() < 0.7:  # A change of one thing may leave the other out.
            told = {key: value for key, value in state.items() if pick.random() < 0.8}
            change = {"history_id": f"h{number}-{step}", "opportunity_id": f"o{number}", "changed_at": text(at)}
            yield "crm_opportunity_history", {**change, **told}
        if step == 0 or pick.random() < 0.6:
            yield "crm_opportunities", {**deal, **state, **closed, "updated_at": text(at)}
        at += timedelta(days=pick.randint(0, 20), hours=1)
        stage = pick.choice(["Discovery", "Proposal", "Closed Won", "Closed Won", "Closed Lost", stage])
        amount = pick.choice([amount, amount, 1500.5, 700])
    for place in range(pick.randrange(3)):
        role = {"role_id": f"r{number}-{place}", "opportunity_id": f"o{number}", "is_primary": place == 0}
        yield "crm_opportunity_contact_roles", {**role, "contact_id": f"c{pick.randrange(5)}"}
    if pick.random() < 0.5:
        note = {"credit_note_id": f"n{number}", "opportunity_id": f"o{number}", "amount": 12.34, "currency": currency}
        yield "credit_notes", {**note, "issued_at": text(at)}


def land_and_run(world, rows, name, is_cut_short=False, rows_at_once=None):
    """Land one load (files by table) and bring the marts up to date, in parts if asked, or die half-way there."""
    folder = world.folder / name
    tables = {}
    for table, row in rows:
        tables.setdefault(table, []).append(json.dumps(row))
    for table, lines in tables.items():
        (folder / table).mkdir(parents=True)
        (folder / table / f"{name}.ndjson").write_text("\n".join(lines) + "\n")
    if tables:
        world.land(folder)
    reach = ["--select", "+int_sessions_started"] if is_cut_short else []
    with pytest.MonkeyPatch.context() as patch:
        if rows_at_once:
            patch.setenv("TOUCHSTONE_ROWS_AT_ONCE", str(rows_at_once))
        assert not failures(world.dbt("run", *reach))


def new_world(template, tmp_path_factory):
    world = World(tmp_path_factory.mktemp("split"))
    shutil.copy(template.database, world.database)
    shutil.copytree(template.target, world.target)
    return world
