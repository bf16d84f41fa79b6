"""The worked questions in analyses/ run on a built demo world, and their answers agree with the marts.

`world` (conftest.py) has the built database and the dbt target folder in which the analyses were compiled.
"""

import csv
import re
from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from itertools import pairwise, takewhile
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from ask import show, text

ROOT = Path(__file__).parents[2]
ANALYSES = sorted(path.stem for path in (ROOT / "analyses").glob("*.sql"))
LINKEDIN_CLICK = "7d1f2a54-3c1b-4e0a-9a55-1b6f0c9d2e11"
NOT_REFUNDED = "conversion_type not in ('refund', 'credit_note')"


@pytest.fixture(scope="module")
def connection(world):
    with duckdb.connect(str(world.database), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        yield connection


@pytest.fixture(scope="module")
def ask(connection):
    """Rows of a query as dicts."""

    def rows(sql):
        cursor = connection.execute(sql)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    return rows


@pytest.fixture(scope="module")
def answer(world, ask):
    """Rows of an analysis as dicts."""
    return lambda name: ask((world.target / f"compiled/touchstone/analyses/{name}.sql").read_text())


@pytest.fixture(scope="module")
def count_by_type(ask):
    """Number of conversions of each type that fulfil a condition."""

    def counts(condition):
        rows = ask(f"select conversion_type, count(*) as n from marts.fct_conversions where {condition} group by all")
        return {row["conversion_type"]: row["n"] for row in rows}

    return counts


def total(rows, column):
    return sum((row[column] for row in rows), start=Decimal(0) if isinstance(rows[0][column], Decimal) else 0)


def totals_by_type(rows, column):
    groups = defaultdict(list)
    for row in rows:
        groups[row["conversion_type"]].append(row[column])
    return {kind: sum(values) for kind, values in groups.items()}


@pytest.mark.parametrize("name", ANALYSES)
def test_every_analysis_opens_with_its_question_and_has_an_answer(name, answer):
    text = (ROOT / f"analyses/{name}.sql").read_text()
    assert text.startswith("-- Question: ")
    assert not re.search(r"ref\('(stg|int)_", text), "analyses read marts only"
    assert f"- name: {name}\n" in (ROOT / "analyses/_analyses.yml").read_text()
    assert answer(name)


def test_the_january_click_is_found_for_the_purchase_and_the_opportunity(answer):
    rows = answer("the_january_click")
    assert [row["conversion_type"] for row in rows] == ["purchase", "opportunity_created"]
    assert [row["origin_id"] for row in rows] == ["pur_planted_case", "opp_planted_case"]
    assert [row["touch_rule"] for row in rows] == ["person", "contact_role"]
    for row in rows:
        assert row["touched_at"].replace(second=0, microsecond=0) == datetime(2026, 1, 14, 10, 5)
        assert (row["channel"], row["source"]) == ("Paid Social", "linkedin")
        assert row["campaign"] == "2026q1_linkedin_founders_demo"
        assert row["li_fat_id"] == LINKEDIN_CLICK
        assert (row["click_device_class"], row["close_device_class"]) == ("desktop", "mobile")
        assert row["is_other_browser"] and row["visitor_count"] == 2
        assert (row["converted_at"].year, row["converted_at"].month) == (2026, 7)
    assert [int(row["days_before"]) for row in rows] == [181, 186]
    assert [row["amount"] for row in rows] == [Decimal("588.00"), Decimal("24000.00")]


def test_ads_and_everything_else_add_up_to_all_opportunities(ask, answer, count_by_type):
    rows = answer("which_ads_drove_opportunities")
    counts = count_by_type("true")
    for column in ("first_touch_opportunities", "linear_opportunities", "last_non_direct_opportunities"):
        assert total(rows, column) == pytest.approx(counts["opportunity_created"])
    assert total(rows, "linear_won_opportunities") == pytest.approx(counts["opportunity_won"])
    for kind, columns in {
        "opportunity_created": ("first_touch_pipeline_amount", "linear_pipeline_amount"),
        "opportunity_won": ("linear_won_amount",),
    }.items():
        query = f"select sum(reporting_amount) as a from marts.fct_conversions where conversion_type = '{kind}'"
        (money,) = ask(query)
        for column in columns:
            assert total(rows, column) == money["a"]
    keys = [(row["source"], row["campaign"], row["campaign_id"]) for row in rows]
    assert len(keys) == len(set(keys))
    assert ("linkedin", "2026q1_linkedin_founders_demo") in {key[:2] for key in keys}
    # A renamed campaign is one row.
    ids = [(row["source"], row["campaign_id"]) for row in rows if row["campaign_id"]]
    assert len(ids) == len(set(ids)) > 0


def test_lowest_and_highest_shares_are_those_of_the_credits(answer, ask):
    rows = answer("where_methods_disagree")
    shares = defaultdict(dict)
    query = "select conversion_type, channel, method, sum(credit) as n from marts.fct_attribution_credits group by all"
    for row in ask(query):
        shares[row["conversion_type"], row["method"]][row["channel"]] = row["n"]
    for row in rows:
        of_type = {method: found for (kind, method), found in shares.items() if kind == row["conversion_type"]}
        expected = {method: found.get(row["channel"], 0) / sum(found.values()) for method, found in of_type.items()}
        assert row["lowest_share"] == pytest.approx(min(expected.values()), abs=1e-8)
        assert row["highest_share"] == pytest.approx(max(expected.values()), abs=1e-8)
        assert expected[row["lowest_method"]] == pytest.approx(row["lowest_share"], abs=1e-8)
        assert expected[row["highest_method"]] == pytest.approx(row["highest_share"], abs=1e-8)
        if row["channel"] == "Unattributed":
            assert row["spread"] == pytest.approx(0, abs=1e-6)
    assert max(row["spread"] for row in rows) > 0.05


def test_every_touched_conversion_has_one_first_and_one_last_channel(answer, count_by_type):
    rows = answer("what_last_click_hides")
    touched = count_by_type(f"touch_count > 0 and {NOT_REFUNDED}")
    assert totals_by_type(rows, "last_count") == touched
    assert totals_by_type(rows, "first_count") == touched
    for row in rows:
        assert row["hidden_count"] == row["touched_count"] - row["last_count"]


def test_path_lengths_cover_all_conversions_and_stay_within_the_window(answer, ask, count_by_type):
    rows = answer("how_long_is_the_path")
    assert totals_by_type(rows, "conversion_count") == count_by_type(NOT_REFUNDED)
    query = "select conversion_type, lookback_days from seeds.conversion_types"
    windows = {row["conversion_type"]: row["lookback_days"] for row in ask(query)}
    for row in rows:
        assert row["median_touch_count"] <= row["p90_touch_count"] <= row["longest_touch_count"]
        assert 0 <= row["median_days"] <= row["p90_days"] <= row["longest_days"] <= windows[row["conversion_type"]]


def test_tagging_mistakes_count_every_violation_and_the_money_on_its_touches_once(answer, ask):
    rows = answer("which_tagging_mistakes_cost_most")
    (violations,) = ask("select count(*) as n from marts.fct_tracking_violations where not is_excepted")
    assert total(rows, "page_view_count") == violations["n"]
    assert len({row["rule"] for row in rows}) == len(rows)
    assert max(row["purchase_amount"] for row in rows) > 0
    pairs = ask(
        "select distinct violations.rule, touches.touch_id from marts.fct_tracking_violations as violations "
        "inner join marts.fct_touches as touches on violations.session_id = touches.session_id where not is_excepted"
    )
    earned = ask(
        "select touch_id, sum(amount) as a from marts.fct_attribution_credits "
        "where method = 'linear' and conversion_type = 'purchase' group by touch_id"
    )
    earned = {row["touch_id"]: row["a"] for row in earned}
    for row in rows:
        touches = [pair["touch_id"] for pair in pairs if pair["rule"] == row["rule"]]
        assert row["purchase_amount"] == sum((earned.get(touch, Decimal(0)) for touch in touches), Decimal(0))
        assert (row["purchase_count"] == 0) == (row["purchase_amount"] == 0)
        assert (row["won_opportunity_count"] == 0) == (row["won_amount"] == 0)
        assert row["title"] and row["what_to_do"] and row["owner"]


def test_direct_conversions_are_all_explained_or_said_not_to_be(answer, ask):
    rows = answer("what_direct_really_is")
    direct = ask(
        "select conversion_type, count(*) as n from marts.fct_attribution_credits "
        "where method = 'last_touch' and channel = 'Direct' and " + NOT_REFUNDED + " group by all"
    )
    assert totals_by_type(rows, "conversion_count") == {row["conversion_type"]: row["n"] for row in direct}
    for share in totals_by_type(rows, "conversion_share").values():
        assert share == pytest.approx(1)
    assert "Direct" not in {row["channel_before"] for row in rows}
    assert all(row["median_days_between"] >= 0 for row in rows if row["median_days_between"] is not None)


def test_landing_pages_share_out_all_first_touches(answer, ask, count_by_type):
    rows = answer("which_content_starts_journeys")
    touched = count_by_type(f"touch_count > 0 and {NOT_REFUNDED}")
    assert total(rows, "purchase_count") == touched["purchase"]
    assert total(rows, "won_opportunity_count") == touched["opportunity_won"]
    (persons,) = ask("select count(distinct person_id) as n from marts.fct_touches")
    assert total(rows, "started_person_count") == persons["n"]
    assert len({row["landing_page_path"] for row in rows}) == len(rows)


def test_rejected_rows_are_those_of_the_loads(answer, ask):
    rejected = defaultdict(int)
    for row in answer("what_was_rejected"):
        rejected[row["file_name"]] += row["rejected_count"]
        assert row["reason"] and 0 < row["rejected_share"] < 1
    query = "select file_name, sum(rejected_count) as n from marts.fct_loads group by all having n > 0"
    assert rejected == {row["file_name"]: row["n"] for row in ask(query)}


def test_only_several_browsers_change_the_first_touch(answer, count_by_type):
    rows = answer("who_has_several_browsers")
    assert totals_by_type(rows, "conversion_count") == count_by_type(f"touch_count > 0 and {NOT_REFUNDED}")
    for row in rows:
        assert row["is_changed"] == (row["channel_without_identity"] != row["channel_with_identity"])
        assert row["mean_days_earlier"] >= 0
        if row["is_changed"]:
            assert row["several_browsers_count"] == row["conversion_count"]
    changed = [row for row in rows if row["is_changed"] and row["conversion_type"] == "purchase"]
    pairs = {(row["channel_without_identity"], row["channel_with_identity"]) for row in changed}
    assert ("Direct", "Paid Social") in pairs, "the planted case turns from direct to LinkedIn"


def test_the_links_of_a_buyer_lead_from_every_identifier_to_one_person(answer, ask):
    rows = [row for row in answer("why_are_these_one_person") if row["ignored_reason"] is None]
    identifiers = {row[f"{side}_identifier"] for row in rows for side in ("left", "right")}
    retired = {row["retired_person_id"] for row in rows} - {None}
    assert len(retired) == len(identifiers) - 1, "all but the oldest identifier gave way, each once"
    (buyer,) = ask(
        "select visitor_count + user_count + email_count + lead_count + contact_count as n, visitor_count"
        " from marts.dim_persons inner join marts.fct_conversions using (person_id)"
        " where origin_id = 'pur_planted_case'"
    )
    assert len(identifiers) == buyer["n"] and buyer["visitor_count"] == 2
    assert {row["link_source"] for row in rows} == {"form", "product", "sign_in", "crm"}


def test_freshness_counts_every_page_view_and_knows_the_last_receipt(answer, ask):
    rows = answer("how_fresh_is_the_data")
    (page_views,) = ask("select count(*) as n, max(received_at) as last_received_at from marts.fct_page_views")
    assert total(rows, "page_view_count") == page_views["n"]
    assert max(row["last_received_at"] for row in rows) == page_views["last_received_at"]
    for row in rows:
        assert 0 <= row["median_delay_seconds"] <= row["p99_delay_seconds"]
        assert row["over_a_day_share"] <= row["over_an_hour_share"] < 0.5


def test_paths_share_out_all_purchases_and_won_opportunities(answer, count_by_type):
    rows = answer("paths_that_win")
    counts = count_by_type("conversion_type in ('purchase', 'opportunity_won')")
    assert totals_by_type(rows, "conversion_count") == counts
    for share in totals_by_type(rows, "conversion_share").values():
        assert share == pytest.approx(1)
    for row in rows:
        steps = row["path"].split(" > ")
        assert all(step != following for step, following in pairwise(steps))


def test_spend_is_told_once_with_the_same_revenue_by_both_dates(answer, ask):
    rows = answer("what_spend_brought")
    (spend,) = ask("select sum(spend_amount) as amount from marts.fct_ad_spend")
    assert total(rows, "spend_amount") == spend["amount"]
    query = """
        select cast(date_trunc('month', {at}) as date) as month, channel, sum(amount) as earned
        from marts.fct_attribution_credits
        where method = 'position_based' and conversion_type in ('purchase', 'refund', 'opportunity_won', 'credit_note')
        group by all
    """
    for basis, at in (("touch_date", "touched_at"), ("conversion_date", "converted_at")):
        earned = {(row["month"], row["channel"]): row["earned"] for row in ask(query.format(at=at))}
        for row in rows:
            revenue = row[f"{basis}_revenue_amount"]
            assert revenue == earned.get((row["performance_month"], row["channel"]), 0)
            assert row[f"{basis}_return_on_ad_spend"] == pytest.approx(float(revenue / row["spend_amount"]))
    keys = [(row["performance_month"], row["channel"]) for row in rows]
    assert len(keys) == len(set(keys))


# The formulas of docs/attribution.md, written down a second time, hold for every credit and for the page's example.


def weights(method, touches):
    """Weight of each touch: touches are (touch_id, age_days, is_direct), earliest first."""
    kept = [touch for touch in touches if not touch[2]] if method["is_direct_excluded"] == "true" else touches
    kept = kept or touches
    if method["family"] == "time_decay":
        return {touch: 2 ** (-age / float(method["half_life_days"])) for touch, age, _ in kept}
    if len(kept) == 1 or not method["first_weight"]:
        return {touch: 1.0 for touch, _, _ in kept}
    first, middle, last = (float(method[f"{part}_weight"]) for part in ("first", "middle", "last"))
    values = [first, *[middle / (len(kept) - 2)] * (len(kept) - 2), last] if len(kept) > 2 else [first, last]
    return {touch: value for (touch, _, _), value in zip(kept, values, strict=True)}


def shared_out(cents, credits):
    """Cents by largest remainder, ties by touch id, the sign put back at the end. Touches without weight are out."""
    exact = {touch: credit * abs(cents) for touch, credit in credits.items()}
    floors = {touch: int(value // 1) for touch, value in exact.items()}
    ranked = sorted(exact, key=lambda touch: (-round(exact[touch] - floors[touch], 6), touch))
    for touch in ranked[: abs(cents) - sum(floors.values())]:
        floors[touch] += 1
    return {touch: -share if cents < 0 else share for touch, share in floors.items()}


def credits(method, touches):
    values = {touch: weight for touch, weight in weights(method, touches).items() if weight > 0}
    return {touch: weight / sum(values.values()) for touch, weight in values.items()}


@pytest.fixture(scope="module")
def methods():
    with (ROOT / "seeds/attribution/attribution_methods.csv").open() as file:
        return {row["method"]: row for row in csv.DictReader(file) if row["family"] in ("positional", "time_decay")}


def test_every_credit_follows_the_formulas_of_the_docs(connection, methods):
    paths, found = defaultdict(list), defaultdict(dict)
    for conversion, *touch in connection.execute(
        "select conversion_id, touch_id, age_days, is_direct from marts.fct_attribution_credits "
        "where method = 'linear' and touch_id is not null order by conversion_id, position"
    ).fetchall():
        paths[conversion].append(tuple(touch))
    for conversion, method, *row in connection.execute(
        "select conversion_id, method, touch_id, credit, amount from marts.fct_attribution_credits "
        "where touch_id is not null"
    ).fetchall():
        found[conversion, method][row[0]] = row[1:]
    money = dict(connection.execute("select conversion_id, reporting_amount from marts.fct_conversions").fetchall())
    assert len(paths) > 50
    for conversion, touches in paths.items():
        for name, method in methods.items():
            expected = credits(method, touches)
            got = found[conversion, name]
            assert {touch: values[0] for touch, values in got.items()} == pytest.approx(expected), (conversion, name)
            if money[conversion] is not None:
                cents = shared_out(int(money[conversion] * 100), expected)
                assert {touch: int(values[1] * 100) for touch, values in got.items()} == cents, (conversion, name)


def milestone_credits(method, path, lead, opportunity_at, close_at):
    """The milestone formula written down a second time; None where a milestone is missing.

    path: (touch_id, person_id, touched_at), earliest first. lead: (person_id, created_at) or None.
    """
    reached = {"first": path[0][0]}
    if lead:
        before = [touch for touch, person, at in path if person == lead[0] and at <= lead[1]]
        reached["lead"] = before[-1] if before else None
    before = [touch for touch, _, at in path if at <= opportunity_at]
    reached["opportunity"] = before[-1] if before else None
    reached["last"] = path[-1][0] if close_at else None
    values = {touch: 0.0 for touch, _, _ in path}
    for milestone in ("first", "lead", "opportunity", "last"):
        if method[f"{milestone}_weight"]:
            if reached.get(milestone) is None:
                return None
            values[reached[milestone]] += float(method[f"{milestone}_weight"])
    rest = [touch for touch, value in values.items() if value == 0]
    for touch in rest:
        values[touch] = float(method["middle_weight"]) / len(rest)
    return {touch: value / sum(values.values()) for touch, value in values.items()}


def test_every_milestone_credit_follows_the_formula_and_the_fallback_is_named(connection):
    with (ROOT / "seeds/attribution/attribution_methods.csv").open() as file:
        methods = {row["method"]: row for row in csv.DictReader(file)}
    ask = lambda sql: connection.execute(sql).fetchall()  # noqa: E731
    leads = ask(
        "select person_id, converted_at, opportunity_id from marts.fct_conversions "
        "where conversion_type = 'lead_created'"
    )
    opened = dict(ask("select opportunity_id, created_at from marts.fct_opportunities"))
    paths, found, applied = defaultdict(list), defaultdict(dict), {}
    for conversion, *touch in ask(
        "select credits.conversion_id, touches.touch_id, touches.person_id, touches.touched_at "
        "from marts.fct_attribution_credits as credits inner join marts.fct_touches as touches using (touch_id) "
        "where method = 'linear' and credits.conversion_type like 'opportunity_%' order by 1, credits.position"
    ):
        paths[conversion].append(tuple(touch))
    for conversion, method, rule, touch, credit in ask(
        "select conversion_id, method, applied_method, touch_id, credit from marts.fct_attribution_credits "
        "where method in ('w_shape', 'full_path', 'position_based')"
    ):
        found[conversion, method][touch] = credit
        applied[conversion, method] = rule
    checked = 0
    for conversion, kind, opportunity, at in ask(
        "select conversion_id, conversion_type, opportunity_id, converted_at from marts.fct_conversions "
        "where conversion_type like 'opportunity_%' and touch_count > 0"
    ):
        path = paths[conversion]
        people = {person for _, person, _ in path}
        days = 365
        known = [
            (lead_opportunity != opportunity, created, person)
            for person, created, lead_opportunity in leads
            if person in people
            and created <= opened[opportunity]
            and 0 <= (at - created).total_seconds() <= days * 86400
        ]
        lead = min(known)[:0:-1] if known else None
        close = at if kind == "opportunity_won" else None
        for name, fallback in (("w_shape", "position_based"), ("full_path", "w_shape")):
            expected = milestone_credits(methods[name], path, lead, opened[opportunity], close)
            if expected is None:
                assert applied[conversion, name] == applied.get((conversion, fallback), fallback) != name
                assert found[conversion, name] == pytest.approx(found[conversion, fallback])
            else:
                checked += 1
                assert applied[conversion, name] == name
                assert found[conversion, name] == pytest.approx(expected), (conversion, name)
    assert checked > 10


def test_the_worked_example_of_the_docs_is_right(methods):
    text = (ROOT / "docs/attribution.md").read_text()
    rows = {cells[0].strip("` "): cells[1:] for cells in table_after(text, "<!-- worked example -->")}
    assert set(rows) == set(methods)
    touches = [("A", 28.0, False), ("B", 21.0, True), ("C", 14.0, False), ("D", 7.0, True)]
    for name, cells in rows.items():
        cents = shared_out(10000, credits(methods[name], touches))
        assert [round(float(cell) * 100) for cell in cells] == [cents.get(touch, 0) for touch, _, _ in touches], name


def table_after(text, mark):
    """Cells of the Markdown table that follows a mark, without its head."""
    lines = text.split(mark)[1].strip().splitlines()
    table = list(takewhile(lambda line: line.startswith("|"), lines))
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


@pytest.mark.parametrize("name", ANALYSES)
def test_nothing_of_an_answer_is_cut_at_eighty_columns(name, answer):
    rows, console = answer(name), Console(width=80)
    with console.capture() as said:
        show(console, list(rows[0]), [tuple(row.values()) for row in rows])
    letters = "".join(said.get().split())
    assert all(word in letters for row in rows for value in row.values() for word in text(value).split())
    assert "…" not in letters and max(map(len, said.get().splitlines())) <= 80


@pytest.mark.parametrize("name", ["what_would_be_missing", "where_methods_disagree"])
def test_comparisons_of_channels_stand_in_one_table_per_type(name, answer):
    rows, console = answer(name), Console(width=80)
    with console.capture() as said:
        show(console, list(rows[0]), [tuple(row.values()) for row in rows])
    headed = [line for line in said.get().splitlines() if line.startswith("conversion_type ")]
    assert len(headed) == len({row["conversion_type"] for row in rows})


def test_shares_of_what_would_be_missing_are_those_of_the_credits(answer, ask):
    rows = answer("what_would_be_missing")
    kinds = {row["conversion_type"] for row in rows}
    assert kinds == {"sign_up", "purchase", "lead_created", "opportunity_created", "opportunity_won"}
    for kind in kinds:
        for share in ("markov_share", "shapley_share", "first_touch_share", "last_touch_share"):
            total = sum(row[share] for row in rows if row["conversion_type"] == kind)
            assert abs(total - 1) < 0.001, (kind, share, total)
    expected = ask("""
        select conversion_type, channel, count(*) as firsts
        from (select conversion_type, channels[1] as channel from marts.fct_conversion_paths where touch_count > 0)
        where conversion_type not in ('refund', 'credit_note') group by all
    """)
    found = {(row["conversion_type"], row["channel"]): row["first_touch_share"] for row in rows}
    for row in expected:
        total = sum(each["firsts"] for each in expected if each["conversion_type"] == row["conversion_type"])
        assert abs(found[row["conversion_type"], row["channel"]] - row["firsts"] / total) < 0.0001, row
