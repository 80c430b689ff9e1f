"""Simulation over a lab's history: what the model is fitted to, and what is said of the result."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pytest

from autotrain_core import services
from autotrain_core.errors import TableError
from autotrain_core.evaluation import ClosedLoop
from autotrain_core.services import LabView, Selection
from tests.services.nights import Nights, session

NOW = datetime(2026, 10, 25, 9, tzinfo=UTC)
DAY = date(2026, 10, 25)
NONE = pd.DataFrame()


@pytest.fixture(scope="module")
def view() -> LabView:
    nights = Nights()
    nights.run(
        [
            session("a", 1, stage="STAGE_1_WARMUP", trainer="Ben"),
            session("a", 2, trainer="Cleo"),
            session("b", 1, stage="STAGE_1_WARMUP", trainer="Cleo"),
            session("c", 1, curriculum_name=None),
        ]
    )
    return services.lab_view(nights.store, nights.settings, at=NOW)


def test_a_model_is_fitted_to_what_was_published(view: LabView) -> None:
    table = services.learning_history(view, Selection(), on=DAY)

    assert table["subject_id"].tolist() == ["a", "a", "b"]
    assert table["finished_trials"].tolist() == [500, 500, 500]
    assert table["curriculum_version"].tolist() == ["2.3"] * 3


def test_a_stage_that_nobody_recorded_is_left_to_the_rules(view: LabView) -> None:
    table = services.learning_history(view, Selection(), on=DAY)

    assert table["current_stage_actual"].tolist()[0] == "STAGE_1_WARMUP"
    assert table["current_stage_actual"].isna().tolist() == [False, True, False]


def test_a_filter_chooses_mice_and_cuts_no_history(view: LabView) -> None:
    table = services.learning_history(view, Selection(trainer=("Ben",)), on=DAY)

    assert table["subject_id"].tolist() == ["a", "a"]


def test_a_lab_of_few_mice_is_told_so(view: LabView) -> None:
    with pytest.raises(TableError, match="Not enough mice"):
        services.fit_lab(view, Selection(), on=DAY)


def test_a_fit_tells_its_part_from_nothing_to_all() -> None:
    lab = services.example_lab(12, seed=1, sessions_per_mouse=9)
    told: list[float] = []

    model = services.fit_model(lab.sessions, lab.curricula, progress=told.append)
    found = services.simulate_curricula(model, list(lab.curricula)[:1], mice=5, sessions=5)

    assert told == sorted(told)
    assert (told[0] < 0.1, told[-1]) == (True, 1)
    assert model.reproduced.mice == model.fit.mice == 12
    assert len(found.table) == 1


# ---- words ----


def found(*changes: tuple[str, float, float, float]) -> ClosedLoop:
    rows: list[dict[str, Any]] = [
        {"curriculum": "B@2", "against": "A@1", "measure": name, "difference": middle, "lower": low, "upper": high}
        for name, middle, low, high in changes
    ]
    nothing = ClosedLoop(table=NONE, differences=NONE, dwell=NONE, flows=NONE, mice=200, sessions=40, draws=40, seed=0)
    return replace(nothing, differences=pd.DataFrame(rows))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("graduates", 0.041, 0.012, 0.07), "of 100 mice 4.1 more graduate (90 % interval 1.2 to 7.0)"),
        (("graduates", -0.09, -0.14, -0.05), "of 100 mice 9.0 fewer graduate (90 % interval 5.0 to 14.0)"),
        (("sessions", -1.24, -2.0, -0.51), "a mouse trains for 1.2 fewer sessions (90 % interval 0.5 to 2.0)"),
        (
            ("rollbacks", 0.02, 0.0, 0.094),
            "a mouse has as many rollbacks, as far as can be told (90 % interval 0 to +0.09)",
        ),
    ],
)
def test_a_difference_is_said_in_one_direction_or_not_at_all(
    change: tuple[str, float, float, float], sentence: str
) -> None:
    assert services.differences_in_words(found(change)) == [f"B@2 compared with A@1: {sentence}."]
