"""One task of `engines.py`, in a process of its own: write a session table in parts, or measure deciding it."""

import json
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import distributed
import pandas as pd

import autotrain_core as at
from autotrain_core.services import DaskEngine, LocalEngine

MILLION = 1_000_000
SESSIONS_A_PART = 250_000
SESSIONS_OF_A_MOUSE = 100


def measured(size: int, way: str, folder: Path, repeat: int) -> dict[str, Any]:
    """Decide the parts of a folder in one way, again and again."""
    keys = sorted(path.relative_to(folder).as_posix() for path in (folder / "sessions").iterdir())
    library = at.example_lab(1).curricula
    kind, _, who = way.partition(", ")

    def decide(engine: LocalEngine | DaskEngine) -> object:
        if kind == "stored":
            return engine.decide_stored(str(folder), keys, library, name=f"decisions {time.time_ns()}")
        return engine.decide(sessions, library)

    if kind == "sent":
        sessions = pd.concat([pd.read_parquet(folder / key) for key in keys], ignore_index=True)
    worker = 0.0
    match who:
        case "this process":
            took = times(lambda: decide(LocalEngine()), repeat)
        case "2 workers":
            took = times(lambda: decide(DaskEngine(workers=2)), repeat)
        case _:
            with distributed.LocalCluster(
                n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0",
                scheduler_kwargs={"dashboard": False}, silence_logs=100,
            ) as cluster:  # fmt: skip
                took = times(lambda: decide(DaskEngine(cluster.scheduler_address)), repeat)
                with distributed.Client(cluster) as client:
                    worker = max(client.run(peak_mebibytes).values())
    assert not multiprocessing.active_children()
    found = {"best": min(took), "median": median(took), "peak": peak_mebibytes(), "worker": worker}
    return {"sessions": size, "way": way, "kind": kind, **found}


def write_parts(size: int, folder: Path) -> dict[str, Any]:
    """Write the session table of a lab in parts of whole mice; beyond a million, the same mice by other names."""
    (folder / "sessions").mkdir()
    mice = min(size, MILLION) // SESSIONS_OF_A_MOUSE
    lab = at.example_lab(mice, seed=1, sessions_per_mouse=SESSIONS_OF_A_MOUSE)
    part_of = dict(zip(lab.mice["subject_id"], range(len(lab.mice)), strict=True))
    part = lab.sessions["subject_id"].map(part_of) * SESSIONS_OF_A_MOUSE // SESSIONS_A_PART
    for copy in range(-(-size // MILLION)):
        for number, sessions in lab.sessions.groupby(part):
            named = sessions.assign(subject_id=f"{copy}-" + sessions["subject_id"])
            named.to_parquet(folder / "sessions" / f"{copy:03}-{number:03}.parquet", index=False)
    return {}


def times(work: Callable[[], object], repeat: int) -> list[float]:
    found = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return found


def peak_mebibytes() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def main() -> None:
    match sys.argv[1:]:
        case ["write", size, folder]:
            found = write_parts(int(size), Path(folder))
        case ["measure", size, way, folder, repeat]:
            found = measured(int(size), way, Path(folder), int(repeat))
        case _:
            raise SystemExit("run engines.py")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
