"""
What became of a rule that is edited in blocks: the view that a person has of it, and each change made there.

The text of the rule is the truth, and the document holds it. Blocks are kept beside it only as long as they say the
same, or as long as they are not finished: a clause without a number is shown, but goes into no document.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

import streamlit as st

from autotrain_core.editing import (
    COUNTERS,
    Block,
    BlockPath,
    Clause,
    How,
    as_group,
    block_at,
    replace_block,
    to_blocks,
    to_condition,
)
from autotrain_core.errors import ConditionError, DocumentError, EditError, Problem
from autotrain_core.rules import Condition, Metric, parse, to_text
from autotrain_ui.builder.rule_context import RuleContext
from autotrain_ui.builder.rule_numbers import first_threshold, is_whole, neat, number_from_text, text_of_number
from autotrain_ui.builder.rule_plain import canonical, problems_of

OnChange = Callable[[str, tuple[Metric, ...]], None]
"""Is told the new text of a rule, and the metrics that the document has to declare for it."""

SLID, TYPED = "slid", "threshold"
"""What the slider of a threshold and the field beside it are called."""

NUMBERS = ("threshold", "last", "share")
"""What of a clause is typed as a number."""

_REDRAWN = ("metric", "how")
"""What lets other widgets of a line show something else."""

_USUAL = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """
    A rule as it is drawn.

    Attributes:
        text: As the document has it.
        condition: As it is understood; None where it cannot be read.
        blocks: The same as blocks; None where it cannot be read.
        problems: What is wrong with the text; or, where it is right, with blocks that are not finished.
        unfinished: Whether the blocks say something else than the text, because they are not finished.
        generation: Changes whenever widgets have to forget what they showed.
        slid: How often a threshold was slid: the fields beside the sliders are others then, and show it.
        typed: How often one was typed: so for the sliders. Two widgets that set each other's values would not do:
            whoever is quick would be set back by what the browser has not heard yet.
    """

    text: str
    condition: Condition | None
    blocks: Block | None
    problems: tuple[Problem, ...] = ()
    unfinished: bool = False
    generation: int = 0
    slid: int = 0
    typed: int = 0


def view_of(key: str, text: str, context: RuleContext) -> RuleView:
    """Look at a rule: as it was left where its text is still the same, else afresh."""
    known: RuleView | None = st.session_state.get(_place(key))
    generation = 0 if known is None else known.generation + 1
    try:
        condition = parse(text, context.metrics)
    except ConditionError as error:
        problems = problems_of(text, context.metrics) or error.problems
        view = RuleView(text=text, condition=None, blocks=None, problems=problems, generation=generation)
    else:
        view = RuleView(text=text, condition=condition, blocks=as_group(to_blocks(condition)), generation=generation)
    if known is not None and (known.text, known.condition) == (view.text, view.condition):
        return known
    st.session_state[_place(key)] = view
    refused_of(key).clear()
    return view


def _place(key: str) -> str:
    return f"{key}:view"


@dataclass(frozen=True, slots=True)
class Refused:
    """
    What was typed into a field of a clause and could not be read.

    Attributes:
        text: What was typed.
        reason: Why it could not be read.
        block: The clause that it was meant for.
        field: What of it.
        is_lost: Its field is gone, because something else changed: then it is told below the blocks, once.
    """

    text: str
    reason: str
    block: BlockPath
    field: str
    is_lost: bool = False


def refused_of(key: str) -> dict[str, Refused]:
    """Give what could not be read in the fields of a rule, by the key of the field."""
    found: dict[str, Refused] = st.session_state.setdefault(f"{key}:refused", {})
    return found


def lose_refused(key: str, drawn: Collection[str]) -> list[Refused]:
    """Give what was refused in fields that are not drawn any more; the next change of the rule forgets it."""
    refused = refused_of(key)
    for widget in refused.keys() - set(drawn):
        refused[widget] = replace(refused[widget], is_lost=True)
    return [each for each in refused.values() if each.is_lost]


def _forget_refused(key: str, which: Callable[[Refused], bool]) -> None:
    refused = refused_of(key)
    for widget in [widget for widget, each in refused.items() if which(each)]:
        del refused[widget]


def change_blocks(
    key: str,
    drawn: RuleView,
    make: Callable[[Block], Block],
    context: RuleContext,
    on_change: OnChange,
    *,
    anew: bool = True,
    used: str = "",
) -> None:
    """
    Let a rule say what other blocks say; call it from a widget, with what was drawn when the person used it.

    Who types a number and goes straight to a button does two things before the page is drawn again: the second is done
    to what the first left. Where that moved the blocks, nobody knows what was meant, and nothing is done.

    Args:
        key: Of the rule.
        drawn: The view that was drawn.
        make: Gives other blocks.
        context: What stands around the rule.
        on_change: Is told where the text of the rule is another one now.
        anew: Whether the widgets have to be drawn anew, because they stand elsewhere or show something else.
        used: What of a threshold was used, SLID or TYPED; then the other one is drawn anew.
    """
    now: RuleView = st.session_state.get(_place(key), drawn)
    _forget_refused(key, lambda each: each.is_lost)
    if now.generation != drawn.generation or now.blocks is None:
        return
    try:
        blocks = make(now.blocks)
    except DocumentError:
        return
    counted = replace(
        now,
        generation=now.generation + anew,
        slid=now.slid + (used == SLID),
        typed=now.typed + (used == TYPED),
    )
    try:
        condition = to_condition(blocks, context.metrics)
        text = now.text if condition == now.condition else to_text(condition)
        parse(text, context.metrics)  # pieces that are right may be too many together
    except ConditionError as error:
        st.session_state[_place(key)] = replace(counted, blocks=blocks, problems=error.problems, unfinished=True)
        return
    st.session_state[_place(key)] = replace(
        counted, text=text, condition=condition, blocks=blocks, problems=(), unfinished=False
    )
    if text != now.text:
        on_change(text, context.declared_by(text))


def change_text(widget: str, drawn: RuleView, context: RuleContext, on_change: OnChange) -> None:
    """
    Take a text as it was typed; a broken one too: the checks say what is wrong, and it may be mended tomorrow.

    What leaves out only what every condition has ("finished_trials >= 310") is written out in full.
    """
    text = str(st.session_state[widget])
    text = canonical(text, context.metrics) or text
    if text != drawn.text:
        on_change(text, context.declared_by(text))


def change_clause(
    key: str,
    drawn: RuleView,
    path: BlockPath,
    clause: Clause,
    field: str,
    widget: str,
    context: RuleContext,
    on_change: OnChange,
) -> None:
    """Take what a widget of a clause says now; what cannot be read there stays there, and changes nothing."""
    value = st.session_state[widget]
    _forget_refused(key, lambda each: (each.block, each.field) == (path, field))
    if isinstance(value, str) and field in NUMBERS:
        try:
            value = number_from_text(clause, field, value, context.metric(clause.metric))
        except EditError as error:
            refused_of(key)[widget] = Refused(st.session_state[widget], str(error), path, field)
            return
        if st.session_state[widget] != text_of_number(value):
            st.session_state[widget] = text_of_number(value)

    def changed(blocks: Block) -> Block:
        now = block_at(blocks, path)
        return replace_block(blocks, path, clause_with(now, field, value, context) if isinstance(now, Clause) else now)

    after = clause_with(clause, field, value, context)
    anew = field in _REDRAWN or _typed(after, context) != _typed(clause, context)
    used = (SLID if widget.endswith(SLID) else TYPED) if field == "threshold" else ""
    change_blocks(key, drawn, changed, context, on_change, anew=anew, used=used)


def _typed(clause: Clause, context: RuleContext) -> bool:
    return is_whole(clause, context.metric(clause.metric))


def clause_with(clause: Clause, field: str, value: object, context: RuleContext) -> Clause:
    """
    Give a clause in which one thing is another.

    Args:
        clause: As it was.
        field: "metric", "how", "last", "at_stage", "sign", "threshold", "share_sign" or "share".
        value: What its widget says.
        context: Knows the metrics.
    """
    metric = context.metric(clause.metric)
    match field, value:
        case "metric", str():
            return _of_metric(clause, value, context)
        case "how", str():
            return _taken(clause, value)
        case "threshold", int() | float():
            return replace(clause, threshold=neat(value, metric))
        case "share", int() | float():
            return replace(clause, share=int(value) if clause.how == "count" else round(float(value), 10))
        case "last", int() | None if clause.how != "value" or value is not None:
            # Of an earlier value people say how many sessions ago it was.
            return replace(clause, last=value + 1 if clause.how == "value" and value is not None else value)
        case (("at_stage" | "sign" | "share_sign"), bool() | str()):
            return replace(clause, **{field: value})  # type: ignore[arg-type]  # its widget offers nothing else
    return clause  # an emptied field: what was there stays


def new_clause(context: RuleContext, metric: str = "") -> Clause:
    """Propose a clause: the last value of a metric, at least the middle of what was measured."""
    name = metric or next((each.metric.name for each in context.offered), COUNTERS[0])
    return Clause(metric=name, threshold=first_threshold(context.metric(name), context.sketch(name)))


def _of_metric(clause: Clause, name: str, context: RuleContext) -> Clause:
    fresh = new_clause(context, name)
    if name in COUNTERS or clause.metric in COUNTERS:
        return replace(fresh, sign=clause.sign)
    return replace(clause, metric=name, threshold=fresh.threshold)


EARLIER = "earlier"
"""What people choose for a value of a session before this one; in a clause it is a value, too."""


def chosen_how(clause: Clause) -> str:
    """Say what a clause takes of its metric, as people choose it."""
    return EARLIER if clause.how == "value" and clause.last != 1 else clause.how


def _taken(clause: Clause, chosen: str) -> Clause:
    if chosen in ("value", EARLIER):
        back = 1 if chosen == "value" else 2
        return replace(clause, how="value", last=back, share_sign="", share=None, plain=False)
    how: How = chosen  # type: ignore[assignment]  # its widget offers nothing else
    last = clause.last if clause.how != "value" else _USUAL
    plain = replace(clause, how=how, last=last, share_sign="", share=None, plain=False)
    if how == "count":
        return replace(plain, share_sign=">=", share=max(1, ((last or _USUAL) + 1) // 2))
    if how == "share":
        return replace(plain, share_sign=">=", share=0.5)
    return plain
