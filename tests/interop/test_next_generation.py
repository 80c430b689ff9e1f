"""The state of a mouse goes to the next generation of rigs and back; what cannot be carried is said."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from autotrain_core._places import shipped_curricula
from autotrain_core.errors import DocumentError, NotStoredError
from autotrain_core.interop import (
    NextMetrics,
    Suggestion,
    TrainerState,
    curriculum_title,
    metrics_from_json,
    metrics_from_rows,
    metrics_to_json,
    old_stage_name,
    read_curriculum,
    same_version,
    semantic_version,
    stage_label,
    state_at,
    suggestion_from_json,
    suggestion_to_json,
    trainer_state_from_json,
    trainer_state_to_json,
)
from tests.interop.documents import document, write_document


def stage(name: str, **extra: Any) -> dict[str, Any]:
    task = {
        "name": "Task",
        "description": "",
        "task_parameters": {"delay": 0.5},
        "version": "0.1.0",
        "stage_name": name,
    }
    return {
        "name": name,
        "task": task,
        "graph": {"nodes": {}, "graph": {}},
        "start_policies": [],
        "metrics_provider": None,
        **extra,
    }


def state(**extra: Any) -> dict[str, Any]:
    first, last = stage("stage_1"), stage("final", start_policies=["lab.p.slow"])
    return {
        "curriculum": {
            "pkg_location": "lab.coupled",
            "name": "CoupledBaiting",
            "version": "2.3.0",
            "graph": {
                "nodes": {"0": first, "3": last},
                "graph": {"0": [["lab.coupled.st_up", 3], ["lab.coupled.st_stay", 0]], "3": []},
            },
        },
        "stage": first,
        "is_on_curriculum": True,
        "active_policies": [],
        **extra,
    }


METRICS = {
    "foraging_efficiency_per_session": [0.5, None],
    "unignored_trials_per_session": [300, 0],
    "total_sessions": 3,
    "consecutive_sessions_at_current_stage": 2,
    "stage_name": "stage_1_warmup",
}


def read(found: object) -> TrainerState:
    return trainer_state_from_json(json.dumps(found).encode(), source="trainer_state.json")


# ---- names ----


@pytest.mark.parametrize(
    ("old", "label"),
    [
        ("stage_1_warmup", "STAGE_1_WARMUP"),
        ("stage_3", "STAGE_3"),
        ("final", "STAGE_FINAL"),
        ("graduated", "GRADUATED"),
        ("My own Stage", "My own Stage"),
    ],
)
def test_a_stage_has_one_name_here_and_one_there(old: str, label: str) -> None:
    assert stage_label(old) == stage_label(label) == label
    assert old_stage_name(label) == old


@pytest.mark.parametrize(
    ("old", "title"),
    [
        ("CoupledBaiting", "Coupled Baiting"),
        ("UncoupledBaiting", "Uncoupled Baiting"),
        ("UncoupledNoBaiting", "Uncoupled Without Baiting"),
        ("uncoupled_without_baiting", "Uncoupled Without Baiting"),
        ("Coupled Baiting", "Coupled Baiting"),
        ("Some Other Task", "Some Other Task"),
    ],
)
def test_a_curriculum_gets_its_name_of_today_back(old: str, title: str) -> None:
    assert curriculum_title(old) == title


@pytest.mark.parametrize(
    ("version", "semantic"),
    [
        ("2.3", "2.3.0"),
        ("2", "2.0.0"),
        ("2.3.1", "2.3.1"),
        ("2.3.1rwdDelay159", "2.3.1+rwdDelay159"),
        ("2.3rwdDelay159", "2.3.0+rwdDelay159"),
        ("1.0-beta.1", "1.0.0+beta.1"),
        ("02.3", "2.3.0"),
        ("draft of Ana", "0.0.0+draft-of-Ana"),
        ("", "0.0.0"),
    ],
)
def test_a_version_becomes_three_numbers_and_a_rest(version: str, semantic: str) -> None:
    assert semantic_version(version) == semantic
    assert same_version(version, semantic)


def test_versions_that_differ_stay_different() -> None:
    assert not same_version("2.3", "2.3.1")
    assert not same_version("2.3rwdDelay159", "2.3")


# ---- reading ----


def test_a_state_is_read_with_its_curriculum_as_a_graph() -> None:
    found = read(state())

    assert found.stage is not None
    assert (found.stage.name, found.stage.label) == ("stage_1", "STAGE_1")
    assert found.stage.parameters == {"delay": 0.5}
    assert found.curriculum is not None
    assert (found.curriculum.name, found.curriculum.version) == ("CoupledBaiting", "2.3.0")
    assert found.curriculum.transitions[0] == (("lab.coupled.st_up", 3), ("lab.coupled.st_stay", 0))
    assert found.curriculum.stages[3].label == "STAGE_FINAL"


def test_a_mouse_off_curriculum_has_neither_stage_nor_curriculum() -> None:
    found = read({"curriculum": None, "stage": None, "is_on_curriculum": False, "active_policies": None})

    assert found == TrainerState(on_curriculum=False, active_policies=None)


def test_a_stage_without_settings_has_none() -> None:
    found = read(state(stage={"name": "GRADUATED"}))

    assert found.stage is not None
    assert found.stage.parameters == {}


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        ([], "the whole: an object is needed"),
        ({}, "the whole: neither a stage nor a curriculum stands there"),
        (state(is_on_curriculum="yes"), "is_on_curriculum: true or false is needed, found 'yes'"),
        (state(stage="stage_1"), "stage: an object is needed, found 'stage_1'"),
        (state(stage={}), r"stage\.name: a text is needed, found nothing"),
        (state(stage=stage("a", metrics_provider=3)), r"stage\.metrics_provider: a text is needed, found 3"),
        (state(active_policies="p"), "active_policies: a list is needed"),
        (state(active_policies=[1]), "active_policies: a text is needed, found 1"),
        (state(curriculum={"name": "A"}), r"curriculum\.version: a text is needed"),
        (state(curriculum={"graph": {"nodes": {"x": {}}}}), r"curriculum\.graph: stages are numbered, found 'x'"),
        (
            state(curriculum={"graph": {"nodes": {}, "graph": {"1": []}}}),
            r"curriculum\.graph\.graph: there is no stage 1",
        ),
        (
            state(curriculum={"graph": {"nodes": {"0": stage("a")}, "graph": {"0": [["rule", 7]]}}}),
            r"curriculum\.graph\.graph\.0: a rule and the number of a stage are needed, found \['rule', 7\]",
        ),
    ],
)
def test_a_document_of_another_form_says_where_and_what(found: object, sentence: str) -> None:
    with pytest.raises(DocumentError, match=f"^trainer_state.json, {sentence}"):
        read(found)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    for reads in (trainer_state_from_json, suggestion_from_json, metrics_from_json):
        with pytest.raises(DocumentError, match="is no JSON"):
            reads(body, source="state.json")


def test_a_document_of_a_gigabyte_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from autotrain_core.interop import _next_read

    monkeypatch.setattr(_next_read, "_LARGEST", 1)

    with pytest.raises(DocumentError, match="holds 2 bytes; 1 are the most"):
        trainer_state_from_json(b"{}", source="state.json")


# ---- moving ----


def test_a_mouse_is_moved_to_a_stage_by_either_name() -> None:
    for name in ("final", "STAGE_FINAL"):
        moved = read(state(active_policies=None, is_on_curriculum=False)).moved_to(name)

        assert moved.stage is not None
        assert moved.stage.name == "final"
        assert moved.active_policies == ("lab.p.slow",)
        assert moved.on_curriculum


def test_a_mouse_is_not_moved_where_there_is_no_such_stage() -> None:
    with pytest.raises(NotStoredError, match="has no stage 'STAGE_9'; its stages are STAGE_1, STAGE_FINAL"):
        read(state()).moved_to("STAGE_9")
    with pytest.raises(NotStoredError, match="follows no curriculum"):
        TrainerState().moved_to("STAGE_1")


# ---- writing ----


def test_a_state_that_was_read_is_written_as_it_was() -> None:
    policies = {"nodes": {"0": "lab.p.slow"}, "graph": {"0": []}}
    found = state(stage=stage("stage_1", graph=policies, metrics_provider="lab.m"), active_policies=None)

    written = trainer_state_to_json(read(found))

    assert json.loads(written.body) == found
    assert written.not_carried == (
        "The 2 rules are names only; what they say stands in lab.coupled, which the reader needs.",
    )


def test_a_mouse_off_curriculum_is_written_without_a_word() -> None:
    written = trainer_state_to_json(TrainerState(on_curriculum=False, active_policies=None))

    assert json.loads(written.body)["curriculum"] is None
    assert written.not_carried == ()


def test_one_of_our_curricula_becomes_a_graph_and_every_condition_is_told() -> None:
    path = next(shipped_curricula().rglob("Coupled Baiting_curriculum_v2.3_schema_v1.0.json"))
    curriculum = read_curriculum(path)

    made = state_at(curriculum, "STAGE_2", package="lab.coupled")

    assert made.state.stage is not None
    assert made.state.stage.name == "STAGE_2"
    assert made.state.stage.parameters["BlockBeta"] == 10
    assert "task" not in made.state.stage.parameters
    assert made.state.curriculum is not None
    assert made.state.curriculum.version == "2.3.0"
    assert made.state.curriculum.transitions[2] == (
        ("lab.coupled.st_stage_2_to_stage_3", 3),
        ("lab.coupled.st_stage_2_to_stage_1", 1),
    )
    assert made.not_carried[0] == "Version 2.3 is written as 2.3.0, as semantic versions are."
    assert len(made.not_carried) == 1 + sum(len(each.rules) for each in curriculum.stages)
    assert "somebody has to write that function for 'lambda metrics:" in made.not_carried[1]
    written = trainer_state_to_json(made.state)
    assert trainer_state_from_json(written.body, source="again") == made.state


def test_rules_of_one_pair_of_stages_get_names_of_their_own(tmp_path: Path) -> None:
    rules = {
        "Way in!": [
            ("progress", "B", "metrics.trials[-1] >= 100"),
            ("progress", "B", "metrics.trials[-1] >= 50"),
            ("progress", "Nowhere", "metrics.trials[-1] >= 50"),
        ],
        "B": [],
    }
    curriculum = read_curriculum(write_document(tmp_path, document(rules, version="1.2.3", on_missing="stay")))

    made = state_at(curriculum, "Way in!", package="")

    assert made.state.curriculum is not None
    assert made.state.curriculum.transitions[0] == (("st_way_in_to_b", 1), ("st_way_in_to_b_2", 1))
    assert made.not_carried[-1] == (
        "Mice stay where a metric is missing (on_missing); the next generation has no such mode."
    )
    assert trainer_state_to_json(made.state).not_carried == (
        "The 2 rules are names only; what they say stands in no package that is named, which the reader needs.",
    )
    with pytest.raises(NotStoredError, match="has no stage"):
        state_at(curriculum, "C", package="")


# ---- suggestions and metrics ----


def test_a_suggestion_is_read_and_written_again() -> None:
    found = {"trainer_state": state(), "metrics": {**METRICS, "more": [1]}, "version": "0.2.1", "dsl_version": "0.0.42"}

    suggestion = suggestion_from_json(json.dumps(found).encode(), source="suggestion.json")
    written = suggestion_to_json(suggestion)

    assert suggestion.metrics is not None
    assert suggestion.metrics.finished_trials == (300, 0)
    assert math.isnan(suggestion.metrics.foraging_efficiency[1])
    assert (suggestion.metrics.session_total, suggestion.metrics.session_at_current_stage) == (3, 2)
    assert suggestion.metrics.stage == "STAGE_1_WARMUP"
    assert (suggestion.version, suggestion.library) == ("0.2.1", "0.0.42")
    again = json.loads(written.body)
    assert again.pop("metrics") == {**METRICS, "stage_name": "STAGE_1_WARMUP", "more": [1]}
    assert again == {name: value for name, value in found.items() if name != "metrics"}
    assert written.not_carried[-1] == "1 missing efficiencies are null, which older readers refuse."


def test_metrics_of_another_task_are_kept_as_they_are() -> None:
    found = {"trainer_state": state(), "metrics": {"laps": 3}}

    suggestion = suggestion_from_json(json.dumps(found).encode(), source="suggestion.json")
    written = json.loads(suggestion_to_json(suggestion).body)

    assert suggestion.metrics is None
    assert written["metrics"] == {"laps": 3}
    assert written["version"] == "2.3.0"
    assert written["dsl_version"]


def test_a_suggestion_without_a_curriculum_has_a_version_all_the_same() -> None:
    written = json.loads(suggestion_to_json(Suggestion(state=TrainerState(), metrics=None)).body)

    assert written["version"] == "0.0.0"


def test_numbers_that_json_does_not_have_are_missing() -> None:
    body = json.dumps({**METRICS, "foraging_efficiency_per_session": [math.nan, 1]}).encode()

    found = metrics_from_json(body, source="metrics.json")

    assert math.isnan(found.foraging_efficiency[0])
    assert found.foraging_efficiency[1] == 1.0
    assert json.loads(metrics_to_json(found).body)["foraging_efficiency_per_session"] == [None, 1.0]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"total_sessions": -1}, "total_sessions: a whole number from 0 is needed, found -1"),
        ({"total_sessions": 1.5}, "total_sessions: a whole number from 0 is needed, found 1.5"),
        ({"total_sessions": True}, "total_sessions: a whole number from 0 is needed, found True"),
        ({"total_sessions": None}, "total_sessions: a whole number from 0 is needed, found nothing"),
        ({"unignored_trials_per_session": 3}, "unignored_trials_per_session: a list is needed"),
        ({"foraging_efficiency_per_session": ["a"]}, "foraging_efficiency_per_session: a number is needed"),
        ({"foraging_efficiency_per_session": [True]}, "foraging_efficiency_per_session: a number is needed"),
        ({"stage_name": 1}, "stage_name: a text is needed"),
    ],
)
def test_metrics_of_another_form_say_where_and_what(changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(DocumentError, match=f"^metrics.json, {sentence}"):
        metrics_from_json(json.dumps({**METRICS, **changed}).encode(), source="metrics.json")


def test_metrics_without_all_of_their_parts_name_what_is_missing() -> None:
    with pytest.raises(DocumentError, match="the whole: stage_name, total_sessions is missing"):
        metrics_from_json(
            json.dumps(
                {name: METRICS[name] for name in METRICS if name not in ("stage_name", "total_sessions")}
            ).encode(),
            source="metrics.json",
        )


def test_what_our_rules_saw_becomes_metrics_of_the_next_generation() -> None:
    rows: list[dict[str, Any]] = [
        {"session": 1, "finished_trials": 200.0, "foraging_efficiency": math.nan},
        {"session": 2, "finished_trials": math.nan, "foraging_efficiency": 0.7},
        {"session": 4, "finished_trials": 310, "foraging_efficiency": 0.75},
    ]
    for row in rows:
        row |= {"session_at_current_stage": 2, "current_stage_actual": "STAGE_2"}

    seen = metrics_from_rows(rows)

    assert seen.metrics.finished_trials == (200, 310)
    assert seen.metrics.foraging_efficiency == pytest.approx((math.nan, 0.75), nan_ok=True)
    assert seen.metrics == NextMetrics(
        foraging_efficiency=seen.metrics.foraging_efficiency,
        finished_trials=(200, 310),
        session_total=4,
        session_at_current_stage=2,
        stage="STAGE_2",
    )
    assert seen.not_carried == (
        "Session 2 has no number of finished trials; the lists of the next generation leave it out.",
    )


def test_metrics_of_no_session_are_none() -> None:
    with pytest.raises(ValueError, match="at least one session"):
        metrics_from_rows([])
