"""
Work sent to the processes of a dask cluster: a few pieces at a time, and what goes wrong there is a sentence here.

Whoever can talk to a dask scheduler can run what they like as the user who started its workers. A cluster that is
started here therefore listens on the loopback only, and speaks to nobody who lacks the keys made for it.
"""

import importlib
import logging
import socket
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from types import ModuleType
from typing import Any, Final, TypeAlias, TypeVar

from autotrain_core.errors import AutotrainError, EngineError

Piece = TypeVar("Piece")
Result = TypeVar("Result")

Client: TypeAlias = Any
Future: TypeAlias = Any
"""Those of distributed: an extra, which need not be there."""

ALLOWED_DEATHS: Final = 3
"""So many workers may die while they have a piece; with the next one the piece itself is suspected."""

ALLOWED_FAILURES: Final = 2
"""So often a piece is done again that ended in an error: a full disk, too little memory."""

LONGEST_GREETING: Final = 30.0
"""Seconds in which a scheduler answers and lets go, or never will."""

_SETTINGS = {
    "distributed.admin.large-graph-warning-threshold": "1GiB",  # pieces are sent one by one, however large
    "distributed.comm.timeouts.connect": "10s",  # so long is a worker asked for its results that has just died
    "distributed.scheduler.allowed-failures": ALLOWED_DEATHS,
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.profile.enabled": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """
    Where the work is sent.

    Attributes:
        scheduler: Address of a dask scheduler; None where processes are started here, and ended afterwards.
        workers: How many processes are started here.
        patience: Seconds in which the cluster must have workers.
    """

    scheduler: str | None
    workers: int
    patience: float

    @contextmanager
    def opened(self) -> Iterator[Client]:
        """
        Reach the cluster, or start one, for as long as it is needed.

        Raises:
            EngineError: dask is not installed, the scheduler does not answer, or has no workers.
        """
        # First of all: it brings the settings of which some are changed, and put back afterwards.
        distributed = _imported("distributed")
        with ExitStack() as stack:
            stack.enter_context(_imported("dask").config.set(_SETTINGS))
            try:
                if self.scheduler is not None:
                    _reach(self.scheduler, min(self.patience, LONGEST_GREETING))
                place = stack.enter_context(_started(self.workers)) if self.scheduler is None else self.scheduler
                client = distributed.Client(place, set_as_default=False, timeout=LONGEST_GREETING)
                stack.callback(_leave, client)
                client.wait_for_workers(1, timeout=self.patience)
            except (OSError, RuntimeError, TypeError, ValueError) as error:
                raise EngineError(self._unreachable(error)) from error
            yield client

    def _unreachable(self, error: Exception) -> str:
        if self.scheduler is None:
            return f"{self.workers} worker processes could not be started here: {_brief(error)}."
        return (
            f"The dask cluster at {self.scheduler} cannot be used: {_brief(error)}. Is its address tcp://HOST:PORT or "
            "tls://HOST:PORT, is it running, and has it workers?"
        )


def _imported(name: str) -> Any:
    """Import what is an extra, and heavy, when it is needed."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise EngineError(
            f"Deciding on a dask cluster needs packages that are not installed ({error}): pip install 'autotrain[dask]'"
        ) from error


@contextmanager
def _no_program() -> Iterator[None]:
    """
    Have new processes begin with nothing of ours.

    Python runs in each process that it spawns the file of the program that spawns it: in the app that is the page which
    somebody has just opened.
    """
    program, nothing = sys.modules["__main__"], ModuleType("__main__")
    sys.modules["__main__"] = nothing
    try:
        yield
    finally:
        if sys.modules["__main__"] is nothing:
            sys.modules["__main__"] = program


@contextmanager
def _started(workers: int) -> Iterator[object]:
    _imported("cryptography")
    distributed = _imported("distributed")
    with (
        _no_program(),
        # A worker that is killed leaves its folder behind.
        tempfile.TemporaryDirectory(prefix="autotrain-", ignore_cleanup_errors=True) as scratch,
        _imported("dask").config.set({"temporary-directory": scratch}),
        distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            security=distributed.Security.temporary(),
            dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False},
            # What matters comes back as an error; the rest is how processes end.
            silence_logs=logging.CRITICAL,
        ) as cluster,
    ):
        yield cluster


def _reach(address: str, patience: float) -> None:
    """Knock: a client of dask that finds nobody would leave its thread behind."""
    host, port = _imported("distributed.comm").get_address_host_port(address)
    with socket.create_connection((host, port), timeout=patience):
        pass


def _leave(client: Client) -> None:
    # What was asked for is here already: a cluster that does not answer a farewell takes nothing with it.
    with suppress(OSError):
        client.close(timeout=LONGEST_GREETING)


def threads(client: Client) -> int:
    """Say how much a cluster does at once."""
    return max(1, int(sum(client.nthreads().values())))


def sent_out(
    client: Client, work: Callable[[Piece], Result], pieces: Iterable[Piece], *, patience: float
) -> Iterator[tuple[int, Result]]:
    """
    Have the pieces of a work done, some at a time.

    A worker that dies gives back what it had, and another does it. What was sent is kept by the scheduler until it is
    done, so that no more than two pieces for each thread of the cluster are under way.

    Args:
        client: An opened cluster.
        work: A function of a module that is installed on the workers too.
        pieces: What it is called with; taken only when there is somebody to do it.
        patience: Seconds in which at least one of the pieces that are under way must be done.

    Yields:
        The number of a piece, from 0, and what came out; in the order in which they are done.

    Raises:
        EngineError: A piece killed every worker that took it or failed on each, the workers lack this version of the
            program, nothing was done for too long, or the cluster went away.
    """
    run = uuid.uuid4().hex
    numbered = enumerate(pieces)
    waiting: dict[Future, int] = {}
    try:
        while True:
            for number, piece in islice(numbered, max(0, 2 * threads(client) - len(waiting))):
                key = f"autotrain-{run}-{number}"
                waiting[client.submit(work, piece, key=key, pure=False, retries=ALLOWED_FAILURES)] = number
            if not waiting:
                return
            for future in _first_done(client, list(waiting), patience):
                number = waiting.pop(future)
                yield number, _result(future, number, patience)
    except TimeoutError as error:
        raise EngineError(
            f"The cluster finished nothing in {patience:g} seconds, with {len(waiting)} pieces of work under way. Has "
            "it workers, and do they get on?"
        ) from error
    except (OSError, CancelledError) as error:
        raise EngineError(f"The cluster went away in the middle of the work: {_brief(error)}.") from error
    finally:
        for future in waiting:
            future.release()


def _first_done(client: Client, waiting: list[Future], patience: float) -> Iterable[Future]:
    with client.as_current():
        done: set[Future] = _imported("distributed").wait(waiting, timeout=patience, return_when="FIRST_COMPLETED").done
    return done


def _result(future: Future, number: int, patience: float) -> Any:
    try:
        return future.result(timeout=patience)
    except Exception as error:
        if future.status != "error" or isinstance(error, AutotrainError):
            raise
        if isinstance(error, _imported("distributed").KilledWorker):
            raise EngineError(
                f"Piece {number + 1} of the work was given up: {error.allowed_failures + 1} workers died one after the "
                "other while they had it. Had they too little memory? Their logs say more."
            ) from error
        raise EngineError(
            f"Piece {number + 1} of the work failed on the workers: {_brief(error)}. Have they the same version of "
            "autotrain, and enough disk and memory?"
        ) from error


def _brief(error: BaseException) -> str:
    """Say an error of others in one line."""
    said = str(error).strip().split("\n", 1)[0].rstrip(".")
    return f"{type(error).__name__}: {said}"[:300] if said else type(error).__name__
