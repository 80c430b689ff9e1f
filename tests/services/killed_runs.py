"""
Kills a run with SIGKILL at each moment at which it is about to change something; prints at how many.

    python -m tests.services.killed_runs PLACE EVERY

PLACE is a folder or s3://BUCKET/PREFIX that holds a store as it was before the run (`before`). For each point a copy
of it (`point-7`) is left as the killed run left it. Points are counted by Python's own audit events (PEP 578), so that
nothing of the program is replaced: changes of files, and pieces of requests that go out to a server.
"""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from autotrain_core.store import ABSENT, open_home
from tests.services.nights import FIRST, Nights

FILES = {"os.link", "os.rename", "os.remove", "os.mkdir", "os.truncate", "os.chmod", "http.client.send"}
OF_A_WRITER = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Counter:
    """Counts changes, and kills this process just before one of them."""

    def __init__(self, last: int | None) -> None:
        self.last = last
        self.seen = 0

    def __call__(self, event: str, given: tuple[Any, ...]) -> None:
        opens = event == "open" and isinstance(given[2], int) and bool(given[2] & OF_A_WRITER)
        if not opens and event not in FILES:
            return
        self.seen += 1
        if self.seen == self.last:
            os.kill(os.getpid(), signal.SIGKILL)


def in_a_child(place: str, last: int | None) -> tuple[bool, int]:
    """Run in a process of its own; whether it was killed, and how many changes it saw."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        counter = Counter(last)
        try:
            nights = Nights(home=open_home(place), at=FIRST)
            sys.addaudithook(counter)
            nights.run()
            os.write(writing, str(counter.seen).encode())
            os._exit(0)
        finally:
            os._exit(1)
    os.close(writing)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as pipe:
        seen = pipe.read()
    if not os.WIFSIGNALED(status) and os.WEXITSTATUS(status):
        raise SystemExit(f"the run in {place} failed by itself")
    return os.WIFSIGNALED(status), int(seen or 0)


def copy(old: str, new: str) -> None:
    """Copy a store, object by object."""
    if "://" not in new:
        Path(new).mkdir()
    source, target = open_home(old), open_home(new)
    for listed in source.list(""):
        if listed.key != "autotrain/probe":
            body, head = source.get(listed.key)
            labels = {name: text for name, text in head.labels.items() if name != "wid"}
            target.put(listed.key, body, replaces=ABSENT, labels=labels)


def main(place: str, every: int) -> None:
    copy(f"{place}/before", f"{place}/whole")
    _, points = in_a_child(f"{place}/whole", None)
    killed = []
    for point in range(1, points + 1, every):
        copy(f"{place}/before", f"{place}/point-{point}")
        if in_a_child(f"{place}/point-{point}", point)[0]:
            killed.append(point)
    json.dump({"points": points, "killed": killed}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
