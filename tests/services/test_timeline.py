"""The history of a mouse on one line of time: rules and people in the order in which it happened."""

from datetime import timedelta

import pytest

from autotrain_core import services
from autotrain_core.errors import NotStoredError
from autotrain_core.models import Enrolment, Kind
from autotrain_core.services import MomentKind, timeline
from autotrain_core.services._said import told as told_event
from tests.services.labs import acting
from tests.services.people import MOUSE, OTHER, PEOPLE, Lab


@pytest.fixture
def lab() -> Lab:
    return Lab()


def told(lab: Lab, mouse: str = MOUSE) -> list[tuple[str, str, int | None]]:
    return [(one.kind.value, one.step or one.decision, one.session) for one in timeline(lab.view(), mouse)]


def test_changes_of_stage_by_the_rules_stand_there_newest_first(lab: Lab) -> None:
    assert told(lab) == [("rules", "PROGRESS", 3), ("rules", "PROGRESS", 2), ("rules", "PROGRESS", 1)]

    newest = timeline(lab.view(), MOUSE)[0]
    assert (newest.before, newest.after, newest.curriculum) == ("STAGE_3", "STAGE_FINAL", "Coupled Baiting@2.3")
    assert (newest.at, newest.by) == (None, "")


def test_every_step_of_an_override_stands_there_with_who_and_why(lab: Lab) -> None:
    lab.propose(note="see photo")
    lab.answer(services.approve, comment="agreed")

    approved, proposed, *_ = timeline(lab.view(), MOUSE)

    assert (proposed.by, proposed.what) == ("ben@lab.org", "STAGE_1 for the next session")
    assert proposed.why == "Struggling in a way that the rules do not see\nsee photo"
    assert (approved.step, approved.by, approved.why, approved.about) == ("approve", "heron@lab.org", "agreed", "ov-1")


def test_what_a_session_made_of_an_override_stands_behind_that_session(lab: Lab) -> None:
    lab.propose()
    lab.answer(services.approve)
    lab.tell()
    lab.trains("STAGE_1")

    order = told(lab)

    assert order[0] == ("override", "use", 4)
    assert order.index(("override", "use", 4)) < order.index(("rules", "PROGRESS", 4))
    assert order.index(("rules", "PROGRESS", 4)) < order.index(("override", "approve", 3))


def test_a_session_that_ran_another_stage_says_which_and_instead_of_which(lab: Lab) -> None:
    lab.trains("STAGE_2")

    (other,) = [one for one in timeline(lab.view(), MOUSE) if one.kind is MomentKind.RAN]

    assert (other.session, other.before, other.after) == (4, "STAGE_FINAL", "STAGE_2")


def test_marks_comments_and_their_ends_stand_there(lab: Lab) -> None:
    ben = acting("ben@lab.org", PEOPLE)
    seen = services.preview_mark(lab.view(), MOUSE, 2).seen
    mark = services.mark_session(
        lab.store, lab.settings, MOUSE, 2,
        exclude=True, reason="rig-fault", seen=seen, actor=ben, at=lab.at, identity="ma-1",
    )  # fmt: skip
    lab.at += timedelta(minutes=1)
    services.unmark_session(lab.store, "ma-1", seen=services.seen_of(mark), actor=ben, at=lab.at)
    lab.at += timedelta(minutes=1)
    services.comment(lab.store, lab.view(), MOUSE, "look at it", actor=ben, at=lab.at, identity="co-1", session=3)

    newest = timeline(lab.view(), MOUSE)[:3]

    assert [(one.kind.value, one.step, one.session, one.why) for one in newest] == [
        ("comment", "", 3, "look at it"),
        ("mark", "unmark", 2, ""),
        ("mark", "mark", 2, "Rig fault"),
    ]
    assert told(lab, OTHER) == [("rules", "PROGRESS", 3), ("rules", "PROGRESS", 2), ("rules", "PROGRESS", 1)]


def test_an_enrolment_and_its_end_stand_there_with_the_stage_that_it_began_at(lab: Lab) -> None:
    fields = {"id": "en-1", "subject_id": MOUSE, "curriculum": "Coupled Baiting", "version": "2.3", "stage": "STAGE_1"}
    begun = Enrolment(**fields, day=lab.at.date(), by="ben@lab.org", at=lab.at)
    ended = begun.model_copy(update={"ended_by": "ada@lab.org", "ended_at": lab.at + timedelta(hours=1)})
    for step, record in (("enrol", begun), ("end", ended)):
        lab.store.record.append([told_event("enrolment", step, record, sentence="")], by=record.by, at=lab.at)

    end, start, *_ = timeline(lab.view(), MOUSE)

    assert (start.step, start.by, start.what) == ("enrol", "ben@lab.org", "Coupled Baiting@2.3, from STAGE_1 on")
    assert (end.step, end.by) == ("end", "ada@lab.org")


def test_what_is_said_on_the_day_of_the_session_it_was_written_for_stands_behind_it(lab: Lab) -> None:
    lab.at = lab.at.replace(day=3, hour=20)
    lab.propose(kind=Kind.HOLD, stage="")

    assert told(lab)[:3] == [("override", "approve", 3), ("override", "propose", 3), ("rules", "PROGRESS", 3)]


def test_a_mouse_that_nobody_knows_has_no_history(lab: Lab) -> None:
    with pytest.raises(NotStoredError):
        timeline(lab.view(), "nobody")
