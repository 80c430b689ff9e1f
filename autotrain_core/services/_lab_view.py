"""
A lab as the app shows it: every session, what was published of it, and whose mice they are, in one place.

A view never changes. It is made again when something in the store did, and shared by everybody who looks.
"""

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from autotrain_core.errors import DamagedError, NotStoredError, StoreUnavailableError, TableError
from autotrain_core.models import SESSIONS, Curriculum, Library, TrainingStage, read_numbers
from autotrain_core.rules import Metric
from autotrain_core.services._curricula import Shelf
from autotrain_core.services._inputs import (
    Inputs,
    fetch,
    people_of_mice,
    seen_sessions,
    session_key,
    stages_of,
    stored_shelf,
)
from autotrain_core.services._pairing import paired
from autotrain_core.services._plan import published_rows
from autotrain_core.services._publication import Publication, latest
from autotrain_core.services._published import METRICS, nothing_published, serves
from autotrain_core.services._said import Said, said
from autotrain_core.services._settings import Settings
from autotrain_core.services._view_columns import (
    MEASURES,
    NOTES,
    PEOPLE,
    Coded,
    coded_together,
    curricula_of,
    last_known,
    natural_order,
    progress_of,
)
from autotrain_core.services._view_mouse import with_published_stages
from autotrain_core.store import Store, TableRef

Places = npt.NDArray[np.int64]

_FURTHER = (*PEOPLE, *MEASURES, NOTES)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LabView:
    """
    A lab at one moment.

    Attributes:
        version: Changes when anything of what follows does.
        publication: The publication in force; number 0 where nothing was published yet.
        sessions: One row a session, by mouse (m2 before m10) and number, on a fresh index. `subject_id` (category),
            `session` (int32), `session_date` (datetime64[s]), `nwb_suffix` (str), `task`, `curriculum`
            ("Name@Version"), `curriculum_name`, `curriculum_version` (category), `published` (bool: decided and
            published), `in_table` (bool: the session table has it now), `suggested`, `stage`, `following` (category of
            the same stages: what was suggested for it, what was run, what comes next), `decision` (category: STAY,
            PROGRESS, ROLLBACK), `closed_loop`, `overridden`, `certain` (bool), `at_stage` (int32, consecutive sessions
            at the stage, 0 where not published), the metrics (float64), `subject_alias`, `trainer`, `PI`, `project`,
            `rig` (category), `base_weight`, `target_weight`, `weight_after` (float32, g), `weight_after_ratio`
            (float32, fraction), `water_in_session_total`, `water_after_session`, `water_day_total` (float32, mL) and
            `notes` (str). What a table lacks is missing.
        mice: One row a mouse, indexed by `subject_id` (str) in the same order: `sessions` (in the session table),
            `decided`, `left_out` (int64), `first_date`, `last_date` (datetime64[s]), `last_session` (Int64), and of its
            last published session `curriculum`, `curriculum_name`, `curriculum_version`, `task`, `stage`, `following`,
            `decision` (str), `at_stage` (int64), `certain`, `overridden` (bool); `outcome` (decided, partly, not
            decided, gone; new: since the last run), `reason` (str: why its last session was left out), `progress`
            (0..1: place of `following` among the stages of its curriculum) and, as last known, `subject_alias`,
            `trainer`, `PI`, `project`, `rig` (str).
        metrics: The metrics that any curriculum at hand knows and some session has, by name.
        shelf: The curricula at hand, and files that are none.
        notices: Remarks of the last publication on single sessions; see `services.notices_table`.
        differences: Published rows that the rules now see otherwise.
        amendments: Published rows that the last publication changed.
        problems: What could not be read, a sentence each; the rest is shown all the same.
        people: What people said about mice and sessions until this moment; no part of `version`. Where the record is
            damaged, nothing: `problems` says so.
        found: The problems of the tables alone.
        settings: What lies where.
        read_at: When it was last compared with the store, with a time zone.
    """

    version: str
    publication: Publication
    sessions: pd.DataFrame = field(repr=False)
    mice: pd.DataFrame = field(repr=False)
    metrics: Mapping[str, Metric]
    shelf: Shelf = field(repr=False)
    notices: pd.DataFrame = field(repr=False)
    differences: pd.DataFrame = field(repr=False)
    amendments: pd.DataFrame = field(repr=False)
    problems: tuple[str, ...]
    people: Said = field(repr=False)
    found: tuple[str, ...]
    settings: Settings = field(repr=False)
    read_at: datetime
    decides: Curriculum | Library = field(repr=False)
    _starts: Places = field(repr=False)
    _places: Places = field(repr=False)
    _stages: Mapping[tuple[str, str], frozenset[str]] = field(repr=False)
    _raw: pd.DataFrame = field(repr=False)
    _raw_order: Places = field(repr=False)
    _raw_starts: Places = field(repr=False)

    def of(self, subject_id: str) -> pd.DataFrame:
        """
        Return the sessions of one mouse.

        Raises:
            NotStoredError: There is no such mouse.
        """
        number = self._number(subject_id)
        return self.sessions.iloc[self._starts[number] : self._starts[number + 1]]

    def table(self, subject_id: str) -> pd.DataFrame:
        """
        Return the sessions of one mouse as a run decides them, for `evaluation.Explainer`.

        Raises:
            NotStoredError: There is no such mouse.
        """
        return self.tables([subject_id])

    def tables(self, subjects: Sequence[str]) -> pd.DataFrame:
        """
        Return the sessions of some mice as a run decides them, in one table.

        Raises:
            NotStoredError: There is no such mouse.
        """
        numbers = [self._number(subject_id) for subject_id in subjects]
        mine = _slices(self._raw_order, self._raw_starts, numbers)
        rows = _slices(np.arange(len(self.sessions)), self._starts, numbers)
        own = self._raw.iloc[mine].reset_index(drop=True)
        place = np.full(len(self._raw) + 1, -1, dtype=np.int64)  # the last for rows that the table does not have
        place[mine] = np.arange(len(mine))
        return with_published_stages(own, self.sessions.iloc[rows], place[self._places[rows]], self._stages)

    def from_table(self, column: "pd.Series[float]", numbers: "pd.Series[float]") -> npt.NDArray[np.float64]:
        """
        Lay a column of the session table, read again, beside `sessions`.

        Args:
            column: One cell a row of the table.
            numbers: The column `session` of the same table, by which it is known again.

        Returns:
            float64, one value a row of `sessions`; NaN where the table does not have it.

        Raises:
            StoreUnavailableError: It is another table than the one that this view was made of.
        """
        known = read_numbers(self._raw["session"], whole=False).values if "session" in self._raw.columns else None
        if known is None or not np.array_equal(known, numbers.to_numpy(np.float64, na_value=np.nan), equal_nan=True):
            raise StoreUnavailableError("The session table has changed since the lab was looked at. Look again.")
        values = np.append(column.to_numpy(dtype=np.float64, na_value=np.nan), np.nan)
        return values[self._places]

    def _number(self, subject_id: str) -> int:
        try:
            return int(self.mice.index.get_loc(subject_id))  # type: ignore[arg-type]  # ids are unique
        except KeyError:
            raise NotStoredError(f"This lab has no mouse {subject_id}.") from None


def lab_view(store: Store, settings: Settings, *, at: datetime, known: LabView | None = None) -> LabView:
    """
    Look at a lab.

    A session table that cannot be read does not hide what was published: the view says what is wrong with it.

    Args:
        store: Where it lies.
        settings: What lies where in it.
        at: Now, with a time zone.
        known: What was seen before: its tables are used again where nothing changed.

    Raises:
        DamagedError: What was published cannot be read.
        StoreUnavailableError: The store does not answer.
        NotAllowedError: The store refuses.
        DocumentError: The installation, or the document that says whose mice they are, is damaged.
    """
    publication = latest(store)
    version = _version(store, settings, publication)
    if known is not None and known.version == version:
        people, damage = _people(store)
        return replace(known, read_at=at, people=people, problems=(*known.found, *damage))
    problems: list[str] = []
    people, damage = _people(store)
    with ThreadPoolExecutor(max_workers=2) as pool:
        published = pool.submit(published_rows, store, publication)
        inputs = _inputs(store, settings, problems)
        before = published.result()
    before = before[serves(before)].reset_index(drop=True)
    if inputs is None:
        shelf, seen, raw = stored_shelf(store.home, settings), nothing_published(), _no_table()
        pairs = np.full(len(before), -1, dtype=np.int64)
    else:
        shelf, seen, raw = inputs.shelf, seen_sessions(inputs), inputs.sessions
        pairs = paired(before, seen, same_table=_same_table(publication, inputs))
    sessions, places = _sessions(before, seen, raw, pairs, shelf, people_of_mice(store.home, settings))
    tables = {name: _loaded(store, publication.tables.get(name)) for name in ("mice", "notices", "differences")}
    mice = _mice(sessions, tables["mice"], shelf)
    order, starts = _by_mouse(raw["subject_id"], mice.index)
    return LabView(
        version=version,
        publication=publication,
        sessions=sessions,
        mice=mice,
        metrics={
            metric.name: metric
            for curriculum in shelf.library
            for metric in curriculum.metrics
            if metric.name in sessions.columns
        },
        shelf=shelf,
        notices=tables["notices"],
        differences=tables["differences"],
        amendments=_loaded(store, publication.tables.get("amendments")),
        problems=(*problems, *damage),
        found=tuple(problems),
        people=people,
        settings=settings,
        read_at=at,
        decides=shelf.library if inputs is None else inputs.decides,
        _places=places,
        _stages={} if inputs is None else stages_of(inputs),
        _starts=_starts(sessions["subject_id"].cat.codes.to_numpy(), len(mice)),
        _raw=_deciding(raw, shelf.library),
        _raw_order=order,
        _raw_starts=starts,
    )


def _people(store: Store) -> tuple[Said, tuple[str, ...]]:
    """Read what people said; a damaged record does not hide the mice, but it is told on every page."""
    try:
        return said(store), ()
    except DamagedError as error:
        return Said(), (f"What people decided is not taken into account here, because the record is damaged: {error}",)


def _version(store: Store, settings: Settings, publication: Publication) -> str:
    """Name everything that a view is made of, by what it costs little to ask for."""
    marks = [publication.version, repr(settings)]
    try:
        key = session_key(store.home, settings)
        marks += [key, store.home.head(key).version]
    except NotStoredError:
        marks.append("no session table")
    for place in (settings.curricula.key, settings.mice.key):
        marks += [f"{listed.key} {listed.size} {listed.modified}" for listed in store.home.list(place)]
    return hashlib.sha256("\n".join(marks).encode()).hexdigest()[:16]


def _inputs(store: Store, settings: Settings, problems: list[str]) -> Inputs | None:
    try:
        return fetch(store.home, settings, further=_FURTHER)
    except (TableError, NotStoredError) as error:
        problems.append(str(error))
        return None


def _no_table() -> pd.DataFrame:
    return pd.DataFrame({"subject_id": pd.array([], dtype="str")})


def _same_table(publication: Publication, inputs: Inputs) -> bool:
    made_of = publication.inputs.get("sessions", {})
    return bool(made_of.get("sha256") == inputs.source.sha256)


def _loaded(store: Store, table: TableRef | None) -> pd.DataFrame:
    return pd.DataFrame() if table is None else store.load_table(table)


def _deciding(raw: pd.DataFrame, library: Library) -> pd.DataFrame:
    """Keep of the session table what explaining a decision needs."""
    metrics = {metric.name for curriculum in library for metric in curriculum.metrics}
    wanted = {column.name for column in SESSIONS} | metrics | {"nwb_suffix"}
    return raw[[name for name in raw.columns if name in wanted]]


def _by_mouse(subjects: "pd.Series[str]", mice: pd.Index) -> tuple[Places, Places]:
    """Say which rows are whose: row places by mouse, and where each mouse begins in them."""
    codes = mice.get_indexer(pd.Index(subjects))
    order = np.argsort(codes, kind="stable")
    return order, _starts(codes[order], len(mice))


def _slices(values: Places, starts: Places, numbers: Sequence[int]) -> Places:
    parts = [values[starts[number] : starts[number + 1]] for number in numbers]
    return np.concatenate([np.empty(0, dtype=np.int64), *parts]).astype(np.int64)


def _starts(codes: npt.NDArray[np.integer], mice: int) -> Places:
    return np.searchsorted(codes, np.arange(mice + 1)).astype(np.int64)


def _sessions(
    published: pd.DataFrame,
    seen: pd.DataFrame,
    raw: pd.DataFrame,
    pairs: Places,
    shelf: Shelf,
    owners: Mapping[str, str],
) -> tuple[pd.DataFrame, Places]:
    """Lay the session table and what was published side by side, every session once; with its place in the table."""
    gone = np.flatnonzero(pairs < 0)
    of_seen = np.full(len(seen), -1, dtype=np.int64)
    of_seen[pairs[pairs >= 0]] = np.flatnonzero(pairs >= 0)
    there = np.concatenate([of_seen, gone])
    in_table = np.arange(len(there)) < len(seen)
    rows = (
        np.concatenate([seen["row"].to_numpy(dtype=np.int64), np.full(len(gone), -1)]) if len(seen) else there * 0 - 1
    )

    def from_both(name: str) -> Coded:
        """What the session table says; of a session that it lost, what was published."""
        there_now = np.where(in_table, np.arange(len(there)), -1)
        return Coded.of(seen[name]).taken(there_now).or_else(as_published(name, np.where(in_table, -1, there)))

    def as_published(name: str, places: Places = there) -> Coded:
        return Coded.of(published[name]).taken(places)

    ids = from_both("subject_id")
    dates = from_both("session_date")
    days = pd.to_datetime(pd.Series([*dates.texts, None], dtype="str"), format="%Y-%m-%d").astype("datetime64[s]")
    columns: dict[str, object] = {
        "subject_id": ids.categories(natural_order(ids.texts)).as_ordered(),
        "session": np.append(seen["session"].to_numpy(), published["session"].to_numpy()[gone]).astype(np.int32),
        "session_date": days.array[dates.codes],
        "nwb_suffix": pd.concat([seen["nwb_suffix"], published["nwb_suffix"].iloc[gone]], ignore_index=True).astype(
            "str"
        ),
        "published": there >= 0,
        "in_table": in_table,
    }
    columns |= curricula_of(
        as_published("curriculum_name").or_else(from_both("curriculum_name")),
        as_published("curriculum_version").or_else(from_both("curriculum_version")),
    )
    columns["task"] = as_published("task").or_else(_from_raw(raw, "task", rows)).categories()
    labels = [stage.name for stage in TrainingStage]
    labels += [stage.label for curriculum in shelf.library for stage in curriculum.stages]
    columns |= coded_together(
        {
            "suggested": as_published("current_stage_suggested"),
            "stage": as_published("current_stage_actual"),
            "following": as_published("next_stage_suggested"),
        },
        first=labels,
    )
    columns["decision"] = as_published("decision").categories(["ROLLBACK", "STAY", "PROGRESS"])
    for ours, theirs in (("closed_loop",) * 2, ("overridden", "overridden_by_trainer"), ("certain",) * 2):
        columns[ours] = (there >= 0) & published[theirs].to_numpy(dtype=bool)[there] if len(published) else there >= 0
    counted = published["session_at_current_stage"].to_numpy(dtype=np.int32)
    columns["at_stage"] = np.where(there >= 0, counted[there], 0).astype(np.int32) if len(published) else there * 0
    for metric in dict.fromkeys([*METRICS, *(each.name for read in shelf.library for each in read.metrics)]):
        values = _numbers(raw, metric, rows)
        if metric in METRICS:
            values[len(seen) :] = published[metric].to_numpy(dtype=np.float64)[gone]
        if metric in METRICS or not np.isnan(values).all():
            columns[metric] = values
    for person in PEOPLE:
        texts = _from_raw(raw, person, rows)
        if person == "PI" and owners:
            texts = texts.or_else(ids.replaced(owners))
        columns[person] = texts.categories()
    for measure in MEASURES:
        columns[measure] = _numbers(raw, measure, rows).astype(np.float32)
    columns[NOTES] = _texts(raw, NOTES, rows)
    table = pd.DataFrame(columns)
    order = np.lexsort([table["session"].to_numpy(), table["subject_id"].cat.codes.to_numpy()])
    return table.take(order).reset_index(drop=True), rows[order].astype(np.int64)


def _from_raw(raw: pd.DataFrame, name: str, rows: Places) -> Coded:
    if name not in raw.columns:
        return Coded(np.full(len(rows), -1), ())
    return Coded.of(raw[name].astype("str")).taken(rows)


def _texts(raw: pd.DataFrame, name: str, rows: Places) -> "pd.Series[str]":
    """Take texts as they are: of notes there are as many as sessions."""
    if name not in raw.columns:
        return pd.Series(None, index=range(len(rows)), dtype="str")
    texts: pd.Series[str] = pd.Series(raw[name].astype("str").array.take(rows, allow_fill=True))
    return texts


def _numbers(raw: pd.DataFrame, name: str, rows: Places) -> npt.NDArray[np.float64]:
    if name not in raw.columns:
        return np.full(len(rows), np.nan)
    known = np.append(pd.to_numeric(raw[name], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan), np.nan)
    return known[rows]


_OF_LAST = ("curriculum", "curriculum_name", "curriculum_version", "task", "stage", "following", "decision")


def _mice(sessions: pd.DataFrame, told: pd.DataFrame, shelf: Shelf) -> pd.DataFrame:
    """One row a mouse: where it stands."""
    ids = sessions["subject_id"]
    mice = pd.DataFrame(index=pd.Index(ids.cat.categories.astype("str"), name="subject_id"))
    groups = sessions.groupby("subject_id", observed=False, sort=False)
    mice["sessions"] = groups["in_table"].sum().to_numpy(dtype=np.int64)
    mice["decided"] = groups["published"].sum().to_numpy(dtype=np.int64)
    mice["first_date"], mice["last_date"] = groups["session_date"].min().array, groups["session_date"].max().array
    mice["last_session"] = groups["session"].max().astype("Int64").array
    last = sessions[sessions["published"]].drop_duplicates("subject_id", keep="last").set_index("subject_id")
    last = last.reindex(mice.index)
    for name in _OF_LAST:
        mice[name] = last[name].astype("str")
    mice["at_stage"] = last["at_stage"].fillna(0).astype(np.int64)
    for name in ("certain", "overridden"):
        mice[name] = last[name].astype("boolean").fillna(value=False).astype(bool)
    outcome = told.set_index("subject_id").reindex(mice.index) if len(told) else pd.DataFrame(index=mice.index)
    mice["left_out"] = outcome.get("left_out", pd.Series(0, index=mice.index)).fillna(0).astype(np.int64)
    mice["outcome"] = outcome.get("outcome", pd.Series(None, index=mice.index, dtype="str")).fillna("new")
    mice["reason"] = outcome.get("reason", pd.Series(None, index=mice.index, dtype="str")).astype("str")
    mice["progress"] = progress_of(mice, shelf.library)
    for person in PEOPLE:
        mice[person] = last_known(sessions, person).reindex(mice.index).astype("str")
    return mice
