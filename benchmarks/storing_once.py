"""One writer, or one measurement, of `storing.py` in a process of its own; prints JSON."""

import argparse
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd

from autotrain_core.errors import NotStoredError
from autotrain_core.store import ABSENT, Event, Store, open_home

SESSIONS_OF_A_MOUSE = 100
STAGES = ("STAGE_1", "STAGE_2", "STAGE_FINAL", "GRADUATED")
COLUMNS = ("session", "finished_trials", "metric_1")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", choices=sorted(TASKS))
    parser.add_argument("store", help="a folder that is there, or s3://bucket/prefix")
    parser.add_argument("words", nargs="*")
    arguments = parser.parse_args()
    found = TASKS[arguments.task](arguments.store, *arguments.words)
    json.dump(found, sys.stdout)


def increment(url: str, key: str, threads: str, times: str, stores: str) -> dict[str, Any]:
    """Let threads count one document up; those of one store take turns, stores know nothing of each other."""
    home = open_home(url)
    opened = [Store(home) for _ in range(int(stores))]
    waits: list[float] = []

    def count(thread: int) -> None:
        store = opened[thread % len(opened)]
        for _ in range(int(times)):
            start = time.perf_counter()
            store.update(key, lambda body: str(int(body or b"0") + 1).encode(), seconds=600)
            waits.append(time.perf_counter() - start)

    start = time.perf_counter()
    with ThreadPoolExecutor(int(threads)) as pool:
        list(pool.map(count, range(int(threads))))
    seconds = time.perf_counter() - start
    return {"found": int(Store(home).read(key).body), "seconds": seconds, **spread(waits)}


def append(url: str, writer: str, times: str) -> dict[str, Any]:
    """Append one event after the other."""
    record = Store(open_home(url)).record
    waits = []
    for number in range(int(times)):
        start = time.perf_counter()
        record.append([Event("counted", writer, {"n": number})], by=writer, at=datetime.now(UTC), seconds=600)
        waits.append(time.perf_counter() - start)
    return spread(waits)


def proved(url: str) -> dict[str, Any]:
    """Read the whole record anew, and walk its chain."""
    record = Store(open_home(url)).record
    entries = record.read()
    events = [(event.subject_id, event.facts["n"]) for entry in entries for event in entry.events]
    found = record.verify(record.head())
    return {
        "entries": len(entries),
        "distinct": len(set(events)),
        "last": found.number,
        "problems": list(found.problems),
    }


def reading(url: str) -> dict[str, Any]:
    """Read the record anew: single entries, then segments; the tail; and verify."""
    home = open_home(url)

    def first() -> int:
        return len(Store(home).record.read())

    seconds: dict[str, Any] = {"entries": first(), "single": best(first)}
    seconds["compact"] = once(Store(home).record.compact)
    seconds["segments"] = best(first)
    known = Store(home).record
    known.read()
    seconds["nothing new"] = best(known.read)
    seconds["verify"] = once(known.verify)
    return seconds


def documents(url: str, times: str) -> dict[str, Any]:
    """Write and read one document by one writer."""
    store, fresh = Store(home := open_home(url)), Store(home)
    key, body = "benchmark/document", b"x" * 4_000
    try:
        version = store.read(key).version
    except NotStoredError:
        version = ABSENT
    waits: dict[str, list[float]] = {"write": [], "read": [], "read by another": []}
    for _ in range(int(times)):
        start = time.perf_counter()
        version = store.write(key, body, replaces=version)
        written = time.perf_counter()
        store.read(key)
        known = time.perf_counter()
        fresh.read(key)
        waits["write"].append(written - start)
        waits["read"].append(known - written)
        waits["read by another"].append(time.perf_counter() - known)
    return {name: spread(values) for name, values in waits.items()}


def tables(url: str, rows: str) -> dict[str, Any]:
    """Save and load a table of sessions, whole and in parts, remembering nothing."""
    home = open_home(url)
    store = Store(home, remembered=0)
    table = sessions(int(rows))
    mouse = str(table["subject_id"].iloc[len(table) // 2])
    start = time.perf_counter()
    ref = store.save_table("benchmark", table)
    found: dict[str, Any] = {"save": time.perf_counter() - start, "bytes": ref.size}
    parts: dict[str, Callable[[], object]] = {
        "whole": lambda: store.load_table(ref),
        "columns": lambda: store.load_table(ref, columns=COLUMNS),
        "mouse": lambda: store.load_table(ref, subjects=[mouse]),
    }
    for name, load in parts.items():
        before = requests(home)
        load()
        after = requests(home)
        found[name] = {"seconds": best(load), "requests": after[0] - before[0], "bytes": after[1] - before[1]}
    found["save again"] = once(lambda: store.save_table("benchmark", table))
    found["peak_bytes"] = peak()
    return found


def requests(home: Any) -> tuple[int, int]:
    """Requests made and bytes received so far; nothing is counted in a folder."""
    traffic = getattr(home, "traffic", None)
    return (sum(traffic.requests.values()), traffic.bytes_in) if traffic else (0, 0)


def sessions(rows: int) -> pd.DataFrame:
    """Make a table of the width of a session table, rows of a mouse together."""
    random = np.random.default_rng(0)
    mice = -(-rows // SESSIONS_OF_A_MOUSE)
    first_day = np.datetime64("2020-01-01") + np.repeat(random.integers(0, 1_000, mice), SESSIONS_OF_A_MOUSE)
    number = np.tile(np.arange(1, SESSIONS_OF_A_MOUSE + 1), mice)
    table = pd.DataFrame(
        {
            "subject_id": np.repeat([f"{400_000 + mouse}" for mouse in range(mice)], SESSIONS_OF_A_MOUSE),
            "session": number,
            "session_date": np.datetime_as_string(first_day + number),
            "finished_trials": random.integers(0, 800, len(number)),
            "foraging_efficiency": random.random(len(number)).round(4),
            **{f"text_{place}": random.choice(STAGES, len(number)) for place in range(9)},
            **{f"metric_{place}": random.random(len(number)) for place in range(5)},
            **{f"truth_{place}": random.random(len(number)) < 0.5 for place in range(2)},
        }
    )
    return table.head(rows)


def best(action: Callable[[], object], times: int = 3) -> float:
    return min(once(action) for _ in range(times))


def once(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def spread(waits: list[float]) -> dict[str, Any]:
    """Median, 95th percentile and worst, in seconds."""
    ordered = sorted(waits)
    return {"p50": statistics.median(ordered), "p95": ordered[int(0.95 * (len(ordered) - 1))], "worst": ordered[-1]}


def peak() -> int:
    """Most memory of this process so far, in bytes."""
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used if sys.platform == "darwin" else 1024 * used


TASKS: dict[str, Callable[..., dict[str, Any]]] = {
    "append": append,
    "documents": documents,
    "increment": increment,
    "proved": proved,
    "reading": reading,
    "tables": tables,
}

if __name__ == "__main__":
    main()
