"""Sessions that people leave out: what it changes is shown first, then decisions and the rigs' table follow."""

import pytest

from autotrain_core import services
from autotrain_core.errors import DocumentError, MeanwhileError, NotAllowedError, NotStoredError
from tests.services.labs import acting
from tests.services.people import MOUSE, PEOPLE, Lab


@pytest.fixture
def lab() -> Lab:
    return Lab()


def mark(lab: Lab, session: int = 3, by: str = "ben", *, exclude: bool = True, identity: str = "ma-1", **more):
    seen = services.preview_mark(lab.view(), MOUSE, session).seen
    given = {"reason": "rig-fault", "seen": seen, **more}
    actor = acting(f"{by}@lab.org", PEOPLE)
    return services.mark_session(
        lab.store, lab.settings, MOUSE, session, exclude=exclude, actor=actor, at=lab.at, identity=identity, **given
    )


def unmark(lab: Lab, identity: str = "ma-1", by: str = "ben"):
    seen = services.seen_of(services.said(lab.store).marks[identity])
    return services.unmark_session(lab.store, identity, seen=seen, actor=acting(f"{by}@lab.org", PEOPLE), at=lab.at)


def test_what_it_would_change_is_shown_and_nothing_is_written(lab: Lab) -> None:
    before = lab.nights.objects()

    last, first = (services.preview_mark(lab.view(), MOUSE, number) for number in (3, 1))

    assert (last.next_now, last.next_then) == ("STAGE_FINAL", "STAGE_3")
    assert first.changes.empty
    assert lab.nights.objects() == before


def test_a_rig_goes_on_from_the_session_before_the_one_that_is_left_out(lab: Lab) -> None:
    mark(lab)

    lab.tell()

    assert (lab.latest()["session"], lab.latest()["next_stage_suggested"]) == (2, "STAGE_3")
    rows = lab.nights.rows().query("subject_id == @MOUSE")
    assert rows["excluded"].tolist() == [False, False, True]


def test_the_next_session_follows_what_the_rig_was_told(lab: Lab) -> None:
    mark(lab)
    lab.tell()

    report = lab.trains("STAGE_3")

    row = lab.nights.rows().query("subject_id == @MOUSE and session == 4").iloc[0]
    assert (row["current_stage_suggested"], row["overridden_by_trainer"]) == ("STAGE_3", False)
    assert report.differences[["session", "kind"]].values.tolist() == [[3, "excluded"]]


def test_a_session_that_ran_before_its_predecessor_was_left_out_stays_as_it_was(lab: Lab) -> None:
    lab.trains("STAGE_FINAL")
    mark(lab)

    report = lab.nights.run()

    row = lab.nights.rows().query("subject_id == @MOUSE and session == 4").iloc[0]
    assert (row["current_stage_suggested"], row["overridden_by_trainer"]) == ("STAGE_FINAL", False)
    assert set(report.differences["session"]) == {3}


def test_it_counts_again_when_the_mark_is_taken_back(lab: Lab) -> None:
    mark(lab)
    lab.tell()

    unmark(lab)
    lab.tell()

    assert (lab.latest()["session"], lab.latest()["next_stage_suggested"]) == (3, "STAGE_FINAL")
    assert not lab.nights.rows()["excluded"].any()


def test_a_remark_changes_nothing(lab: Lab) -> None:
    before = lab.nights.rows()

    mark(lab, exclude=False, reason="other", text="a nice one")
    lab.tell()

    assert lab.nights.rows().equals(before)
    assert [one.reason_words for one in services.marks_of(lab.store, MOUSE)] == ["a nice one"]


def test_a_session_is_left_out_once_and_taken_back_once(lab: Lab) -> None:
    mark(lab)
    seen = services.seen_of(services.said(lab.store).marks["ma-1"])

    with pytest.raises(DocumentError, match=r"is left out already: ben@lab\.org said so"):
        mark(lab, identity="ma-2", by="heron")
    unmark(lab)
    with pytest.raises(MeanwhileError, match=r"ben@lab\.org was faster"):
        services.unmark_session(lab.store, "ma-1", seen=seen, actor=acting("heron@lab.org", PEOPLE), at=lab.at)


def test_what_is_marked_is_the_session_that_was_seen(lab: Lab) -> None:
    with pytest.raises(MeanwhileError, match="You looked at session 3 of 700001; by now it is session 3"):
        mark(lab, seen="session 3 of 700001")
    with pytest.raises(NotStoredError, match="has no session 9 of 700001"):
        mark(lab, 9)


def test_a_viewer_and_a_designer_mark_nothing_and_a_designer_may_comment(lab: Lab) -> None:
    for by in ("vera", "dora", "ada"):
        with pytest.raises(NotAllowedError):
            mark(lab, by=by)

    said = services.comment(
        lab.store, lab.view(), MOUSE, " Why so few trials? ", actor=acting("dora@lab.org", PEOPLE), at=lab.at,
        identity="co-1", session=2,
    )  # fmt: skip

    assert (said.text, said.session and said.session.session) == ("Why so few trials?", 2)
    assert list(services.said(lab.store).of(MOUSE).comments) == ["co-1"]


def test_a_comment_needs_words_and_a_mouse(lab: Lab) -> None:
    actor = acting("ben@lab.org", PEOPLE)
    for subject, text, error in ((MOUSE, "  ", DocumentError), ("nobody", "words", NotStoredError)):
        with pytest.raises(error):
            services.comment(lab.store, lab.view(), subject, text, actor=actor, at=lab.at, identity="x")
