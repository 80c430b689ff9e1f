"""The page Record: who did what, when and why; found, linked to, exported and verified."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from autotrain_core import services
from autotrain_core.models import Member, Members, Role
from autotrain_core.store import ABSENT, Event
from autotrain_ui import record_parts
from tests.services.nights import Nights
from tests.ui.apps import drawn, opened, said

ATTACK = "<img src=x onerror=alert(1)>"
AT = datetime(2026, 11, 5, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def record(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three entries, and a viewer who looks at them."""
    vic = Member(email="vic@x.org", name=f"Vic {ATTACK}", roles=(Role.VIEWER,))
    ada = Member(email="ada@x.org", name="Ada", roles=(Role.ADMIN,))
    people = Members(members=(ada, vic))
    services.save_members(nights.store, people, replaces=ABSENT, actor=services.operator("op"), at=AT)
    nights.store.record.append([Event("remark", "7", {"sentence": ATTACK})], by="vic@x.org", at=AT + timedelta(days=1))
    retired = Event("curriculum-retired", "", {"name": "Toy", "version": "1", "reason": "2.0 is out"})
    nights.store.record.append([retired], by="ada@x.org", at=AT + timedelta(days=2))
    monkeypatch.setenv("AUTOTRAIN_PERSON", "vic@x.org")


def titles(app: AppTest) -> list[str]:
    return [part.partition("</b>")[0] for part in drawn(app).split("<td><b>")[1:]]


def test_everything_stands_there_the_newest_first_and_is_shown_as_text() -> None:
    app = opened("record")

    assert titles(app) == ["Curriculum retired", "remark", "Members changed"]
    assert "3 things happened." in said(app)
    assert ATTACK not in drawn(app)
    assert ATTACK in said(app)
    assert not app.exception


def test_mice_and_curricula_are_linked() -> None:
    text = drawn(opened("record"))

    assert 'href="/mouse?subject=7"' in text
    assert 'href="/curricula?name=Toy&amp;version=1"' in text


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"text": "2.0 out"}, ["Curriculum retired"]),
        ({"kind": "members"}, ["Members changed"]),
        ({"by": "vic@x.org"}, ["remark"]),
        ({"subject": "7"}, ["remark"]),
        ({"since": "2026-11-06", "until": "2026-11-06"}, ["remark"]),
        ({"since": "no day"}, ["Curriculum retired", "remark", "Members changed"]),
    ],
)
def test_an_address_finds(asked: dict[str, str], expected: list[str]) -> None:
    assert titles(opened("record", **asked)) == expected


def test_what_is_chosen_stands_in_the_address() -> None:
    app = opened("record", number="9")

    app.text_input(key="record:text").set_value("2.0").run()

    assert {name: app.query_params[name] for name in app.query_params} == {"text": "2.0"}
    assert "1 of 3 things that happened." in said(app)


def test_where_nothing_fits_it_says_so_and_all_filters_are_taken_away_at_once() -> None:
    app = opened("record", text="nothing like it", subject="7", since="2026-11-06")
    assert "take a filter away" in said(app)

    app.button(key="record-clear").click().run()
    assert len(titles(app)) == 3


def test_a_long_record_is_shown_a_page_at_a_time(nights: Nights) -> None:
    many = [Event("remark", str(number)) for number in range(120)]
    nights.store.record.append(many, by="vic@x.org", at=AT + timedelta(days=3))

    app = opened("record", number="99")

    assert len(titles(app)) == 123 - 100
    assert app.query_params["number"] == "3"

    app.pagination[0].set_value(1).run()
    assert len(titles(app)) == 50
    assert "number" not in app.query_params


def test_files_hold_what_was_found(nights: Nights) -> None:
    rows = services.record_rows(nights.store, subject="7").rows

    assert record_parts.file(rows, "CSV").decode().count("\n") == 2
    assert [one["facts"] for one in json.loads(record_parts.file(rows, "JSON"))] == [{"sentence": ATTACK}]


def test_a_whole_chain_is_said_to_be_whole_with_the_version_to_note(nights: Nights) -> None:
    app = opened("record")

    app.button(key="record-verify-now").click().run()

    assert "3 entries, and none of them was changed. Verified just now." in str(app.success[0].value)
    assert nights.store.record.head() in said(app)


def test_an_entry_that_somebody_changed_is_named(nights: Nights, place: Path) -> None:
    app = opened("record")
    (changed,) = [path for path in (place / "autotrain" / "record").rglob("*.json") if "onerror" in path.read_text()]
    changed.write_text(changed.read_text().replace("onerror", "onERROR"))

    app.button(key="record-verify-now").click().run()

    assert "✗ Entry 3 was not written after this entry 2" in said(app)


def test_a_server_that_starts_on_a_changed_record_shows_the_mice_and_names_the_entry(place: Path) -> None:
    (changed,) = [path for path in (place / "autotrain" / "record").rglob("*.json") if "onerror" in path.read_text()]
    changed.write_text(changed.read_text().replace("onerror", "onERROR"))

    app = opened("record")
    assert "the record is damaged" in said(app)
    app.button(key="record-verify-now").click().run()

    assert "✗ Entry 3 was not written after this entry 2" in said(app)
    assert "the record is damaged" in said(opened("today"))


def test_what_is_no_version_is_told() -> None:
    app = opened("record")

    app.text_input(key="record-expect").set_value("yesterday")
    app.button(key="record-verify-now").click().run()

    assert "an anchor is a number" in said(app)
