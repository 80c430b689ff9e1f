"""A draft in the store: what comes back, what is refused, and of which task it is."""

import json

import pytest

from autotrain_core.editing import Draft, document_bytes, draft_from_bytes, draft_to_bytes, task_of
from autotrain_core.errors import DocumentError
from autotrain_core.models import DUMMY, Curriculum, _reader, load_curriculum
from tests.editing import drawn

MAZE = json.dumps(
    {
        "x-schema-name": "MazeCurriculum",
        "title": "Maze",
        "type": "object",
        "properties": {"arms": {"type": "integer", "minimum": 2}},
        "required": ["arms"],
    }
)


def held(**changed) -> bytes:
    draft = json.loads(draft_to_bytes(drawn.draft(places={"Calm": (8.0, 16.5)})))
    return json.dumps({**draft, **changed}).encode()


def test_a_draft_comes_back_as_it_was_saved() -> None:
    draft = drawn.draft(places={"Calm": (8.0, -16.5)}, task_schema=MAZE, based_on="Licking@1")

    assert draft_from_bytes(draft_to_bytes(draft)) == draft


def test_a_document_in_a_draft_keeps_its_numbers_and_the_order_of_its_keys() -> None:
    document = {**drawn.free(), "z": [1.0, 1, True, -0.0, 1e300], "a": "é"}

    kept = draft_from_bytes(draft_to_bytes(drawn.draft(document)))

    assert document_bytes(kept.document) == document_bytes(document)


def test_a_draft_is_titled_by_name_and_version_that_are_safe_to_show() -> None:
    assert drawn.draft({**drawn.free(), "curriculum_name": "a\u202eb"}).title == "a\\u202eb 1"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"{", "cannot be read: it is not JSON"),
        (b"[]", "no JSON object, which is what drafts are"),
        (b"{}", "'draft_format' and 'based_on' and 'task_schema' and 'places' and 'document' missing"),
        (held(draft_format="2"), "a draft of the format '2'"),
        (held(based_on=None), "must be texts"),
        (held(task_schema=1), "must be texts"),
        (held(document=[]), "'document' must be an object, found a list of 0"),
        (held(document={}), "is not a curriculum"),
        (held(places=[]), "'places' must be an object"),
        (held(places={"Calm": [1]}), "each with"),
        (held(places={"Calm": [1, True]}), "each with"),
        (held(places={"Calm": [1, 1e9]}), "each with"),
        (held(places={"Calm": {"x": 1, "y": 2}}), "each with"),
        (held(task_schema="{"), "the task of the draft cannot be read"),
    ],
)
def test_what_is_no_draft_is_refused_with_a_reason(body: bytes, why: str) -> None:
    with pytest.raises(DocumentError, match=why.replace("[", r"\[")) as caught:
        draft_from_bytes(body)

    assert str(caught.value).startswith("the ")


def test_a_sentence_about_a_draft_says_where_it_came_from() -> None:
    with pytest.raises(DocumentError, match="drafts/7 is no draft"):
        draft_from_bytes(b"{}", "drafts/7")


def test_a_document_that_could_not_be_read_again_is_not_saved() -> None:
    with pytest.raises(DocumentError, match="is not a curriculum"):
        draft_to_bytes(Draft(document={"curriculum_name": "x"}))


def test_the_task_that_came_with_a_draft_is_known_in_it() -> None:
    document = {**drawn.free(), "curriculum_schema_name": "MazeCurriculum"}

    draft = drawn.draft(document, task_schema=MAZE)

    assert draft.curriculum().task is not None
    known = task_of(draft)
    assert known is not None
    assert known.name == "Maze"
    assert task_of(drawn.draft(document)) is None


def test_the_task_that_came_with_a_draft_goes_before_another_of_its_name() -> None:
    other = {"MazeCurriculum": DUMMY}

    assert drawn.draft(task_schema=MAZE).tasks(other)["MazeCurriculum"].name == "Maze"


def test_no_document_of_a_task_takes_the_place_of_what_every_rig_knows() -> None:
    schema = MAZE.replace("MazeCurriculum", "DummyTaskCurriculum")

    assert task_of(drawn.draft(task_schema=schema)) is DUMMY


LONG = f"lambda metrics: metrics.dummy_metric_int[-1] >= 5 {' ' * 3_900} and metrics.clicks[-1] > 2"


@pytest.mark.parametrize("condition", ["lambda metrics: metrics.clicks[-1] > 2", LONG])
def test_a_condition_that_was_read_before_is_judged_by_the_metrics_of_its_own_document(condition: str) -> None:
    document = free_with(condition)
    declared = {**document, "metrics": [{"name": "clicks"}]}

    found = [[load(one).findings, load(one).stages] for one in (document, declared)]
    again = [[anew(one).findings, anew(one).stages] for one in (document, declared)]

    assert found == again
    assert found[0] != found[1]


def free_with(condition: str):
    document = drawn.free()
    document["curriculum"]["Calm"]["transition_rules"][0]["condition"] = condition
    return document


def load(document) -> Curriculum:
    return Draft(document=document).curriculum()


def anew(document) -> Curriculum:
    _reader._parsed.cache_clear()
    return load_curriculum(json.dumps(document).encode())
