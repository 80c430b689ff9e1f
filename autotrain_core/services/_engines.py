"""Who decides: this process, or the workers of a dask cluster, each some of the mice; what comes out is the same."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from typing import Final, Protocol

import pandas as pd

from autotrain_core.errors import EngineError
from autotrain_core.evaluation import Outcome, Terms, decide_and_report, decide_part, divide, join
from autotrain_core.models import Curriculum, Library
from autotrain_core.services._cluster import Cluster, sent_out, threads

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
        progress: Progress | None = None,
    ) -> Outcome:
        """
        Decide as `evaluation.decide_and_report` does.

        Args:
            sessions: See `evaluation.decide`.
            curriculum: See `evaluation.decide`.
            open_loop: See `evaluation.decide`.
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
        progress: Progress | None = None,
    ) -> Outcome:
        """Decide; see `Engine.decide`."""
        return decide_and_report(sessions, curriculum, open_loop=open_loop, progress=progress)


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
        progress: Progress | None = None,
    ) -> Outcome:
        """Decide; see `Engine.decide`."""
        division = divide(sessions, curriculum, open_loop=open_loop)
        work = partial(decide_there, terms=division.terms, code=version("autotrain"))
        outcomes: list[Outcome] = []
        with Cluster(scheduler=self.scheduler, workers=self.workers, patience=self.patience).opened() as client:
            cut = division.cut(self.parts or _parts(len(sessions), threads(client)))
            for _, outcome in sent_out(client, work, division.parts(sessions, cut), patience=self.patience):
                outcomes.append(outcome)
                if progress is not None:
                    progress(len(outcomes), len(cut))
        return join(sessions, outcomes)


def _parts(sessions: int, at_once: int) -> int:
    """Say how many parts a table is worth: some for each who works, none too small to send, none too large to hold."""
    return max(1, min(2 * at_once, sessions // LEAST), -(-sessions // MOST))


def decide_there(sessions: pd.DataFrame, terms: Terms, code: str) -> Outcome:
    """
    Decide a part of a session table on a worker.

    Args:
        sessions: See `evaluation.decide_part`.
        terms: See `evaluation.decide_part`.
        code: Version of the program that sent it.

    Raises:
        EngineError: This worker has another version: it might decide otherwise.
        MissingColumnError: See `evaluation.decide_part`.
        TableError: See `evaluation.decide_part`.
    """
    here = version("autotrain")
    if here != code:
        raise EngineError(f"A worker has autotrain {here}, but {code} sent it work. Install the same on all of them.")
    return decide_part(sessions, terms, packed=True)
