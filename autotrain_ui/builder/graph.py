"""The graph of a draft on the canvas, and what becomes of what people do there."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, assert_never

import streamlit as st

from autotrain_core import services
from autotrain_core.diagrams import short_words, stage_colours
from autotrain_core.editing import (
    AddRule,
    AddStage,
    DuplicateStage,
    ForgetPlaces,
    MoveRule,
    PlaceStage,
    RemoveRule,
    RemoveStage,
    RenameStage,
    free_names,
)
from autotrain_core.models import GRADUATED, TODAY, Curriculum, Finding, Rule, Severity, TrainingStage
from autotrain_core.rules import Metric, to_words
from autotrain_core.services import LabView
from autotrain_ui import canvas, words
from autotrain_ui.builder.desk import Desk
from autotrain_ui.frame import Here

HEIGHT = 600
NEVER = "lambda metrics:\n    metrics.session_at_current_stage >= 3"
"""What a new rule asks until its author says otherwise."""

_WEIGHT = {Severity.ERROR: 3, Severity.WARNING: 2, Severity.INFO: 1}
_NAMES: dict[Severity, canvas.Finding] = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "info",
}


def edge_id(stage: str, rule: int) -> str:
    """
    Name a rule on the canvas.

    Args:
        stage: Where it is tried.
        rule: Its place there, from 0.
    """
    return f"{rule}/{stage}"


def rule_of(edge: str) -> tuple[str, int]:
    """Say which rule is meant: stage, and place from 0."""
    place, _, stage = edge.partition("/")
    return stage, int(place)


def graph(here: Here, desk: Desk, findings: Sequence[Finding]) -> None:
    """Draw the graph, and take in what people do on it."""
    canvas.canvas(
        drawn(
            desk, findings, mice_at(here.lab, desk.curriculum, on=here.day), scheme_dark=(here.look.colours, here.dark)
        ),
        key=f"builder-canvas-{desk.identity}",
        on_event=lambda event: heard(here, desk, event),
        selected=desk.selected,
        height=HEIGHT,
    )


@st.cache_data(show_spinner=False, max_entries=8)
def _mice_at(version: str, on: date, name: str, _lab: LabView) -> dict[str, int]:  # noqa: ARG001 - the lab has a version
    mice = _lab.mice[services.in_training(_lab, on=on) & (_lab.mice["curriculum_name"] == name).to_numpy(dtype=bool)]
    return {str(stage): int(number) for stage, number in mice["following"].value_counts().items()}


def mice_at(lab: LabView, curriculum: Curriculum, *, on: date) -> Mapping[str, int]:
    """Count the mice in training that run each stage next, by label: those that follow any version of the name."""
    return _mice_at(lab.version, on, curriculum.name, lab)


def drawn(
    desk: Desk, findings: Sequence[Finding], mice: Mapping[str, int], *, scheme_dark: tuple[str, bool]
) -> canvas.Graph:
    """Give what the canvas draws."""
    curriculum = desk.curriculum
    colours = stage_colours(
        [stage.label for stage in curriculum.stages],
        scheme="classic" if scheme_dark[0] == "classic" else "even",
        dark=scheme_dark[1],
    )
    of_stage: dict[str, list[Finding]] = defaultdict(list)
    of_rule: dict[tuple[str, int], list[Finding]] = defaultdict(list)
    for finding in findings:
        of_stage[finding.stage].append(finding)
        if finding.rule is not None:
            of_rule[finding.stage, finding.rule - 1].append(finding)
    known = {stage.name for stage in curriculum.stages}
    return canvas.Graph(
        nodes=tuple(
            canvas.Node(
                id=stage.name,
                lines=(stage.name,),
                fill=colours[stage.label].fill,
                text=colours[stage.label].text,
                edge=colours[stage.label].edge,
                badges=(words.mice(mice[stage.label]),) if mice.get(stage.label) else (),
                finding=_worst(of_stage[stage.name]),
                remark="\n".join(finding.sentence for finding in of_stage[stage.name][:4]),
                first=place == 0,
                terminal=stage.terminal,
            )
            for place, stage in enumerate(curriculum.stages)
        ),
        edges=tuple(
            canvas.Edge(
                id=edge_id(stage.name, place),
                source=stage.name,
                target=rule.to_stage,
                number=place + 1,
                decision=rule.decision,
                words=_short(rule, curriculum.metrics),
                tooltip=f"Rule {place + 1}: {_said(rule, curriculum.metrics)}",
                finding=_worst(of_rule[stage.name, place]),
            )
            for stage in curriculum.stages
            for place, rule in enumerate(stage.rules)
            if rule.to_stage in known
        ),
        places=desk.places(),
        title=f"Stages and rules of {desk.draft.title}",
        editable=not desk.is_review_only and desk.conflict is None,
        names=free_names(desk.draft.document) if curriculum.schema_version == TODAY else (),
        arrangeable=bool(desk.draft.places),
    )


def _worst(findings: Sequence[Finding]) -> canvas.Finding | None:
    worst = max(findings, key=lambda finding: _WEIGHT[finding.severity], default=None)
    return None if worst is None else _NAMES[worst.severity]


# Of a hundred rules one was edited: the others are not put into words again.
@lru_cache(maxsize=2_000)
def _short(rule: Rule, metrics: tuple[Metric, ...]) -> tuple[str, ...]:
    return () if rule.condition is None else short_words(rule.condition, metrics)


@lru_cache(maxsize=2_000)
def _said(rule: Rule, metrics: tuple[Metric, ...]) -> str:
    when = "its condition cannot be read" if rule.condition is None else to_words(rule.condition, metrics)
    decision = rule.decision.name.lower() if rule.decision else "?"
    note = f"\n{rule.description}" if rule.description.strip() else ""
    return f"{decision} to {rule.to_stage} if {when}{note}"


def heard(here: Here, desk: Desk, event: canvas.Event) -> None:
    """Do what somebody did on the canvas; what cannot be done is said."""
    _act(desk, event)
    desk.save(here.store, here.actor)


def _act(desk: Desk, event: canvas.Event) -> None:
    match event:
        case canvas.Select():
            desk.selected = event
        case canvas.Move(node=node, x=x, y=y):
            desk.do(PlaceStage(node, x, y), coalesce=True)
        case canvas.Connect(source=source, target=target):
            add_rule(desk, source, target)
        case canvas.Add(x=x, y=y, after=after):
            add_stage(desk, after=after, at=(x, y))
        case canvas.Duplicate(node=node):
            duplicate(desk, node)
        case canvas.Rename(node=node, to=to):
            if desk.do(RenameStage(node, to)):
                desk.selected = canvas.Select(node=to)
        case canvas.Delete(node=str(node)):
            remove_stage(desk, node)
        case canvas.Delete(edge=str(edge)):
            remove_rule(desk, *rule_of(edge))
        case canvas.Prioritise(edge=edge, by=by):
            stage, place = rule_of(edge)
            move_rule(desk, stage, place, place + by)
        case canvas.Arrange():
            desk.do(ForgetPlaces())
        case canvas.Undo():
            desk.undo()
        case canvas.Redo():
            desk.redo()
        case canvas.Delete():
            pass
        case _:
            assert_never(event)


def add_rule(desk: Desk, source: str, target: str) -> None:
    """Add a rule, as the last of its stage, and choose it."""
    before = len(_rules(desk, source))
    if desk.do(AddRule(source, target, None, NEVER)):
        desk.selected = canvas.Select(edge=edge_id(source, before))


def add_stage(
    desk: Desk,
    *,
    after: str | None = None,
    name: str = "",
    like: str | None = None,
    at: tuple[float, float] | None = None,
) -> None:
    """Add a stage behind another one, else before the end, with the settings of its neighbour; and choose it."""
    document = desk.draft.document
    stages = [stage for stage in document["parameters"] if stage != GRADUATED]
    behind = after if after in stages else (stages[-1] if stages else None)
    called = name or _name_after(document, behind)
    if called == GRADUATED:
        behind = None
    placed = [] if at is None else [PlaceStage(called, *at)]
    if desk.do_together(AddStage(called, after=behind, like=like or behind), *placed):
        desk.selected = canvas.Select(node=called)


def _name_after(document: Mapping[str, Any], stage: str | None) -> str:
    """Propose a name for a stage behind another one: the next that is free, else the first, else none."""
    free = free_names(document)
    order = [known.value for known in TrainingStage]
    later = order[order.index(stage) + 1 :] if stage in order else order
    return next((name for name in free if name in later), free[0] if free else "")


def duplicate(desk: Desk, stage: str) -> None:
    """Put a copy of a stage behind it, and choose it."""
    document = desk.draft.document
    copies = (f"{stage} copy", *(f"{stage} copy {number}" for number in range(2, 200)))
    is_today = document["curriculum_schema_version"] == TODAY
    called = _name_after(document, stage) if is_today else next(c for c in copies if c not in document["parameters"])
    if desk.do(DuplicateStage(stage, called)):
        desk.selected = canvas.Select(node=called)


def remove_stage(desk: Desk, stage: str) -> None:
    """Remove a stage, its rules and those that lead to it."""
    if desk.do(RemoveStage(stage)):
        desk.selected = canvas.Select()


def remove_rule(desk: Desk, stage: str, rule: int) -> None:
    """Remove a rule, and choose its stage."""
    if desk.do(RemoveRule(stage, rule)):
        desk.selected = canvas.Select(node=stage)


def move_rule(desk: Desk, stage: str, rule: int, place: int) -> None:
    """Have a rule tried earlier or later; at the ends it stays where it is."""
    last = len(_rules(desk, stage)) - 1
    to = min(max(place, 0), last)
    if to != rule and desk.do(MoveRule(stage, rule, to)):
        desk.selected = canvas.Select(edge=edge_id(stage, to))


def _rules(desk: Desk, stage: str) -> Sequence[object]:
    rules: Sequence[object] = desk.draft.document["curriculum"].get(stage, {}).get("transition_rules", ())
    return rules
