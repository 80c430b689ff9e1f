"""Where rules lead: what no mouse reaches, and where it is caught."""

import json

import pytest

from autotrain_core.analysis import structure
from autotrain_core.models import load_curriculum
from autotrain_core.services import shipped


def curriculum(stages, rules, *, broken=()):
    document = {
        "curriculum_schema_name": "DummyTaskCurriculum",
        "curriculum_schema_version": "2.0",
        "curriculum_name": "Ways",
        "curriculum_version": "1",
        "parameters": {
            stage: {"task": "Dummy task", "dummy_para_bool": True, "dummy_para_float": "high"} for stage in stages
        },
        "curriculum": {
            stage: {
                "transition_rules": [
                    {
                        "decision": "progress",
                        "to_stage": target,
                        "condition": "?" if (stage, target) in broken else "lambda metrics: metrics.session_total >= 2",
                    }
                    for source, target in rules
                    if source == stage
                ]
            }
            for stage in stages
        },
    }
    return load_curriculum(json.dumps(document).encode())


def kinds(found):
    return [(finding.kind, finding.stage) for finding in found]


def test_a_ladder_to_the_end_has_nothing_to_say():
    assert structure(curriculum(["a", "b"], [("a", "b"), ("b", "a"), ("b", "Graduated")])) == ()


def test_a_stage_that_nothing_leads_to_is_named():
    found = structure(curriculum(["a", "b", "c"], [("a", "c"), ("c", "Graduated"), ("b", "c")]))

    assert kinds(found) == [("stage-unreached", "b")]


def test_stages_between_which_a_mouse_is_caught_are_named_with_where_they_lead():
    ways = [("a", "b"), ("a", "Graduated"), ("b", "c"), ("c", "b"), ("c", "c")]

    found = structure(curriculum(["a", "b", "c"], ways))

    assert kinds(found) == [("stage-no-way-on", "b"), ("stage-no-way-on", "c")]
    assert "only to 'b'" in found[1].sentence


def test_a_stage_without_rules_catches_a_mouse():
    found = structure(curriculum(["a", "b"], [("a", "b"), ("a", "Graduated")]))

    assert kinds(found) == [("stage-no-way-on", "b")]
    assert "no rule leads on" in found[0].sentence


def test_where_nobody_graduates_that_is_said_once():
    found = structure(curriculum(["a", "b", "c"], [("a", "b")]))

    assert kinds(found) == [("no-way-to-graduate", ""), ("stage-unreached", "c")]


def test_a_rule_whose_condition_is_not_right_yet_leads_on_all_the_same():
    assert structure(curriculum(["a"], [("a", "Graduated")], broken=[("a", "Graduated")])) == ()


def test_a_rule_to_a_stage_that_is_not_there_leads_nowhere():
    found = structure(curriculum(["a"], [("a", "nowhere"), ("a", "Graduated")]))

    assert found == ()


@pytest.mark.parametrize("read", shipped(), ids=lambda read: read.key)
def test_the_shipped_curricula_have_nothing_to_say(read):
    assert structure(read) == ()
