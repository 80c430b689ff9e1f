"""Metrics that a document declares for itself."""

from typing import Any

import pytest

from autotrain_core.models import (
    DYNAMIC_FORAGING,
)
from autotrain_core.rules import Metric
from tests.models.conftest import Document, Load, error, only


def test_a_document_may_declare_metrics_and_use_them(document: Document, load: Load) -> None:
    document["metrics"] = [
        {
            "name": "ignore_rate",
            "title": "ignored",
            "unit": "",
            "minimum": 0,
            "maximum": 1,
            "integer": False,
            "description": "Trials without response, of all.",
        },
        {"name": "double_dips", "integer": True, "minimum": None},
    ]
    rule = document["curriculum"]["Stage 1"]["transition_rules"][0]
    rule["condition"] = "lambda metrics:\n    metrics.ignore_rate[-1] < 0.2"

    curriculum = load(document)

    assert curriculum.findings == ()
    assert curriculum.metrics == (
        *DYNAMIC_FORAGING.metrics,
        Metric(
            name="ignore_rate",
            title="ignored",
            minimum=0,
            maximum=1,
            description="Trials without response, of all.",
        ),
        Metric(name="double_dips", title="double dips", integer=True),
    )


@pytest.mark.parametrize(
    ("declared", "parameter", "sentence"),
    [
        ({"name": "x"}, "", "'metrics' must be a list of objects, found an object of 1"),
        (["x"], "", "metric 1 must be an object, found 'x'"),
        ([{"title": "x"}], "", "metric 1 needs a 'name', the column of the session table"),
        ([{"name": 4}], "", "metric 1 needs a 'name', the column of the session table"),
        (
            [{"name": "finished_trials"}],
            "finished_trials",
            "the metric 'finished_trials' is there already; declare it once",
        ),
        (
            [{"name": "at_stage"}],
            "at_stage",
            "the metric 'at_stage' is a name that every condition already has",
        ),
        (
            [{"name": "session_total"}],
            "session_total",
            "the metric 'session_total' is a name that every condition already has",
        ),
        (
            [{"name": "session_at_current_stage"}],
            "session_at_current_stage",
            "the metric 'session_at_current_stage' is a name that every condition already has",
        ),
        ([{"name": "x", "minimum": "0"}], "x", "minimum of the metric 'x' must be a number, found '0'"),
        ([{"name": "x", "maximum": True}], "x", "maximum of the metric 'x' must be a number, found true"),
        ([{"name": "x", "integer": 1}], "x", "integer of the metric 'x' must be true or false, found 1"),
        ([{"name": "x", "unit": None}], "x", "unit of the metric 'x' must be a text, found null"),
        ([{"name": "x", "title": 1}], "x", "title of the metric 'x' must be a text, found 1"),
        ([{"name": "x", "description": 1}], "x", "description of the metric 'x' must be a text, found 1"),
        (
            [{"name": "x", "minimun": 1}],
            "x",
            "the metric 'x' has an unknown key 'minimun'; did you mean 'minimum'?",
        ),
        (
            [{"name": "x", "colour": 1}],
            "x",
            "the metric 'x' has an unknown key 'colour'; the keys are name, title, unit, minimum, maximum, "
            "integer, description",
        ),
        (
            [{"name": "x", "minimum": 2, "maximum": 1.5}],
            "x",
            "minimum (2) of the metric 'x' is more than its maximum (1.5)",
        ),
    ],
)
def test_a_declaration_that_cannot_be_used_is_an_error(
    document: Document, load: Load, declared: Any, parameter: str, sentence: str
) -> None:
    curriculum = load(document | {"metrics": declared})

    assert only(curriculum) == error("metric", sentence, parameter=parameter)
    assert curriculum.metrics == DYNAMIC_FORAGING.metrics


@pytest.mark.parametrize("name", ["", "1st", "a-b", "a b", "lambda", "_x", "é", "ﬁnished", "x" * 121])
def test_a_metric_that_no_condition_could_name_is_an_error(document: Document, load: Load, name: str) -> None:
    sentence = only(load(document | {"metrics": [{"name": name}]})).sentence

    assert sentence.endswith(" cannot stand after 'metrics.'; use letters, digits and '_', beginning with a letter")


def test_of_two_declarations_of_one_metric_the_first_counts(document: Document, load: Load) -> None:
    document["metrics"] = [{"name": "x", "minimum": 1, "maximum": 1}, {"name": "x"}, {"name": "X_1"}]

    curriculum = load(document)

    assert only(curriculum) == error("metric", "the metric 'x' is there already; declare it once", parameter="x")
    assert [metric.name for metric in curriculum.metrics[2:]] == ["x", "X_1"]
    assert curriculum.metrics[2].minimum == 1


@pytest.mark.parametrize("name", ["subject_id", "session", "session_date", "current_stage_actual"])
def test_what_says_which_session_it_was_is_no_measurement(name: str, document: Document, load: Load) -> None:
    document["metrics"] = [{"name": name}]

    finding = only(load(document))

    assert finding.kind == "metric"
    assert finding.sentence == f"the metric '{name}' is a column that says which session it was, not what was measured"
