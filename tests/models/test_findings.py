"""What is wrong with a document as a whole, where, and what it says."""

import json
from dataclasses import replace
from typing import Any

import pytest

from autotrain_core.models import (
    DYNAMIC_FORAGING,
    Finding,
    Severity,
    check,
    tasks,
)
from autotrain_core.rules import Metric
from tests.models.conftest import Document, Load, broken_stages, error, only


def test_a_finding_prints_its_place_and_its_sentence() -> None:
    finding = error("to-stage", "no stage is called 'x'", "Stage 2", 1)

    assert str(finding) == "Stage 2, rule 1: no stage is called 'x'"
    assert str(error("from-stage", "a sentence", "Stage 2")) == "Stage 2: a sentence"
    assert str(error("on-missing", "a sentence")) == "a sentence"
    assert str(error("from-stage", "a sentence", "a\x1b[31m\n")) == "a\\x1b[31m\\n: a sentence"


def test_a_finding_is_written_as_json_with_every_key() -> None:
    finding = Finding(
        kind="parameter-type",
        severity=Severity.WARNING,
        sentence="a sentence",
        stage="Stage 2",
        parameter="ITIMin",
        witness={"trials": [1]},
    )

    assert json.loads(json.dumps(finding.as_json())) == {
        "kind": "parameter-type",
        "severity": "warning",
        "stage": "Stage 2",
        "rule": None,
        "parameter": "ITIMin",
        "sentence": "a sentence",
        "witness": {"trials": [1]},
    }
    assert hash(finding)


def test_a_true_document_has_no_findings(document: Document, load: Load) -> None:
    assert check(load(document)) == ()


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (
            "coupled Baiting_curriculum_v2.3_schema_v1.0.json",
            "the name is 'Coupled Baiting', but the file is named for 'coupled Baiting'; today's readers "
            "refuse the two to differ",
        ),
        (
            "a/Coupled Baiting_curriculum_v2.30_schema_v1.0.json",
            "the version is '2.3', but the file is named for '2.30'; today's readers refuse the two to differ",
        ),
        (
            "Coupled Baiting_curriculum_v2.3_schema_v1.1.json",
            "the schema version is '1.0', but the file is named for '1.1'; today's readers refuse the two to differ",
        ),
    ],
)
def test_the_document_has_to_agree_with_its_file_name(
    document: Document, load: Load, source: str, sentence: str
) -> None:
    assert only(load(document, source=source)) == error("file-name", sentence)


@pytest.mark.parametrize(
    "source", ["", "draft.json", "a/Coupled Baiting_curriculum_v2.3_schema_v1.0.json", "b\\curriculum.json"]
)
def test_a_file_named_otherwise_or_rightly_is_no_fault(document: Document, load: Load, source: str) -> None:
    assert load(document, source=source).findings == ()


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", "the name '' is empty"),
        ("  ", "the name '  ' is empty"),
        (" Coupled", "the name ' Coupled' begins or ends with a blank"),
        ("Coupled ", "the name 'Coupled ' begins or ends with a blank"),
        ("a/b", "the name 'a/b' holds /, which file names cannot"),
        ("a\\b<c>", "the name 'a\\b<c>' holds \\ < >, which file names cannot"),
        ('a:"|?*', "the name 'a:\"|?*' holds : \" | ? *, which file names cannot"),
        ("a\nb", "the name 'a\\nb' holds characters that cannot be seen"),
        ("a\u202eb", "the name 'a\\u202eb' holds characters that cannot be seen"),
        ("a\u200bb", "the name 'a\\u200bb' holds characters that cannot be seen"),
        (
            "a_curriculum_vb",
            "the name 'a_curriculum_vb' holds '_curriculum_v', which separates the parts of a file name",
        ),
        ("a_schema_vb", "the name 'a_schema_vb' holds '_schema_v', which separates the parts of a file name"),
        ("..", "the name '..' ends with a full stop, which file names cannot"),
        ("a.", "the name 'a.' ends with a full stop, which file names cannot"),
        ("m" * 121, f"the name '{'m' * 60}…' is 121 bytes long, of at most 120"),
        ("µ" * 61, f"the name '{'µ' * 60}…' is 122 bytes long, of at most 120"),
    ],
)
def test_names_that_no_file_can_bear_are_errors(document: Document, load: Load, name: str, fault: str) -> None:
    document["curriculum_name"] = name

    assert only(load(document)) == error("unsafe-name", fault)


@pytest.mark.parametrize("name", ["m" * 120, "Große Mäuse (β)", "a.b", "a_curriculum", "v1"])
def test_other_names_are_safe(document: Document, load: Load, name: str) -> None:
    document["curriculum_name"] = name

    assert load(document).findings == ()


@pytest.mark.parametrize(
    ("version", "fault"),
    [
        ("", "the version '' is empty"),
        ("1" * 61, f"the version '{'1' * 60}…' is 61 bytes long, of at most 60"),
        ("2@3", "the version '2@3' holds '@', which stands between name and version"),
    ],
)
def test_versions_that_no_file_can_bear_are_errors(document: Document, load: Load, version: str, fault: str) -> None:
    document["curriculum_version"] = version

    assert only(load(document)) == error("unsafe-name", fault)


def test_all_that_is_wrong_with_a_name_is_said(document: Document, load: Load) -> None:
    document["curriculum_name"] = " a/b_schema_v."

    sentences = [finding.sentence.partition("v.' ")[2] for finding in load(document).findings]

    assert sentences == [
        "begins or ends with a blank",
        "holds /, which file names cannot",
        "ends with a full stop, which file names cannot",
        "holds '_schema_v', which separates the parts of a file name",
    ]


@pytest.mark.parametrize("version", ["1.1", "0.2", "3.0", ""])
def test_under_an_unknown_schema_version_mice_stay_where_they_are(document: Document, load: Load, version: str) -> None:
    document["curriculum_schema_version"] = version

    curriculum = load(document)

    assert only(curriculum) == error(
        "schema-version",
        f"no schema version '{version}' is known (the versions are 1.0, 2.0): nobody knows what its "
        "rules mean, so mice stay where they are",
    )
    assert broken_stages(curriculum) == ["Stage 1 w/warmup", "Stage 1", "Stage 2", "Stage 3", "Stage final"]


def test_a_stage_without_rules_of_an_unknown_schema_is_broken_too(document: Document, load: Load) -> None:
    document["curriculum_schema_version"] = "3.0"
    del document["curriculum"]["Stage 1"]

    curriculum = load(document)

    assert [finding.kind for finding in curriculum.findings] == ["schema-version", "no-rules"]
    assert curriculum.stage("Stage 1").broken
    assert not curriculum.stage("Stage 1").terminal


def test_an_unknown_task_leaves_the_history_readable(document: Document, load: Load) -> None:
    document["curriculum_schema_name"] = "DynamicForagingCuriculum"
    document["metrics"] = [{"name": "bias_naive"}]
    document["parameters"]["Stage 1"]["BlockMin"] = "unchecked"
    rules = document["curriculum"]["Stage 1"]["transition_rules"]
    rules[0]["condition"] = "lambda metrics:\n    metrics.licks[-1] > 1 and metrics.bias_naive[-1] < 1"

    curriculum = load(document)

    assert only(curriculum) == error(
        "unknown-task",
        "no task 'DynamicForagingCuriculum' is known (the tasks are DynamicForagingCurriculum, "
        "DummyTaskCurriculum); install the package that brings it, or correct 'curriculum_schema_name'; "
        "did you mean 'DynamicForagingCurriculum'?",
    )
    assert curriculum.task is None
    assert broken_stages(curriculum) == []
    assert curriculum.metrics == (
        Metric(name="bias_naive", title="bias naive"),
        Metric(name="finished_trials", title="finished trials"),
        Metric(name="foraging_efficiency", title="foraging efficiency"),
        Metric(name="licks", title="licks"),
    )


def test_schema_1_knows_only_the_tasks_that_todays_readers_know(document: Document, load: Load) -> None:
    document["curriculum_schema_name"] = "Foraging2"
    mine = replace(DYNAMIC_FORAGING, schema_name="Foraging2")

    curriculum = load(document, tasks={"Foraging2": mine})

    assert only(curriculum) == error(
        "unknown-task",
        "schema 1.0 has no task 'Foraging2', and today's readers refuse it; write it as schema 2.0",
    )
    assert curriculum.task is mine


def test_the_tasks_can_be_given(document: Document, load: Load) -> None:
    curriculum = load(document, tasks={})

    assert curriculum.task is None
    assert "(the tasks are ); install" in only(curriculum).sentence
    assert load(document, tasks=tasks()).findings == ()


def test_on_missing_may_be_set_in_both_schemas(document: Document, free: Document, load: Load) -> None:
    assert load(document | {"on_missing": "stay"}).on_missing == "stay"
    assert load(document | {"on_missing": "false"}).on_missing == "false"
    assert load(free | {"on_missing": "stay"}).on_missing == "stay"
    assert load(document | {"on_missing": "stay"}).findings == ()


@pytest.mark.parametrize(("value", "shown"), [("Stay", "'Stay'"), (True, "true"), (None, "null"), ([], "a list of 0")])
def test_another_on_missing_is_an_error_and_read_carefully(
    document: Document, load: Load, value: Any, shown: str
) -> None:
    curriculum = load(document | {"on_missing": value})

    assert only(curriculum) == error(
        "on-missing", f"'on_missing' must be 'false' or 'stay', found {shown}; it is read as 'stay'"
    )
    assert curriculum.on_missing == "stay"
