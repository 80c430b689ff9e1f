"""
What fitting the model of learning and simulating with it costs, and how often fitted intervals hold the truth.

    python benchmarks/simulating.py [--mice 150] [--sessions 25] [--truths 0] [--json]

Seconds are those of the processor, of one core: another program on the computer does not change them much. With the
environment variable `AUTOTRAIN_REFERENCE` the real mice are fitted, too; `--truths N` makes N labs of 100 mice with
numbers drawn from what is expected, fits them, and counts the intervals that hold.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from autotrain_core import interop, services
from autotrain_core.evaluation import Learning, closed_loop, example_lab, fit_learning, reproduced
from autotrain_core.models import Curriculum

MOST_SECONDS = 20.0
FITTED_BY_LOGARITHM = {"time_constant": 0.35, "time_constant_spread": 0.2, "talent_spread": 0.25, "vigour_spread": 0.25}
FITTED_AS_THEY_ARE = {"naive_efficiency": 0.075, "skill_gain": 0.075, "naive_vigour": 1.5, "vigour_gain": 1.2}
"""How far the truths lie from the model's own numbers, s.d.; of the logarithm, and as they are."""


def main() -> None:
    """Measure, and print what was found."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--mice", type=int, default=150)
    words.add_argument("--sessions", type=int, default=25)
    words.add_argument("--truths", type=int, default=0)
    words.add_argument("--json", action="store_true")
    given = words.parse_args()
    coupled = services.shipped().get("Coupled Baiting", "2.3")
    lab = example_lab(given.mice, curricula=[coupled], seed=0, sessions_per_mouse=given.sessions)
    results = [measured("example lab", lab.sessions, coupled)]
    reference = os.environ.get("AUTOTRAIN_REFERENCE")
    if reference:
        real = interop.read_sessions(Path(reference) / "data" / "janelia_sessions.csv")
        results.append(measured("real mice", real, coupled))
    held = [recovered(seed, coupled) for seed in range(given.truths)]
    found: dict[str, Any] = {"results": results, "truths": held}
    if given.json:
        print(json.dumps(found, indent=2))
        return
    for result in results:
        print("  ".join(f"{name} {value}" for name, value in result.items()))
    for seed, (inside, numbers) in enumerate(held):
        print(f"truth {seed}: {inside} of {numbers} intervals hold it")
    fastest = results[0]["fit s"]
    print(f"{'met   ' if fastest <= MOST_SECONDS else 'MISSED'} fit and 50 draws at most {MOST_SECONDS:g} s: {fastest}")


def measured(name: str, sessions: pd.DataFrame, curriculum: Curriculum) -> dict[str, Any]:
    """Fit, reproduce and simulate once."""
    fit, fitting = timed(lambda: fit_learning(sessions, curriculum, seed=0))
    again, reproducing = timed(lambda: reproduced(fit, sessions, curriculum, seed=0))
    _, training = timed(lambda: closed_loop(fit, [curriculum, curriculum], seed=0))
    return {
        "table": name,
        "mice": fit.mice,
        "sessions": fit.sessions,
        "fit s": fitting,
        "reproduce s": reproducing,
        "two curricula s": training,
        "distance": round(fit.distance, 2),
        "medians inside": {metric: round(share, 2) for metric, share in again.medians_inside.items()},
    }


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """Do something, and tell its processor seconds."""
    begun = time.process_time()
    found = work()
    return found, round(time.process_time() - begun, 2)


def recovered(seed: int, curriculum: Curriculum) -> tuple[int, int]:
    """Make a lab of some truth, fit it, and count the intervals that hold the truth."""
    chance, usual = np.random.default_rng(100 + seed), Learning()
    changes = {
        name: float(getattr(usual, name) * np.exp(spread * chance.standard_normal()))
        for name, spread in FITTED_BY_LOGARITHM.items()
    }
    changes |= {
        name: float(getattr(usual, name) + spread * chance.standard_normal())
        for name, spread in FITTED_AS_THEY_ARE.items()
    }
    true = replace(usual, **changes)
    lab = example_lab(100, curricula=[curriculum], seed=seed, learning=true)
    numbers = fit_learning(lab.sessions, curriculum, seed=seed).numbers
    rows = numbers[numbers["fitted"]]
    values = np.array([getattr(true, name) for name in rows["name"]])
    return int(((rows["lower"] <= values) & (values <= rows["upper"])).sum()), len(rows)


if __name__ == "__main__":
    main()
