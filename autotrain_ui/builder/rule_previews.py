"""What a rule would say: over the whole lab, of one mouse, or of a history that somebody types."""

import re
from collections.abc import Iterable

import streamlit as st

from autotrain_core import services
from autotrain_core.errors import AutotrainError
from autotrain_core.rules import Condition, Metric, metrics_of
from autotrain_core.services import Clause, Fired, RulePreview
from autotrain_ui import words
from autotrain_ui.builder.rule_context import NO_SESSIONS, RuleContext
from autotrain_ui.builder.rule_numbers import label_of

_WAYS = ("Whole lab", "One mouse", "Typed history")
_VERDICTS = {True: ("✓", "holds"), False: ("✗", "does not hold"), None: ("?", "open")}
_JOINTS = {"all": "all of these", "any": "at least one of these", "not": "not this"}
_SIGNS = {">=": "≥", "<=": "≤", "==": "=", "!=": "≠", ">": ">", "<": "<"}
_SHOWN = 60
"""Sessions of a mouse that are drawn one by one."""


def rule_preview(key: str, condition: Condition, context: RuleContext) -> None:
    """Draw the panel."""
    way = st.segmented_control(
        "What the rule is asked of",
        _WAYS,
        default=_WAYS[0],
        key=f"{key}:way",
        required=True,
        label_visibility="collapsed",
    )
    if way != _WAYS[2] and not len(context.lab.sessions):
        st.caption(f"{NO_SESSIONS}. A history can be typed all the same.")
        return
    try:
        if way == _WAYS[1]:
            _of_mouse(key, condition, context)
        elif way == _WAYS[2]:
            _of_history(key, condition, context)
        else:
            _of_lab(condition, context)
    except AutotrainError as error:
        st.caption(words.as_text(error))


def _of_lab(condition: Condition, context: RuleContext) -> None:
    found = services.preview_on_lab(
        context.lab,
        condition,
        context.metrics,
        stage=context.stage,
        curriculum_name=context.curriculum_name,
        on_missing=context.on_missing,
        further=context.further(metrics_of(condition)),
    )
    lines = [f"Would have held in {_fired(found.everywhere)}."]
    if found.at_stage is not None and found.at_stage.sessions:
        lines.append(
            f"At {words.as_html(f'{context.stage_title} of {context.curriculum_name}')}: {_fired(found.at_stage)}."
        )
    elif found.at_stage is not None:
        lines.append(f"No session of {words.as_html(context.curriculum_name)} was run at this stage yet.")
    st.html("".join(f'<p class="at-preview">{line}</p>' for line in lines))


def _fired(fired: Fired) -> str:
    """Say a count: "212 of 3,522 sessions (6 %), of 40 of 96 mice"."""
    if not fired.sessions:
        return "no session, for there is none"
    share = f" ({fired.holds / fired.sessions:.0%})"
    open_ = f"; a missing value leaves {words.count(fired.open, 'session')} open" if fired.open else ""
    return (
        f"<b>{fired.holds:,} of {words.count(fired.sessions, 'session')}</b>{share}, "
        f"of {fired.mice:,} of {words.mice(fired.of_mice)}{open_}"
    )


def _of_mouse(key: str, condition: Condition, context: RuleContext) -> None:
    mice = [str(subject) for subject in context.lab.mice.index]
    chosen, numbered = st.columns([2, 1])
    subject = chosen.selectbox("Mouse", mice, key=f"{key}:mouse")
    own = [int(number) for number in context.lab.of(subject)["session"]]
    if not own:
        st.caption(f"Mouse {words.as_text(subject)} has no session yet.")
        return
    name = f"{key}:session:{subject}"
    session = numbered.selectbox("Session", own[::-1], key=name)
    found = services.preview_on_mouse(
        context.lab,
        condition,
        context.metrics,
        subject,
        session=session,
        on_missing=context.on_missing,
        further=context.further(metrics_of(condition)),
    )
    if not found.sessions:
        st.caption(f"Mouse {words.as_text(subject)} has no session that a rule can be asked of.")
        return
    st.html(strip_html(found) + clauses_html(found.clauses))
    if not found.clauses:
        st.caption("This session is none of its history, or nobody knows how long it had been at its stage.")


def _of_history(key: str, condition: Condition, context: RuleContext) -> None:
    st.caption("Values of each session, oldest first, this session last; a dash is a missing value.")
    values = {}
    for name in sorted(metrics_of(condition)):
        metric = context.metric(name)
        typed = st.text_input(label_of(metric), key=f"{key}:typed:{name}", placeholder=_example(metric, context))
        values[name], strange = read_history(typed)
        if re.search("[0-9],[0-9]", typed):
            st.caption(
                f"A comma parts values here: {words.count(len(values[name]), 'session')}. Fractions have a point."
            )
        if strange:
            st.caption(f"No number, so it counts as missing: {words.as_text(', '.join(strange))}")
    at_stage = st.number_input("Sessions at the stage, this one included", min_value=1, value=1, key=f"{key}:at-stage")
    if values and not any(values.values()):
        st.caption("Type some values above to see what the rule says of them.")
        return
    found = services.preview_on_history(
        condition, context.metrics, values, sessions_at_stage=at_stage, on_missing=context.on_missing
    )
    st.html(strip_html(found) + clauses_html(found.clauses))


def read_history(typed: str) -> tuple[list[float | None], list[str]]:
    """
    Read numbers that somebody typed or copied, apart by blanks, semicolons or commas.

    Returns:
        The numbers, None where a word stands for a missing one; and the words that are neither.
    """
    values: list[float | None] = []
    strange = []
    for word in re.split(r"[\s;,]+", typed.strip()):
        try:
            values.append(float(word))
        except ValueError:
            if word:
                values.append(None)
            if word.lower() not in {"", "-", "–", "nan", "na", "none", "?"}:
                strange.append(word[:20])
    return values, strange


def _example(metric: Metric, context: RuleContext) -> str:
    sketch = context.sketch(metric.name)
    middle = sketch.quantiles[1:4] if sketch is not None else ()
    return "such as " + ", ".join(f"{value:.0f}" if metric.integer else f"{value:.2g}" for value in middle or (1, 2, 3))


def strip_html(found: RulePreview) -> str:
    """Draw the sessions of a mouse in a row, each with a sign; say the same in words."""
    shown = found.sessions[-_SHOWN:]
    held = sum(each.holds is True for each in found.sessions)
    cells = []
    for each in shown:
        sign, verdict = _VERDICTS[each.holds]
        stage = f", {words.stage(each.stage)}" if each.stage else ""
        here = " at-here" if each.session == found.session else ""
        title = words.as_html(f"session {each.session}{stage}: {verdict}")
        cells.append(f'<span class="at-{verdict.split()[0]}{here}" title="{title}">{sign}</span>')
    left_out = len(found.sessions) - len(shown)
    before = f"<small>{left_out} before …</small> " if left_out else ""
    said = f"holds in {held} of {words.count(len(found.sessions), 'session')}"
    return (
        f'<div class="at-strip"><p>{said}</p><div role="img" aria-label="{said}">{before}{"".join(cells)}</div></div>'
    )


def clauses_html(clauses: Iterable[Clause]) -> str:
    """Write the lines of a condition at one session as a table; empty where there are none."""
    rows = "".join(map(_clause, clauses))
    if not rows:
        return ""
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("At this session", "Is", "Asked", "Margin"))
    return f'<table class="at-clauses"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'


def _clause(clause: Clause) -> str:
    sign, verdict = _VERDICTS[clause.holds]
    said = f"{_JOINTS[clause.joint]}:" if clause.joint else clause.words
    unit = f" {words.as_html(clause.unit)}" if clause.unit else ""
    was = asked = margin = ""
    if clause.sign:
        was = "missing" if clause.value is None else f"{_number(clause.value)}{unit}"
        asked = "missing" if clause.threshold is None else f"{_SIGNS[clause.sign]} {_number(clause.threshold)}{unit}"
        margin = words.MISSING if clause.margin is None else f"{clause.margin:+,.4g}{unit}".replace("-", "−")
    mark = f'<span class="at-{verdict.split()[0]}">{sign}</span>'
    return (
        f'<tr><th scope="row" class="at-depth-{min(clause.depth, 4)}">{mark}'
        f'<span class="at-verdict">{verdict}:</span> {words.as_html(said)}</th>'
        f"<td>{was}</td><td>{asked}</td><td>{margin}</td></tr>"
    )


def _number(value: float) -> str:
    return f"{value:,.6g}"
