"""What a run would publish on top of what is published: worked out without writing anything."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, replace

import numpy as np
import pandas as pd

from autotrain_core.evaluation import Notice, Outcome
from autotrain_core.interop import manager_from_bytes, manager_rows, stats_table
from autotrain_core.services._adopt import Archive, add_unknown, adopted_rows, archived
from autotrain_core.services._inputs import Inputs, now_table, seen_sessions
from autotrain_core.services._lab import notices_table
from autotrain_core.services._outcomes import outcomes
from autotrain_core.services._publication import Publication, published_before
from autotrain_core.services._published import Merged, merge, nothing_published
from autotrain_core.services._settings import PublishSettings, Settings
from autotrain_core.services._targets import bodies, digest, others, target_keys
from autotrain_core.store import Home, PackedTable, Store, pack_table

_HELD = {"metrics", "curriculum_json_name", "task_schema_version"}
"""Columns of an adopted table that ours has no use for, and that its readers find as they were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """
    What is to be published.

    Attributes:
        before: The publication that it stands on.
        after: The publication that it makes; `before` itself where nothing would change.
        merged: The rows, and how they came to differ.
        tables: The tables of `after`, packed.
        mice: What came of each mouse; see `services.outcomes`.
        wanted: Key -> bytes of the tables of rigs and browsers.
        set_aside: sha256 -> bytes of others' tables that this run takes over.
        adopted: The same, described.
        notices: Remarks on single sessions.
        warnings: Remarks on tables as a whole.
    """

    before: Publication
    after: Publication
    merged: Merged
    tables: Mapping[str, PackedTable]
    mice: pd.DataFrame
    wanted: Mapping[str, bytes]
    set_aside: Mapping[str, bytes]
    adopted: tuple[Archive, ...]
    notices: tuple[Notice, ...]
    warnings: tuple[str, ...]

    @property
    def changes(self) -> bool:
        """Whether anybody would read something new."""
        return self.after.number != self.before.number


def make_plan(
    store: Store,
    settings: Settings,
    inputs: Inputs,
    outcome: Outcome,
    before: Publication,
    *,
    code: str,
    only: Sequence[str] = (),
    take_over: bool = False,
    part: Callable[[str], AbstractContextManager[None]] = lambda _: nullcontext(),
) -> Plan:
    """
    Work out what to publish.

    Args:
        store: Where what was published lies.
        settings: What lies where.
        inputs: What was read.
        outcome: What was decided of it.
        before: The publication in force.
        code: Version of the program.
        only: Mice that may change; all where empty.
        take_over: Adopt tables that something else wrote since; the first run does so in any case.
        part: Entered with "compare" and "compose" around the two halves of the work.

    Raises:
        TableError: A table that is to be adopted cannot be read.
        DamagedError: What was published cannot be read.
        NotStoredError: Somebody removed what was published, or an adopted table.
        StoreUnavailableError: The store does not answer.
    """
    with part("compare"):
        now = now_table(inputs, outcome)
        previous = published_rows(store, before)
        strangers = {}
        if take_over or not before.number:
            strangers = others(store.home, settings.publish, lambda found: published_before(store, found))
        previous, adopted = _adopt(strangers, settings.publish, previous, now, before)
        set_aside = {digest(body): body for body in strangers.values()}
        archives = (*before.archives, *adopted)
        seen = seen_sessions(inputs)
        merged = merge(previous, now, seen, number=before.number + 1, only=only)
    with part("compose"):
        wanted, left_out, warnings = _for_readers(
            store.home, settings.publish, merged.rows, seen[seen["visible"]], archives, set_aside
        )
        notices = (*inputs.notices, *outcome.report, *left_out)
        mice = outcomes(inputs.sessions, outcome.decisions, merged.rows, notices)
        tables = {
            name: pack_table(name, table)
            for name, table in {
                "rows": merged.rows,
                "differences": merged.differences,
                "amendments": merged.amendments,
                "notices": notices_table(notices),
                "mice": mice,
            }.items()
        }
    after = Publication(
        number=before.number + 1,
        tables={name: packed.ref for name, packed in tables.items()},
        targets={key: digest(body) for key, body in wanted.items()},
        inputs={"sessions": asdict(inputs.source), "curricula": inputs.digests()},
        counts=_counts(inputs, outcome, merged, mice),
        archives=archives,
        code=code,
    )
    if before.number and after.same_content(before):
        after = replace(before, counts=after.counts, inputs=after.inputs)
    return Plan(
        before=before,
        after=after,
        merged=merged,
        tables=tables,
        mice=mice,
        wanted=wanted,
        set_aside=set_aside,
        adopted=tuple(adopted),
        notices=notices,
        warnings=tuple(warnings),
    )


def published_rows(store: Store, publication: Publication) -> pd.DataFrame:
    """
    Read the rows of a publication.

    Returns:
        A row a published session, by mouse and session: the columns of `evaluation.decide`, `session_date`,
        `nwb_suffix`, `task`, `curriculum_schema_version` (str), `finished_trials`, `foraging_efficiency` (float64),
        `publication` (that its values come from; 0: another program's), `archive`, `archive_row` (place in an adopted
        table; -1 for ours; int64) and `vanished` (bool: the session table no longer has it).

    Raises:
        DamagedError: They cannot be read.
        NotStoredError: Somebody removed them from the store.
    """
    if not publication.number:
        return nothing_published()
    return store.load_table(publication.tables["rows"])


def _adopt(
    strangers: Mapping[str, bytes],
    settings: PublishSettings,
    previous: pd.DataFrame,
    now: pd.DataFrame,
    before: Publication,
) -> tuple[pd.DataFrame, list[Archive]]:
    """Take the rows of the first manager table over, and note all tables that are put aside."""
    tables = target_keys(settings)
    adopted: list[Archive] = []
    rows = previous
    done = False
    for key, body in strangers.items():
        if done or tables[key][0] != "manager" or not key.startswith(settings.folders[0]):
            adopted.append(Archive(key=key, sha256=digest(body), publication=before.number + 1))
            continue
        table = manager_from_bytes(body, source=key)
        taken = adopted_rows(table, now, archive=len(before.archives) + len(adopted), source=key)
        rows, done = add_unknown(previous, taken), True
        adopted.append(
            Archive(
                key=key,
                sha256=digest(body),
                rows=len(rows) - len(previous),
                passed_over=len(table) - len(taken),
                publication=before.number + 1,
            )
        )
    return rows, adopted


def _for_readers(
    home: Home,
    settings: PublishSettings,
    rows: pd.DataFrame,
    seen: pd.DataFrame,
    archives: Sequence[Archive],
    set_aside: Mapping[str, bytes],
) -> tuple[dict[str, bytes], list[Notice], list[str]]:
    """Write the rows in the form of today's rigs and browsers."""
    if len(rows) > settings.most_rows:
        warning = (
            f"{len(rows):,} rows are published, and {settings.most_rows:,} are the most that are written in today's "
            "form: rigs and browsers were not served. Raise [publish] most_rows in the settings to serve them."
        )
        return {}, [], [warning]
    manager = manager_rows(_with_what_was_held(home, rows, archives, set_aside), seen)
    left_out = [
        Notice(subject, session, "not-in-manager", left_out=False, sentence=sentence)
        for subject, session, sentence in manager.left_out
    ]
    return bodies(settings, manager.rows, stats_table(manager.rows)), left_out, []


def _with_what_was_held(
    home: Home, rows: pd.DataFrame, archives: Sequence[Archive], set_aside: Mapping[str, bytes]
) -> pd.DataFrame:
    """Give adopted rows the further columns that they had, and drop rows whose place another session has taken."""
    taken = rows[~rows["vanished"]][["subject_id", "session"]].assign(there=True)
    again = rows[["subject_id", "session"]].merge(taken, on=["subject_id", "session"], how="left")["there"]
    table = rows[~(rows["vanished"].to_numpy() & again.notna().to_numpy())]
    table = table.drop(columns=["archive", "archive_row", "vanished"]).reset_index(drop=True)
    origin = rows.loc[~(rows["vanished"].to_numpy() & again.notna().to_numpy()), ["archive", "archive_row"]]
    for place, archive in enumerate(archives):
        mine = np.flatnonzero(origin["archive"].to_numpy() == place)
        if not len(mine):
            continue
        body = set_aside.get(archive.sha256)
        held = archived(home, archive) if body is None else manager_from_bytes(body, source=archive.key)
        for name in held.columns:
            if name in _HELD or name not in {*table.columns, "if_closed_loop", "if_overriden_by_trainer"}:
                cells = (
                    table[name].to_numpy(dtype=object).copy() if name in table.columns else np.empty(len(table), object)
                )
                cells[mine] = held[name].to_numpy(dtype=object)[origin["archive_row"].to_numpy()[mine]]
                table[name] = pd.Series(cells, dtype=object)
    return table


def _counts(inputs: Inputs, outcome: Outcome, merged: Merged, mice: pd.DataFrame) -> dict[str, int]:
    session = ["subject_id", "session"]
    return {
        "mice": len(mice),
        "mice_not_decided": int((mice["outcome"] == "not decided").sum()),
        "sessions": len(inputs.sessions),
        "decided": len(outcome.decisions),
        "left_out": len(outcome.left_out),
        "published": len(merged.rows),
        "added": merged.added,
        "amended": len(merged.amendments.drop_duplicates(session)),
        "differing": len(merged.differences.drop_duplicates(session)),
    }
