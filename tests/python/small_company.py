"""A company small enough to check by hand. tests/python/test_worked_examples.py does the sums.

Every visit is one page view at noon, so it is one touch. Its name is the event id. A visit without evidence is direct.
"""

import json

SITE = "https://www.harbordesk.example"
PAID_SEARCH = "utm_source=google&utm_medium=cpc"
PAID_SOCIAL = "utm_source=linkedin&utm_medium=paid_social"
EMAIL = "utm_source=newsletter&utm_medium=email"
BROWSER = "Mozilla/5.0 (Windows NT 10.0) Chrome/126.0"


def noon(day):
    return f"{day}T12:00:00Z"


def visit(event_id, browser, day, evidence="", path="/", **more):
    event = {"event_id": event_id, "anonymous_id": browser, "event_at": noon(day), "user_agent": BROWSER}
    return {**event, "page_url": f"{SITE}{path}?{evidence}".rstrip("?"), **more}


def opportunity(opportunity_id, account, amount, created, updated, stage, closed=None, currency="USD", is_won=False):
    """One export of an opportunity."""
    return {
        "opportunity_id": opportunity_id, "account_id": account, "amount": amount, "currency": currency,
        "stage_name": stage, "is_closed": closed is not None, "is_won": is_won, "created_at": noon(created),
        "closed_at": closed, "updated_at": noon(updated),
    }  # fmt: skip


def stage(opportunity_id, day, name):
    change = {"history_id": f"{opportunity_id}_{day}", "opportunity_id": opportunity_id}
    return {**change, "stage_name": name, "changed_at": noon(day)}


def purchase(purchase_id, user, amount, day, refunded=None):
    """A refund has an amount below zero."""
    ids = {"purchase_id": purchase_id, "user_id": user, "refunded_purchase_id": refunded}
    return {**ids, "amount": amount, "currency": "USD", "purchased_at": noon(day)}


def role(opportunity_id, contact, is_primary=False):
    ids = {"role_id": f"{opportunity_id}_{contact}", "opportunity_id": opportunity_id, "contact_id": contact}
    return {**ids, "is_primary": is_primary}


TABLES = {
    "page_views": [
        # Ada has a phone and a laptop. Ben and Cleo are her colleagues at Quayline.
        visit("a1", "ada_phone", "2026-01-10", PAID_SEARCH),
        visit("a2", "ada_laptop", "2026-02-01", EMAIL),
        visit("b1", "ben", "2026-02-20", PAID_SOCIAL),
        visit("c1", "cleo", "2026-03-20", EMAIL),
        # Gus, also at Quayline, is no contact and buys in the product.
        visit("g1", "gus", "2026-03-01", PAID_SEARCH),
        visit("g2", "gus", "2026-03-02", EMAIL),
        visit("g3", "gus", "2026-03-03", PAID_SOCIAL),
        # Eve is at Tidemark, and the CRM knows her as a lead only.
        visit("e1", "eve", "2026-02-05", PAID_SEARCH),
        visit("e2", "eve", "2026-03-15", EMAIL),
        # Dan has a free-mail address. He came early in 2025, and once more after he had bought.
        visit("d1", "dan", "2025-02-20", PAID_SEARCH),
        visit("d2", "dan", "2025-02-25", EMAIL),
        visit("d3", "dan", "2025-03-01", PAID_SOCIAL),
        visit("d4", "dan", "2026-02-20", EMAIL),
    ],
    "identifies": [
        {"event_id": f"i{number}", "anonymous_id": browser, "user_id": user, "email": email, "event_at": noon(day)}
        for number, (browser, user, email, day) in enumerate([
            ("ada_phone", None, "ada@quayline.example", "2026-02-03"),
            ("ada_laptop", None, " Ada@Quayline.example", "2026-02-01"),
            ("ben", None, "ben@quayline.example", "2026-02-20"),
            ("cleo", None, "cleo@quayline.example", "2026-03-20"),
            ("gus", "u_gus", "gus@quayline.example", "2026-03-04"),
            ("eve", None, "eve@tidemark.example", "2026-02-05"),
            ("dan", "u_dan", "dan@gmail.com", "2025-02-20"),
        ])
    ],
    "users": [
        {"user_id": "u_gus", "email": "gus@quayline.example", "plan": "team", "created_at": noon("2026-03-04")},
        {"user_id": "u_dan", "email": "dan@gmail.com", "plan": "solo", "created_at": noon("2025-02-20")},
    ],
    "purchases": [
        purchase("p_dan", "u_dan", 100, "2026-02-01"),
        purchase("r_dan", "u_dan", -100, "2026-03-13"),
        purchase("p_gus", "u_gus", 90, "2026-03-05"),
        purchase("r_gus", "u_gus", -10, "2026-03-20", refunded="p_gus"),
    ],
    "crm_leads": [
        {
            "lead_id": "l_ada", "email": "ada@quayline.example", "created_at": noon("2026-02-01"),
            "converted_at": noon("2026-03-01"), "converted_contact_id": "ada", "converted_opportunity_id": "o1",
            "updated_at": noon("2026-03-01"),
        },
        {"lead_id": "l_eve", "email": "eve@tidemark.example", "created_at": noon("2026-02-05")},
    ],
    "crm_contacts": [
        {"contact_id": contact, "account_id": account, "email": email, "created_at": noon(day), "updated_at": noon(day)}
        for contact, account, email, day in [
            ("ada", "quay", "ada@quayline.example", "2026-03-01"),
            ("ben", "quay", "ben@quayline.example", "2026-03-01"),
            ("cleo", "quay", "cleo@quayline.example", "2026-03-01"),
            ("mute", "tide", "mute@tidemark.example", "2026-03-01"),
        ]
    ],
    "crm_accounts": [
        {"account_id": account, "account_name": account, "website": website, "created_at": noon("2026-03-01")}
        for account, website in [("quay", "https://www.quayline.example/"), ("tide", "tidemark.example")]
    ],
    "crm_opportunities": [
        # o1 is in euros. Its amount is revised while the stage stays, then it is won.
        opportunity("o1", "quay", 1000, "2026-03-01", "2026-03-01", "Proposal", currency="EUR"),
        opportunity("o1", "quay", 900, "2026-03-01", "2026-03-10", "Proposal", currency="EUR"),
        opportunity("o1", "quay", 900, "2026-03-01", "2026-04-01", "Signed", noon("2026-04-01"), "EUR", is_won=True),
        opportunity("o2", "tide", 500, "2026-03-16", "2026-04-02", "Closed Won", noon("2026-04-02"), is_won=True),
        opportunity("o3", "quay", 300, "2026-03-05", "2026-04-10", "Closed Won", "2026-04-10T09:00:00Z", is_won=True),
        opportunity("o4", "quay", 200, "2026-03-02", "2026-04-05", "Closed Lost", noon("2026-04-05")),
        opportunity("o5", "quay", 400, "2026-04-03", "2026-04-03", "Discovery"),
    ],
    "crm_opportunity_history": [
        # o3: lost, opened again, won. o4: won, opened again, lost.
        {**stage("o3", "2026-03-05", "Proposal"), "amount": 300},
        stage("o3", "2026-03-12", "Closed Lost"),
        stage("o3", "2026-03-18", "Proposal"),
        stage("o3", "2026-04-10", "Closed Won"),
        {**stage("o4", "2026-03-02", "Proposal"), "amount": 200},
        stage("o4", "2026-03-08", "Closed Won"),
        stage("o4", "2026-03-11", "Proposal"),
        stage("o4", "2026-04-05", "Closed Lost"),
    ],
    "crm_opportunity_contact_roles": [
        role("o1", "ada", is_primary=True), role("o1", "ben"), role("o1", "cleo"),
        role("o2", "mute"), role("o3", "ada"), role("o4", "ben"),
    ],
    "exchange_rates": [
        {"rate_date": day, "from_currency": "EUR", "to_currency": "USD", "rate": rate}
        for day, rate in [("2026-01-01", 1.10), ("2026-03-05", 1.20), ("2026-04-01", 1.30)]
    ],
    "credit_notes": [
        {
            "credit_note_id": "n1", "opportunity_id": "o1", "amount": 100, "currency": "EUR",
            "issued_at": noon("2026-05-01"),
        },
    ],
}  # fmt: skip


def write_files(folder, tables):
    """One NDJSON file per table, in a folder of its name."""
    for table, rows in tables.items():
        (folder / table).mkdir(parents=True)
        (folder / table / "rows.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))
