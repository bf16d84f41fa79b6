"""What is told of a wrong row in a seed: the row, the column, and what may stand there."""

import csv
import shutil
import subprocess
import sys

import pytest
from conftest import ROOT, World

METHODS, TYPES = "attribution_methods", "conversion_types"
MARKOV = {"family": "markov", "markov_order": 1, "path_transform": "as_is", "grain": "channel", "random_seed": 0,
          "bootstrap_replicates": 20, "is_direct_excluded": "false", "fallback_method": "linear"}  # fmt: skip
PLAIN = {"family": "positional", "is_direct_excluded": "false"}
DECAY = PLAIN | {"family": "time_decay", "half_life_days": 7}
MILESTONE = {
    "family": "milestone",
    "first_weight": 0.5,
    "lead_weight": 0.5,
    "is_direct_excluded": "false",
    "fallback_method": "linear",
}
PAGE = {
    "source": "page_view",
    "match_pattern": "/demo",
    "lookback_days": 90,
    "methods": "all",
    "is_once_per_person": "false",
}
# The row, and the columns that it is told to mend.
BAD_METHODS = [
    (PLAIN | {"family": "markow"}, ["family"]),
    (PLAIN | {"family": ""}, ["family"]),
    (PLAIN | {"first_weight": 0.5, "last_weight": 0.6}, ["weight_sum"]),
    (PLAIN | {"first_weight": 1.5, "middle_weight": -0.5, "last_weight": 0}, ["least_weight"]),
    (PLAIN | {"first_weight": 0, "middle_weight": 1, "last_weight": 0}, ["last_weight"]),
    (PLAIN | {"lead_weight": 1}, ["lead_weight"]),
    (PLAIN | {"opportunity_weight": 1}, ["opportunity_weight"]),
    (DECAY | {"first_weight": 1}, ["first_weight"]),
    (DECAY | {"middle_weight": 1}, ["middle_weight"]),
    (DECAY | {"last_weight": 1}, ["last_weight"]),
    (DECAY | {"half_life_days": 0.5}, ["half_life_days"]),
    (DECAY | {"half_life_days": ""}, ["half_life_days"]),
    (PLAIN | {"half_life_days": 7}, ["half_life_days"]),
    (PLAIN | {"is_direct_excluded": ""}, ["is_direct_excluded"]),
    (PLAIN | {"fallback_method": "linear"}, ["fallback_method"]),
    (MILESTONE | {"fallback_method": ""}, ["fallback_method"]),
    (PLAIN | {"markov_order": 1}, ["markov_order"]),
    (PLAIN | {"path_transform": "as_is"}, ["path_transform"]),
    (PLAIN | {"grain": "channel"}, ["grain"]),
    (PLAIN | {"segment_column": "plan"}, ["segment_column"]),
    (PLAIN | {"minimum_age_days": 5}, ["minimum_age_days"]),
    (PLAIN | {"random_seed": 0}, ["random_seed"]),
    (PLAIN | {"bootstrap_replicates": 20}, ["bootstrap_replicates"]),
    (MARKOV | {"markov_order": 7}, ["markov_order"]),
    (MARKOV | {"markov_order": ""}, ["markov_order"]),
    (MARKOV | {"family": "shapley", "markov_order": 2}, ["markov_order"]),
    (MARKOV | {"path_transform": "as-is"}, ["path_transform"]),
    (MARKOV | {"path_transform": ""}, ["path_transform"]),
    (MARKOV | {"grain": "source"}, ["grain"]),
    (MARKOV | {"grain": ""}, ["grain"]),
    (MARKOV | {"segment_column": "country"}, ["segment_column"]),
    (MARKOV | {"minimum_age_days": 0}, ["minimum_age_days"]),
    (MARKOV | {"random_seed": ""}, ["random_seed"]),
    (MARKOV | {"random_seed": -1}, ["random_seed"]),
    (MARKOV | {"bootstrap_replicates": ""}, ["bootstrap_replicates"]),
    (MARKOV | {"bootstrap_replicates": 1}, ["bootstrap_replicates"]),
    (MARKOV | {"path_transform": "last_non_direct"}, ["is_direct_excluded"]),
    (MARKOV | {"is_direct_excluded": "true"}, ["is_direct_excluded"]),
    (MARKOV | {"is_direct_excluded": ""}, ["is_direct_excluded"]),
    (MARKOV | {"fallback_method": ""}, ["fallback_method"]),
    (MARKOV | {"fallback_method": "linaer"}, ["fallback_method"]),
    (MARKOV | {"first_weight": 1}, ["first_weight"]),
    (MARKOV | {"half_life_days": 7}, ["half_life_days"]),
    (MARKOV | {"fallback_method": "itself"}, ["fallback_method"]),
    (MARKOV | {"fallback_method": "the next"}, ["fallback_method"]),
    (MARKOV | {"fallback_method": "the one before"}, ["fallback_method"]),
    (MARKOV | {"fallback_method": "the one before"}, []),  # On one of the circle, but not in it.
    (MARKOV, []),
    (MILESTONE, []),
    (DECAY, []),
]
BAD_TYPES = [
    (PAGE | {"source": "pageview"}, ["source"]),
    (PAGE | {"source": ""}, ["source"]),
    (PAGE | {"match_pattern": "/Demo"}, ["match_pattern"]),
    (PAGE | {"match_pattern": ""}, ["match_pattern"]),
    (PAGE | {"source": "refund"}, ["match_pattern"]),
    (PAGE | {"lookback_days": ""}, ["lookback_days"]),
    (PAGE | {"lookback_days": 1001}, ["lookback_days"]),
    (PAGE | {"funnel_step": "leads"}, ["funnel_step"]),
    (PAGE | {"amount_kind": "money"}, ["amount_kind"]),
    (PAGE | {"amount_kind": "pipeline"}, ["amount_kind"]),
    (PAGE | {"is_once_per_person": ""}, ["is_once_per_person"]),
    (PAGE | {"source": "opportunity_milestone", "is_once_per_person": "true"}, ["is_once_per_person"]),
    (PAGE, []),
]


def add_rows(project, seed, rows):
    """Append rows to a seed, named by their number; what they do not name is empty. Returns what is to be told."""
    path, expected = project / "seeds/attribution" / f"{seed}.csv", []
    with path.open() as file:
        columns = next(csv.reader(file))
    with path.open("a", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        for number, (row, told) in enumerate(rows):
            near = {"itself": f"row_{number}", "the next": f"row_{number + 1}", "the one before": f"row_{number - 1}"}
            fallback = row.get("fallback_method")
            row = row | ({"fallback_method": near[fallback]} if fallback in near else {})
            writer.writerow({columns[0]: f"row_{number}"} | row)
            expected += [(f"row_{number}", column) for column in told]
    return sorted(expected)


@pytest.fixture(scope="module")
def told(template, tmp_path_factory):
    """What the tests say of seeds with many wrong rows, and what was expected: {seed: (rows, expected)}."""
    world = World(tmp_path_factory.mktemp("seeds"))
    shutil.copy(template.database, world.database)
    project = world.folder / "project"
    for part in ("analyses", "macros", "models", "seeds", "tests"):
        shutil.copytree(ROOT / part, project / part)
    for part in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(ROOT / part, project / part)
    expected = {METHODS: add_rows(project, METHODS, BAD_METHODS), TYPES: add_rows(project, TYPES, BAD_TYPES)}
    tests = [f"assert_{seed}_are_well_formed" for seed in expected]
    done = world.dbt("build", "--select", METHODS, TYPES, *tests, "--indirect-selection", "empty", project=project)
    found = {}
    for result in done.result:
        for seed in expected:
            if result.node.name == f"assert_{seed}_are_well_formed":
                assert result.status == "fail"
                found[seed] = world.query(f"from {result.node.relation_name}")
    return {seed: (found[seed], rows) for seed, rows in expected.items()}


@pytest.mark.parametrize("seed", [METHODS, TYPES])
def test_each_wrong_row_is_told_with_its_column_and_what_may_stand_there(told, seed):
    rows, expected = told[seed]
    if seed == TYPES:  # Of two that are the pipeline, the one that comes along is told too.
        expected = [("opportunity_created", "amount_kind"), *expected]
    assert sorted((name, column) for name, column, _, _ in rows) == expected
    assert all(found is not None and allowed for _, _, found, allowed in rows)


def test_a_fallback_that_does_not_exist_is_named(told):
    assert "linaer" in [found for _, _, found, _ in told[METHODS][0]]


@pytest.fixture
def project(tmp_path):
    for part in ("scripts", "seeds"):
        shutil.copytree(ROOT / part, tmp_path / part)
    return tmp_path


def build(project):
    command = [sys.executable, project / "scripts" / "build.py", "--without-dashboards"]
    return subprocess.run(command, cwd=project, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('m,"A, with a comma",linear,,,false,,A comma too few.\n', "8 fields, 19 expected"),
        ("m" + 19 * "," + "\n", "20 fields, 19 expected"),
        ("m" + 17 * "," + ',"never closed\n', "a quote is not closed"),
        ('m,"Two\nlines"' + 17 * "," + "\nm,few\n", "2 fields, 19 expected"),
    ],
)
def test_a_row_with_a_comma_too_few_stops_the_build_and_is_named_with_its_line(project, row, said):
    path = project / "seeds/attribution/attribution_methods.csv"
    lines = len(path.read_text().splitlines())
    with path.open("a") as file:
        file.write(row)
    done = build(project)
    line = lines + (3 if "Two" in row else 1)
    assert done.returncode == 1
    assert f"seeds/attribution/attribution_methods.csv, line {line}: {said}" in done.stdout, done.stdout
    assert "run `make build` again" in " ".join(done.stdout.split())
    assert done.stdout.count("wrong row") == 1 and "Traceback" not in done.stdout + done.stderr
    assert not (project / "data").exists() and not (project / "touchstone.duckdb").exists()


def test_the_seeds_that_come_along_have_no_such_row():
    from build import mistakes_of_seeds

    assert mistakes_of_seeds(ROOT) == []
