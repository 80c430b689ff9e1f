"""Decide, explain, count: what the rules of a curriculum make of a session table."""

from autotrain_core.evaluation._attention import ALERTS, SEVERITIES, attention, last_sessions
from autotrain_core.evaluation._cohort import decisions_per_stage, occupancy, time_to_graduate, transitions
from autotrain_core.evaluation._cohort_dwell import dwell, dwell_summary
from autotrain_core.evaluation._cohort_metric import Distribution, metric_distribution, pivot
from autotrain_core.evaluation._decide import LeftOutWarning, Outcome, decide, decide_and_report
from autotrain_core.evaluation._difficulty import Difficulty
from autotrain_core.evaluation._explain import Explainer, Explanation, RuleExplanation, explain
from autotrain_core.evaluation._flip import Flip
from autotrain_core.evaluation._interventions import NOTHING, Interventions, interventions
from autotrain_core.evaluation._lab import FIRST_DAY, Lab, example_lab
from autotrain_core.evaluation._learning import METRICS, Learning
from autotrain_core.evaluation._limits import Limit, Limits, RuleLimits, limits, limits_of_stage
from autotrain_core.evaluation._model_number import model_numbers
from autotrain_core.evaluation._parts import Division, Terms, decide_part, divide, join, terms_of
from autotrain_core.evaluation._report import Notice
from autotrain_core.evaluation._simulate import Simulated, simulate
from autotrain_core.evaluation._standings import Standing, Standings, standings
from autotrain_core.evaluation._statistics import CohortStatistics, cohort_statistics, statistics
from autotrain_core.evaluation._survival import Survival, survival
from autotrain_core.evaluation._troubles import Troubles

__all__ = [
    "ALERTS",
    "FIRST_DAY",
    "METRICS",
    "NOTHING",
    "SEVERITIES",
    "CohortStatistics",
    "Difficulty",
    "Distribution",
    "Division",
    "Explainer",
    "Explanation",
    "Flip",
    "Interventions",
    "Lab",
    "Learning",
    "LeftOutWarning",
    "Limit",
    "Limits",
    "Notice",
    "Outcome",
    "RuleExplanation",
    "RuleLimits",
    "Simulated",
    "Standing",
    "Standings",
    "Survival",
    "Terms",
    "Troubles",
    "attention",
    "cohort_statistics",
    "decide",
    "decide_and_report",
    "decide_part",
    "decisions_per_stage",
    "divide",
    "dwell",
    "dwell_summary",
    "example_lab",
    "explain",
    "interventions",
    "join",
    "last_sessions",
    "limits",
    "limits_of_stage",
    "metric_distribution",
    "model_numbers",
    "occupancy",
    "pivot",
    "simulate",
    "standings",
    "statistics",
    "survival",
    "terms_of",
    "time_to_graduate",
    "transitions",
]
