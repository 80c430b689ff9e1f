"""A worker of a dask cluster that is killed at its work, as a machine that loses power is."""

import os
import signal
from pathlib import Path
from typing import Any

from distributed import WorkerPlugin


class Killing(WorkerPlugin):
    """
    Kills the worker that begins a piece, without a word to anybody.

    Args:
        ending: How the key of the piece ends.
        times: How often.
        notes: An empty folder, where each death is noted.
    """

    name = "killing"

    def __init__(self, ending: str, times: int, notes: Path) -> None:
        self.ending, self.times, self.notes = ending, times, notes

    def transition(self, key: Any, start: str, finish: str, **_: Any) -> None:
        if finish == "executing" and str(key).endswith(self.ending):
            for death in range(self.times):
                note = self.notes / str(death)
                if not note.exists():
                    note.touch()
                    os.kill(os.getpid(), signal.SIGKILL)
