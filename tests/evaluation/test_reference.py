"""Real mice: what the original system decided, we decide."""

from pathlib import Path

import pandas as pd
import pytest

from autotrain_core.evaluation import decide, decide_and_report
from autotrain_core.models import Library, load_curriculum

COMPARED = {
    "session_at_current_stage": "session_at_current_stage",
    "current_stage": "current_stage_actual",
    "decision": "decision",
    "next_stage": "next_stage_suggested",
}
CURRICULA = [
    ("Coupled Baiting", "2.0"),
    ("Coupled Baiting", "2.3"),
    ("Uncoupled Baiting", "2.3"),
    ("Uncoupled Without Baiting", "2.3"),
    ("Uncoupled Without Baiting", "2.3rwdDelay159"),
]
SHIPPED = [pair for pair in CURRICULA if pair[1] != "2.0"]
PROJECT = Path(__file__).parents[2]


def read(path, **settings):
    return pd.read_csv(path, dtype={"subject_id": str, "curriculum_version": str}, **settings)


@pytest.fixture(scope="module")
def sessions(reference):
    return read(reference / "data" / "janelia_sessions.csv")


@pytest.fixture(scope="module")
def decided(reference):
    table = read(reference / "data" / "janelia_decisions.csv.gz")
    return {key: rows.reset_index(drop=True) for key, rows in table.groupby(["curriculum_name", "curriculum_version"])}


def original(reference, name, version):
    path = reference / "data" / "curricula" / f"{name}_curriculum_v{version}_schema_v1.0.json"
    return load_curriculum(path.read_bytes(), source=path.name)


def shipped(name, version):
    (path,) = (PROJECT / "curriculums").rglob(f"{name}_curriculum_v{version}_schema_v1.0.json")
    return load_curriculum(path.read_bytes(), source=path.name)


def assert_equal(decisions, expected):
    assert len(decisions) == len(expected)
    both = expected.merge(decisions, on=["subject_id", "session"], suffixes=("_then", ""), validate="1:1")
    assert len(both) == len(expected)
    for then, now in COMPARED.items():
        before = both[f"{then}_then"] if then == now or then in decisions.columns else both[then]
        assert (before == both[now]).all(), now


@pytest.mark.parametrize(("name", "version"), CURRICULA)
def test_decisions_equal_the_originals(reference, sessions, decided, name, version):
    assert_equal(decide(sessions, original(reference, name, version)), decided[name, version])


@pytest.mark.parametrize(("name", "version"), SHIPPED)
def test_the_shipped_curricula_decide_as_the_originals(sessions, decided, name, version):
    assert_equal(decide(sessions, shipped(name, version)), decided[name, version])


def test_the_order_of_the_table_does_not_matter(reference, sessions, decided):
    shuffled = sessions.sample(frac=1, random_state=4)

    decisions = decide(shuffled, original(reference, "Coupled Baiting", "2.3"))

    assert decisions.index.equals(shuffled.index)
    assert_equal(decisions, decided["Coupled Baiting", "2.3"])


def test_following_every_suggestion_closed_loop_comes_to_the_same(reference, sessions, decided):
    library = Library([original(reference, *pair) for pair in CURRICULA])
    for (name, version), then in decided.items():
        ran = then.rename(columns={"current_stage": "current_stage_actual"})
        ran = ran.drop(columns=["session_at_current_stage", "decision", "next_stage"])
        table = sessions.merge(ran, on=["subject_id", "session"])

        outcome = decide_and_report(table, library)

        assert_equal(outcome.decisions, then)
        assert outcome.decisions["closed_loop"].all()
        assert not outcome.decisions["overridden_by_trainer"].any()
        assert set(outcome.decisions["curriculum_version"]) == {version}
        assert set(outcome.decisions["curriculum_name"]) == {name}


def test_all_curricula_at_once_in_one_table_of_mixed_versions(reference, sessions, decided):
    library = Library([original(reference, *pair) for pair in CURRICULA])
    tables = [
        sessions.assign(subject_id=sessions["subject_id"] + "/" + str(place), curriculum_name=name, curriculum_version=version)
        for place, (name, version) in enumerate(CURRICULA)
    ]  # fmt: skip

    decisions = decide(pd.concat(tables, ignore_index=True), library)

    for place, pair in enumerate(CURRICULA):
        own = decisions[decisions["subject_id"].str.endswith(f"/{place}")]
        assert_equal(own.assign(subject_id=own["subject_id"].str.removesuffix(f"/{place}")), decided[pair])


def test_known_figures_of_four_versions(reference, sessions):
    figures = []
    for version in ("1.0", "2.0", "2.2", "2.3"):
        decisions = decide(sessions, original(reference, "Coupled Baiting", version))
        graduates = decisions.loc[decisions["next_stage_suggested"] == "GRADUATED", "subject_id"].nunique()
        figures.append((graduates, int((decisions["decision"] == "ROLLBACK").sum())))

    assert figures == [(74, 186), (68, 265), (72, 190), (75, 189)]
