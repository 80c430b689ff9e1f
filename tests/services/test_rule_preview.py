"""What a condition would say: over a lab, of one mouse, of a typed history."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from autotrain_core import services
from autotrain_core.errors import NotStoredError
from autotrain_core.evaluation import Explainer
from autotrain_core.rules import Metric, parse
from autotrain_core.services import Fired, LabView, RuleCount, Settings
from tests.services.mice import climbing, seen
from tests.services.nights import POOR, Nights, session

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
METRICS = (
    Metric(name="finished_trials", title="finished trials", unit="trials", integer=True),
    Metric(name="foraging_efficiency", title="foraging efficiency"),
)


def ask(text: str):
    return parse(f"lambda metrics: {text}")


def lab_of(*rows) -> LabView:
    nights = Nights()
    nights.run(list(rows))
    return seen(nights)


@pytest.fixture(scope="module")
def lab() -> LabView:
    shown = services.demo(9, 3, now=NOW, code="0")
    return services.lab_view(shown.store, Settings(), at=NOW)


def test_every_rule_says_of_every_decided_session_what_it_said_when_that_was_decided(lab) -> None:
    disagreed, compared = [], 0
    for subject in lab.mice.index[:6]:
        explainer = Explainer(lab.table(subject), lab.decides)
        key = str(lab.mice.loc[subject, "curriculum"])
        curriculum = next(each for each in lab.shelf.library if each.key == key)
        for stage in curriculum.stages:
            for number, rule in enumerate(stage.rules):
                preview = services.preview_on_mouse(lab, rule.condition, curriculum.metrics, subject)
                for each in preview.sessions:
                    if each.stage != stage.label or not lab.of(subject).set_index("session")["published"][each.session]:
                        continue
                    part = explainer.explain(subject, each.session).rules[number].part
                    compared += 1
                    if part.holds != each.holds:
                        disagreed.append((subject, each.session, stage.name, number))

    assert disagreed == []
    assert compared > 100


def test_the_count_over_a_lab_is_the_sum_over_its_mice(lab) -> None:
    texts = (
        "metrics.finished_trials[-1] >= 300",
        "np.mean(metrics.foraging_efficiency[-5:]) >= 0.7 and metrics.session_at_current_stage >= 2",
        "all(x >= 300 for x in metrics.at_stage.finished_trials[-3:])",
    )
    for condition in map(ask, texts):
        mice = [
            [each.holds for each in services.preview_on_mouse(lab, condition, METRICS, subject).sessions]
            for subject in lab.mice.index
        ]

        found = services.preview_on_lab(lab, condition, METRICS).everywhere

        assert found.holds == sum(held is True for own in mice for held in own)
        assert found.sessions == sum(held is not None for own in mice for held in own)
        assert found.mice == sum(any(held is True for held in own) for own in mice)


def test_sessions_at_a_stage_are_counted_apart() -> None:
    lab = lab_of(*climbing("7", 4), *climbing("8", 2, **POOR))

    found = services.preview_on_lab(
        lab, ask("metrics.finished_trials[-1] >= 200"), METRICS, stage="STAGE_2", curriculum_name="Coupled Baiting"
    )

    assert found == RuleCount(
        everywhere=Fired(holds=4, open=0, sessions=6, mice=1, of_mice=2),
        at_stage=Fired(holds=1, open=0, sessions=2, mice=1, of_mice=2),
    )


def test_a_stage_of_another_curriculum_is_another_stage() -> None:
    lab = lab_of(*climbing("7", 3))
    condition = ask("metrics.finished_trials[-1] >= 200")

    found = services.preview_on_lab(lab, condition, METRICS, stage="STAGE_2", curriculum_name="Uncoupled Baiting")

    assert found.at_stage == Fired(holds=0, open=0, sessions=0, mice=0, of_mice=0)


def test_a_missing_value_is_false_or_leaves_open_as_the_document_says() -> None:
    lab = lab_of(session("7", 1), session("7", 2, finished_trials=None))
    condition = ask("metrics.finished_trials[-1] >= 200")

    as_false = services.preview_on_lab(lab, condition, METRICS).everywhere
    as_open = services.preview_on_lab(lab, condition, METRICS, on_missing="stay").everywhere

    assert (as_false.holds, as_false.open) == (1, 0)
    assert (as_open.holds, as_open.open) == (1, 1)
    mouse = services.preview_on_mouse(lab, condition, METRICS, "7", on_missing="stay")
    assert [each.holds for each in mouse.sessions] == [True, None]
    assert [clause.value for clause in mouse.clauses] == [None]


def test_what_was_run_off_curriculum_is_none_of_the_history() -> None:
    lab = lab_of(session("7", 1), session("7", 2, curriculum_name=None, curriculum_version=None), session("7", 3))

    found = services.preview_on_mouse(lab, ask("metrics.finished_trials[-2] >= 200"), METRICS, "7", session=3)

    assert [each.session for each in found.sessions] == [1, 3]
    assert found.clauses[0].sessions == (1,)


def test_a_session_that_is_not_decided_yet_is_not_asked_about_its_stage() -> None:
    nights = Nights()
    nights.run([session("7", 1)])
    nights.table([session("7", 1), session("7", 2)])
    lab = seen(nights)

    at_stage = services.preview_on_mouse(lab, ask("metrics.session_at_current_stage >= 1"), METRICS, "7")
    plain = services.preview_on_mouse(lab, ask("metrics.session_total >= 2"), METRICS, "7")

    assert [each.holds for each in at_stage.sessions] == [True, None]
    assert (at_stage.session, at_stage.clauses) == (2, ())
    assert [each.holds for each in plain.sessions] == [False, True]
    assert services.preview_on_lab(lab, ask("metrics.session_at_current_stage >= 1"), METRICS).everywhere.sessions == 1


def test_a_session_that_the_table_lost_is_not_looked_at() -> None:
    nights = Nights()
    nights.run([session("7", number, stage="STAGE_2", **POOR) for number in (1, 2, 3)])
    nights.table([session("7", 3, stage="STAGE_2", **POOR)])

    found = services.preview_on_mouse(seen(nights), ask("np.sum(metrics.at_stage.finished_trials) == 50"), METRICS, "7")

    assert [(each.session, each.holds) for each in found.sessions] == [(3, True)]


def test_a_count_that_is_no_whole_number_is_missing_as_for_deciding() -> None:
    lab = lab_of(session("7", 1, finished_trials=300.5), session("7", 2, finished_trials=301))

    found = services.preview_on_mouse(lab, ask("metrics.finished_trials[-1] >= 200"), METRICS, "7")

    assert [each.holds for each in found.sessions] == [False, True]


def test_the_clauses_of_a_session_have_value_threshold_and_margin() -> None:
    lab = lab_of(*climbing("7", 3))

    found = services.preview_on_mouse(
        lab,
        ask("metrics.finished_trials[-1] >= 450 and metrics.foraging_efficiency[-1] >= 0.9"),
        METRICS,
        "7",
        session=2,
    )

    top, trials, efficiency = found.clauses
    assert found.session == 2
    assert (top.joint, top.holds) == ("all", False)
    assert (trials.value, trials.threshold, trials.margin, trials.unit) == (500, 450, 50, "trials")
    assert efficiency.margin == pytest.approx(-0.1)


def test_a_session_that_the_mouse_does_not_have_has_no_clauses() -> None:
    found = services.preview_on_mouse(
        lab_of(session("7", 1)), ask("metrics.session_total > 0"), METRICS, "7", session=9
    )

    assert (found.session, found.clauses) == (0, ())


def test_of_a_mouse_that_nobody_knows_nothing_is_said() -> None:
    with pytest.raises(NotStoredError, match="no mouse 9"):
        services.preview_on_mouse(lab_of(session("7", 1)), ask("metrics.session_total > 0"), METRICS, "9")


def test_of_a_column_that_nobody_has_nothing_is_said() -> None:
    with pytest.raises(NotStoredError, match="no column of numbers 'lick_rate'"):
        services.preview_on_lab(lab_of(session("7", 1)), ask("metrics.lick_rate[-1] > 3"), METRICS)


def test_a_column_of_the_table_can_be_asked_before_any_document_declares_it() -> None:
    nights = Nights()
    nights.run([session("7", 1, lick_rate=2.0), session("7", 2, lick_rate=4.0)])
    lab = seen(nights)

    further = services.numbers_of_sessions(nights.store, lab, ["lick_rate"])

    found = services.preview_on_lab(lab, ask("metrics.lick_rate[-1] > 3"), METRICS, further=further)
    assert (found.everywhere.holds, found.everywhere.sessions) == (1, 2)


def test_a_lab_without_sessions_has_none_in_which_it_holds(lab) -> None:
    empty = replace(lab, sessions=lab.sessions.iloc[:0])

    for text in ("metrics.session_total > 0", "np.mean(metrics.at_stage.finished_trials[-2:]) > 3"):
        found = services.preview_on_lab(empty, ask(text), METRICS, stage="STAGE_2")
        assert found.everywhere == found.at_stage == Fired(holds=0, open=0, sessions=0, mice=0, of_mice=0)


def test_one_curriculum_for_all_takes_every_session(lab) -> None:
    sessions = lab.sessions.assign(curriculum_name=pd.Categorical([None] * len(lab.sessions)))
    forced = replace(lab, sessions=sessions, decides=next(iter(lab.shelf.library)))

    assert services.preview_on_lab(forced, ask("1 > 0"), METRICS).everywhere.sessions == len(sessions)


# ---- a typed history ----


def test_a_typed_history_ends_with_this_session() -> None:
    found = services.preview_on_history(
        ask("metrics.finished_trials[-2] >= 200 and metrics.foraging_efficiency[-1] >= 0.6"),
        METRICS,
        {"finished_trials": [100, 250, 300], "foraging_efficiency": [0.7, None]},
    )

    assert [each.holds for each in found.sessions] == [False, False, False]
    assert [clause.value for clause in found.clauses] == [None, 250, None]
    assert found.session == 3


def test_a_typed_history_says_how_long_the_mouse_is_at_its_stage() -> None:
    condition = ask("metrics.session_at_current_stage >= 2 and np.mean(metrics.at_stage.finished_trials) >= 250")

    found = services.preview_on_history(condition, METRICS, {"finished_trials": [0, 0, 200, 300]}, sessions_at_stage=2)

    assert [each.holds for each in found.sessions] == [False, False, False, True]
    assert [clause.value for clause in found.clauses[1:]] == [2, 250]


def test_more_sessions_at_the_stage_than_values_are_sessions_without_values() -> None:
    found = services.preview_on_history(
        ask("metrics.session_at_current_stage >= 3"), METRICS, {"finished_trials": [300]}, sessions_at_stage=3
    )

    assert [each.holds for each in found.sessions] == [False, False, True]


def test_nothing_typed_is_one_session_without_values() -> None:
    found = services.preview_on_history(ask("metrics.finished_trials[-1] >= 1"), METRICS, {}, on_missing="stay")

    assert [each.holds for each in found.sessions] == [None]


def test_the_lab_is_not_touched_by_being_asked(lab) -> None:
    before = lab.sessions.copy()

    services.preview_on_lab(lab, ask("metrics.finished_trials[-1] >= 300"), METRICS, stage="STAGE_2")

    pd.testing.assert_frame_equal(lab.sessions, before)
    assert np.isfinite(lab.sessions["finished_trials"]).any()
