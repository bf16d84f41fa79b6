"""The case the product must never fail, planted in every world.

A click on a LinkedIn ad in January on one device, a newsletter form in that visit, browser state gone in February, a
sign-in with the same e-mail address on another device in March, a purchase and an opportunity in July.

Beside it two devices of a trade fair that belong to nobody: a booth's tablet and a kiosk's browser.
"""

from __future__ import annotations

import json
from collections import defaultdict

import numpy as np
import pyarrow as pa

import simulation_campaigns as plan
import simulation_company as company
import simulation_world as world
from simulation_records import TIME, Names
from simulation_strings import timestamps

PERSON_KEY = 0
USER_ID, OPPORTUNITY_ID, PURCHASE_ID = "user_planted_case", "opp_planted_case", "pur_planted_case"
CONTACT_ID, ACCOUNT_ID, EMAIL = "con_planted_case", "acc_planted_case", "planted.case@brightwater.example"
CAMPAIGN = "2026q1_linkedin_founders_demo"
FIRST_DEVICE, FIRST_DEVICE_AFTER_LOSS, SECOND_DEVICE = (
    f"0000000{place}-0000-4000-8000-00000000beef" for place in (1, 2, 3)
)
LI_FAT_ID = "7d1f2a54-3c1b-4e0a-9a55-1b6f0c9d2e11"
CLICKED_AT = company.milliseconds(2026, 1, 14, 10, 5)
FORM_AT = CLICKED_AT + 3 * company.MINUTE
BACK_AT = company.milliseconds(2026, 2, 20, 9, 30)
SIGNED_UP_AT = company.milliseconds(2026, 3, 10, 14, 2)
PURCHASED_AT = company.milliseconds(2026, 7, 14, 11, 45)
OPENED_AT = company.milliseconds(2026, 7, 20, 8, 15)
AMOUNT, OPPORTUNITY_AMOUNT = 588.0, 24000.0
BOOTH_TABLET, KIOSK = (f"0000000{place}-0000-4000-8000-0000000b0074" for place in (1, 2))
BOOTH_OPENED_AT, BOOTH_USERS, KIOSK_PEOPLE = company.milliseconds(2026, 5, 20, 9, 0), 6, 8


def landing_url(campaign_id: str) -> str:
    """Where the ad led."""
    return (
        f"{company.SITE}/?utm_source=linkedin&utm_medium=paid_social&utm_campaign={CAMPAIGN}"
        f"&utm_id={campaign_id}&li_fat_id={LI_FAT_ID}"
    )


def campaign_id(campaigns: plan.Campaigns) -> str:
    """The platform's id of the planted campaign."""
    places = zip(campaigns.programme, campaigns.name, campaigns.campaign_id, strict=True)
    return next(c for programme, name, c in places if programme == "linkedin_ads" and name == CAMPAIGN)


def page_views(campaigns: plan.Campaigns) -> dict[str, tuple[pa.Table, np.ndarray]]:
    """Her page views by month of receipt, as simulation_tracking.page_view_tables gives them."""
    campaign = campaign_id(campaigns)
    landing = landing_url(campaign)
    state = json.dumps(
        {
            "occurred_at": "2026-01-14T10:05:00.000Z",
            "landing_page": landing,
            "referrer": "https://www.linkedin.com/",
            "utm_source": "linkedin",
            "utm_medium": "paid_social",
            "utm_campaign": CAMPAIGN,
            "utm_id": campaign,
            "click_ids": {"li_fat_id": LI_FAT_ID},
        },
        separators=(",", ":"),
    )
    computer, phone = company.BROWSERS[5][3], company.BROWSERS[6][3]
    site, app, minute = company.SITE, company.APP, company.MINUTE
    views = [
        (FIRST_DEVICE, None, CLICKED_AT, landing, "Harbor Desk", "https://www.linkedin.com/", computer, state),
        (FIRST_DEVICE, None, CLICKED_AT + minute, f"{site}/pricing", "Pricing", landing, computer, state),
        (FIRST_DEVICE, None, FORM_AT, f"{site}/newsletter/thanks", "You are in", f"{site}/pricing", computer, state),
        (FIRST_DEVICE_AFTER_LOSS, None, BACK_AT, f"{site}/", "Harbor Desk", "", computer, None),
        (FIRST_DEVICE_AFTER_LOSS, None, BACK_AT + minute, f"{site}/product", "Product", f"{site}/", computer, None),
        (SECOND_DEVICE, None, SIGNED_UP_AT - minute, f"{site}/signup", "Start free", "", phone, None),
        (SECOND_DEVICE, USER_ID, SIGNED_UP_AT, f"{app}/welcome", "Welcome", f"{site}/signup", phone, None),
        (SECOND_DEVICE, USER_ID, PURCHASED_AT - minute, f"{app}/billing", "Billing", "", phone, None),
        (
            SECOND_DEVICE,
            USER_ID,
            PURCHASED_AT,
            f"{app}/billing/thanks",
            "Paid",
            "https://checkout.stripe.com/",
            phone,
            None,
        ),
    ]
    by_month = defaultdict(list)
    for place, view in enumerate(views):
        by_month[str(np.datetime64(view[2], "ms"))[:7]].append((f"planted-view-{place}", *view))
    tables = {}
    for month, rows in by_month.items():
        event_id, anonymous, user, at, url, title, referrer, agent, touch = zip(*rows, strict=True)
        at = np.array(at)

        def text(values) -> pa.Array:
            return pa.array(values, pa.string()).dictionary_encode()

        columns = {
            "event_id": pa.array(event_id, pa.string()),
            "anonymous_id": text(anonymous),
            "user_id": text(user),
            "event_at": timestamps(at),
            "sent_at": timestamps(at + 200),
            "received_at": timestamps(at + 320),
            "page_url": text(url),
            "page_title": text(title),
            "referrer": text(referrer),
            "user_agent": text(agent),
            "ip_address": text(["198.18.0.1"] * len(rows)),
            "consent": text(["granted"] * len(rows)),
            "first_touch": text(touch),
            "last_touch": text(touch),
        }
        tables[month] = (pa.table(columns), np.zeros(len(rows), np.int64))
    return tables


def records() -> dict[str, list[tuple]]:
    """Her rows in the other tables."""
    day = company.DAY
    return {
        "identifies": [
            ("planted-form", FIRST_DEVICE, None, EMAIL, FORM_AT, FORM_AT + 150),
            ("planted-sign-in", SECOND_DEVICE, USER_ID, EMAIL, SIGNED_UP_AT, SIGNED_UP_AT + 150),
        ],
        "users": [(USER_ID, EMAIL, "free", SIGNED_UP_AT, SIGNED_UP_AT)],
        "purchases": [(PURCHASE_ID, USER_ID, None, PURCHASED_AT, AMOUNT, "USD", PURCHASED_AT)],
        "crm_contacts": [(CONTACT_ID, ACCOUNT_ID, None, EMAIL, OPENED_AT, OPENED_AT)],
        "crm_accounts": [(ACCOUNT_ID, None, None, "Brightwater", "https://brightwater.example", OPENED_AT, OPENED_AT)],
        "crm_opportunities": [
            (
                *(OPPORTUNITY_ID, ACCOUNT_ID, "Brightwater - Harbor Desk", "Evaluation", OPPORTUNITY_AMOUNT, "USD"),
                *(False, False, OPENED_AT, None, OPENED_AT + 3 * day),
            )
        ],
        "crm_opportunity_history": [
            ("hist_planted_case_0", OPPORTUNITY_ID, "Discovery", OPPORTUNITY_AMOUNT, OPENED_AT),
            ("hist_planted_case_1", OPPORTUNITY_ID, "Evaluation", OPPORTUNITY_AMOUNT, OPENED_AT + 3 * day),
        ],
        "crm_opportunity_contact_roles": [
            ("role_planted_case", OPPORTUNITY_ID, CONTACT_ID, "Decision Maker", True, OPENED_AT, OPENED_AT)
        ],
    }


def crowd_rows(names: Names, outcome: world.Outcome) -> dict[str, list[tuple]]:
    """A trade fair: six users sign in on the booth's tablet in a day, eight others leave an address at the kiosk."""
    users = outcome.sign_up.person[outcome.sign_up.at < BOOTH_OPENED_AT].tolist()
    signed_in, asked = users[:BOOTH_USERS], users[BOOTH_USERS : BOOTH_USERS + KIOSK_PEOPLE]
    visits = [("booth", BOOTH_TABLET, names.user(person), person) for person in signed_in]
    visits += [("kiosk", KIOSK, None, person) for person in asked]
    rows = []
    for place, (what, device, user, person) in enumerate(visits):
        at = BOOTH_OPENED_AT + place * 35 * company.MINUTE
        rows.append((f"planted-{what}-{place}", device, user, names.typed_email(person), at, at + 150))
    return {"identifies": rows}


def truth(effects: np.ndarray) -> dict[str, pa.Table]:
    """Her rows of the truth. She is placed, not drawn, so the channel totals leave her out."""
    one = world.draw_persons(np.random.default_rng(0), PERSON_KEY, 1)
    one.arrival[:], one.propensity[:] = CLICKED_AT, 1.0
    linkedin = company.PROGRAMME["linkedin_ads"]
    exposures = world.Exposures(np.array([0]), np.array([CLICKED_AT]), np.array([linkedin]))
    facts = [
        (USER_ID, "sign_up", SIGNED_UP_AT, 0.0),
        (PURCHASE_ID, "purchase", PURCHASED_AT, AMOUNT),
        (OPPORTUNITY_ID, "opportunity_created", OPENED_AT, OPPORTUNITY_AMOUNT),
    ]
    conversions, shares = [], []
    for key, kind, at, amount in facts:
        event = world.Conversions(np.array([0]), np.array([at]), np.array([-1]))
        by_programme, baseline = world.shares(one, exposures, event, world.hazards_of(kind), effects)
        conversions.append((key, kind, PERSON_KEY, at, amount, "USD", amount, float(baseline[0])))
        shares.append((key, kind, "Baseline", "baseline", float(baseline[0])))
        if by_programme[0, linkedin]:
            shares.append((key, kind, "Paid Social", "linkedin_ads", float(by_programme[0, linkedin])))
    return {
        "exposures": pa.table(
            {
                "person_key": pa.array([PERSON_KEY], pa.int64()),
                "anonymous_id": [FIRST_DEVICE],
                "channel": ["Paid Social"],
                "programme": ["linkedin_ads"],
                "campaign": [CAMPAIGN],
                "occurred_at": pa.array([CLICKED_AT], TIME),
                "is_seen": [True],
                "is_causal": [True],
                **{f"effect_{name}": [float(effects[i, linkedin])] for i, name in enumerate(company.HAZARDS)},
                "effect": [float(effects[:, linkedin].sum())],
            }
        ),
        "conversions": conversion_table(conversions),
        "conversion_shares": share_table(shares),
        "persons": pa.table(
            {
                "person_key": pa.array([PERSON_KEY], pa.int64()),
                "anonymous_ids": pa.array([[FIRST_DEVICE, FIRST_DEVICE_AFTER_LOSS, SECOND_DEVICE]]),
                "user_id": [USER_ID],
                "email": [EMAIL],
                "account_id": [ACCOUNT_ID],
                "propensity": [1.0],
                "exposure_count": pa.array([1], pa.int64()),
                "lost_exposure_count": pa.array([0], pa.int64()),
                "lost_cookie_count": pa.array([1], pa.int64()),
                "is_consent_denied": [False],
            }
        ),
    }


def conversion_table(rows: list[tuple]) -> pa.Table:
    """Rows (key, type, person_key, converted_at, amount, currency, amount_usd, p_baseline) as Arrow."""
    names = ["conversion_key", "conversion_type", "person_key", "converted_at", "amount", "currency", "amount_usd"]
    types = [pa.string(), pa.string(), pa.int64(), TIME, pa.float64(), pa.string(), pa.float64(), pa.float64()]
    columns = zip(*rows, strict=True) if rows else [()] * len(types)
    return pa.table({n: pa.array(c, t) for n, c, t in zip([*names, "p_baseline"], columns, types, strict=True)})


def share_table(rows: list[tuple]) -> pa.Table:
    """Rows (key, type, channel, programme, share) as Arrow."""
    names = ["conversion_key", "conversion_type", "channel", "programme", "share"]
    types = [pa.string()] * 4 + [pa.float64()]
    columns = zip(*rows, strict=True) if rows else [()] * len(types)
    return pa.table({n: pa.array(c, t) for n, c, t in zip(names, columns, types, strict=True)})
