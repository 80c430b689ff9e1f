"""How every command ends: an expected error is one sentence on stderr and an exit status, never a traceback."""

import contextlib
import os
import sys
from typing import Any

import click

from autotrain_core.cli._streams import forgive_letters, say
from autotrain_core.errors import (
    AutotrainError,
    ConflictError,
    DamagedError,
    EngineError,
    NotAllowedError,
    NotStoredError,
    StoreUnavailableError,
    UnfitStoreError,
)

WRONG = 1
STORE = 3
TAKEN = 4
INTERRUPTED = 130

_OF_THE_STORE = (
    DamagedError,
    EngineError,
    NotAllowedError,
    NotStoredError,
    StoreUnavailableError,
    UnfitStoreError,
)


class Program(click.Group):
    """The command line as a whole."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run a command and exit with its status."""
        forgive_letters()
        extra["standalone_mode"] = False
        try:
            status = super().main(*args, **extra)
        except click.ClickException as error:
            error.show()
            status = error.exit_code
        except click.Abort:
            say("Stopped.")
            status = INTERRUPTED
        except AutotrainError as error:
            status = _told(str(error), status_of(error))
        except OSError as error:
            status = _told(_of_the_disk(error), STORE)
            _let_go_of_stdout()
        except MemoryError:
            status = _told("This computer has too little memory for it. Nothing was written.", WRONG)
        sys.exit(status if isinstance(status, int) else 0)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; whoever reads its output (`| head`) may stop when they have seen enough."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _let_go_of_stdout()
            return 0


def _let_go_of_stdout() -> None:
    """Send what is still waiting to be printed nowhere: Python would complain once more at its exit."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def status_of(error: AutotrainError) -> int:
    """Tell the exit status that an expected error ends in."""
    if isinstance(error, _OF_THE_STORE):
        return STORE
    return TAKEN if isinstance(error, ConflictError) else WRONG


def _told(sentence: str, status: int) -> int:
    say(f"Error: {sentence}")
    return status


def _of_the_disk(error: OSError) -> str:
    if error.filename is None or error.strerror is None:
        return str(error)
    return f"{error.filename}: {error.strerror}."
