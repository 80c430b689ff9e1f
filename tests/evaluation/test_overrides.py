"""What people decided, in decisions: overrides, holds, mice taken off, enrolments, sessions that do not count."""

import pandas as pd
import pytest

from autotrain_core.errors import NotStoredError
from autotrain_core.evaluation import decide, decide_and_report, explain, interventions, terms_of
from autotrain_core.models import Library, State
from tests.evaluation.documents import LADDER, curriculum, sessions
from tests.evaluation.orders import day, enrolment, mark, override, ref

TOY = curriculum(LADDER)
NEW = curriculum(LADDER, version="2")
BOTH = Library([TOY, NEW])
STAYS = 60, 0.6  # at A and B; at B the mouse stays


def table(*stages, versions=None, start=1, measured=STAYS):
    """Sessions of mouse m at these stages (None: not known), one a day; `versions` of Toy, None for off curriculum."""
    rows = [("m", number, *measured, stage) for number, stage in enumerate(stages, start)]
    made = sessions(rows, session_date=[str(day(row[1])) for row in rows])
    if versions is not None:
        made["curriculum_name"] = ["Toy" if version else None for version in versions]
        made["curriculum_version"] = list(versions)
    return made


def suggested(found):
    return found["current_stage_suggested"].tolist()


def overridden(found):
    return found["overridden_by_trainer"].tolist()


def kinds(outcome):
    return [(notice.session, notice.kind) for notice in outcome.report]


def test_a_followed_override_is_what_was_suggested_and_no_override_by_the_trainer() -> None:
    plain = decide(table("A", "C", "C"), TOY)
    found = decide(table("A", "C", "C"), TOY, overrides=[override(stage="C", after=1, since=2)])

    assert (suggested(plain), overridden(plain)) == (["A", "A", "B"], [False, True, True])
    assert (suggested(found), overridden(found)) == (["A", "C", "B"], [False, False, True])
    assert found["next_stage_suggested"].tolist() == plain["next_stage_suggested"].tolist()


def test_an_override_that_was_not_followed_was_in_force_all_the_same() -> None:
    found = decide_and_report(table("A", "B", "B"), TOY, overrides=[override(stage="C", after=1, since=2)])

    assert suggested(found.decisions) == ["A", "C", "B"]
    assert overridden(found.decisions) == [False, True, False]
    assert kinds(found) == [(2, "not-followed")]
    assert str(found.report[0]) == "m, session 2: the override ov-1 was not followed"


def test_where_the_stage_is_not_known_an_override_is_taken_as_followed() -> None:
    found = decide(table(None, None, None), TOY, overrides=[override(stage="C", after=1, since=2)])

    assert found["current_stage_actual"].tolist() == ["A", "C", "B"]
    assert not found["closed_loop"].any()


def test_a_hold_keeps_the_mouse_for_so_many_sessions() -> None:
    good = table(None, None, None, None, measured=(150, 0.6))
    hold = override(kind="hold", stage="A", sessions=2, after=1, since=2)

    assert suggested(decide(good, TOY)) == ["A", "B", "B", "B"]
    assert suggested(decide(good, TOY, overrides=[hold])) == ["A", "A", "A", "B"]
    assert decide(good, TOY, overrides=[hold])["next_stage_suggested"].tolist() == ["B", "B", "B", "B"]


def test_a_hold_until_a_day_ends_with_that_day() -> None:
    good = table(None, None, None, None, measured=(150, 0.6))
    hold = override(kind="hold", stage="A", sessions=None, until=3, after=1, since=2)

    assert suggested(decide(good, TOY, overrides=[hold])) == ["A", "A", "A", "B"]


def test_an_override_is_over_with_the_first_session_that_does_not_follow_it() -> None:
    hold = override(kind="hold", stage="A", sessions=3, after=1, since=2)

    found = decide(table("A", "B", "A", "A"), TOY, overrides=[hold])

    assert suggested(found) == ["A", "A", "B", "A"]
    assert overridden(found) == [False, True, True, False]


def test_an_override_counts_from_its_day_on() -> None:
    assert suggested(decide(table("A", "A", "C"), TOY, overrides=[override(stage="C", after=1, since=3)])) == [
        "A", "A", "C",
    ]  # fmt: skip


@pytest.mark.parametrize("state", [State.PROPOSED, State.APPROVED, State.REFUSED, State.STALE, State.WITHDRAWN])
def test_what_the_rigs_were_not_told_changes_nothing(state) -> None:
    one = override(stage="C", after=1, since=2, state=state)

    pd.testing.assert_frame_equal(decide(table("A", "C"), TOY, overrides=[one]), decide(table("A", "C"), TOY))


@pytest.mark.parametrize("state", [State.USED, State.NOT_FOLLOWED, State.REVOKED])
def test_what_is_over_was_in_force_for_the_sessions_on_record_and_no_late_one(state) -> None:
    ran = (ref("m", 3, 3),)
    one = override(stage="C", after=1, since=2, state=state, ran=ran)

    found = decide(table("A", "A", "C"), TOY, overrides=[one])

    assert suggested(found) == (["A", "A", "A"] if state is State.REVOKED else ["A", "A", "C"])


def test_the_later_of_two_overrides_takes_the_place_of_the_earlier() -> None:
    hold = override(kind="hold", stage="A", sessions=4, after=1, since=2)
    jump = override(stage="C", after=2, since=3, id="ov-2")

    for told in ([hold, jump], [jump, hold]):
        assert suggested(decide(table("A", "A", "C", "C"), TOY, overrides=told)) == ["A", "A", "C", "B"]


def test_another_curriculum_is_followed_by_a_row_that_names_it() -> None:
    to_new = override(kind="curriculum", stage="C", curriculum="Toy", version="2", after=1, since=2)

    followed = decide_and_report(table("A", "C", versions="12"), BOTH, overrides=[to_new])
    missed = decide_and_report(table("A", "C", versions="11"), BOTH, overrides=[to_new])
    unknown = decide_and_report(table("A", None, None, versions="111"), BOTH, overrides=[to_new])

    assert (overridden(followed.decisions), kinds(followed)) == ([False, False], [])
    assert (overridden(missed.decisions), kinds(missed)) == ([False, False], [(2, "not-followed")])
    assert (suggested(unknown.decisions), kinds(unknown)) == (["A", "A", "A"], [(2, "not-followed")])


def test_a_stage_that_no_curriculum_has_is_reported_and_the_rules_go_on() -> None:
    found = decide_and_report(table("A", None, "A"), TOY, overrides=[override(stage="Z", after=1, since=2)])

    assert suggested(found.decisions) == ["A", "A", "A"]
    assert [str(each) for each in found.report] == [
        "m, session 2: ov-1 says Z, which no curriculum here has; it was not taken into account"
    ]


def test_sessions_of_a_mouse_that_was_taken_off_do_not_count_until_it_is_put_back() -> None:
    off = override(kind="off", sessions=None, after=1, since=2)
    back = override(kind="on", stage="B", curriculum="Toy", version="1", after=3, since=4, id="ov-2")
    ran = table("A", None, None, "B", versions=["1", "1", None, "1"])

    found = decide_and_report(ran, BOTH, overrides=[off, back])

    assert found.decisions["session"].tolist() == [1, 4]
    assert (suggested(found.decisions), overridden(found.decisions)) == (["A", "B"], [False, False])
    assert kinds(found) == [(2, "taken-off"), (3, "off-curriculum")]


def test_a_mouse_that_was_taken_off_and_ran_a_stage_all_the_same_is_decided() -> None:
    off = override(kind="off", sessions=None, after=1, since=2)

    found = decide_and_report(table("A", "A", None, versions="111"), BOTH, overrides=[off])

    assert found.decisions["session"].tolist() == [1, 2, 3]
    assert kinds(found) == [(2, "not-followed")]


def test_a_mouse_begins_where_it_was_enrolled() -> None:
    begins = [enrolment(stage="B")]

    assert suggested(decide(table("B", "B"), TOY, enrolments=begins)) == ["B", "B"]
    assert overridden(decide(table("A"), TOY, enrolments=begins)) == [True]
    assert suggested(decide(table(None), TOY, enrolments=begins)) == ["B"]
    assert suggested(decide(table("C", start=4), TOY, enrolments=begins)) == ["B"]


def test_a_start_that_could_not_be_decided_leaves_the_enrolment_to_the_next_session() -> None:
    ran = table(None, None)
    ran.loc[0, ["trials", "efficiency"]] = float("nan")

    found = decide_and_report(ran, TOY, enrolments=[enrolment(stage="B")])

    assert found.decisions["session"].tolist() == [2]
    assert suggested(found.decisions) == ["B"]


def test_an_enrolment_says_nothing_of_sessions_on_another_curriculum_whose_stage_is_not_known() -> None:
    begins = [enrolment(version="2", stage="B")]

    assert suggested(decide(table(None, versions="1"), BOTH, enrolments=begins)) == ["A"]
    assert suggested(decide(table("A", versions="1"), BOTH, enrolments=begins)) == ["B"]


def test_an_enrolment_after_some_sessions_begins_anew_and_one_taken_back_does_not() -> None:
    anew = enrolment(stage="A", after=2, since=3)
    taken_back = enrolment(stage="A", after=2, since=3, ended_by="ada@lab.org", ended_at=anew.at)

    assert suggested(decide(table("B", "B", "A"), TOY, enrolments=[anew])) == ["A", "B", "A"]
    assert suggested(decide(table("B", "B", "A"), TOY, enrolments=[taken_back])) == ["A", "B", "B"]


def test_an_excluded_session_is_left_out_of_windows_and_decisions_and_the_report_says_so() -> None:
    hold = override(kind="hold", stage="A", sessions=1, after=1, since=2)
    ran = table("A", "B", "A", measured=(150, 0.6))

    found = decide_and_report(ran, TOY, marks=[mark(ref("m", 2, 2))], overrides=[hold])

    assert found.decisions["session"].tolist() == [1, 3]
    assert suggested(found.decisions) == ["A", "A"]
    assert found.decisions["session_at_current_stage"].tolist() == [1, 2]
    assert [str(each) for each in found.left_out] == [
        "m, session 2: excluded by a person (Rig fault); it was left out of the history"
    ]


def test_an_annotated_session_counts_as_before() -> None:
    marks = [mark(ref("m", 2, 2), kind="annotated")]

    pd.testing.assert_frame_equal(decide(table("A", "B"), TOY, marks=marks), decide(table("A", "B"), TOY))


def test_a_session_is_found_by_its_day_when_its_number_has_changed() -> None:
    one = override(stage="C", after=1, since=2)
    late = table("A", "A", "C")
    late["session_date"] = ["2025-12-30", str(day(1)), str(day(2))]

    assert suggested(decide(late, TOY, overrides=[one])) == ["A", "A", "C"]


def test_a_session_that_is_gone_is_thought_at_its_day_and_without_days_at_its_number() -> None:
    one = override(stage="C", after=2, since=3)
    gone = table("A", "A", "C").drop(index=1)

    assert suggested(decide(gone, TOY, overrides=[one])) == ["A", "C"]
    assert suggested(decide(gone.drop(columns="session_date"), TOY, overrides=[one])) == ["A", "C"]


def test_two_sessions_of_a_day_are_told_apart_by_their_suffix() -> None:
    ran = table("A", "A", "C").assign(session_date=str(day(1)), nwb_suffix=[101, 102, 103])
    one = override(stage="C", after=ref("m", 9, 1, "102"), since=1)

    assert suggested(decide(ran, TOY, overrides=[one])) == ["A", "A", "C"]


def test_what_concerns_no_mouse_of_the_table_is_passed_over() -> None:
    orders, begins, marks = [override("other")], [enrolment("other")], [mark(ref("other", 1, 1))]

    found = decide(table("A", "B"), TOY, overrides=orders, enrolments=begins, marks=marks)

    pd.testing.assert_frame_equal(found, decide(table("A", "B"), TOY))


def test_an_explanation_knows_what_people_decided() -> None:
    said = interventions([], [override(stage="C", after=1, since=2)], [mark(ref("m", 3, 3))])
    ran = table("A", "C", "A")

    assert explain(ran, TOY, "m", 2, said=said).suggested == "C"
    with pytest.raises(NotStoredError, match="excluded by a person"):
        explain(ran, TOY, "m", 3, said=said)


def test_parts_are_sent_the_columns_by_which_people_name_sessions() -> None:
    assert {"session_date", "nwb_suffix"} <= terms_of(TOY, said=interventions([enrolment()], [], [])).columns
    assert "session_date" not in terms_of(TOY).columns
