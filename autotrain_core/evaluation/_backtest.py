"""
What several versions of a curriculum would have made of the same sessions.

Replay is open loop: what a mouse did in a session is taken as it was, whatever stage a version would have put it at. It
says how rules read a history; how mice would have behaved under other rules, only a closed loop can guess.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from autotrain_core.errors import NotStoredError
from autotrain_core.evaluation._backtest_figures import Replay, replay_of
from autotrain_core.evaluation._backtest_replay import Replayed, replays
from autotrain_core.evaluation._decide import decide_gathered
from autotrain_core.evaluation._engine import NONE, Progress
from autotrain_core.evaluation._interventions import NOTHING, Interventions
from autotrain_core.evaluation._rows import TABLE, as_text
from autotrain_core.evaluation._sessions import gather
from autotrain_core.evaluation._text_column import category_column
from autotrain_core.models import SESSIONS, Curriculum, require_columns
from autotrain_core.rules import Ints

CHANGES = (
    "graduates",
    "no longer graduates",
    "graduates earlier",
    "graduates later",
    "ends further on",
    "ends further back",
    "ends elsewhere",
    "decided by one only",
)
"""How the fate of a mouse can differ from one version to another."""

_GRADUATED, _TRAINING, _UNDECIDED = range(3)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Backtest:
    """
    What several versions make of one session table.

    Attributes:
        versions: One for each curriculum that was asked, in their order.
    """

    versions: tuple[Replay, ...]
    _sessions: pd.DataFrame = field(repr=False)
    _open_loop: bool
    _said: Interventions = field(repr=False)
    _paths: tuple[npt.NDArray[np.int16], ...] = field(repr=False)
    _mice: Ints = field(repr=False)
    _numbers: npt.NDArray[np.float64] = field(repr=False)

    def changed_fates(self, a: int, b: int) -> pd.DataFrame:
        """
        List the mice whose fate differs between two versions.

        Args:
            a: Place of the one in `versions`.
            b: Place of the other.

        Returns:
            A row for each mouse that graduates with only one of them, or after another number of sessions, or that is
            elsewhere at the end of its history; indexed by `subject_id` (str), in the order of `Replay.fates`:
            `change` (category of `CHANGES`, from a to b; further on or back is by the places of the two stages in
            their own documents), `from_session` (float64: number of the first session after which the two say another
            next stage; missing where only one says any), and of each version, ending in `_a` and `_b`, the columns of
            `Replay.fates` but `sessions`.
        """
        before, after = self.versions[a], self.versions[b]
        codes = [version.fates["fate"].cat.codes.to_numpy() for version in (before, after)]
        took = [version.fates["sessions_to_graduate"].to_numpy() for version in (before, after)]
        ends = [_places(version) for version in (before, after)]
        stages = [version.fates["stage"] for version in (before, after)]
        both = codes[0] == codes[1]
        graduate, train = both & (codes[0] == _GRADUATED), both & (codes[0] == _TRAINING)
        elsewhere = train & (stages[0] != stages[1]).to_numpy(dtype=bool)
        kinds = [
            (codes[0] != _UNDECIDED) & (codes[1] == _GRADUATED) & ~both,
            (codes[0] == _GRADUATED) & (codes[1] == _TRAINING),
            graduate & (took[1] < took[0]),
            graduate & (took[1] > took[0]),
            elsewhere & (ends[1] > ends[0]),
            elsewhere & (ends[1] < ends[0]),
            elsewhere & (ends[1] == ends[0]),
            ~both & ((codes[0] == _UNDECIDED) | (codes[1] == _UNDECIDED)),
        ]
        change = np.full(len(codes[0]), NONE, dtype=np.int64)
        for number, here in enumerate(kinds):
            change[here] = number
        changed = change != NONE
        shown = {
            f"{name}_{letter}": version.fates.loc[changed, name]
            for letter, version in (("a", before), ("b", after))
            for name in ("fate", "stage", "sessions_to_graduate", "rollbacks")
        }
        columns = {"change": category_column(change[changed], CHANGES), **shown}
        table = pd.DataFrame(columns, index=before.fates.index[changed])
        table.insert(1, "from_session", self._parting(a, b)[changed])
        return table

    def decisions(self, version: int, subject_id: str) -> pd.DataFrame:
        """
        Give what one version decides after each session of a mouse.

        Args:
            version: Its place in `versions`.
            subject_id: The mouse.

        Returns:
            As `decide`.

        Raises:
            NotStoredError: The table has no such mouse.
        """
        replay = self.versions[version]
        try:
            number = replay.fates.index.get_loc(subject_id)
        except KeyError:
            raise NotStoredError(f"{TABLE} has no mouse {subject_id}.") from None
        own = self._sessions[self._mice == number]
        cohort = gather(own, replay.curriculum, open_loop=self._open_loop, said=self._said)
        return decide_gathered(own, cohort).decisions

    def as_json(self) -> list[dict[str, object]]:
        """Give the figures of each version as plain values."""
        return [version.as_json() for version in self.versions]

    def _parting(self, a: int, b: int) -> npt.NDArray[np.float64]:
        """Find for each mouse the number of the first session after which two versions say another next stage."""
        paths = self._paths[a], self._paths[b]
        apart = np.flatnonzero((paths[0] != paths[1]) & (paths[0] != NONE) & (paths[1] != NONE))
        earliest = np.full(len(self.versions[a].fates), np.inf)
        np.minimum.at(earliest, self._mice[apart], self._numbers[apart])
        return np.where(np.isinf(earliest), np.nan, earliest)


def backtest(
    sessions: pd.DataFrame,
    curricula: Sequence[Curriculum],
    *,
    open_loop: bool = True,
    said: Interventions = NOTHING,
    progress: Progress | None = None,
    subjects: Collection[str] | None = None,
) -> Backtest:
    """
    Replay several versions of a curriculum over the same sessions.

    Every version is asked about every session, whatever the session table says that the mouse followed. The table is
    read once for all versions that declare the same metrics, and a condition that versions share is answered once.

    Args:
        sessions: One row a session, n rows in any order; see `decide`. It is kept, not copied.
        curricula: The versions, at least one; the same name and version may stand twice (a draft and what it was).
        open_loop: Assume that every suggestion was followed. Otherwise the stages that were run count: what each
            version would have said on the way that the mice really took.
        said: What people decided about these mice and sessions; see `interventions`.
        progress: Called with (steps done, steps in all) now and then.
        subjects: Ids of the mice to take; all where this is None.

    Returns:
        What each version makes of them.

    Raises:
        MissingColumnError: A column that is needed is not there at all.
        TableError: A column is of the wrong kind.
        ValueError: No curriculum was named.
    """
    if not curricula:
        raise ValueError("backtest needs at least one curriculum")
    if subjects is not None:
        require_columns(sessions, SESSIONS, TABLE)
        sessions = sessions[as_text(sessions["subject_id"], whole=True).isin(list(subjects)).to_numpy(dtype=bool)]
    labels = tuple(dict.fromkeys(stage.label for curriculum in curricula for stage in curriculum.stages))
    found: dict[int, tuple[Replay, npt.NDArray[np.int16]]] = {}
    for replayed in replays(sessions, curricula, open_loop=open_loop, said=said, progress=progress):
        curriculum = curricula[replayed.version]
        found[replayed.version] = replay_of(replayed, curriculum), _path(replayed, labels, len(sessions))
        cohort = replayed.reading.cohort
    numbers = np.full(len(sessions), np.nan)
    numbers[cohort.rows] = cohort.sessions
    return Backtest(
        versions=tuple(found[place][0] for place in range(len(curricula))),
        _sessions=sessions,
        _open_loop=open_loop,
        _said=said,
        _paths=tuple(found[place][1] for place in range(len(curricula))),
        _mice=cohort.mice,
        _numbers=numbers,
    )


def _path(replayed: Replayed, labels: Sequence[str], size: int) -> npt.NDArray[np.int16]:
    """Say for each row of the table which of some stages comes next, NONE where it was not decided."""
    cohort, course = replayed.reading.cohort, replayed.course
    place = {label: number for number, label in enumerate(labels)}
    of_program = np.array([place.get(label, NONE) for label in cohort.program.labels], dtype=np.int16)
    path = np.full(size, NONE, dtype=np.int16)
    path[cohort.rows] = np.where(course.decided, of_program[course.following], NONE)
    return path


def _places(replay: Replay) -> Ints:
    """Give the place of each mouse's last stage in the version's document, NONE where it was not decided."""
    labels = pd.Index([stage.label for stage in replay.curriculum.stages])
    return np.asarray(labels.get_indexer(pd.Index(replay.fates["stage"])), dtype=np.int64)
