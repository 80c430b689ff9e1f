"""A forecast in words: when a mouse will probably graduate, from how many others, and what they had in common."""

from datetime import date

from autotrain_core.evaluation import Calibration
from autotrain_core.models import TrainingStage
from autotrain_core.services._forecast import MouseForecast

_CHANCE = 2.58  # standard errors that chance exceeds once in a hundred times
_STAGES = {stage.name: stage.value for stage in TrainingStage}


def forecast_sentence(one: MouseForecast, *, needed: tuple[int, int] = (10, 5)) -> str:
    """
    Say when a mouse will probably graduate, or why nobody can say it.

    Args:
        one: The forecast.
        needed: How many others it takes, and how many of them that have graduated.
    """
    match one.status:
        case "forecast":
            parts = [_when(one), _left(one), f"{_percent(one.probability)} of such mice graduate"]
            return "; ".join(part for part in parts if part) + "."
        case "too few":
            mice, graduates = needed
            return (
                f"Not enough mice for a forecast: {compared_words(one)}, {one.graduated:,} of them graduated. It takes "
                f"{mice:,}, of which {graduates:,} have graduated."
            )
        case "graduated":
            return "It has graduated."
        case "left":
            return "It is not in training, so that nothing is forecast."
        case "off":
            return "People took it off its curriculum, so that nothing is forecast."
    return "None of its sessions was decided, so that nothing is forecast."


def calibration_warning(found: Calibration) -> str:
    """Say that forecasts of the past were too hopeful, or not hopeful enough; empty where that may be chance."""
    if not abs(found.standard_errors) > _CHANCE:
        return ""
    more, rather = ("more", "too cautious") if found.standard_errors > 0 else ("fewer", "too hopeful")
    return (
        f"That {more} mice graduated than foretold is no chance: training has changed meanwhile, or mice leave sooner "
        f"or later than they did. Take the forecasts of this lab as {rather}."
    )


def forecast_brief(one: MouseForecast) -> str:
    """Say it in two or three words for a list: "3–17 Dec · 83 %"; empty without a forecast."""
    if not one.told:
        return ""
    span = _days(one) or _sessions(one)
    return f"{span} · {_percent(one.probability)}"


def compared_words(one: MouseForecast) -> str:
    """Say which mice a forecast is made of: "23 mice at Stage 3 for 4 sessions under Coupled Baiting 2.3"."""
    name, _, version = one.curriculum.rpartition("@")
    under = f"{name} {version}" if one.compared == "version" else f"any version of {name or version}"
    stage = _STAGES.get(one.stage, one.stage)
    mice = f"{one.comparable:,} {'mouse' if one.comparable == 1 else 'mice'}"
    if not one.at_stage:
        return f"{mice} that came to {stage} under {under}"
    sessions = f"{one.at_stage:,} {'session' if one.at_stage == 1 else 'sessions'}"
    return f"{mice} at {stage} for {sessions} under {under}"


def _when(one: MouseForecast) -> str:
    if not one.days:
        return "Likely graduates"
    return f"Likely graduates {_between(one.days[10], one.days[90])} (80\N{NO-BREAK SPACE}%)"


def _left(one: MouseForecast) -> str:
    low, middle, high = (f"{one.sessions[part]:,.0f}" for part in (10, 50, 90))
    more = "" if low == high else f" ({low}–{high})"
    return f"{middle} {'session' if middle == '1' else 'sessions'} left{more}"


def _sessions(one: MouseForecast) -> str:
    low, high = (f"{one.sessions[part]:,.0f}" for part in (10, 90))
    return f"{low if low == high else f'{low}–{high}'} {'session' if high == '1' else 'sessions'}"


def _days(one: MouseForecast) -> str:
    if not one.days:
        return ""
    first, last = one.days[10], one.days[90]
    if first == last:
        return _day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{_day(last)}"
    return f"{_day(first)} – {_day(last)}"


def _between(first: date, last: date) -> str:
    if first == last:
        return f"on {_day(first)}"
    if (first.year, first.month) == (last.year, last.month):
        return f"between {first.day} and {_day(last)}"
    year = f" {first.year}" if first.year != last.year else ""
    return f"between {_day(first)}{year} and {_day(last)}{f' {last.year}' if year else ''}"


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"


def _percent(share: float | None) -> str:
    return f"{100 * (share or 0):.0f}\N{NO-BREAK SPACE}%"
