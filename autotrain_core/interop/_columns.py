"""What a lab calls the columns of its session table; every lab may call them otherwise."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any

from autotrain_core.errors import DocumentError

_TODAY: Mapping[str, str] = MappingProxyType({"foraging_efficiency": "foraging_eff"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """
    Our name of each column, and as its value the lab's; the defaults are those of today's pipeline.

    Attributes:
        subject_id: The mouse.
        session: Number of the session.
        session_date: Its day.
        nwb_suffix: Which of several files of a day.
        task: Task that was run (VALUE).
        curriculum_name: Curriculum that the mouse was on.
        curriculum_version: Its version.
        curriculum_schema_version: Format of its document.
        current_stage_actual: Stage that was run (enum NAME).
        if_overriden_by_trainer: Whether the box was ticked at the rig.
        subject_alias: Name by which people call the mouse.
        trainer: Who trained it.
        PI: Whose mouse it is; today not in the table, but in the mapping that `read_people` reads.
        project: What it is trained for; today in no table.
        rig: Where it was trained.
        base_weight: Weight before water restriction, g.
        target_weight: Weight that it should have, g.
        weight_after: Weight after the session, g.
        weight_after_ratio: The same as a fraction of the base weight.
        water_in_session_total: Water drunk in the session, mL.
        water_after_session: Water given afterwards, mL.
        water_day_total: Water of the day, mL.
        notes: What the trainer wrote.
        metrics: Name of a metric in conditions -> column of the table; of metrics that are not here both are the same.
    """

    subject_id: str = "subject_id"
    session: str = "session"
    session_date: str = "session_date"
    nwb_suffix: str = "nwb_suffix"
    task: str = "task"
    curriculum_name: str = "curriculum_name"
    curriculum_version: str = "curriculum_version"
    curriculum_schema_version: str = "curriculum_schema_version"
    current_stage_actual: str = "current_stage_actual"
    if_overriden_by_trainer: str = "if_overriden_by_trainer"
    subject_alias: str = "h2o"
    trainer: str = "user_name"
    PI: str = "PI"
    project: str = "project"
    rig: str = "rig"
    base_weight: str = "base_weight"
    target_weight: str = "target_weight"
    weight_after: str = "weight_after"
    weight_after_ratio: str = "weight_after_ratio"
    water_in_session_total: str = "water_in_session_total"
    water_after_session: str = "water_after_session"
    water_day_total: str = "water_day_total"
    notes: str = "notes"
    metrics: Mapping[str, str] = field(default_factory=lambda: dict(_TODAY))

    def renames(self) -> dict[str, str]:
        """Return the lab's name of a column -> ours, for `read_sessions`; only those that differ."""
        return {theirs: ours for ours, theirs in _pairs(self) if ours != theirs}


_KNOWN = tuple(each.name for each in fields(Columns))


def _pairs(columns: Columns) -> Iterator[tuple[str, str]]:
    for name in _KNOWN:
        if name != "metrics":
            yield name, getattr(columns, name)
    yield from columns.metrics.items()


def columns_from(given: Mapping[str, Any], *, source: str) -> Columns:
    """
    Read the names from settings.

    Args:
        given: Our name -> the lab's, and under `metrics` the same for metrics. What is absent keeps its default.
        source: What the errors call it.

    Raises:
        DocumentError: A name is unknown or no text, or two of ours would be the same column; all such are listed.
    """
    faults = [*_unknown(given), *_no_text(given, _KNOWN)]
    metrics = given.get("metrics", {})
    if not isinstance(metrics, Mapping):
        faults.append("metrics: a table of names is needed")
        metrics = {}
    faults += [f"metrics.{fault}" for fault in _no_text(metrics, metrics)]
    if not faults:
        known = {name: value for name, value in given.items() if name != "metrics"}
        columns = Columns(**known, metrics={**_TODAY, **metrics})
        faults = list(_shared(columns))
        if not faults:
            return columns
    raise DocumentError(f"{source} cannot be used:\n" + "\n".join(f"  {fault}" for fault in faults))


def _unknown(given: Mapping[str, Any]) -> Iterator[str]:
    for name in given:
        if name not in _KNOWN:
            near = difflib.get_close_matches(str(name), _KNOWN, n=1)
            yield f"{name}: no column is called so" + (f"; did you mean '{near[0]}'?" if near else "")


def _no_text(given: Mapping[str, Any], names: Iterable[str]) -> Iterator[str]:
    for name in names:
        value = given.get(name, "")
        if name in given and name != "metrics" and not (isinstance(value, str) and value.strip()):
            yield f"{name}: the name of a column is needed, found {str(value)[:60]!r}"


def _shared(columns: Columns) -> Iterator[str]:
    found: dict[str, str] = {}
    for ours, theirs in _pairs(columns):
        other = found.setdefault(theirs, ours)
        if other != ours:
            yield f"{ours}: the column '{theirs}' is {other} already"
