"""
Reads one document, and goes on whatever it finds.

A fault becomes a finding. One that deciding could stumble over marks its stage as broken, so that mice
there stay and are reported; nothing is guessed.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Any, get_args

from autotrain_core.errors import ConditionError
from autotrain_core.models._curriculum import Curriculum, OnMissing, Rule, Stage
from autotrain_core.models._declared import read_metrics
from autotrain_core.models._dummy import DUMMY
from autotrain_core.models._finding import Finding, Severity
from autotrain_core.models._foraging import DYNAMIC_FORAGING
from autotrain_core.models._names import MAX_NAME, MAX_VERSION, faults_of_name, file_identity
from autotrain_core.models._task import Task
from autotrain_core.models._vocabulary import FREE, GRADUATED, SCHEMA_VERSIONS, STAGE_LABELS, TODAY, Decision
from autotrain_core.models._wording import did_you_mean, listed, quoted, shown
from autotrain_core.rules import Condition, Metric, metrics_of, parse

_DECISIONS = {decision.value: decision for decision in Decision}
_BUILT_IN = (DYNAMIC_FORAGING.schema_name, DUMMY.schema_name)
_SUGGESTIONS = 200
# Longer texts are understood anew each time, so that those of strangers fill no memory.
_REMEMBERED = 2_000

Wrong = Callable[[str, str], None]


class Reader:
    """Reads one document and collects what is wrong on the way."""

    def __init__(self, document: dict[str, Any], source: str, tasks: Mapping[str, Task]) -> None:
        self.document = document
        self.source = source
        self.tasks = tasks
        self.task = tasks.get(document["curriculum_schema_name"])
        self.schema_version: str = document["curriculum_schema_version"]
        self.today = self.schema_version == TODAY
        self.stages: dict[str, dict[str, Any]] = document["parameters"]
        self.transitions: dict[str, dict[str, Any]] = document["curriculum"]
        # None while the task is unknown: then no name in a condition can be checked, and none is refused.
        self.metrics: tuple[Metric, ...] | None = None
        self.findings: list[Finding] = []
        self.suggestions = _SUGGESTIONS

    def curriculum(self, text: str) -> Curriculum:
        document = self.document
        self._check_names()
        self._check_schema()
        on_missing = self._on_missing()
        declared = self._declared()
        if self.task is not None:
            self.metrics = (*self.task.metrics, *declared)
        for stage in self.stages:
            self._check_stage_name(stage)
            self._check_parameters(stage)
        self._check_first_stage()
        stages = [self._stage(name) for name in self.stages]
        self._check_orphans()
        if GRADUATED not in self.stages:
            stages.append(Stage(name=GRADUATED, label=self._label(GRADUATED), terminal=True))
        return Curriculum(
            name=document["curriculum_name"],
            version=document["curriculum_version"],
            schema_version=self.schema_version,
            schema_name=document["curriculum_schema_name"],
            description=document.get("curriculum_description", ""),
            task=self.task,
            stages=tuple(stages),
            on_missing=on_missing,
            metrics=(*declared, *_unchecked(stages, declared)) if self.metrics is None else self.metrics,
            findings=tuple(self.findings),
            text=text,
        )

    def wrong(
        self,
        kind: str,
        sentence: str,
        *,
        stage: str = "",
        rule: int | None = None,
        parameter: str = "",
        severity: Severity = Severity.ERROR,
        witness: Any = None,
    ) -> None:
        finding = Finding(
            kind=kind,
            severity=severity,
            sentence=sentence,
            stage=stage,
            rule=rule,
            parameter=parameter,
            witness=witness,
        )
        self.findings.append(finding)

    def near(self, name: str, known: tuple[str, ...]) -> str:
        """Offer the nearest name; after 200 slips in one document nobody is helped, and it takes time."""
        self.suggestions -= 1
        return did_you_mean(name, known) if self.suggestions >= 0 else ""

    # ---- the document as a whole ----

    def _check_names(self) -> None:
        name, version = self.document["curriculum_name"], self.document["curriculum_version"]
        for what, text, longest in (("name", name, MAX_NAME), ("version", version, MAX_VERSION)):
            for fault in faults_of_name(text, longest):
                self.wrong("unsafe-name", f"the {what} {quoted(text)} {fault}")
        if "@" in version:
            self.wrong(
                "unsafe-name",
                f"the version {quoted(version)} holds '@', which stands between name and version",
            )
        identity = file_identity(self.source)
        inside = (name, version, self.schema_version)
        if identity:
            for what, said, found in zip(("name", "version", "schema version"), identity, inside, strict=True):
                if said != found:
                    self.wrong(
                        "file-name",
                        f"the {what} is {quoted(found)}, but the file is named for {quoted(said)}; "
                        "today's readers refuse the two to differ",
                    )

    def _check_schema(self) -> None:
        name = self.document["curriculum_schema_name"]
        if self.schema_version not in SCHEMA_VERSIONS:
            self.wrong(
                "schema-version",
                f"no schema version {quoted(self.schema_version)} is known (the versions are "
                f"{listed(SCHEMA_VERSIONS)}): nobody knows what its rules mean, so mice stay where they are",
            )
        if self.task is None:
            known = tuple(self.tasks)
            self.wrong(
                "unknown-task",
                f"no task {quoted(name)} is known (the tasks are {listed(known)}); install the package that "
                f"brings it, or correct 'curriculum_schema_name'{self.near(name, known)}",
            )
        elif self.today and name not in _BUILT_IN:
            self.wrong(
                "unknown-task",
                f"schema 1.0 has no task {quoted(name)}, and today's readers refuse it; write it as schema 2.0",
            )

    def _on_missing(self) -> OnMissing:
        value = self.document.get("on_missing", "false")
        choices: tuple[OnMissing, ...] = get_args(OnMissing)
        if value in choices:
            return choices[choices.index(value)]
        # Whoever wrote the key wanted something else than the default; the careful reading is the likelier
        # one.
        self.wrong(
            "on-missing",
            f"'on_missing' must be 'false' or 'stay', found {shown(value)}; it is read as 'stay'",
        )
        return "stay"

    def _declared(self) -> tuple[Metric, ...]:
        taken = tuple(metric.name for metric in self.task.metrics) if self.task else ()
        metrics, wrong = read_metrics(self.document.get("metrics", []), taken)
        for name, sentence in wrong:
            self.wrong("metric", sentence, parameter=name)
        return metrics

    # ---- stages ----

    def _label(self, name: str) -> str:
        if not self.today:
            return name
        # A key that is spelled like a NAME must not pass for the stage of that NAME.
        return STAGE_LABELS.get(name, quoted(name) if name in STAGE_LABELS.values() else name)

    def _check_stage_name(self, name: str) -> None:
        if self.today:
            if name not in STAGE_LABELS:
                near = self.near(name, tuple(STAGE_LABELS))
                self.wrong(
                    "stage-name",
                    f"schema 1.0 has no stage {quoted(name)} (its stages are {listed(STAGE_LABELS)}){near}",
                    stage=name,
                )
            return
        for fault in faults_of_name(name, as_file=False):
            self.wrong("stage-name", f"the stage name {quoted(name)} {fault}", stage=name)

    def _check_first_stage(self) -> None:
        first = next(iter(self.stages))
        if first == GRADUATED:
            self.wrong(
                "first-stage",
                "the first stage listed is where mice begin, and this is Graduated",
                stage=first,
            )

    def _check_parameters(self, stage: str) -> None:
        parameters = self.stages[stage]
        said = parameters.get("training_stage", stage)
        # Graduated holds a copy of the final stage, whose name it still carries.
        allowed = (stage, *self.stages) if stage == GRADUATED else (stage,)
        if said not in allowed:
            self.wrong(
                "training-stage",
                f"'training_stage' is {shown(said)}, but the parameters stand under {quoted(stage)}; "
                "rigs would show the wrong stage",
                stage=stage,
                parameter="training_stage",
            )
        if self.task is None:
            return
        _, faults = self.task.read(parameters, stage=None if self.today else stage)
        for fault in faults:
            self.wrong(fault.kind, fault.sentence, stage=stage, parameter=fault.parameter)

    def _stage(self, name: str) -> Stage:
        parameters = MappingProxyType(self.stages[name])
        label = self._label(name)
        if name == GRADUATED:
            self._check_graduated()
            return Stage(name=name, label=label, parameters=parameters, terminal=True)
        if name not in self.transitions:
            ends = self.schema_version == FREE
            then = "mice that reach it stay" if ends else "add one, with an empty list of rules if mice stay"
            self.wrong(
                "no-rules",
                f"'curriculum' has no entry for this stage: {then}",
                stage=name,
                severity=Severity.WARNING if ends else Severity.ERROR,
            )
            return Stage(name=name, label=label, parameters=parameters, terminal=ends, broken=not ends)
        self._check_from_stage(name)
        rules = tuple(
            self._rule(name, place, rule)
            for place, rule in enumerate(self.transitions[name]["transition_rules"], start=1)
        )
        broken = self.schema_version not in SCHEMA_VERSIONS or any(rule.broken for rule in rules)
        exhaustive = self._exhaustive(name)
        return Stage(name=name, label=label, parameters=parameters, rules=rules, broken=broken, exhaustive=exhaustive)

    def _check_graduated(self) -> None:
        if GRADUATED in self.transitions:
            self.wrong(
                "graduated-rules",
                "graduated mice stay, so the rules of Graduated are never tried; remove them",
                stage=GRADUATED,
                # Old and new readers decide alike with and without them.
                severity=Severity.WARNING,
            )

    def _check_from_stage(self, name: str) -> None:
        transitions = self.transitions[name]
        if "from_stage" not in transitions and not self.today:
            return
        said = transitions.get("from_stage")
        if said != name:
            self.wrong(
                "from-stage",
                f"'from_stage' is {shown(said)}, but the rules stand under {quoted(name)}; "
                "deciding goes by the key, so correct 'from_stage'",
                stage=name,
                witness={"from_stage": said, "key": name},
            )

    def _exhaustive(self, name: str) -> bool:
        value = self.transitions[name].get("exhaustive", False)
        if not isinstance(value, bool):
            self.wrong("exhaustive", f"'exhaustive' must be true or false, found {shown(value)}", stage=name)
        return value is True

    def _check_orphans(self) -> None:
        for name in self.transitions:
            if name not in self.stages:
                self.wrong(
                    "no-parameters",
                    "there are rules for this stage, but 'parameters' does not list it"
                    f"{self.near(name, tuple(self.stages))}",
                    stage=name,
                )

    # ---- rules ----

    def _rule(self, stage: str, place: int, rule: dict[str, Any]) -> Rule:
        wrong = partial(self.wrong, stage=stage, rule=place)
        before = len(self.findings)
        decision = self._decision(rule, wrong)
        to_stage = self._to_stage(rule, wrong)
        text, condition = self._condition(rule, wrong)
        broken = len(self.findings) > before
        description = rule.get("condition_description", "")
        if not isinstance(description, str):
            wrong("condition", f"'condition_description' must be a text, found {shown(description)}")
            description = ""
        return Rule(
            decision=decision,
            to_stage=to_stage,
            condition_text=text,
            condition=condition,
            description=description,
            broken=broken,
        )

    def _decision(self, rule: dict[str, Any], wrong: Wrong) -> Decision | None:
        value = rule.get("decision")
        if isinstance(value, str) and value in _DECISIONS:
            return _DECISIONS[value]
        near = self.near(value, tuple(_DECISIONS)) if isinstance(value, str) else ""
        wrong("decision", f"'decision' must be {' or '.join(map(repr, _DECISIONS))}, found {shown(value)}{near}")
        return None

    def _to_stage(self, rule: dict[str, Any], wrong: Wrong) -> str:
        value = rule.get("to_stage")
        if not isinstance(value, str):
            wrong("to-stage", f"'to_stage' must name a stage, found {shown(value)}")
            return ""
        known = tuple(dict.fromkeys((*self.stages, GRADUATED)))
        if value not in known:
            near = self.near(value, known)
            wrong("to-stage", f"no stage is called {quoted(value)} (the stages are {listed(known)}){near}")
        return value

    def _condition(self, rule: dict[str, Any], wrong: Wrong) -> tuple[str, Condition | None]:
        text = rule.get("condition")
        if not isinstance(text, str):
            wrong("condition", f"'condition' must be a text, 'lambda metrics: …', found {shown(text)}")
            return "", None
        names = None if self.metrics is None else tuple(metric.name for metric in self.metrics)
        condition, problems = (_parsed if len(text) <= _REMEMBERED else _parsed.__wrapped__)(text, names)
        for problem in problems:
            wrong("condition", problem)
        return text, condition


# A draft is read after every edit of it, and most of its conditions are those that were read before.
@lru_cache(maxsize=1_024)
def _parsed(text: str, names: tuple[str, ...] | None) -> tuple[Condition | None, tuple[str, ...]]:
    """Understand a condition; nothing but its text and the names of the metrics decides what comes out."""
    metrics = None if names is None else [Metric(name=name, title=name) for name in names]
    try:
        return parse(text, metrics), ()
    except ConditionError as error:
        return None, tuple(str(problem) for problem in error.problems)


def _unchecked(stages: Iterable[Stage], declared: tuple[Metric, ...]) -> tuple[Metric, ...]:
    """Name the metrics that conditions speak of, where no task says which there are."""
    conditions = [rule.condition for stage in stages for rule in stage.rules if rule.condition is not None]
    names = {name for condition in conditions for name in metrics_of(condition)}
    known = {metric.name for metric in declared}
    return tuple(Metric(name=name, title=name.replace("_", " ")) for name in sorted(names - known))
