"""Words against values: what authors wrote of stages and rules, and what these do."""

from pathlib import Path
from typing import Any

import pytest

from autotrain_core.analysis import texts
from autotrain_core.models import GRADUATED, Curriculum, Severity
from tests.analysis.documents import documents_of_today, read, rule_with, stage_with
from tests.editing.drawn import free, shipped
from tests.interop.documents import maze

TRIALS, EFFICIENCY = "metrics.finished_trials[-1]", "metrics.foraging_efficiency[-1]"


def quiet() -> Any:
    """Coupled Baiting 2.3 without any description."""
    document = shipped()
    document["curriculum_description"] = ""
    for settings in document["parameters"].values():
        settings["description"] = ""
    return document


def of_stage(curriculum: Curriculum, stage: str = "Stage 2") -> list[tuple[str, Any, Any]]:
    return [
        (one.parameter, one.witness["says"], one.witness["value"]) for one in texts(curriculum) if one.stage == stage
    ]


def of_rule(condition: str, text: str, **further: Any) -> list[tuple[str, Any, Any]]:
    found = [one for one in texts(rule_with(condition, text, **further)) if (one.stage, one.rule) == ("Stage 2", 1)]
    return [(one.kind, one.witness["says"], one.witness["value"]) for one in found]


# ---- the documents of today ----


def test_of_the_documents_of_today_the_eight_wrong_texts_are_found_and_nothing_else(reference: Path) -> None:
    found = {
        (name, one.kind, one.stage, one.rule)
        for name, curriculum in documents_of_today(reference).items()
        for one in texts(curriculum)
    }

    assert found == {
        *(
            (f"Coupled Baiting@{version}", "text-contradicts-values", "Stage 3", None)
            for version in ("1.0", "2.0", "2.1", "2.2", "2.3")
        ),
        ("Dummy task@0.1", "text-or-and", "Stage final", 2),
        ("Dummy task@0.2", "text-or-and", "Stage 3", 2),
        ("Dummy task@0.2", "text-or-and", "Stage final", 1),
    }


def test_a_wrong_text_is_told_with_what_it_says_and_what_there_is() -> None:
    (found,) = texts(stage_with("Phase D (block = [10, 40, 10])", BlockMin=20, BlockMax=60, BlockBeta=20))

    assert found.severity is Severity.WARNING
    assert (found.stage, found.parameter) == ("Stage 2", "BlockMin")
    assert found.sentence == (
        "its description says 'block = [10, 40, 10]', but BlockMin, BlockMax, BlockBeta are 20, 60, 20; "
        "correct one of them"
    )
    assert found.witness == {"text": "block = [10, 40, 10]", "says": [10, 40, 10], "value": [20, 60, 20]}


# ---- stages ----


@pytest.mark.parametrize(
    ("text", "settings", "found"),
    [
        ("MaxTime = 90", {"MaxTime": 75}, ("MaxTime", 90, 75)),
        ("MaxTime 90 min", {"MaxTime": 75}, ("MaxTime", 90, 75)),
        ("MaxTime: 1.5 h", {"MaxTime": 75}, ("MaxTime", 90, 75)),
        ("with DelayMin = 200 ms", {"DelayMin": 0.1}, ("DelayMin", 0.2, 0.1)),
        ("with DelayMin of 0.2 s", {"DelayMin": 0.1}, ("DelayMin", 0.2, 0.1)),
        ("p_sum = 0.6", {"BaseRewardSum": 0.8}, ("BaseRewardSum", 0.6, 0.8)),
        ("Ignored = 3 trials", {"Ignored": 7}, ("Ignored", 3, 7)),
        (
            "p_ratio = [8:1], [6:1]",
            {"RewardFamily": 1, "RewardPairsN": 1},
            ("RewardFamily", [[8, 1], [6, 1]], [[8, 1]]),
        ),
        ("turn off auto water", {"AutoReward": True}, ("AutoReward", False, True)),
        ("turn on auto water", {"AutoReward": False}, ("AutoReward", True, False)),
        ("max_len = 90 mins", {"MaxTime": 75}, ("MaxTime", 90, 75)),
        ("AutoIgnore=50", {"StopIgnores": 25}, ("StopIgnores", 50, 25)),
        (
            "p_rew = [0.1, 0.4, 0.7] or [0.1, 0.5, 0.9]",
            {"task": "Uncoupled Baiting", "UncoupledReward": "0.1, 0.3"},
            ("UncoupledReward", [0.1, 0.4, 0.7], [0.1, 0.3]),
        ),
        (
            "p_rew = [0.1, 0.4]",
            {"task": "Uncoupled Baiting", "UncoupledReward": ""},
            ("UncoupledReward", [0.1, 0.4], []),
        ),
    ],
)
def test_a_number_that_a_stage_does_not_run_is_found(text: str, settings: dict[str, Any], found: Any) -> None:
    assert of_stage(stage_with(text, **settings)) == [found]


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("MaxTime = 75 min, block = [10, 40, 10]", {"MaxTime": 75, "BlockMin": 10, "BlockMax": 40, "BlockBeta": 10}),
        ("MaxTime = 75.0 min", {"MaxTime": 75}),
        ("MaxTime = 4500 s", {"MaxTime": 75}),
        ("MaxTime is about 90 min", {"MaxTime": 75}),
        ("MaxTime was 90 min", {"MaxTime": 75}),
        ("MaxTime 90 -> 75 min", {"MaxTime": 75}),
        ("MaxTime = 60-90 min", {"MaxTime": 75}),
        ("MaxTime = 60 or 90 min", {"MaxTime": 75}),
        ("MaxTime >= 90", {"MaxTime": 75}),
        ("MaxTime 90", {"MaxTime": 75}),
        ("MaxTime = 90 trials", {"MaxTime": 75}),
        ("MaxTime = 90 %", {"MaxTime": 75}),
        ("Ignored 3 trials", {"Ignored": 7}),
        ("Ignored: 3 trials", {"Ignored": 7}),
        ("MyMaxTime = 90", {"MaxTime": 75}),
        ("unlike Stage 3, BlockMin = 7", {"BlockMin": 10}),
        ("as Stage 3: BlockMin = 7", {"BlockMin": 10}),
        ("MaxTime = 90", {"MaxTime": "long"}),
        ("block = [10, 40]", {}),
        ("p_ratio = [8:1]", {"RewardFamily": 9}),
        ("p_ratio = [8:1]", {"RewardPairsN": "all"}),
        ("p_ratio = [8:1]", {"RewardFamily": 3, "task": "Uncoupled Baiting"}),
        ("p_sum = 0.3", {"task": "Uncoupled Baiting"}),
        ("p_rew = [0.1, 0.4]", {"task": "Coupled Baiting", "UncoupledReward": "0.1"}),
        ("p_rew = [0.1, 0.4]", {"task": "Uncoupled Baiting", "UncoupledReward": "often"}),
        ("p_rew = [0.1, 0.4]", {"task": "Uncoupled Baiting", "UncoupledReward": 1}),
        ("p_rew = [0.1, 0.4] or [0.1, 0.5]", {"task": "Uncoupled Baiting", "UncoupledReward": "0.1,0.5"}),
        ("turn off auto water", {"AutoReward": "off"}),
    ],
)
def test_what_agrees_or_cannot_be_read_for_certain_raises_no_alarm(text: str, settings: dict[str, Any]) -> None:
    assert of_stage(stage_with(text, **settings)) == []


def test_a_copy_of_a_stage_is_not_judged_again() -> None:
    document = shipped()
    document["parameters"]["Stage final"] |= {"description": "MaxTime = 90"}
    document["parameters"][GRADUATED] = dict(document["parameters"]["Stage final"])

    assert [one.stage for one in texts(read(document)) if "MaxTime" in one.sentence] == ["Stage final"]


def test_the_curriculum_is_described_wrongly_where_no_stage_is_as_it_says() -> None:
    document = quiet()
    document["curriculum_description"] = "AutoIgnore=25; max_len = 90 mins"

    (found,) = texts(read(document))

    assert (found.stage, found.parameter) == ("", "MaxTime")
    assert (
        "the description of the curriculum says 'max_len = 90 mins', but MaxTime is 75 in the first stage"
        in found.sentence
    )


def test_another_task_has_its_own_settings_and_no_phrases_of_this_one() -> None:
    document = free()
    document["parameters"]["Calm"] |= {"dummy_para_float": 2, "description": "dummy_para_float = 3; p_sum = 9"}

    assert of_stage(read(document), "Calm") == [("dummy_para_float", 3, 2)]


def test_nothing_is_said_of_a_task_that_nobody_knows() -> None:
    assert texts(read(maze(curriculum_description="walls = 3"))) == ()


# ---- rules ----


@pytest.mark.parametrize(
    ("condition", "text", "found"),
    [
        (f"{TRIALS} >= 300", "Finished trials >= 200", (200, 300)),
        (f"{TRIALS} >= 300", "finished_trials ≥ 200", (200, 300)),
        (f"300 <= {TRIALS}", "finished trials >= 200", (200, 300)),
        (f"{TRIALS} >= 300 and {TRIALS} < 600", "finished trials >= 200", (200, [300, 600])),
        (f"{TRIALS} < 300", "finished trials >= 300", (300, 300)),
        (f"{EFFICIENCY} >= 0.6", "efficiency >= 70%", (70, 0.6)),
        (f"{EFFICIENCY} >= -0.5", "efficiency >= 0.5", (0.5, -0.5)),
        ("np.mean(metrics.finished_trials[-5:]) >= 300", "mean finished trials >= 200", (200, 300)),
        ("all(x >= 300 for x in metrics.finished_trials[-3:])", "finished trials >= 200", (200, 300)),
        ("sum(x >= 300 for x in metrics.finished_trials[-5:]) >= 3", "finished trials >= 200", (200, 300)),
        ("metrics.session_total >= 10", "total sessions >= 12", (12, 10)),
        ("metrics.session_at_current_stage >= 2", "Just stay for 3 days", (3, 2)),
        ("np.mean(metrics.finished_trials[-5:]) >= 300", "mean over the last 3 sessions", (3, 5)),
        (f"0.3 < {EFFICIENCY} < 0.6", "efficiency > 0.4", (0.4, [0.3, 0.6])),
    ],
)
def test_a_number_that_the_condition_does_not_ask_for_is_found(condition: str, text: str, found: Any) -> None:
    assert of_rule(condition, text) == [("text-contradicts-values", *found)]


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (f"{TRIALS} >= 300 and {EFFICIENCY} >= 0.6", "Finished trials >= 300 and efficiency >= 60%"),
        (f"{TRIALS} >= 300", "finished trials > 299"),
        (f"{TRIALS} > 299", "finished trials >= 300"),
        (f"not {TRIALS} < 300", "finished trials >= 300"),
        (f"{TRIALS} >= 300", "not finished trials >= 200"),
        (f"{TRIALS} >= 300", "ignored trials >= 200"),
        (f"{TRIALS} >= 300", "sum of finished trials >= 200"),
        (f"{TRIALS} >= 300", "finished trials >= 200-300"),
        (f"{TRIALS} >= 300", "licks >= 200"),
        (f"{TRIALS} == 300", "finished trials >= 200"),
        (f"{TRIALS} + 100 >= 300", "finished trials >= 200"),
        (f"{TRIALS} >= 300 and {TRIALS} > {EFFICIENCY}", "finished trials >= 200"),
        (f"{TRIALS} >= 300 and {TRIALS} + 1 > 5", "finished trials >= 200"),
        (f"{TRIALS} >= 300 and len(metrics.finished_trials) > 2", "finished trials >= 200"),
        ("sum(x for x in metrics.finished_trials[-3:]) >= 300", "finished trials >= 200"),
        ("1 > 0", "finished trials >= 200"),
        (f"{EFFICIENCY} >= 0.6", "finished trials >= 200"),
        ("sum(x < 300 for x in metrics.finished_trials[-5:]) < 3", "finished trials >= 300 in the last 3 sessions"),
        ("sum(x >= 300 for x in metrics.finished_trials[-5:]) >= 3", "3 of the last 5 sessions"),
        (
            "np.mean(metrics.finished_trials[-5:]) >= 300 and metrics.finished_trials[-2] > 3",
            "over the last 3 sessions",
        ),
        ("np.mean(metrics.finished_trials) >= 300", "over the last 3 sessions"),
        (f"{TRIALS} >= 300", "over the last 3 sessions"),
        (f"{TRIALS} >=", "finished trials >= 200"),
        ("metrics.session_at_current_stage >= 3", "stay for >= 3 days"),
        ("metrics.session_at_current_stage > 2", "sessions at final >= 3"),
    ],
)
def test_a_description_that_agrees_or_is_not_certain_raises_no_alarm(condition: str, text: str) -> None:
    assert of_rule(condition, text) == []


@pytest.mark.parametrize(
    ("condition", "text", "found"),
    [
        (f"{TRIALS} < 300 and {EFFICIENCY} < 0.6", "finished trials < 300 or efficiency < 0.6", ("or", "and")),
        (f"{TRIALS} < 300 or {EFFICIENCY} < 0.6", "Finished trials < 300, and mean efficiency < 0.6", ("and", "or")),
        (
            f"({TRIALS} < 300 or {EFFICIENCY} < 0.6) and metrics.session_at_current_stage >= 3",
            "finished trials < 300 and efficiency < 0.6 and stay for >= 3 days",
            ("and", "or"),
        ),
    ],
)
def test_or_in_words_where_the_condition_says_and_is_found(condition: str, text: str, found: Any) -> None:
    assert of_rule(condition, text) == [("text-or-and", *found)]


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (f"{TRIALS} < 300 or {EFFICIENCY} < 0.6", "finished trials < 300 or efficiency < 0.6"),
        (f"not ({TRIALS} >= 300 and {EFFICIENCY} >= 0.6)", "finished trials < 300 or efficiency < 0.6"),
        (f"{TRIALS} < 300 and {EFFICIENCY} < 0.6", "finished trials < 300 though efficiency < 0.6"),
        (f"{TRIALS} < 300 and ({TRIALS} < 300 or {EFFICIENCY} < 0.6)", "finished trials < 300 or efficiency < 0.6"),
        (f"100 < {TRIALS} < 300", "finished trials > 100 and finished trials < 300"),
    ],
)
def test_and_and_or_that_agree_or_are_not_certain_raise_no_alarm(condition: str, text: str) -> None:
    assert of_rule(condition, text) == []


def test_a_name_that_two_metrics_end_with_names_neither() -> None:
    ignored = {"name": "ignored_trials", "title": "ignored trials"}

    assert of_rule(f"{TRIALS} >= 300", "trials >= 200", extra=(ignored,)) == []
    assert of_rule(f"{TRIALS} >= 300", "finished trials >= 200", extra=(ignored,)) != []


def test_a_text_of_any_length_is_judged_at_once_or_passed_over() -> None:
    long = "a b " * 900

    assert of_stage(stage_with(f"{long} MaxTime = 90"), "Stage 2") == [("MaxTime", 90, 75)]
    assert of_stage(stage_with(f"{long * 2} MaxTime = 90"), "Stage 2") == []
    assert of_rule(f"{TRIALS} >= 300", f"{long}, finished trials >= 200") != []
    assert of_rule(f"{TRIALS} >= 300", f"{long * 2}, finished trials >= 200") == []
