"""What is kept between loads follows an edit of the rules that it rests on: at the next build, no full refresh."""

import random

import duckdb
from marts import compare, snapshot
from random_worlds import START, land_and_run, new_world, page_views, text

# Each changes violations in the world below. The last is read anew by every build, the rules before it are hashed.
EDITS = [
    "delete from seeds.utm_sources where utm_source = 'google'",
    "delete from seeds.utm_mediums where utm_medium = 'cpc'",
    "insert into seeds.utm_synonyms (field, value, canonical_value) values ('medium', 'cpc', 'paid_social')",
    "update seeds.utm_conventions set pattern = '2026q2.*'",
    "update seeds.click_ids set is_auto_tagged = false where click_id_parameter = 'gclid'",
    "update seeds.click_ids set value_pattern = '^nonesuch$' where click_id_parameter = 'gclid'",
    "insert into seeds.excluded_referrers (host, kind) values ('newsletter', 'payment')",
    "insert into seeds.test_hosts (pattern) values ('www[.]harbordesk[.]example')",
    "delete from seeds.bot_patterns where position(pattern in 'googlebot/2.1') > 0",
    "insert into seeds.tracking_exceptions (rule, match_field, match_value, reason) "
    "values ('no_test_traffic', 'page_path', '/pricing', 'A test.')",
]
KEPT = ["--select", "int_parameter_violations", "int_page_view_violations", "fct_tracking_violations"]
READ_ANEW = ["int_referrers_classified", "int_user_agents_classified"]


def run(world, *arguments):
    result = world.dbt("run", *KEPT, *READ_ANEW, *arguments)
    assert result.success, result.exception


def violations(world):
    return {"fct_tracking_violations": snapshot(world.database)["fct_tracking_violations"]}


def test_an_edit_of_a_rule_shows_at_the_next_build(template, tmp_path_factory):
    pick = random.Random(3)
    events = [("page_views", event) for event in page_views(pick, 60)]
    # A web-server log that sends no state would have none to miss: the first state is news for all before it.
    stateless = [(table, {**event, "first_touch": None}) for table, event in events]
    world = new_world(template, tmp_path_factory)
    land_and_run(world, stateless, "stateless")
    before = violations(world)
    late = {"event_id": "late", "anonymous_id": "late", "received_at": text(START), "page_url": "https://a.example/"}
    late["first_touch"] = {"occurred_at": text(START)}
    land_and_run(world, [("page_views", late)], "late")
    for edit in ["the first state of a source", *EDITS]:
        if edit in EDITS:
            with duckdb.connect(world.database) as connection:
                connection.execute(edit)
            run(world)
        after = violations(world)
        assert compare(before, after) != {}, edit
        before = after
    run(world, "--full-refresh")
    assert compare(before, violations(world)) == {}
