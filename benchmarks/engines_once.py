"""One task of `engines.py`, in a process of its own: write a session table in parts, or measure deciding it."""

import json
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
    kind, _, who = way.partition(", ")
    if who != "2 workers that wait":
        engine = LocalEngine() if who == "this process" else DaskEngine(workers=2)
        return {"sessions": size, "way": way, "kind": kind, **timed(kind, engine, folder, repeat), "worker": 0.0}
    with (
        # Before any table is read: on Linux a child inherits the peak of its parent.
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False}, silence_logs=100,
        ) as cluster,
        distributed.Client(cluster) as client,
    ):  # fmt: skip

        def workers() -> float:
            return float(sum(client.run(time.process_time).values()))

        found = timed(kind, DaskEngine(cluster.scheduler_address), folder, repeat, others=workers)
        worker = max(client.run(peak_mebibytes).values())
    return {"sessions": size, "way": way, "kind": kind, **found, "worker": worker}


def timed(
    kind: str,
    engine: LocalEngine | DaskEngine,
    folder: Path,
    repeat: int,
    *,
    others: Callable[[], float] = lambda: 0.0,
) -> dict[str, float]:
    """Decide again and again, once to warm up: seconds, seconds of cores (`others` included), peak of this process."""
    keys = sorted(path.relative_to(folder).as_posix() for path in (folder / "sessions").iterdir())
    library = at.example_lab(1).curricula
    if kind == "sent":
        sessions = pd.concat([pd.read_parquet(folder / key) for key in keys], ignore_index=True)
    took, cores = [], []
    for _ in range(repeat + 1):
        start, worked = time.perf_counter(), core_seconds() + others()
        if kind == "stored":
            # Another name each time, or it would find everything written.
            engine.decide_stored(str(folder), keys, library, name=f"decisions {time.time_ns()}")
        else:
            engine.decide(sessions, library)
        took.append(time.perf_counter() - start)
        cores.append(core_seconds() + others() - worked)
    del took[0], cores[0]
    return {"best": min(took), "median": median(took), "cores": min(cores), "peak": peak_mebibytes()}


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


def core_seconds() -> float:
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


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
