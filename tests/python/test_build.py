"""`dbt build` on a small simulated world: every model builds, every data and unit test runs, nothing changes twice."""

from conftest import failures
from marts import compare, snapshot


def test_everything_builds_and_passes(world):
    assert not failures(world.build_result)
    ran = [result.node.resource_type for result in world.build_result.result]
    assert ran.count("test") > 100 and ran.count("unit_test") > 30


def test_a_second_build_without_new_files_changes_nothing(world):
    before = snapshot(world.database)
    assert not failures(world.dbt("build", "--exclude-resource-type", "test"))
    assert compare(before, snapshot(world.database)) == {}


def test_a_full_refresh_changes_nothing(world):
    before = snapshot(world.database)
    assert not failures(world.dbt("run", "--full-refresh"))
    assert compare(before, snapshot(world.database)) == {}
