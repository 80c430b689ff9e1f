"""What a run starts from: the session table and the curricula of a store, as they are this moment."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

import numpy as np
import numpy.typing as npt
import pandas as pd

from autotrain_core.errors import NotStoredError
from autotrain_core.evaluation import Notice, Outcome
from autotrain_core.interop import LARGEST_DOCUMENT, library_of, read_people, sessions_from_bytes
from autotrain_core.models import DECISIONS, SESSIONS, Curriculum, Library, read_numbers
from autotrain_core.services._curricula import Shelf, find_curriculum, joined_shelf
from autotrain_core.services._days import days
from autotrain_core.services._published import METRICS
from autotrain_core.services._settings import SessionsSettings, Settings
from autotrain_core.store import Home

_ENDINGS = (".parquet", ".csv")
_AT_ONCE = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """
    An object that a run read.

    Attributes:
        key: Where it lies in the store.
        version: Which version of it.
        sha256: Of its bytes, hexadecimal.
        size: Bytes.
        rows: Sessions in it.
    """

    key: str
    version: str
    sha256: str
    size: int
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """
    Everything that decisions depend on.

    Attributes:
        sessions: One row a session on a fresh index; see `models.SESSIONS`.
        source: Where they come from.
        decides: What decides: one curriculum for all rows, or those that the rows name.
        shelf: All curricula at hand, and files that are none.
        notices: Remarks on rows that were changed or could not be read.
    """

    sessions: pd.DataFrame
    source: Source
    decides: Curriculum | Library
    shelf: Shelf
    notices: tuple[Notice, ...] = ()

    def digests(self) -> dict[str, str]:
        """Give the sha256 of the document of each curriculum that decides, by its key."""
        decides = [self.decides] if isinstance(self.decides, Curriculum) else list(self.decides)
        return {read.key: hashlib.sha256(read.text.encode()).hexdigest() for read in decides}


def fetch(home: Home, settings: Settings, *, curriculum: str | None = None, further: Collection[str] = ()) -> Inputs:
    """
    Read the session table and the curricula of a store.

    Args:
        home: Where.
        settings: Says which keys, and what columns are called.
        curriculum: "NAME@VERSION" that decides all sessions, whatever they name.
        further: Columns (our names) that are read too, beside those that decide.

    Raises:
        NotStoredError: There is no session table, or no such curriculum.
        TableError: The session table as a whole cannot be used.
        DocumentError: The installation is damaged.
        StoreUnavailableError: The store does not answer.
    """
    shelf = stored_shelf(home, settings)
    decides = shelf.library if curriculum is None else find_curriculum(curriculum, shelf)
    key = session_key(home, settings)
    body, head = home.get(key)
    read = [decides] if isinstance(decides, Curriculum) else decides
    metrics = {metric.name for each in read for metric in each.metrics}
    wanted = {column.name for column in SESSIONS} | metrics | {"task", "nwb_suffix", *METRICS, *further}
    table = sessions_from_bytes(body, source=key, columns=wanted, renames=settings.columns.renames())
    source = Source(
        key=key,
        version=head.version,
        sha256=hashlib.sha256(body).hexdigest(),
        size=len(body),
        rows=len(table),
    )
    sessions = _completed(table, settings.sessions, forced=curriculum is not None)
    return Inputs(sessions=sessions, source=source, decides=decides, shelf=shelf)


def people_of_mice(home: Home, settings: Settings) -> Mapping[str, str]:
    """
    Read whose mice they are.

    Returns:
        Mouse -> PI; empty where the store has no such document.

    Raises:
        DocumentError: The document cannot be read.
        StoreUnavailableError: The store does not answer.
    """
    mice = settings.mice
    try:
        body, _ = home.get(mice.key, largest=LARGEST_DOCUMENT)
    except NotStoredError:
        return {}
    return read_people(body, source=mice.key, mouse=mice.mouse, person=mice.person)


def session_key(home: Home, settings: Settings) -> str:
    """
    Find the session table.

    Raises:
        NotStoredError: It is not there, in none of the forms that are read.
    """
    key = PurePosixPath(settings.sessions.key)
    tried = list(dict.fromkeys([str(key), *(str(key.with_suffix(ending)) for ending in _ENDINGS)]))
    for each in tried:
        try:
            home.head(each)
        except NotStoredError:
            continue
        return each
    raise NotStoredError(
        f"There is no session table in {home.url}: looked for {', '.join(tried)}. "
        "Where it lies elsewhere, say so in the settings ([sessions] key)."
    )


def stored_shelf(home: Home, settings: Settings) -> Shelf:
    """
    Read the curricula of a store, and the shipped ones behind them.

    Raises:
        DocumentError: The installation is damaged.
        StoreUnavailableError: The store does not answer.
    """
    keys = [listed.key for listed in home.list(settings.curricula.key) if listed.key.lower().endswith(".json")]
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        read = {key: pool.submit(_document, home, key) for key in keys}
        found = library_of({Path(key): partial(future.result) for key, future in read.items()})
    return joined_shelf(found, shipped_too=settings.curricula.shipped)


def _document(home: Home, key: str) -> bytes:
    return home.get(key, largest=LARGEST_DOCUMENT)[0]


def _completed(table: pd.DataFrame, settings: SessionsSettings, *, forced: bool) -> pd.DataFrame:
    """Name curricula where the table leaves it to its readers, and give days as text."""
    sessions = table.copy(deep=False)
    if not forced and "curriculum_name" not in sessions.columns and "task" in sessions.columns:
        sessions["curriculum_name"] = sessions["task"]
    if settings.curriculum_version and "curriculum_name" in sessions.columns:
        versions = sessions.get("curriculum_version", pd.Series(None, index=sessions.index, dtype="str"))
        sessions["curriculum_version"] = versions.fillna(settings.curriculum_version)
    if settings.open_loop and "current_stage_actual" in sessions.columns:
        sessions = sessions.drop(columns=["current_stage_actual"])
    if "session_date" in sessions.columns:
        sessions["session_date"] = days(sessions["session_date"])
    return sessions.reset_index(drop=True)


def with_stages(sessions: pd.DataFrame, seen: pd.DataFrame, taken: npt.NDArray[np.object_]) -> pd.DataFrame:
    """Give a session of which nobody knows the stage the one that it was taken to run when it was published."""
    there = np.array([stage is not None for stage in taken], dtype=bool)
    if not there.any():
        return sessions
    actual = _text_or_missing(sessions, "current_stage_actual").to_numpy(dtype=object).copy()
    actual[seen["row"].to_numpy()[there]] = taken[there]
    return sessions.assign(current_stage_actual=pd.array(actual.tolist(), dtype="str"))


def now_table(inputs: Inputs, outcome: Outcome, seen: pd.DataFrame) -> pd.DataFrame:
    """
    Lay the decisions and what identifies their sessions side by side.

    Args:
        inputs: What was read.
        outcome: What was decided.
        seen: See `seen_sessions`: says of which sessions nobody knows the stage, whatever deciding was told.

    Returns:
        A row a decided session, on a fresh index: the columns of `evaluation.decide`, `session_date` (YYYY-MM-DD),
        `nwb_suffix`, `task`, `curriculum_schema_version` (str), `finished_trials` and `foraging_efficiency` (float64).
    """
    rows = inputs.sessions.loc[outcome.decisions.index]
    now = outcome.decisions[[column.name for column in DECISIONS]].copy(deep=False)
    for name in ("session_date", "nwb_suffix", "task", "curriculum_schema_version"):
        now[name] = _text_or_missing(rows, name)
    for name in METRICS:
        now[name] = _number_or_missing(rows, name)
    is_open = np.isin(outcome.decisions.index.to_numpy(), seen.loc[seen["is_open"], "row"].to_numpy())
    for name in ("closed_loop", "overridden_by_trainer"):
        now[name] = now[name].to_numpy(dtype=bool) & ~is_open
    now = now.reset_index(drop=True)
    facts = pd.DataFrame(
        [(read.name, read.version, read.schema_version, _task_of(read)) for read in _deciding(inputs)],
        columns=["curriculum_name", "curriculum_version", "schema", "of_task"],
        dtype="str",
    ).drop_duplicates(["curriculum_name", "curriculum_version"])
    known = now[["curriculum_name", "curriculum_version"]].merge(
        facts, on=["curriculum_name", "curriculum_version"], how="left"
    )
    now["curriculum_schema_version"] = now["curriculum_schema_version"].fillna(known["schema"])
    now["task"] = now["task"].fillna(known["of_task"])
    return now


def _deciding(inputs: Inputs) -> list[Curriculum]:
    decides = [inputs.decides] if isinstance(inputs.decides, Curriculum) else list(inputs.decides)
    return sorted(decides, key=lambda read: (read.name, read.version, read.schema_version))


def _task_of(curriculum: Curriculum) -> str:
    return str(curriculum.first_stage.parameters.get("task", curriculum.name))


def _text_or_missing(rows: pd.DataFrame, name: str) -> "pd.Series[str]":
    if name not in rows.columns:
        return pd.Series(None, index=rows.index, dtype="str")
    texts: pd.Series[str] = rows[name].astype("str")
    return texts


def _number_or_missing(rows: pd.DataFrame, name: str) -> "pd.Series[float]":
    if name not in rows.columns:
        return pd.Series(np.nan, index=rows.index, dtype="float64")
    return pd.to_numeric(rows[name], errors="coerce").astype("float64")


def seen_sessions(inputs: Inputs) -> pd.DataFrame:
    """
    List every session of the session table, decided or not.

    Returns:
        `subject_id` (str), `session` (int64), `session_date`, `nwb_suffix`, `curriculum_name`, `curriculum_version`
        (str), `finished_trials`, `foraging_efficiency` (float64), `visible` (bool: the rules could see it), `is_open`
        (bool: no stage is named that it ran) and `row` (int64: its place in the table), by mouse and session; of one
        number the first.
    """
    sessions = inputs.sessions
    visible = pd.Series(True, index=sessions.index)
    if not isinstance(inputs.decides, Curriculum) and "curriculum_name" in sessions.columns:
        visible = sessions["curriculum_name"].notna()
    number = read_numbers(sessions["session"], whole=True).values
    there = sessions["subject_id"].notna().to_numpy(dtype=bool) & ~np.isnan(number)
    rows = sessions[there]
    table = pd.DataFrame({"subject_id": rows["subject_id"], "session": number[there].astype(np.int64)})
    for name in ("session_date", "nwb_suffix", "curriculum_name", "curriculum_version"):
        table[name] = _text_or_missing(rows, name)
    if isinstance(inputs.decides, Curriculum):
        table["curriculum_name"], table["curriculum_version"] = inputs.decides.name, inputs.decides.version
    for name in METRICS:
        table[name] = _number_or_missing(rows, name)
    table["is_open"] = _text_or_missing(rows, "current_stage_actual").isna()
    table["visible"] = visible[there].to_numpy(dtype=bool)
    table["row"] = np.flatnonzero(there)
    ordered = table.sort_values(["subject_id", "session"], kind="stable", ignore_index=True)
    return ordered.drop_duplicates(["subject_id", "session"], ignore_index=True)


def stages_of(inputs: Inputs) -> dict[tuple[str, str], frozenset[str]]:
    """Give the stages of each curriculum that decides, by its name and version."""
    return {(read.name, read.version): frozenset(stage.label for stage in read.stages) for read in _deciding(inputs)}


def subjects_of(sessions: pd.DataFrame, wanted: Sequence[str]) -> tuple[str, ...]:
    """
    Find mice by id.

    Raises:
        NotStoredError: The table has no such mouse.
    """
    known = set(sessions["subject_id"].dropna().unique())
    strange = [each for each in wanted if each not in known]
    if strange:
        raise NotStoredError(f"The session table has no mouse {', '.join(strange)}.")
    return tuple(dict.fromkeys(wanted))
