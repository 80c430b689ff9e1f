"""
Versions of a curriculum replayed over a lab's own history: which mice, which documents, and the tables that come of it.

Nothing is changed, so that anybody who sees the lab may ask.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from autotrain_core.errors import DamagedError, DocumentError, NotStoredError
from autotrain_core.evaluation import Backtest, backtest, interventions
from autotrain_core.models import Curriculum
from autotrain_core.rules import metrics_of
from autotrain_core.services._drafts import open_draft
from autotrain_core.services._engines import Progress
from autotrain_core.services._lab_view import LabView
from autotrain_core.services._publish_plan import known_tasks
from autotrain_core.services._rule_preview import Further
from autotrain_core.services._selection import Selection, select, whole_histories
from autotrain_core.services._session_numbers import numbers_of_sessions
from autotrain_core.store import Store

DRAFT_PREFIX = "draft:"
"""How the name of a version begins that is a draft: "draft:" and its id; others are "Name@Version"."""

_NAMING = ("session_date", "nwb_suffix")
"""By which people name a session; needed where somebody excluded one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedVersions:
    """
    Versions that somebody named.

    Attributes:
        curricula: Name -> the document, in the order in which they were named.
        problems: Name -> why there is none.
    """

    curricula: Mapping[str, Curriculum] = field(repr=False)
    problems: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LabBacktest:
    """
    What versions make of a lab's history.

    Attributes:
        found: The figures; None where no mouse is chosen, or no version can be asked.
        names: Those of its versions, in their order.
        problems: Name -> why that version could not be asked.
        tasks: Only mice with a session of one of these tasks take part; empty where all do.
        mice: How many take part.
        sessions: How many of their sessions are in the session table.
    """

    found: Backtest | None = field(repr=False)
    names: tuple[str, ...]
    problems: Mapping[str, str]
    tasks: tuple[str, ...]
    mice: int
    sessions: int


def named_versions(store: Store, view: LabView, names: Iterable[str]) -> NamedVersions:
    """
    Read versions by their names: "Coupled Baiting@2.3" from the curricula at hand, "draft:ID" from the drafts.

    Args:
        store: Where the lab lies.
        view: The lab.
        names: Which; a name that stands twice counts once.

    Raises:
        StoreUnavailableError: The store does not answer.
    """
    curricula: dict[str, Curriculum] = {}
    problems: dict[str, str] = {}
    for name in dict.fromkeys(names):
        try:
            curricula[name] = _read(store, view, name)
        except (NotStoredError, DocumentError, DamagedError) as error:
            problems[name] = str(error)
    return NamedVersions(curricula=curricula, problems=problems)


def _read(store: Store, view: LabView, name: str) -> Curriculum:
    if name.startswith(DRAFT_PREFIX):
        draft = open_draft(store, name.removeprefix(DRAFT_PREFIX)).draft
        return draft.curriculum(known_tasks(store.home, view.settings))
    curriculum, _, version = name.rpartition("@")
    return view.shelf.library.get(curriculum, version)


def backtest_lab(
    view: LabView,
    named: NamedVersions,
    selection: Selection,
    *,
    on: date,
    other_tasks: bool = False,
    further: Further | None = None,
    progress: Progress | None = None,
) -> LabBacktest:
    """
    Replay versions over a lab's history.

    Histories are whole: a mouse takes part with all its sessions where any of them is chosen. Sessions that were run
    off curriculum, that a person excluded, or that the session table has lost are none of them, as for deciding. What
    else people decided (overrides, enrolments) does not count: it was said about another curriculum.

    Args:
        view: The lab.
        named: The versions; see `named_versions`.
        selection: Which mice.
        on: See `select`.
        other_tasks: Take mice of other tasks than those of the versions too. Where `selection` names tasks, curricula
            or versions, these alone choose.
        further: Columns that a rule reads and the view does not have; see `numbers_for`.
        progress: Called with (steps done, steps in all) now and then.

    Raises:
        TableError: The pattern for mice is no regular expression.
    """
    tasks = () if other_tasks or selection.task or selection.curriculum or selection.version else _tasks(view, named)
    rows = _rows(view, selection, tasks, on=on)
    table = _table(view, named.curricula.values(), rows, further or {})
    problems = dict(named.problems)
    for name, curriculum in named.curricula.items():
        lacking = sorted(_read_by(curriculum).difference(table.columns))
        if lacking:
            problems[name] = f"Its rules read {', '.join(lacking)}, which the session table does not have."
    names = tuple(name for name in named.curricula if name not in problems)
    found = None
    if names and len(table):
        said = interventions((), (), view.people.marks.values())
        found = backtest(table, [named.curricula[name] for name in names], said=said, progress=progress)
    return LabBacktest(
        found=found,
        names=names,
        problems=problems,
        tasks=tasks,
        mice=int(view.sessions["subject_id"].cat.codes[rows].nunique()),
        sessions=len(table),
    )


def numbers_for(store: Store, view: LabView, curricula: Iterable[Curriculum]) -> Further:
    """
    Read the columns that rules read and the view does not have; none where it has all, and then nothing is read.

    Args:
        store: Where the lab lies.
        view: The lab.
        curricula: Whose rules.

    Raises:
        NotStoredError: There is no session table.
        TableError: It cannot be used.
        StoreUnavailableError: The store does not answer, or has another table now.
    """
    lacking = frozenset[str]().union(*map(_read_by, curricula)).difference(view.sessions.columns)
    return numbers_of_sessions(store, view, lacking) if lacking else {}


def backtest_figures(found: Backtest) -> pd.DataFrame:
    """
    Lay the figures of a backtest out as a table.

    Returns:
        A row a version, in their order, on a fresh index: `curriculum_name`, `curriculum_version` (str), `subjects`,
        `sessions`, `graduates`, `progressions`, `rollbacks` (int64); in decided sessions (float64, missing where there
        is none) of the graduates `median_sessions_to_graduate`, `quartile_1`, `quartile_3`, and of all mice
        `kaplan_meier_median`, `kaplan_meier_lower`, `kaplan_meier_upper` (95 %); `changed_fates` (int64: mice whose
        fate differs from the first version).
    """
    rows = []
    for place, version in enumerate(found.versions):
        first, median, third = version.quartiles or (np.nan, np.nan, np.nan)
        rows.append(
            {
                "curriculum_name": version.curriculum.name,
                "curriculum_version": version.curriculum.version,
                "subjects": version.subjects,
                "sessions": version.sessions,
                "graduates": version.graduates,
                "progressions": version.progressions,
                "rollbacks": version.rollbacks,
                "median_sessions_to_graduate": median,
                "quartile_1": first,
                "quartile_3": third,
                "kaplan_meier_median": version.waiting.median,
                "kaplan_meier_lower": version.waiting.median_lower,
                "kaplan_meier_upper": version.waiting.median_upper,
                "changed_fates": len(found.changed_fates(0, place)),
            }
        )
    ends = dict.fromkeys(("kaplan_meier_median", "kaplan_meier_lower", "kaplan_meier_upper"), "float64")
    return pd.DataFrame(rows).astype(ends)


def backtest_fates(found: Backtest) -> pd.DataFrame:
    """
    List what became of each mouse by each version.

    Returns:
        A row for each version and mouse, version after version, on a fresh index: `number` (int64, of the version, from
        1), `curriculum_name`, `curriculum_version`, `subject_id` (str) and the columns of `evaluation.Replay.fates`.
    """
    tables = []
    for place, version in enumerate(found.versions):
        fates = version.fates.reset_index()
        fates.insert(0, "number", place + 1)
        fates.insert(1, "curriculum_name", version.curriculum.name)
        fates.insert(2, "curriculum_version", version.curriculum.version)
        tables.append(fates)
    return pd.concat(tables, ignore_index=True)


def _tasks(view: LabView, named: NamedVersions) -> tuple[str, ...]:
    """Name the tasks that the versions train, of those that some session of the lab names."""
    wanted = {
        str(stage.parameters["task"])
        for curriculum in named.curricula.values()
        for stage in curriculum.stages
        if "task" in stage.parameters
    }
    return tuple(sorted(wanted.intersection(map(str, view.sessions["task"].cat.categories))))


def _rows(view: LabView, selection: Selection, tasks: Sequence[str], *, on: date) -> npt.NDArray[np.bool_]:
    """Say which sessions of the view take part."""
    sessions = view.sessions
    usable = sessions["in_table"].to_numpy(dtype=bool)
    if not isinstance(view.decides, Curriculum):
        usable = usable & sessions["curriculum_name"].notna().to_numpy(dtype=bool)
    chosen = select(view, selection, on=on)
    if tasks:
        chosen &= sessions["task"].isin(tasks).to_numpy(dtype=bool)
    return whole_histories(view, chosen, usable)


def _table(
    view: LabView, curricula: Iterable[Curriculum], rows: npt.NDArray[np.bool_], further: Further
) -> pd.DataFrame:
    """Give the sessions as `backtest` takes them: whose they are, and what the versions may read."""
    declared = dict.fromkeys(metric.name for curriculum in curricula for metric in curriculum.metrics)
    known = [name for name in declared if name in view.sessions.columns]
    naming = _NAMING if view.people.marks else ()
    table = view.sessions.loc[rows, ["subject_id", "session", *naming, *known]]
    added = {name: further[name][rows] for name in declared if name in further and name not in known}
    table = table.assign(**added).reset_index(drop=True)
    # A mouse that does not take part is no mouse of the table.
    return table.assign(subject_id=table["subject_id"].astype("str"))


def _read_by(curriculum: Curriculum) -> frozenset[str]:
    conditions = (rule.condition for stage in curriculum.stages if not stage.broken for rule in stage.rules)
    return frozenset[str]().union(*(metrics_of(each) for each in conditions if each is not None))
