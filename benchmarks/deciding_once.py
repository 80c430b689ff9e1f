"""One task of `deciding.py`, in a process of its own: make a session table, or measure deciding one."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import pandas as pd

import autotrain_core as at

CURRICULUM = ("Coupled Baiting", "2.3")
NEEDED = ["subject_id", "session", "foraging_efficiency", "finished_trials"]
STAGE = "current_stage_actual"
ROW_CURRICULUM = ["curriculum_name", "curriculum_version", "curriculum_schema_version"]
SESSIONS_PER_MOUSE = 100


def simulate(size: int, curricula: str, path: Path) -> dict[str, Any]:
    """Write the session table of an example lab, of `size` sessions by "one" or "all" shipped curricula."""
    library = at.example_lab(1).curricula
    followed = [library.get(*CURRICULUM)] if curricula == "one" else list(library)
    # Some mice more than needed: some of the files are lost.
    mice = -(-size // SESSIONS_PER_MOUSE)
    lab = at.example_lab(mice + mice // 50 + 1, seed=1, curricula=followed, sessions_per_mouse=SESSIONS_PER_MOUSE)
    lab.sessions.head(size).to_parquet(path, index=False)
    return {"sessions": size}


def convert(source: Path, path: Path) -> dict[str, Any]:
    """Write the real sessions as parquet."""
    sessions = pd.read_csv(source, dtype={"subject_id": "str"})
    sessions.to_parquet(path, index=False)
    return {"sessions": len(sessions)}


def measure(path: Path, mode: str, repeat: int) -> dict[str, Any]:
    """Read and decide a table, again and again."""
    library = at.example_lab(1).curricula
    curriculum = library if mode == "library" else library.get(*CURRICULUM)
    five = NEEDED + ([STAGE] if STAGE in columns_of(path) else [])
    wanted = [*five, *ROW_CURRICULUM] if mode == "library" else five
    open_loop = mode == "open loop"
    reading = [seconds(lambda: pd.read_parquet(path, columns=wanted)) for _ in range(repeat + 1)][1:]
    sessions = pd.read_parquet(path, columns=wanted)

    def decide() -> pd.DataFrame:
        return at.decide_and_report(sessions, curriculum, open_loop=open_loop).decisions

    deciding = [seconds(decide) for _ in range(repeat + 1)][1:]
    peak = peak_bytes()
    with_statistics = [seconds(lambda: at.statistics(decide())) for _ in range(repeat + 1)][1:]
    return {
        "sessions": len(sessions),
        "read_best": min(reading),
        "read_median": median(reading),
        "decide_best": min(deciding),
        "decide_median": median(deciding),
        "statistics_best": min(with_statistics),
        "statistics_median": median(with_statistics),
        "peak_bytes": peak,
    }


def columns_of(path: Path) -> list[str]:
    import pyarrow.parquet as pq  # noqa: PLC0415 - the first import would be counted as memory of deciding

    return list(pq.read_schema(path).names)


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def peak_bytes() -> int:
    """Most memory that this process ever held; 0 where the system does not tell."""
    try:
        import resource  # noqa: PLC0415 - there is none on Windows
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def main() -> None:
    match sys.argv[1:]:
        case ["simulate", size, curricula, path]:
            found = simulate(int(size), curricula, Path(path))
        case ["convert", source, path]:
            found = convert(Path(source), Path(path))
        case ["measure", path, mode, repeat]:
            found = measure(Path(path), mode, int(repeat))
        case _:
            raise SystemExit("run deciding.py")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
