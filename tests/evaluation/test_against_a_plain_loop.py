"""
The engine against an independent, slow reading of the same rules: one mouse, one session at a time.

Random tables mix open and closed loop, gaps, duplicates, late starts, missing values, off-curriculum rows, unknown
versions and switches of curriculum.
"""

import math

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from autotrain_core.evaluation import decide_and_report
from autotrain_core.models import Library
from autotrain_core.rules import parse
from tests.evaluation.documents import LADDER, curriculum
from tests.rules.python_reference import Interpreter
from tests.searching import search

OTHER = {
    "B": [("stay", "B", "metrics.efficiency[-2] > metrics.efficiency[-1]"), ("progress", "D", "metrics.trials[-1] > 90")],
    "D": [("rollback", "B", "not metrics.efficiency[-1] > 0.2"), ("progress", "Graduated", "len(metrics.trials) > 6")],
    "E": [],
}  # fmt: skip
PARTLY_BROKEN = {**LADDER, "B": [*LADDER["B"], ("progress", "Nowhere", "metrics.trials[-1] > 1")]}
CURRICULA = (
    curriculum(LADDER),
    curriculum(OTHER, version="2", on_missing="stay"),
    curriculum(PARTLY_BROKEN, version="3"),
)
STAGES = ("A", "B", "C", "D", "E", "Graduated", "STAGE_2", "rubbish", None)


class _Metrics:
    def __init__(self, **values):
        self.__dict__.update(values)


def plain_loop(rows, curricula, forced=None, starts=None):
    """
    Decide the rows of one mouse as the design says, in the plainest way there is.

    `forced` and `starts` give, for the place of a row, the stage that people suggested and where they let it begin.
    """
    forced, starts = forced or {}, starts or {}
    labels = {stage.label for each in curricula.values() for stage in each.stages} | {"STAGE_2"}
    history, ran, results = [], [], {}
    following = None
    taken = set()
    for row in sorted(rows, key=lambda row: (row["session"], row["place"])):
        if row["curriculum"] is None or row["session"] in taken:
            continue
        taken.add(row["session"])
        history.append(row)
        followed = curricula.get(row["curriculum"])
        if followed is None or (math.isnan(row["trials"]) and math.isnan(row["efficiency"])):
            continue
        closed = row["actual"] in labels
        if following is not None and row["session"] != 1:
            suggested = following
        elif row["session"] == 1 or not closed:
            suggested = starts.get(row["place"]) or followed.stages[0].label
        else:
            suggested = starts.get(row["place"]) or row["actual"]
        suggested = forced.get(row["place"]) or suggested
        at = row["actual"] if closed else suggested
        stages = {stage.label: stage for stage in followed.stages}
        if at not in stages:
            continue
        run = 1
        for stage in reversed([stage for stage, _ in ran]):
            if stage != at:
                break
            run += 1
        ran.append((at, row))
        metrics = _Metrics(
            session_total=row["session"],
            session_at_current_stage=run,
            trials=[each["trials"] for each in history],
            efficiency=[each["efficiency"] for each in history],
            at_stage=_Metrics(
                trials=[each["trials"] for _, each in ran[-run:]],
                efficiency=[each["efficiency"] for _, each in ran[-run:]],
            ),
        )
        decision, following = "STAY", at
        three_valued = followed.on_missing == "stay"
        if not stages[at].broken:
            for rule in stages[at].rules:
                holds = Interpreter(metrics, three_valued=three_valued).ask(parse(rule.condition_text))
                if holds:
                    decision, following = rule.decision.name, followed.stage(rule.to_stage).label
                if holds is not False:
                    break
        results[row["place"]] = (suggested, at, closed, closed and at != suggested, run, decision, following)
    return results


@st.composite
def tables(draw):
    rows = []
    for mouse in range(draw(st.integers(1, 4))):
        number = draw(st.sampled_from([1, 1, 1, 3, 0]))
        closed = draw(st.booleans())
        for _ in range(draw(st.integers(1, 14))):
            rows.append(
                {
                    "mouse": f"m{mouse}",
                    "session": number,
                    "trials": float(draw(st.sampled_from([0, 49, 50, 99, 100, 150, 200, 250, math.nan]))),
                    "efficiency": draw(st.sampled_from([0.1, 0.29, 0.3, 0.5, 0.7, math.nan])),
                    "actual": draw(st.sampled_from(STAGES)) if closed else None,
                    "curriculum": draw(st.sampled_from(["1", "1", "1", "2", "3", "3", "unknown", None])),
                }
            )
            number += draw(st.sampled_from([1, 1, 1, 1, 2, 5, 0, -1]))
    order = draw(st.permutations(range(len(rows)))) if draw(st.booleans()) else range(len(rows))
    return [{**rows[place], "place": new} for new, place in enumerate(order)]


@search(300)
@given(tables())
def test_random_tables_are_decided_as_the_plain_loop_decides_them(rows):
    curricula = {each.version: each for each in CURRICULA}
    rows = [
        *rows,
        {
            "mouse": "known",
            "session": 1,
            "trials": 1.0,
            "efficiency": 1.0,
            "actual": None,
            "curriculum": "1",
            "place": len(rows),
        },
    ]
    table = pd.DataFrame(rows).sort_values("place")
    table = pd.DataFrame(
        {
            "subject_id": table["mouse"],
            "session": table["session"],
            "trials": table["trials"],
            "efficiency": table["efficiency"],
            "current_stage_actual": table["actual"],
            "curriculum_name": np.where(table["curriculum"].isna(), None, "Toy"),
            "curriculum_version": table["curriculum"],
        }
    ).set_index(table["place"].to_numpy())

    outcome = decide_and_report(table, Library(CURRICULA))

    expected = {}
    for mouse in {row["mouse"] for row in rows}:
        expected |= plain_loop([row for row in rows if row["mouse"] == mouse], curricula)
    decisions = outcome.decisions
    columns = ["current_stage_suggested", "current_stage_actual", "closed_loop", "overridden_by_trainer"]
    columns += ["session_at_current_stage", "decision", "next_stage_suggested"]
    found = {place: tuple(values) for place, *values in decisions[columns].itertuples()}
    assert found == expected
    assert list(decisions.index) == sorted(expected)
    assert len(outcome.left_out) == len(rows) - len(expected)
