"""The page Runs: the nights, what came of each mouse, and a run now that is asked for, watched and told of."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from autotrain_core import services
from autotrain_core.errors import TableError
from autotrain_core.models import Member, Members, Right, Role
from autotrain_core.services import NightlyRun
from autotrain_core.store import ABSENT
from autotrain_ui import running, runs_parts
from autotrain_ui.address import RunsView
from tests.services.nights import SESSIONS, Nights, put, session
from tests.ui.apps import drawn, opened, said, toasts

PATIENCE = 30
NOW = datetime(2026, 11, 5, 9, tzinfo=UTC)


def told(**other: Any) -> NightlyRun:
    plain: dict[str, Any] = {
        "entry": 4, "at": datetime(2026, 11, 5, 3, tzinfo=UTC), "by": "timer@vm", "failed": False, "changed": True,
        "publication": 3, "counts": {"added": 2, "amended": 1, "decided": 9}, "seconds": {"read": 1.0, "write": 0.5},
    }  # fmt: skip
    return NightlyRun(**{**plain, **other})


FAILED = {"failed": True, "failure": "The table has no column session.", "counts": {}, "seconds": {}, "changed": False}


# ---- what is said of a run ----


@pytest.mark.parametrize(
    ("other", "outcome"), [({}, "✓ published"), ({"changed": False}, "· nothing new"), (FAILED, "✗ failed")]
)
def test_an_outcome_has_a_sign_and_words(other: dict[str, Any], outcome: str) -> None:
    assert runs_parts.outcome_of(told(**other)) == outcome


@pytest.mark.parametrize(
    ("other", "end"),
    [
        ({}, "publication 3, with 2 new sessions and 1 amended one."),
        ({"written": ("a", "b")}, "amended one; 2 tables of rigs and browsers replaced."),
        ({"changed": False}, "nothing new; publication 3 stays in force."),
        (FAILED, "it failed, and nothing was published. The table has no column session."),
    ],
)
def test_a_run_is_told_in_a_sentence(other: dict[str, Any], end: str) -> None:
    text = runs_parts.sentence(told(**other), now=NOW)

    assert text.startswith("Today at 03:00, by timer@vm: ")
    assert text.endswith(end)


def test_of_a_run_that_failed_the_table_claims_no_figures() -> None:
    table = runs_parts.runs_table([told(**FAILED), told()], now=NOW)

    assert pd.isna(table["decided"][0])
    assert pd.isna(table["seconds"][0])
    assert (table["decided"][1], table["seconds"][1], table["ago"][1]) == (9, 1.5, "6 h ago")


def test_everything_that_a_person_should_know_of_a_run_is_listed() -> None:
    run = told(foreign=("a.pkl",), warnings=("A warning.",), failures=("x.json: no curriculum",), amended=("7", "8"))

    assert len(runs_parts.remarks(run)) == 4


def test_mice_that_need_a_look_stand_first() -> None:
    mice = pd.DataFrame({"subject_id": ["1", "2", "3"], "outcome": ["decided", "not decided", "partly"]})

    assert runs_parts.narrowed(mice, RunsView())["subject_id"].tolist() == ["2", "3", "1"]
    assert runs_parts.narrowed(mice, RunsView(outcome=("decided",)))["subject_id"].tolist() == ["1"]
    assert runs_parts.narrowed(mice, RunsView(subject=" 3"))["subject_id"].tolist() == ["3"]
    assert runs_parts.narrowed(mice, RunsView(subject=".*")).empty


def test_a_night_is_a_bar_with_its_figures_and_a_failure_a_sign() -> None:
    nights = services.nights([told(), told(at=NOW - timedelta(days=1), **FAILED)], until=NOW.date(), days=3, zone=UTC)

    text = runs_parts.nights_html(nights)

    assert "Thu 5 Nov: published something new; 1 run: 2 added, 1 amended, 1.5 s" in text
    assert "title='Wed 4 Nov: failed; 1 run" in text
    assert ">✗<b></b></i>" in text
    assert "The last 3 days: runs on 2, failures on 1, 2 sessions published for the first time." in text


# ---- the page ----


def press(app: AppTest, key: str) -> AppTest:
    """Press a button of the dialog, and wait until the run is over and told of."""
    app.button(key="run-now").click().run()
    app.button(key=key).click().run()
    job = running.desk().job
    assert job is not None
    assert job.over.wait(PATIENCE)
    return app.run()


def test_before_the_first_run_it_offers_to_run(nights: Nights) -> None:
    nights.table([session("7", 1)])

    app = opened("runs")

    assert "No run yet" in said(app)
    assert "1 session of 1 mouse" in said(app)
    assert app.button(key="run-now").label == "Run the first time …"


def test_without_a_session_table_it_says_what_a_run_needs_and_offers_none(nights: Nights) -> None:
    app = opened("runs")

    assert "A run needs a session table." in said(app)
    assert "0 sessions" not in said(app)
    assert "run-now" not in [button.key for button in app.button]
    assert not app.exception


def test_a_table_without_a_session_offers_no_run(nights: Nights) -> None:
    nights.table([session("7", 1)])
    text = nights.home.get(SESSIONS)[0].splitlines()[0] + b"\n"
    put(nights.home, SESSIONS, text)

    app = opened("runs")

    assert "The session table holds no session yet." in said(app)
    assert "run-now" not in [button.key for button in app.button]


def test_a_curriculum_is_said_with_its_version(nights: Nights) -> None:
    nights.run([session("7", 1)])

    assert opened("runs").dataframe[1].value["curriculum"].tolist() == ["Coupled Baiting 2.3"]


def test_the_newest_run_is_told_of(nights: Nights) -> None:
    nights.run([session("7", 1), session("8", 1, curriculum_version="9")])

    app = opened("runs")

    assert "publication 1, with 1 new session and 0 amended ones" in said(app)
    mice = app.dataframe[1].value
    assert mice["mouse"].tolist() == ["/mouse?subject=8", "/mouse?subject=7"]
    assert mice["outcome"].tolist() == ["✗ not decided", "✓ decided"]


def test_another_run_can_be_chosen_and_linked_to(nights: Nights) -> None:
    nights.run([session("7", 1)])
    nights.run([session("7", 1), session("7", 2)])
    first = services.runs(nights.store)[-1]

    app = opened("runs", run=str(first.entry))

    assert "publication 1, with 1 new session" in said(app)
    assert app.dataframe[1].value["sessions"].tolist() == [1]


def test_a_run_that_failed_says_why_and_lists_no_mice(nights: Nights) -> None:
    with pytest.raises(TableError):
        nights.run([{"subject_id": "7"}])

    app = opened("runs")

    assert "it failed, and nothing was published." in said(app)
    assert len(app.dataframe) == 1
    assert not app.exception


def test_problems_of_the_night_stand_on_top(nights: Nights) -> None:
    nights.run([session("7", 1)])

    assert "The last run is" in said(opened("runs"))


def test_a_run_publishes_after_it_was_asked_for_in_so_many_words(nights: Nights) -> None:
    nights.run([session("7", 1)])
    nights.table([session("7", 1), session("7", 2)])
    app = opened("runs")

    before = services.latest(nights.store).number
    press(app, "run-publish")

    assert (before, services.latest(nights.store).number) == (1, 2)
    assert any("publication 2 with 1 new session" in toast for toast in toasts(app))
    assert "publication 2, with 1 new session and 0 amended ones" in said(app)


def test_a_trial_writes_nothing_and_says_what_would_come(nights: Nights) -> None:
    nights.run([session("7", 1)])
    nights.table([session("7", 1), session("7", 2)])
    app = opened("runs")
    before = nights.objects()

    press(app, "run-try")

    assert nights.objects() == before
    assert "A run would publish 1 new session, 0 amended ones." in said(app)


def test_what_is_over_can_be_put_away(nights: Nights) -> None:
    nights.run([session("7", 1)])
    app = press(opened("runs"), "run-try")

    app.button(key="run-told").click().run()

    assert "A run would find nothing new." not in said(app)


def test_a_run_that_cannot_go_through_says_whose_move_it_is(nights: Nights) -> None:
    nights.run([session("7", 1)])
    app = opened("runs")
    nights.table([{"subject_id": "7"}])

    press(app, "run-publish")

    assert "A table cannot be used" in said(app)
    assert services.latest(nights.store).number == 1


def test_who_has_lost_the_right_while_the_dialog_was_open_starts_nothing(nights: Nights) -> None:
    ada = Member(email="ada@example.org", roles=(Role.ADMIN,))
    ben = Member(email="ben@example.org", name="Ben", roles=(Role.TRAINER,))
    nights.run([session("7", 1)])
    nights.table([session("7", 1), session("7", 2)])
    operator = services.operator("x")
    first = services.save_members(
        nights.store, Members(members=(ada, ben)), replaces=ABSENT, actor=operator, at=datetime.now(UTC)
    )
    app = opened("runs")
    app.button(key="choose-ben@example.org").click().run()
    app.button(key="run-now").click().run()
    lost = Members(members=(ada, ben.model_copy(update={"roles": (Role.DESIGNER,)})))
    services.save_members(nights.store, lost, replaces=first, actor=operator, at=datetime.now(UTC))

    app.button(key="run-publish").click().run()

    job = running.desk().job
    assert job is not None
    assert job.over.wait(PATIENCE)
    assert Right.RUN.words in str(job.failure)
    assert services.latest(nights.store).number == 1


def test_the_strip_is_drawn(nights: Nights) -> None:
    nights.run([session("7", 1)])

    assert "at-nights" in drawn(opened("runs"))
