"""What became of overrides, by the sessions that came since, and what people want each mouse to run next."""

from datetime import timedelta

import pytest

from autotrain_core.evaluation import standings
from autotrain_core.models import Library, State, Step
from tests.evaluation.documents import LADDER, curriculum, sessions
from tests.evaluation.orders import AT, day, enrolment, mark, override, ref
from tests.evaluation.test_overrides import BOTH, TOY, table


def standing(ran, one, *, on=1, followed=TOY, **said):
    return standings(ran, followed, on=day(on), overrides=[one], **said).overrides[0]


def became(ran, one, **more):
    found = standing(ran, one, **more)
    return found.state, len(found.ran)


HOLD = {"kind": "hold", "stage": "A", "sessions": 3, "after": 1, "since": 2}


def test_it_is_used_when_the_next_session_ran_its_stage() -> None:
    one = override(stage="C", after=1, since=2)

    found = standing(table("A", "C", "C"), one)

    assert (found.state, found.ran) == (State.USED, (ref("m", 2, 2),))
    assert found.sentence == "session 2 of m (2026-01-02) followed it"
    assert became(table("A"), one) == (State.PUBLISHED, 0)


def test_it_is_not_followed_when_the_rig_ran_something_else_or_ran_it_off_curriculum() -> None:
    one = override(stage="C", after=1, since=2)

    found = standing(table("A", "B"), one)

    assert (found.state, found.step) == (State.NOT_FOLLOWED, Step.MISS)
    assert found.sentence == "session 2 of m (2026-01-02) did not follow it"
    assert became(table("A", "C", versions=["1", None]), one, followed=BOTH) == (State.NOT_FOLLOWED, 1)


@pytest.mark.parametrize(
    ("stages", "state", "count"),
    [
        ("A", State.PUBLISHED, 0),
        ("AA", State.ACTIVE, 1),
        ("AAA", State.ACTIVE, 2),
        ("AAAA", State.USED, 3),
        ("AAAAB", State.USED, 3),
        ("AAB", State.NOT_FOLLOWED, 2),
    ],
)
def test_a_hold_is_active_with_so_many_of_its_sessions(stages, state, count) -> None:
    assert became(table(*stages), override(**HOLD)) == (state, count)


def test_an_active_hold_says_how_far_it_is() -> None:
    until = override(kind="hold", stage="A", sessions=None, until=9, after=1, since=2)

    assert standing(table("A", "A"), override(**HOLD)).sentence == "1 session followed it so far, of 3"
    assert standing(table("A", "A"), until).sentence == "1 session followed it so far"
    assert standing(table(*"AAAA"), override(**HOLD)).sentence == "3 sessions followed it"


def test_what_had_its_last_day_is_over_used_or_expired() -> None:
    one = override(**HOLD | {"until": 3})

    assert became(table("A"), one, on=3) == (State.PUBLISHED, 0)
    assert became(table("A"), one, on=4) == (State.EXPIRED, 0)
    assert became(table("A", "A"), one, on=4) == (State.USED, 1)
    assert standing(table("A", "A"), one, on=4).sentence == "1 session followed it; its last day was 2026-01-03"
    assert became(table("A", "A", "A", "A"), one) == (State.USED, 2)
    assert became(table("A", start=1), override(stage="B", until=3, state=State.APPROVED), on=4) == (State.STALE, 0)
    assert became(table("A"), override(after=1, until=3, state=State.APPROVED), on=4) == (State.EXPIRED, 0)


def test_it_is_stale_when_a_session_of_a_day_before_its_approval_came_in_between() -> None:
    one = override(stage="C", after=1, since=3)

    assert became(table("A", "A"), one) == (State.STALE, 0)
    assert became(table("A", "A", "C"), one) == (State.USED, 1)


@pytest.mark.parametrize("state", [State.PROPOSED, State.APPROVED])
def test_what_still_waits_is_stale_as_soon_as_any_session_came(state) -> None:
    one = override(stage="C", after=1, since=2, state=state)

    assert became(table("A"), one) == (state, 0)
    assert became(table("A", "C"), one) == (State.STALE, 0)


def test_what_a_later_one_replaced_is_over() -> None:
    hold = override(**HOLD)
    jump = override(stage="C", after=2, since=3, id="ov-2")

    used = standings(table("A", "A", "C"), TOY, on=day(3), overrides=[hold, jump]).overrides
    never = standings(
        table("A", "C"), TOY, on=day(3), overrides=[hold, override(stage="C", after=1, since=2, id="ov-2")]
    )

    assert [each.state for each in used] == [State.USED, State.USED]
    assert used[0].sentence == "1 session followed it; another one took its place"
    assert [each.state for each in never.overrides] == [State.EXPIRED, State.USED]


def test_what_is_over_stays_what_it_is() -> None:
    one = override(state=State.USED, ran=(ref("m", 1, 1),), stage="C")

    assert became(table("A"), one) == (State.USED, 1)
    assert standing(table("A"), one).step is None
    assert standing(table("A"), one).recorded(by="nightly", at=AT) is one


def test_an_excluded_session_used_nothing() -> None:
    one = override(stage="C", after=1, since=2)

    assert became(table("A", "C"), one, marks=[mark(ref("m", 2, 2))]) == (State.PUBLISHED, 0)


def test_an_active_hold_whose_only_session_was_excluded_stays_active_with_none() -> None:
    one = override(**HOLD, state=State.ACTIVE, ran=(ref("m", 2, 2),))
    found = standing(table("A", "A"), one, marks=[mark(ref("m", 2, 2))])

    assert (found.state, found.ran, found.step) == (State.ACTIVE, (), None)


def test_what_the_sessions_say_is_recorded_step_by_step_and_only_once() -> None:
    one = override(**HOLD)
    path = []

    for number in range(1, 6):
        for _ in range(2):
            one = standing(table(*"AAAAA"[:number]), one).recorded(by="nightly", at=AT + timedelta(days=number))
        path.append((one.state, len(one.ran), len(one.history)))

    assert path == [
        (State.PUBLISHED, 0, 2),
        (State.ACTIVE, 1, 3),
        (State.ACTIVE, 2, 4),
        (State.USED, 3, 5),
        (State.USED, 3, 5),
    ]
    assert one.history[-1].comment == "3 sessions followed it"


def test_stale_and_expired_are_recorded_without_sessions() -> None:
    stale = standing(table("A", "A"), override(stage="C", after=1, since=3)).recorded(by="nightly", at=AT)
    expired = standing(table("A"), override(after=1, until=1), on=2).recorded(by="nightly", at=AT)

    assert (stale.state, stale.ran) == (State.STALE, ())
    assert (expired.state, expired.history[-1].step) == (State.EXPIRED, Step.EXPIRE)


def test_what_people_want_next_is_the_latest_that_is_not_over() -> None:
    hold = override(**HOLD)
    jump = override(stage="C", after=2, since=2, id="ov-2", state=State.APPROVED)
    asked = override("n", after=1, state=State.PROPOSED, id="ov-3")

    found = standings(table("A", "A"), TOY, on=day(2), overrides=[jump, hold, asked], enrolments=[enrolment("new")])

    assert {mouse: item.id for mouse, item in found.upcoming.items()} == {"m": "ov-2", "new": "en-1"}


def test_an_enrolment_is_next_until_its_first_session() -> None:
    begins = enrolment(stage="B", after=1, since=2)
    ended = enrolment("other", ended_by="ada@lab.org", ended_at=AT)

    def upcoming(ran):
        return list(standings(ran, TOY, on=day(2), overrides=[], enrolments=[begins, ended]).upcoming)

    assert upcoming(table("A")) == ["m"]
    assert upcoming(table("A", "B")) == []


def test_a_mouse_without_any_session_waits() -> None:
    one = override("new", stage="B")
    nothing = sessions([], session_date=[])

    assert became(table("A"), one) == (State.PUBLISHED, 0)
    assert became(nothing, one) == (State.PUBLISHED, 0)
    assert became(table("A"), override("new", until=1), on=2) == (State.EXPIRED, 0)


def test_a_curriculum_that_the_library_lacks_is_followed_by_a_row_that_names_it() -> None:
    one = override(kind="curriculum", stage="A", curriculum="Toy", version="9", after=1, since=2)

    assert became(table("A", "A", versions="19"), one, followed=Library([curriculum(LADDER)])) == (State.USED, 1)


def test_for_each_row_there_is_the_stage_that_people_suggested_for_it() -> None:
    one = override(stage="C", after=1, since=2, state=State.USED, ran=[ref("m", 2, 2)])

    found = standings(table("A", "C", "C"), TOY, on=day(3), overrides=[one])
    none = standings(table("A", "C", "C"), TOY, on=day(3), overrides=[])

    assert found.suggested.tolist() == [None, "C", None]
    assert none.suggested.tolist() == [None, None, None]
