"""The board of the day: one row a mouse in training, those that need a person first."""

import json
from datetime import date
from typing import Any

import numpy as np
import pytest

from autotrain_core import services
from autotrain_core.models import (
    Curriculum,
    Kind,
    ParameterChange,
    TrainingStage,
    describe_changes,
    load_curriculum,
    save_curriculum,
)
from autotrain_core.services import LabView, TodayBoard, TodayRow
from tests.services.labs import acting
from tests.services.nights import POOR, Nights, put, session
from tests.services.people import MOUSE, OTHER, PEOPLE, Lab

TODAY = date(2026, 10, 5)
STAGE_1 = TrainingStage.STAGE_1.name
STAGE_2 = TrainingStage.STAGE_2.name
STAGE_FINAL = TrainingStage.STAGE_FINAL.name
GRADUATED = TrainingStage.GRADUATED.name


def seen(nights: Nights) -> LabView:
    return services.lab_view(nights.store, nights.settings, at=nights.at)


def board(nights: Nights, **asked: object) -> TodayBoard:
    return services.today(seen(nights), on=TODAY, **asked)  # type: ignore[arg-type]


def coupled_baiting() -> Curriculum:
    return next(each for each in services.shipped() if each.key == "Coupled Baiting@2.3")


def replace_version(curriculum: Curriculum, version: str) -> Curriculum:
    told = json.loads(save_curriculum(curriculum))
    return load_curriculum(json.dumps({**told, "curriculum_version": version}).encode())


def only_row(nights: Nights) -> TodayRow:
    (row,) = board(nights).rows
    return row


def test_a_row_says_what_was_run_what_comes_next_and_why() -> None:
    nights = Nights()
    nights.run([session("7", 1, stage=STAGE_1, subject_alias="Pip", trainer="Ash", rig="1-A")])

    row = only_row(nights)

    assert (row.subject_id, row.alias, row.trainer, row.rig) == ("7", "Pip", "Ash", "1-A")
    assert (row.curriculum, row.stage, row.session, row.session_date) == (
        "Coupled Baiting@2.3",
        STAGE_1,
        1,
        date(2026, 10, 1),
    )
    assert (row.decision, row.following, row.at_stage) == ("PROGRESS", STAGE_2, 1)
    assert row.why.endswith(": goes on")
    assert "finished trials 500" in row.why


def test_the_reason_and_the_next_stage_are_those_that_were_published() -> None:
    nights = Nights()
    nights.run([session("7", 1, stage=STAGE_1), session("7", 2, stage=STAGE_2, **POOR)])

    row = only_row(nights)

    published = nights.rows().iloc[-1]
    assert (row.following, row.decision) == (published["next_stage_suggested"], published["decision"])


def test_what_changes_is_what_the_rig_is_told_otherwise_than_last_time() -> None:
    nights = Nights()
    nights.run([session("7", 1, stage=STAGE_1)])

    row = only_row(nights)

    assert row.changes == describe_changes(coupled_baiting(), STAGE_1, STAGE_2) != ()
    assert row.changes_known


def test_of_a_mouse_that_stays_nothing_changes() -> None:
    nights = Nights()
    nights.run([session("7", 1, stage=STAGE_1, **POOR)])

    row = only_row(nights)

    assert (row.decision, row.changes, row.changes_known) == ("STAY", (), True)


def test_where_the_curriculum_is_gone_nobody_claims_that_nothing_changes() -> None:
    nights = Nights()
    own = replace_version(coupled_baiting(), "2.4")
    key = nights.settings.curricula.key + own.file_name
    put(nights.home, key, save_curriculum(own))
    nights.run([session("7", 1, stage=STAGE_1, curriculum_version="2.4"), session("8", 1)])
    before = board(nights).rows[0]
    put(nights.home, key, b"{}")

    row = board(nights).rows[0]

    assert (before.following, before.changes_known, row.following) == (STAGE_2, True, STAGE_2)
    assert (row.changes, row.changes_known) == ((), False)


def test_a_mouse_of_which_nothing_was_decided_stands_there_with_the_alert() -> None:
    nights = Nights()
    nights.run([session("7", 1, curriculum_version="9"), session("8", 1)])

    row = board(nights).rows[0]

    assert (row.subject_id, row.curriculum, row.decision, row.session, row.why) == ("7", "", "", None, "")
    assert [alert.kind for alert in row.alerts] == ["not decided"]


def test_after_a_session_that_was_left_out_the_last_decided_one_stands() -> None:
    nights = Nights()
    nights.run([session("7", 1, stage=STAGE_1), session("7", 2, curriculum_version="9")])

    row = only_row(nights)

    assert (row.session, row.following) == (1, STAGE_2)
    assert row.needs_person


def test_who_needs_a_person_stands_first_and_the_others_in_the_order_in_which_people_count() -> None:
    nights = Nights()
    nights.run([session("m10", 1), session("m2", 1), session("m3", 1, curriculum_version="9")])

    assert [row.subject_id for row in board(nights).rows] == ["m3", "m2", "m10"]


def test_what_is_only_to_be_known_changes_no_order() -> None:
    nights = Nights()
    nights.run([session("2", 2), session("10", 1)])

    rows = board(nights).rows

    assert [row.subject_id for row in rows] == ["2", "10"]
    assert [len(row.alerts) for row in rows] == [0, 1]


def test_the_counts_are_those_of_all_that_were_asked_for_whatever_is_shown() -> None:
    nights = Nights()
    nights.run(
        [
            session("1", 1, stage=STAGE_1),
            session("2", 1, stage=STAGE_1, **POOR),
            session("3", 1, curriculum_version="9"),
        ]
    )

    shown = board(nights, only_urgent=True)

    told = {"in training": 3, "need a person": 1, "go on": 1, "go back": 0, "stay": 1, "have graduated": 0}
    assert shown.counts == told
    assert [row.subject_id for row in shown.rows] == ["3"]
    assert shown.listed == 1


def test_only_the_mice_that_were_asked_for_stand_there() -> None:
    nights = Nights()
    nights.run([session("1", 1), session("2", 1)])

    shown = board(nights, among=np.array([False, True]))

    assert [row.subject_id for row in shown.rows] == ["2"]
    assert shown.counts["in training"] == 1


def test_a_board_that_is_cut_off_says_how_many_there_are() -> None:
    nights = Nights()
    nights.run([session(str(mouse), 1) for mouse in range(5)])

    shown = board(nights, most=2)

    assert [row.subject_id for row in shown.rows] == ["0", "1"]
    assert (shown.listed, shown.counts["in training"]) == (5, 5)


def rested(subject: str, **more: Any) -> list[dict[str, Any]]:
    """A mouse that was sent to Graduated and ran there."""
    return [session(subject, 1, stage=STAGE_FINAL, **more), session(subject, 2, stage=GRADUATED, **more)]


def test_a_mouse_that_has_graduated_stays_and_needs_nobody_is_named_and_has_no_row() -> None:
    nights = Nights()
    nights.run([*rested("10"), *rested("9"), session("7", 2, stage=STAGE_1)])

    shown = board(nights)

    assert [row.subject_id for row in shown.rows] == ["7"]
    assert shown.graduated == ("9", "10")
    assert (shown.counts["in training"], shown.counts["stay"], shown.counts["have graduated"]) == (1, 0, 2)


def test_a_mouse_that_has_graduated_and_needs_a_person_has_a_row() -> None:
    nights = Nights()
    nights.run([*rested("9"), session("9", 3, stage=GRADUATED, curriculum_version="9")])

    shown = board(nights)

    assert [row.subject_id for row in shown.rows] == ["9"]
    assert (shown.graduated, shown.counts["in training"], shown.counts["have graduated"]) == ((), 1, 0)


def test_a_mouse_that_graduates_today_has_a_row() -> None:
    nights = Nights()
    nights.run([session("9", n, stage=STAGE_FINAL, finished_trials=600, day=n) for n in range(1, 12)])

    shown = board(nights)

    assert [(row.decision, row.following) for row in shown.rows] == [("PROGRESS", GRADUATED)]
    assert shown.graduated == ()


def test_those_that_have_graduated_stand_last_where_they_are_asked_for() -> None:
    nights = Nights()
    nights.run([*rested("1"), session("7", 2, stage=STAGE_1), session("8", 2, curriculum_version="9")])

    shown = board(nights, graduates=True)

    assert [row.subject_id for row in shown.rows] == ["8", "7", "1"]
    assert (shown.listed, shown.graduated, shown.counts["have graduated"]) == (3, (), 1)


def test_among_those_that_need_a_person_nobody_is_named_who_has_graduated() -> None:
    nights = Nights()
    nights.run(rested("1"))

    shown = board(nights, only_urgent=True)

    assert (shown.rows, shown.graduated, shown.counts["have graduated"]) == ((), (), 1)


def test_of_those_that_have_graduated_newer_sessions_are_counted() -> None:
    nights = Nights()
    nights.run(rested("1"))
    nights.table([*rested("1"), session("1", 3, stage=GRADUATED)])

    assert board(nights).newer == 1


def test_a_mouse_that_left_stands_on_no_board() -> None:
    nights = Nights()
    nights.run([session("1", 1)])

    shown = services.today(seen(nights), on=date(2026, 12, 1))

    assert (shown.rows, shown.newest) == ((), date(2026, 10, 1))


def test_sessions_since_the_last_run_are_counted_and_the_row_is_that_of_the_run() -> None:
    nights = Nights()
    nights.run([session("7", 1, stage=STAGE_1)])
    nights.table([session("7", 1, stage=STAGE_1), session("7", 2, stage=STAGE_2), session("7", 3, stage=STAGE_2)])

    shown = board(nights)

    assert shown.newer == 1
    assert [(row.session, row.newer, row.following) for row in shown.rows] == [(1, 2, STAGE_2)]


def test_a_session_that_the_table_lost_keeps_its_row_and_says_so() -> None:
    nights = Nights()
    nights.run([session("7", 1, stage=STAGE_1), session("8", 1)])
    nights.run([session("8", 1)])

    row = next(row for row in board(nights).rows if row.subject_id == "7")

    assert (row.session, row.following) == (1, STAGE_2)
    assert "what was published stands" in row.why


def test_a_session_table_that_cannot_be_read_takes_no_mouse_off_the_board() -> None:
    nights = Nights()
    nights.run([session("7", 1, stage=STAGE_1)])
    nights.table([{"subject_id": "7"}])

    row = only_row(nights)

    assert (row.following, row.changes_known) == (STAGE_2, True)


def test_a_lab_without_sessions_has_an_empty_board() -> None:
    shown = board(Nights())

    assert (shown.rows, shown.listed, shown.newest, shown.newer) == ((), 0, None, 0)
    assert shown.counts["in training"] == 0


def test_a_spreadsheet_has_the_rows_of_the_board() -> None:
    nights = Nights()
    nights.run([session("7", 1, stage=STAGE_1), session("8", 1, curriculum_version="9")])

    table = services.today_table(board(nights))

    assert table["subject_id"].tolist() == ["8", "7"]
    assert table["last_session"].astype(object).fillna("").tolist() == ["", 1]
    assert table["next_stage"].tolist() == ["", STAGE_2]
    assert "BlockMax 20 to 40 trials" in table["changes"][1]
    assert table["alerts"][0].startswith("Session 1")


def test_an_empty_board_is_an_empty_spreadsheet_with_its_columns() -> None:
    table = services.today_table(board(Nights()))

    assert len(table) == 0
    assert "next_stage" in table.columns


@pytest.mark.parametrize(
    ("before", "after", "unit", "said"),
    [
        ("10", "20", "trials", "X 10 to 20 trials"),
        (True, False, "", "X on to off"),
        ("1", None, "s", "X 1 to nothing"),
        (None, "2", "s", "X nothing to 2 s"),
    ],
)
def test_a_change_is_said_with_its_unit(
    before: str | bool | None, after: str | bool | None, unit: str, said: str
) -> None:
    assert services.change_in_words(ParameterChange(name="X", title="X", unit=unit, before=before, after=after)) == said


def test_the_board_says_what_people_decided_and_what_waits_for_an_answer() -> None:
    lab = Lab()
    lab.propose(kind=Kind.HOLD, stage="")
    lab.tell()
    lab.propose(identity="ov-2", mouse=OTHER)

    board = services.today(lab.view(), on=lab.at.date())

    other, held = board.rows
    assert (other.subject_id, other.needs_person) == (OTHER, True)
    assert [one.sentence for one in other.proposals] == [
        "STAGE_1 for the next session (Struggling in a way that the rules do not see)"
    ]
    assert (held.following, held.decision, held.changes) == ("STAGE_3", "STAY", ())
    assert held.by_people.startswith("ben@lab.org overrode the rules: hold at STAGE_3 for the next session")


def test_a_session_that_did_not_follow_its_override_needs_a_person() -> None:
    lab = Lab()
    lab.propose(kind=Kind.HOLD, stage="")
    lab.tell()
    lab.trains("STAGE_FINAL")

    (alert, *_) = services.alerts_of(lab.view(), MOUSE, on=lab.at.date())

    assert (alert.kind, alert.urgent) == ("not followed", True)
    assert alert.sentence.startswith("The last session did not follow its override: hold at STAGE_3")
    assert services.need_a_person(lab.view(), on=lab.at.date()) == 1


def test_an_override_that_a_session_has_overtaken_needs_a_person_until_it_is_proposed_again() -> None:
    lab = Lab()
    lab.propose()
    lab.trains("STAGE_FINAL")
    found = [alert.kind for alert in services.alerts_of(lab.view(), MOUSE, on=lab.at.date())]

    lab.propose(identity="ov-2", instead_of="ov-1")

    assert found == ["overtaken"]
    assert services.alerts_of(lab.view(), MOUSE, on=lab.at.date()) == ()


def test_a_mouse_that_waits_for_its_first_session_is_named_for_everyone() -> None:
    lab = Lab()
    wishes = (services.EnrolmentWish(subject_id="700010", curriculum="Coupled Baiting", version="2.3"),)
    actor = acting("ben@lab.org", PEOPLE)
    seen = services.plan_enrolments(lab.store, lab.settings, lab.view(), wishes, actor=actor, at=lab.at).seen
    services.enrol(lab.store, lab.settings, wishes, seen=seen, actor=actor, at=lab.at, identity="b")
    view, on = lab.view(), lab.at.date()

    everyone = services.today(view, on=on)
    some = services.today(view, on=on, among=np.array([True, False]))

    assert [(one.subject_id, one.stage) for one in everyone.enrolled] == [("700010", "STAGE_1_WARMUP")]
    assert some.enrolled == ()
