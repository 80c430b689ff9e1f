"""The example lab: simulated, decided, written to a folder."""

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pandas as pd

from autotrain_core import evaluation
from autotrain_core.errors import TableError
from autotrain_core.evaluation import FIRST_DAY, Lab, Notice, Outcome, decide_and_report
from autotrain_core.interop import write_table, write_text
from autotrain_core.models import DYNAMIC_FORAGING, Curriculum, save_curriculum
from autotrain_core.services._curricula import shipped

Progress = Callable[[int, int], None]

WEEKS = 16


def example_lab(
    mice: int = 12,
    seed: int = 0,
    *,
    curricula: Iterable[Curriculum] | None = None,
    start: date = FIRST_DAY,
    weeks: int = WEEKS,
    sessions_per_mouse: int | None = None,
    progress: Progress | None = None,
) -> Lab:
    """
    Simulate a lab whose mice follow the shipped curricula.

    Args:
        mice: How many, 1 to 700,000.
        seed: Whole number from 0; the same seed gives the same lab.
        curricula: What the mice follow, in equal shares; the shipped ones for dynamic foraging where None.
        start: Its first day, a Monday.
        weeks: How long the lab is watched.
        sessions_per_mouse: Trains each mouse exactly so often instead, however long that takes.
        progress: Called with (mice done, mice in all) now and then.

    Returns:
        The lab: `sessions` (one row a session), `mice` (one row a mouse), `curricula` (a library) and `suggested`.

    Raises:
        ValueError: A number out of its range, or a curriculum that no simulated mouse can follow.
        NotStoredError: The installation lacks the shipped curricula.
        DocumentError: The installation is damaged.
    """
    if curricula is None:
        curricula = [read for read in shipped() if read.schema_name == DYNAMIC_FORAGING.schema_name]
    return evaluation.example_lab(
        mice,
        curricula=curricula,
        seed=seed,
        start=start,
        weeks=weeks,
        sessions_per_mouse=sessions_per_mouse,
        progress=progress,
    )


def save_lab(lab: Lab, directory: str | Path, *, outcome: Outcome | None = None) -> tuple[Path, ...]:
    """
    Write a lab to a folder, in the files that the other commands read.

    Args:
        lab: The lab.
        directory: Made where it does not exist; files of these names in it are replaced, others left alone.
        outcome: Its decisions; made here where None.

    Returns:
        What was written: `sessions.csv`, `sessions.parquet` (both hold the same), `mice.csv`, `decisions.csv`,
        `report.csv` (a row a remark on a session) and the followed documents in `curricula`.

    Raises:
        TableError: `directory` is a file.
        OSError: The disk is full or forbids writing.
    """
    folder = Path(directory)
    if folder.exists() and not folder.is_dir():
        raise TableError(f"{folder} is a file; name a folder for the lab.")
    decided = outcome if outcome is not None else decide_and_report(lab.sessions, lab.curricula)
    (folder / "curricula").mkdir(parents=True, exist_ok=True)
    tables = {
        "sessions.csv": lab.sessions,
        "sessions.parquet": lab.sessions,
        "mice.csv": lab.mice,
        "decisions.csv": decided.decisions,
        "report.csv": report_table(decided),
    }
    for name, table in tables.items():
        write_table(table, folder / name)
    documents = [folder / "curricula" / curriculum.file_name for curriculum in lab.curricula]
    for path, curriculum in zip(documents, lab.curricula, strict=True):
        write_text(save_curriculum(curriculum).decode("utf-8"), path)
    return (*(folder / name for name in tables), *documents)


def report_table(outcome: Outcome) -> pd.DataFrame:
    """Give the report as a table; see `notices_table`."""
    return notices_table(outcome.report)


def notices_table(notices: Iterable[Notice]) -> pd.DataFrame:
    """
    Give remarks on single sessions as a table.

    Returns:
        A row a notice: `subject_id` (str), `session` (Int64, missing where there is none), `kind` (str), `left_out`
        (bool), `sentence` (str).
    """
    kinds = {"subject_id": "str", "session": "Int64", "kind": "str", "left_out": "bool", "sentence": "str"}
    listed = tuple(notices)
    return pd.DataFrame(
        {name: pd.Series([getattr(notice, name) for notice in listed], dtype=kind) for name, kind in kinds.items()}
    )
