"""What is wrong with a rule or with the parameters of a stage."""

from typing import Any

import pytest

from tests.models.conftest import Document, Load, broken_stages, error, only

STAGES = "Stage 1 w/warmup, Stage 1, Stage 2, Stage 3, Stage final, Graduated"


def spoil(document: Document, **changes: Any) -> Document:
    """Change the second rule of stage 2."""
    document["curriculum"]["Stage 2"]["transition_rules"][1] |= changes
    return document


@pytest.mark.parametrize(
    ("value", "end"),
    [
        ("Progress", "'Progress'; did you mean 'progress'?"),
        ("PROGRESS", "'PROGRESS'; did you mean 'progress'?"),
        ("graduate", "'graduate'"),
        (None, "null"),
        (1, "1"),
        (["stay"], "a list of 1"),
    ],
)
def test_another_decision_breaks_the_rule(document: Document, load: Load, value: Any, end: str) -> None:
    curriculum = load(spoil(document, decision=value))

    assert only(curriculum) == error(
        "decision", f"'decision' must be 'stay' or 'progress' or 'rollback', found {end}", "Stage 2", 2
    )
    assert broken_stages(curriculum) == ["Stage 2"]
    first, second = curriculum.stage("Stage 2").rules
    assert (second.decision, second.broken, first.broken) == (None, True, False)
    assert second.condition is not None


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("Stage 4", f"no stage is called 'Stage 4' (the stages are {STAGES})"),
        (
            "STAGE_FINAL",
            f"no stage is called 'STAGE_FINAL' (the stages are {STAGES}); did you mean 'Stage final'?",
        ),
        ("", f"no stage is called '' (the stages are {STAGES})"),
        (None, "'to_stage' must name a stage, found null"),
        (3, "'to_stage' must name a stage, found 3"),
    ],
)
def test_a_rule_to_nowhere_is_broken(document: Document, load: Load, value: Any, sentence: str) -> None:
    curriculum = load(spoil(document, to_stage=value))

    assert only(curriculum) == error("to-stage", sentence, "Stage 2", 2)
    assert broken_stages(curriculum) == ["Stage 2"]
    assert curriculum.stage("Stage 2").rules[1].to_stage == (value if isinstance(value, str) else "")


def test_a_rule_may_lead_to_graduated_though_no_parameters_list_it(document: Document, load: Load) -> None:
    del document["parameters"]["Graduated"]

    assert load(spoil(document, to_stage="Graduated")).findings == ()


@pytest.mark.parametrize(
    ("changes", "rest"),
    [({"condition": None}, "null"), ({"condition": 4}, "4"), ({"condition": ["x"]}, "a list of 1")],
)
def test_a_condition_that_is_no_text_breaks_the_rule(
    document: Document, load: Load, changes: Document, rest: str
) -> None:
    curriculum = load(spoil(document, **changes))

    assert only(curriculum) == error(
        "condition", f"'condition' must be a text, 'lambda metrics: …', found {rest}", "Stage 2", 2
    )
    rule = curriculum.stage("Stage 2").rules[1]
    assert (rule.condition_text, rule.condition, rule.broken) == ("", None, True)


def test_a_rule_without_any_keys_is_broken_and_all_gaps_are_listed(document: Document, load: Load) -> None:
    document["curriculum"]["Stage 2"]["transition_rules"] = [{}]

    assert [finding.kind for finding in load(document).findings] == ["decision", "to-stage", "condition"]


def test_every_problem_of_a_condition_is_shown_with_its_place_and_remedy(document: Document, load: Load) -> None:
    text = "lambda metrics:\n    metrics.finished_trails[-1] >= 200\n    or\n    metrics.session_totl > 3"

    curriculum = load(spoil(document, condition=text))

    assert [str(finding) for finding in curriculum.findings] == [
        "Stage 2, rule 2: no metric is called 'finished_trails'\n"
        "    metrics.finished_trails[-1] >= 200\n"
        "            ^ did you mean 'finished_trials'?",
        "Stage 2, rule 2: no metric is called 'session_totl'\n"
        "    metrics.session_totl > 3\n"
        "            ^ did you mean 'session_total'?",
    ]
    assert {finding.kind for finding in curriculum.findings} == {"condition"}
    rule = curriculum.stage("Stage 2").rules[1]
    assert (rule.condition_text, rule.condition, rule.broken) == (text, None, True)
    assert broken_stages(curriculum) == ["Stage 2"]


def test_one_text_in_many_rules_is_checked_in_each(document: Document, load: Load) -> None:
    for stage in ("Stage 1", "Stage 2"):
        document["curriculum"][stage]["transition_rules"][0]["condition"] = "__import__('os')"

    places = {(finding.stage, finding.rule) for finding in load(document).findings}

    assert places == {("Stage 1", 1), ("Stage 2", 1)}


def test_a_description_that_is_no_text_breaks_nothing(document: Document, load: Load) -> None:
    curriculum = load(spoil(document, condition_description=7))

    assert only(curriculum) == error("condition", "'condition_description' must be a text, found 7", "Stage 2", 2)
    assert broken_stages(curriculum) == []
    assert curriculum.stage("Stage 2").rules[1].description == ""


def test_a_rule_needs_no_description(document: Document, load: Load) -> None:
    del document["curriculum"]["Stage 2"]["transition_rules"][0]["condition_description"]

    curriculum = load(document)

    assert curriculum.findings == ()
    assert curriculum.stage("Stage 2").rules[0].description == ""


def test_after_two_hundred_slips_no_nearest_name_is_looked_for(document: Document, load: Load) -> None:
    slip = {"decision": "Stay", "to_stage": "stage final", "condition": "lambda metrics: metrics.session_total > 1"}
    document["curriculum"]["Stage 1"]["transition_rules"] = [slip] * 150

    offers = [finding.sentence.endswith("?") for finding in load(document).findings]

    assert offers == [True] * 200 + [False] * 100
    assert load(document).findings[-1].sentence == f"no stage is called 'stage final' (the stages are {STAGES})"


# ---- parameters ----


def test_parameters_that_do_not_fit_are_listed_with_stage_and_field(document: Document, load: Load) -> None:
    document["parameters"]["Stage 1"] |= {"MaxTime": 10.5, "BlokMin": 1}
    del document["parameters"]["Graduated"]["ITIMin"]

    assert load(document).findings == (
        error(
            "parameter-unknown",
            "the task has no parameter 'BlokMin'; did you mean 'BlockMin'?",
            "Stage 1",
            parameter="BlokMin",
        ),
        error(
            "parameter-type",
            "MaxTime must be a whole number from 1 to 1440 min; found 10.5",
            "Stage 1",
            parameter="MaxTime",
        ),
        error(
            "parameter-missing",
            "ITIMin is missing; it is a number from 0 to 600 s",
            "Graduated",
            parameter="ITIMin",
        ),
    )


def test_in_schema_1_a_stage_has_to_say_its_name(document: Document, load: Load) -> None:
    del document["parameters"]["Stage 1"]["training_stage"]

    assert only(load(document)) == error(
        "parameter-missing", "training_stage is missing; it is a text", "Stage 1", parameter="training_stage"
    )


def test_wrong_parameters_break_no_stage(document: Document, load: Load) -> None:
    document["parameters"]["Stage 1"] = {}

    curriculum = load(document)

    assert len(curriculum.findings) > 20
    assert broken_stages(curriculum) == []


def test_findings_come_in_the_order_of_the_document(document: Document, load: Load) -> None:
    document |= {"curriculum_version": "@", "on_missing": 1, "metrics": 1}
    document["parameters"]["Stage 1"]["MaxTime"] = 0
    document["parameters"]["Stage 3"]["MaxTime"] = 0
    document["curriculum"]["Stage 1"]["from_stage"] = ""
    document["curriculum"]["Stage 3"]["from_stage"] = ""
    document["curriculum"]["Stage 5"] = {"transition_rules": []}

    places = [(finding.kind, finding.stage) for finding in load(document).findings]

    assert places == [
        ("unsafe-name", ""),
        ("on-missing", ""),
        ("metric", ""),
        ("parameter-bounds", "Stage 1"),
        ("parameter-bounds", "Stage 3"),
        ("from-stage", "Stage 1"),
        ("from-stage", "Stage 3"),
        ("no-parameters", "Stage 5"),
    ]
