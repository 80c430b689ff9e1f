"""What the page of a cohort counts: whole histories where the way of a mouse is told, chosen sessions elsewhere."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from autotrain_core import services
from autotrain_core.errors import TableError
from autotrain_core.services import Cohort, LabView, Selection
from tests.services.nights import GOOD, POOR, Nights, session

NOW = datetime(2026, 10, 25, 9, tzinfo=UTC)
DAY = NOW.date()
UP = ["STAGE_1_WARMUP", "STAGE_2", "STAGE_3", "STAGE_FINAL"]


def lab(*rows: dict[str, Any]) -> LabView:
    """The view of a lab of these sessions, after one night."""
    nights = Nights()
    nights.run(rows)
    return services.lab_view(nights.store, nights.settings, at=NOW)


def mouse(subject: str, sessions: int, **more: Any) -> list[dict[str, Any]]:
    """A mouse that climbs, and at Stage final stays until it graduates, after ten sessions."""
    return [session(subject, number, stage=UP[min(number, 4) - 1], **more) for number in range(1, sessions + 1)]


def training() -> LabView:
    """Graduates a, b and c, the last one long after; d is at Stage final since, e has but one session."""
    return lab(
        *mouse("a", 10, project="P"),
        *mouse("b", 10, project="P"),
        *mouse("c", 9, project="Q"),
        session("c", 10, stage="STAGE_FINAL", project="Q", **POOR),
        *mouse("d", 7, project="Q"),
        *mouse("e", 1),
    )


def of(view: LabView, **chosen: Any) -> Cohort:
    return services.cohort(view, Selection(**chosen), on=DAY)


def test_a_cohort_holds_the_whole_histories_of_the_mice_that_have_a_chosen_session() -> None:
    found = of(training(), stage=("STAGE_2",))

    assert found.mice == 4
    assert set(found.sessions["stage"]) == {"STAGE_2"}
    assert len(found.sessions) == 4
    assert len(found.histories) == 10 + 10 + 10 + 7


def test_sessions_that_were_not_decided_are_no_part_of_a_cohort() -> None:
    view = lab(*mouse("a", 2), session("a", 3, curriculum_name=None), session("b", 1, curriculum_name="No such one"))

    found = of(view)

    assert (found.mice, len(found.histories), len(found.sessions)) == (1, 2, 2)


def test_a_pattern_that_is_none_is_said() -> None:
    with pytest.raises(TableError, match="is no pattern for mice"):
        of(training(), subject="(")


def test_a_filter_that_cuts_histories_leaves_the_time_to_graduate_as_it_was() -> None:
    view = training()

    whole = services.training_times(of(view, subject="a b d")).overall
    cut = services.training_times(of(view, subject="a b d", stage=("STAGE_2",), last=date(2026, 10, 3))).overall

    assert whole is not None
    assert cut is not None
    assert (cut.n, cut.observed, cut.median) == (whole.n, whole.observed, whole.median) == (3, 2, 10.0)


def test_times_stand_in_groups_the_largest_first_and_those_of_no_group_last() -> None:
    times = services.training_times(of(training()), by="project")

    assert {name: (curve.n, curve.observed) for name, curve in times.groups.items()} == {
        "P": (2, 2),
        "Q": (2, 0),
        "": (1, 0),
    }
    assert list(times.groups)[-1] == ""
    assert times.overall is not None
    assert (times.overall.n, times.overall.observed) == (5, 2)


def test_without_groups_there_is_one_of_all() -> None:
    times = services.training_times(of(training()), unit="days")

    assert list(times.groups) == ["All"]
    assert times.groups["All"] is times.overall
    assert times.unit == "days"


def test_a_mouse_counts_with_the_curriculum_that_it_is_on_last() -> None:
    other: dict[str, Any] = {"curriculum_name": "Uncoupled Baiting"}
    view = lab(
        *mouse("a", 10), *mouse("b", 3), *[session("b", number, stage="STAGE_3", **other) for number in range(4, 7)]
    )

    first = services.training_times(of(view, curriculum=("Coupled Baiting",)), by="curriculum")
    second = services.training_times(of(view, curriculum=("Uncoupled Baiting",)), by="curriculum")

    assert {name: curve.n for name, curve in first.groups.items()} == {"Coupled Baiting@2.3": 1}
    assert {name: curve.times.max() for name, curve in second.groups.items()} == {"Uncoupled Baiting@2.3": 6.0}


def test_the_curves_hold_a_row_for_each_time_of_each_group() -> None:
    times = services.training_times(of(training()), by="project")

    curves = services.training_curves(times)

    of_p = curves[curves["group"] == "P"].to_dict(orient="records")
    assert [(row["time"], row["at_risk"], row["graduated"], row["censored"]) for row in of_p] == [(10.0, 2, 2, 0)]
    assert of_p[0]["not_graduated"] == 0
    assert list(curves.groupby("group").size()) == [1, 1, 2]


def test_of_nobody_there_are_no_times_no_curves_no_visits_and_no_changes() -> None:
    nobody = of(training(), subject="nobody")

    times = services.training_times(nobody, by="project")

    assert nobody.mice == 0
    assert times.overall is None
    assert times.groups == {}
    assert services.training_times(nobody).groups == {}
    assert list(services.training_curves(times).columns)[:3] == ["group", "time", "at_risk"]
    assert services.stages_over_time(nobody).empty
    assert services.visits_by_stage(nobody, by="project").empty
    assert services.stage_changes(nobody, flow="ran").empty


def test_stages_over_time_are_cut_to_the_chosen_period_and_say_who_was_where_at_its_beginning() -> None:
    view = lab(session("a", 1, day=1, stage="STAGE_1"), session("a", 2, day=9, stage="STAGE_3"))

    table = services.stages_over_time(of(view, first=date(2026, 10, 4), last=date(2026, 10, 9)), over="date")

    assert [str(day.date()) for day in table.index] == ["2026-10-04", "2026-10-09"]
    assert table.to_dict(orient="list") == {"STAGE_1": [1, 0], "STAGE_3": [0, 1]}


def test_a_period_begins_with_its_week() -> None:
    view = lab(session("a", 1, day=1, stage="STAGE_1"), session("a", 2, day=14, stage="STAGE_3"))

    table = services.stages_over_time(of(view, first=date(2026, 10, 8)), over="week")

    assert [str(day.date()) for day in table.index] == ["2026-10-05", "2026-10-12"]


def test_before_anybody_trained_there_is_no_row() -> None:
    view = lab(session("a", 1, day=8, stage="STAGE_1"))

    table = services.stages_over_time(of(view, first=date(2026, 10, 1)), over="date")

    assert [str(day.date()) for day in table.index] == ["2026-10-08"]


def test_stages_over_time_show_the_chosen_stages_only() -> None:
    table = services.stages_over_time(of(training(), stage=("STAGE_2", "STAGE_3")), over="session")

    assert list(table.columns) == ["STAGE_2", "STAGE_3"]
    counts = table.to_dict(orient="index")
    assert counts[2] == {"STAGE_2": 4, "STAGE_3": 0}
    assert counts[3] == {"STAGE_2": 0, "STAGE_3": 4}


def test_a_visit_counts_with_its_whole_length_where_one_of_its_sessions_is_chosen() -> None:
    view = lab(*[session("a", number, stage="STAGE_2") for number in (1, 2, 3)], session("a", 4, stage="STAGE_3"))

    table = services.visits_by_stage(of(view, first=date(2026, 10, 2), last=date(2026, 10, 2)))

    assert table[["group", "stage", "visits", "n", "median"]].to_dict(orient="records") == [
        {"group": "All", "stage": "STAGE_2", "visits": 1, "n": 1, "median": 3.0}
    ]


def test_visits_stand_in_the_group_of_their_last_session() -> None:
    view = lab(
        session("a", 1, stage="STAGE_2", project="P"),
        session("a", 2, stage="STAGE_2", project="Q"),
        session("a", 3, stage="STAGE_3"),
    )

    table = services.visits_by_stage(of(view), by="project")

    assert list(zip(table["group"], table["stage"].astype(str), table["visits"], strict=True)) == [
        ("Q", "STAGE_2", 1),
        ("", "STAGE_3", 1),
    ]


def test_a_visit_in_days_counts_the_calendar() -> None:
    view = lab(
        session("a", 1, day=1, stage="STAGE_2"),
        session("a", 2, day=5, stage="STAGE_2"),
        session("a", 3, day=6, stage="STAGE_3"),
    )

    table = services.visits_by_stage(of(view), unit="days")

    assert table["median"].iloc[0] == 5.0


def test_changes_as_decided_follow_the_rules_and_as_run_the_trainer() -> None:
    # After a good first session the rules send to Stage 2; the trainer runs Stage 3.
    view = lab(session("a", 1, stage="STAGE_1_WARMUP", **GOOD), session("a", 2, stage="STAGE_3", **POOR))

    decided = services.stage_changes(of(view))
    ran = services.stage_changes(of(view), flow="ran")

    assert [
        tuple(row)
        for row in decided[["stage", "to", "mice", "count", "share"]].astype({"stage": str, "to": str}).to_numpy()
    ] == [
        ("STAGE_1_WARMUP", "STAGE_2", 1, 1, 1.0),
        ("STAGE_3", "STAGE_2", 1, 1, 1.0),
    ]
    assert [tuple(row) for row in ran[["stage", "to", "count"]].astype({"stage": str, "to": str}).to_numpy()] == [
        ("STAGE_1_WARMUP", "STAGE_3", 1)
    ]


def test_what_ran_next_is_known_though_the_next_session_is_not_chosen() -> None:
    view = lab(session("a", 1, stage="STAGE_2"), session("a", 2, stage="STAGE_3"), session("b", 1, stage="STAGE_1"))

    ran = services.stage_changes(of(view, stage=("STAGE_2",)), flow="ran")

    assert list(ran["to"].astype(str)) == ["STAGE_3"]


def test_a_mouse_that_goes_a_way_twice_counts_once_among_the_mice() -> None:
    view = lab(*[session("a", number, stage="STAGE_2", **POOR) for number in (1, 2, 3)])

    changes = services.stage_changes(of(view))

    assert changes["count"].sum() == 3
    assert changes["mice"].to_list() == [1]
