"""The truth about methods: the error by hand, what a shape changes, and the docs in step with the results."""

import csv
import math
import sys
import warnings
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import simulation_company as company  # noqa: E402
import simulation_world as world  # noqa: E402
import truth  # noqa: E402
import truth_report as report  # noqa: E402
from simulation_shapes import SHAPES, mixed, shaped  # noqa: E402

TABLES = ["PROGRAMMES", "MIX_FIRST", "MIX_REPEAT", "MIX_RETURN", "SOURCES_BY_PROGRAMME"]
TABLES += ["UTM_STRIPPER_SHARE", "PRIVATE_SHARE"]


def test_the_error_is_the_part_of_the_credit_in_the_wrong_place():
    true = {"Paid Search": 5.0, "Paid Social": 5.0}
    credited = {"Paid Search": 6.0, "Paid Social": 2.0, "Direct": 2.0}
    assert report.error(credited, true) == pytest.approx(0.3)  # (0.1 + 0.3 + 0.2) / 2
    assert report.error(credited, credited) == 0
    assert report.error({"Direct": 1.0}, true) == report.error({}, true) == 1


def test_among_marketing_channels_direct_is_left_out_and_the_rest_divided_anew():
    true = {"Paid Search": 5.0, "Paid Social": 5.0, "Direct": 0.0}
    credited = {"Paid Search": 6.0, "Paid Social": 2.0, "Direct": 2.0, "Unattributed": 7.0}
    assert report.error(report.among_marketing(credited), report.among_marketing(true)) == pytest.approx(0.25)


def test_what_would_have_happened_anyway_belongs_to_no_channel():
    assert report.shares({"Baseline": 6.0, "Email": 1.0, "Referral": 3.0}) == {"Email": 0.25, "Referral": 0.75}


def test_the_interval_is_students():
    middle, width = report.interval([0.1, 0.2, 0.3])
    assert (middle, width) == (pytest.approx(0.2), pytest.approx(2.92 * 0.1 / math.sqrt(3), abs=1e-4))


def test_errors_and_shares_of_one_world():
    by_type = {"truth": {"Email": 1.0, "Referral": 1.0}, "linear": {"Email": 1.0, "Direct": 1.0}}
    results = {("standard", 0.2, 1, "all_on"): dict.fromkeys(report.TYPES, by_type)}
    errors = {row["method"]: row for row in report.error_rows(results)}
    assert errors.keys() == {"linear", "even_split"}
    assert (errors["linear"]["error"], errors["linear"]["marketing_error"]) == ("0.5000", "0.5000")
    assert errors["even_split"]["error"] == "0.5000"  # It gives to what methods credit, Direct too.
    shares = {row["channel"]: row for row in report.share_rows(results)}
    assert (shares["Direct"]["linear"], shares["Referral"]["truth"]) == ("0.5000", "0.5000")


def test_methods_are_ranked_by_their_mean_and_references_have_no_place():
    found = {"worse": {1: 0.5}, "better": {1: 0.3}, "even_split": {1: 0.4}}
    assert [(method, place) for method, place, _ in report.ranked(found)] == [
        ("better", "1"), ("even_split", ""), ("worse", "2"),
    ]  # fmt: skip


def test_the_standard_shape_changes_nothing_and_others_leave_nothing_behind():
    before = {name: getattr(company, name) for name in TABLES}
    with shaped("standard"):
        assert all(getattr(company, name) is before[name] for name in TABLES)
    for shape in SHAPES:
        with shaped(shape):
            assert shape == "standard" or any(getattr(company, name) is not before[name] for name in TABLES)
        assert all(getattr(company, name) is before[name] for name in TABLES)


def test_a_mix_gives_some_programmes_their_share_and_the_others_the_rest():
    assert mixed({"a": 0.2, "b": 0.6, "c": 0.2}, {"b": 0.8}) == pytest.approx({"a": 0.1, "c": 0.1, "b": 0.8})
    assert mixed({"a": 1, "b": 1}, {"b": 0.75}) == pytest.approx({"a": 0.5, "b": 1.5})  # Weights keep their sum.
    assert mixed({"a": 0.5, "b": 0.5}, {"c": 0.5}) == pytest.approx({"a": 0.25, "b": 0.25, "c": 0.5})


def effects(programme):
    return world.effect_table()[:, company.PROGRAMME[programme]]


def test_the_upper_funnel_channel_works_but_never_in_the_visit():
    before = effects("linkedin_ads")
    with shaped("upper_funnel"):
        place = company.PROGRAMME["linkedin_ads"]
        assert (effects("linkedin_ads") > before).all()
        assert world.in_visit_shares()[place] == 0
        assert world.half_lives()[place] == 60 * company.DAY
        for kind in ("business", "private"):
            assert company.MIX_FIRST[kind]["linkedin_ads"] == pytest.approx(0.30)
            assert company.MIX_REPEAT[kind]["linkedin_ads"] == pytest.approx(0.02, rel=0.05)


@pytest.mark.parametrize(
    ("shape", "programme", "returning"), [("retargeting", "display", 0.40), ("brand_search", "google_brand", 0.60)]
)
def test_what_claims_or_intercepts_causes_nothing_and_meets_those_who_have_decided(shape, programme, returning):
    with shaped(shape):
        assert effects(programme).sum() == 0
        assert company.MIX_RETURN[programme] == pytest.approx(returning)
        assert sum(company.MIX_RETURN.values()) == pytest.approx(1)
        assert effects("google_ads").sum() > 0


def test_hidden_direct_hides_links_and_referrers_and_changes_no_cause():
    before = world.effect_table()
    with shaped("hidden_direct"):
        assert (world.effect_table() == before).all()
        assert company.UTM_STRIPPER_SHARE == company.PRIVATE_SHARE == 0.35
        assert all(usual.count("") * 2 >= len(usual) for usual, _ in company.SOURCES_BY_PROGRAMME.values())


def test_the_plan_has_every_shape_all_losses_and_the_switches():
    worlds = truth.planned(list(SHAPES), 20)
    assert len(worlds) == 7 * 20
    assert {world.cookie_loss for world in worlds if world.shape == "standard"} == {0, 0.2, 0.5}
    switched = [world for world, variants in worlds.items() if len(variants) > 1]
    assert len(switched) == 20 and {(w.shape, w.cookie_loss) for w in switched} == {("standard", 0.2)}


def test_the_docs_show_the_committed_results():
    section = report.section(truth.RESULTS["errors"], truth.RESULTS["shares"])
    text = (ROOT / "docs" / "attribution.md").read_text()
    assert section in text, "run `make truth`, or `python scripts/truth.py --tables` where only the tables changed"


def test_results_know_the_files_that_changed_or_went_since_they_were_made(tmp_path):
    for name in ("same", "changed", "gone"):
        (tmp_path / name).write_text(name)
    record = tmp_path / "code.csv"
    assert truth.changed_since(record, tmp_path) is None
    hashes = truth.hashed(["same", "changed", "gone"], tmp_path)
    truth.write_csv(record, [{"file": file, "hash": of_file} for file, of_file in hashes.items()])
    assert truth.changed_since(record, tmp_path) == []
    (tmp_path / "changed").write_text("otherwise")
    (tmp_path / "gone").unlink()
    assert truth.changed_since(record, tmp_path) == ["changed", "gone"]


def test_the_age_of_the_committed_results_is_said():
    """A warning and no failure: making them anew takes long, and few changes of code change them."""
    if said := truth.said_of_age():
        warnings.warn(said, stacklevel=1)


def test_the_committed_results_are_of_every_method_and_twenty_seeds():
    with truth.RESULTS["errors"].open() as file:
        rows = list(csv.DictReader(file))
    with (ROOT / "seeds" / "attribution" / "attribution_methods.csv").open() as file:
        methods = {row["method"] for row in csv.DictReader(file)}
    assert {row["method"] for row in rows} == methods | set(report.REFERENCES)
    seen = {}
    for row in rows:
        seen.setdefault((row["shape"], row["cookie_loss"], row["variant"], row["method"]), set()).add(row["seed"])
    assert {setting[0] for setting in seen} == set(SHAPES)
    assert all(len(seeds) >= report.SEEDS_WANTED for seeds in seen.values())
