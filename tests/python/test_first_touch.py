"""No later event changes a first touch: build on the first half of the events, then on all of them."""

import random

from random_worlds import land_and_run, new_world, page_views


def first_touches(world):
    """{(entity type, entity): (first touch and all that is known of it, its time, last touch)}."""
    rows = world.query(
        "select entity_type, entity_id, (first_touch_id, first_channel, first_source, first_campaign, first_click_ids,"
        " first_landing_page_url), first_touched_at, last_touch_id from marts.fct_first_last_touches"
    )
    return {row[:2]: row[2:] for row in rows}


def test_later_events_leave_first_touches_as_they_are(template, tmp_path_factory):
    # By the client's own time: lateness is another test's, and a browser state may rightly tell of an older touch.
    events = [
        {**event, "sent_at": None, "received_at": None}
        for event in page_views(random.Random(11), 80)
        if event["first_touch"] is None
    ]
    unique = list({event["event_id"]: event for event in reversed(events)}.values())
    unique.sort(key=lambda event: (event["event_at"], event["event_id"]))
    middle = len(unique) // 2
    world = new_world(template, tmp_path_factory)
    land_and_run(world, [("page_views", event) for event in unique[:middle]], "before")
    before = first_touches(world)
    land_and_run(world, [("page_views", event) for event in unique[middle:]], "after")
    after = first_touches(world)
    visitors = [entity for entity in before if entity[0] == "visitor"]
    assert len(visitors) > 10
    assert {entity: after[entity][:2] for entity in visitors} == {entity: before[entity][:2] for entity in visitors}
    # The later half did bring touches: without them nothing could have changed a first one.
    assert any(after[entity][2] != before[entity][2] for entity in visitors)
    # A person may gain an older browser, and with it an earlier first touch; never a later one.
    persons = [entity for entity in before if entity[0] == "person" and entity in after]
    assert all(after[entity][1] <= before[entity][1] for entity in persons)
