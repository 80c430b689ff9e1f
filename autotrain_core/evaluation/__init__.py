"""Decide, explain, count: what the rules of a curriculum make of a session table."""

from autotrain_core.evaluation._decide import LeftOutWarning, Outcome, decide, decide_and_report
from autotrain_core.evaluation._difficulty import Difficulty
from autotrain_core.evaluation._explain import Explainer, Explanation, RuleExplanation, explain
from autotrain_core.evaluation._flip import Flip
from autotrain_core.evaluation._lab import Lab, example_lab
from autotrain_core.evaluation._learning import METRICS, Learning
from autotrain_core.evaluation._model_number import model_numbers
from autotrain_core.evaluation._parts import Division, Terms, decide_part, divide, join, terms_of
from autotrain_core.evaluation._report import Notice
from autotrain_core.evaluation._simulate import Simulated, simulate
from autotrain_core.evaluation._statistics import CohortStatistics, cohort_statistics, statistics
from autotrain_core.evaluation._troubles import Troubles

__all__ = [
    "METRICS",
    "CohortStatistics",
    "Difficulty",
    "Division",
    "Explainer",
    "Explanation",
    "Flip",
    "Lab",
    "Learning",
    "LeftOutWarning",
    "Notice",
    "Outcome",
    "RuleExplanation",
    "Simulated",
    "Terms",
    "Troubles",
    "cohort_statistics",
    "decide",
    "decide_and_report",
    "decide_part",
    "divide",
    "example_lab",
    "explain",
    "join",
    "model_numbers",
    "simulate",
    "statistics",
    "terms_of",
]
