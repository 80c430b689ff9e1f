"""The example lab from end to end: simulated, decided, put on the board, written to a folder."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from autotrain_core import evaluation
from autotrain_core.errors import TableError
from autotrain_core.evaluation import Lab, Outcome, decide_and_report
from autotrain_core.interop import write_table, write_text
from autotrain_core.models import DYNAMIC_FORAGING, Curriculum, save_curriculum
from autotrain_core.services._board import BoardRow, board
from autotrain_core.services._curricula import shipped

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """
    An example lab, decided.

    Attributes:
        lab: The simulated lab.
        outcome: What was decided of its sessions, and what there is to say about single ones.
        board: Where each mouse stands; see `board`.
    """

    lab: Lab
    outcome: Outcome
    board: tuple[BoardRow, ...]


def example_lab(
    mice: int = 12,
    seed: int = 0,
    *,
    curricula: Iterable[Curriculum] | None = None,
    weeks: int = 16,
    sessions_per_mouse: int | None = None,
    progress: Progress | None = None,
) -> Lab:
    """
    Simulate a lab whose mice follow the shipped curricula.

    Args:
        mice: How many, 1 to 700,000.
        seed: Whole number from 0; the same seed gives the same lab.
        curricula: What the mice follow, in equal shares; the shipped ones for dynamic foraging where None.
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
        weeks=weeks,
        sessions_per_mouse=sessions_per_mouse,
        progress=progress,
    )


def demo(mice: int = 12, seed: int = 0, *, progress: Progress | None = None) -> Demo:
    """
    Simulate a lab, decide it, and put its mice on the board.

    Args:
        mice: How many.
        seed: Whole number from 0; the same seed gives the same demo.
        progress: Called with (mice done, mice in all) now and then; once over while the lab is simulated, once more for
            the board.

    Raises:
        ValueError: A number out of its range.
        NotStoredError: The installation lacks the shipped curricula.
        DocumentError: The installation is damaged.
    """
    lab = example_lab(mice, seed, progress=progress)
    outcome = decide_and_report(lab.sessions, lab.curricula)
    return Demo(lab=lab, outcome=outcome, board=board(lab.sessions, lab.curricula, outcome, progress=progress))


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


def save_demo(shown: Demo, directory: str | Path) -> tuple[Path, ...]:
    """
    Write a demo to a folder: the files of `save_lab`, and `board.csv`, a row a mouse.

    Raises:
        TableError: `directory` is a file.
        OSError: The disk is full or forbids writing.
    """
    written = save_lab(shown.lab, directory, outcome=shown.outcome)
    path = Path(directory) / "board.csv"
    write_table(pd.DataFrame([row.as_json() for row in shown.board]), path)
    return (*written, path)


def report_table(outcome: Outcome) -> pd.DataFrame:
    """
    Give the report as a table.

    Returns:
        A row a notice: `subject_id` (str), `session` (number, missing where there is none), `kind` (str), `left_out`
        (bool), `sentence` (str).
    """
    columns = ["subject_id", "session", "kind", "left_out", "sentence"]
    rows = [[getattr(notice, name) for name in columns] for notice in outcome.report]
    return pd.DataFrame(rows, columns=columns, dtype=object)
