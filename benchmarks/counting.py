"""How long the figures of a cohort take: each of them on an example lab of a million sessions."""

import argparse
import json
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pandas as pd

from autotrain_core import evaluation, shipped

EACH = 100
"""Sessions a mouse."""
MOST = 1.0
"""Seconds that a figure may take on a million sessions; fewer sessions in proportion."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=1_000_000, help="of the example lab")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each, of which the best is told")
    parser.add_argument("--json", action="store_true", help="print the results for a machine")
    arguments = parser.parse_args()
    rows = decided_rows(arguments.sessions)
    results = {name: best(figure, arguments.repeat) for name, figure in figures(rows).items()}
    slowest = max(results, key=results.__getitem__)
    met = results[slowest] <= MOST * max(len(rows) / 1_000_000, 0.01)
    if arguments.json:
        print(json.dumps({"rows": len(rows), "seconds": results, "met": met}, indent=2))
        return
    print(f"{len(rows):,} decided sessions")
    for name, seconds in results.items():
        print(f"{name:>30}  {seconds:7.3f} s")
    print(f"{'met   ' if met else 'MISSED'} each within {MOST:g} s for a million: {slowest} {results[slowest]:.3f} s")


def decided_rows(sessions: int) -> pd.DataFrame:
    """Decide an example lab, and give its rows as the app holds them."""
    foraging = [one for one in shipped() if one.schema_name == "DynamicForagingCurriculum"]
    lab = evaluation.example_lab(max(1, sessions // EACH), curricula=foraging, sessions_per_mouse=EACH)
    decided = evaluation.decide_and_report(lab.sessions, lab.curricula).decisions
    of_session = lab.sessions.loc[decided.index]
    stages = pd.CategoricalDtype(list(dict.fromkeys(stage.label for one in foraging for stage in one.stages)))
    return pd.DataFrame(
        {
            "subject_id": decided["subject_id"].astype("category"),
            "session": decided["session"].astype("int32"),
            "session_date": pd.to_datetime(of_session["session_date"]),
            "stage": decided["current_stage_actual"].astype(stages),
            "suggested": decided["current_stage_suggested"].astype(stages),
            "following": decided["next_stage_suggested"].astype(stages),
            "decision": decided["decision"].astype("category"),
            "curriculum": (decided["curriculum_name"] + "@" + decided["curriculum_version"]).astype("category"),
            "project": of_session["project"].astype("category"),
            "finished_trials": of_session["finished_trials"],
            "closed_loop": decided["closed_loop"],
            "overridden": decided["overridden_by_trainer"],
            "certain": decided["certain"],
            "at_stage": decided["session_at_current_stage"],
        }
    )


def figures(rows: pd.DataFrame) -> dict[str, Callable[[], Any]]:
    times = evaluation.time_to_graduate(rows)
    visits = evaluation.dwell(rows)
    summary = evaluation.dwell_summary(visits)
    last = evaluation.last_sessions(rows, on=date.max)
    laid_out = partial(evaluation.pivot, rows, index="project", columns="stage")
    return {
        "time_to_graduate, sessions": partial(evaluation.time_to_graduate, rows, by=["curriculum"]),
        "time_to_graduate, days": partial(evaluation.time_to_graduate, rows, unit="days", by=["curriculum"]),
        "survival, one a mouse": partial(
            evaluation.survival, times["duration"].to_numpy(), times["observed"].to_numpy(dtype=bool)
        ),
        "survival, one a session": partial(
            evaluation.survival, rows["at_stage"].to_numpy(), rows["certain"].to_numpy(dtype=bool)
        ),
        "occupancy, date": partial(evaluation.occupancy, rows),
        "occupancy, week": partial(evaluation.occupancy, rows, by="week"),
        "occupancy, session": partial(evaluation.occupancy, rows, by="session"),
        "dwell": partial(evaluation.dwell, rows),
        "dwell_summary": partial(evaluation.dwell_summary, visits),
        "decisions_per_stage": partial(evaluation.decisions_per_stage, rows),
        "transitions, by curriculum": partial(evaluation.transitions, rows, by="curriculum"),
        "metric_distribution": partial(evaluation.metric_distribution, rows, "finished_trials"),
        "pivot, sessions": laid_out,
        "pivot, mice": partial(laid_out, value="mice"),
        "pivot, median": partial(laid_out, value="finished_trials"),
        "last_sessions": partial(evaluation.last_sessions, rows, on=date.max),
        "attention": partial(evaluation.attention, last, summary),
    }


def best(figure: Callable[[], Any], repeat: int) -> float:
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        figure()
        times.append(time.perf_counter() - start)
    return min(times)


if __name__ == "__main__":
    main()
