"""Rows of the product's database, the CRM and the other tools, as tuples in the order of TABLES."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pyarrow as pa

import simulation_campaigns as plan
import simulation_company as company
import simulation_tracking as tracking
import simulation_world as world

TEXT, TIME, MONEY, FLAG, COUNT, DATE, RATE = (
    pa.string(), pa.timestamp("ms"), pa.float64(), pa.bool_(), pa.int64(), pa.date32(), pa.float64(),
)  # fmt: skip
TABLES: dict[str, dict[str, pa.DataType]] = {
    "identifies": {
        "event_id": TEXT, "anonymous_id": TEXT, "user_id": TEXT, "email": TEXT, "event_at": TIME, "received_at": TIME,
    },
    "tracked_events": {
        "event_id": TEXT, "anonymous_id": TEXT, "user_id": TEXT, "event_name": TEXT, "event_at": TIME,
        "received_at": TIME, "page_url": TEXT, "amount": MONEY, "currency": TEXT,
    },
    "users": {"user_id": TEXT, "email": TEXT, "plan": TEXT, "created_at": TIME, "updated_at": TIME},
    "purchases": {
        "purchase_id": TEXT, "user_id": TEXT, "refunded_purchase_id": TEXT, "purchased_at": TIME, "amount": MONEY,
        "currency": TEXT, "updated_at": TIME,
    },
    "crm_leads": {
        "lead_id": TEXT, "email": TEXT, "company": TEXT, "status": TEXT, "lead_source": TEXT,
        "converted_contact_id": TEXT, "converted_account_id": TEXT, "converted_opportunity_id": TEXT,
        "merged_into_lead_id": TEXT, "created_at": TIME, "converted_at": TIME, "updated_at": TIME,
    },
    "crm_contacts": {
        "contact_id": TEXT, "account_id": TEXT, "merged_into_contact_id": TEXT, "email": TEXT, "created_at": TIME,
        "updated_at": TIME,
    },
    "crm_accounts": {
        "account_id": TEXT, "parent_account_id": TEXT, "merged_into_account_id": TEXT, "account_name": TEXT,
        "website": TEXT, "created_at": TIME, "updated_at": TIME,
    },
    "crm_opportunities": {
        "opportunity_id": TEXT, "account_id": TEXT, "opportunity_name": TEXT, "stage_name": TEXT, "amount": MONEY,
        "currency": TEXT, "is_closed": FLAG, "is_won": FLAG, "created_at": TIME, "closed_at": TIME, "updated_at": TIME,
    },
    "crm_opportunity_history": {
        "history_id": TEXT, "opportunity_id": TEXT, "stage_name": TEXT, "amount": MONEY, "changed_at": TIME,
    },
    "crm_opportunity_contact_roles": {
        "role_id": TEXT, "opportunity_id": TEXT, "contact_id": TEXT, "role": TEXT, "is_primary": FLAG,
        "created_at": TIME, "updated_at": TIME,
    },
    "crm_campaign_responses": {
        "response_id": TEXT, "campaign_id": TEXT, "campaign_name": TEXT, "campaign_type": TEXT, "lead_id": TEXT,
        "contact_id": TEXT, "responded_at": TIME,
    },
    "email_clicks": {
        "click_id": TEXT, "email": TEXT, "campaign_id": TEXT, "campaign_name": TEXT, "link_url": TEXT,
        "is_suspected_bot": FLAG, "clicked_at": TIME,
    },
    "app_installs": {
        "install_id": TEXT, "user_id": TEXT, "platform": TEXT, "media_source": TEXT, "campaign_id": TEXT,
        "campaign_name": TEXT, "installed_at": TIME,
    },
    "ad_spend": {
        "spend_date": DATE, "platform": TEXT, "ad_account_id": TEXT, "campaign_id": TEXT, "campaign_name": TEXT,
        "currency": TEXT, "impressions": COUNT, "clicks": COUNT, "cost": MONEY,
    },
    "credit_notes": {
        "credit_note_id": TEXT, "opportunity_id": TEXT, "purchase_id": TEXT, "amount": MONEY, "currency": TEXT,
        "issued_at": TIME, "updated_at": TIME,
    },
    "exchange_rates": {"rate_date": DATE, "from_currency": TEXT, "to_currency": TEXT, "rate": RATE},
}  # fmt: skip


def as_table(name: str, rows: list[tuple]) -> pa.Table:
    """Rows in the order of the table's columns, as Arrow. Times are milliseconds."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(TABLES[name])
    fields = TABLES[name].items()
    return pa.table({f: pa.array(c, type=t) for (f, t), c in zip(fields, columns, strict=True)})


class Names:
    """Ids, e-mail addresses and companies of a chunk's persons, made when asked for."""

    def __init__(self, persons: world.Persons):
        self.persons = persons
        self.role_addresses: dict[int, str] = {}  # of people who typed one into the form

    def key(self, person: int) -> int:
        """The person's number in the whole world."""
        return self.persons.first_key + int(person)

    def user(self, person: int) -> str:
        return f"user_{self.key(person):09d}"

    def company(self, index: int) -> tuple[str, str, str]:
        """Account id, name and domain."""
        key = self.persons.first_key + int(index)
        a, b = company.COMPANY_WORDS_A, company.COMPANY_WORDS_B
        first, second = a[key % len(a)], b[key // len(a) % len(b)]
        return f"acc_{key:09d}", f"{first.title()} {second.title()} {key}", f"{first}-{second}-{key}.example"

    def email(self, person: int) -> str:
        key = self.key(person)
        first = company.FIRST_NAMES[key % len(company.FIRST_NAMES)]
        last = company.LAST_NAMES[key // 7 % len(company.LAST_NAMES)]
        employer = int(self.persons.company[person])
        if employer >= 0:
            return f"{first}.{last}{key % 97}@{self.company(employer)[2]}"
        return f"{first}.{last}.{key}@{company.FREE_MAIL[key % len(company.FREE_MAIL)]}"

    def typed_email(self, person: int) -> str:
        """As people type it: one in twelve with capitals."""
        email = self.email(person)
        return email.title() if self.key(person) % 12 == 0 else email

    def form_email(self, person: int) -> str:
        """What the person typed to book a demo."""
        return self.role_addresses.get(int(person)) or self.typed_email(person)


def choose_role_addresses(names: Names, leads: world.Conversions) -> dict[int, str]:
    """Leads that came in as info@, sales@ or a test address. Those of one company share info@."""
    teams = defaultdict(list)
    for person in leads.person[names.persons.is_business[leads.person]].tolist():
        teams[int(names.persons.company[person])].append(person)
    several = [employer for employer, team in teams.items() if len(team) > 1][:: company.SHARED_ROLE_ADDRESS_EVERY]
    addresses = {person: f"info@{names.company(employer)[2]}" for employer in several for person in teams[employer]}
    others = [(person, employer) for employer, team in teams.items() for person in team if person not in addresses]
    for place, (person, employer) in enumerate(others[:: company.ROLE_ADDRESS_EVERY]):
        addresses[person] = company.TEST_ADDRESS if place % 2 else f"sales@{names.company(employer)[2]}"
    return addresses


def build_rates(seed: int) -> np.ndarray:
    """USD for one unit of each currency and day, shape (currencies, days + 31), beginning 31 days before START."""
    rng = world.stream(seed, 0, "rates")
    days = company.DAY_COUNT + 31
    rates = [np.ones(days)]
    rates += [company.RATE_START[c] * np.exp(np.cumsum(rng.normal(0, 0.003, days))) for c in company.CURRENCIES[1:]]
    return np.round(np.array(rates), 6)


def rate_rows(rates: np.ndarray) -> list[tuple]:
    """Rows of exchange_rates, to USD."""
    first = np.datetime64(company.FIRST_DATE) - 31
    return [
        ((first + day).astype(object), currency, "USD", float(rates[place, day]))
        for day in range(rates.shape[1])
        for place, currency in enumerate(company.CURRENCIES)
        if currency != "USD"
    ]


def product_rows(
    names: Names, outcome: world.Outcome, rng: np.random.Generator, refund_rng: np.random.Generator
) -> dict[str, list[tuple]]:
    """Users and purchases, refunds as rows of their own."""
    persons, rows, refunds = names.persons, defaultdict(list), []
    bought = buyers(outcome, persons)
    for person, at in zip(outcome.sign_up.person, outcome.sign_up.at.tolist(), strict=True):
        email = names.email(person) if rng.random() < 0.98 else None
        changed_at, plan_name = bought.get(int(person), (at, "free"))
        rows["users"].append((names.user(person), email, plan_name, at, changed_at))
    for place, (person, at) in enumerate(zip(outcome.purchase.person, outcome.purchase.at.tolist(), strict=True)):
        purchase_id = f"pur_{names.key(person):09d}_{at // 1000}"
        price, currency = company.PLAN_PRICES[persons.plan[person]], company.CURRENCIES[persons.currency[person]]
        rows["purchases"].append((purchase_id, names.user(person), None, at, price, currency, at))
        refunded_at = at + int(rng.uniform(1, 20) * company.DAY)
        is_refunded = rng.random() < company.REFUND_SHARE or place % company.REFUND_EVERY == 0
        if is_refunded and refunded_at < company.END:
            refunds.append(refund_row(rows["purchases"][-1], refunded_at, len(refunds), refund_rng))
    rows["purchases"] += refunds
    return rows


def refund_row(purchase: tuple, refunded_at: int, place: int, rng: np.random.Generator) -> tuple:
    """What is given back on a purchase, by its place among the refunds: all or a part, soon or late."""
    purchase_id, user_id, _, at, price, currency, _ = purchase
    part, late_at = rng.uniform(0.2, 0.6), at + int(rng.uniform(30, 60) * company.DAY)
    amount = round(-price * part, 2) if place % company.PARTIAL_REFUND_EVERY == 0 else -price
    if place % company.LATE_REFUND_EVERY == 1 and late_at < company.END:
        refunded_at = late_at
    return (purchase_id + "_refund", user_id, purchase_id, refunded_at, amount, currency, refunded_at)


def buyers(outcome: world.Outcome, persons: world.Persons) -> dict[int, tuple[int, str]]:
    """First purchase of each buyer: time and plan."""
    first = world.first_per_person(outcome.purchase)
    return {
        int(person): (at, company.PLANS[persons.plan[person]])
        for person, at in zip(first.person, first.at.tolist(), strict=True)
    }


def opportunity_times(persons: world.Persons, leads: world.Conversions) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places of the leads that became opportunities, and when these were created and closed (END: still open)."""
    created = leads.at + persons.opportunity_lag[leads.person]
    places = np.flatnonzero(persons.becomes_opportunity[leads.person] & (created < company.END))
    closed = created[places] + persons.close_lag[leads.person[places]]
    return places, created[places], np.minimum(closed, company.END)


def crm_rows(names: Names, leads: world.Conversions, exposures: world.Exposures, rng: np.random.Generator):
    """Leads, contacts, accounts, opportunities with history and roles, and responses to events."""
    persons, rows = names.persons, defaultdict(list)
    places, created, closed = opportunity_times(persons, leads)
    opportunity = {int(leads.person[p]): (int(c), int(d)) for p, c, d in zip(places, created, closed, strict=True)}
    colleagues = defaultdict(list)
    for person in np.flatnonzero(persons.is_business):
        colleagues[int(persons.company[person])].append(int(person))
    contact_since: dict[int, int] = {}
    account_since: dict[int, int] = {}

    def contact(person: int, at: int) -> str:
        contact_since[person] = min(at, contact_since.get(person, at))
        employer = int(persons.company[person])
        account_since[employer] = min(at, account_since.get(employer, at))
        return f"con_{names.key(person):09d}"

    lead_contact = {}
    for person, at in zip(leads.person.tolist(), leads.at.tolist(), strict=True):
        key, employer = names.key(person), int(persons.company[person])
        lead_id = f"lead_{key:09d}"
        company_name = names.company(employer)[1] if employer >= 0 else None
        source = "Sales" if persons.is_offline_lead[person] else "Web"
        converted_at, opportunity_id = None, None
        if person in opportunity:
            converted_at, opportunity_id = opportunity[person][0], f"opp_{key:09d}"
        elif employer >= 0 and key % 4 == 0 and at + 5 * company.DAY < company.END:
            converted_at = at + 5 * company.DAY
        contact_id = contact(person, converted_at) if converted_at else None
        account_id = names.company(employer)[0] if converted_at else None
        status = "Qualified" if converted_at else ["New", "Working", "Unqualified"][key % 3]
        lead_contact[person] = (lead_id, contact_id)
        rows["crm_leads"].append(
            (
                *(lead_id, names.form_email(person), company_name, status, source),
                *(contact_id, account_id, opportunity_id, None, at, converted_at, converted_at or at),
            )
        )
    for person, (opened_at, closed_at) in opportunity.items():
        opportunity_rows(names, person, opened_at, closed_at, rows, rng)
        team = [p for p in colleagues[int(persons.company[person])] if p != person]
        others = rng.permutation(team)[: world.pick(rng, 1, [0.5, 0.3, 0.2])[0]].tolist() if team else []
        for place, member in enumerate([person, *others]):
            contact_id = contact(member, opened_at)
            role = company.ROLES[(names.key(member) + place) % len(company.ROLES)]
            role_id = f"role_{names.key(person):09d}_{place}"
            opportunity_id = f"opp_{names.key(person):09d}"
            rows["crm_opportunity_contact_roles"].append(
                (role_id, opportunity_id, contact_id, role, place == 0, opened_at, opened_at)
            )
    for person, at in sorted(contact_since.items()):
        account_id = names.company(int(persons.company[person]))[0]
        email = names.typed_email(person)
        rows["crm_contacts"].append((f"con_{names.key(person):09d}", account_id, None, email, at, at))
    for employer, at in sorted(account_since.items()):
        account_id, name, domain = names.company(employer)
        website = domain if employer % 2 else f"https://www.{domain}/"
        parent = names.company(employer - 1)[0] if employer % 40 == 1 and employer - 1 in account_since else None
        rows["crm_accounts"].append((account_id, parent, None, name, website, at, at))
    for place in np.flatnonzero(exposures.programme == company.PROGRAMME["event"]):
        person, at = int(exposures.person[place]), int(exposures.at[place])
        if person in lead_contact:
            lead_id, contact_id = lead_contact[person]
            kind = ["Event", "Webinar"][place % 2]
            quarter = company.QUARTERS[np.searchsorted(company.QUARTER_STARTS, at, side="right") - 1]
            name = f"{quarter}_{kind.lower()}_support_{'booth' if kind == 'Event' else 'webinar'}"
            ids = (lead_id, None) if contact_id is None or place % 3 else (None, contact_id)
            response_id = f"resp_{names.key(person):09d}_{at // 1000}"
            rows["crm_campaign_responses"].append((response_id, f"701{quarter}{kind[0]}", name, kind, *ids, at))
    return rows


def opportunity_rows(names: Names, person: int, opened_at: int, closed_at: int, rows, rng) -> None:
    """One opportunity and the history of its stages."""
    persons, key = names.persons, names.key(person)
    account_id, name, _ = names.company(int(persons.company[person]))
    opportunity_id = f"opp_{key:09d}"
    is_closed, is_won = closed_at < company.END, bool(persons.is_won[person]) and closed_at < company.END
    amount = float(persons.opportunity_amount[person])
    full_close = opened_at + int(persons.close_lag[person])
    steps = [opened_at + int((full_close - opened_at) * part) for part in (0.0, 0.25, 0.55, 0.8)]
    history = [(s, amount, at) for s, at in zip(company.STAGES, steps, strict=True) if at < min(closed_at, company.END)]
    if rng.random() < 0.3:
        history[0] = (history[0][0], round(amount * 0.8, 2), history[0][2])
    if is_closed:
        history.append(("Closed Won" if is_won else "Closed Lost", amount, closed_at))
    for place, (stage, value, at) in enumerate(history):
        rows["crm_opportunity_history"].append((f"hist_{key:09d}_{place}", opportunity_id, stage, value, at))
    rows["crm_opportunities"].append(
        (
            *(opportunity_id, account_id, f"{name} - Harbor Desk", history[-1][0], history[-1][1]),
            *(company.CURRENCIES[persons.currency[person]], is_closed, is_won, opened_at),
            *(closed_at if is_closed else None, history[-1][2]),
        )
    )


def engagement_rows(names: Names, exposures, chosen, user_since: np.ndarray, campaigns: plan.Campaigns, rng):
    """Newsletter clicks, with security scanners' clicks beside them, and app installs."""
    rows = defaultdict(list)
    letters = np.flatnonzero(exposures.programme == company.PROGRAMME["newsletter"])
    n = len(letters)
    index = plan.campaign_index(exposures.programme[letters], exposures.at[letters], chosen[letters])
    scanned = rng.random(n) < company.SCANNER_CLICK_SHARE
    for place, campaign, has_scan in zip(letters, index, scanned, strict=True):
        person, at = exposures.person[place], int(exposures.at[place]) - 2500
        page = company.SITE + company.SITE_PAGES[tracking.letter_page(place)][0]
        url = f"{page}?{campaigns.url[campaign * plan.L].as_py()[1:]}"
        click = (names.email(person), campaigns.campaign_id[campaign], campaigns.name[campaign], url)
        click_id = f"click_{names.key(person):09d}_{at // 1000}"
        rows["email_clicks"].append((click_id, *click, False, at))
        if has_scan:
            rows["email_clicks"].append((click_id + "_s", *click, True, at - 3_600_000))
    for place in np.flatnonzero(exposures.programme == company.PROGRAMME["app_install"]):
        person, at = exposures.person[place], int(exposures.at[place])
        google = plan.campaign_index(np.array([company.PROGRAMME["google_ads"]]), np.array([at]), np.array([0]))[0]
        is_paid = rng.random() < 0.5
        user = names.user(person) if user_since[person] < company.END else None
        credit = ("googleadwords_int", campaigns.campaign_id[google], campaigns.name[google])
        rows["app_installs"].append(
            (f"inst_{names.key(person):09d}_{at // 1000}", user, ["ios", "android"][place % 2])
            + (credit if is_paid else ("organic" if rng.random() < 0.5 else None, None, None))
            + (at,)
        )
    return rows


def spend_rows(seed: int, campaigns: plan.Campaigns, clicks: np.ndarray, mean_rates: np.ndarray) -> list[tuple]:
    """Daily reports from real clicks, shape (campaigns, days): more clicks than landings, impressions, cost."""
    rng = world.stream(seed, 0, "spend")
    renamed_id, new_name = plan.renamed_campaign(campaigns)
    numbers, cost_usd = defaultdict(lambda: np.zeros(3)), 0.0
    for campaign, day in zip(*np.nonzero(clicks), strict=True):
        setting = company.CAMPAIGN_SETTINGS[campaigns.programme[campaign]]
        _, _, _, platform, account, currency, cost_per_click, through_rate = setting
        if platform is None:
            continue
        seen = int(clicks[campaign, day])
        total = seen + int(rng.poisson(company.NO_LANDING_CLICKS * seen + 0.1))
        impressions = total + int(rng.poisson(total / through_rate))
        cost = round(float(total * cost_per_click * rng.lognormal(0, 0.12)), 2)
        campaign_id, name = campaigns.campaign_id[campaign], campaigns.name[campaign]
        if campaign_id == renamed_id and company.DATES[day] >= company.RENAMED_DATE:
            name = new_name
        if platform == company.NAMED_ONLY_PLATFORM:
            campaign_id = None
        numbers[company.DATES[day], platform, account, campaign_id, name, currency] += (impressions, total, cost)
        cost_usd += cost * float(mean_rates[company.CURRENCIES.index(currency)])
    rows = [(*key, int(shown), int(total), round(float(cost), 2)) for key, (shown, total, cost) in numbers.items()]
    return sorted(rows + sponsorship_rows(cost_usd))


def sponsorship_rows(others_usd: float) -> list[tuple]:
    """A sponsorship's weekly invoices: no account, no campaign id and no clicks."""
    platform, name, share = company.SPONSORSHIP
    days = company.DATES[6::7]
    cost = round(others_usd * share / len(days), 2)
    return [(day, platform, None, None, name, "USD", None, None, cost) for day in days]
