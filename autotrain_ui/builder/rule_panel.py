"""The panel of one rule: where it leads, what it decides, its condition, and what its author says of it."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from autotrain_core.editing import ChangeRule, DeclareMetric
from autotrain_core.models import Decision, Rule
from autotrain_core.rules import Condition
from autotrain_ui import words
from autotrain_ui.builder import graph
from autotrain_ui.builder.desk import Desk, act
from autotrain_ui.builder.fields import said, shows
from autotrain_ui.builder.rule_editor import rule_editor
from autotrain_ui.builder.rule_stale import stale_numbers, stale_words, with_numbers
from autotrain_ui.builder.sensitivity import sensitivity_panel
from autotrain_ui.canvas import Select
from autotrain_ui.frame import Here

_DECISIONS = {
    Decision.PROGRESS.value: "▲ progress",
    Decision.ROLLBACK.value: "▼ rollback",
    Decision.STAY.value: "● stay",
}


def rule_panel(here: Here, desk: Desk, stage: str, number: int) -> None:
    """
    Draw it.

    Args:
        here: Where the page is.
        desk: The draft.
        stage: Where the rule is tried.
        number: Its place there, from 0.
    """
    curriculum = desk.curriculum
    rule = curriculum.stage(stage).rules[number]
    rules = len(curriculum.stage(stage).rules)
    _head(here, desk, stage, number, rules)

    def key(field: str) -> str:
        return f"builder-{desk.identity}-{stage}-rule{number}-{field}"

    def change(**parts: str) -> None:
        act(here, desk, Desk.do, ChangeRule(stage, number, **parts))  # type: ignore[arg-type]

    names = [each.name for each in curriculum.stages]
    left, right = st.columns(2)
    to = shows(key("to"), rule.to_stage)
    left.selectbox(
        "Leads to",
        names if rule.to_stage in names else [rule.to_stage, *names],
        key=to,
        on_change=lambda: change(to_stage=said(to)),
    )
    decided = rule.decision.value if rule.decision else ""
    decision = shows(key("decision"), decided)
    right.selectbox(
        "Decision",
        list(_DECISIONS) if decided else ["", *_DECISIONS],
        key=decision,
        format_func=lambda value: _DECISIONS.get(value, "none that is known"),
        on_change=lambda: change(decision=said(decision)),
        help="Follows the order of the stages by itself; choose another one where you mean it.",
    )
    rule_editor(
        key("condition"),
        rule.condition_text,
        curriculum=curriculum,
        stage=stage,
        lab=here.lab,
        store=here.store,
        on_change=lambda text: change(condition=text),
        on_declare=lambda metric: act(here, desk, Desk.do, DeclareMetric(metric)),
        based_on=desk.draft.based_on,
        disabled=desk.is_review_only,
        note=lambda: _note(key, rule, change),
    )
    sensitivity_panel(here, desk, stage, number)


def _note(key: Callable[[str], str], rule: Rule, change: Callable[..., None]) -> None:
    """Draw what its author says of it, and which number in it the condition has not any more."""
    note = shows(key("note"), rule.description)
    st.text_area(
        "What you say of it",
        key=note,
        on_change=lambda: change(description=said(note)),
        placeholder="Why this rule is as it is. Its words above are made from the condition.",
        height=68,
    )
    # What the condition was when these words were first seen beside it: undo leads back to that, too.
    known: dict[str, Condition] = st.session_state.setdefault(key("words-of"), {})
    if rule.condition is None or not rule.description:
        return
    stale = stale_numbers(rule.description, known.setdefault(rule.description, rule.condition), rule.condition)
    if not stale:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(f":orange[:material/warning:] {words.as_text(stale_words(stale))}", width="content")
        replaced = with_numbers(rule.description, stale)
        if replaced != rule.description:
            asked = [f"{old} by {new}" for old, new in stale.items() if new]
            st.button(
                f"Replace {' and '.join(asked)}",
                key=key("replace"),
                type="tertiary",
                icon=":material/find_replace:",
                on_click=partial(change, description=replaced),
            )


def _head(here: Here, desk: Desk, stage: str, number: int, rules: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="builder-rule-head"):
        st.button(
            words.as_text(stage),
            key="builder-rule-stage",
            icon=":material/arrow_back:",
            type="tertiary",
            help="The stage that this rule belongs to.",
            on_click=partial(desk.choose, Select(node=stage)),
        )
        st.subheader(f"Rule {number + 1} of {rules}")
        for title, sign, by in (("Earlier", "↑", -1), ("Later", "↓", 1)):
            st.button(
                sign,
                key=f"builder-rule-{title}",
                type="tertiary",
                help=f"Have it tried {title.lower()}.",
                disabled=not 0 <= number + by < rules,
                on_click=partial(act, here, desk, graph.move_rule, stage, number, number + by),
            )
        st.button(
            "Delete",
            key="builder-rule-delete",
            icon=":material/delete:",
            type="tertiary",
            help="Undo brings it back.",
            on_click=partial(act, here, desk, graph.remove_rule, stage, number),
        )
