"""The project's own rules, read off the manifest and the files: layers, contracts, descriptions, one place per fact."""

import csv
import json
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
# Which folders under models/ each folder may ref. Seeds are open to all but staging and activation. A base_ model still
# has texts as they came, so it is a layer of its own under staging.
LAYERS = {
    "base": set(),
    "staging": {"base"},
    "intermediate": {"staging", "intermediate", "seeds"},
    "marts": {"intermediate", "marts", "seeds"},
    "activation": {"marts"},
}


@pytest.fixture(scope="session")
def manifest(world):
    return json.loads((world.target / "manifest.json").read_text())


def layer_of(node):
    return "base" if node["name"].startswith("base_") else Path(node["original_file_path"]).parts[1]


def layer_violations(manifest):
    """Refs that skip a layer: [(model, its layer, what it reads, that layer)]."""
    found = []
    for node in manifest["nodes"].values():
        if node["resource_type"] != "model":
            continue
        layer = layer_of(node)
        for parent in node["depends_on"]["nodes"]:
            kind = parent.split(".")[0]
            if kind == "source":
                parent_layer = "sources"
            elif kind == "seed":
                parent_layer = "seeds"
            else:
                parent_layer = layer_of(manifest["nodes"][parent])
            allowed = LAYERS[layer] | ({"sources"} if layer in ("base", "staging") else set())
            if parent_layer not in allowed:
                found.append((node["name"], layer, parent, parent_layer))
    return found


def seed(path):
    with (ROOT / "seeds" / path).open() as file:
        return list(csv.DictReader(file))


def test_each_layer_reads_only_the_layers_below_it(manifest):
    assert layer_violations(manifest) == []


def test_the_layer_rule_sees_a_mart_that_reads_staging(manifest):
    broken = json.loads(json.dumps(manifest))
    parents = broken["nodes"]["model.touchstone.fct_sessions"]["depends_on"]["nodes"]
    parents.append("model.touchstone.stg_web__page_views")
    assert layer_violations(broken) == [("fct_sessions", "marts", "model.touchstone.stg_web__page_views", "staging")]


@pytest.mark.parametrize(
    ("reader", "parent", "layers"),
    [
        ("int_page_views_unioned", "base_web__page_views", ("intermediate", "base")),
        ("fct_page_views", "base_web__page_views", ("marts", "base")),
        ("base_web__page_views", "stg_web__page_views", ("base", "staging")),
        ("stg_web__first_touches", "stg_web__page_views", ("staging", "staging")),
    ],
)
def test_only_staging_reads_base_models_and_it_reads_no_other(manifest, reader, parent, layers):
    broken = json.loads(json.dumps(manifest))
    broken["nodes"][f"model.touchstone.{reader}"]["depends_on"]["nodes"].append(f"model.touchstone.{parent}")
    assert layer_violations(broken) == [(reader, layers[0], f"model.touchstone.{parent}", layers[1])]


def test_base_models_stand_in_staging(manifest):
    paths = [node["original_file_path"] for node in manifest["nodes"].values() if node["name"].startswith("base_")]
    assert paths
    assert not [path for path in paths if not path.startswith("models/staging/")]


def test_every_mart_has_a_contract_and_describes_each_column(manifest):
    marts = [node for node in manifest["nodes"].values() if node["original_file_path"].startswith("models/marts/")]
    marts = [node for node in marts if node["resource_type"] == "model"]
    assert len(marts) >= 15
    for node in marts:
        assert node["config"]["contract"]["enforced"], node["name"]
        assert node["config"]["access"] == "public", node["name"]
        assert node["description"], node["name"]
        assert not [name for name, column in node["columns"].items() if not column["description"]], node["name"]


def test_every_model_states_its_grain_first():
    files = [*ROOT.glob("models/**/*.sql")]
    assert files
    for file in files:
        assert file.read_text().startswith("-- Grain: "), file


def test_models_do_not_branch_on_the_target_or_query_while_compiling():
    for file in ROOT.glob("models/**/*.sql"):
        assert not re.search(r"target\.(type|name)|run_query|{%-? *(call )?statement|\bexecute\b", file.read_text()), (
            file
        )


def test_no_window_is_ordered_and_whole():
    # DuckDB 2.0.0 sums such a window wrongly over a union of tables; without the order it is right (docs/decisions.md).
    for file in ROOT.glob("models/**/*.sql"):
        assert "unbounded following" not in file.read_text(), file


def test_at_most_ten_vars():
    assert len(yaml.safe_load((ROOT / "dbt_project.yml").read_text())["vars"]) <= 10


def test_every_rule_has_its_test_its_severity_and_its_section(manifest):
    rules = {row["rule"]: row["severity"] for row in seed("taxonomy/tracking_rules.csv")}
    tests = {
        node["name"].removeprefix("taxonomy__"): node["config"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test" and node["name"].startswith("taxonomy__")
    }
    headings = set(re.findall(r"^### (\w+)$", (ROOT / "docs/taxonomy.md").read_text(), flags=re.MULTILINE))
    assert {rule: config["severity"].lower() for rule, config in tests.items()} == rules
    assert all(config["store_failures"] for config in tests.values())
    assert rules.keys() <= headings


def test_the_redacted_parameters_are_the_personal_ones_of_the_catalogue():
    macro = (ROOT / "macros/redact_personal_data.sql").read_text()
    listed = re.search(r"return\(\[(.*?)\]\)", macro, flags=re.DOTALL)[1]
    personal = {row["click_id_parameter"] for row in seed("taxonomy/click_ids.csv") if row["is_personal"] == "true"}
    assert set(re.findall(r"'([^']+)'", listed)) == personal


def test_no_address_of_a_registry_and_no_path_of_a_machine_in_the_pins():
    for name in ("requirements.txt", "requirements-dev.txt", "constraints.txt"):
        text = (ROOT / name).read_text()
        assert "://" not in text and "file:" not in text, name
        for line in text.splitlines():
            if line and not line.startswith(("#", "-r")):
                assert "==" in line, f"{name}: {line} is not pinned"
