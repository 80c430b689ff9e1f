"""The panel of one stage: its name and place, its rules in order, and a form of its settings made from the task."""

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from autotrain_core.editing import (
    MISSING,
    MoveStage,
    SetExhaustive,
    SetParameters,
    SetStageNote,
    free_names,
    rules_that_lead_to,
    text_of_value,
)
from autotrain_core.errors import EditError
from autotrain_core.models import GRADUATED, TODAY, Decision, Finding, Parameter, Rule, Stage
from autotrain_core.rules import to_words
from autotrain_ui import words
from autotrain_ui.builder import graph
from autotrain_ui.builder.desk import Desk, act
from autotrain_ui.builder.fields import (
    choose_in,
    kept_choice,
    reason,
    refuse,
    said,
    shows,
    shows_typed,
    take,
    value_typed,
)
from autotrain_ui.canvas import Select
from autotrain_ui.frame import Here
from autotrain_ui.sheet import alike

_SIGNS = {Decision.PROGRESS: "▲", Decision.ROLLBACK: "▼", Decision.STAY: "●"}
_METADATA = ("training_stage", "description", "task_url", "task_schema_version")
_OTHERS = "Task"
_DIFFERENT = "What differs"


def stage_panel(here: Here, desk: Desk, name: str) -> None:
    """Draw it."""
    curriculum = desk.curriculum
    stage = curriculum.stage(name)
    place = curriculum.stages.index(stage)
    _name(here, desk, stage, place)
    if stage.terminal:
        st.caption("Mice that reach it stay: training ends here. It has no rules, and runs what the final stage runs.")
        return
    note = shows(_key(desk, name, "note"), str(stage.parameters.get("description", "")))
    st.text_area(
        "What this stage is for",
        key=note,
        on_change=partial(act, here, desk, _note, name, note),
        height=68,
    )
    _rules(here, desk, stage)
    _settings(here, desk, stage, place)


def _key(desk: Desk, stage: str, field: str) -> str:
    return f"builder-{desk.identity}-{stage}-{field}"


# ---- name and place ----


def _name(here: Here, desk: Desk, stage: Stage, place: int) -> None:
    name, document = stage.name, desk.draft.document
    st.subheader(words.as_text(name))
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="builder-stage-head"):
        if not stage.terminal:
            st.button(
                "Earlier",
                key="builder-stage-earlier",
                icon=":material/arrow_upward:",
                type="tertiary",
                disabled=place == 0,
                on_click=partial(act, here, desk, Desk.do, MoveStage(name, max(place - 1, 0))),
            )
            st.button(
                "Later",
                key="builder-stage-later",
                icon=":material/arrow_downward:",
                type="tertiary",
                disabled=place >= len(document["parameters"]) - 1,
                on_click=partial(act, here, desk, Desk.do, MoveStage(name, place + 1)),
            )
            st.button(
                "Duplicate",
                key="builder-stage-copy",
                icon=":material/content_copy:",
                type="tertiary",
                on_click=partial(act, here, desk, graph.duplicate, name),
            )
        leading = len([one for one in rules_that_lead_to(document, name) if one[0] != name])
        also = f", its rules, and {words.count(leading, 'rule')} that lead{'s' if leading == 1 else ''} to it"
        if name in document["parameters"]:
            st.button(
                "Delete",
                key="builder-stage-delete",
                icon=":material/delete:",
                type="tertiary",
                help=f"Removes the stage{also if leading else ' and its rules'}. Undo brings it back.",
                on_click=partial(act, here, desk, graph.remove_stage, name),
            )
    if stage.terminal:
        return
    key = shows(_key(desk, name, "name"), name)
    if document["curriculum_schema_version"] == TODAY:
        offered = list(dict.fromkeys([name, *(free for free in free_names(document) if free != GRADUATED)]))
        st.selectbox(
            "Name",
            offered,
            key=key,
            on_change=partial(act, here, desk, _rename, name, key),
            help="Schema 1.0 has these stages only; 2.0 takes any name.",
        )
    else:
        st.text_input("Name", key=key, on_change=partial(act, here, desk, _rename, name, key), max_chars=120)


def _rename(desk: Desk, name: str, widget: str) -> None:
    to = str(said(widget)).strip()
    if to != name:
        graph.rename_stage(desk, name, to)


def _note(desk: Desk, name: str, widget: str) -> None:
    desk.do(SetStageNote(name, said(widget)))


# ---- rules ----


def _rules(here: Here, desk: Desk, stage: Stage) -> None:
    st.markdown("**Rules**, tried in this order; the first that holds decides")
    if not stage.rules:
        st.caption("None yet: mice that reach this stage stay in it. Draw an arrow from it, or add one here.")
    for number, rule in enumerate(stage.rules):
        _rule(here, desk, stage, number, rule)
    if stage.rules:
        _exhaustive(here, desk, stage)
    names = [each.name for each in desk.curriculum.stages]
    after = names[min(names.index(stage.name) + 1, len(names) - 1)]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        target = st.selectbox(
            "New rule to", names, index=names.index(after), key=_key(desk, stage.name, "to"), width=190
        )
        st.button(
            "Add rule",
            key="builder-stage-add-rule",
            icon=":material/add:",
            on_click=partial(act, here, desk, graph.add_rule, stage.name, target),
        )


def _exhaustive(here: Here, desk: Desk, stage: Stage) -> None:
    key = shows(_key(desk, stage.name, "exhaustive"), stage.exhaustive)
    st.checkbox(
        "Every history should be decided",
        key=key,
        on_change=partial(act, here, desk, _set_exhaustive, stage.name, key),
        help="Tick it where one of the rules is meant to hold whatever a mouse does. The checks then look for a "
        "history in which none holds, and show it. What mice run does not depend on it: where no rule holds, a mouse "
        "stays.",
    )


def _set_exhaustive(desk: Desk, stage: str, widget: str) -> None:
    desk.do(SetExhaustive(stage, said(widget)))


def _rule(here: Here, desk: Desk, stage: Stage, number: int, rule: Rule) -> None:
    sign = _SIGNS.get(rule.decision, "?") if rule.decision else "?"
    said = "cannot be read" if rule.condition is None else to_words(rule.condition, desk.curriculum.metrics)
    with st.container(horizontal=True, vertical_alignment="top", gap="xsmall", key=f"builder-rule-line-{number}"):
        st.button(
            words.as_text(f"{number + 1}. {sign} {rule.to_stage}: {said}"),
            key=f"builder-rule-open-{number}",
            type="tertiary",
            help="Edit this rule.",
            on_click=partial(desk.choose, Select(edge=graph.edge_id(stage.name, number))),
        )
        for way, title, by in (("up", "earlier", -1), ("down", "later", 1)):
            st.button(
                {"up": "↑", "down": "↓"}[way],
                key=f"builder-rule-{way}-{number}",
                type="tertiary",
                help=f"Have rule {number + 1} tried {title}.",
                disabled=not 0 <= number + by < len(stage.rules),
                on_click=partial(act, here, desk, _move, stage.name, number, by),
            )


def _move(desk: Desk, stage: str, rule: int, by: int) -> None:
    graph.move_rule(desk, stage, rule, rule + by)
    desk.choose(Select(node=stage))


# ---- settings ----


def open_group(desk: Desk, setting: str) -> None:
    """Have the group of a setting open when the form is drawn next; where nobody knows the setting, it stays."""
    task = desk.curriculum.task
    for field in task.fields if task else ():
        if field.name == setting:
            choose_in(_group_key(desk), field.group or _OTHERS)


def _group_key(desk: Desk) -> str:
    return f"builder-{desk.identity}-group"


def _settings(here: Here, desk: Desk, stage: Stage, place: int) -> None:
    """Draw the form of the settings, a group at a time, with what the stage before has."""
    task = desk.curriculum.task
    st.markdown("**Settings**")
    if task is None:
        st.caption("Nobody here knows this task, so its settings have no form. The table below shows them as they are.")
        return
    before = desk.curriculum.stages[place - 1] if place else None
    # What task it is, is a setting where there is a choice.
    fields = [field for field in task.fields if field.name not in _METADATA and (field.name != "task" or field.choices)]
    groups: dict[str, list[Parameter]] = defaultdict(list)
    for field in fields:
        groups[field.group or _OTHERS].append(field)
    differing = {field.name for field in fields if before is not None and _differs(stage, before, field)}
    counts = {name: sum(field.name in differing for field in mine) for name, mine in groups.items()}
    faults: dict[str, list[Finding]] = defaultdict(list)
    for finding in desk.curriculum.findings:
        if finding.stage == stage.name and finding.rule is None:
            faults[finding.parameter].append(finding)
    wrong = {name: sum(bool(faults[field.name]) for field in mine) for name, mine in groups.items()}
    offered = [*groups, *([_DIFFERENT] if before is not None else [])]
    shown, widget, keep = kept_choice(_group_key(desk), offered)
    st.pills(
        "Group of settings",
        offered,
        key=widget,
        on_change=keep,
        format_func=lambda name: _titled(name, counts.get(name, len(differing)), wrong.get(name, 0)),
        label_visibility="collapsed",
        required=True,
    )
    chosen = [field for field in fields if field.name in differing] if shown == _DIFFERENT else groups[shown]
    if not chosen:
        st.caption("Nothing: this stage runs what the stage before it runs.")
    for field in chosen:
        _field(here, desk, stage, before, field, faults[field.name])
    for finding in faults[""]:
        st.caption(f":red[:material/error: {words.as_text(finding.sentence)}]")


def _titled(name: str, differing: int, wrong: int) -> str:
    told = f" · {differing}" if differing else ""
    return words.as_text(f"{name}{told}") + (" :red[⚠]" if wrong else "")


def _differs(stage: Stage, before: Stage, field: Parameter) -> bool:
    """Compare as the table of all stages does: what is left out is its default."""
    default = MISSING if field.required else field.default
    return not alike(stage.parameters.get(field.name, default), before.parameters.get(field.name, default))


def _field(
    here: Here, desk: Desk, stage: Stage, before: Stage | None, field: Parameter, faults: Sequence[Finding]
) -> None:
    """Draw one setting: its widget, what the stage before has where that differs, and what is wrong with it."""
    missing = field.name not in stage.parameters
    value = stage.parameters.get(field.name, field.default)
    key = _key(desk, stage.name, field.name)
    label = f"{field.title} ({field.unit})" if field.unit else field.title
    told = f"{field.description} {field.expected[:1].upper()}{field.expected[1:]}. In documents: {field.name}."
    change = partial(_set, here, desk, stage.name, field, key)
    is_number = field.kind in ("integer", "number")
    with st.container(gap=None, key=f"{key}-{'number-' if is_number else ''}field"):
        _widget(field, value, key=key, label=words.as_text(label), told=words.as_text(told), change=change)
        if reason(key):
            st.caption(f":red[:material/error: {words.as_text(reason(key))}]")
        if missing:
            st.caption("Left out: the default stands.")
        if before is not None and _differs(stage, before, field):
            old = text_of_value(before.parameters[field.name], field) if field.name in before.parameters else "left out"
            told = f"{before.name}: {old or 'empty'}"
            st.caption(f":orange[:material/change_history:] {words.as_text(told)}")
        for finding in faults:
            st.caption(f":red[:material/error: {words.as_text(finding.sentence)}]")


def _widget(field: Parameter, value: Any, *, key: str, label: str, told: str, change: Any) -> None:
    match field.kind:
        case "boolean" if isinstance(value, bool):
            widget = shows(key, value)
            st.toggle(label, key=widget, help=told, on_change=change, args=(widget,))
        case "choice" if value in field.choices:
            widget, choices = shows(key, value), list(field.choices)
            st.selectbox(label, choices, key=widget, format_func=str, help=told, on_change=change, args=(widget,))
        case _:
            # Numbers too: a browser's field of numbers makes 65 of "0,65" without a word.
            widget, hint = shows_typed(key, text_of_value(value, field)), field.expected
            st.text_input(label, key=widget, placeholder=hint, help=told, on_change=change, args=(widget,))


def _set(here: Here, desk: Desk, stage: str, field: Parameter, key: str, widget: str) -> None:
    """Take what was typed; what cannot be read stays in its field, and changes nothing."""
    value = said(widget)
    if stage not in desk.draft.document["parameters"]:
        return  # it went while the field was still there to be typed into
    held = desk.curriculum.stage(stage).parameters.get(field.name, MISSING)
    if isinstance(value, str) and field.kind not in ("choice",):
        try:
            value = value_typed(field, value)
        except EditError as error:
            refuse(key, value, error, text_of_value(field.default if held is MISSING else held, field))
            return
        take(key)
        if _is_number(value) and _is_number(held) and value == held:
            return  # 6 for 6.0
    act(here, desk, Desk.do, SetParameters(((stage, field.name, value),)))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
