"""The marts of a small company (small_company.py), with the arithmetic of every number beside it."""

from decimal import Decimal

import pytest
from conftest import failures
from random_worlds import new_world
from small_company import TABLES, write_files


@pytest.fixture(scope="module")
def company(template, tmp_path_factory):
    world = new_world(template, tmp_path_factory)
    write_files(world.folder / "landing", TABLES)
    world.land(world.folder / "landing")
    assert not failures(world.dbt("build"))
    return world


def credits(company, conversion_type, origin, method):
    """{name of the visit: (credit, amount)} of one conversion; None where there is no touch."""
    rows = company.query(
        "select page_views.event_id, round(credits.credit, 6), credits.amount"
        " from marts.fct_attribution_credits as credits"
        " inner join marts.fct_conversions as conversions using (conversion_id)"
        " left join marts.fct_touches as touches on credits.touch_id = touches.touch_id"
        " left join intermediate.int_sessions as sessions on touches.session_id = sessions.session_id"
        " left join marts.fct_page_views as page_views on sessions.landing_page_view_id = page_views.page_view_id"
        f" where conversions.conversion_type = '{conversion_type}' and conversions.origin_id = '{origin}'"
        f" and credits.method = '{method}'"
    )
    assert len({event for event, _, _ in rows}) == len(rows) > 0
    return {event: (credit, amount) for event, credit, amount in rows}


def amounts(company, conversion_type, origin, method):
    return {event: amount for event, (_, amount) in credits(company, conversion_type, origin, method).items()}


def money(**amounts):
    return {name: Decimal(amount) for name, amount in amounts.items()}


def one(company, sql):
    ((*row,),) = company.query(sql)
    return row[0] if len(row) == 1 else tuple(row)


def applied(company, conversion_type, origin):
    """{method: method applied}, of the methods that another stands in for."""
    rows = company.query(
        "select distinct credits.method, credits.applied_method from marts.fct_attribution_credits as credits"
        " inner join marts.fct_conversions as conversions using (conversion_id)"
        f" where conversions.origin_id = '{origin}' and conversions.conversion_type = '{conversion_type}'"
        " and credits.method != credits.applied_method"
    )
    return dict(rows)


def conversion(company, conversion_type, origin, column):
    return one(
        company,
        f"select {column} from marts.fct_conversions"
        f" where conversion_type = '{conversion_type}' and origin_id = '{origin}'",
    )


# ---------------------------------------------------------------------------------------------------------- people


def test_two_devices_and_a_lead_that_became_a_contact_are_one_person(company):
    # Phone and laptop typed one address (in different cases), which the lead and the contact have too.
    found = one(
        company,
        "select visitor_count, lead_count, contact_count, account_id, account_rule from marts.dim_persons"
        " where person_id = (select person_id from marts.fct_conversions where origin_id = 'l_ada')",
    )
    assert found == (2, 1, 1, "quay", "crm_contact")


def test_the_lead_has_the_touches_of_both_devices(company):
    # a1 on the phone, 22 days before; a2 on the laptop, at the very moment of the lead. Half each.
    assert {event: credit for event, (credit, _) in credits(company, "lead_created", "l_ada", "linear").items()} == {
        "a1": 0.5,
        "a2": 0.5,
    }


def test_free_mail_has_no_account_and_a_company_address_has(company):
    rows = company.query(
        "select origin_id, account_id from marts.fct_conversions where conversion_type = 'sign_up' order by 1"
    )
    assert rows == [("u_dan", None), ("u_gus", "quay")]


# --------------------------------------------------------------------------------------------------- opportunities


def test_the_touches_of_three_contacts_make_one_path(company):
    # Won on 1 April. Ada's a1 and a2, Ben's b1, Cleo's c1, all with a role. Gus is of the domain only and has no part.
    path = one(
        company,
        "select channels, touch_count, marketing_touch_count from marts.fct_conversion_paths"
        " where conversion_type = 'opportunity_won' and opportunity_id = 'o1'",
    )
    assert path == (["Paid Search", "Email", "Paid Social", "Email"], 4, 4)
    assert conversion(company, "opportunity_won", "o1", "touch_rule") == "contact_role"


def test_an_opportunity_in_euros_is_pipeline_at_the_rate_of_its_creation_and_won_at_that_of_its_close(company):
    # As it stands: 900 EUR. Created on 1 March at 1.10: 990. Closed on 1 April at 1.30: 1170.
    found = one(company, "select reporting_amount, won_amount from marts.fct_opportunities where opportunity_id = 'o1'")
    assert found == (Decimal("990.00"), Decimal("1170.00"))
    assert conversion(company, "opportunity_created", "o1", "reporting_amount") == Decimal("990.00")
    assert conversion(company, "opportunity_won", "o1", "reporting_amount") == Decimal("1170.00")


def test_a_revised_amount_opens_a_span_at_the_rate_of_its_day(company):
    # 1 March: 1000 * 1.10. 10 March, same stage: 900 * 1.20. 1 April, won: 900 * 1.30.
    rows = company.query(
        "select cast(valid_from as date)::varchar, outcome, amount, reporting_amount, amount_change, is_stage_change"
        " from marts.fct_opportunity_history where opportunity_id = 'o1' order by valid_from"
    )
    assert rows == [
        ("2026-03-01", "open", 1000, 1100, 1000, True),
        ("2026-03-10", "open", 900, 1080, -100, False),
        ("2026-04-01", "won", 900, 1170, 0, True),
    ]


def test_each_milestone_on_a_touch_of_its_own_takes_its_weight(company):
    # First a1. The lead on 1 February: a2. The opportunity on 1 March: Ben's b1 of 20 February. The close: Cleo's c1.
    # Full path: four times 0.225 and no touch for the rest, so a quarter each: 1170 / 4 = 292.50.
    quarters = money(a1="292.50", a2="292.50", b1="292.50", c1="292.50")
    assert amounts(company, "opportunity_won", "o1", "full_path") == quarters
    # W-shape: 0.3 each, and the tenth for c1: 1170 * 0.3 = 351, 1170 * 0.1 = 117.
    assert amounts(company, "opportunity_won", "o1", "w_shape") == money(a1="351", a2="351", b1="351", c1="117")
    assert applied(company, "opportunity_won", "o1") == {}


def test_an_opportunity_that_was_only_created_has_no_close_and_the_w_shape_stands_in(company):
    # Of 990 a third each: c1 came after the creation.
    third = money(a1="330", a2="330", b1="330")
    assert amounts(company, "opportunity_created", "o1", "w_shape") == third
    assert amounts(company, "opportunity_created", "o1", "full_path") == third
    assert applied(company, "opportunity_created", "o1") == {"full_path": "w_shape"}


def test_milestones_on_one_touch_add_up(company):
    # o2 of 500: first and lead on e1, opportunity and close on e2. Full path: 0.45 and 0.45, so half each.
    assert amounts(company, "opportunity_won", "o2", "full_path") == money(e1="250", e2="250")
    # W-shape: 0.6 and 0.3, so two thirds and one: 333.333 and 166.667. The cent left goes to the larger fraction, e2.
    assert amounts(company, "opportunity_won", "o2", "w_shape") == money(e1="333.33", e2="166.67")


def test_the_domain_of_an_account_counts_when_no_contact_has_touches(company):
    # Mute has the role and is the account's only contact, and never came. Eve is of the domain.
    assert conversion(company, "opportunity_won", "o2", "touch_rule") == "account_domain"
    rows = company.query(
        "select touch_rule, is_rule_used from marts.fct_opportunity_persons where opportunity_id = 'o2' order by 1"
    )
    assert rows == [("account_domain", True), ("contact_role", False)]


def test_a_touch_counts_in_two_deals(company):
    # Ada's a1 and a2 are on the paths of o1 and o3. No lead became o3, so her lead is the milestone: a2 is at lead,
    # opportunity and close. Full path: 0.225 and 0.675 of 0.9, so a quarter and three quarters of 300.
    assert amounts(company, "opportunity_won", "o3", "full_path") == money(a1="75", a2="225")
    # W-shape: 0.3 and 0.6 of 0.9.
    assert amounts(company, "opportunity_won", "o3", "w_shape") == money(a1="100", a2="200")


def test_lost_then_opened_again_then_won_converts_at_the_last_close(company):
    # The record says nine o'clock; the history noticed at noon.
    assert str(conversion(company, "opportunity_won", "o3", "converted_at")) == "2026-04-10 09:00:00"
    assert one(
        company, "select outcome, reopened_count, won_amount from marts.fct_opportunities where opportunity_id = 'o3'"
    ) == ("won", 1, 300)
    rows = company.query(
        "select milestone, reached_count, is_standing from marts.fct_opportunity_milestones where opportunity_id = 'o3'"
        " and milestone in ('won', 'lost', 'stage proposal') order by 1"
    )
    assert rows == [("lost", 1, False), ("stage proposal", 2, False), ("won", 1, True)]


def test_won_then_opened_again_then_lost_is_no_win(company):
    rows = company.query("select conversion_type from marts.fct_conversions where origin_id = 'o4'")
    assert rows == [("opportunity_created",)]
    assert one(
        company, "select outcome, reopened_count, won_amount from marts.fct_opportunities where opportunity_id = 'o4'"
    ) == ("lost", 1, None)
    rows = company.query(
        "select milestone, reached_count, is_standing, cast(last_reached_at as date)::varchar"
        " from marts.fct_opportunity_milestones where opportunity_id = 'o4' and milestone in ('won', 'lost') order by 1"
    )
    assert rows == [("lost", 1, True, "2026-04-05"), ("won", 1, False, "2026-03-08")]


def test_lost_and_open_opportunities_are_journeys_that_did_not_convert(company):
    # o4 is Ben's: b1, ended by the loss. o5 has no roles, so every contact of Quayline counts; it ends where our
    # knowledge does, at the last touch of all, c1 on 20 March, but not before it was created on 3 April.
    rows = company.query(
        "select opportunity_id, conversion_type, outcome, touch_rule, channels, cast(ended_at as date)::varchar"
        " from marts.fct_non_converting_paths where opportunity_id is not null order by 1"
    )
    path = ["Paid Search", "Email", "Paid Social", "Email"]
    assert rows == [
        ("o4", "opportunity_won", "lost", "contact_role", ["Paid Social"], "2026-04-05"),
        ("o5", "opportunity_won", "open", "account_contact", path, "2026-04-03"),
    ]


@pytest.mark.parametrize(
    ("moment", "open_pipeline"),
    [
        # 2 March, 11:00: o1 alone, 1000 EUR at 1.10. o4 comes an hour later.
        ("2026-03-02 11:00", {"o1": 1100}),
        # 9 March: o1 still 1100 as it was stated; o3 300; o4 is won.
        ("2026-03-09 12:00", {"o1": 1100, "o3": 300}),
        # 13 March: o1 is 900 EUR at 1.20; o3 is lost since the 12th; o4 is open again since the 11th.
        ("2026-03-13 12:00", {"o1": 1080, "o4": 200}),
        # 1 May: only o5 is open.
        ("2026-05-01 12:00", {"o5": 400}),
    ],
)
def test_the_pipeline_as_it_stood_at_a_moment(company, moment, open_pipeline):
    rows = company.query(
        "select opportunity_id, reporting_amount from marts.fct_opportunity_history where outcome = 'open'"
        f" and valid_from <= '{moment}' and (valid_until is null or valid_until > '{moment}')"
    )
    assert dict(rows) == open_pipeline


# ---------------------------------------------------------------------------------------------------------- money back


def test_a_refund_follows_the_purchase_cent_by_cent_though_none_of_its_touches_is_in_its_own_window(company):
    # Bought on 1 February 2026, 346, 341 and 337 days after d1, d2, d3. Refunded 40 days later: 386, 381 and 377 days
    # after them, past the 365 of a refund. Its own window would find d4 of 20 February.
    bought = amounts(company, "purchase", "p_dan", "linear")
    refunded = amounts(company, "refund", "r_dan", "linear")
    assert sorted(bought) == ["d1", "d2", "d3"]
    assert sorted(bought.values()) == [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]
    assert refunded == {event: -amount for event, amount in bought.items()}
    original = conversion(company, "purchase", "p_dan", "conversion_id")
    assert conversion(company, "refund", "r_dan", "original_conversion_id") == original


def test_a_refund_mirrors_its_purchase_in_every_method(company):
    methods = company.query("select method from seeds.attribution_methods")
    for (method,) in methods:
        mirrored = {event: -amount for event, amount in amounts(company, "purchase", "p_dan", method).items()}
        assert amounts(company, "refund", "r_dan", method) == mirrored, method


def test_a_partial_refund_takes_from_the_same_touches(company):
    # 90 over three touches is 30 each; 10 is 3.333 each, and the cent left goes to the smallest touch id.
    assert amounts(company, "purchase", "p_gus", "linear") == money(g1="30", g2="30", g3="30")
    refunded = amounts(company, "refund", "r_gus", "linear")
    assert sorted(refunded) == ["g1", "g2", "g3"]
    assert sorted(refunded.values()) == [Decimal("-3.34"), Decimal("-3.33"), Decimal("-3.33")]


def test_a_credit_note_takes_from_the_touches_of_its_deal(company):
    # 100 EUR at 1.30 on 1 May: 130, a quarter each by full path: 32.50. The deal's own milestones are applied.
    quarters = money(a1="-32.50", a2="-32.50", b1="-32.50", c1="-32.50")
    assert amounts(company, "credit_note", "n1", "full_path") == quarters
    assert applied(company, "credit_note", "n1") == {}


def test_a_purchase_has_no_milestones_and_the_position_visibly_stands_in(company):
    assert applied(company, "purchase", "p_gus") == {"full_path": "position_based", "w_shape": "position_based"}
    # 40/20/40 of 90.
    assert amounts(company, "purchase", "p_gus", "w_shape") == money(g1="36", g2="18", g3="36")


def test_lifetime_value_is_what_was_paid_less_what_was_given_back(company):
    # Dan: 100 - 100. Gus: 90 - 10. Won opportunities are nobody's alone.
    rows = company.query(
        "select user_id, lifetime_value_amount from marts.dim_persons where user_count > 0 order by user_id"
    )
    assert rows == [("u_dan", 0), ("u_gus", 80)]
    # Quayline: o1 1170 and o3 300, less the credit note of 130, and Gus's 80. Tidemark: o2.
    rows = company.query(
        "select account_id, won_amount, open_pipeline_amount, lifetime_value_amount from marts.dim_accounts order by 1"
    )
    assert rows == [("quay", 1470, 400, 1420), ("tide", 500, 0, 500)]
