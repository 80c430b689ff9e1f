"""What a browser sends as files is read as what it is, or refused with a sentence."""

import base64
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from autotrain_ui import files
from tests.ui.apps import PATIENCE, PROJECT


def sent(*listed: tuple[str, bytes]) -> dict[str, Any]:
    return {"files": [{"name": name, "data": base64.b64encode(body).decode()} for name, body in listed], "n": 1}


def test_files_come_as_they_are() -> None:
    found = files.read_files(sent(("a.json", b"{}"), ("empty.svg", b"")), most_bytes=100)

    assert found == [("a.json", b"{}"), ("empty.svg", b"")]


@pytest.mark.parametrize(
    ("name", "kept"),
    [("../../etc/passwd", "passwd"), ("C:\\lab\\x.json", "x.json"), ("folder/", "file"), ("n" * 900, "n" * 300)],
)
def test_of_a_name_only_its_end_is_kept(name: str, kept: str) -> None:
    assert files.read_files(sent((name, b"1")), most_bytes=100) == [(kept, b"1")]


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        "files",
        {},
        {"files": []},
        {"files": {"name": "a"}},
        {"files": [None]},
        {"files": [{"name": "a"}]},
        {"files": [{"name": 1, "data": ""}]},
        {"files": [{"name": "a", "data": "no base64!"}]},
        {"files": [{"name": "a", "data": "abc"}]},
        {"files": [{"name": "a", "data": "é"}]},
        {"files": [{"name": "a", "data": ""}] * 101},
    ],
)
def test_what_is_in_no_form_of_ours_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match=r"cannot be read as files|Choose between"):
        files.read_files(wrong, most_bytes=100)


@pytest.mark.parametrize("sizes", [(101,), (60, 60), (100_000,)])
def test_what_is_too_large_together_is_refused(sizes: tuple[int, ...]) -> None:
    listed = [(f"{place}", b"x" * size) for place, size in enumerate(sizes)]

    with pytest.raises(ValueError, match="at most 100 bytes together"):
        files.read_files(sent(*listed), most_bytes=100)


def test_exactly_as_much_as_is_taken_is_taken() -> None:
    assert files.read_files(sent(("a", b"x" * 100)), most_bytes=100) == [("a", b"x" * 100)]


def test_a_page_that_nobody_gave_files_says_nothing() -> None:
    app = AppTest.from_file(PROJECT / "tests" / "ui" / "files_page.py", default_timeout=PATIENCE).run()

    assert not app.exception
    assert not app.error
    assert not app.text


def test_what_was_refused_is_said_below() -> None:
    app = AppTest.from_file(PROJECT / "tests" / "ui" / "files_page.py", default_timeout=PATIENCE)
    app.session_state["files.refused"] = "These files are too large."

    assert "too large" in app.run().error[0].value
