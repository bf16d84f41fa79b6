"""The simulated company: the same bytes for the same seed, the raw contract, every mess, and a truth that adds up."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest
import yaml

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import simulate  # noqa: E402
import simulation_campaigns as plan  # noqa: E402
import simulation_company as company  # noqa: E402
import simulation_exports as exports  # noqa: E402
import simulation_planted as planted  # noqa: E402
import simulation_records as records  # noqa: E402
import simulation_world as world  # noqa: E402

VIEWS = 60_000


def make(folder: Path, page_views: int = VIEWS, seed: int = 7, cookie_loss: float = 0.3, file_format: str = "ndjson"):
    """A world in `folder`."""
    out, truth = folder / "landing", folder / "truth"
    simulate.simulate(page_views, seed, out, truth, cookie_loss, file_format, lambda text: None)
    return folder


def digests(folder: Path) -> dict[str, str]:
    """Hash of every file below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Path:
    return make(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="session")
def db(folder):
    """The world's files as tables: all landed values as text, the truth as typed."""
    connection = duckdb.connect()
    connection.execute("set threads = 2")
    for table in ["page_views", *records.TABLES]:
        files = f"{folder}/landing/{table}/*"
        if table in ("page_views", *exports.NDJSON_TABLES):
            names = contract()[table]
            columns = ", ".join(f"{name}: 'varchar'" for name in names)
            source = f"read_ndjson('{files}', columns = {{{columns}}}, ignore_errors = true, filename = true)"
        else:
            source = f"read_csv('{files}', all_varchar = true, filename = true)"
        connection.execute(f"create table {table} as select * from {source}")
    for path in (folder / "truth").glob("*.parquet"):
        connection.execute(f"create table truth_{path.stem} as select * from read_parquet('{path}')")
    for table in exports.SNAPSHOTS:
        last = f"select * exclude (filename) from {table} where filename like '%2026-08-01%'"
        connection.execute(f"create view last_{table} as {last}")
    spend = """select * replace (cost::double as cost, clicks::int as clicks) from ad_spend qualify row_number() over (
        partition by platform, coalesce(campaign_id, campaign_name), spend_date order by filename desc) = 1"""
    connection.execute(f"create view last_ad_spend as {spend}")
    return connection


def one(db, query: str):
    """First row of a query; a single value where the row has one."""
    row = db.execute(query).fetchone()
    return row[0] if len(row) == 1 else row


def contract() -> dict[str, list[str]]:
    """Columns of the raw tables in order, without those that the landing program adds."""
    tables = {}
    for path in sorted((ROOT / "models/staging").glob("*/_*__sources.yml")):
        for source in yaml.safe_load(path.read_text())["sources"]:
            for table in source["tables"]:
                tables[table["name"]] = [c["name"] for c in table["columns"] if not c["name"].startswith("_")]
    return {name: columns for name, columns in tables.items() if not name.startswith("_")}


# ---- Files ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("file_format", ["ndjson", "parquet"])
def test_same_seed_gives_same_bytes(tmp_path, file_format):
    folders = [tmp_path / str(place) for place in range(3)]
    worlds = [
        digests(make(folder, 10_000, seed, file_format=file_format))
        for folder, seed in zip(folders, [7, 7, 8], strict=True)
    ]
    assert worlds[0] == worlds[1]
    page_views = [name for name in worlds[0] if "page_views" in name]
    assert page_views and all(worlds[0][name] != worlds[2].get(name) for name in page_views)


def test_a_new_world_leaves_nothing_of_the_old(tmp_path):
    make(tmp_path, 10_000, file_format="ndjson")
    first = digests(make(tmp_path, 10_000, file_format="parquet"))
    assert not [name for name in first if name.endswith("ndjson.gz")]


def test_columns_match_the_raw_contract(folder, tmp_path):
    expected = contract()
    assert set(expected) == {path.name for path in (folder / "landing").iterdir()}
    for table, columns in expected.items():
        for path in (folder / "landing" / table).iterdir():
            if path.suffix == ".csv":
                with path.open() as file:
                    assert next(csv.reader(file)) == columns, path
            elif path.suffix == ".ndjson":
                assert all(list(json.loads(line)) == columns for line in path.read_text().splitlines()), path
    parquet = make(tmp_path, 10_000, file_format="parquet") / "landing/page_views"
    assert all(pq.read_schema(path).names == expected["page_views"] for path in parquet.iterdir())


def test_page_view_lines_carry_the_contract(folder):
    columns = contract()["page_views"]
    path = next((folder / "landing/page_views").iterdir())
    with gzip.open(path, "rt") as file:
        lines = [json.loads(line) for line in file if line.endswith("}\n")]
    assert len(lines) > 1000
    assert all(list(line) == columns for line in lines)


def test_page_view_count_is_about_what_was_asked(db):
    assert 0.95 * VIEWS < one(db, "select count(*) from page_views") < 1.05 * VIEWS


def test_volumes_are_believable(db):
    visitors = one(db, "select count(distinct anonymous_id) from page_views")
    assert 0.125 * VIEWS < visitors < 0.2 * VIEWS
    latest = "select count(distinct {0}) from {1}"
    for table, key, low, high in [
        ("crm_leads", "lead_id", 0.004, 0.010),
        ("crm_opportunities", "opportunity_id", 0.0012, 0.005),
        ("purchases", "purchase_id", 0.002, 0.010),
        ("users", "user_id", 0.006, 0.02),
    ]:
        assert low * VIEWS < one(db, latest.format(key, table)) < high * VIEWS, table


# ---- Messes --------------------------------------------------------------------------------------------------------
MESSES = {
    "duplicate event": (
        "event_id in (select event_id from page_views group by 1 having count(distinct received_at) > 1)"
    ),
    "no event id": "event_id is null and page_url is not null",
    "malformed line": "event_id is null and page_url is null",
    "unreadable time": "try_cast(event_at as timestamp) is null and event_at is not null",
    "no ids": "anonymous_id is null and user_id is null and page_url is not null",
    "blank url": "page_url = 'about:blank'",
    "file url": "page_url like 'file:///%'",
    "e-mail address in url": "page_url like '%email=%@%'",
    "phone number in url": "page_url like '%phone=\\%2B1555%' escape '\\'",
    "unknown click id": "page_url like '%newclid=%'",
    "test traffic": "page_url like 'http://localhost%'",
    "staging traffic": "page_url like 'https://staging.%'",
    "bot": "user_agent like '%Googlebot%'",
    "headless browser": "user_agent like '%HeadlessChrome%'",
    "wrong case": "page_url like '%utm_source=LinkedIn&%'",
    "synonym": "page_url like '%utm_source=fb&%' or page_url like '%utm_medium=ppc&%'",
    "missing medium": "page_url like '%utm_source=%' and page_url not like '%utm_medium=%'",
    "stray space": "page_url like '%utm_source=google\\%20&%' escape '\\'",
    "unexpanded macro": "page_url like '%utm_campaign=\\%7Bcampaignid\\%7D%' escape '\\'",
    "unexpanded braces": "page_url like '%utm_campaign=\\%7B\\%7Bcampaign.name%' escape '\\'",
    "off-plan campaign": "regexp_matches(page_url, 'utm_campaign=[A-Za-z]')",
    "internal utm": "page_url like '%internal_hero%' and referrer like 'https://www.harbordesk.example/%'",
    "payment referrer": "referrer like 'https://checkout.stripe.com%'",
    "sign-on referrer": "referrer like '%okta.com%'",
    "app referrer": "referrer like 'android-app://%'",
    "assistant": "referrer like 'https://chatgpt.com%'",
    "organic fbclid": "page_url like '%fbclid=%' and page_url not like '%utm_%'",
    "paid fbclid": "page_url like '%fbclid=%' and page_url like '%utm_medium=paid_social%'",
    "gbraid": "page_url like '%gbraid=%'",
    "wbraid": "page_url like '%wbraid=%'",
    "li_fat_id": "regexp_matches(page_url, 'li_fat_id=[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}')",
    "msclkid": "regexp_matches(page_url, 'msclkid=[0-9a-f]{32}')",
    "altered click id": "regexp_matches(page_url, '(gclid|fbclid|msclkid|li_fat_id)=[^&]{16}(&|$)')",
    "upper-cased click id": "regexp_matches(page_url, '(gclid=CJ0KCQJW|fbclid=IWAR)')",
    "ttclid": "page_url like '%ttclid=%'",
    "irclickid": "page_url like '%irclickid=%'",
    "mc_eid": "page_url like '%mc_eid=%'",
    "stripped click id": "page_url like '%gad_campaignid=%' and not regexp_matches(page_url, 'gclid=|braid=')",
    "consent unknown": "consent is null and user_agent not like '%bot%'",
    "state": "first_touch is not null",
}


@pytest.mark.parametrize("mess", MESSES)
def test_each_mess_occurs(db, mess):
    count = one(db, f"select count(*) from page_views where {MESSES[mess]}")
    assert count > 0
    assert count < 0.1 * VIEWS or mess == "state"


def test_late_skewed_duplicate_and_broken_shares(db):
    shares = one(
        db,
        """
        with timed as (
            select *, try_cast(event_at as timestamptz) as event_time, try_cast(sent_at as timestamptz) as sent_time,
                try_cast(received_at as timestamptz) as received_time
            from page_views
        ), firsts as (select * from timed qualify row_number() over (partition by event_id order by received_time) = 1)
        select
            avg((sent_time - event_time > interval 1 hour)::int),
            avg((abs(epoch(received_time - sent_time)) > 120)::int),
            1 - (select count(distinct event_id) / count(event_id) from page_views)
        from firsts
        """,
    )
    late, skewed, duplicate = shares
    assert 0.5 * company.LATE_SHARE < late < 1.5 * company.LATE_SHARE
    assert 0.4 * company.SKEWED_SHARE < skewed < 1.8 * company.SKEWED_SHARE
    assert 0.7 * company.DUPLICATE_SHARE < duplicate < 1.3 * company.DUPLICATE_SHARE
    broken = one(
        db,
        """select avg((event_id is null or (anonymous_id is null and user_id is null)
        or try_cast(event_at as timestamptz) is null or page_url not like 'http%')::int) from page_views""",
    )
    assert 0.5 * company.BROKEN_SHARE < broken < 1.5 * company.BROKEN_SHARE


def test_some_late_events_and_duplicates_land_in_a_later_file(db):
    late = one(
        db,
        """select count(*) from page_views
        where try_cast(sent_at as timestamptz) - try_cast(event_at as timestamptz) > interval 1 hour
        and left(event_at, 7) < regexp_extract(filename, 'page_views-(\\d{4}-\\d\\d)', 1)""",
    )
    assert late > 0
    assert one(db, "select max(n) from (select count(distinct filename) as n from page_views group by event_id)") >= 2


def test_no_file_holds_what_was_received_in_another_month(db):
    strays = one(
        db,
        """select count(*) from page_views
        where received_at like '20%'
        and left(received_at, 7) <> regexp_extract(filename, 'page_views-(\\d{4}-\\d\\d)', 1)""",
    )
    assert strays == 0


def test_denied_consent_keeps_no_state_and_no_id(db):
    assert one(db, "select count(*) from page_views where consent = 'denied'") > 0
    assert one(db, "select count(*) from page_views where consent = 'denied' and first_touch is not null") == 0
    hours = "epoch(max(event_at::timestamp) - min(event_at::timestamp)) / 3600"
    longest = one(
        db,
        f"""select max(hours) from (select {hours} as hours from page_views where consent = 'denied'
        and try_cast(event_at as timestamp) is not null group by anonymous_id)""",
    )
    assert longest < 6


def test_first_touch_stays_and_last_touch_grows(db):
    changed = one(
        db,
        """select count(*) from (select anonymous_id from page_views where anonymous_id is not null
        group by 1 having count(distinct first_touch) > 1)""",
    )
    assert changed == 0
    backwards = one(
        db,
        """
        with lasts as (
            select anonymous_id, try_cast(event_at as timestamptz) as viewed_at,
                (last_touch::json ->> 'occurred_at')::timestamptz as touched_at
            from page_views
            where last_touch is not null and anonymous_id is not null and try_cast(event_at as timestamptz) is not null
        ), followed as (
            select touched_at, lag(touched_at) over (partition by anonymous_id order by viewed_at, touched_at) as before
            from lasts
        )
        select count(*) from followed where touched_at < before
        """,
    )
    assert backwards == 0
    assert one(db, "select count(*) from page_views where first_touch is distinct from last_touch") > 0


def test_first_touch_is_what_the_landing_page_saw(db):
    wrong = one(
        db,
        """
        with landings as (
            select anonymous_id, page_url, event_at, last_touch::json ->> 'landing_page' as landing_page,
                last_touch::json ->> 'utm_source' as source
            from page_views where page_url like '%utm_source=%' and page_url not like '%internal_hero%'
                and last_touch is not null
        )
        select count(*) from landings where landing_page is distinct from page_url or source is null
        """,
    )
    assert wrong == 0


def test_a_shared_device_has_five_users(db):
    users = f"""select count(distinct user_id) as n from identifies
        where user_id is not null and anonymous_id <> '{planted.BOOTH_TABLET}' group by anonymous_id"""
    assert one(db, f"select max(n) from ({users})") == 5


def test_forms_give_an_address_without_a_user_and_sign_ins_both(db):
    forms, sign_ins, bare = one(
        db,
        """select count(*) filter (user_id is null and email is not null), count(*) filter (user_id is not null),
        count(*) filter (user_id is null and email is null) from identifies""",
    )
    assert forms > 100 and sign_ins > 100 and bare == 0


def test_records_refer_to_records_that_exist(db):
    for child, column, parent, key in [
        ("purchases", "user_id", "users", "user_id"),
        ("identifies", "user_id", "users", "user_id"),
        ("crm_contacts", "account_id", "crm_accounts", "account_id"),
        ("purchases", "refunded_purchase_id", "purchases", "purchase_id"),
        ("credit_notes", "opportunity_id", "crm_opportunities", "opportunity_id"),
        ("tracked_events", "user_id", "users", "user_id"),
        ("tracked_events", "anonymous_id", "page_views", "anonymous_id"),
        ("crm_leads", "merged_into_lead_id", "crm_leads", "lead_id"),
        ("crm_contacts", "merged_into_contact_id", "crm_contacts", "contact_id"),
        ("crm_accounts", "merged_into_account_id", "crm_accounts", "account_id"),
        ("crm_leads", "converted_contact_id", "crm_contacts", "contact_id"),
        ("crm_leads", "converted_opportunity_id", "crm_opportunities", "opportunity_id"),
        ("crm_opportunities", "account_id", "crm_accounts", "account_id"),
        ("crm_opportunity_history", "opportunity_id", "crm_opportunities", "opportunity_id"),
        ("crm_opportunity_contact_roles", "contact_id", "crm_contacts", "contact_id"),
        ("crm_campaign_responses", "lead_id", "crm_leads", "lead_id"),
        ("crm_campaign_responses", "contact_id", "crm_contacts", "contact_id"),
    ]:
        orphans = one(
            db,
            f"select count(*) from {child} where {column} is not null and {column} not in (select {key} from {parent})",
        )
        assert orphans == 0, (child, column)


def test_an_early_export_knows_nothing_of_later_changes(db):
    cut = "timestamp '2026-04-01'"
    early = "filename like '%2026-04-01%'"
    assert one(db, f"select count(*) from crm_leads where {early}") > 0
    for table, column in [("crm_leads", "converted_at"), ("crm_opportunities", "closed_at"), ("users", "updated_at")]:
        assert one(db, f"select count(*) from {table} where {early} and {column}::timestamp >= {cut}") == 0, table
    stages = one(
        db,
        f"""
        with known as (
            select opportunity_id, arg_max(stage_name, changed_at) as stage_name from crm_opportunity_history
            where changed_at::timestamp < {cut} group by 1
        )
        select count(*) from crm_opportunities inner join known using (opportunity_id)
        where {early} and crm_opportunities.stage_name is distinct from known.stage_name
        """,
    )
    assert stages == 0


def test_the_ad_report_has_more_clicks_than_landings(db):
    clicks = one(
        db,
        "select sum(clicks) from last_ad_spend",
    )
    paid = (
        "('google_ads','google_brand','microsoft_ads','linkedin_ads','facebook_ads','tiktok_ads','display','affiliate')"
    )
    real, seen = one(db, f"select count(*), sum(is_seen::int) from truth_exposures where programme in {paid}")
    assert seen < real < clicks < 1.6 * real


def test_cookie_loss_changes_what_is_seen_and_not_what_happened(tmp_path):
    kept, lost = (make(tmp_path / name, 10_000, cookie_loss=loss) for name, loss in [("kept", 0.0), ("lost", 1.0)])
    for table in ("purchases", "crm_leads", "users", "crm_opportunities", "ad_spend"):
        assert digests(kept / "landing" / table) == digests(lost / "landing" / table)
    for name in ("conversions", "channel_effects"):
        assert digests(kept / "truth")[f"{name}.parquet"] == digests(lost / "truth")[f"{name}.parquet"]
    cookies = [
        sum(len(ids) for ids in pq.read_table(f / "truth/persons.parquet")["anonymous_ids"].to_pylist())
        for f in (kept, lost)
    ]
    assert cookies[1] > 1.15 * cookies[0]


# ---- What happens to records later ---------------------------------------------------------------------------------
def test_refunds_name_their_purchase_and_some_are_partial_or_late(db):
    refunds = db.execute(
        """select -refund.amount::double / purchase.amount::double as part,
            epoch(refund.purchased_at::timestamp - purchase.purchased_at::timestamp) / 86400 as days,
            refund.user_id = purchase.user_id and refund.currency = purchase.currency as is_same_buyer
        from purchases as refund inner join purchases as purchase
            on refund.refunded_purchase_id = purchase.purchase_id and purchase.refunded_purchase_id is null"""
    ).fetchall()
    assert one(db, "select count(*) from purchases where amount::double < 0") == len(refunds)
    assert all(0 < part <= 1 and 0 < days <= 60 and is_same_buyer for part, days, is_same_buyer in refunds)
    partial = sum(part < 1 for part, _, _ in refunds)
    assert 0 < partial <= len(refunds) / 4 + 1
    assert 0 < sum(days > 30 for _, days, _ in refunds) < len(refunds) / 2


def test_credit_notes_take_a_part_of_a_won_opportunity(db):
    found, right = one(
        db,
        """select count(*), count_if(is_won = 'true' and notes.currency = deals.currency and purchase_id is null
            and notes.amount::double / deals.amount::double between 0.0999 and 0.3001
            and issued_at::timestamp - closed_at::timestamp between interval 10 day and interval 60 day)
        from credit_notes as notes inner join last_crm_opportunities as deals using (opportunity_id)""",
    )
    won = one(db, "select count(*) from last_crm_opportunities where is_won = 'true'")
    assert 0 < found == right == one(db, "select count(*) from credit_notes") <= 0.1 * won


@pytest.mark.parametrize("kind", ["lead", "contact", "account"])
def test_a_few_duplicates_were_merged_after_an_early_export(db, kind):
    table, key, target = f"crm_{kind}s", f"{kind}_id", f"merged_into_{kind}_id"
    merged, right, share = one(
        db,
        f"""select count(*), count_if(survivors.{target} is null and losers.updated_at > losers.created_at),
            count(*) / (select count(*) from last_{table})
        from last_{table} as losers inner join last_{table} as survivors on losers.{target} = survivors.{key}""",
    )
    assert 0 < merged == right and share < 0.05
    early = f"""select count_if({target} is null), count_if({target} is not null and updated_at >= '2026-04-01')
        from {table} where filename like '%2026-04-01%'
        and {key} in (select {key} from last_{table} where {target} is not null and updated_at >= '2026-04-01')"""
    unmerged, too_early = one(db, early)
    assert too_early == 0
    assert unmerged > 0


def test_merged_records_are_still_named_and_some_have_another_address(db):
    losers = "in (select {0} from last_crm_{1} where merged_into_{0} is not null)"
    for table, key, parent in [
        ("crm_contacts", "account_id", "accounts"),
        ("crm_opportunities", "account_id", "accounts"),
        ("crm_opportunity_contact_roles", "contact_id", "contacts"),
    ]:
        named = one(db, f"select count(*) from last_{table} where {key} {losers.format(key, parent)}")
        assert named > 0, table
    for kind in ("lead", "contact"):
        other, same = one(
            db,
            f"""select count_if(lower(losers.email) <> lower(survivors.email)), count_if(losers.email = survivors.email)
            from last_crm_{kind}s as losers
            inner join last_crm_{kind}s as survivors on losers.merged_into_{kind}_id = survivors.{kind}_id""",
        )
        assert other > 0 and same > 0, kind


STEPS = """(
    select *, lag(stage_name) over timeline as stage_before, lag(amount::double) over timeline as amount_before,
        lead(stage_name) over timeline as stage_after, first_value(stage_name) over last_first as last_stage,
        first_value(amount) over last_first as last_amount, first_value(changed_at) over last_first as last_changed_at
    from crm_opportunity_history
    window timeline as (partition by opportunity_id order by changed_at, history_id),
        last_first as (partition by opportunity_id order by changed_at desc, history_id desc)
)"""


def test_amounts_are_revised_up_and_down_within_a_stage(db):
    up, down = one(
        db,
        f"""select count_if(amount::double > amount_before), count_if(amount::double < amount_before) from {STEPS}
        where stage_name = stage_before""",
    )
    assert up > 0 and down > 0


@pytest.mark.parametrize(
    ("closed", "then"), [("Closed Lost", "Closed Won"), ("Closed Lost", "Closed Lost"), ("Closed Won", "Closed Lost")]
)
def test_a_few_closed_opportunities_are_reopened(db, closed, then):
    found = one(
        db,
        f"""select count(*) from {STEPS}
        where stage_name = '{closed}' and stage_after not like 'Closed%' and last_stage = '{then}'""",
    )
    assert 0 < found < 0.1 * one(db, "select count(*) from last_crm_opportunities")


def test_an_opportunity_stands_as_its_last_step_says(db):
    different = one(
        db,
        f"""select count(*) from (select distinct opportunity_id, last_stage, last_amount, last_changed_at from {STEPS})
        inner join last_crm_opportunities as deals using (opportunity_id)
        where deals.stage_name <> last_stage or deals.amount <> last_amount or deals.updated_at <> last_changed_at
        or is_closed <> (last_stage like 'Closed%')::varchar or is_won <> (last_stage = 'Closed Won')::varchar
        or closed_at is distinct from case when last_stage like 'Closed%' then last_changed_at end""",
    )
    assert different == 0


def test_an_early_export_shows_what_was_closed_then_and_reopened_later():
    cut, day = company.MID_EXPORT, company.DAY
    steps = [("Proposal", -9), ("Closed Lost", -2), ("Proposal", 2), ("Closed Won", 9)]
    history = [(f"h{place}", "o", stage, 10.0, cut + days * day) for place, (stage, days) in enumerate(steps)]
    deal = ("o", "a", "name", "Closed Won", 10.0, "USD", True, True, cut - 9 * day, cut + 9 * day, cut + 9 * day)
    tables = {"crm_opportunities": [deal], "crm_opportunity_history": history}
    deals, history = (records.as_table(name, rows) for name, rows in tables.items())
    early = exports.as_of("crm_opportunities", deals, history, cut).to_pylist()[0]
    assert (early["stage_name"], early["is_closed"], early["is_won"]) == ("Closed Lost", True, False)
    assert early["closed_at"] == early["updated_at"] == history["changed_at"][1].as_py()


def test_role_and_test_addresses_are_typed_by_different_people(db):
    leads = "select email, count(*) as leads, count(distinct company) as companies from last_crm_leads group by email"
    assert one(db, f"select max(leads) from ({leads}) where email like 'info@%' and companies = 1") >= 2
    assert one(db, f"select count(*) from ({leads}) where email like 'sales@%' and leads = 1") > 0
    assert one(db, f"select count(*) from ({leads}) where email like 'test@%'") > 0
    role = "regexp_matches(email, '^(info|sales|test)@')"
    assert one(db, f"select count(*) from last_crm_leads where {role}") < 0.1 * VIEWS * 0.006
    forms = f"select count(distinct anonymous_id) as browsers from identifies where {role} group by email"
    assert one(db, f"select max(browsers) from ({forms})") >= 2


def test_a_booth_tablet_has_six_users_in_a_day_and_a_kiosk_eight_addresses(db):
    hours = "epoch(max(event_at::timestamp) - min(event_at::timestamp)) / 3600"
    seen = f"""select count(distinct user_id), count(distinct lower(email)), {hours} < 12
        from identifies where anonymous_id = '{{}}'"""
    assert one(db, seen.format(planted.BOOTH_TABLET)) == (6, 6, True)
    assert one(db, seen.format(planted.KIOSK)) == (0, 8, True)
    people = f"""select count(distinct person_key) from identifies
        inner join truth_persons as persons on lower(identifies.email) = persons.email
        where anonymous_id in ('{planted.BOOTH_TABLET}', '{planted.KIOSK}')"""
    assert one(db, people) == 14


def test_demos_are_tracked_for_most_leads_from_the_site_and_sometimes_twice(db):
    assert one(db, "select list(distinct event_name) from tracked_events") == ["demo_booked"]
    sent, events, users = one(db, "select count(*), count(distinct event_id), count(user_id) from tracked_events")
    assert events < sent < 1.1 * events and 0 < users < sent
    booked = "select * from last_crm_leads where company is not null and lead_source = 'Web'"
    leads, answered = one(
        db,
        f"""select count(*), count_if(exists (select 1 from tracked_events
            where abs(epoch(received_at::timestamp - created_at::timestamp)) < 10)) from ({booked})""",
    )
    assert 0.6 * leads < answered < 0.85 * leads
    assert answered == pytest.approx(events, abs=2)


# ---- Spend ---------------------------------------------------------------------------------------------------------
def test_one_platform_reports_names_only_and_nobody_knows_the_sponsorship(db):
    ids = dict(db.execute("select platform, count(campaign_id) / count(*) from ad_spend group by all").fetchall())
    sponsor, name, _ = company.SPONSORSHIP
    assert {platform for platform, share in ids.items() if share == 0} == {company.NAMED_ONLY_PLATFORM, sponsor}
    assert set(ids.values()) == {0, 1}
    touched = f"select count(*) from page_views where page_url ilike '%{sponsor}%' or page_url ilike '%{name[:15]}%'"
    assert one(db, touched) == 0
    assert one(db, f"select count(*) from last_ad_spend where platform = '{sponsor}'") > 50


def test_a_campaign_is_renamed_in_its_quarter_and_restated_under_its_new_name(db):
    campaign_id, new_name = plan.renamed_campaign(plan.build_campaigns(7))
    names = db.execute(
        """select campaign_name, min(spend_date), max(spend_date) from last_ad_spend where campaign_id = ?
        and spend_date between '2026-02-01' and '2026-03-28' group by 1 order by 2""",
        [campaign_id],
    ).fetchall()
    assert len(names) == 2 and names[1][0] == new_name
    assert names[0][2] < str(company.RENAMED_DATE) <= names[1][1]
    both = "select count(distinct campaign_name) from ad_spend where campaign_id = ? and spend_date like '2026-01-%'"
    assert db.execute(both, [campaign_id]).fetchall() == [(2,)]


def test_days_are_restated_and_accounts_bill_in_their_currency(db):
    restated = """select count(*) from (select count(distinct cost) as costs from ad_spend where campaign_id is not null
        group by campaign_id, spend_date having count(distinct filename) = 2)"""
    assert one(db, restated + " where costs = 2") > 0
    currencies = db.execute("select platform, list(distinct currency) from ad_spend group by 1").fetchall()
    assert dict(currencies)["linkedin"] == ["EUR"]


def test_spend_and_revenue_are_plausible(db):
    rates = """(select from_currency as currency, avg(rate::double) as rate from exchange_rates group by 1
        union all select 'USD', 1)"""
    spend = db.execute(
        f"""select platform, sum(cost * rate), sum(clicks)
        from last_ad_spend inner join {rates} using (currency) group by 1"""
    ).fetchall()
    sold = "from truth_conversions where conversion_type in ('purchase', 'opportunity_won')"
    revenue, customers = one(db, f"select sum(amount_usd), count(distinct person_key) {sold}")
    whole = sum(usd for _, usd, _ in spend)
    assert 2 < revenue / whole < 6
    assert 200 < whole / customers < 1000
    assert all(0.5 < usd / clicks < 35 for _, usd, clicks in spend if clicks)


# ---- The planted case ----------------------------------------------------------------------------------------------
def test_the_planted_case_is_there(db):
    views = db.execute(
        """select anonymous_id, user_id, event_at, page_url, first_touch from page_views
        where anonymous_id in (?, ?, ?) order by event_at""",
        [planted.FIRST_DEVICE, planted.FIRST_DEVICE_AFTER_LOSS, planted.SECOND_DEVICE],
    ).fetchall()
    click, back, sign_up, last = views[0], views[3], views[6], views[-1]
    assert click[0] == planted.FIRST_DEVICE and click[2].startswith("2026-01")
    assert "li_fat_id=" in click[3] and "utm_campaign=2026q1_linkedin_founders_demo" in click[3]
    assert back[0] == planted.FIRST_DEVICE_AFTER_LOSS and back[2].startswith("2026-02") and back[4] is None
    assert sign_up[:2] == (planted.SECOND_DEVICE, "user_planted_case") and sign_up[2].startswith("2026-03")
    assert last[1] == "user_planted_case" and last[2].startswith("2026-07")
    state = json.loads(click[4])
    assert state["click_ids"]["li_fat_id"] == planted.LI_FAT_ID and state["landing_page"] == click[3]
    emails = db.execute(
        "select distinct email from identifies where anonymous_id in (?, ?)",
        [planted.FIRST_DEVICE, planted.SECOND_DEVICE],
    ).fetchall()
    assert emails == [(planted.EMAIL,)]
    form = "select count(*) from identifies where email = ? and user_id is null and anonymous_id = ?"
    assert db.execute(form, [planted.EMAIL, planted.FIRST_DEVICE]).fetchone() == (1,)
    assert one(db, "select user_id from purchases where purchase_id = 'pur_planted_case'") == "user_planted_case"
    roles = """select contacts.email from crm_opportunity_contact_roles as roles
        inner join crm_contacts as contacts using (contact_id) where opportunity_id = 'opp_planted_case'"""
    assert one(db, roles) == planted.EMAIL
    campaign = one(db, f"select campaign_name from ad_spend where campaign_id = '{state['utm_id']}' limit 1")
    assert campaign == "2026q1_linkedin_founders_demo"


# ---- Truth ---------------------------------------------------------------------------------------------------------
def test_every_conversion_in_the_truth_is_in_the_files_and_the_reverse(db):
    for kind, table, key, condition in [
        ("sign_up", "users", "user_id", "true"),
        ("purchase", "purchases", "purchase_id", "refunded_purchase_id is null"),
        ("lead_created", "last_crm_leads", "lead_id", "merged_into_lead_id is null"),
        ("opportunity_created", "crm_opportunities", "opportunity_id", "true"),
        ("opportunity_won", "last_crm_opportunities", "opportunity_id", "is_won = 'true'"),
    ]:
        different = one(
            db,
            f"""select count(*) from (select distinct {key} as key from {table} where {condition}) as files
            full outer join
                (select conversion_key as key from truth_conversions where conversion_type = '{kind}') as truth
            on files.key = truth.key where files.key is null or truth.key is null""",
        )
        assert different == 0, kind


def test_shares_sum_to_one_with_the_baseline(db):
    low, high, conversions = one(
        db,
        """select min(s), max(s), count(*) from (select sum(share) as s from truth_conversion_shares
        group by conversion_type, conversion_key)""",
    )
    assert low == pytest.approx(1, abs=1e-9) and high == pytest.approx(1, abs=1e-9)
    assert conversions == one(db, "select count(*) from truth_conversions")
    baseline = one(
        db,
        """select count(*) from truth_conversions inner join truth_conversion_shares as shares
        using (conversion_key, conversion_type) where shares.programme = 'baseline' and shares.share <> p_baseline""",
    )
    assert baseline == 0


def test_an_exposure_shares_only_in_later_conversions(db):
    early = one(
        db,
        """select count(*) from truth_conversion_shares as shares
        inner join truth_conversions as conversions using (conversion_key, conversion_type)
        where shares.programme <> 'baseline' and conversion_type in ('sign_up', 'purchase', 'lead_created')
        and not exists (select 1 from truth_exposures as exposures where exposures.person_key = conversions.person_key
            and exposures.programme = shares.programme and exposures.occurred_at < conversions.converted_at)""",
    )
    assert early == 0


def outcomes(seed: int, effects: np.ndarray, n: int = 60_000):
    persons = world.draw_persons(world.stream(seed, 0, "persons"), 1, n)
    exposures = world.draw_exposures(world.stream(seed, 0, "exposures"), persons)
    return persons, exposures, world.draw_outcome(world.stream(seed, 0, "outcome"), persons, exposures, effects)


def test_exposures_cause_conversions_as_many_as_the_truth_says():
    effects = world.effect_table()
    persons, exposures, outcome = outcomes(3, effects)
    _, _, without = outcomes(3, world.effect_table(0))
    rows = {row[:3]: row[3] for row in world.incremental(persons, exposures, effects, np.ones(3))}
    for kind, found, none in [
        ("sign_up", outcome.sign_up, without.sign_up),
        ("purchase", outcome.purchase, without.purchase),
        ("lead_created", outcome.lead, without.lead),
    ]:
        assert len(found) > 1.5 * len(none)
        expected = rows[kind, "expected", "Everything"]
        gain = rows[kind, "all", "All exposures"]
        assert len(found) == pytest.approx(expected, abs=4 * expected**0.5)
        assert len(none) == pytest.approx(expected - gain, abs=4 * expected**0.5)


def test_removing_a_channel_loses_what_the_truth_says():
    effects = world.effect_table()
    silent = effects.copy()
    silent[:, company.PROGRAMME["linkedin_ads"]] = 0
    persons, exposures, outcome = outcomes(5, effects, 200_000)
    _, _, without = outcomes(5, silent, 200_000)
    rows = {row[:3]: row[3] for row in world.incremental(persons, exposures, effects, np.ones(3))}
    lost, expected = len(outcome.lead) - len(without.lead), rows["lead_created", "programme", "linkedin_ads"]
    assert expected > 500
    assert lost == pytest.approx(expected, abs=4 * (len(outcome.lead) + len(without.lead)) ** 0.5)


def test_realised_shares_agree_with_expected_cause():
    """Over many purchases, which repeat and so add up, shares at the time give the hazards' own totals."""
    effects = world.effect_table()
    persons, exposures, outcome = outcomes(9, effects, 400_000)
    by_programme, baseline = world.shares(persons, exposures, outcome.purchase, world.hazards_of("purchase"), effects)
    rows = {row[:3]: row[3] for row in world.incremental(persons, exposures, effects, np.ones(3))}
    for index, programme in enumerate(company.PROGRAMMES):
        expected = rows["purchase", "programme", programme.name]
        assert by_programme[:, index].sum() == pytest.approx(expected, abs=4 * expected**0.5 + 1e-9), programme.name
    caused = rows["purchase", "all", "All exposures"] / rows["purchase", "expected", "Everything"]
    assert 1 - baseline.mean() == pytest.approx(caused, abs=3 * 0.4 / len(baseline) ** 0.5)


def test_some_purchase_follows_a_first_linkedin_click_by_six_months(db):
    count = one(
        db,
        """with clicks as (select person_key, min(occurred_at) as clicked_at from truth_exposures
            where programme = 'linkedin_ads' group by 1)
        select count(*) from truth_conversions inner join clicks using (person_key)
        inner join truth_conversion_shares as shares using (conversion_key, conversion_type)
        where conversion_type = 'purchase' and converted_at > clicked_at + interval 180 day
            and shares.programme = 'linkedin_ads' and shares.share > 0.2""",
    )
    assert count > 1


# ---- Scale ---------------------------------------------------------------------------------------------------------
def test_groups_of_persons_do_not_collide(tmp_path, monkeypatch):
    monkeypatch.setattr(simulate, "PERSONS_PER_CHUNK", 400)
    folder = make(tmp_path, 20_000, file_format="parquet")
    rows, ids, copies = (
        duckdb.connect()
        .execute(
            f"""with views as (from read_parquet('{folder}/landing/page_views/*')), torn as (
            select event_id from views where event_id is not null group by 1 having count(distinct page_url) > 1
        )
        select count(*), count(distinct event_id), (select count(*) from torn) from views"""
        )
        .fetchone()
    )
    assert 19_000 < rows < 21_000 and ids > 0.97 * rows
    assert copies <= 0.002 * rows  # only a broken copy of an event may differ
    users = f"read_csv('{folder}/landing/users/*2026-08-01.csv')"
    assert duckdb.connect().execute(f"select count(*) = count(distinct user_id) from {users}").fetchone() == (True,)


def test_the_default_world_is_quick_and_small(tmp_path):
    program = (
        "import resource, runpy, sys; sys.argv[0] = sys.argv[1]; del sys.argv[1];"
        f"sys.path.insert(0, {str(ROOT / 'scripts')!r}); runpy.run_path(sys.argv[0], run_name='__main__');"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
    )
    started = time.monotonic()
    run = subprocess.run(
        [sys.executable, "-c", program, str(ROOT / "scripts/simulate.py"), "--out", "landing", "--truth", "truth"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert time.monotonic() - started < 15
    assert int(run.stdout.splitlines()[-1]) < 1500  # MiB
