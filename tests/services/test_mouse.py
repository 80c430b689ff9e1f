"""One mouse: who it is, what it runs next, why, and how it compares."""

import json
from datetime import date
from typing import Any

import pytest

from autotrain_core import services
from autotrain_core.errors import NotStoredError
from autotrain_core.services import Mouse, Settings
from tests.services.mice import climbing, seen, with_document_of_its_own
from tests.services.nights import POOR, Nights, put, session

DAY = date(2026, 10, 12)
PEOPLE: dict[str, Any] = {
    "trainer": "Ben L",
    "PI": "Heron",
    "project": "Foraging",
    "rig": "447-1-A",
    "subject_alias": "Sesame",
}


def looked(rows: list[dict[str, Any]], subject: str = "7", **asked) -> Mouse:
    nights = Nights(**{name: asked.pop(name) for name in ("settings",) if name in asked})
    nights.run(rows)
    return services.mouse(seen(nights), subject, on=DAY, **asked)


def test_a_mouse_is_known_by_what_its_sessions_say() -> None:
    mouse = looked(climbing(**PEOPLE))

    assert (mouse.alias, mouse.project, mouse.PI, mouse.trainer, mouse.rig) == (
        "Sesame", "Foraging", "Heron", "Ben L", "447-1-A",
    )  # fmt: skip
    assert (mouse.curriculum, mouse.curriculum_name, mouse.curriculum_version) == (
        "Coupled Baiting@2.3", "Coupled Baiting", "2.3",
    )  # fmt: skip
    assert (mouse.first_date, mouse.last_date) == (date(2026, 10, 1), date(2026, 10, 3))
    assert (mouse.sessions, mouse.decided, mouse.gone, mouse.default_session) == (3, 3, 0, 3)


def test_what_nobody_wrote_down_is_empty() -> None:
    mouse = looked(climbing())

    assert (mouse.alias, mouse.project, mouse.PI, mouse.trainer, mouse.rig, mouse.elsewhere) == ("",) * 6


def test_a_mouse_is_in_training_while_its_last_session_is_recent() -> None:
    nights = Nights()
    nights.run(climbing())
    view = seen(nights)

    assert services.mouse(view, "7", on=date(2026, 10, 17)).in_training
    assert not services.mouse(view, "7", on=date(2026, 10, 18)).in_training


def test_what_runs_next_comes_with_what_changes_on_the_rig() -> None:
    mouse = looked(climbing(upto=2))

    coming = mouse.coming
    assert (coming.stage, coming.last_stage, coming.decision, coming.after) == ("STAGE_3", "STAGE_2", "PROGRESS", 2)
    assert coming.problem == ""
    changed = {change.name: change.after for change in coming.changes}
    assert changed
    assert changed.items() <= coming.parameters.items()


def test_a_mouse_that_stays_runs_as_it_did() -> None:
    mouse = looked([session("7", 1, stage="STAGE_1", **POOR)])

    assert mouse.coming.stage == "STAGE_1"
    assert mouse.coming.changes == ()
    assert mouse.coming.parameters


def test_of_a_mouse_without_a_decided_session_nothing_comes_next() -> None:
    mouse = looked([session("7", 1, curriculum_name="Nobody's", curriculum_version="9"), session("8", 1)])

    assert mouse.coming == services.NextRun()
    assert mouse.decided == 0
    assert mouse.default_session == 1
    assert "Nobody" in mouse.reason


def test_a_curriculum_that_nobody_has_any_more_is_said_plainly(tmp_path) -> None:
    nights, key = with_document_of_its_own(tmp_path)
    nights.run(climbing(curriculum_name="Gone one", curriculum_version="7"))
    (tmp_path / key).unlink()
    view = seen(nights)

    mouse, reason = services.mouse(view, "7", on=DAY), services.why_of(view, "7", 3)

    assert mouse.coming.stage == "STAGE_FINAL"
    assert mouse.coming.parameters == {}
    assert "no document of Gone one 7 any more" in mouse.coming.problem
    assert reason.explanation is None
    assert reason.published
    assert reason.sentence == "the lab has no document of Gone one 7 any more, so that its rules cannot be asked"
    assert [stretch.limits for stretch in services.stretches(view, mouse.rows)] == [(), (), ()]


def test_a_stage_that_the_document_lost_is_said_plainly(tmp_path) -> None:
    nights, key = with_document_of_its_own(tmp_path)
    nights.run(climbing(upto=2, curriculum_name="Gone one", curriculum_version="7"))
    document = json.loads((tmp_path / key).read_text())
    for part in ("parameters", "curriculum"):
        del document[part]["Stage 3"]
    put(nights.home, key, json.dumps(document).encode())

    coming = services.mouse(seen(nights), "7", on=DAY).coming

    assert coming.problem == "Gone one 7 has no stage STAGE_3 any more, so that its settings cannot be told."


def test_settings_that_do_not_fit_are_not_sent_to_a_rig(tmp_path) -> None:
    nights, key = with_document_of_its_own(tmp_path)
    nights.run(climbing(upto=2, curriculum_name="Gone one", curriculum_version="7"))
    document = json.loads((tmp_path / key).read_text())
    document["parameters"]["Stage 3"]["BlockMin"] = "many"
    put(nights.home, key, json.dumps(document).encode())

    coming = services.mouse(seen(nights), "7", on=DAY).coming

    assert coming.parameters == {}
    assert "BlockMin" in coming.problem


def test_what_changes_cannot_be_told_where_the_last_stage_is_gone(tmp_path) -> None:
    nights, key = with_document_of_its_own(tmp_path)
    nights.run(climbing(upto=2, curriculum_name="Gone one", curriculum_version="7"))
    document = json.loads((tmp_path / key).read_text())
    document["parameters"]["Stage 2"]["BlockMin"] = "many"
    put(nights.home, key, json.dumps(document).encode())

    coming = services.mouse(seen(nights), "7", on=DAY).coming

    assert coming.parameters
    assert coming.changes == ()
    assert coming.problem.startswith("What changes cannot be told")


def test_mice_follow_each_other_as_people_count() -> None:
    nights = Nights()
    nights.run([session(subject, 1) for subject in ("m10", "m2", "m1")])
    view = seen(nights)

    first, middle, last = (services.mouse(view, each, on=DAY) for each in ("m1", "m2", "m10"))

    assert (first.before, first.after, first.place, first.places) == ("", "m2", 1, 3)
    assert (middle.before, middle.after) == ("m1", "m10")
    assert (last.before, last.after) == ("m2", "")


def test_mice_follow_each_other_in_the_order_that_was_asked_for() -> None:
    nights = Nights()
    nights.run([session(subject, 1) for subject in ("m10", "m2", "m1")])
    view = seen(nights)

    among = services.mouse(view, "m2", on=DAY, among=("m10", "m2"))
    outside = services.mouse(view, "m1", on=DAY, among=("m10", "m2"))

    assert (among.before, among.after, among.places) == ("m10", "", 2)
    assert (outside.after, outside.places) == ("m2", 3)


def test_an_unknown_mouse_is_not_there() -> None:
    with pytest.raises(NotStoredError, match="no mouse 8"):
        looked(climbing(), "8")


def test_sessions_that_came_since_the_last_run_wait_for_the_next() -> None:
    nights = Nights()
    nights.run([*climbing(), session("7", 4, curriculum_name=None)])
    nights.table([*climbing(), session("7", 4, curriculum_name=None), session("7", 5)])

    assert services.mouse(seen(nights), "7", on=DAY).waiting == (5,)


def test_a_session_that_the_table_lost_is_counted() -> None:
    nights = Nights()
    nights.run(climbing())
    nights.table(climbing()[:2])

    mouse = services.mouse(seen(nights), "7", on=DAY)

    assert (mouse.sessions, mouse.decided, mouse.gone) == (2, 3, 1)


def test_remarks_are_those_of_this_mouse() -> None:
    nights = Nights()
    nights.run([*climbing("7"), *climbing("8"), session("7", 4, curriculum_name=None)])

    mouse = services.mouse(seen(nights), "7", on=DAY)

    assert mouse.notices["subject_id"].unique().tolist() == ["7"]
    assert "off-curriculum" in mouse.notices["kind"].tolist()
    assert len(mouse.differences) == len(mouse.amendments) == 0


def test_a_mouse_without_dates_has_none() -> None:
    mouse = looked([session("7", 1) | {"session_date": None}])

    assert (mouse.first_date, mouse.last_date, mouse.in_training) == (None, None, False)


def test_a_lab_says_where_its_mice_are_elsewhere() -> None:
    settings = Settings.model_validate({"app": {"subject_link": "https://colony.lab/{subject_id}"}})

    assert looked(climbing(), settings=settings).elsewhere == "https://colony.lab/7"


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        ("sesame", "70012"),
        ("7001", "70012"),
        ("70021", "70012"),
        ("the mouse 70012?", "70012"),
        ("", None),
        ("zzz", None),
    ],
)
def test_who_may_have_been_meant_is_found(sought: str, found: str | None) -> None:
    nights = Nights()
    nights.run([session("70012", 1, subject_alias="Sesame"), session("9", 1)])

    near = services.nearest_mice(seen(nights), sought)

    assert (near[0] if near else None) == found
