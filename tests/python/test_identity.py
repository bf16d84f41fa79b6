"""Identity: merging numbered nodes, against a plain second writing of it, and a small world from raw to persons."""

import hashlib
import importlib.util
from datetime import datetime
from itertools import count
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_worlds import land_and_run, new_world

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = ["edge_number", "left_number", "right_number"]
RESULT = ["node_number", "root_number", "survivor_number", "edge_number"]

spec = importlib.util.spec_from_file_location("merged", ROOT / "models/intermediate/identity/int_nodes_merged.py")
merged = importlib.util.module_from_spec(spec)
spec.loader.exec_module(merged)

pairs = st.lists(st.tuples(st.integers(1, 25), st.integers(1, 25)), max_size=60)


def merge(rows):
    """{node: (root, survivor, edge)} as the model has it."""
    frame = merged.merge(pd.DataFrame(rows, columns=COLUMNS))
    assert list(frame.columns) == RESULT
    assert all(np.issubdtype(kind, np.integer) for kind in frame.dtypes)
    assert frame["node_number"].is_unique
    return {node: tuple(rest) for node, *rest in frame.itertuples(index=False)}


def plainly(rows):
    """The same by going through the edges one by one, with the whole membership in hand."""
    members = {node: {node} for _, *ends in rows for node in ends}
    gave_way = {}
    for edge, left, right in sorted(rows):
        if members[left] is not members[right]:
            survivor, retired = sorted((min(members[left]), min(members[right])))
            gave_way[retired] = (survivor, edge)
            both = members[left] | members[right]
            members |= dict.fromkeys(both, both)
    return {node: (min(members[node]), *how) for node, how in gave_way.items()}


def numbered(pairs):
    return [(number, left, right) for number, (left, right) in enumerate(pairs, start=1)]


@given(pairs, st.randoms(use_true_random=False))
def test_merging_is_as_written_plainly_in_whatever_order_the_edges_come(pairs, pick):
    rows = numbered(pairs)
    expected = plainly(rows)
    turned = [(edge, *pick.choice([(left, right), (right, left)])) for edge, left, right in rows]
    pick.shuffle(turned)
    assert merge(rows) == merge(turned) == expected


@given(pairs)
def test_the_oldest_stays_and_everybody_else_gives_way_once_to_somebody_older(pairs):
    found = merge(numbered(pairs))
    nodes = {node for pair in pairs for node in pair}
    roots = nodes - found.keys()
    for node, (root, survivor, edge) in found.items():
        assert root in roots and root <= survivor < node
        assert survivor == root or found[survivor][0] == root
        assert survivor == root or found[survivor][2] > edge, "a survivor gives way later, not before"
    assert {found.get(left, (left,))[0] == found.get(right, (right,))[0] for left, right in pairs} <= {True}


@given(pairs, st.data())
def test_an_id_of_any_earlier_time_is_current_or_leads_to_a_current_one(pairs, data):
    """What somebody held at any time, on any part of the links, is still known in the whole."""
    rows = numbered(pairs)
    part = [row for row in rows if data.draw(st.booleans())]
    whole, early = merge(rows), merge(part)
    current = {node for _, *ends in rows for node in ends} - whole.keys()
    for node in {node for _, *ends in part for node in ends}:
        id_then = early.get(node, (node,))[0]
        id_now = whole.get(node, (node,))[0]
        assert whole.get(id_then, (id_then,))[0] == id_now
        seen = set()
        while id_then in whole:  # Step by step through the merges, too.
            assert id_then not in seen
            seen.add(id_then)
            id_then = whole[id_then][1]
        assert id_then == id_now and id_then in current


@given(pairs, st.integers(0, 60))
def test_later_edges_leave_the_recorded_merges_as_they_are(pairs, cut):
    rows = numbered(pairs)
    before, after = merge(rows[:cut]), merge(rows)
    assert {node: how[1:] for node, how in before.items()} == {node: after[node][1:] for node in before}


def test_no_edges_and_a_long_chain():
    assert merge([]) == {}
    assert merge([(1, 4, 4)]) == {}
    length = 250_000  # More than one chunk, from the youngest to the oldest: each root gives way in turn.
    frame = merged.merge(pd.DataFrame({"edge_number": np.arange(length), "left_number": np.arange(length, 0, -1),
                                       "right_number": np.arange(length - 1, -1, -1)}))  # fmt: skip
    assert (frame["root_number"] == 0).all() and len(frame) == length
    assert (frame["survivor_number"] == frame["node_number"] - 1).all()
    assert (frame["edge_number"] == length - frame["node_number"]).all()


# ------------------------------------------------------------------------------------------------- from raw to persons

numbers = count()


def at(day, hour=10, minute=0):
    return f"2026-03-{day:02} {hour:02}:{minute:02}:00"


def page_view(visitor, day, user=None, minute=0):
    seen = {"event_at": at(day, minute=minute), "received_at": at(day, minute=minute)}
    event = {"event_id": f"e{next(numbers)}", "anonymous_id": visitor, "user_id": user, **seen}
    return "page_views", {**event, "page_url": "https://www.harbordesk.example/"}


def identify(visitor, day, email=None, user=None, minute=0, **more):
    event = {"event_id": f"i{next(numbers)}", "anonymous_id": visitor, "user_id": user, "email": email}
    return "identifies", {**event, "event_at": at(day, minute=minute), "received_at": at(day, minute=minute), **more}


def tracked(visitor, day, user):
    event = {"event_id": f"t{next(numbers)}", "anonymous_id": visitor, "user_id": user, "event_name": "demo_booked"}
    return "tracked_events", {**event, "event_at": at(day), "received_at": at(day)}


def user(name, day, email=None, **more):
    return "users", {"user_id": name, "email": email, "created_at": at(day), "updated_at": at(day), **more}


def lead(name, day, email=None, **more):
    return "crm_leads", {"lead_id": name, "email": email, "created_at": at(day), "updated_at": at(day), **more}


def contact(name, day, email=None, **more):
    return "crm_contacts", {"contact_id": name, "email": email, "created_at": at(day), "updated_at": at(day), **more}


ROWS = [
    # Two devices, one person: the phone in January's place, the desktop signs in.
    page_view("phone", 1), page_view("desktop", 3), identify("phone", 2, "Two@Acme.example"),
    identify("desktop", 4, " two@acme.EXAMPLE ", "two"),
    # A tablet with four users, and a kiosk whose form four people filled in.
    *[page_view("ipad", 5 + number, f"ipad{number}") for number in range(4)], page_view("ipad", 20),
    *[row for number in range(4) for row in (page_view("kiosk", 5 + number),
                                             identify("kiosk", 5 + number, f"kiosk-{'abcd'[number]}@acme.example"))],
    # Three users on one browser are one person's.
    *[page_view("own", 5 + number, f"own{number}") for number in range(3)],
    # A lead that was converted; three contacts of one person, merged in a chain.
    lead("l1", 2, "old@acme.example", converted_contact_id="k1", converted_at=at(9)),
    contact("k1", 9, "new@acme.example"),
    contact("d1", 5, "d1@acme.example", merged_into_contact_id="d2", account_id="a9"),
    contact("d2", 3, "d2@acme.example", merged_into_contact_id="d3"),
    contact("d3", 4, "d3@acme.example", account_id="merged"),
    ("crm_accounts", {"account_id": "merged", "merged_into_account_id": "kept", "updated_at": at(9)}),
    ("crm_accounts", {"account_id": "kept", "parent_account_id": "top", "account_name": "Kept", "updated_at": at(9)}),
    # Leads that share an address: of a role, of a tester, of a domain for examples, thrown away, and free mail.
    *[lead(f"role{n}", n, "Info+fair2@acme.example") for n in (1, 2)],
    *[lead(f"test{n}", n, "test7@acme.example") for n in (1, 2)],
    *[lead(f"rfc{n}", n, "ann@example.com") for n in (1, 2)],
    *[lead(f"thrown{n}", n, "ann@mailinator.com") for n in (1, 2)],
    *[lead(f"free{n}", n, "ann@gmail.com") for n in (1, 2)],
    # Four users of one address.
    *[user(f"team{n}", n + 1, "crew@acme.example") for n in range(4)],
    # A tracked event joins browser and user.
    page_view("booked", 3), tracked("booked", 4, "booker"), user("booker", 5),
]  # fmt: skip


@pytest.fixture(scope="module")
def small(template, tmp_path_factory):
    world = new_world(template, tmp_path_factory)
    land_and_run(world, ROWS, "first")
    return world


def persons(world):
    """{identifier: person}; a visitor goes by its anonymous id."""
    query = "select distinct visitor_id, anonymous_id from staging.stg_web__page_views where anonymous_id is not null"
    names = dict(world.query(query))
    rows = world.query("select node, md5(root_node) from intermediate.int_nodes_resolved")
    rows += world.query("select 'visitor:' || visitor_id, person_id from intermediate.int_visitors_assigned")
    return {
        ":".join([node.split(":")[0], names.get(node.split(":")[1], node.split(":")[1])]): who for node, who in rows
    }


def test_links_join_people_and_shared_things_do_not(small):
    person = persons(small)
    assert person["visitor:phone"] == person["visitor:desktop"] == person["user:two"]
    assert len({person[f"user:ipad{n}"] for n in range(4)} | {person["visitor:ipad"]}) == 5
    assert list(person.values()).count(person["visitor:kiosk"]) == 1
    assert len({person[f"user:own{n}"] for n in range(3)} | {person["visitor:own"]}) == 1
    assert person["lead:l1"] == person["contact:k1"]
    assert len({person[f"contact:d{n}"] for n in (1, 2, 3)}) == 1
    for pair in ("role", "test", "rfc"):
        assert person[f"lead:{pair}1"] != person[f"lead:{pair}2"], pair
    for pair in ("thrown", "free"):
        assert person[f"lead:{pair}1"] == person[f"lead:{pair}2"], pair
    assert len({person[f"user:team{n}"] for n in range(4)}) == 4
    assert person["visitor:booked"] == person["user:booker"]


def test_events_on_a_shared_tablet_are_of_whoever_was_signed_in(small):
    person = persons(small)
    rows = small.query(
        "select sessions.user_id, sessions.person_id from marts.fct_sessions as sessions"
        " inner join staging.stg_web__page_views as page_views"
        " on sessions.landing_page_view_id = page_views.page_view_id where anonymous_id = 'ipad'"
    )
    expected = {f"ipad{n}": person[f"user:ipad{n}"] for n in range(4)} | {None: person["visitor:ipad"]}
    assert len(rows) == 5 and dict(rows) == expected
    rows = small.query(
        "select count(distinct sessions.person_id) from marts.fct_sessions as sessions"
        " inner join staging.stg_web__page_views as page_views"
        " on sessions.landing_page_view_id = page_views.page_view_id where anonymous_id = 'kiosk'"
    )
    assert rows == [(4,)], "each who filled in the form has the session in which it was"


def test_the_surviving_contact_has_the_account_that_its_own_was_merged_into(small):
    person = persons(small)
    query = "select person_id, account_id, contact_count, email_count from marts.dim_persons"
    found = {who: rest for who, *rest in small.query(query)}
    assert found[person["contact:d1"]] == ["kept", 3, 3]
    assert found[person["lead:free1"]][0] is None and found[person["lead:thrown1"]][0] is None
    assert found[person["lead:rfc1"]][0] is None
    accounts = dict(small.query("select account_id, ultimate_parent_account_id from marts.dim_accounts"))
    assert "merged" not in accounts and accounts["kept"] == accounts["top"] == "top" and accounts["a9"] == "a9"


def test_ignored_links_are_kept_with_their_reason(small):
    rows = small.query(
        "select ignored_reason, left_identifier_kind, count(*) from marts.fct_identity_links"
        " where not is_linking group by all order by all"
    )
    assert rows == [("role_address", "lead", 2), ("shared_address", "user", 4), ("shared_device", "visitor", 8),
                    ("test_address", "lead", 4)]  # fmt: skip


def test_what_lands_later_moves_ids_only_as_the_merges_say(small, template, tmp_path_factory):
    """A link with an earlier time, an older visit, a duplicate that is merged, and a device that becomes shared."""
    later = [
        identify("phone", 25, "d3@acme.example"),
        lead("older", 1, "d2@acme.example"),
        contact("k1", 9, "new@acme.example", merged_into_contact_id="d2", updated_at=at(26)),
        page_view("own", 24, "own3"),
    ]
    before = persons(small)
    world = new_world(small, tmp_path_factory)
    land_and_run(world, later, "later")
    after = persons(world)
    merges = world.query(
        "select retired_person_id, current_person_id, surviving_person_id from marts.fct_person_merges"
    )
    leads_to = {retired: current for retired, current, _ in merges}
    for node, then in before.items():
        if not node.endswith(("own", "own0", "own1", "own2")):  # Split: their ids are their own again.
            assert leads_to.get(then, then) == after[node], node
    assert len({after[f"user:own{n}"] for n in range(4)} | {after["visitor:own"]}) == 5
    ids = {current for (current,) in world.query("select person_id from marts.dim_persons")}
    assert all(then in ids or leads_to[then] in ids for then in before.values())
    assert after["visitor:phone"] == after["contact:d1"] == after["contact:k1"] == after["lead:older"]
    assert before["visitor:phone"] != before["contact:d1"] != before["contact:k1"]


ZEROS = "00000000-0000-0000-0000-000000000000"
AWKWARD = [
    # Ids that are empty, have stray spaces, are addresses, or hold an @ and are none.
    lead("e1", 1, "e1@one.example", converted_contact_id=""), lead("e2", 2, "e2@two.example", converted_contact_id=""),
    lead(" sp1 ", 1, "sp1@one.example", converted_contact_id=" sp "), contact("sp", 2, "s@one.example", account_id=" "),
    lead("Jane@ids.example", 1, "jane@ids.example"), user("@john", 5, "john@ids.example"),
    page_view("john", 5, "@john"), page_view("token", 5, "A" * 64), page_view("by_address", 5, " Jane@ids.example "),
    # One address as three systems write it.
    lead("tab", 6, "\tann@forms.example\n"), lead("link", 6, "mailto:Ann@forms.example"),
    lead("angle", 6, "Ann Lee <ann@forms.example>"), lead("no_domain", 6, "ann@forms"),
    # Words and zeros in the place of an id.
    *[page_view(f"{word}{n}", 5 + n, word) for word in ("0", ZEROS) for n in (1, 2)],
    *[page_view(word, 5 + n, f"w{n}") for word in ("undefined", ZEROS) for n in (1, 2)],
    page_view("Null", 5), *[page_view("home", 1 + n, name) for n, name in enumerate(["h1", "h2", "h3", "undefined"])],
    # One who tries her own address with tags is one; four who fill in a form are four.
    *[identify("plus", 2 + n, f"jo+{'abcd'[n]}@tags.example", "jo") for n in range(4)], page_view("plus", 1, "jo"),
    *[identify("tags", 2 + n, f"li+{'abcd'[n]}@tags.example") for n in range(4)], page_view("tags", 1),
    *[identify("tests", 2 + n, f"{name}@typed.example") for n, name in enumerate(["test", "asdf", "info", "hr", "bo"])],
    page_view("tests", 1),
    # The clock of a phone that was off.
    identify("clock", 6, "clock@clock.example", event_at="1970-01-01 00:00:10"), page_view("clock", 6),
    # Of two companies the first that was seen.
    user("two", 1, "d@zebra.example"), identify(None, 20, "d@aardvark.example", "two"),
    # A kiosk, filled in after the last page view; a tablet that changes hands within a session.
    *[row for n in range(4) for row in (page_view("form", 3 + n), identify("form", 3 + n, f"f{'abcd'[n]}@form.example",
                                                                           minute=2))],
    *[page_view("tablet", 1 + n, f"t{n}") for n in range(4)], page_view("tablet", 10, "t0"),
    page_view("tablet", 10, "t1", minute=20), page_view("tablet", 12, "undefined"), tracked("tablet", 12, "t2"),
    # A corrected address, a deleted one, and merges that later exports repeat.
    page_view("maria", 1), identify("maria", 2, "maria.old@corp.example"), contact("m", 3, "maria.old@corp.example"),
    contact("m", 3, "maria.new@corp.example", updated_at=at(9)), contact("m", 3, None, updated_at=at(12)),
    lead("l1", 1, "old@corp.example"), lead("l1", 1, "new@corp.example", updated_at=at(9)),
    user("u1", 1, "u.old@corp.example"), user("u1", 1, "u.new@corp.example", updated_at=at(9)),
    contact("k1", 1, "k1@corp.example"), contact("k2", 9, "k2@corp.example"),
    *[contact("k1", 1, "k1@corp.example", merged_into_contact_id="k2", updated_at=at(day)) for day in (20, 28)],
    # Parents in a circle, and one merged into its own child.
    *[("crm_accounts", {"account_id": name, "updated_at": at(1), **more}) for name, more in {
        "c1": {"parent_account_id": "c2"}, "c2": {"parent_account_id": "c1"}, "c3": {"parent_account_id": "c1"},
        "m1": {"merged_into_account_id": "m2", "parent_account_id": "p1"}, "e": {"parent_account_id": " "},
        "m2": {"merged_into_account_id": "m1", "parent_account_id": "c3"}}.items()],
]  # fmt: skip


@pytest.fixture(scope="module")
def awkward(template, tmp_path_factory):
    world = new_world(template, tmp_path_factory)
    land_and_run(world, AWKWARD, "first")
    return world


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def test_an_empty_id_is_no_id_and_spaces_around_one_mean_nothing(awkward):
    person = persons(awkward)
    assert person["lead:e1"] != person["lead:e2"]
    assert person["lead:sp1"] == person["contact:sp"]
    assert not [node for node in person if node.endswith(":")]
    parents = awkward.query("select parent_account_id from marts.dim_accounts where account_id = 'e'")
    assert parents == [(None,)]


def test_an_id_with_an_at_sign_is_hashed_and_only_an_address_is_linked_as_one(awkward):
    person = persons(awkward)
    assert person["visitor:john"] == person[f"user:{sha('@john')}"] == person[f"email:{sha('john@ids.example')}"]
    assert f"email:{sha('@john')}" not in person and f"email:{'A' * 64}" not in person
    assert person["visitor:by_address"] == person[f"lead:{sha('jane@ids.example')}"]
    assert not [node for node in person if "@" in node]


def test_an_address_is_the_same_however_it_is_written_and_a_domain_has_a_dot(awkward):
    person = persons(awkward)
    assert person["lead:tab"] == person["lead:link"] == person["lead:angle"]
    accounts = dict(awkward.query("select person_id, account_id from marts.dim_persons"))
    assert accounts[person["lead:angle"]] == "domain:forms.example"
    assert accounts[person["lead:no_domain"]] is None
    assert accounts[person["user:two"]] == "domain:zebra.example"


def test_what_stands_for_nobody_joins_nobody(awkward):
    person = persons(awkward)
    for word in ("0", ZEROS):
        assert len({person[f"visitor:{word}{n}"] for n in (1, 2)} | {person[f"user:{word}"]}) == 3
    assert person["user:w1"] != person["user:w2"]
    rejected = awkward.query("select reason, count(*) from marts.fct_rejected_events group by 1")
    assert rejected == [("missing_visitor", 1)]


def test_only_people_count_towards_the_limit_of_a_shared_browser(awkward):
    person = persons(awkward)
    assert len({person[f"user:h{n}"] for n in (1, 2, 3)} | {person["visitor:home"]}) == 1
    assert person["visitor:plus"] == person["user:jo"]
    assert person["visitor:tags"] == person[f"email:{sha('li+a@tags.example')}"]
    assert person["visitor:tests"] == person[f"email:{sha('bo@typed.example')}"]


def test_a_clock_that_cannot_be_gives_way_to_the_receipt(awkward):
    query = "select first_seen_at from marts.fct_identity_links where right_identifier = 'email:{}'"
    assert awkward.query(query.format(sha("clock@clock.example"))) == [(datetime(2026, 3, 6, 10),)]


def test_a_session_on_a_shared_browser_is_of_who_came_and_of_who_fills_in_the_form_at_its_end(awkward):
    person = persons(awkward)
    rows = awkward.query(
        "select anonymous_id, day(started_at), sessions.person_id from marts.fct_sessions as sessions"
        " inner join staging.stg_web__page_views as page_views"
        " on sessions.landing_page_view_id = page_views.page_view_id where anonymous_id in ('form', 'tablet')"
    )
    found = {(visitor, day): who for visitor, day, who in rows}
    forms = {("form", 3 + n): person["email:" + sha(f"f{'abcd'[n]}@form.example")] for n in range(4)}
    tablets = {("tablet", 1 + n): person[f"user:t{n}"] for n in range(4)}
    assert found == forms | tablets | {("tablet", 10): person["user:t0"], ("tablet", 12): person["user:t2"]}


def test_a_replaced_value_keeps_its_link_and_its_time(awkward):
    person = persons(awkward)
    links = awkward.query(
        "select left_identifier, right_identifier, first_seen_at, last_seen_at from marts.fct_identity_links"
    )
    found = {(left, right): (first.day, last.day) for left, right, first, last in links}
    assert person["visitor:maria"] == person["contact:m"] == person[f"email:{sha('maria.new@corp.example')}"]
    assert found["contact:m", f"email:{sha('maria.old@corp.example')}"] == (3, 3)
    assert found["contact:m", f"email:{sha('maria.new@corp.example')}"] == (9, 9)
    for node, old, new in (("lead:l1", "old", "new"), ("user:u1", "u.old", "u.new")):
        assert found[node, f"email:{sha(f'{old}@corp.example')}"] == (1, 1)
        assert found[node, f"email:{sha(f'{new}@corp.example')}"] == (9, 9)
    assert found["contact:k1", "contact:k2"] == (20, 28)
    merged = "select day(merged_at) from marts.fct_person_merges where link_source = 'crm_merge'"
    assert awkward.query(merged) == [(20,)]


def test_an_account_has_a_parent_where_it_has_a_top(awkward):
    rows = awkward.query("select account_id, parent_account_id, ultimate_parent_account_id from marts.dim_accounts")
    found = {account: (parent, top) for account, parent, top in rows if not account.startswith("domain:")}
    alone = {name: (None, name) for name in ("c1", "c2", "m1", "m2", "p1", "e")}
    assert found == alone | {"c3": ("c1", "c1")}
