"""A lab says once what its columns are called, and whose mice they are."""

import json

import pytest

from autotrain_core.errors import DocumentError
from autotrain_core.interop import Columns, columns_from, read_people, sessions_from_bytes

# ---- columns ----


def test_the_defaults_are_the_names_of_today() -> None:
    assert Columns().renames() == {
        "h2o": "subject_alias",
        "user_name": "trainer",
        "foraging_eff": "foraging_efficiency",
    }


def test_settings_name_what_is_called_otherwise() -> None:
    columns = columns_from({"trainer": "who", "metrics": {"finished_trials": "n"}}, source="autotrain.toml")

    assert columns.trainer == "who"
    assert columns.renames() == {
        "h2o": "subject_alias",
        "who": "trainer",
        "foraging_eff": "foraging_efficiency",
        "n": "finished_trials",
    }


def test_the_names_are_those_that_the_reader_takes() -> None:
    body = b"subject_id,user_name,h2o,weight_after\n447921,Ana,ZZ01,21.5\n"

    read = sessions_from_bytes(body, source="sessions.csv", renames=Columns().renames())

    assert read.to_dict("list") == {
        "subject_id": ["447921"],
        "trainer": ["Ana"],
        "subject_alias": ["ZZ01"],
        "weight_after": [21.5],
    }


def test_every_wrong_name_is_told_at_once() -> None:
    with pytest.raises(DocumentError) as caught:
        columns_from({"trainr": "who", "rig": 3, "PI": " ", "metrics": {"a": ""}}, source="autotrain.toml")

    assert str(caught.value).splitlines() == [
        "autotrain.toml cannot be used:",
        "  trainr: no column is called so; did you mean 'trainer'?",
        "  PI: the name of a column is needed, found ' '",
        "  rig: the name of a column is needed, found '3'",
        "  metrics.a: the name of a column is needed, found ''",
    ]


def test_metrics_are_a_table_of_names() -> None:
    with pytest.raises(DocumentError, match="metrics: a table of names is needed"):
        columns_from({"metrics": "finished_trials"}, source="autotrain.toml")


def test_two_of_our_names_cannot_be_one_column() -> None:
    with pytest.raises(DocumentError, match="rig: the column 'rig' is trainer already"):
        columns_from({"trainer": "rig"}, source="autotrain.toml")


# ---- people ----


def people(document: object) -> dict[str, str]:
    return dict(read_people(json.dumps(document).encode(), source="mouse_pi_mapping.json"))


@pytest.mark.parametrize(
    "document",
    [
        [{"subject_id": "447921", "PI": "Ana"}, {"subject_id": "690001", "PI": "Bo"}],
        [{"subject_id": 447921, "PI": " Ana ", "since": 2023}, {"subject_id": 690001.0, "PI": "Bo"}],
        {"447921": "Ana", " 690001 ": "Bo"},
        {"subject_id": ["447921", 690001], "PI": ["Ana", "Bo"]},
        {"subject_id": {"0": "447921", "1": "690001"}, "PI": {"1": "Bo", "0": "Ana"}},
    ],
    ids=["today's list", "numbers", "one object", "columns", "columns by row"],
)
def test_the_mapping_is_read_in_every_form_that_it_may_have(document: object) -> None:
    assert people(document) == {"447921": "Ana", "690001": "Bo"}


def test_a_mouse_without_a_pi_is_left_out_and_one_with_two_has_both() -> None:
    document = [
        {"subject_id": "1", "PI": None},
        {"subject_id": "2", "PI": "Ana"},
        {"subject_id": "2", "PI": "Bo"},
        {"subject_id": "2", "PI": "Ana"},
        {"subject_id": "3", "PI": "  "},
    ]

    assert people(document) == {"2": "Ana, Bo"}


def test_a_lab_may_call_the_two_columns_otherwise() -> None:
    body = b'[{"mouse": "447921", "owner": "Ana", "PI": "nobody"}]'

    assert read_people(body, source="owners.json", mouse="mouse", person="owner") == {"447921": "Ana"}


def test_a_mapping_of_nothing_is_empty() -> None:
    assert people([]) == people({}) == {}


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "is no JSON"),
        (b"{", "is no JSON"),
        (b"\xff", "is no JSON"),
        (b"[" * 100_000, "is no JSON"),
        (b"3", "is a int; a list of objects with subject_id and PI is needed"),
        (b'["447921"]', "entry 1: an object with subject_id and PI is needed, found '447921'"),
        (b'[{"subject_id": "1", "PI": "A"}, {"subject_id": "2"}]', "entry 2: an object"),
        (b'[{"subject_id": ["1"], "PI": "A"}]', r"a mouse or a PI is a text, found \"\['1'\]\""),
        (b'[{"subject_id": 1.5, "PI": "A"}]', "a mouse or a PI is a text, found '1.5'"),
        (b'[{"subject_id": true, "PI": "A"}]', "a mouse or a PI is a text, found 'True'"),
        (b'{"447921": ["Ana"]}', "a mouse or a PI is a text"),
        (b'{"subject_id": ["1", "2"], "PI": ["A"]}', "the columns subject_id and PI do not fit each other"),
        (b'{"subject_id": ["1"], "PI": {"0": "A"}}', "the columns subject_id and PI do not fit each other"),
    ],
)
def test_nonsense_is_refused_in_a_sentence(body: bytes, sentence: str) -> None:
    with pytest.raises(DocumentError, match=sentence) as caught:
        read_people(body, source="mouse_pi_mapping.json")

    assert str(caught.value).startswith("mouse_pi_mapping.json")
    assert len(str(caught.value)) < 300


def test_a_mapping_of_more_mice_than_there_are_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from autotrain_core.interop import _people

    monkeypatch.setattr(_people, "_LARGEST", 10)

    with pytest.raises(DocumentError, match="holds 11 bytes"):
        read_people(b"[         ]", source="mouse_pi_mapping.json")
