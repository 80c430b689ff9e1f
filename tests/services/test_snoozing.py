"""Alerts that people quiet: gone from every count and list, until something changes; and woken again."""

from datetime import date, timedelta
from typing import Any, get_args

import pytest

from autotrain_core import services
from autotrain_core.errors import DocumentError, MeanwhileError, NotAllowedError, NotStoredError
from autotrain_core.models import Snooze
from autotrain_core.services import _notify_news, _record_words
from autotrain_core.services._people_alerts import KINDS
from autotrain_core.services._settings import AlertKind
from tests.services.labs import acting
from tests.services.people import MOUSE, OTHER, PEOPLE, STAGES, Lab, ran

ON = date(2026, 11, 5)
KIND = "not decided"


def lost(number: int) -> dict[str, Any]:
    """A session that names a curriculum which nobody has."""
    return {**ran(*[""] * (number - 1), "STAGE_2")[-1], "curriculum_version": "9"}


@pytest.fixture
def lab() -> Lab:
    return Lab(rows=[*ran(*STAGES), lost(4), *ran(*STAGES, subject=OTHER)])


def quiet(lab: Lab, by: str = "ben", *, kind: str = KIND, identity: str = "sn-1", **more: Any) -> Snooze:
    view = lab.view()
    seen = [one.seen for one in services.alerts_of(view, MOUSE, on=ON) if one.kind == kind]
    given = {"reason": "The rig knows", "seen": seen[0] if seen else "", **more}
    actor = acting(f"{by}@lab.org", PEOPLE)
    return services.snooze(lab.store, view, MOUSE, kind, on=ON, actor=actor, at=lab.at, identity=identity, **given)


def wake(lab: Lab, seen: str | None = None) -> Snooze:
    known = services.said(lab.store).snoozes["sn-1"]
    actor = acting("heron@lab.org", PEOPLE)
    return services.wake(
        lab.store, "sn-1", seen=services.seen_of(known) if seen is None else seen, actor=actor, at=lab.at
    )


def awake(lab: Lab, on: date = ON) -> list[str]:
    return [one.kind for one in services.alerts_of(lab.view(), MOUSE, on=on)]


def test_a_quiet_alert_is_neither_listed_nor_counted_and_is_told_with_its_reason(lab: Lab) -> None:
    before = services.need_a_person(lab.view(), on=ON)

    quiet(lab)

    (found,) = services.quiet_alerts(lab.view(), on=ON)
    assert (found.subject_id, found.alert.kind, found.snooze.by) == (MOUSE, KIND, "ben@lab.org")
    assert found.snooze.reason == "The rig knows"
    assert awake(lab) == []
    assert services.need_a_person(lab.view(), on=ON) == before - 1


def test_on_the_board_it_is_no_alert_of_the_mouse(lab: Lab) -> None:
    quiet(lab)

    board = services.today(lab.view(), on=ON)

    (row,) = [one for one in board.rows if one.subject_id == MOUSE]
    assert row.alerts == ()
    assert [one.snooze.id for one in row.quiet] == ["sn-1"]


def test_it_wakes_after_its_last_day(lab: Lab) -> None:
    quiet(lab, until=ON)

    assert awake(lab) == []
    assert awake(lab, on=ON + timedelta(days=1)) == [KIND]


def test_it_wakes_when_the_same_kind_of_thing_happens_anew(lab: Lab) -> None:
    quiet(lab)

    lab.nights.run([*lab.rows, lost(5)])

    assert awake(lab) == [KIND]
    assert services.quiet_alerts(lab.view(), on=ON) == ()


def test_somebody_wakes_it(lab: Lab) -> None:
    quiet(lab)

    woken = wake(lab)

    assert (woken.ended_by, woken.stands) == ("heron@lab.org", False)
    assert awake(lab) == [KIND]


def test_of_two_who_wake_it_the_second_is_told(lab: Lab) -> None:
    quiet(lab)
    seen = services.seen_of(services.said(lab.store).snoozes["sn-1"])
    wake(lab)

    with pytest.raises(MeanwhileError, match="faster"):
        wake(lab, seen)


def test_the_same_once_more_changes_nothing_and_another_one_is_told_who_was_faster(lab: Lab) -> None:
    first = quiet(lab)
    entries = len(lab.store.record.read())

    assert quiet(lab) == first
    assert len(lab.store.record.read()) == entries
    with pytest.raises(MeanwhileError, match="faster"):
        quiet(lab, "heron", identity="sn-2")


def test_whoever_looks_at_an_old_screen_is_told(lab: Lab) -> None:
    old = lab.view()
    seen = services.alerts_of(old, MOUSE, on=ON)[0].seen
    quiet(lab, "heron", identity="sn-2")

    with pytest.raises(MeanwhileError, match="faster"):
        services.snooze(
            lab.store, old, MOUSE, KIND, on=ON, actor=acting("ben@lab.org", PEOPLE), at=lab.at, identity="sn-1",
            reason="late", seen=seen,
        )  # fmt: skip
    assert services.snooze(
        lab.store, old, MOUSE, KIND, on=ON, actor=acting("ben@lab.org", PEOPLE), at=lab.at, identity="sn-2",
        reason="again", seen=seen,
    ).by == "heron@lab.org"  # fmt: skip


def test_an_alert_that_changed_since_it_was_drawn_is_not_quieted(lab: Lab) -> None:
    with pytest.raises(MeanwhileError, match="another one by now"):
        quiet(lab, seen="act: 3")


@pytest.mark.parametrize(
    ("given", "error", "sentence"),
    [
        ({"kind": "stuck"}, NotStoredError, "has no alert 'stuck'"),
        ({"reason": " "}, DocumentError, "say why it shall be quiet"),
        ({"until": date(2026, 11, 4)}, DocumentError, "2026-11-04 is over"),
        ({"by": "vera"}, NotAllowedError, "may not"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(lab: Lab, given: Any, error: Any, sentence: str) -> None:
    before = lab.nights.objects()

    with pytest.raises(error, match=sentence):
        quiet(lab, **given)

    assert lab.nights.objects() == before


def test_what_quiets_nothing_cannot_be_woken(lab: Lab) -> None:
    with pytest.raises(NotStoredError, match="quieted"):
        services.wake(lab.store, "sn-9", seen="", actor=acting("ben@lab.org", PEOPLE), at=lab.at)


def test_the_record_tells_of_it_in_words_and_nobody_gets_a_message(lab: Lab) -> None:
    quiet(lab, until=ON)
    wake(lab)

    events = [event for entry in lab.store.record.read() for event in entry.events if event.kind == "snooze"]

    assert [_record_words.title_of(event) for event in events] == ["Alert quieted", "Alert woken"]
    assert "Quiet until 2026-11-05 or until it changes: The rig knows" in _record_words.sentence_of(events[0])
    assert _record_words.sentence_of(events[1]).startswith("No longer quiet: Session 4")
    entries = [entry for entry in lab.store.record.read() if entry.events[0].kind == "snooze"]
    everybody = {"owners": lambda _: PEOPLE.members, "trainers": lambda _: PEOPLE.members}
    people = services.said(lab.store)
    assert _notify_news.news_of(entries, people, PEOPLE, policy=services.Policy().overrides, **everybody) == {}


def test_a_kind_that_the_lab_switched_off_is_never_told(lab: Lab) -> None:
    lab.nights.settings = services.Settings.model_validate({"alerts": {"off": [KIND]}})

    assert awake(lab) == []
    assert services.quiet_alerts(lab.view(), on=ON) == ()


def test_until_when_and_why_is_said_in_a_line(lab: Lab) -> None:
    assert services.quiet_words(quiet(lab, until=ON)) == "until 2026-11-05, said ben@lab.org: The rig knows"


def test_every_kind_of_alert_can_be_switched_off_by_its_name() -> None:
    assert get_args(AlertKind) == KINDS
