"""Simulations from the app: one at a time, kept for whoever asks again, and told in full."""

import threading
import time
from pathlib import Path
from typing import cast

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from autotrain_core import services
from autotrain_core.errors import AutotrainError, TableError
from autotrain_core.evaluation import ClosedLoop
from autotrain_core.services import FittedModel
from autotrain_core.store import FolderHome
from autotrain_ui.charts.framing import Caption
from autotrain_ui.charts.simulation import reproduced_figure
from autotrain_ui.simulating import MOST_KEPT, MOST_WAITING, Desk, Trial
from tests.services.nights import Nights
from tests.ui.apps import PATIENCE, PROJECT, said

MODEL = cast("FittedModel", object())
FOUND = cast("ClosedLoop", object())
COUPLED, UNCOUPLED = "Coupled Baiting@2.3", "Uncoupled Baiting@2.3"


def ask(desk: Desk, key: str = "one", *, of: str = "lab") -> Trial:
    return desk.ask(key, of=of, fit=lambda _told: MODEL, simulate=lambda _model, _told: FOUND)


def ended(trial: Trial) -> Trial:
    assert trial.over.wait(PATIENCE)
    return trial


# ---- the desk ----


def test_a_simulation_ends_with_its_model_and_result() -> None:
    trial = ended(ask(Desk()))

    assert (trial.model, trial.found, trial.failure) == (MODEL, FOUND, None)


def test_what_was_simulated_is_not_simulated_again() -> None:
    desk = Desk()
    first = ended(ask(desk))

    assert ask(desk) is first
    assert desk.known("one") is first
    assert desk.known("other") is None


def test_one_fit_serves_all_simulations_of_its_mice() -> None:
    desk, fits = Desk(), []

    def fit(told: object) -> FittedModel:
        fits.append(told)
        return MODEL

    for key, of in (("one", "lab"), ("two", "lab"), ("three", "other lab")):
        ended(desk.ask(key, of=of, fit=fit, simulate=lambda _model, _told: FOUND))

    assert len(fits) == 2


def test_how_far_it_is_rises_over_fit_and_simulation() -> None:
    trial = Trial()
    found = []
    for step in (lambda: trial.fitting(0.5), lambda: trial.fitting(1), lambda: trial.training(0.5)):
        step()
        found.append(trial.part)

    assert found == sorted(found)
    assert 0 < found[0] < found[-1] < 1


@pytest.mark.parametrize(
    ("error", "sentence"), [(TableError("Not enough mice."), "Not enough mice."), (ValueError("x"), "a fault of ours")]
)
def test_a_failure_is_told_and_may_be_tried_again(error: Exception, sentence: str) -> None:
    desk = Desk()

    def fit(_told: object) -> FittedModel:
        raise error

    failed = ended(desk.ask("one", of="lab", fit=fit, simulate=lambda _model, _told: FOUND))
    again = ended(ask(desk))

    assert sentence in str(failed.failure)
    assert (again.found, again.failure) == (FOUND, None)


def test_simulations_take_turns_and_not_too_many_wait() -> None:
    desk, gate = Desk(), threading.Event()

    def slow(_told: object) -> FittedModel:
        gate.wait(PATIENCE)
        return MODEL

    waiting = [
        desk.ask(str(number), of=str(number), fit=slow, simulate=lambda _model, _told: FOUND)
        for number in range(MOST_WAITING)
    ]
    refused = ask(desk, "one more")
    at_work = [trial for trial in waiting if not trial.waits]
    gate.set()

    assert isinstance(refused.failure, AutotrainError)
    assert "wait for their turn" in str(refused.failure)
    assert len(at_work) <= 1
    assert all(ended(trial).found is FOUND for trial in waiting)


def test_old_simulations_are_forgotten() -> None:
    desk = Desk()
    for number in range(MOST_KEPT + 1):
        ended(ask(desk, str(number)))

    assert desk.known("0") is None
    assert desk.known(str(MOST_KEPT)) is not None


# ---- the page ----


@pytest.fixture(scope="module")
def dozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve mice of an example lab, after one night. Nobody may change them."""
    folder = tmp_path_factory.mktemp("dozen")
    lab = services.example_lab(12, seed=1, sessions_per_mouse=9)
    rows = [{str(name): value for name, value in row.items()} for row in lab.sessions.to_dict(orient="records")]
    Nights(home=FolderHome(folder)).run(rows)
    return folder


@pytest.fixture
def lab(dozen: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The app of this test looks at these mice."""
    monkeypatch.setenv("AUTOTRAIN_STORE", str(dozen))


def page(*curricula: str) -> AppTest:
    app = AppTest.from_file(Path(PROJECT) / "tests" / "ui" / "simulation_page.py", default_timeout=PATIENCE)
    app.query_params["curriculum"] = list(curricula)
    return app.run()


def offered(app: AppTest) -> bool:
    return any(button.key == "simulation-start" for button in app.button)


def test_without_a_curriculum_there_is_nothing_to_start(lab: None) -> None:
    app = page()

    assert "No curriculum is chosen" in said(app)
    assert not offered(app)


def test_what_the_model_does_not_know_is_said_before_anything_is_started(lab: None) -> None:
    app = page("Dummy task@1.0")

    assert "cannot be simulated: its rules read" in said(app)
    assert not offered(app)


def test_a_simulation_is_started_watched_and_told(lab: None) -> None:
    app = page(COUPLED, UNCOUPLED)
    app.number_input(key="simulation-mice").set_value(20)
    app.number_input(key="simulation-sessions").set_value(20).run()
    app.button(key="simulation-start").click().run()
    until = time.monotonic() + PATIENCE
    while not app.dataframe and time.monotonic() < until:
        time.sleep(0.5)
        app.run()

    told = said(app)
    assert "Uncoupled Baiting 2.3 compared with Coupled Baiting 2.3: of 100 mice" in told
    assert "How well the model reproduces your mice" in told
    assert app.dataframe[0].value["curriculum"].tolist() == ["Coupled Baiting 2.3", "Uncoupled Baiting 2.3"]
    assert [expander.label for expander in app.expander] == [
        "Sessions at each stage",
        "What is assumed",
        "The numbers of the model",
    ]
    assert not app.exception


# ---- the picture ----


def curves(*metrics: str) -> pd.DataFrame:
    columns = [f"{kind}_{band}" for kind in ("real", "simulated") for band in (5, 25, 50, 75, 95)]
    return pd.DataFrame(
        [
            {"metric": metric, "session": number, "mice": 9, "median_lower": 0.4, "median_upper": 0.6}
            | dict.fromkeys(columns, number / 10)
            for metric in metrics
            for number in (1, 2, 3)
        ]
    )


@pytest.mark.parametrize("metrics", [("foraging_efficiency", "finished_trials"), ("finished_trials",)])
def test_a_picture_has_a_panel_for_each_metric_and_one_legend(metrics: tuple[str, ...]) -> None:
    figure = reproduced_figure(curves(*metrics), caption=Caption(title="T <b>", foot="f"), dark=True)

    in_legend = [trace.name for trace in figure.data if trace.showlegend]
    assert len({trace.yaxis for trace in figure.data}) == len(metrics)
    assert len(in_legend) == len(set(in_legend)) == 5
    assert figure.layout.title.text == "T &lt;b&gt;"
