"""What differs between two curricula, in words, and what means the same."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotrain_core.analysis import _difference, difference
from autotrain_core.evaluation import decide
from tests.analysis.differences import FINISHED, between, changed, only, rule_of, told
from tests.analysis.documents import Document, documents_of_today, read
from tests.editing.drawn import shipped
from tests.searching import search

# ---- nothing ----


def test_a_curriculum_differs_in_nothing_from_itself() -> None:
    found = between(shipped(), changed(("curriculum_version", "2.4")))

    assert found.changes == ()
    assert (found.before, found.after) == ("Coupled Baiting@2.3", "Coupled Baiting@2.4")
    assert found.sentence == "nothing changes in what mice run or how they are decided"


def test_a_default_that_is_written_out_and_another_spelling_of_a_number_differ_in_nothing() -> None:
    before = shipped()
    del before["parameters"]["Stage 2"]["warm_windowsize"]

    assert between(before, changed(("parameters/Stage 3/MaxTime", 75.0))).changes == ()


def test_descriptions_change_nothing_for_mice() -> None:
    found = between(
        shipped(),
        changed(
            ("curriculum_description", "new"),
            ("parameters/Stage 2/description", "calm"),
            ("curriculum/Stage 2/transition_rules/0/condition_description", "well"),
            ("curriculum/Stage 2/exhaustive", True),
        ),
    )

    assert [change.kind for change in found.changes] == ["description"] * 4
    assert found.changes[1].sentence.endswith('-> "calm"')
    assert found.changes[3].place == "Stage 2, rule 1"
    assert found.sentence == "nothing changes in what mice run or how they are decided: descriptions differ"
    assert "undecided" in between(changed(("curriculum/Stage 2/exhaustive", True)), shipped()).changes[0].sentence


# ---- settings ----


def test_the_same_change_in_all_stages_is_said_once() -> None:
    steps = [(f"parameters/{stage}/MaxTime", 60) for stage in shipped()["parameters"]]

    found = between(shipped(), changed(*steps))

    assert found.sentence == "this only changes MaxTime 75 -> 60 min (shorter) in all stages"
    assert only(found).everywhere
    assert (only(found).unit, only(found).direction) == ("min", "shorter")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("MaxTime", 90, "MaxTime 75 -> 90 min (longer)"),
        ("BlockMin", 12, "BlockMin 10 -> 12 trials (more)"),
        ("BlockMin", 8, "BlockMin 10 -> 8 trials (fewer)"),
        ("RightValue_volume", 3.0, "RightValue_volume 2 -> 3 µL (more)"),
        ("RightValue_volume", 1.5, "RightValue_volume 2 -> 1.5 µL (less)"),
        ("BaseRewardSum", 0.8, "BaseRewardSum 0.6 -> 0.8 (higher)"),
        ("BaseRewardSum", 0.5, "BaseRewardSum 0.6 -> 0.5 (lower)"),
        ("AutoReward", False, "AutoReward on -> off"),
        ("AutoReward", 0, "AutoReward on -> 0"),
        ("AdvancedBlockAuto", "off", "AdvancedBlockAuto now -> off"),
        ("UncoupledReward", "0.1,0.5", "UncoupledReward empty -> 0.1,0.5"),
        ("Novel", 3, "Novel nothing -> 3"),
    ],
)
def test_a_setting_is_told_with_its_unit_and_which_way_it_goes(name: str, value: Any, sentence: str) -> None:
    assert told(between(shipped(), changed((f"parameters/Stage 2/{name}", value)))) == [
        ("parameter", "Stage 2", sentence)
    ]


def test_a_setting_of_several_stages_names_them_and_many_are_counted() -> None:
    steps = [("parameters/Stage 1/MaxTime", 60), ("parameters/Stage 2/MaxTime", 60), ("parameters/Stage 3/MaxTime", 50)]
    more = [("parameters/Stage 2/BlockMin", 11), ("parameters/Stage 2/ITIMax", 11)]

    found = between(shipped(), changed(*steps, *more, rule_of("Stage 2", 1, f"{FINISHED} >= 1")), prove=False)

    assert found.changes[2].place == "Stage 1 and Stage 2"
    assert found.sentence == "this changes 3 settings and 1 rule"


def test_the_copy_of_the_last_stage_is_not_told_again() -> None:
    steps = [(f"parameters/{stage}/BlockMin", 22) for stage in ("Stage final", "Graduated")]

    assert told(between(shipped(), changed(*steps))) == [
        ("parameter", "Stage final", "BlockMin 20 -> 22 trials (more)")
    ]


# ---- rules ----


@pytest.mark.parametrize(
    ("stage", "number", "body", "sentence", "direction"),
    [
        (
            *("Stage 2", 1, f"{FINISHED} >= 350 and metrics.foraging_efficiency[-1] >= 0.65"),
            *("finished trials at least 300 -> 350 (harder to go on)", "harder"),
        ),
        (
            *("Stage 2", 2, f"{FINISHED} < 150 or metrics.foraging_efficiency[-1] < 0.5"),
            "finished trials below 200 -> 150; foraging efficiency below 0.55 -> 0.5 (harder to fall back)",
            "harder",
        ),
        (
            *("Stage 2", 1, f"{FINISHED} >= 350 and metrics.foraging_efficiency[-1] >= 0.6"),
            *("finished trials at least 300 -> 350; foraging efficiency at least 0.65 -> 0.6", ""),
        ),
        (
            *("Stage 2", 1, f"{FINISHED} >= 300 and metrics.foraging_efficiency[-1] >= -0.5"),
            None,
            "",
        ),
        (
            "Stage 2",
            1,
            f"{FINISHED} >= 300 and metrics.foraging_efficiency[-1] >= 0.65 and metrics.session_total >= 3",
            "also asks for total sessions at least 3 (harder to go on)",
            "harder",
        ),
        (
            "Stage 2",
            1,
            f"{FINISHED} >= 300",
            "no longer asks for foraging efficiency at least 0.65 (easier to go on)",
            "easier",
        ),
        (
            *("Stage 2", 2, f"{FINISHED} < 200 or metrics.foraging_efficiency[-1] < 0.55 or metrics.session_total > 9"),
            *("also holds for total sessions above 9 (easier to fall back)", "easier"),
        ),
        (
            "Stage 2",
            2,
            f"{FINISHED} < 200",
            "no longer holds for foraging efficiency below 0.55 (harder to fall back)",
            "harder",
        ),
    ],
)
def test_what_a_rule_asks_for_is_told_with_whether_it_is_harder(
    stage: str, number: int, body: str, sentence: str | None, direction: str
) -> None:
    change = only(between(shipped(), changed(rule_of(stage, number, body))))

    assert (change.kind, change.place, change.direction) == ("rule-changed", f"{stage}, rule {number}", direction)
    assert sentence is None or change.sentence == sentence
    assert change.equivalent is False
    assert change.example is not None


@pytest.mark.parametrize(
    "body",
    [
        f"not {FINISHED} < 300 and metrics.foraging_efficiency[-1] >= 0.65 and {FINISHED} >= 300",
        f"metrics.foraging_efficiency[-1] >= 0.65 and {FINISHED} > 299",
        f"{FINISHED} >= 300 and metrics.foraging_efficiency[-1] >= 0.65 and {FINISHED} >= 200",
        f"(metrics.foraging_efficiency[-1] >= 0.65 and {FINISHED} > 299) or ({FINISHED} > 400 and {FINISHED} < 300)",
    ],
)
def test_rules_that_mean_the_same_are_said_to(body: str) -> None:
    after = changed(
        rule_of("Stage 2", 1, body), ("curriculum/Stage 2/transition_rules/0/condition_description", "Otherwise")
    )

    found = between(shipped(), after)

    assert [change.equivalent for change in found.changes] == [None, True]
    assert found.sentence.startswith(
        "nothing changes in what mice run or how they are decided: 1 change to rules means"
    )
    assert between(shipped(), after, prove=False).changes[1].equivalent is None


def test_a_rule_that_means_the_same_beside_one_that_does_not_is_said_to() -> None:
    found = between(
        shipped(),
        changed(
            rule_of("Stage 2", 1, f"metrics.foraging_efficiency[-1] >= 0.65 and {FINISHED} > 299"),
            rule_of("Stage 2", 2, f"{FINISHED} < 100 or metrics.foraging_efficiency[-1] < 0.55"),
        ),
    )

    assert [change.equivalent for change in found.changes] == [True, False]
    assert found.changes[0].sentence.endswith("(written otherwise, and means the same)")


def test_an_example_shows_both_decisions_and_stands_where_it_is_decided() -> None:
    found = between(shipped(), changed(rule_of("Stage 2", 1, f"{FINISHED} >= 350")))

    example = only(found).example
    assert example is not None
    assert {example.before.decision, example.after.decision} != {example.before.decision}
    assert example.sentence.startswith("after 1 session at the stage with ")
    assert " before, " in example.sentence
    assert json.loads(json.dumps(found.as_json()))["changes"][0]["example"]["sentence"] == example.sentence


def test_other_forms_are_told_in_full() -> None:
    stage = "curriculum/Stage 2/transition_rules"
    counted = "sum(x >= {} for x in metrics.finished_trials[-5:]) >= 3"
    before = changed(
        rule_of("Stage 3", 1, counted.format(300)), rule_of("Stage final", 1, "metrics.finished_trials[-1]")
    )

    found = between(
        before,
        changed(
            (f"{stage}/0/decision", "stay"),
            (f"{stage}/1/decision", "up"),
            rule_of("Stage 3", 1, counted.format(400)),
            rule_of("Stage final", 1, "metrics.finished_trials[-2]"),
        ),
        prove=False,
    )

    assert [sentence for _, _, sentence in told(found)] == [
        "goes on to Stage 3 when finished trials at least 300 and foraging efficiency at least 0.65 -> stays to Stage 3 "
        "when finished trials at least 300 and foraging efficiency at least 0.65",
        "goes back to Stage 1 when finished trials below 200 or foraging efficiency below 0.55 -> ? to Stage 1 when "
        "finished trials below 200 or foraging efficiency below 0.55",
        "goes on to Stage final when in at least 3 of the last 5 sessions finished trials at least 300 -> goes on to "
        "Stage final when in at least 3 of the last 5 sessions finished trials at least 400",
        "goes on to Graduated when lambda metrics: metrics.finished_trials[-1] -> goes on to Graduated when lambda "
        "metrics: metrics.finished_trials[-2]",
    ]


def test_rules_that_came_went_and_moved_are_told() -> None:
    rules = shipped()["curriculum"]["Stage 2"]["transition_rules"]
    new = {**rules[0], "to_stage": "Stage final", "condition": rules[0]["condition"] + f" and {FINISHED} >= 900"}

    added = between(shipped(), changed(("curriculum/Stage 2/transition_rules", [*rules, new])))
    gone = between(changed(("curriculum/Stage 2/transition_rules", [*rules, new])), shipped())
    moved = between(shipped(), changed(("curriculum/Stage 2/transition_rules", rules[::-1])))

    assert [only(one).kind for one in (added, gone, moved)] == ["rule-added", "rule-removed", "rule-moved"]
    assert (only(added).rule_before, only(added).rule_after) == (None, 3)
    assert (only(gone).rule_before, only(gone).rule_after) == (3, None)
    assert only(gone).place == "Stage 2, rule 3"
    assert only(moved).equivalent is True
    assert only(moved).line.endswith(" (nothing is decided otherwise)")
    assert only(moved).sentence.endswith("(tried as rule 1, was rule 2)")
    # The new rule is hidden by the first one, so nothing is decided otherwise.
    assert only(added).equivalent is True


def test_what_the_solver_is_not_asked_any_more_is_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_difference, "_QUESTIONS", 2)
    steps = [rule_of("Stage 2", 1, f"{FINISHED} >= 352"), rule_of("Stage 3", 1, f"{FINISHED} >= 351")]

    found = between(shipped(), changed(*steps))

    assert [(change.equivalent, change.example is None) for change in found.changes] == [(False, False), (None, True)]


# ---- the documents of today ----


@pytest.mark.parametrize("name", ["Coupled Baiting", "Uncoupled Baiting", "Uncoupled Without Baiting"])
def test_the_versions_of_today_tell_their_known_story(name: str, reference: Path) -> None:
    known = documents_of_today(reference)
    steps = [
        difference(known[f"{name}@{before}"], known[f"{name}@{after}"])
        for before, after in (("1.0", "2.0"), ("2.0", "2.1"), ("2.1", "2.2"), ("2.2", "2.3"))
    ]

    rewards = {(one.parameter, one.direction) for one in steps[0].changes if one.unit == "µL"}
    assert rewards == {("RightValue_volume", "less"), ("LeftValue_volume", "less")}
    assert [one.direction for one in steps[0].changes if one.stage == "Stage final" and one.rule_after == 1][
        -1
    ] == "harder"
    delays = {one.parameter: one.direction for one in steps[1].changes if one.kind != "description"}
    assert delays == {"DelayMin": "shorter", "DelayMax": "shorter"}
    water = {one.parameter: one.direction for one in steps[2].changes if one.kind == "parameter"}
    assert water == {"Unrewarded": "fewer", "Ignored": "fewer", "StopIgnores": "fewer"}
    assert [one.place for one in steps[2].changes if one.kind == "rule-changed"] == ["Stage final, rule 2"]
    assert steps[3].sentence == (
        "this changes MaxTime 90 -> 75 min (shorter) in all stages; Stage final, rule 1: mean of the last 5 finished "
        "trials at least 500 -> 450 (easier to go on)"
    )
    examples = [one.example for step in steps for one in step.changes if one.example]
    assert all(one.before.holds != one.after.holds for one in examples)


# ---- what is said to be the same is ----

BODIES = [
    f"{FINISHED} >= 200",
    f"not {FINISHED} < 200",
    f"{FINISHED} > 199",
    f"{FINISHED} > 199 or ({FINISHED} >= 300 and metrics.session_total > 2)",
    "np.mean(metrics.finished_trials[-2:]) >= 200",
    "np.sum(metrics.finished_trials[-2:]) >= 400",
    "metrics.session_at_current_stage >= 2",
    "len(metrics.at_stage.finished_trials) > 1",
]


@search(25)
@given(
    first=st.lists(st.sampled_from(BODIES), min_size=1, max_size=2),
    second=st.lists(st.sampled_from(BODIES), min_size=1, max_size=2),
    seed=st.integers(0, 9),
)
def test_no_history_is_decided_otherwise_where_all_is_said_to_mean_the_same(
    first: list[str], second: list[str], seed: int
) -> None:
    before, after = (read(with_rules(bodies)) for bodies in (first, second))
    found = difference(before, after)
    if any(change.matters for change in found.changes):
        assert any(change.example for change in found.changes)
        return

    sessions = histories(seed)
    old, new = (decide(sessions, one) for one in (before, after))

    assert old["decision"].tolist() == new["decision"].tolist()
    assert old["next_stage_suggested"].tolist() == new["next_stage_suggested"].tolist()


def with_rules(bodies: list[str]) -> Document:
    document = shipped()
    targets = [("progress", "Stage 2"), ("progress", "Stage 3")]
    document["curriculum"]["Stage 1"]["transition_rules"] = [
        {"decision": decision, "to_stage": to_stage, "condition": f"lambda metrics: {body}"}
        for body, (decision, to_stage) in zip(bodies, targets, strict=False)
    ]
    return document


def histories(seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    subjects, sessions = 12, 4
    number = subjects * sessions
    trials = np.where(random.random(number) < 0.2, np.nan, random.choice([100.0, 199, 200, 250, 300, 420], number))
    return pd.DataFrame(
        {
            "subject_id": np.repeat([f"m{index}" for index in range(subjects)], sessions),
            "session": np.tile(np.arange(1, sessions + 1), subjects),
            "finished_trials": trials,
            "foraging_efficiency": random.random(number),
            "current_stage_actual": random.choice(["STAGE_1", "STAGE_1", "STAGE_2"], number),
        }
    )


def test_a_curriculum_is_compared_by_its_meaning_whatever_its_faults(reference: Path) -> None:
    known = documents_of_today(reference)

    assert difference(known["Dummy task@0.1"], known["Dummy task@0.2"]).changes
    assert all(difference(one, one).changes == () for one in known.values())
