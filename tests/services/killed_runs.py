"""
Kills a run with SIGKILL at each moment at which it is about to change something on the disk; prints how often.

    python -m tests.services.killed_runs FOLDER EVERY

FOLDER holds a store as it was before the run (`before`). For each point a copy of it (`point-7`) is left as the killed
run left it. Points are counted by Python's own audit events for files (PEP 578), so nothing of the program is replaced.
"""

import json
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

from tests.services.nights import FIRST, Nights

CHANGES = {"os.link", "os.rename", "os.remove", "os.mkdir", "os.truncate", "os.chmod"}
OF_A_WRITER = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Counter:
    """Counts changes to files, and kills this process just before one of them."""

    def __init__(self, last: int | None) -> None:
        self.last = last
        self.seen = 0

    def __call__(self, event: str, given: tuple[Any, ...]) -> None:
        opens = event == "open" and isinstance(given[2], int) and bool(given[2] & OF_A_WRITER)
        if not opens and event not in CHANGES:
            return
        self.seen += 1
        if self.seen == self.last:
            os.kill(os.getpid(), signal.SIGKILL)


def run_in(folder: Path, counter: Counter) -> None:
    from autotrain_core.store import open_home

    nights = Nights(home=open_home(str(folder)), at=FIRST)
    sys.addaudithook(counter)
    nights.run()


def in_a_child(folder: Path, last: int | None) -> tuple[bool, int]:
    """Run in a process of its own; whether it was killed, and how many changes it saw."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        counter = Counter(last)
        try:
            run_in(folder, counter)
            os.write(writing, str(counter.seen).encode())
            os._exit(0)
        finally:
            os._exit(1)
    os.close(writing)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as pipe:
        seen = pipe.read()
    if not os.WIFSIGNALED(status) and os.WEXITSTATUS(status):
        raise SystemExit(f"the run in {folder} failed by itself")
    return os.WIFSIGNALED(status), int(seen or 0)


def main(folder: Path, every: int) -> None:
    shutil.copytree(folder / "before", folder / "whole")
    _, points = in_a_child(folder / "whole", None)
    killed = []
    for point in range(1, points + 1, every):
        copy = folder / f"point-{point}"
        shutil.copytree(folder / "before", copy)
        if in_a_child(copy, point)[0]:
            killed.append(point)
    json.dump({"points": points, "killed": killed}, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
