"""How long a backtest takes: four versions over real mice where they are at hand, and over a million sessions."""

import argparse
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from autotrain_core import evaluation, shipped
from autotrain_core.evaluation import Backtest
from autotrain_core.interop import read_curriculum
from autotrain_core.models import Curriculum

EACH = 100
"""Sessions a mouse."""
VERSIONS = ("1.0", "2.0", "2.2", "2.3")
REAL_SECONDS, MILLION_SECONDS = 0.3, 6.0
REAL = "real mice"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, nargs="+", default=[10_000, 1_000_000], help="of the example labs")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each, of which the best is told")
    parser.add_argument("--json", action="store_true", help="print the results for a machine")
    arguments = parser.parse_args()
    versions = four_versions()
    results = []
    for name, sessions in tables(versions, arguments.sessions):
        together, found = best(lambda table=sessions: evaluation.backtest(table, versions), arguments.repeat)  # type: ignore[misc]
        apart, _ = best(lambda table=sessions: decided(table, versions), 1)  # type: ignore[misc]
        most = REAL_SECONDS if name == REAL else max(MILLION_SECONDS * len(sessions) / 1e6, REAL_SECONDS)
        results.append(
            {
                "table": name,
                "sessions": len(sessions),
                "seconds": together,
                "of_deciding_each": together / apart,
                "graduates": [version.graduates for version in found.versions],
                "rollbacks": [version.rollbacks for version in found.versions],
                "met": together <= most,
                "goal": most,
            }
        )
    if arguments.json:
        print(json.dumps(results, indent=2))
        return
    for result in results:
        told = "met   " if result["met"] else "MISSED"
        print(
            f"{told} {result['table']:>12}, {result['sessions']:>9,} sessions, {len(versions)} versions: "
            f"{result['seconds']:.3f} s (at most {result['goal']:g}), {result['of_deciding_each']:.2f} of the time of "
            f"deciding each and counting; graduates {result['graduates']}, rollbacks {result['rollbacks']}"
        )


def four_versions() -> list[Curriculum]:
    """Read four versions of one curriculum where the reference data are; else take four that ship."""
    reference = os.environ.get("AUTOTRAIN_REFERENCE")
    if reference:
        folder = Path(reference) / "data" / "curricula"
        return [read_curriculum(folder / f"Coupled Baiting_curriculum_v{each}_schema_v1.0.json") for each in VERSIONS]
    return [one for one in shipped() if one.schema_name == "DynamicForagingCurriculum"][: len(VERSIONS)]


def tables(versions: list[Curriculum], sizes: list[int]) -> Iterator[tuple[str, pd.DataFrame]]:
    reference = os.environ.get("AUTOTRAIN_REFERENCE")
    if reference:
        path = Path(reference) / "data" / "janelia_sessions.csv"
        yield REAL, pd.read_csv(path, dtype={"subject_id": "str"})
    for size in sizes:
        mice = -(-size // EACH)
        # Some mice more than needed: some of the files are lost.
        lab = evaluation.example_lab(mice + mice // 50 + 1, curricula=versions[-1:], sessions_per_mouse=EACH, seed=1)
        yield "example lab", lab.sessions.head(size)


def decided(sessions: pd.DataFrame, versions: list[Curriculum]) -> list[Any]:
    """Do it version by version: decide, then count."""
    decisions = [evaluation.decide_and_report(sessions, one, open_loop=True).decisions for one in versions]
    return [evaluation.cohort_statistics(each) for each in decisions]


def best(work: Callable[[], Any], repeat: int) -> tuple[float, Backtest]:
    """Give the shortest time of some runs, and what came out of the last."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        found = work()
        times.append(time.perf_counter() - start)
    return min(times), found


if __name__ == "__main__":
    main()
