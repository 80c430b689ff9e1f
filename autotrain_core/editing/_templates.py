"""
Curricula to begin with: shapes that labs train with, in the words of whatever task there is.

A template knows no mouse. Its thresholds lie where the bounds of the metrics leave room, and its first sentence to the
designer is that they are to be looked at.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from autotrain_core.editing._draft import Draft
from autotrain_core.editing._first_values import first_values
from autotrain_core.editing._outline import Document, inferred
from autotrain_core.editing._whole import what_does_not_fit
from autotrain_core.errors import EditError
from autotrain_core.models import GRADUATED, SCHEMA_VERSIONS, TODAY, SchemaTask, Task, listed, quoted
from autotrain_core.rules import Metric

_Rule = tuple[str, str, str, str]
_Design = Callable[["_Measures", Sequence[str]], list[_Rule]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """
    A curriculum to begin with.

    Attributes:
        key: What programs call it.
        title: What people call it.
        words: What it is for, in a sentence or two.
    """

    key: str
    title: str
    words: str
    _stages: tuple[str, ...]
    _design: _Design

    def draft(self, task: Task, name: str, version: str, schema_version: str) -> Draft:
        """
        Make a draft of it.

        Args:
            task: The task; one that came as a document goes with the draft.
            name: Of the curriculum.
            version: Of the curriculum.
            schema_version: "1.0" or "2.0".

        Returns:
            A draft without errors; its rules speak of metrics that the task has, and of sessions where it has none.

        Raises:
            EditError: Schema 1.0 does not know the task, or there is no such format.
        """
        if schema_version not in SCHEMA_VERSIONS:
            raise EditError(f"there is no format {quoted(schema_version)}; the formats are {listed(SCHEMA_VERSIONS)}")
        document: Document = {
            "curriculum_schema_name": task.schema_name,
            "curriculum_schema_version": schema_version,
            "curriculum_name": name,
            "curriculum_version": version,
            "curriculum_description": "",
            "parameters": {},
            "curriculum": {},
        }
        unfit = what_does_not_fit(document) if schema_version == TODAY else ()
        if unfit:
            raise EditError(f"schema 1.0 cannot hold this: {'; '.join(unfit)}; make it as schema 2.0")
        _fill(document, task, self._stages, self._design(_Measures(task), self._stages))
        schema = task.document.decode() if isinstance(task, SchemaTask) else ""
        return Draft(document=document, task_schema=schema)


def _fill(document: Document, task: Task, stages: Sequence[str], rules: Sequence[_Rule]) -> None:
    parameters, curriculum = document["parameters"], document["curriculum"]
    for stage in stages:
        parameters[stage] = first_values(document, stage, task)
        curriculum[stage] = {"from_stage": stage, "transition_rules": []}
    parameters[GRADUATED] = dict(parameters[stages[-1]])
    for stage, to_stage, condition, words in rules:
        rule: dict[str, Any] = {
            "decision": inferred(document, stage, to_stage),
            "to_stage": to_stage,
            "condition": f"lambda metrics:\n    {condition}",
            "condition_description": words,
        }
        curriculum[stage]["transition_rules"].append(rule)


class _Measures:
    """What a task is measured by, as far as a template needs it: how much was done, and how well."""

    def __init__(self, task: Task) -> None:
        counts = [metric for metric in task.metrics if metric.integer]
        shares = [metric for metric in task.metrics if not metric.integer]
        self.pair = [*counts[:1], *shares[:1]]

    def goals(self, share: float, *, last: int = 1) -> list[str]:
        """Ask for so much of each metric, in the last session or as a mean of the last sessions."""
        return [f"{_asked(metric, last)} >= {_threshold(metric, share)}" for metric in self.pair]

    def lapses(self, share: float, *, last: int = 1) -> list[str]:
        """Ask whether each metric is below so much."""
        return [f"{_asked(metric, last)} < {_threshold(metric, share)}" for metric in self.pair]

    def each(self, share: float, last: int) -> list[str]:
        """Ask for so much of each metric in every one of the last sessions."""
        return [
            f"all(x >= {_threshold(metric, share)} for x in metrics.{metric.name}[-{last}:])" for metric in self.pair
        ]


def _asked(metric: Metric, last: int) -> str:
    return f"metrics.{metric.name}[-1]" if last == 1 else f"np.mean(metrics.{metric.name}[-{last}:])"


def _threshold(metric: Metric, share: float) -> str:
    """Write the value at a share of the way between the bounds; up to 500 trials, or 1, where there is no upper one."""
    low = 0.0 if metric.minimum is None else metric.minimum
    high = metric.maximum if metric.maximum is not None else low + (500 if metric.integer else 1)
    if metric.minimum is None:
        low = min(low, high - 1)
    value = low + share * (high - low)
    return str(round(value)) if metric.integer else repr(float(f"{value:.3g}"))


def _both(parts: Sequence[str], otherwise: str = "metrics.session_at_current_stage >= 3") -> str:
    return "\n    and\n    ".join(parts or [otherwise])


def _either(parts: Sequence[str]) -> str:
    return "\n    or\n    ".join(parts)


_LAST = {1: "in the last session", 5: "as a mean of the last five sessions"}


def _blank(measures: _Measures, stages: Sequence[str]) -> list[_Rule]:
    del measures, stages
    return []


def _ladder(measures: _Measures, stages: Sequence[str]) -> list[_Rule]:
    shares = [0.5, 0.6, 0.7]
    ways = zip(stages[:-1], stages[1:], shares, strict=True)
    up = [
        (stage, above, _both(measures.goals(share)), "Good enough in the last session") for stage, above, share in ways
    ]
    return [*up, _finish(measures, stages[-1])]


def _finish(measures: _Measures, stage: str) -> _Rule:
    lasting = ["metrics.session_at_current_stage >= 5", *measures.goals(0.7, last=5)]
    return stage, GRADUATED, _both(lasting), "Good enough as a mean of the last five sessions, all at this stage"


def _ladder_with_rollback(measures: _Measures, stages: Sequence[str]) -> list[_Rule]:
    if not measures.pair:
        return _ladder(measures, stages)
    # Who graduates by a mean goes back by one as well: a poor session after good ones would find both rules holding.
    ways = zip(stages[1:], stages[:-1], [0.3, 0.4, 0.5], [1, 1, 5], strict=True)
    down = [
        (stage, below, _either(measures.lapses(share, last=last)), f"Too little {_LAST[last]}")
        for stage, below, share, last in ways
    ]
    return [*_ladder(measures, stages), *down]


def _lasting(measures: _Measures, stages: Sequence[str]) -> list[_Rule]:
    first, second, third = stages
    sessions = ["metrics.session_at_current_stage >= 3"]
    return [
        (first, second, _both([*sessions, *measures.each(0.6, 3)]), "Three sessions in a row, each of them good"),
        (second, third, _both([*sessions, *measures.each(0.7, 3)]), "Three sessions in a row, each of them very good"),
        (
            third,
            GRADUATED,
            _both([*sessions, *measures.each(0.8, 3)]),
            "Ready: three sessions in a row as they should be",
        ),
    ]


def _handoff(measures: _Measures, stages: Sequence[str]) -> list[_Rule]:
    training, handed, lapsed = stages
    good, poor = measures.goals(0.6), measures.lapses(0.5)
    rules = [
        (training, handed, _both(["metrics.session_at_current_stage >= 3", *measures.each(0.6, 3)]), "Three complete"),
        (handed, GRADUATED, _both(["metrics.session_at_current_stage >= 2", *measures.each(0.6, 2)]), "Two more"),
    ]
    if not measures.pair:
        return [*rules, (lapsed, handed, "metrics.session_at_current_stage >= 1", "One session to recover")]
    lapse = [f"all(x < {_threshold(metric, 0.5)} for x in metrics.{metric.name}[-2:])" for metric in measures.pair]
    return [
        *rules,
        (
            handed,
            lapsed,
            _either([f"metrics.session_at_current_stage >= 2 and {part}" for part in lapse]),
            "Lapsed twice",
        ),
        (lapsed, handed, _both(good), "Yesterday was good"),
        (
            lapsed,
            training,
            _both(["metrics.session_at_current_stage >= 5", f"({' or '.join(poor)})"]),
            "Does not recover",
        ),
    ]


_RUNGS = ("Stage 1", "Stage 2", "Stage 3", "Stage final")
_TEMPLATES = (
    Template(
        key="blank",
        title="Blank",
        words="One stage and Graduated, no rules.",
        _stages=("Stage 1",),
        _design=_blank,
    ),
    Template(
        key="ladder",
        title="Ladder",
        words="Four stages, each left for the next after one good session; the last after five good ones.",
        _stages=_RUNGS,
        _design=_ladder,
    ),
    Template(
        key="ladder-with-rollback",
        title="Ladder with rollback",
        words="As the ladder, and poor work leads one stage back.",
        _stages=_RUNGS,
        _design=_ladder_with_rollback,
    ),
    Template(
        key="lasting",
        title="Lasting criteria",
        words="Three stages; each is left after three sessions in a row that were all good, by stricter criteria each "
        "time, as the International Brain Laboratory does it.",
        _stages=("Stage 1", "Stage 2", "Stage 3"),
        _design=_lasting,
    ),
    Template(
        key="handoff",
        title="Handoff and lapse",
        words="Training, ready to be handed on, lapsed: three complete sessions in a row lead on, two poor ones to the "
        "stage for mice that lapsed, and one good session back from there, as mTrain does it.",
        _stages=("Stage 1", "Stage 2", "Stage 3"),
        _design=_handoff,
    ),
)


def templates() -> tuple[Template, ...]:
    """List the templates: blank, two ladders, lasting criteria, handoff and lapse."""
    return _TEMPLATES
