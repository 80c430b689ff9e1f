"""One mouse: who it is, what it runs next, why, and how it compares."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from autotrain_core import services
from autotrain_core.errors import NotStoredError
from autotrain_core.services import LabView, Mouse, Settings
from autotrain_core.store import FolderHome
from tests.services.nights import POOR, Nights, put, session

DAY = date(2026, 10, 12)
PEOPLE = {"trainer": "Ben L", "PI": "Heron", "project": "Foraging", "rig": "447-1-A", "subject_alias": "Sesame"}


def climbing(subject: str = "7", upto: int = 3, **more) -> list[dict]:
    """A mouse that ran what was suggested: warm-up, Stage 2, Stage 3, …"""
    stages = ["STAGE_1_WARMUP", "STAGE_2", "STAGE_3", "STAGE_FINAL"]
    return [session(subject, n, stage=stages[min(n, 4) - 1], **more) for n in range(1, upto + 1)]


def seen(nights: Nights) -> LabView:
    return services.lab_view(nights.store, nights.settings, at=nights.at)


def looked(rows: list[dict], subject: str = "7", **asked) -> Mouse:
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
    mouse = looked([session("7", 1, curriculum_name="Nobody's", curriculum_version="9")])

    assert mouse.coming == services.NextRun()
    assert mouse.decided == 0
    assert mouse.default_session == 1
    assert "Nobody" in mouse.reason


def with_document_of_its_own(tmp_path: Path, name: str = "Gone one") -> tuple[Nights, str]:
    shipped = next(each for each in services.shipped() if each.key == "Coupled Baiting@2.3")
    document = shipped.document | {"curriculum_name": name, "curriculum_version": "7"}
    key = f"foraging_auto_training/saved_curriculums/{name}_curriculum_v7_schema_v1.0.json"
    home = FolderHome(tmp_path)
    put(home, key, json.dumps(document).encode())
    return Nights(home=home), key


def test_a_curriculum_that_nobody_has_any_more_is_said_plainly(tmp_path) -> None:
    nights, key = with_document_of_its_own(tmp_path)
    nights.run(climbing(curriculum_name="Gone one", curriculum_version="7"))
    (tmp_path / key).unlink()
    view = seen(nights)

    mouse, reason = services.mouse(view, "7", on=DAY), services.why_of(view, "7", 3)

    assert mouse.coming.stage == "STAGE_FINAL"
    assert mouse.coming.parameters == {}
    assert "no document of Gone one@7 any more" in mouse.coming.problem
    assert reason.explanation is None
    assert reason.published
    assert reason.sentence == "the lab has no document of Gone one@7 any more, so that its rules cannot be asked"
    assert [stretch.limits for stretch in services.stretches(view, mouse.rows)] == [(), (), ()]


def test_a_stage_that_the_document_lost_is_said_plainly(tmp_path) -> None:
    nights, key = with_document_of_its_own(tmp_path)
    nights.run(climbing(upto=2, curriculum_name="Gone one", curriculum_version="7"))
    document = json.loads((tmp_path / key).read_text())
    for part in ("parameters", "curriculum"):
        del document[part]["Stage 3"]
    put(nights.home, key, json.dumps(document).encode())

    coming = services.mouse(seen(nights), "7", on=DAY).coming

    assert coming.problem == "Gone one@7 has no stage STAGE_3 any more, so that its settings cannot be told."


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


def test_a_reason_goes_through_every_clause_of_every_rule() -> None:
    nights = Nights()
    nights.run([session("7", 1, stage="STAGE_2", finished_trials=350, foraging_efficiency=0.6)])

    reason = services.why_of(seen(nights), "7", 1)

    assert reason.explanation is not None
    assert [(rule.decision, rule.outcome) for rule in reason.rules] == [("PROGRESS", "failed"), ("ROLLBACK", "failed")]
    top, trials, efficiency = reason.rules[0].clauses
    assert (top.joint, top.depth, top.holds, top.value) == ("all", 0, False, None)
    assert (trials.value, trials.sign, trials.threshold, trials.margin, trials.unit) == (350, ">=", 300, 50, "trials")
    assert (efficiency.holds, efficiency.unit, efficiency.depth) == (False, "", 1)
    assert efficiency.margin == pytest.approx(-0.05)
    assert reason.rules[1].clauses[0].joint == "any"
    assert reason.explanation.flip is not None
    assert reason.sentence == "foraging efficiency 0.6 (needs at least 0.65): stays"
    assert reason.otherwise == ()


def test_a_rule_behind_the_one_that_won_was_not_asked() -> None:
    nights = Nights()
    nights.run([session("7", 1, stage="STAGE_2")])

    outcomes = [rule.outcome for rule in services.why_of(seen(nights), "7", 1).rules]

    assert outcomes == ["won", "not asked"]


def conditions(tmp_path: Path, condition: str, **more) -> Nights:
    """A lab whose mouse is at a stage with one rule of this condition."""
    nights, key = with_document_of_its_own(tmp_path)
    document = json.loads((tmp_path / key).read_text()) | more
    document["curriculum"]["Stage 1"]["transition_rules"] = [
        {"decision": "progress", "to_stage": "Stage 2", "condition": condition, "condition_description": ""}
    ]
    put(nights.home, key, json.dumps(document).encode())
    return nights


@pytest.mark.parametrize(
    ("body", "joints", "units"),
    [
        ("not metrics.finished_trials[-1] < 200", ["not", ""], ["", "trials"]),
        ("100 <= metrics.finished_trials[-1] < 600", ["all", "", ""], ["", "", ""]),
        ("metrics.finished_trials[-1] > metrics.session_total", [""], [""]),
        ("sum(x >= 300 for x in metrics.finished_trials[-5:]) >= 3", [""], [""]),
        ("metrics.session_total >= 1", [""], ["sessions"]),
    ],
)
def test_a_condition_of_any_form_is_walked(tmp_path, body: str, joints: list[str], units: list[str]) -> None:
    nights = conditions(tmp_path, f"lambda metrics: {body}")
    nights.run([session("7", 1, stage="STAGE_1", curriculum_name="Gone one", curriculum_version="7")])

    clauses = services.why_of(seen(nights), "7", 1).rules[0].clauses

    assert [clause.joint for clause in clauses] == joints
    assert [clause.unit for clause in clauses] == units


def test_a_missing_value_leaves_a_rule_open(tmp_path) -> None:
    nights = conditions(tmp_path, "lambda metrics: metrics.finished_trials[-1] >= 200", on_missing="stay")
    row = session("7", 1, stage="STAGE_1", curriculum_name="Gone one", curriculum_version="7", finished_trials=None)
    nights.run([row])

    reason = services.why_of(seen(nights), "7", 1)

    assert [rule.outcome for rule in reason.rules] == ["open"]
    assert reason.rules[0].clauses[0].value is None


def test_an_open_loop_session_is_not_said_to_be_known() -> None:
    nights = Nights()
    nights.run([session("7", 1)])

    reason = services.why_of(seen(nights), "7", 1)

    assert reason.explanation is not None
    assert not reason.explanation.closed_loop


def test_a_session_off_curriculum_says_so() -> None:
    nights = Nights()
    nights.run([*climbing(), session("7", 4, curriculum_name=None)])

    reason = services.why_of(seen(nights), "7", 4)

    assert reason.explanation is None
    assert "off curriculum" in reason.sentence
    assert not reason.published


def test_a_session_that_vanished_stands_as_it_was_published() -> None:
    nights = Nights()
    nights.run(climbing())
    nights.table(climbing()[:2])

    reason = services.why_of(seen(nights), "7", 3)

    assert reason.explanation is None
    assert reason.published
    assert reason.row["following"] == "STAGE_FINAL"
    assert "no longer has this session" in reason.sentence


def test_a_session_that_never_was_is_not_there() -> None:
    nights = Nights()
    nights.run(climbing())

    reason = services.why_of(seen(nights), "7", 99)

    assert (reason.row, reason.explanation, reason.published) == ({}, None, False)
    assert reason.sentence == "mouse 7 has no session 99"


def test_a_session_that_no_run_has_seen_is_explained_all_the_same() -> None:
    nights = Nights()
    nights.run(climbing(upto=1))
    nights.table(climbing(upto=2))

    reason = services.why_of(seen(nights), "7", 2)

    assert reason.explanation is not None
    assert reason.explanation.next_stage == "STAGE_3"
    assert not reason.published


def test_where_history_and_rules_part_the_reason_says_both() -> None:
    nights = Nights()
    nights.run(climbing())
    nights.run([climbing()[0], climbing()[1] | POOR, climbing()[2]])

    reason = services.why_of(seen(nights), "7", 2)

    parted = {each.title: (each.published, each.now, each.reason) for each in reason.otherwise}
    assert parted["decision"] == ("PROGRESS", "ROLLBACK", "corrected")
    assert parted["next stage"][:2] == ("STAGE_3", "STAGE_1")


def test_a_correction_since_the_last_run_is_noticed_before_the_next() -> None:
    nights = Nights()
    nights.run(climbing())
    nights.table([climbing()[0], climbing()[1] | POOR, climbing()[2]])

    reason = services.why_of(seen(nights), "7", 2)

    assert [(each.title, each.published, each.now) for each in reason.otherwise] == [
        ("decision", "PROGRESS", "ROLLBACK"),
        ("next stage", "STAGE_3", "STAGE_1"),
    ]


def test_of_two_sessions_of_one_number_the_one_that_is_there_is_explained() -> None:
    nights = Nights()
    nights.run(climbing())
    nights.table([*climbing()[:2], session("7", 3, day=20, stage="STAGE_3", **POOR)])
    view = seen(nights)
    assert (view.of("7")["session"] == 3).sum() == 2

    assert services.why_of(view, "7", 3).explanation is not None


def test_sessions_are_cut_where_the_stage_changes() -> None:
    nights = Nights()
    nights.run([*climbing(upto=2), session("7", 3, stage="STAGE_2"), session("7", 4, curriculum_name=None)])
    view = seen(nights)

    cut = services.stretches(view, view.of("7"))

    assert [(each.first, each.last, each.stage) for each in cut] == [
        (0, 0, "STAGE_1_WARMUP"),
        (1, 2, "STAGE_2"),
        (3, 3, ""),
    ]
    limits = {
        (rule.decision.name, line.metric, line.threshold)
        for rule in cut[1].limits
        for line in rule.lines
        if rule.decision
    }
    assert ("PROGRESS", "finished_trials", 300.0) in limits
    assert ("ROLLBACK", "foraging_efficiency", 0.55) in limits
    assert cut[2].limits == ()
    assert services.stretches(view, view.of("7").iloc[:0]) == ()


def test_stages_are_compared_with_all_mice_of_the_curriculum() -> None:
    nights = Nights()
    rows = climbing("7", finished_trials=400)
    for mouse, stays in (("8", 1), ("9", 3)):
        rows.append(session(mouse, 1, stage="STAGE_1_WARMUP"))
        rows += [session(mouse, 1 + n, stage="STAGE_2") for n in range(1, stays + 1)]
        rows.append(session(mouse, stays + 2, stage="STAGE_3"))
    nights.run(rows)
    view = seen(nights)

    compared = services.stages_compared(view, "7", services.usual_stages(view)).set_index("stage")

    assert compared.index.tolist() == ["STAGE_1_WARMUP", "STAGE_2", "STAGE_3"]
    second = compared.loc["STAGE_2"]
    assert (second["sessions"], second["visits"], second["longest"], second["mice"], second["n"]) == (1, 1, 1, 3, 3)
    assert (second["median"], second["quartile_1"], second["quartile_3"]) == (1.0, 1.0, 2.0)
    assert (second["finished_trials"], second["finished_trials:usual"]) == (400, 500)
    assert compared["here"].tolist() == [False, False, True]


def test_visits_to_one_stage_are_counted_apart() -> None:
    nights = Nights()
    stages = ["STAGE_1", "STAGE_2", "STAGE_2", "STAGE_1", "STAGE_2"]
    nights.run([session("7", n, stage=stage) for n, stage in enumerate(stages, start=1)])
    view = seen(nights)

    compared = services.stages_compared(view, "7", services.usual_stages(view)).set_index("stage")

    assert compared.loc["STAGE_2", ["sessions", "visits", "longest"]].tolist() == [3, 2, 2]
    assert compared.loc["STAGE_1", ["sessions", "visits", "longest"]].tolist() == [2, 2, 1]


def test_a_mouse_that_was_never_decided_has_nothing_to_compare() -> None:
    nights = Nights()
    nights.run([session("7", 1, curriculum_name="Nobody's", curriculum_version="9"), session("8", 1)])
    view = seen(nights)

    assert services.stages_compared(view, "7", services.usual_stages(view)).empty


def test_a_lab_without_a_run_has_nothing_usual() -> None:
    nights = Nights()
    nights.table(climbing())
    view = seen(nights)

    usual = services.usual_stages(view)

    assert usual.empty
    assert services.stages_compared(view, "7", usual).empty
    assert services.mouse(view, "7", on=DAY).waiting == (1, 2, 3)


def test_usual_stays_agree_with_counting_by_hand(reference) -> None:
    store = services.demo(30, 1, code="test").store
    view = services.lab_view(store, Settings(), at=Nights().at)

    usual = services.usual_stages(view)

    stays: dict[tuple[str, str], list[int]] = {}
    for _, rows in view.sessions[view.sessions["published"]].groupby("subject_id", observed=True):
        runs: list[list] = []
        for name, stage in zip(rows["curriculum_name"], rows["stage"], strict=True):
            if runs and runs[-1][1] == stage:
                runs[-1] = [name, stage, runs[-1][2] + 1]
            else:
                runs.append([name, stage, 1])
        if rows["following"].iloc[-1] == runs[-1][1]:
            runs.pop()
        for name, stage, length in runs:
            stays.setdefault((name, stage), []).append(length)
    for row in usual.to_dict(orient="records"):
        mine = stays.get((row["curriculum_name"], row["stage"]), [])
        assert row["n"] == len(mine)
        np.testing.assert_equal(row["median"], np.median(mine) if mine else np.nan)
    assert isinstance(usual, pd.DataFrame)
