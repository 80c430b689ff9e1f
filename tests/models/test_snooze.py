"""What quiets an alert: the same thing, no more urgent, until a day or until somebody wakes it."""

from datetime import date

import pytest

from autotrain_core.errors import DocumentError
from autotrain_core.models import Snooze, new_record, print_record, read_record
from tests.evaluation.orders import AT

DAY = date(2026, 11, 5)
GIVEN = {
    "id": "sn-1",
    "subject_id": "m",
    "kind": "to and fro",
    "severity": "look",
    "occurrence": "8",
    "sentence": "Sent to and fro.",
    "reason": "New\nwater spout",
    "by": "ben@lab.org",
    "at": AT,
}


def snooze(**changed):
    return new_record(Snooze, {**GIVEN, **changed}, source="it")


def quiets(one, on=DAY, **changed):
    return one.quiets(**{"kind": "to and fro", "severity": "look", "occurrence": "8", **changed}, on=on)


def test_it_is_printed_and_read_without_loss() -> None:
    one = snooze(until=DAY, ended_by="ada@lab.org", ended_at=AT)

    assert read_record(Snooze, print_record(one), source="it") == one


def test_the_same_alert_is_quiet_and_one_that_is_less_urgent() -> None:
    assert quiets(snooze())
    assert quiets(snooze(), severity="know")


@pytest.mark.parametrize("changed", [{"kind": "stuck"}, {"severity": "act"}, {"occurrence": "9"}])
def test_whatever_changed_wakes_it(changed) -> None:
    assert not quiets(snooze(), **changed)


def test_it_is_quiet_up_to_and_with_its_last_day() -> None:
    assert quiets(snooze(until=DAY))
    assert not quiets(snooze(until=DAY), on=date(2026, 11, 6))


def test_what_somebody_woke_is_not_quiet() -> None:
    assert snooze().stands
    assert not quiets(snooze(ended_by="ada@lab.org", ended_at=AT))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"reason": ""}, "say why it shall be quiet"),
        ({"severity": "loud"}, "an alert is to act, to look at or to know"),
        ({"ended_by": "ada@lab.org"}, "who woke it and when go together"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(changed, sentence) -> None:
    with pytest.raises(DocumentError, match=sentence):
        snooze(**changed)
