"""What a run would publish on top of what is published: worked out without writing anything."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from autotrain_core.errors import DamagedError, NotStoredError, TableError
from autotrain_core.evaluation import Interventions, Notice, Outcome, Standings, standings
from autotrain_core.interop import manager_from_bytes, manager_rows, stats_table, with_orders
from autotrain_core.services._adopt import Archive, add_unknown, adopted_rows, archived
from autotrain_core.services._in_force import stages_taken
from autotrain_core.services._inputs import Inputs, now_table, seen_sessions, stages_of, with_stages
from autotrain_core.services._lab import notices_table
from autotrain_core.services._orders import Orders, orders_of, read_orders
from autotrain_core.services._outcomes import outcomes
from autotrain_core.services._pairing import pair
from autotrain_core.services._publication import Publication, published_before
from autotrain_core.services._published import METRICS, Merged, merge, nothing_published, serves
from autotrain_core.services._said import Said
from autotrain_core.services._settings import PublishSettings, Settings
from autotrain_core.services._targets import bodies, digest, others, target_keys
from autotrain_core.store import Home, PackedTable, Store, pack_table

Decide = Callable[[pd.DataFrame, Interventions], Outcome]

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
        outcome: What was decided.
        standings: What became of overrides; None where nobody ever decided anything about a mouse.
        orders: What people want mice to run next.
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
    outcome: Outcome
    standings: Standings | None
    orders: Orders

    @property
    def changes(self) -> bool:
        """Whether anybody would read something new."""
        return self.after.number != self.before.number


def make_plan(
    store: Store,
    settings: Settings,
    inputs: Inputs,
    decide: Decide,
    before: Publication,
    *,
    code: str,
    people: Said,
    on: date,
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
        decide: Decides a session table.
        before: The publication in force.
        code: Version of the program.
        people: What people said about mice and sessions.
        on: The lab's day.
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
        previous = published_rows(store, before)
        strangers = {}
        if take_over or not before.number:
            strangers = others(store.home, settings.publish, lambda found: published_before(store, found))
        previous, adopted = _adopt(strangers, settings.publish, previous, before)
        set_aside = {digest(body): body for body in strangers.values()}
        archives = (*before.archives, *adopted)
        seen = seen_sessions(inputs)
        require_sessions(seen, previous, inputs.source.key)
        pairs = pair(previous, seen)
        said = people.interventions
        standing = _standings(inputs, said, on) if said else None
        by_people = None if standing is None else standing.suggested[seen["row"].to_numpy()]
        taken = stages_taken(previous, seen, pairs, stages_of(inputs), by_people=by_people)
    outcome = decide(with_stages(inputs.sessions, seen, taken), said)
    with part("compare"):
        now = now_table(inputs, outcome, seen)
        excluded = _excluded(outcome, seen)
        seen = seen.assign(visible=seen["visible"] & ~excluded)
        merged = merge(
            previous, now, seen, pairs, number=before.number + 1, only=only, by_people=by_people, excluded=excluded
        )
    with part("compose"):
        orders = orders_of(
            {} if standing is None else standing.upcoming,
            merged.rows,
            inputs.decides,
            inputs.shelf.library,
            before=read_orders(store, before.tables.get("orders")),
            only=only,
        )
        wanted, left_out, warnings = _for_readers(
            store.home, settings.publish, merged.rows, _history(merged.rows, seen), archives, set_aside, orders, said
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
                **({"orders": orders.table} if len(orders.table) else {}),
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
        warnings=(*warnings, *orders.warnings),
        outcome=outcome,
        standings=standing,
        orders=orders,
    )


def _standings(inputs: Inputs, said: Interventions, on: date) -> Standings:
    return standings(
        inputs.sessions,
        inputs.decides,
        on=on,
        overrides=said.overrides,
        enrolments=said.enrolments,
        marks=said.marks,
    )


def _excluded(outcome: Outcome, seen: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Tell which sessions people left out."""
    out = {(notice.subject_id, notice.session) for notice in outcome.report if notice.kind == "excluded"}
    if not out:
        return np.zeros(len(seen), dtype=np.bool_)
    keys = zip(seen["subject_id"], seen["session"], strict=True)
    return np.array([key in out for key in keys], dtype=np.bool_)


def published_rows(store: Store, publication: Publication) -> pd.DataFrame:
    """
    Read the rows of a publication.

    Returns:
        A row a published session, by mouse and session: the columns of `evaluation.decide`, `session_date`,
        `nwb_suffix`, `task`, `curriculum_schema_version` (str), `finished_trials`, `foraging_efficiency` (float64),
        `publication` (that its values come from; 0: another program's), `archive`, `archive_row` (place in an adopted
        table; -1 for ours; int64), `vanished` (bool: the session table no longer has it) and `excluded` (bool: a person
        left it out of every decision).

    Raises:
        DamagedError: They cannot be read, or somebody removed them from the store.
    """
    if not publication.number:
        return nothing_published()
    table = publication.tables["rows"]
    try:
        rows = store.load_table(table)
    except NotStoredError as error:
        raise DamagedError(
            table.key,
            f"is missing: it holds what publication {publication.number} published. Restore it from the versions of "
            "the bucket, or from a backup; until then no run goes on.",
        ) from error
    # What an earlier program published does not know of it.
    return rows if "excluded" in rows.columns else rows.assign(excluded=False)


def _adopt(
    strangers: Mapping[str, bytes], settings: PublishSettings, previous: pd.DataFrame, before: Publication
) -> tuple[pd.DataFrame, list[Archive]]:
    """Take over the rows of all manager tables, those of the first folder first, and note what is put aside."""
    tables = target_keys(settings)
    adopted: list[Archive] = []
    rows = previous
    for key, body in strangers.items():
        number = before.number + 1
        kind, form = tables.get(key, ("manager", "pickle"))
        if kind != "manager" or (form != "pickle" and not _is_table(body, key)):
            adopted.append(Archive(key=key, sha256=digest(body), publication=number))
            continue
        table = manager_from_bytes(body, source=key)
        taken = adopted_rows(table, archive=len(before.archives) + len(adopted), source=key)
        known, rows = len(rows), add_unknown(rows, taken)
        passed_over = len(table) - len(taken)
        adopted.append(
            Archive(key=key, sha256=digest(body), rows=len(rows) - known, passed_over=passed_over, publication=number)
        )
    return rows, adopted


def _is_table(body: bytes, key: str) -> bool:
    try:
        manager_from_bytes(body, source=key)
    except TableError:
        return False
    return True


def _history(rows: pd.DataFrame, seen: pd.DataFrame) -> pd.DataFrame:
    """List the sessions that rules could see, each as it was published, if it was."""
    columns = ["subject_id", "session", *METRICS]
    own = rows[serves(rows)]
    both = pd.concat([own[columns], seen.loc[seen["visible"], columns]], ignore_index=True)
    table: pd.DataFrame = both.drop_duplicates(["subject_id", "session"], ignore_index=True)
    return table.sort_values(["subject_id", "session"], kind="stable", ignore_index=True)


def require_sessions(seen: pd.DataFrame, previous: pd.DataFrame, source: str) -> None:
    """
    Refuse a session table that lost everything that was published.

    Raises:
        TableError: It has no session at all.
    """
    if len(previous) and not len(seen):
        raise TableError(
            f"{source} holds no session, although {len(previous):,} are published. Nothing was changed; look at what "
            "wrote the table."
        )


def _for_readers(
    home: Home,
    settings: PublishSettings,
    rows: pd.DataFrame,
    seen: pd.DataFrame,
    archives: Sequence[Archive],
    set_aside: Mapping[str, bytes],
    orders: Orders,
    said: Interventions,
) -> tuple[dict[str, bytes], list[Notice], list[str]]:
    """Write the rows in the form of today's rigs and browsers."""
    if len(rows) > settings.most_rows:
        warning = (
            f"{len(rows):,} rows are published, and {settings.most_rows:,} are the most that are written in today's "
            "form: rigs and browsers were not served. Raise [publish] most_rows in the settings to serve them."
        )
        return {}, [], [warning]
    numeric = settings.numeric_subjects_only
    held = _with_what_was_held(home, rows, archives, set_aside)
    manager = manager_rows(held, seen, numeric_subjects_only=numeric)
    left_out = [
        Notice(subject, session, "not-in-manager", left_out=False, sentence=sentence)
        for subject, session, sentence in (*manager.left_out, *_passed_over(rows))
    ]
    # Where nobody ever decided anything about a mouse, the table has the columns of today and no others.
    decided = said.enrolments or any(one.day is not None for one in said.overrides)
    told = manager.rows
    if decided:
        told = with_orders(told, orders.orders, numeric_subjects_only=numeric)
    return bodies(settings, told, stats_table(manager.rows)), left_out, []


def _passed_over(rows: pd.DataFrame) -> list[tuple[str, int, str]]:
    vanished = "It is not in the manager table: it vanished from the session table, and other sessions took its place."
    excluded = "It is not in the manager table: a person left it out."
    out = rows[~serves(rows)]
    return [
        (str(mouse), int(number), excluded if left_out else vanished)
        for mouse, number, left_out in zip(out["subject_id"], out["session"], out["excluded"], strict=True)
    ]


def _with_what_was_held(
    home: Home, rows: pd.DataFrame, archives: Sequence[Archive], set_aside: Mapping[str, bytes]
) -> pd.DataFrame:
    """Give adopted rows the further columns that they had, and leave out what nobody is to go by."""
    served = rows[serves(rows)].reset_index(drop=True)
    table = served.drop(columns=["archive", "archive_row", "vanished", "excluded"])
    ours = {*table.columns, "if_closed_loop", "if_overriden_by_trainer"}
    origin = served[["archive", "archive_row"]]
    for place, archive in enumerate(archives):
        mine = np.flatnonzero(origin["archive"].to_numpy() == place)
        if not len(mine):
            continue
        body = set_aside.get(archive.sha256)
        held = archived(home, archive) if body is None else manager_from_bytes(body, source=archive.key)
        for name in held.columns:
            if name in _HELD or name not in ours:
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
