"""Example labs for tests, and what is asked of them again and again."""

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from autotrain_core._places import shipped_curricula
from autotrain_core.evaluation._lab import Lab, example_lab
from autotrain_core.evaluation._troubles import Troubles
from autotrain_core.interop import read_library
from autotrain_core.models import Curriculum

SHIPPED = read_library(shipped_curricula())[0]
FORAGING = [one for one in SHIPPED if one.schema_name == "DynamicForagingCurriculum"]
COUPLED = SHIPPED.get("Coupled Baiting", "2.3")
# The mean length of a lost stretch is no rate.
NONE = Troubles(**{one.name: 0.0 for one in fields(Troubles) if one.name != "lost_length"})
MANY = Troubles(
    overrides=0.1,
    open_loop=0.05,
    off_curriculum=0.03,
    lost=0.02,
    late=0.05,
    uncounted=0.02,
    twice=0.02,
    late_starters=0.2,
    switches=0.5,
)


def suffering(curricula: Sequence[Curriculum] = (COUPLED,), **rates: float) -> Lab:
    """A lab in which only some kinds of trouble exist."""
    return example_lab(200, curricula=curricula, seed=4, troubles=replace(NONE, **rates))


def first_mice(lab: Lab, count: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    mice = lab.mice.head(count)
    return lab.sessions[lab.sessions["subject_id"].isin(mice["subject_id"])], mice


def before(lab: Lab, column: str) -> "pd.Series[Any]":
    """The same column of the mouse's row before; missing in its first."""
    return lab.sessions.groupby("subject_id", sort=False)[column].shift()


def near(rate: float, count: int) -> Any:
    """A share of `count` events within four standard errors of its rate."""
    return pytest.approx(rate, abs=4 * float(np.sqrt(rate * (1 - rate) / count)))
