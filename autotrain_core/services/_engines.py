"""Who decides: this process, or the workers of a dask cluster, each some of the mice; what comes out is the same."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final, Protocol, TypeVar

import pandas as pd

from autotrain_core.errors import EngineError
from autotrain_core.evaluation import (
    NOTHING,
    Interventions,
    Outcome,
    Terms,
    decide_and_report,
    decide_part,
    divide,
    join,
    terms_of,
)
from autotrain_core.models import Curriculum, Library
from autotrain_core.services._cluster import Cluster, sent_out, threads
from autotrain_core.services._stored import Errand, StoredPart, decide_in_store, in_order_of

Result = TypeVar("Result")
Progress = Callable[[int, int], None]

LEAST: Final = 10_000
"""Fewer sessions are decided sooner than they are sent."""

MOST: Final = 250_000
"""So many sessions are some twenty megabytes, which two processes hold a few times over."""


class Engine(Protocol):
    """Something that decides session tables."""

    def decide(
        self,
        sessions: pd.DataFrame,
        curriculum: Curriculum | Library,
        *,
        open_loop: bool = False,
        said: Interventions = NOTHING,
        progress: Progress | None = None,
    ) -> Outcome:
        """
        Decide as `evaluation.decide_and_report` does.

        Args:
            sessions: See `evaluation.decide`.
            curriculum: See `evaluation.decide`.
            open_loop: See `evaluation.decide`.
            said: What people decided about mice and sessions.
            progress: Called with (steps done, steps in all) now and then.

        Returns:
            The decisions and a notice for each session that needs a word; the same from every engine.

        Raises:
            MissingColumnError: A column that is needed is not there at all.
            TableError: No session can be decided by anything, or a column is of the wrong kind.
            EngineError: The engine cannot be used, or lost its workers.
        """
        ...


@dataclass(frozen=True, slots=True)
class LocalEngine:
    """Decides in this process, which is the quickest for all that fits into its memory."""

    def decide(
        self,
        sessions: pd.DataFrame,
        curriculum: Curriculum | Library,
        *,
        open_loop: bool = False,
        said: Interventions = NOTHING,
        progress: Progress | None = None,
    ) -> Outcome:
        """Decide; see `Engine.decide`."""
        return decide_and_report(
            sessions,
            curriculum,
            open_loop=open_loop,
            enrolments=said.enrolments,
            overrides=said.overrides,
            marks=said.marks,
            progress=progress,
        )

    def decide_stored(
        self,
        url: str,
        keys: Sequence[str],
        curriculum: Curriculum | Library,
        *,
        open_loop: bool = False,
        name: str = "decisions",
        progress: Progress | None = None,
    ) -> tuple[StoredPart, ...]:
        """Decide part after part, never holding more than one of them; see `DaskEngine.decide_stored`."""
        work = _stored(url, curriculum, open_loop=open_loop, name=name)
        return _in_order(keys, ((number, work(key)) for number, key in enumerate(keys)), progress)


@dataclass(frozen=True, slots=True)
class DaskEngine:
    """
    Decides on the workers of a dask cluster, each some of the mice.

    Args:
        scheduler: Address of its scheduler ("tcp://HOST:PORT"), which must stand in a network that you trust: see
            docs/capacity.md. Where it is None, worker processes are started on this machine and ended afterwards; a
            script that does so needs `if __name__ == "__main__":`.
        workers: How many processes are started here; a cluster has those that it has.
        parts: Into how many parts a table is cut; as its size suggests where None.
        patience: Seconds without any part being done until the cluster is given up.
    """

    scheduler: str | None = None
    workers: int = 2
    parts: int | None = None
    patience: float = 600

    def decide(
        self,
        sessions: pd.DataFrame,
        curriculum: Curriculum | Library,
        *,
        open_loop: bool = False,
        said: Interventions = NOTHING,
        progress: Progress | None = None,
    ) -> Outcome:
        """Decide; see `Engine.decide`."""
        division = divide(sessions, curriculum, open_loop=open_loop, said=said)
        with self._cluster().opened() as client:
            cut = division.cut(self.parts or _parts(len(sessions), threads(client)))
            work = _Part(version("autotrain"), division.terms)
            done = sent_out(client, work, division.parts(sessions, cut), patience=self.patience)
            return join(sessions, [outcome for _, outcome in _counted(done, len(cut), progress)])

    def decide_stored(
        self,
        url: str,
        keys: Sequence[str],
        curriculum: Curriculum | Library,
        *,
        open_loop: bool = False,
        name: str = "decisions",
        progress: Progress | None = None,
    ) -> tuple[StoredPart, ...]:
        """
        Decide a session table that is stored in parts; no table passes through this process.

        Args:
            url: The store, as every worker reaches it; each uses its own credentials.
            keys: Where the parts lie, each a table of whole mice in a form that `interop.read_sessions` reads.
            curriculum: See `evaluation.decide`. A part may name any of a library, or none of them.
            open_loop: See `evaluation.decide`.
            name: What the written tables are called; the same parts give the same tables, and are not written again.
            progress: Called with (parts done, parts in all).

        Returns:
            For each key, in order: where its decisions and its report lie in the store, or why there are none.

        Raises:
            TableError: A mouse stands in two parts.
            EngineError: The cluster cannot be used, or lost its workers.
            NotAllowedError: The store refuses a worker.
            StoreUnavailableError: The store does not answer.
        """
        work = _stored(url, curriculum, open_loop=open_loop, name=name)
        with self._cluster().opened() as client:
            return _in_order(keys, sent_out(client, work, keys, patience=self.patience), progress)

    def _cluster(self) -> Cluster:
        return Cluster(scheduler=self.scheduler, workers=self.workers, patience=self.patience)


def _stored(url: str, curriculum: Curriculum | Library, *, open_loop: bool, name: str) -> "_Stored":
    return _Stored(version("autotrain"), Errand(url=url, terms=terms_of(curriculum, open_loop=open_loop), name=name))


def _in_order(
    keys: Sequence[str], done: Iterator[tuple[int, tuple[StoredPart, tuple[str, ...]]]], progress: Progress | None
) -> tuple[StoredPart, ...]:
    return tuple(in_order_of(keys, (result for _, result in _counted(done, len(keys), progress))))


def _counted(done: Iterator[tuple[int, Result]], total: int, progress: Progress | None) -> Iterator[tuple[int, Result]]:
    for number, each in enumerate(done, start=1):
        yield each
        if progress is not None:
            progress(number, total)


def _parts(sessions: int, at_once: int) -> int:
    """Say how many parts a table is worth: some for each who works, none too small to send, none too large to hold."""
    return max(1, min(2 * at_once, sessions // LEAST), -(-sessions // MOST))


@dataclass(frozen=True, slots=True)
class _Part:
    """The work on a part of a table that is sent along with it."""

    code: str
    terms: Terms

    def __call__(self, sessions: pd.DataFrame) -> Outcome:
        require_same(self.code)
        return decide_part(sessions, self.terms, packed=True)


@dataclass(frozen=True, slots=True)
class _Stored:
    """The work on a part that the worker fetches itself."""

    code: str
    errand: Errand

    def __call__(self, key: str) -> tuple[StoredPart, tuple[str, ...]]:
        require_same(self.code)
        return decide_in_store(key, self.errand)


def require_same(code: str) -> None:
    """
    Refuse work of another version: it might be decided otherwise here.

    Args:
        code: Version of the program that sent it.

    Raises:
        EngineError: This worker has another version.
    """
    here = version("autotrain")
    if here != code:
        raise EngineError(f"A worker has autotrain {here}, but {code} sent it work. Install the same on all of them.")
