"""Metrics that a document declares for itself: further numeric columns of the session table."""

from collections.abc import Iterator
from typing import Any

from autotrain_core.models._names import fault_of_metric_name
from autotrain_core.models._tables import SESSIONS
from autotrain_core.models._wording import did_you_mean, listed, number, quoted, shown
from autotrain_core.rules import Metric

KEYS = ("name", "title", "unit", "minimum", "maximum", "integer", "description")
_COLUMNS = frozenset(column.name for column in SESSIONS)


def read_metrics(declared: Any, taken: tuple[str, ...]) -> tuple[tuple[Metric, ...], tuple[tuple[str, str], ...]]:
    """
    Read a list of declarations.

    Args:
        declared: What stands in the document; a list of objects with `name` and, if wanted, the other `KEYS`.
        taken: Names of metrics that the task has already.

    Returns:
        The metrics that can be used, and what is wrong with the others: (name or "", sentence).
    """
    if not isinstance(declared, list):
        return (), (("", f"'metrics' must be a list of objects, found {shown(declared)}"),)
    metrics: list[Metric] = []
    wrong: list[tuple[str, str]] = []
    for place, declaration in enumerate(declared, start=1):
        known = (*taken, *(metric.name for metric in metrics))
        name = declaration.get("name") if isinstance(declaration, dict) else None
        label = name if isinstance(name, str) else ""
        faults = list(_faults(declaration, place, known))
        wrong += [(label, fault) for fault in faults]
        if not faults:
            metrics.append(_metric(declaration))
    return tuple(metrics), tuple(wrong)


def _faults(declaration: Any, place: int, taken: tuple[str, ...]) -> Iterator[str]:
    if not isinstance(declaration, dict):
        yield f"metric {place} must be an object, found {shown(declaration)}"
        return
    name = declaration.get("name")
    if not isinstance(name, str):
        yield f"metric {place} needs a 'name', the column of the session table"
        return
    label = f"the metric {quoted(name)}"
    why = "is there already; declare it once" if name in taken else fault_of_metric_name(name)
    if name in _COLUMNS:
        why = "is a column that says which session it was, not what was measured"
    if why:
        yield f"{label} {why}"
    for key, value in declaration.items():
        if key not in KEYS:
            near = did_you_mean(key, KEYS) or f"; the keys are {listed(KEYS)}"
            yield f"{label} has an unknown key {quoted(key)}{near}"
        elif key in ("title", "unit", "description") and not isinstance(value, str):
            yield f"{key} of {label} must be a text, found {shown(value)}"
        elif key in ("minimum", "maximum") and not _is_number(value) and value is not None:
            yield f"{key} of {label} must be a number, found {shown(value)}"
        elif key == "integer" and not isinstance(value, bool):
            yield f"{key} of {label} must be true or false, found {shown(value)}"
    low: Any = declaration.get("minimum")
    high: Any = declaration.get("maximum")
    if _is_number(low) and _is_number(high) and low > high:
        yield f"minimum ({number(low)}) of {label} is more than its maximum ({number(high)})"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _metric(declaration: dict[str, Any]) -> Metric:
    name = declaration["name"]
    return Metric(
        name=name,
        title=declaration.get("title") or name.replace("_", " "),
        unit=declaration.get("unit", ""),
        integer=declaration.get("integer", False),
        minimum=declaration.get("minimum"),
        maximum=declaration.get("maximum"),
        description=declaration.get("description", ""),
    )
