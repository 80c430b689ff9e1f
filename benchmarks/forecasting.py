"""
What forecasting a lab and trying its forecasts costs, and how far forecasts come true on many simulated labs.

    python benchmarks/forecasting.py [--mice 300 10000] [--labs 6] [--json]

Seconds are best of three, beside deciding the same sessions. `--labs N` tries the forecasts of N labs of 800 mice: how
far, in standard errors of the binomial, what was found lies from what was foretold.
"""

import argparse
import json
import time
from collections.abc import Callable
from typing import Any

import pandas as pd

from autotrain_core import services
from autotrain_core.evaluation import calibration, decide_and_report, example_lab, forecast

MOST_SECONDS = 3.0
MOST_SESSIONS = 1_000_000


def main() -> None:
    """Measure, and print what was found."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--mice", type=int, nargs="+", default=[300, 10_000])
    words.add_argument("--labs", type=int, default=0)
    words.add_argument("--json", action="store_true")
    given = words.parse_args()
    results = [measured(mice) for mice in given.mice]
    tried = [calibrated(seed) for seed in range(given.labs)]
    if given.json:
        print(json.dumps({"results": results, "labs": tried}, indent=2))
        return
    for one in [*results, *tried]:
        print("  ".join(f"{name} {value}" for name, value in one.items()))
    slowest = max(one["forecast s"] for one in results)
    print(f"{'met   ' if slowest <= MOST_SECONDS else 'MISSED'} forecast at most {MOST_SECONDS:g} s: {slowest}")


def rows_of(mice: int, seed: int, weeks: int) -> tuple[pd.DataFrame, float]:
    """Make a lab of Coupled Baiting, decide it, and give its decided sessions and the seconds of deciding."""
    curriculum = services.shipped().get("Coupled Baiting", "2.3")
    lab = example_lab(mice, curricula=[curriculum], seed=seed, weeks=weeks)
    started = time.perf_counter()
    decided = decide_and_report(lab.sessions, lab.curricula).decisions
    seconds = time.perf_counter() - started
    sessions = lab.sessions.loc[decided.index]
    table = {
        "subject_id": sessions["subject_id"].astype("category"),
        "session": sessions["session"],
        "session_date": pd.to_datetime(sessions["session_date"]),
        "curriculum": pd.Categorical([curriculum.key] * len(sessions)),
        "stage": decided["current_stage_actual"].astype("category"),
        "following": decided["next_stage_suggested"].astype("category"),
    }
    return pd.DataFrame(table), seconds


def measured(mice: int) -> dict[str, Any]:
    """Forecast every mouse of a lab, and try the forecasts of its past."""
    rows, deciding = rows_of(mice, 0, 30)
    on = rows["session_date"].max().date()
    forecasting = best(lambda: forecast(rows, on=on))
    return {
        "mice": mice,
        "sessions": len(rows),
        "decide s": round(deciding, 3),
        "forecast s": round(forecasting, 3),
        "× decide": round(forecasting / deciding, 2),
        "calibration s": round(best(lambda: calibration(rows, on=on)), 3),
    }


def calibrated(seed: int) -> dict[str, Any]:
    """Try the forecasts of one lab."""
    rows, _ = rows_of(800, seed, 30)
    found = calibration(rows, on=rows["session_date"].max().date())
    inside = int(found.bins["predicted"].between(found.bins["lower"], found.bins["upper"]).sum())
    return {
        "lab": seed,
        "mice": len(found.tried),
        "standard errors": round(found.standard_errors, 2),
        "bins inside": f"{inside} of {len(found.bins)}",
        "Brier": round(found.brier, 3),
        "Brier of the mean": round(found.brier_of_mean, 3),
    }


def best(work: Callable[[], object]) -> float:
    """Give the best of three."""
    times = []
    for _ in range(3):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


if __name__ == "__main__":
    main()
