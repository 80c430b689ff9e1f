"""Whom a new version of a curriculum would concern, before anybody is moved to it."""

from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from autotrain_core.errors import TableError
from autotrain_core.evaluation import decide_and_report
from autotrain_core.models import Curriculum, folded
from autotrain_core.services._lab_view import LabView
from autotrain_core.services._selection import in_training

MOVES_NOBODY = "Publishing moves no mouse: each goes on with the version that it follows until somebody moves it."
COLUMNS = (
    *("curriculum_version", "in_training", "last_session", "last_date", "stage", "following", "would", "certain"),
    *("changes", "reason"),
)
_TEXTS = ("curriculum_version", "stage", "following", "would", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """
    The mice whose last published session followed a curriculum of the same name.

    Attributes:
        mice: A row a mouse, indexed by `subject_id` (str), those in training first: `curriculum_version` (str) that it
            follows, `in_training` (bool), `last_session` (Int64), `last_date` (datetime64[s]), `stage` that it ran
            last, `following` that it runs next, `would`: next stage that the draft would decide after that session
            (str; missing where it says nothing), `certain` (bool), `changes` (bool: `would` is another stage), and
            `reason` (str) why the draft says nothing of it; else missing.
        in_training: How many are in training.
        changes: For how many of those the next stage would be another one.
        sentence: All of it in words, and that publishing alone moves nobody.
    """

    mice: pd.DataFrame = field(repr=False)
    in_training: int
    changes: int
    sentence: str


def affected_mice(lab: LabView, curriculum: Curriculum, *, on: date) -> Affected:
    """
    List the mice that follow some version of a curriculum, and what this one would decide for them.

    Only their last session is decided anew: what came before is as it was run.

    Args:
        lab: The lab.
        curriculum: The new version, with faults too.
        on: The day on which mice are in training or not; see `board_day`.
    """
    # A mouse that has only just begun has nothing published, and follows nothing yet.
    names = lab.mice["curriculum_name"].fillna("").astype(str).map(folded)
    chosen = (names == folded(curriculum.name)).to_numpy(dtype=bool)
    known = ["curriculum_version", "last_date", "stage", "following"]
    mice = lab.mice.loc[chosen, known].copy()
    mice["in_training"] = in_training(lab, on=on)[chosen]
    mice["last_session"] = _last_published(lab).reindex(mice.index).astype("Int64")
    mice = mice.join(_decided(lab, curriculum, mice["last_session"]))
    mice["certain"] = mice["certain"].astype("boolean").fillna(value=False).astype(bool)
    mice["changes"] = (mice["would"].notna() & (mice["would"] != mice["following"])).to_numpy(dtype=bool)
    mice[list(_TEXTS)] = mice[list(_TEXTS)].astype("str")
    mice = mice.sort_values("in_training", ascending=False, kind="stable")
    training = int(mice["in_training"].sum())
    changes = int((mice["in_training"] & mice["changes"]).sum())
    return Affected(
        mice=mice[list(COLUMNS)],
        in_training=training,
        changes=changes,
        sentence=f"{_sentence(curriculum.name, len(mice), training, changes)} {MOVES_NOBODY}",
    )


def _sentence(name: str, mice: int, training: int, changes: int) -> str:
    if not mice:
        return f"No mouse has followed {name} last."
    told = f"{training:,} {'mouse' if training == 1 else 'mice'} in training follow{'s' * (training == 1)} {name}"
    if not training:
        return f"{told}, and {mice:,} did last."
    would = f"{changes:,} of them would run another stage next" if changes else "all would run the same stage next"
    return f"{told}; if moved to this version, {would}."


def _last_published(lab: LabView) -> "pd.Series[int]":
    rows = lab.sessions[lab.sessions["published"]]
    last = rows.groupby("subject_id", observed=True, sort=False)["session"].max()
    last.index = last.index.astype("str")
    return last


def _decided(lab: LabView, curriculum: Curriculum, last: "pd.Series[int]") -> pd.DataFrame:
    """Decide the last published session of each mouse: `would`, `certain` and `reason`, by mouse."""
    nothing = pd.DataFrame({"would": [], "certain": [], "reason": []}, index=pd.Index([], dtype="str"))
    if not len(last):
        return nothing
    sessions = lab.tables(list(last.index))
    if "curriculum_name" in sessions.columns:
        sessions = sessions[sessions["curriculum_name"].notna()]  # off curriculum: the rules do not see it
    sessions = sessions[sessions["session"].astype("Float64") <= sessions["subject_id"].map(last).astype("Float64")]
    try:
        outcome = decide_and_report(sessions.reset_index(drop=True), curriculum)
    except TableError as error:
        return pd.DataFrame({"would": None, "certain": False, "reason": str(error)}, index=last.index)
    rows = outcome.decisions
    rows = rows[rows["session"] == rows["subject_id"].map(last)].set_index("subject_id")
    found = pd.DataFrame(index=last.index)
    found["would"] = rows["next_stage_suggested"].reindex(last.index)
    found["certain"] = rows["certain"].reindex(last.index)
    lost = {(one.subject_id, one.session): one.sentence for one in outcome.report}
    missing = found["would"].isna()
    found["reason"] = [
        lost.get((mouse, number), "its last session is no longer in the session table") if gone else None
        for mouse, number, gone in zip(last.index, last, missing, strict=True)
    ]
    return found
