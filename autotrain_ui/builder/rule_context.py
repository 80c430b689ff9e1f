"""What a rule is edited in: the metrics it may speak of, what their values look like, and whose sessions are asked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import streamlit as st

from autotrain_core import services
from autotrain_core.editing import COUNTERS
from autotrain_core.errors import AutotrainError, ConditionError
from autotrain_core.models import Curriculum, OnMissing
from autotrain_core.rules import Metric, metrics_of, parse
from autotrain_core.services import LabView, MetricSketch, NumberColumn, OfferedMetric
from autotrain_core.store import Store

NO_SESSIONS = "This lab has no sessions yet"

_SKETCHES = 300
_AGAIN = timedelta(minutes=20)
_COLUMNS = 8
"""Columns of numbers, beside those of the lab's view, that a server keeps for previews."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleContext:
    """
    What stands around a rule.

    Attributes:
        lab: Whose sessions are asked.
        offered: What the rule may be made of; see `services.metrics_offered`.
        stage: The stage that it belongs to, as tables name it ("STAGE_2").
        stage_title: The same as people read it.
        curriculum_name: The curriculum that it belongs to.
        on_missing: What a comparison with a missing value is.
        store: Where the lab lies; None where columns that its view lacks cannot be read.
    """

    lab: LabView
    offered: tuple[OfferedMetric, ...]
    stage: str
    stage_title: str
    curriculum_name: str
    on_missing: OnMissing
    store: Store | None = None

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """What a condition may speak of, the counters left out: every condition has those."""
        return tuple(each.metric for each in self.offered if each.origin != "counter")

    def metric(self, name: str) -> Metric:
        """Describe a metric or a counter; one that nobody knows has no more than its name."""
        found = next((each.metric for each in self.offered if each.metric.name == name), None)
        return found or Metric(name=name, title=name.replace("_", " "))

    def declared_by(self, text: str) -> tuple[Metric, ...]:
        """Name the metrics that the document has to declare before it can hold a text."""
        try:
            used = metrics_of(parse(text, self.metrics))
        except ConditionError:
            return ()
        return tuple(each.declare for each in self.offered if each.declare is not None and each.metric.name in used)

    def sketch(self, name: str) -> MetricSketch | None:
        """Sketch the values of a metric; None where nobody has any."""
        return _sketch(self.lab.version, name, _lab=self.lab, _store=self.store)

    def further(self, names: Collection[str]) -> Mapping[str, npt.NDArray[np.float64]]:
        """Read the values of metrics that the lab's view lacks; without those that are nowhere."""
        lacking = [name for name in names if not _is_in_view(self.lab, name)]
        found = {name: _values(self.lab.version, name, _lab=self.lab, _store=self.store) for name in lacking}
        return {name: values for name, values in found.items() if values is not None}


def rule_context(
    lab: LabView, curriculum: Curriculum, *, stage: str, store: Store | None = None, based_on: str = ""
) -> RuleContext:
    """
    Gather what stands around the rules of a stage.

    Args:
        lab: Whose sessions are asked.
        curriculum: The draft as it was read.
        stage: As the document names it.
        store: Where the lab lies: then every column of numbers of its session table is offered.
        based_on: "Name@Version" that the draft was started from: its sessions are counted at the stage as long as the
            lab has none of the draft's own name.
    """
    found = next((each for each in curriculum.stages if each.name == stage), None)
    return RuleContext(
        lab=lab,
        offered=_offered(
            lab.version,
            f"{curriculum.schema_name} {curriculum.metrics}",
            _lab=lab,
            _curriculum=curriculum,
            _store=store,
        ),
        stage=stage if found is None else found.label,
        stage_title=stage,
        curriculum_name=_name_with_sessions(lab, curriculum.name, based_on.rpartition("@")[0]),
        on_missing=curriculum.on_missing,
        store=store,
    )


def _name_with_sessions(lab: LabView, name: str, instead: str) -> str:
    known = set(lab.sessions["curriculum_name"].dropna().unique())
    return instead if name not in known and instead in known else name


def _is_in_view(lab: LabView, name: str) -> bool:
    return name in COUNTERS or name in lab.sessions.columns


# Of a lab that cannot be read again, rules can be edited all the same: less is offered then, until it is tried again.


@st.cache_resource(max_entries=20, ttl=_AGAIN, show_spinner=False)
def _offered(
    version: str,  # noqa: ARG001 - known by it
    metrics: str,  # noqa: ARG001 - and by these
    *,
    _lab: LabView,
    _curriculum: Curriculum,
    _store: Store | None,
) -> tuple[OfferedMetric, ...]:
    further = () if _store is None else _columns(_lab.version, _lab=_lab, _store=_store)
    return services.metrics_offered(_lab, _curriculum, further=further)


@st.cache_resource(max_entries=2, ttl=_AGAIN, show_spinner="Reading which columns the session table has …")
def _columns(
    version: str,  # noqa: ARG001 - known by it
    *,
    _lab: LabView,
    _store: Store,
) -> tuple[NumberColumn, ...]:
    try:
        return services.number_columns_of(_store, _lab)
    except AutotrainError:
        return ()


@st.cache_resource(max_entries=_COLUMNS, ttl=_AGAIN, show_spinner=False)
def _values(
    version: str,  # noqa: ARG001 - known by it
    name: str,
    *,
    _lab: LabView,
    _store: Store | None,
) -> npt.NDArray[np.float64] | None:
    if _store is None:
        return None
    try:
        return services.numbers_of_sessions(_store, _lab, [name]).get(name)
    except AutotrainError:
        return None


@st.cache_resource(max_entries=_SKETCHES, ttl=_AGAIN, show_spinner=False)
def _sketch(version: str, name: str, *, _lab: LabView, _store: Store | None) -> MetricSketch | None:
    values = None if _is_in_view(_lab, name) else _values(version, name, _lab=_lab, _store=_store)
    try:
        return services.metric_sketch(_lab, name, further={} if values is None else {name: values})
    except AutotrainError:
        return None
