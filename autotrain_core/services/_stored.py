"""Session tables that no one machine holds: each stored part is read, decided and written where it is worked on."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from autotrain_core.errors import DamagedError, NotStoredError, TableError
from autotrain_core.evaluation import Terms, decide_part
from autotrain_core.interop import sessions_from_bytes
from autotrain_core.services._lab import notices_table
from autotrain_core.store import TableRef, open_store


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPart:
    """
    What became of one stored part of a session table.

    Attributes:
        key: Where it lies.
        sessions: How many rows it has.
        decisions: The table of its decisions; None where there is a problem.
        report: The table of the notices on single sessions; None where there is a problem.
        notices: How many there are of each kind.
        problem: Why nothing of it was decided; empty where all is well.
    """

    key: str
    sessions: int = 0
    decisions: TableRef | None = None
    report: TableRef | None = None
    notices: Mapping[str, int] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """
    What a worker is told beside the key of a part.

    Attributes:
        url: The store, as the worker reaches it; with the worker's own credentials.
        terms: What decides.
        name: What the written tables are called.
    """

    url: str
    terms: Terms
    name: str


def decide_in_store(key: str, errand: Errand) -> tuple[StoredPart, tuple[str, ...]]:
    """
    Read a part, decide it, and write what came out; to do it twice writes the same tables under the same keys.

    Args:
        key: Where the part lies.
        errand: Everything else.

    Returns:
        What became of it, and the mice that it holds.

    Raises:
        NotAllowedError: The store refuses this worker.
        StoreUnavailableError: It does not answer.
    """
    store = open_store(errand.url, probe=False)
    try:
        body, _ = store.home.get(key)
        sessions = sessions_from_bytes(body, source=key, columns=errand.terms.columns)
        outcome = decide_part(sessions, errand.terms)
        decisions = store.save_table(errand.name, outcome.decisions)
        report = store.save_table(f"{errand.name} notices", notices_table(outcome.report))
    except (DamagedError, NotStoredError, TableError) as error:
        return StoredPart(key=key, problem=str(error)), ()
    part = StoredPart(
        key=key,
        sessions=len(sessions),
        decisions=decisions,
        report=report,
        notices=dict(sorted(Counter(notice.kind for notice in outcome.report).items())),
    )
    return part, tuple(sessions["subject_id"].dropna().unique())


def in_order_of(keys: Iterable[str], done: Iterable[tuple[StoredPart, tuple[str, ...]]]) -> Iterator[StoredPart]:
    """
    Bring the parts into the order in which they were named.

    Args:
        keys: Their keys.
        done: What `decide_in_store` gave, in any order.

    Raises:
        TableError: A mouse stands in two parts, so that neither knows its whole history.
    """
    place_of: dict[str, str] = {}
    parts: dict[str, StoredPart] = {}
    for part, mice in done:
        parts[part.key] = part
        for mouse in mice:
            other = place_of.setdefault(mouse, part.key)
            if other != part.key:
                raise TableError(
                    f"Mouse {mouse} stands in {min(other, part.key)} and in {max(other, part.key)}. Its sessions are "
                    "counted from its whole history: store all rows of a mouse in one part."
                )
    for key in keys:
        yield parts[key]
