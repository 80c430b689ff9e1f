"""Documents in and out: what comes in goes out, and what is no curriculum is refused."""

import copy
import json
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autotrain_core.errors import DocumentError, NotStoredError
from autotrain_core.models import (
    DUMMY,
    DYNAMIC_FORAGING,
    Curriculum,
    Decision,
    check,
    file_identity,
    load_curriculum,
    new_curriculum,
    save_curriculum,
)
from autotrain_core.rules import parse
from tests.models.conftest import Document, Load


@pytest.fixture
def stored(reference: Path) -> dict[str, bytes]:
    """The documents of today's system: file name -> body."""
    files = sorted((reference / "data" / "curricula").glob("*.json"))
    assert len(files) == 22
    return {file.name: file.read_bytes() for file in files}


# ---- what comes in goes out ----


def test_every_document_of_today_is_written_back_to_the_byte(stored: dict[str, bytes]) -> None:
    for name, body in stored.items():
        curriculum = load_curriculum(body, source=name)

        assert save_curriculum(curriculum) == body
        assert curriculum.file_name == name
        assert curriculum.document == json.loads(body)


def test_the_documents_of_today_have_three_faults_and_no_more(stored: dict[str, bytes]) -> None:
    found = {
        name: [(finding.kind, finding.stage, finding.rule) for finding in check(curriculum)]
        for name, body in stored.items()
        if check(curriculum := load_curriculum(body, source=f"folder/{name}"))
    }

    assert found == {
        "Dummy task_curriculum_v0.1_schema_v1.0.json": [
            ("from-stage", "Stage final", None),
            ("condition", "Stage final", 1),
        ],
        "Dummy task_curriculum_v0.2_schema_v1.0.json": [("from-stage", "Stage final", None)],
    }


def test_the_broken_rule_of_a_stored_document_breaks_its_stage_only(stored: dict[str, bytes]) -> None:
    curriculum = load_curriculum(stored["Dummy task_curriculum_v0.1_schema_v1.0.json"])

    final = curriculum.stage("STAGE_FINAL")
    assert [rule.broken for rule in final.rules] == [True, False]
    assert final.rules[0].condition is None
    assert final.rules[0].condition_text.startswith("lambda metrics:")
    assert [stage.broken for stage in curriculum.stages] == [False, True, False]
    other = load_curriculum(stored["Dummy task_curriculum_v0.2_schema_v1.0.json"])
    assert not other.stage("STAGE_FINAL").broken


def test_extension_keys_survive_at_every_place_that_old_readers_ignore(document: Document) -> None:
    document["x-hash"] = {"of": ["everything", 1, 2.50, None, True]}
    document["curriculum"]["Stage 1"]["x-position"] = [1, 2]
    document["curriculum"]["Stage 1"]["transition_rules"][0]["x-id"] = "é ≥ \U0001f42d"
    body = json.dumps(document, indent=4).encode()

    curriculum = load_curriculum(body)

    assert curriculum.findings == ()
    assert save_curriculum(curriculum) == body


def test_the_spelling_of_numbers_survives(document: Document) -> None:
    document["parameters"]["Stage 1"] |= {"BlockMin": 10.0, "ResponseTime": 5, "ITIMin": 1e-3}
    body = json.dumps(document, indent=4).encode()

    curriculum = load_curriculum(body)

    assert curriculum.findings == ()
    assert save_curriculum(curriculum) == body
    assert type(curriculum.stage("STAGE_1").parameters["BlockMin"]) is float
    assert type(curriculum.stage("STAGE_1").parameters["ResponseTime"]) is int


def test_any_layout_is_read_and_one_is_written(document: Document) -> None:
    document["curriculum_description"] = "µL"
    compact = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()

    saved = save_curriculum(load_curriculum(compact))

    assert saved == json.dumps(document, indent=4).encode()
    assert save_curriculum(load_curriculum(saved)) == saved


# ---- what is understood ----


def test_a_document_is_understood(document: Document, load: Load) -> None:
    curriculum = load(document)

    assert curriculum.key == "Coupled Baiting@2.3"
    assert (curriculum.name, curriculum.version) == ("Coupled Baiting", "2.3")
    assert (curriculum.schema_version, curriculum.schema_name) == ("1.0", "DynamicForagingCurriculum")
    assert curriculum.description == document["curriculum_description"]
    assert curriculum.task is DYNAMIC_FORAGING
    assert curriculum.metrics == DYNAMIC_FORAGING.metrics
    assert curriculum.on_missing == "false"
    assert [stage.name for stage in curriculum.stages] == list(document["parameters"])
    assert [stage.label for stage in curriculum.stages] == [
        "STAGE_1_WARMUP",
        "STAGE_1",
        "STAGE_2",
        "STAGE_3",
        "STAGE_FINAL",
        "GRADUATED",
    ]
    assert curriculum.first_stage.label == "STAGE_1_WARMUP"
    assert [stage.terminal for stage in curriculum.stages] == [False] * 5 + [True]
    assert not any(stage.broken for stage in curriculum.stages)


def test_a_curriculum_needs_no_description(document: Document, load: Load) -> None:
    del document["curriculum_description"]

    curriculum = load(document)

    assert (curriculum.description, curriculum.findings) == ("", ())


def test_a_rule_is_understood(document: Document, load: Load) -> None:
    written = document["curriculum"]["Stage 2"]["transition_rules"][1]

    rule = load(document).stage("Stage 2").rules[1]

    assert rule.decision is Decision.ROLLBACK
    assert rule.to_stage == "Stage 1"
    assert rule.condition_text == written["condition"]
    assert rule.condition == parse(written["condition"])
    assert rule.description == written["condition_description"]
    assert not rule.broken


def test_the_first_stage_is_the_first_that_the_document_lists(document: Document, load: Load) -> None:
    document["parameters"] = {
        name: document["parameters"][name] for name in ("Stage 2", "Stage 1", "Stage 3", "Stage final")
    }
    del document["curriculum"]["Stage 1 w/warmup"]

    curriculum = load(document)

    assert curriculum.errors == ()
    assert curriculum.first_stage.name == "Stage 2"


def test_graduated_is_there_even_where_no_parameters_list_it(document: Document, load: Load) -> None:
    del document["parameters"]["Graduated"]

    curriculum = load(document)

    assert curriculum.findings == ()
    graduated = curriculum.stages[-1]
    assert (graduated.name, graduated.label, graduated.terminal) == ("Graduated", "GRADUATED", True)
    assert (dict(graduated.parameters), graduated.rules, graduated.broken) == ({}, (), False)


def test_a_stage_is_found_by_both_of_its_names(document: Document, load: Load) -> None:
    curriculum = load(document)

    assert curriculum.stage("Stage 1 w/warmup") is curriculum.stage("STAGE_1_WARMUP")
    with pytest.raises(NotStoredError) as caught:
        curriculum.stage("Stage 22")
    assert str(caught.value) == (
        "Coupled Baiting@2.3 has no stage 'Stage 22' (its stages are Stage 1 w/warmup, Stage 1, Stage 2, "
        "Stage 3, Stage final, Graduated); did you mean 'Stage 2'?"
    )


def test_the_document_of_a_curriculum_may_be_changed_freely(document: Document, load: Load) -> None:
    curriculum = load(document)

    curriculum.document["parameters"].clear()

    assert curriculum.document == document
    with pytest.raises(TypeError):
        curriculum.stage("Stage 1").parameters["BlockMin"] = 1  # type: ignore[index]


def test_a_curriculum_can_be_compared_hashed_copied_and_pickled(document: Document, load: Load) -> None:
    curriculum = load(document)
    again = load(document)
    document["x"] = 1

    assert curriculum == again
    assert hash(curriculum) == hash(again)
    assert curriculum != load(document)
    assert copy.deepcopy(curriculum) == curriculum
    copied: Curriculum = pickle.loads(pickle.dumps(curriculum))
    assert copied == curriculum
    assert pickle.loads(pickle.dumps(load(document | {"curriculum": {}}))).first_stage.broken
    assert copied.task == curriculum.task
    with pytest.raises(TypeError):
        copied.first_stage.parameters["BlockMin"] = 1  # type: ignore[index]


# ---- what is no curriculum at all ----


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "it is not JSON: Expecting value (line 1, column 1)"),
        (b'{"a": 1,}', "it is not JSON: "),
        (b"\xff\xfe{\x00}\x00", "it is not UTF-8 (byte 1); save it as UTF-8"),
        (b"\xef\xbb\xbf{}", "it begins with a byte order mark; save it as UTF-8 without one"),
        (b"[]", "it is no JSON object, which is what curricula and tasks are"),
        (b"null", "it is no JSON object, which is what curricula and tasks are"),
        (b'{"a": 1, "b": 2, "a": 3}', "the key 'a' stands twice in one object; keep one of the two"),
        (b'[{"a": {"b": 1, "b": 1}}]', "the key 'b' stands twice in one object; keep one of the two"),
        (b'{"a": NaN}', "NaN is no number of JSON"),
        (b'{"a": -Infinity}', "-Infinity is no number of JSON"),
        (b'{"a": 1e999}', "the number 1e999 is too large"),
        (b'{"a": ' + b"7" * 5_000 + b"}", "a number has 5,000 characters, of at most 40"),
        (b'{"a": ' + b"7" * 41 + b"}", "a number has 41 characters, of at most 40"),
        (b'{"a": 0.' + b"7" * 5_000 + b"}", "a number has 5,002 characters, of at most 40"),
        (b"[" * 500_000, "it is nested more than 32 deep"),
        (b'{"a":' * 200_000, "it is nested more than 32 deep"),
        (b'{"a": ' + b"[" * 32 + b"]" * 32 + b"}", "it is nested more than 32 deep"),
        (rb'{"a": "\ud800"}', r"the text '\ud800' holds half of a surrogate pair, which is no character"),
        (rb'{"a\udfff": 1}', r"the text 'a\udfff' holds half of a surrogate pair, which is no character"),
        (b" " * 2_097_153, "it is 2,097,153 bytes long, of at most 2,097,152"),
        (b'{"a": [' + b"1," * 50_000 + b"1]}", "it holds more than 50,000 values"),
        (b'{"a": [' + b"{}," * 600_000 + b"{}]}", "it holds more than 50,000 values"),
        (
            b'{"a": "' + "é".encode() * 400_000 + b'"}',
            "it is 2,400,015 bytes long when written out, of at most 2,097,152",
        ),
    ],
    ids=range(23),
)
def test_what_is_no_json_object_of_bounded_size_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(DocumentError) as caught:
        load_curriculum(body, source="mine.json")

    assert str(caught.value).startswith(f"mine.json cannot be read: {why}")
    assert len(str(caught.value)) < 200


def test_the_bounds_themselves_are_allowed(document: Document, load: Load) -> None:
    document["x"] = [int("9" * 40), "\U0001f42d", json.loads("[" * 30 + "]" * 30)]

    assert load(document).findings == ()


def test_a_document_without_a_name_is_called_the_document() -> None:
    with pytest.raises(DocumentError, match=r"^the document cannot be read: "):
        load_curriculum(b"{")
    with pytest.raises(DocumentError, match=r"^the document is not a curriculum: "):
        load_curriculum(b"{}")


def test_every_gap_of_the_skeleton_is_listed_at_once() -> None:
    with pytest.raises(DocumentError) as caught:
        load_curriculum(b'{"curriculum_name": 3, "curriculum_description": [], "curriculum": []}', source="x")

    assert str(caught.value) == (
        "x is not a curriculum: 'curriculum_schema_name' is missing; 'curriculum_schema_version' is missing; "
        "'curriculum_name' must be a text, found 3; 'curriculum_version' is missing; "
        "'curriculum_description' must be a text, found a list of 0; 'parameters' is missing; "
        "'curriculum' must be an object with a key for each stage, found a list of 0"
    )


RULE = {"decision": "stay", "to_stage": "Stage 1", "condition": "lambda metrics: metrics.session_total > 1"}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"parameters": {}}, "'parameters' lists no stage"),
        ({"parameters": {"Stage 1": 4}}, "'Stage 1' in 'parameters' must be an object, found 4"),
        ({"curriculum": {"Stage 1": "x"}}, "'Stage 1' in 'curriculum' must be an object, found 'x'"),
        ({"curriculum": {"Stage 1": {}}}, "'transition_rules' of 'Stage 1' must be a list, found nothing"),
        (
            {"curriculum": {"Stage 1": {"transition_rules": {}}}},
            "'transition_rules' of 'Stage 1' must be a list, found an object of 0",
        ),
        (
            {"curriculum": {"Stage 1": {"transition_rules": [RULE, None, 7]}}},
            "rule 2 of 'Stage 1' must be an object, found null; rule 3 of 'Stage 1' must be an object, found 7",
        ),
        (
            {"curriculum": {"Stage 1": {}, "Stage 2": {"transition_rules": 3}}},
            "'transition_rules' of 'Stage 1' must be a list, found nothing; "
            "'transition_rules' of 'Stage 2' must be a list, found 3",
        ),
        ({"parameters": {f"S{i}": {} for i in range(101)}}, "'parameters' has 101 stages, of at most 100"),
        (
            {"curriculum": {f"S{i}": {"transition_rules": []} for i in range(101)}},
            "'curriculum' has 101 stages, of at most 100",
        ),
        (
            {"parameters": {"Stage 1": {f"p{i}": 0 for i in range(251)}}},
            "'Stage 1' has 251 parameters, of at most 250",
        ),
        (
            {"curriculum": {stage: {"transition_rules": [RULE] * 67} for stage in "abc"}},
            "it has 201 rules, of at most 200",
        ),
        (
            {"metrics": [{"name": f"m{i}"} for i in range(101)]},
            "'metrics' declares 101 metrics, of at most 100",
        ),
    ],
)
def test_a_document_without_the_skeleton_of_a_curriculum_is_refused(
    document: Document, load: Load, change: dict[str, Any], why: str
) -> None:
    with pytest.raises(DocumentError) as caught:
        load(document | change)

    assert str(caught.value) == f"the document is not a curriculum: {why}"


def test_the_largest_curriculum_is_read(document: Document, load: Load) -> None:
    stages = [f"Stage {i}" for i in range(100)]
    document |= {
        "curriculum_schema_version": "2.0",
        "parameters": {stage: {f"p{i}": 0 for i in range(250)} for stage in stages},
        "curriculum": {stage: {"transition_rules": [RULE] * 2} for stage in stages},
        "metrics": [{"name": f"m{i}"} for i in range(100)],
    }

    curriculum = load(document)

    assert len(curriculum.stages) == 101
    assert len(curriculum.metrics) == 102


def test_a_long_list_of_gaps_ends_after_twenty(document: Document, load: Load) -> None:
    document["parameters"] = {f"Stage {i}": None for i in range(30)}

    with pytest.raises(DocumentError) as caught:
        load(document)

    assert str(caught.value).count("; ") == 19


# ---- making a new one ----


def test_a_new_curriculum_without_errors_is_made(document: Document) -> None:
    curriculum = new_curriculum(document)

    assert save_curriculum(curriculum) == json.dumps(document, indent=4).encode()


def test_a_new_curriculum_may_have_warnings(free: Document) -> None:
    del free["curriculum"]["Free licking"]

    assert [finding.kind for finding in new_curriculum(free).findings] == ["no-rules"]


def test_a_new_curriculum_with_errors_is_refused_with_all_of_them(document: Document) -> None:
    document["on_missing"] = "never"
    document["parameters"]["Stage 1"]["BlockMin"] = 99
    document["curriculum"]["Stage 2"]["transition_rules"][1]["to_stage"] = "Stage 9"

    with pytest.raises(DocumentError) as caught:
        new_curriculum(document)

    assert str(caught.value).splitlines() == [
        "Coupled Baiting 2.3: 'on_missing' must be 'false' or 'stay', found 'never'; it is read as 'stay'",
        "Coupled Baiting 2.3, Stage 1: BlockMin (99) is more than BlockMax (20); change one",
        "Coupled Baiting 2.3, Stage 2, rule 2: no stage is called 'Stage 9' (the stages are "
        "Stage 1 w/warmup, Stage 1, Stage 2, Stage 3, Stage final, Graduated)",
    ]


def test_a_new_curriculum_is_checked_against_the_tasks_that_are_given(free: Document) -> None:
    mine = replace(DUMMY, schema_name="Mine")

    assert new_curriculum(free | {"curriculum_schema_name": "Mine"}, tasks={"Mine": mine}).task is mine
    with pytest.raises(DocumentError, match="no task 'Mine' is known"):
        new_curriculum(free | {"curriculum_schema_name": "Mine"})


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, object()])
def test_what_json_cannot_write_is_no_document(document: Document, value: object) -> None:
    document["x"] = value

    with pytest.raises(DocumentError, match=r"^the document cannot be written as JSON: "):
        new_curriculum(document)


def test_a_document_that_holds_itself_is_no_document(document: Document) -> None:
    document["x"] = document

    with pytest.raises(DocumentError, match=r"^the document cannot be written as JSON: "):
        new_curriculum(document)


# ---- file names ----


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("Coupled Baiting_curriculum_v2.3_schema_v1.0.json", ("Coupled Baiting", "2.3", "1.0")),
        ("s3://bucket/a b/X_curriculum_v2.3.1rwdDelay159_schema_v1.0.json", ("X", "2.3.1rwdDelay159", "1.0")),
        ("C:\\saved\\X_curriculum_v1_schema_v2.0.json", ("X", "1", "2.0")),
        ("X_curriculum_v1_schema_v2.0.json/other.json", None),
        ("X_curriculum_v1_schema_v2.0.json.bak", None),
        ("X_curriculum_v1_schema_v2.0_json", None),
        ("_curriculum_v1_schema_v2.0.json", None),
        ("", None),
    ],
)
def test_a_file_name_says_what_is_inside(source: str, found: tuple[str, str, str] | None) -> None:
    assert file_identity(source) == found
