"""The record for readers: everything that happened is told in words, found again, and written into files."""

import csv
import io
import json
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from autotrain_core import services
from autotrain_core.errors import DocumentError
from autotrain_core.models import (
    Comment,
    Enrolment,
    MarkKind,
    Member,
    Members,
    Override,
    Role,
    SessionMark,
    SessionRef,
)
from autotrain_core.services import RecordRow, _record_words, operator, record_csv, record_json, record_rows
from autotrain_core.services._said import COMMENT, ENROLMENT, MARK, OVERRIDE, told
from autotrain_core.store import ABSENT, Event, FolderHome, MemoryHome, Store
from tests.services.nights import POOR, Nights, session

AT = datetime(2026, 11, 5, 9, tzinfo=UTC)
LAST = SessionRef(subject_id="7", session_date=date(2026, 11, 4), session=3)
HOLD = Override(
    id="ov-1", subject_id="7", kind="hold", stage="STAGE_2", sessions=2, reason="bias", after=LAST, by="b@x.org", at=AT
)
BEGIN = Enrolment(
    id="en-1", subject_id="9", curriculum="Toy", version="1", stage="STAGE_1", day=AT.date(), by="b@x.org", at=AT
)
FAULT = SessionMark(id="m-1", session=LAST, kind=MarkKind.EXCLUDED, reason="rig-fault", by="b@x.org", at=AT)
SAID = Comment(id="c-1", subject_id="7", text="Drinks well.", by="b@x.org", at=AT)
PEOPLE = [
    told(OVERRIDE, "propose", HOLD, sentence="waits for the PI of 7", how="local mode"),
    told(ENROLMENT, "enrol", BEGIN, sentence=""),
    told(MARK, "mark", FAULT, sentence=""),
    told(COMMENT, "comment", SAID, sentence=""),
]


def writing(*events: Event, by: str = "b@x.org", at: datetime = AT) -> Store:
    """A store whose record holds these events, each in an entry of its own."""
    store = Store(MemoryHome())
    for event in events:
        store.record.append([event], by=by, at=at)
    return store


def told_of(event: Event) -> RecordRow:
    """How the record tells of an event."""
    (row,) = record_rows(writing(event)).rows
    return row


def say(kind: str, **facts: Any) -> RecordRow:
    return told_of(Event(kind=kind, facts=facts))


def long_record() -> Store:
    """50,000 events, many at once, so that it is quickly made."""
    store = Store(MemoryHome())
    for start in range(0, 50_000, 5_000):
        events = [Event("amended", f"m{n}") for n in range(start, start + 5_000)]
        store.record.append(events, by="timer@vm" if start else "ada@x.org", at=AT + timedelta(minutes=start))
    return store


# ---- what is said ----


def test_an_override_is_told_with_what_it_does_and_why() -> None:
    row = told_of(PEOPLE[0])

    assert (row.title, row.subject_id, row.about, row.how) == ("Override proposed", "7", "ov-1", "local mode")
    assert row.sentence == "hold at STAGE_2 for 2 sessions: Side bias. Waits for the PI of 7"


def test_a_sentence_that_says_it_all_is_left_alone() -> None:
    sentence = f"Ben proposes: {HOLD.aim}, because of side bias."

    assert told_of(told(OVERRIDE, "propose", HOLD, sentence=sentence)).sentence == sentence


@pytest.mark.parametrize(
    ("event", "title", "part"),
    [
        (PEOPLE[1], "Mouse enrolled", "Toy@1 at STAGE_1 from 2026-11-05 on."),
        (PEOPLE[2], "Session marked", "is left out of every window and every decision: Rig fault."),
        (PEOPLE[3], "Comment", "Drinks well."),
    ],
)
def test_enrolments_marks_and_comments_are_told(event: Event, title: str, part: str) -> None:
    row = told_of(event)

    assert row.title == title
    assert part in row.sentence


@pytest.mark.parametrize(
    ("kind", "facts", "title", "sentence"),
    [
        ("run-failed", {"sentence": "No column session."}, "Run failed", "No column session."),
        ("rigs-told", {"written": ["a"], "publication": 2}, "Rigs told",
         "1 table of rigs and browsers was replaced, so that the rigs run what people decided."),
        ("adopted", {"key": "a.pkl", "rows": 3}, "Table taken over",
         "a.pkl: 3 rows taken from it; the archive keeps it as it was."),
        ("amended", {"mice": 700, "table": {}}, "Published decisions changed",
         "700 mice; the table of all of it is kept."),
        ("curriculum-published", {"name": "Toy", "version": "2", "changelog": "fewer trials", "reviewed_by": "h@x.org"},
         "Curriculum published", "Toy 2. fewer trials. h@x.org agreed."),
        ("curriculum-retired", {"name": "Toy", "version": "1", "reason": "2 is out"}, "Curriculum retired",
         "Toy 1: 2 is out"),
        ("curriculum-brought-back", {"name": "Toy", "version": "1"}, "Curriculum offered again", "Toy 1"),
        ("draft-started", {"draft": "d1", "title": "New", "based_on": "Toy@1"}, "Draft started",
         "New, based on Toy@1"),
        ("draft-removed", {"draft": "d1"}, "Draft removed", "d1"),
        ("review", {"state": "returned", "name": "Toy", "version": "2", "asked_by": "d@x.org", "comment": "Why?"},
         "Review: returned", "Toy 2, asked for by d@x.org: Why?"),
        ("members", {"sentence": "ada@x.org: admin"}, "Members changed", "ada@x.org: admin"),
        ("policy", {"sentence": "Alone."}, "Policy changed", "Alone."),
    ],
)  # fmt: skip
def test_every_kind_is_told_in_words(kind: str, facts: dict[str, Any], title: str, sentence: str) -> None:
    row = say(kind, **facts)

    assert (row.title, row.sentence) == (title, sentence)


def test_a_kind_that_nobody_knows_is_told_by_its_plain_facts() -> None:
    row = say("moved-house", boxes=7, list=[1], how="operator", nothing="", room="3")

    assert (row.title, row.sentence, row.how) == ("moved-house", "boxes 7, room 3", "operator")


@pytest.mark.parametrize("kind", sorted(_record_words.KINDS))
def test_an_event_of_another_program_breaks_nothing(kind: str) -> None:
    strange: dict[str, Any] = {
        name: [{"no": "key"}] for name in ("record", "changes", "counts", "written", "foreign", "name", "step", "how")
    }

    assert isinstance(say(kind, **strange, sentence="Read me.").sentence, str)


def test_a_run_and_what_it_changed_are_told_with_their_figures() -> None:
    nights = Nights()
    nights.run([session("7", 1), session("8", 1)])
    nights.run([session("7", 1, **POOR), session("8", 1), session("8", 2)])

    rows = record_rows(nights.store).rows

    assert [row.title for row in rows][:3] == ["Run", "Decisions published", "Published decisions changed"]
    assert rows[0].sentence.startswith("Publication 2: 3 sessions decided, 1 session published for the first time")
    assert rows[0].about == "publication 2"
    assert rows[2].subject_id == "7"
    assert "→" in rows[2].sentence


# ---- who ----


def test_a_member_is_called_by_name_also_after_the_name_changed() -> None:
    store = writing(PEOPLE[3])
    assert record_rows(store).rows[0].called == "b@x.org"

    ben = Member(email="b@x.org", name="Ben", roles=(Role.ADMIN,))
    services.save_members(store, Members(members=(ben,)), replaces=ABSENT, actor=operator("op"), at=AT)

    found = record_rows(store)
    assert [row.called for row in found.rows] == ["op", "Ben"]
    assert found.people == {"b@x.org": "Ben", "op": "op"}
    assert record_rows(store, text="ben drinks").found == 1


def test_a_members_document_that_cannot_be_used_hides_nothing() -> None:
    store = writing(PEOPLE[3])
    store.write("members", b"{", replaces=ABSENT)

    assert record_rows(store).found == 1


# ---- finding ----


def test_rows_are_found_by_kind_person_mouse_words_and_time() -> None:
    store = writing(*PEOPLE)
    store.record.append([Event("policy", "", {"sentence": "Late."})], by="ada@x.org", at=AT + timedelta(days=1))

    def titles(**asked: Any) -> list[str]:
        return [row.title for row in record_rows(store, **asked).rows]

    assert titles(kinds=["comment", "policy"]) == ["Policy changed", "Comment"]
    assert titles(by=["ada@x.org"]) == ["Policy changed"]
    assert titles(subject="9") == ["Mouse enrolled"]
    assert titles(text="SIDE bias") == ["Override proposed"]
    assert titles(since=AT + timedelta(hours=1)) == ["Policy changed"]
    assert titles(until=AT + timedelta(hours=1), kinds=["policy"]) == []


def test_the_newest_come_first_and_all_that_fit_are_counted() -> None:
    found = record_rows(writing(*PEOPLE), most=1)

    assert [row.title for row in found.rows] == ["Comment"]
    assert (found.found, found.all) == (4, 4)
    assert list(found.kinds) == ["override", "enrolment", "mark", "comment"]


def test_what_was_appended_since_is_there_and_an_empty_record_is_none() -> None:
    store = writing()
    assert (record_rows(store).found, record_rows(store).version) == (0, ABSENT)

    receipt = store.record.append([PEOPLE[3]], by="b@x.org", at=AT)

    assert (record_rows(store).found, record_rows(store).version) == (1, receipt.version)


def test_a_long_record_is_filtered_in_a_moment() -> None:
    store = long_record()
    record_rows(store)  # put into words once

    started = time.process_time()
    found = record_rows(store, by=["timer@vm"], text="decisions m4999")
    spent = time.process_time() - started

    assert found.found == 10
    assert spent < 0.2


# ---- files ----


def test_a_file_for_spreadsheets_calculates_nothing_that_somebody_typed() -> None:
    rows = record_rows(writing(Event("comment", "=1+1", {"sentence": "x"}))).rows

    (line,) = csv.DictReader(io.StringIO(record_csv(rows).decode()))

    assert line["subject_id"] == "'=1+1"
    assert line["at"] == "2026-11-05T09:00:00+00:00"


def test_json_holds_the_whole_facts() -> None:
    (told_,) = json.loads(record_json(record_rows(writing(PEOPLE[0])).rows))

    assert told_["facts"]["record"]["reason"] == "bias"
    assert told_["title"] == "Override proposed"


def test_of_nothing_the_files_are_empty_and_whole() -> None:
    assert record_csv(()).decode().startswith("number,at,by,called,")
    assert json.loads(record_json(())) == []


# ---- verifying ----


def test_a_walk_along_the_chain_tells_how_far_it_is_and_what_is_wrong(tmp_path: Path) -> None:
    store = Store(FolderHome(tmp_path))
    for event in PEOPLE:
        store.record.append([event], by="b@x.org", at=AT)
    noted = store.record.head()
    sorted(path for path in (tmp_path / "autotrain" / "record").rglob("*.json"))[1].unlink()
    steps: list[tuple[int, int]] = []

    found = services.verify_record(store, f" {noted} ", told=lambda done, of: steps.append((done, of)))

    assert any("missing" in problem for problem in found.problems)
    assert steps == [(1, 3), (2, 3), (3, 3)]


def test_what_is_no_version_is_refused_with_a_sentence() -> None:
    with pytest.raises(DocumentError, match="cannot be compared: an anchor is a number"):
        services.verify_record(writing(), "yesterday")
