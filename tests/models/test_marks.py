"""Enrolments, what is said of sessions, and comments: in and out, and what they cannot say."""

import pytest

from autotrain_core.errors import DocumentError
from autotrain_core.models import (
    MARK_REASONS,
    Comment,
    Enrolment,
    MarkKind,
    SessionMark,
    SessionRef,
    new_record,
    print_record,
    read_record,
)
from tests.evaluation.orders import AT, enrolment, mark, ref

SAID = {"id": "co-1", "subject_id": "m", "by": "ben@lab.org", "at": AT}


def fault(model, **fields):
    with pytest.raises(DocumentError) as caught:
        new_record(model, fields, source="it")
    return str(caught.value)


@pytest.mark.parametrize(
    "record",
    [
        enrolment(after=3, ended_by="ada@lab.org", ended_at=AT),
        mark(ref("m", 3, 3, "7"), kind="annotated", reason="other", text="two\nlines"),
        Comment(**SAID, text="Well done", session=ref("m", 3, 3)),
    ],
)
def test_a_record_is_printed_and_read_without_loss(record) -> None:
    assert read_record(type(record), print_record(record), source="it") == record


def test_an_enrolment_stands_until_somebody_takes_it_back() -> None:
    assert enrolment().stands
    assert not enrolment(ended_by="ada@lab.org", ended_at=AT).stands


def test_who_took_it_back_and_when_go_together() -> None:
    given = dict(enrolment()) | {"ended_by": "ada@lab.org"}

    assert fault(Enrolment, **given) == "it cannot be used:\n  who took it back and when go together"


def test_only_an_exclusion_that_stands_leaves_a_session_out() -> None:
    assert mark(ref("m", 1)).excludes
    assert not mark(ref("m", 1), kind="annotated").excludes
    assert not mark(ref("m", 1), ended_by="ada@lab.org", ended_at=AT).excludes
    assert all(kind.words for kind in MarkKind)


def test_the_reason_of_a_mark_is_one_that_is_known_and_is_said_in_a_line() -> None:
    given = dict(mark(ref("m", 1)))

    assert "no reason is called 'mood' (the reasons are rig-fault" in fault(SessionMark, **given | {"reason": "mood"})
    assert "say the reason in words" in fault(SessionMark, **given | {"reason": "other"})
    assert mark(ref("m", 1)).reason_words == MARK_REASONS["rig-fault"]
    assert mark(ref("m", 1), text="left  spout").reason_words == "Rig fault: left spout"
    assert mark(ref("m", 1), reason="other", text="a visit").reason_words == "a visit"


def test_a_comment_needs_words_and_is_about_one_mouse() -> None:
    assert "a comment needs words" in fault(Comment, **SAID, text=" ")
    assert "it is about m, but names a session of n" in fault(Comment, **SAID, text="Hm", session=ref("n", 1))


def test_a_session_is_named_in_words() -> None:
    assert ref("700123", 12, 3).words == "session 12 of 700123 (2026-01-03)"
    assert SessionRef(subject_id="700123", session=12).words == "session 12 of 700123"
