"""Decide, explain, count: what the rules of a curriculum make of a session table."""

from autotrain_core.evaluation._attention import ALERTS, SEVERITIES, attention, last_sessions
from autotrain_core.evaluation._backtest import CHANGES, Backtest, backtest
from autotrain_core.evaluation._backtest_figures import FATES, Replay
from autotrain_core.evaluation._closed_loop import ClosedLoop, closed_loop
from autotrain_core.evaluation._cohort import decisions_per_stage, occupancy, time_to_graduate, transitions
from autotrain_core.evaluation._cohort_dwell import dwell, dwell_summary
from autotrain_core.evaluation._cohort_metric import Distribution, metric_distribution, pivot
from autotrain_core.evaluation._decide import LeftOutWarning, Outcome, decide, decide_and_report
from autotrain_core.evaluation._difficulty import Difficulty
from autotrain_core.evaluation._explain import Explainer, Explanation, RuleExplanation, explain
from autotrain_core.evaluation._fit import Fit, fit_learning
from autotrain_core.evaluation._fit_history import require_modelled
from autotrain_core.evaluation._flip import Flip
from autotrain_core.evaluation._forecast import ENOUGH, FORECASTS, HORIZONS, Enough, forecast, forecast_curve
from autotrain_core.evaluation._forecast_calibration import Calibration, calibration
from autotrain_core.evaluation._incidence import Incidence, incidence
from autotrain_core.evaluation._interventions import NOTHING, Interventions, interventions
from autotrain_core.evaluation._lab import FIRST_DAY, Lab, example_lab
from autotrain_core.evaluation._learning import METRICS, Learning
from autotrain_core.evaluation._limits import Limit, Limits, RuleLimits, limits, limits_of_stage
from autotrain_core.evaluation._model_number import model_numbers
from autotrain_core.evaluation._parts import Division, Terms, decide_part, divide, join, terms_of
from autotrain_core.evaluation._posterior import Reproduced, reproduced
from autotrain_core.evaluation._report import Notice
from autotrain_core.evaluation._sensitivity import Grid, Sensitivity, Sweep, flipped, sweep, sweep_two
from autotrain_core.evaluation._sensitivity_past import Past, past_of
from autotrain_core.evaluation._sensitivity_replays import sweep_histories
from autotrain_core.evaluation._sensitivity_scale import Scale
from autotrain_core.evaluation._sensitivity_stage import FLIPS
from autotrain_core.evaluation._setbacks import slides, turns
from autotrain_core.evaluation._simulate import Simulated, simulate
from autotrain_core.evaluation._standings import Standing, Standings, standings
from autotrain_core.evaluation._statistics import CohortStatistics, cohort_statistics, statistics
from autotrain_core.evaluation._suggest import ENOUGH_GRADUATES, Suggestion, Target, suggest
from autotrain_core.evaluation._survival import Survival, survival
from autotrain_core.evaluation._thresholds import Threshold, thresholds, thresholds_of, with_threshold
from autotrain_core.evaluation._troubles import Troubles

__all__ = [
    "ALERTS",
    "CHANGES",
    "ENOUGH",
    "ENOUGH_GRADUATES",
    "FATES",
    "FIRST_DAY",
    "FLIPS",
    "FORECASTS",
    "HORIZONS",
    "METRICS",
    "NOTHING",
    "SEVERITIES",
    "Backtest",
    "Calibration",
    "ClosedLoop",
    "CohortStatistics",
    "Difficulty",
    "Distribution",
    "Division",
    "Enough",
    "Explainer",
    "Explanation",
    "Fit",
    "Flip",
    "Grid",
    "Incidence",
    "Interventions",
    "Lab",
    "Learning",
    "LeftOutWarning",
    "Limit",
    "Limits",
    "Notice",
    "Outcome",
    "Past",
    "Replay",
    "Reproduced",
    "RuleExplanation",
    "RuleLimits",
    "Scale",
    "Sensitivity",
    "Simulated",
    "Standing",
    "Standings",
    "Suggestion",
    "Survival",
    "Sweep",
    "Target",
    "Terms",
    "Threshold",
    "Troubles",
    "attention",
    "backtest",
    "calibration",
    "closed_loop",
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
    "fit_learning",
    "flipped",
    "forecast",
    "forecast_curve",
    "incidence",
    "interventions",
    "join",
    "last_sessions",
    "limits",
    "limits_of_stage",
    "metric_distribution",
    "model_numbers",
    "occupancy",
    "past_of",
    "pivot",
    "reproduced",
    "require_modelled",
    "simulate",
    "slides",
    "standings",
    "statistics",
    "suggest",
    "survival",
    "sweep",
    "sweep_histories",
    "sweep_two",
    "terms_of",
    "thresholds",
    "thresholds_of",
    "time_to_graduate",
    "transitions",
    "turns",
    "with_threshold",
]
