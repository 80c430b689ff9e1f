"""Addresses elsewhere: no id, date or suffix of a stranger leads a browser where the lab did not point."""

import pandas as pd
import pytest

from autotrain_core.errors import DocumentError
from autotrain_core.services import WebLink, links_of_session, read_settings, require_web_address, web_address

FOLDER = "https://files.lab/{name}"


def test_an_address_is_filled_in_word_by_word() -> None:
    pattern = "http://files.lab/{subject_id}/{session}/{session_date}_{nwb_suffix}?n={name}"

    filled = web_address(pattern, subject_id="7", session=3, session_date="2026-10-03", nwb_suffix="09")

    assert filled == "http://files.lab/7/3/2026-10-03_09?n=7_2026-10-03_09"


def test_a_name_without_a_suffix_has_no_loose_end() -> None:
    assert web_address(FOLDER, subject_id="7", session_date="2026-10-03") == "https://files.lab/7_2026-10-03"
    assert web_address("https://f.lab/{session_date}_{nwb_suffix}", subject_id="7", session_date="2026-10-03") == (
        "https://f.lab/2026-10-03"
    )


@pytest.mark.parametrize("subject", ["../x", "a/b", "a?b", "a#b", "a b", "ü", "\ud800", '"><script>', "javascript:"])
def test_an_id_stays_one_piece_of_the_address(subject: str) -> None:
    filled = web_address("https://colony.lab/m/{subject_id}", subject_id=subject)

    piece = filled.removeprefix("https://colony.lab/m/")
    assert piece
    assert not set(piece) & set("/?#<>\"' :")


@pytest.mark.parametrize("subject", ["", ".", "..", "..."])
def test_an_id_that_would_climb_elsewhere_has_no_address(subject: str) -> None:
    assert web_address("https://colony.lab/m/{subject_id}/x", subject_id=subject) == ""


def test_a_session_without_a_date_has_no_folder() -> None:
    assert web_address(FOLDER, subject_id="7", session=3) == ""
    assert web_address("https://f.lab/{subject_id}/{session}", subject_id="7", session=3) == "https://f.lab/7/3"


def test_without_a_pattern_there_is_no_address() -> None:
    assert web_address("", subject_id="7") == ""


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("javascript:alert(1)", "begins with https"),
        ("https://{subject_id}.lab/x", "host"),
        ("https://files.lab", "host"),
        ("https://files.lab/a b", "blanks"),
        ("https://files.lab/{name", "braces"),
        ("https://files.lab/{notes}", "{notes} is not known"),
    ],
)
def test_what_is_no_address_of_the_web_is_refused(pattern: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        require_web_address(pattern)


def test_settings_with_a_host_that_a_mouse_could_name_are_refused(tmp_path) -> None:
    (tmp_path / "a.toml").write_text('[app]\nsession_link = "https://{subject_id}/x"\n', encoding="utf-8")

    with pytest.raises(DocumentError, match="session_link"):
        read_settings(tmp_path / "a.toml", environment={})


def test_links_of_a_session_are_those_that_can_be_filled_in() -> None:
    row = {"subject_id": "7", "session": 3, "session_date": pd.NaT, "nwb_suffix": None}
    patterns = {"Folder": FOLDER, "By number": "https://f.lab/{subject_id}-{session}"}

    assert links_of_session(patterns, row) == (WebLink(title="By number", url="https://f.lab/7-3"),)
    dated = row | {"session_date": pd.Timestamp("2026-10-03"), "nwb_suffix": "09"}
    assert links_of_session({"Folder": FOLDER}, dated)[0].url == "https://files.lab/7_2026-10-03_09"
    assert links_of_session(patterns, {}) == ()
