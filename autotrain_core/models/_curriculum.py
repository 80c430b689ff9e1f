"""A curriculum as it was understood: what deciding, drawing and checking all start from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from autotrain_core.errors import NotStoredError
from autotrain_core.models._finding import Finding, Severity
from autotrain_core.models._names import file_name
from autotrain_core.models._task import Task
from autotrain_core.models._vocabulary import Decision
from autotrain_core.models._wording import did_you_mean, listed, plain, quoted
from autotrain_core.rules import Condition, Metric

OnMissing = Literal["false", "stay"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """
    One transition of a stage.

    Attributes:
        decision: What it decides; None where the document says something else.
        to_stage: The stage that follows, as the document writes it; empty where it names none.
        condition_text: The condition as written.
        condition: The condition as understood; None where it cannot be read.
        description: What the author says of it.
        broken: It cannot be tried: decision, stage or condition is wrong.
    """

    decision: Decision | None
    to_stage: str
    condition_text: str
    condition: Condition | None
    description: str = ""
    broken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """
    One stage.

    Attributes:
        name: As documents write it ("Stage 1 w/warmup").
        label: As tables and rigs write it: the enum NAME in schema 1.0 ("STAGE_1_WARMUP"), the name itself
            in 2.0.
        parameters: The settings as written, read-only; empty where the document lists none.
        rules: Tried in order, the first that holds wins; empty for Graduated.
        broken: Its rules cannot all be tried: mice that reach it stay, uncertain, and are reported.
        terminal: Mice that reach it stay, which is certain.
        exhaustive: Its author means its rules to decide every history: one in which none holds is a fault. Deciding
            does not ask for it.
    """

    name: str
    label: str
    parameters: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    rules: tuple[Rule, ...] = ()
    broken: bool = False
    terminal: bool = False
    exhaustive: bool = False

    def __reduce__(self) -> tuple[Any, ...]:
        # A read-only view cannot be pickled or copied; what it shows can.
        parts = (self.name, self.label, dict(self.parameters), self.rules, self.broken, self.terminal, self.exhaustive)
        return _stage, parts


def _stage(
    name: str,
    label: str,
    parameters: dict[str, Any],
    rules: tuple[Rule, ...],
    broken: bool,
    terminal: bool,
    exhaustive: bool,
) -> Stage:
    return Stage(
        name=name,
        label=label,
        parameters=MappingProxyType(parameters),
        rules=rules,
        broken=broken,
        terminal=terminal,
        exhaustive=exhaustive,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Curriculum:
    """
    A curriculum, with everything that is wrong with it.

    Attributes:
        name: "Coupled Baiting".
        version: Any text ("2.3.1rwdDelay159").
        schema_version: Version of the document format, "1.0" or "2.0".
        schema_name: The task, as documents name it.
        description: What its author says of it.
        task: The task; None where nobody knows one of this name.
        stages: In the order of the document; Graduated is always there.
        on_missing: What a comparison with a missing value is: "false", or unknown, and then mice "stay".
        metrics: What conditions may speak of: the task's metrics, then the document's own.
        findings: Everything that reading found.
        text: The document itself, in canonical JSON.
    """

    name: str
    version: str
    schema_version: str
    schema_name: str
    description: str
    task: Task | None
    stages: tuple[Stage, ...]
    on_missing: OnMissing
    metrics: tuple[Metric, ...]
    findings: tuple[Finding, ...]
    text: str = field(repr=False)

    @property
    def key(self) -> str:
        """Name and version, "Coupled Baiting@2.3"."""
        return f"{self.name}@{self.version}"

    @property
    def file_name(self) -> str:
        """The file name under which today's readers look for it."""
        return file_name(self.name, self.version, self.schema_version)

    @property
    def first_stage(self) -> Stage:
        """Where a mouse begins: the first stage of the document."""
        return self.stages[0]

    @property
    def document(self) -> dict[str, Any]:
        """A copy of the document, with all its extension keys, that may be changed freely."""
        document: dict[str, Any] = json.loads(self.text)
        return document

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that forbid publishing."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    def stage(self, name: str) -> Stage:
        """
        Find a stage.

        Args:
            name: As documents write it, or as tables do ("Stage 2" or "STAGE_2").

        Raises:
            NotStoredError: There is no such stage; the sentence offers the nearest.
        """
        for stage in self.stages:
            if name in (stage.name, stage.label):
                return stage
        names = tuple(stage.name for stage in self.stages)
        raise NotStoredError(
            f"{plain(self.key)} has no stage {quoted(name)} (its stages are {listed(names)}){did_you_mean(name, names)}"
        )
