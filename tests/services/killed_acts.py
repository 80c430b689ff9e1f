"""
Kills people's acts with SIGKILL at each moment at which they are about to change something; prints where.

    python -m tests.services.killed_acts PLACE

PLACE is an empty folder. For each act (propose, approve, tell) it is left with a store as it was before (`act-before`)
and a copy for each point as the killed process left it (`act-7`). See `killed_runs` for how points are counted.
"""

import json
import os
import sys
from datetime import timedelta
from pathlib import Path

from autotrain_core import services
from autotrain_core.store import open_home
from tests.services.killed_runs import Counter, copy
from tests.services.nights import Nights
from tests.services.people import Lab

ACTS = ("propose", "approve", "tell")


def lab_at(place: str) -> Lab:
    """The lab of a place, on the morning after its first night."""
    found = Lab.__new__(Lab)
    found.nights, found.rows = Nights(home=open_home(place)), []
    found.at = found.nights.at + timedelta(days=2, hours=4)
    return found


def do(act: str, lab: Lab) -> None:
    """Do one of the acts."""
    if act == "propose":
        lab.propose()
    elif act == "approve":
        lab.answer(services.approve)
    else:
        lab.tell()


def in_a_child(place: str, act: str, last: int | None) -> tuple[bool, int]:
    """Act in a process of its own; whether it was killed, and how many changes it saw."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        counter = Counter(last)
        try:
            lab = lab_at(place)
            sys.addaudithook(counter)
            do(act, lab)
            os.write(writing, str(counter.seen).encode())
            os._exit(0)
        finally:
            os._exit(1)
    os.close(writing)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as pipe:
        seen = pipe.read()
    if not os.WIFSIGNALED(status) and os.WEXITSTATUS(status):
        raise SystemExit(f"{act} in {place} failed by itself")
    return os.WIFSIGNALED(status), int(seen or 0)


def main(place: str) -> None:
    Path(f"{place}/propose-before").mkdir()
    Lab(
        nights=Nights(
            home=open_home(f"{place}/propose-before"),
            at=lab_at(f"{place}/propose-before").nights.at + timedelta(days=1),
        )
    )
    found = {}
    for act, after in zip(ACTS, (*ACTS[1:], ""), strict=True):
        before = f"{place}/{act}-before"
        copy(before, f"{place}/{act}-whole")
        _, points = in_a_child(f"{place}/{act}-whole", act, None)
        found[act] = list(range(1, points + 1))
        for point in found[act]:
            copy(before, f"{place}/{act}-{point}")
            if not in_a_child(f"{place}/{act}-{point}", act, point)[0]:
                raise SystemExit(f"{act} was not killed at point {point}")
        if after:
            copy(f"{place}/{act}-whole", f"{place}/{after}-before")
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
