"""Whatever comes in: a curriculum, or a `DocumentError`, and never anything else."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autotrain_core.errors import AutotrainError, DocumentError, NotStoredError
from autotrain_core.models import (
    Curriculum,
    Severity,
    load_curriculum,
    new_curriculum,
    rig_parameters,
    save_curriculum,
    task_from_json_schema,
)
from tests.models.conftest import PROJECT, Document
from tests.models.test_schema_tasks import MAZE

SHIPPED = [file.read_bytes() for file in sorted((PROJECT / "curriculums").rglob("*.json"))]
SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    # Words that mean something at one place and nothing at another.
    st.sampled_from(
        ["Stage 1", "STAGE_1", "Graduated", "progress", "1.0", "2.0", "stay", "lambda metrics: metrics.x[-1] > 1"]
    ),
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(
    [
        "curriculum_schema_name",
        "curriculum_schema_version",
        "curriculum_name",
        "curriculum_version",
        "curriculum_description",
        "parameters",
        "curriculum",
        "metrics",
        "on_missing",
    ]
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a document, from the top down."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in children:
        yield (*path, key)
        yield from places(inner, (*path, key))


def change(document: Any, path: tuple[Any, ...], how: str, value: Any) -> None:
    """Spoil a document in one place."""
    *above, key = path
    for step in above:
        document = document[step]
    match how, document:
        case "replace", _:
            document[key] = value
        case "remove", _:
            del document[key]
        case "double", list():
            document.append(document[key])
        case "rename", dict():
            document[str(value)] = document.pop(key)
        case _:
            document[key] = [document[key]]


@st.composite
def spoiled(draw: st.DrawFn, originals: list[bytes]) -> Document:
    document: Document = json.loads(draw(st.sampled_from(originals)))
    for _ in range(draw(st.integers(1, 4))):
        paths = list(places(document))
        path = draw(st.sampled_from(paths)) if paths else ("x",)
        how = draw(st.sampled_from(["replace", "remove", "double", "rename", "wrap"])) if paths else "replace"
        change(document, path, how, draw(VALUES))
    return document


def loaded(body: bytes) -> Curriculum | None:
    try:
        return load_curriculum(body)
    except DocumentError as error:
        assert type(error) is DocumentError
        assert len(str(error)) < 5_000
        return None


def is_sound(curriculum: Curriculum) -> None:
    """Whatever is wrong with it, the others can rely on this."""
    names = [stage.name for stage in curriculum.stages]
    labels = [stage.label for stage in curriculum.stages]
    assert len(set(names)) == len(names)
    assert len(set(labels)) == len(labels)
    assert "Graduated" in names
    assert len({metric.name for metric in curriculum.metrics}) == len(curriculum.metrics)
    for stage in curriculum.stages:
        assert not (stage.broken and stage.terminal)
        assert curriculum.stage(stage.name) is stage
        if not stage.broken and not stage.terminal:
            assert all(rule.condition is not None and rule.decision is not None for rule in stage.rules)
            assert all(rule.to_stage in names and not rule.broken for rule in stage.rules)
        elif stage.broken:
            assert any(finding.severity is Severity.ERROR for finding in curriculum.findings)
        try:
            sent = rig_parameters(curriculum, stage.name)
        except (DocumentError, NotStoredError):
            continue
        assert all(isinstance(value, str | bool) for value in sent.values())
    for finding in curriculum.findings:
        assert json.loads(json.dumps(finding.as_json())) == finding.as_json()
        assert re.fullmatch(r"[a-z-]+", finding.kind)
        assert finding.sentence.isprintable() or finding.kind == "condition"
        assert str(finding).endswith(finding.sentence)
        assert str(finding).split("\n")[0].isprintable()


def goes_round(curriculum: Curriculum) -> None:
    saved = save_curriculum(curriculum)
    assert load_curriculum(saved) == curriculum
    assert save_curriculum(load_curriculum(saved)) == saved
    assert json.loads(saved) == curriculum.document


@given(st.binary(max_size=200))
def test_any_bytes(body: bytes) -> None:
    assert loaded(body) is None


@given(st.dictionaries(KEYS, VALUES) | VALUES)
def test_any_json(value: Any) -> None:
    curriculum = loaded(json.dumps(value).encode())

    if curriculum is not None:
        is_sound(curriculum)
        goes_round(curriculum)


@settings(max_examples=150)
@given(spoiled(SHIPPED))
def test_a_true_document_spoiled_in_a_few_places(document: Document) -> None:
    curriculum = loaded(json.dumps(document).encode())

    if curriculum is not None:
        is_sound(curriculum)
        goes_round(curriculum)


@settings(max_examples=50)
@given(document=spoiled(SHIPPED))
def test_a_new_curriculum_has_no_errors_or_is_none(document: Document) -> None:
    try:
        curriculum = new_curriculum(document)
    except DocumentError:
        return

    assert curriculum.errors == ()


@settings(max_examples=60)
@given(st.sampled_from(SHIPPED), st.data())
def test_a_true_document_with_other_bytes_in_it(body: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(body)))
    length = data.draw(st.integers(0, 3))
    inserted = data.draw(
        st.binary(max_size=4) | st.sampled_from([b"{", b"]", b'"', b",", b"\\ud800", b"1e999", b"NaN"])
    )

    curriculum = loaded(body[:place] + inserted + body[place + length :])

    if curriculum is not None:
        is_sound(curriculum)
        goes_round(curriculum)


def test_the_stored_documents_spoiled(reference: Path) -> None:
    stored = [path.read_bytes() for path in sorted((reference / "data" / "curricula").glob("*.json"))]

    @settings(max_examples=60)
    @given(spoiled(stored))
    def spoil_them(document: Document) -> None:
        curriculum = loaded(json.dumps(document).encode())
        if curriculum is not None:
            is_sound(curriculum)
            goes_round(curriculum)

    spoil_them()


@settings(max_examples=150)
@given(spoiled([json.dumps(MAZE).encode()]))
def test_a_task_document_spoiled_in_a_few_places(document: Document) -> None:
    try:
        task = task_from_json_schema(json.dumps(document).encode())
    except DocumentError as error:
        assert type(error) is DocumentError
        return

    assert all(field.kind != "other" for field in task.fields)
    _, faults = task.read({"shortest": 1, "longest": "x", "Stage 1": None}, stage="x")
    assert all(fault.sentence for fault in faults)


@given(VALUES)
def test_any_json_as_a_task(value: Any) -> None:
    with pytest.raises(AutotrainError):
        task_from_json_schema(json.dumps(value).encode())
