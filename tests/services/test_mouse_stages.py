"""A mouse stage by stage: thresholds that stood there, and what is usual for others."""

from typing import Any

import numpy as np

from autotrain_core import services
from autotrain_core.services import Settings
from tests.services.mice import climbing, seen
from tests.services.nights import Nights, session


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

    counts = compared[["sessions", "visits", "longest"]].to_dict(orient="index")
    assert counts["STAGE_2"] == {"sessions": 3, "visits": 2, "longest": 2}
    assert counts["STAGE_1"] == {"sessions": 2, "visits": 2, "longest": 1}


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
    assert services.mouse(view, "7", on=Nights().at.date()).waiting == (1, 2, 3)


def test_usual_stays_agree_with_counting_by_hand() -> None:
    store = services.demo(30, 1, code="test").store
    view = services.lab_view(store, Settings(), at=Nights().at)

    usual = services.usual_stages(view)

    stays: dict[tuple[str, str], list[int]] = {}
    for _, rows in view.sessions[view.sessions["published"]].groupby("subject_id", observed=True):
        runs: list[list[Any]] = []
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
