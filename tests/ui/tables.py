"""Tables of sessions as `services.LabView` holds them, for tests of pictures: small, large, and hostile."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from autotrain_ui.progress import StageColour

STAGES = ("Stage 1", "Stage 2", "Stage 3", "Stage final")

COLOURS = tuple(
    StageColour(label=label, title=label, fill=fill, text=text, edge=fill)
    for label, fill, text in zip(
        STAGES, ("#35546b", "#4f8f7c", "#c9a94f", "#f4b6a6"), ("#ffffff", "#000000", "#000000", "#000000"), strict=True
    )
)

HOSTILE = (
    '<img src=x onerror="document.title=`owned`">',
    "</text><script>document.title='owned'</script>",
    "a&b\"'<>\x0b]]>\u202e",
    "..",
    "ünïcödé 🐭",
)


def sessions_of(mice: int, each: int, *, subjects: tuple[str, ...] | None = None, seed: int = 0) -> pd.DataFrame:
    """Return `mice` × `each` sessions, one a day, that climb the stages; some overridden, open, uncertain, undecided."""
    draw = np.random.default_rng(seed)
    names = list(subjects or (f"{700_000 + at}" for at in range(mice)))
    n = mice * each
    number = np.tile(np.arange(1, each + 1), mice)
    stage = np.minimum(number * len(STAGES) // (each + 1), len(STAGES) - 1)
    suggested = np.where(draw.random(n) < 0.08, np.maximum(stage - 1, 0), stage)
    following = np.minimum(stage + (draw.random(n) < 0.2), len(STAGES) - 1)
    decided = draw.random(n) > 0.02
    return pd.DataFrame(
        {
            "subject_id": _texts(np.repeat(np.arange(mice), each), names),
            "session": number.astype(np.int32),
            "session_date": (np.datetime64("2026-03-02") + number + np.repeat(np.arange(mice) % 40, each)).astype(
                "datetime64[s]"
            ),
            "nwb_suffix": pd.Series([f"{91_500 + at % 1000}" for at in range(n)], dtype="str"),
            "suggested": _texts(np.where(decided, suggested, -1), STAGES),
            "stage": _texts(stage, STAGES),
            "following": _texts(np.where(decided, following, -1), STAGES),
            "decision": _texts(
                np.where(decided, (following > stage).astype(int), -1), ("STAY", "PROGRESS", "ROLLBACK")
            ),
            "closed_loop": decided & (draw.random(n) > 0.05),
            "overridden": suggested != stage,
            "certain": decided & (draw.random(n) > 0.1),
            "at_stage": (number % 5 + 1).astype(np.int32),
            "curriculum": pd.Categorical(["Coupled Baiting@2.3"] * n),
            "foraging_efficiency": draw.random(n),
            "finished_trials": np.round(draw.random(n) * 600),
            "subject_alias": pd.Series(["Sesame"] * n, dtype="str"),
            "trainer": pd.Series(["Ana <b>Bold</b>"] * n, dtype="str"),
            "PI": pd.Series(["Dr Curie"] * n, dtype="str"),
            "rig": pd.Series(["447-1-A"] * n, dtype="str"),
        }
    )


def _texts(codes: npt.NDArray[Any], known: Sequence[str]) -> "pd.Categorical[str]":
    """Return known[code] of each, missing where the code is -1."""
    return pd.Categorical.from_codes(codes.astype(np.int32), categories=pd.Index(list(known)))
