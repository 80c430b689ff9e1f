"""Versions replayed over a lab's own history: whose sessions, which documents, and the tables that come of it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest

from autotrain_core import services
from autotrain_core.editing import Draft
from autotrain_core.errors import TableError
from autotrain_core.evaluation import decide_and_report
from autotrain_core.models import MarkKind, SessionMark, SessionRef, read_curriculum
from autotrain_core.services import LabBacktest, LabView, NamedVersions, Selection, Settings
from autotrain_core.store import MemoryHome
from tests.services.mice import seen
from tests.services.nights import POOR, Nights, session
from tests.services.publishing import DEE, acting
from tests.services.publishing import NOW as DRAWN
from tests.services.publishing import lab as lab_with_people

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
COUPLED = "Coupled Baiting@2.3"
UNCOUPLED: dict[str, Any] = {"curriculum_name": "Uncoupled Baiting"}


def rows(subject: str, sessions: int, **more: Any) -> list[dict[str, Any]]:
    return [session(subject, number, **more) for number in range(1, sessions + 1)]


def lab_of(*sessions: dict[str, Any]) -> LabView:
    nights = Nights()
    nights.run(list(sessions))
    return seen(nights)


def ask(view: LabView, *names: str, named: NamedVersions | None = None, **asked: Any) -> LabBacktest:
    chosen = Selection(**{name: asked.pop(name) for name in list(asked) if name in Selection.model_fields})
    wanted = named or services.named_versions(Nights().store, view, names or (COUPLED,))
    return services.backtest_lab(view, wanted, chosen, on=NOW.date(), **asked)


@pytest.fixture(scope="module")
def demo() -> tuple[LabView, Any]:
    shown = services.demo(9, 3, now=NOW, code="0")
    return services.lab_view(shown.store, Settings(), at=NOW), shown.store


def test_a_lab_is_replayed_as_its_sessions_would_be_decided_in_open_loop(demo: tuple[LabView, Any]) -> None:
    view, store = demo
    named = services.named_versions(store, view, [COUPLED])
    found = ask(view, named=named, other_tasks=True).found

    assert found is not None
    curriculum = named.curricula[COUPLED]
    for subject in view.mice.index:
        table = view.table(subject)
        table = table[table["curriculum_name"].notna()]
        expected = decide_and_report(table, curriculum, open_loop=True).decisions
        replayed = found.decisions(0, subject)
        assert replayed["next_stage_suggested"].tolist() == expected["next_stage_suggested"].tolist()


def test_mice_of_other_tasks_take_part_where_that_is_said() -> None:
    view = lab_of(*rows("a", 3, task="Coupled Baiting"), *rows("b", 4, task="Uncoupled Baiting", **UNCOUPLED))

    assert (ask(view).mice, ask(view).sessions, ask(view).tasks) == (1, 3, ("Coupled Baiting",))
    assert ask(view, other_tasks=True).mice == 2
    assert ask(view, curriculum=("Uncoupled Baiting",)).sessions == 4


def test_where_the_table_names_no_task_of_the_versions_all_mice_take_part() -> None:
    assert ask(lab_of(*rows("a", 3), *rows("b", 4, **UNCOUPLED))).mice == 2


def test_a_chosen_mouse_takes_part_with_its_whole_history() -> None:
    view = lab_of(*rows("a", 6), *rows("b", 2))

    found = ask(view, last=date(2026, 10, 2), subject="a")

    assert (found.mice, found.sessions) == (1, 6)


def test_sessions_off_curriculum_are_no_part_of_a_history() -> None:
    view = lab_of(*rows("a", 3), session("a", 4, curriculum_name=None, curriculum_version=None))

    assert ask(view).sessions == 3


def test_sessions_that_a_person_excluded_are_left_out() -> None:
    view = lab_of(*rows("a", 3))
    ref = SessionRef(subject_id="a", session=2, session_date=date(2026, 10, 2))
    mark = SessionMark(id="m1", session=ref, kind=MarkKind.EXCLUDED, reason="rig-fault", by="ben@lab.org", at=NOW)

    found = ask(replace(view, people=replace(view.people, marks={"m1": mark}))).found

    assert found is not None
    assert [(notice.kind, notice.session) for notice in found.versions[0].left_out] == [("excluded", 2)]


def test_nobody_chosen_is_no_backtest() -> None:
    found = ask(lab_of(*rows("a", 3)), subject="nobody")

    assert (found.found, found.mice, found.sessions) == (None, 0, 0)
    with pytest.raises(TableError, match="is no pattern for mice"):
        ask(lab_of(*rows("a", 3)), subject="(")


def test_a_version_that_cannot_be_read_stops_no_other() -> None:
    found = ask(lab_of(*rows("a", 3)), "Coupled Baiting@9", COUPLED, "draft:nothing", "no name")

    assert found.names == (COUPLED,)
    assert list(found.problems) == ["Coupled Baiting@9", "draft:nothing", "no name"]
    assert "no version '9'" in found.problems["Coupled Baiting@9"]


def test_a_version_that_reads_what_no_session_has_is_named_and_asked_where_the_numbers_are_given() -> None:
    view = lab_of(*rows("a", 3))
    curriculum = view.shelf.library.get("Coupled Baiting", "2.3")
    document = curriculum.document
    document["metrics"] = [{"name": "licks", "title": "licks"}]
    first = document["curriculum"]["Stage 1 w/warmup"]["transition_rules"][0]
    first["condition"] = "lambda metrics: metrics.licks[-1] > 5"
    named = NamedVersions(curricula={"x": read_curriculum(document)}, problems={})

    without = ask(view, named=named)
    given = ask(view, named=named, further={"licks": np.array([9.0, 9.0, 9.0])})

    assert without.found is None
    assert without.problems == {"x": "Its rules read licks, which the session table does not have."}
    assert given.found is not None
    assert given.found.versions[0].sessions == 3


def test_columns_that_only_a_draft_reads_are_read_from_the_table() -> None:
    nights = Nights()
    nights.run([{**each, "licks": 7.0} for each in rows("a", 3)])
    view = seen(nights)
    curriculum = view.shelf.library.get("Coupled Baiting", "2.3")
    document = curriculum.document
    document["metrics"] = [{"name": "licks", "title": "licks"}]
    document["curriculum"]["Stage 1 w/warmup"]["transition_rules"][0]["condition"] = (
        "lambda metrics: metrics.licks[-1] > 5"
    )

    assert services.numbers_for(nights.store, view, [curriculum]) == {}
    assert services.numbers_for(nights.store, view, [read_curriculum(document)])["licks"].tolist() == [7.0] * 3


def test_a_draft_is_a_version_too() -> None:
    store = lab_with_people(MemoryHome())
    view = lab_of(*rows("a", 3))
    draft: Draft = services.from_curriculum(view.shelf.library.get("Coupled Baiting", "2.3"))
    services.start_draft(store, draft, actor=acting(DEE), at=DRAWN, identity="d1")

    named = services.named_versions(store, view, ["draft:d1", COUPLED, "draft:d1"])

    assert list(named.curricula) == ["draft:d1", COUPLED]
    assert named.curricula["draft:d1"].text == draft.curriculum().text


def test_tables_hold_the_figures_and_the_fate_of_each_mouse() -> None:
    view = lab_of(*rows("a", 10), *rows("b", 3, **POOR))
    found = ask(view, COUPLED, "Uncoupled Without Baiting@2.3", other_tasks=True).found
    assert found is not None

    figures, fates = services.backtest_figures(found), services.backtest_fates(found)

    assert figures["graduates"].tolist()[0] == 1
    assert figures["changed_fates"].tolist()[0] == 0
    assert figures["kaplan_meier_median"].dtype == "float64"
    assert fates[["number", "subject_id"]].to_numpy().tolist() == [[1, "a"], [1, "b"], [2, "a"], [2, "b"]]
