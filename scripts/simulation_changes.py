"""What happens to the CRM's records after they were made: duplicates merged, deals revised, reopened and credited.

Every nth record of a kind is changed, so that the smallest world has some; times and amounts are drawn. Conversions of
the truth stay what they are: a lead that was merged is no conversion, and who won in the end has won.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

import simulation_company as company
import simulation_records as records

TABLES = [
    "crm_leads", "crm_contacts", "crm_accounts", "crm_opportunities", "crm_opportunity_history",
    "crm_opportunity_contact_roles", "credit_notes",
]  # fmt: skip


def change(rows: dict[str, list[tuple]], rng: np.random.Generator) -> None:
    """Change a chunk's rows, as records.crm_rows made them, in place."""
    tables = {name: [dict(zip(records.TABLES[name], row, strict=True)) for row in rows[name]] for name in TABLES}
    revise_amounts(tables, rng)
    reopen(tables, rng)
    number_history(tables)
    credit(tables, rng)
    merge_accounts(tables, rng)
    merge_contacts(tables, rng)
    merge_leads(tables, rng)
    rows |= {name: [tuple(record.values()) for record in changed] for name, changed in tables.items()}


def after(rng: np.random.Generator, at: int, days: tuple[float, float]) -> int:
    """A time between so many days after `at`."""
    return at + int(rng.uniform(*days) * company.DAY)


# ---- Deals ---------------------------------------------------------------------------------------------------------
def histories(tables) -> dict[str, list[dict]]:
    """Each opportunity's steps, in order."""
    steps = defaultdict(list)
    for step in tables["crm_opportunity_history"]:
        steps[step["opportunity_id"]].append(step)
    return steps


def between(rng: np.random.Generator, before: dict, after_it: dict, shares: tuple[float, float]) -> int:
    """A time between two steps."""
    return before["changed_at"] + int(rng.uniform(*shares) * (after_it["changed_at"] - before["changed_at"]))


def revise_amounts(tables, rng: np.random.Generator) -> None:
    """Deals whose amount changes within a stage, by turns up and down, to what it stays."""
    moved = [steps for steps in histories(tables).values() if len(steps) > 1]
    for place, steps in enumerate(moved[:: company.REVISED_EVERY]):
        last = int(rng.integers(0, len(steps) - 1))
        factor = rng.uniform(0.6, 0.9) if place % 2 else rng.uniform(1.1, 1.4)
        amount = steps[-1]["amount"]
        for step in steps[: last + 1]:
            step["amount"] = round(amount * factor, 2)
        revised_at = between(rng, steps[last], steps[last + 1], (0.2, 0.8))
        revision = {**steps[last], "amount": amount, "changed_at": revised_at}
        tables["crm_opportunity_history"].append(revision)


def reopen(tables, rng: np.random.Generator) -> None:
    """Deals that had been closed before: lost and then won or lost again, and won but then lost."""
    every, steps_of = company.REOPENED_EVERY, histories(tables)
    won, lost = (
        [deal for deal in tables["crm_opportunities"] if deal["is_closed"] and deal["is_won"] is is_won]
        for is_won in (True, False)
    )
    cases = [
        ("Closed Lost", won[::every]),
        ("Closed Lost", lost[::every]),
        ("Closed Won", lost[every // 2 :: 2 * every]),
    ]
    for stage, deals in cases:
        for deal in deals:
            *_, before, end = sorted(steps_of[deal["opportunity_id"]], key=lambda step: step["changed_at"])
            closed_at = between(rng, before, end, (0.2, 0.4))
            closing = {**before, "stage_name": stage, "amount": end["amount"], "changed_at": closed_at}
            reopened_at = between(rng, closing, end, (0.3, 0.7))
            reopening = {**closing, "stage_name": before["stage_name"], "changed_at": reopened_at}
            tables["crm_opportunity_history"] += [closing, reopening]


def number_history(tables) -> None:
    """Ids of the steps in order of time."""
    numbered = []
    for opportunity_id, steps in histories(tables).items():
        steps.sort(key=lambda step: step["changed_at"])
        key = opportunity_id.removeprefix("opp_")
        numbered += [{**step, "history_id": f"hist_{key}_{place}"} for place, step in enumerate(steps)]
    tables["crm_opportunity_history"] = numbered


def credit(tables, rng: np.random.Generator) -> None:
    """Credit notes on won deals."""
    notes = []
    for deal in tables["crm_opportunities"]:
        if not deal["is_won"]:
            continue
        issued_at = after(rng, deal["closed_at"], company.CREDIT_NOTE_DAYS)
        amount = round(deal["amount"] * rng.uniform(*company.CREDIT_NOTE_PARTS), 2)
        note_id = deal["opportunity_id"].replace("opp_", "note_")
        if issued_at < company.END:
            note = (note_id, deal["opportunity_id"], None, amount, deal["currency"], issued_at, issued_at)
            notes.append(dict(zip(records.TABLES["credit_notes"], note, strict=True)))
    tables["credit_notes"] += notes[:: company.CREDIT_NOTE_EVERY]


# ---- Duplicates ----------------------------------------------------------------------------------------------------
def other_spelling(email: str, place: int) -> str:
    """By turns the same address and the initial's: ada.sample@x is also a.sample@x."""
    return email if place % 2 else email[0] + email[email.index(".") :] if "." in email.split("@")[0] else email


def merged(survivors: list[dict], every: int, key: str, rng: np.random.Generator, days: tuple[float, float]):
    """Every nth survivor with its duplicate: merged so many days after the survivor was made, before END."""
    found = []
    for survivor in survivors:
        merged_at = after(rng, survivor["created_at"], days)
        if merged_at < company.END:
            duplicate_id = survivor[key] + "_duplicate"
            merge = {key: duplicate_id, f"merged_into_{key}": survivor[key], "updated_at": merged_at}
            found.append((survivor, {**survivor, **merge}))
    return found[::every]


def merge_leads(tables, rng: np.random.Generator) -> None:
    """Leads that came in a second time."""
    pairs = merged(tables["crm_leads"], company.MERGED_LEAD_EVERY, "lead_id", rng, (20, 90))
    for place, (lead, duplicate) in enumerate(pairs):
        duplicate |= {name: None for name in duplicate if name.startswith("converted_")}
        email = other_spelling(lead["email"], place)
        duplicate |= {"status": "New", "lead_source": "List import", "email": email}
        tables["crm_leads"].append({**duplicate, "created_at": after(rng, lead["created_at"], (1, 15))})


def merge_contacts(tables, rng: np.random.Generator) -> None:
    """Older contacts of the same people. Half of them still hold their role on an opportunity."""
    roles = defaultdict(list)
    for role in tables["crm_opportunity_contact_roles"]:
        roles[role["contact_id"]].append(role)
    pairs = merged(tables["crm_contacts"], company.MERGED_CONTACT_EVERY, "contact_id", rng, (60, 200))
    for place, (contact, duplicate) in enumerate(pairs):
        email = other_spelling(contact["email"], place)
        created_at = after(rng, contact["created_at"], (-30, -1))
        tables["crm_contacts"].append({**duplicate, "email": email, "created_at": created_at})
        for role in roles[contact["contact_id"]] if place % 4 < 2 else []:
            role["contact_id"] = duplicate["contact_id"]


def merge_accounts(tables, rng: np.random.Generator) -> None:
    """Older accounts of the same companies, which their oldest contact and opportunity still name."""
    pairs = merged(tables["crm_accounts"], company.MERGED_ACCOUNT_EVERY, "account_id", rng, (20, 120))
    for account, duplicate in pairs:
        created_at = account["created_at"] - 10 * company.MINUTE
        name = account["account_name"] + ", Inc."
        tables["crm_accounts"].append({**duplicate, "account_name": name, "created_at": created_at})
        for table in ("crm_contacts", "crm_opportunities"):
            named = [record for record in tables[table] if record["account_id"] == account["account_id"]]
            older = [record for record in named if record["created_at"] < duplicate["updated_at"]]
            for record in sorted(older, key=lambda record: record["created_at"])[:1]:
                record["account_id"] = duplicate["account_id"]
