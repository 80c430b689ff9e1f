"""Decide, explain, count: what the rules of a curriculum make of a session table."""

from autotrain_core.evaluation._decide import LeftOutWarning, Outcome, decide, decide_and_report
from autotrain_core.evaluation._explain import Explainer, Explanation, RuleExplanation, explain
from autotrain_core.evaluation._flip import Flip
from autotrain_core.evaluation._lab import Lab, example_lab
from autotrain_core.evaluation._report import Notice
from autotrain_core.evaluation._simulate import Simulated, simulate
from autotrain_core.evaluation._statistics import CohortStatistics, cohort_statistics, statistics

__all__ = [
    "CohortStatistics",
    "Explainer",
    "Explanation",
    "Flip",
    "Lab",
    "LeftOutWarning",
    "Notice",
    "Outcome",
    "RuleExplanation",
    "Simulated",
    "cohort_statistics",
    "decide",
    "decide_and_report",
    "example_lab",
    "explain",
    "simulate",
    "statistics",
]
