"""
The editor of one rule: its condition as blocks or as text, what it says in plain words, and what it would have done.

Blocks and text are two views of one condition. What is not changed in blocks stays written as it was, letter by letter.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from autotrain_core.errors import Problem
from autotrain_core.models import Curriculum
from autotrain_core.rules import RESERVED, Metric, to_words
from autotrain_core.services import LabView
from autotrain_core.store import Store
from autotrain_ui import words
from autotrain_ui.builder.rule_blocks import Editor
from autotrain_ui.builder.rule_changes import OnChange, RuleView, change_text, view_of
from autotrain_ui.builder.rule_context import RuleContext, rule_context
from autotrain_ui.builder.rule_previews import rule_preview

BLOCKS, TEXT = "Blocks", "Text"
_HINTS = (
    ("metrics.finished_trials[-1] >= 200", "of this session"),
    ("np.mean(metrics.foraging_efficiency[-5:]) >= 0.7", "mean of the last five"),
    ("all(x >= 300 for x in metrics.at_stage.finished_trials[-3:])", "each of the last three at this stage"),
    (f"metrics.{RESERVED[1]} >= 2", "two sessions at this stage"),
)


def rule_editor(
    key: str,
    text: str,
    *,
    curriculum: Curriculum,
    stage: str,
    lab: LabView,
    store: Store | None = None,
    on_change: Callable[[str], None],
    on_declare: Callable[[Metric], None],
    based_on: str = "",
    disabled: bool = False,
    preview: bool = True,
    note: Callable[[], None] | None = None,
) -> None:
    """
    Draw the editor of a rule.

    Args:
        key: Of this rule among all that are on the page, and the same from run to run.
        text: The condition, as the document has it.
        curriculum: The draft, as it was read.
        stage: The stage that the rule belongs to, as the document names it.
        lab: Whose sessions are asked.
        store: Where it lies: then every column of numbers of the session table is offered.
        on_change: Is told a new text, from the callback of a widget; what it does with it is shown in the next run.
        on_declare: Is told before, for each metric that the document has to declare for that text.
        based_on: "Name@Version" that the draft was started from; see `rule_context`.
        disabled: Whether the person may only look.
        preview: Whether to show what the rule would have done.
        note: Draws what belongs between the condition and that; nothing where None.
    """
    context = rule_context(lab, curriculum, stage=stage, store=store, based_on=based_on)

    def told(changed: str, declared: tuple[Metric, ...]) -> None:
        for metric in declared:
            on_declare(metric)
        on_change(changed)

    st.html(f"<style>{_style()}</style>")
    view = view_of(key, text, context)
    with st.container(key=f"{key}-at-rule", gap="small"):
        _say(view, context)
        way = st.segmented_control(
            "View of the condition",
            (BLOCKS, TEXT),
            default=BLOCKS,
            key=f"{key}:view-as",
            required=True,
            label_visibility="collapsed",
        )
        if way == TEXT:
            _as_text(key, view, context, told, disabled=disabled)
        elif view.blocks is None:
            st.caption("This text cannot be read, so there are no blocks to show. Mend it under Text.")
        else:
            Editor(key, view, context, told, disabled=disabled).draw()
        _problems(view)
        if note is not None:
            note()
        if preview and view.condition is not None:
            with st.expander("What it would have done", expanded=True):
                rule_preview(key, view.condition, context)


@st.cache_data(show_spinner=False)
def _style() -> str:
    return Path(__file__).with_name("rule_editor.css").read_text(encoding="utf-8")


def _say(view: RuleView, context: RuleContext) -> None:
    """Say the condition in plain words."""
    if view.condition is not None:
        said = to_words(view.condition, context.metrics)
        st.html(f'<p class="at-rule-words">Holds when {words.as_html(said)}.</p>')


def _as_text(key: str, view: RuleView, context: RuleContext, on_change: OnChange, *, disabled: bool) -> None:
    name = f"{key}:{view.generation}:text"
    lines = min(max(view.text.count("\n") + 2, 4), 16)
    with st.container(key=f"{key}-at-text"):
        st.text_area(
            "Condition as text",
            value=view.text,
            key=name,
            height=lines * 24,
            on_change=partial(change_text, name, view, context, on_change),
            disabled=disabled,
            label_visibility="collapsed",
        )
    with (
        st.container(key=f"{key}-at-help"),
        st.popover("How to write it", icon=":material/help:", type="tertiary"),
    ):
        rows = "".join(f"<tr><td><code>{words.as_html(each)}</code></td><td>{said}</td></tr>" for each, said in _HINTS)
        names = ", ".join(words.as_html(metric.name) for metric in context.metrics)
        st.html(
            f'<table class="at-hints">{rows}</table><p>Join with <code>and</code>, <code>or</code>, <code>not</code>, '
            "and brackets. In short <code>finished_trials &gt;= 200</code> will do, which is written out for you as "
            f"<code>lambda metrics: metrics.finished_trials[-1] &gt;= 200</code>. The metrics are {names}.</p>"
        )


def _problems(view: RuleView) -> None:
    if not view.problems:
        return
    lead = "Not taken over yet: " if view.unfinished else ""
    st.error(
        "\n\n".join(f"{lead}{words.as_text(_sentence(problem))}" for problem in view.problems),
        icon=":material/error:",
    )
    for problem in view.problems:
        if problem.text.strip():
            st.code(str(problem).partition("\n")[2], language=None)


def _sentence(problem: Problem) -> str:
    """Say what is wrong; what to write instead stands below the place, where there is one."""
    if problem.text.strip():
        return f"line {problem.line}, column {problem.column}: {problem.message}."
    return f"{problem.message}{f' ({problem.remedy})' if problem.remedy else ''}."
