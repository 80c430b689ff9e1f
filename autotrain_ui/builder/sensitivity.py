"""
How much hangs on the numbers of a rule: slide one, and see at once which past decisions would have been others.

What is slid changes nothing; a value is taken over by a button, as an edit that can be undone.
"""

from collections.abc import Mapping
from functools import partial

import numpy as np
import numpy.typing as npt
import streamlit as st

from autotrain_core import services
from autotrain_core.editing import ChangeRule
from autotrain_core.errors import AutotrainError
from autotrain_core.evaluation import (
    Past,
    Scale,
    Sensitivity,
    Sweep,
    Target,
    Threshold,
    flipped,
    suggest,
    sweep,
    sweep_histories,
    sweep_two,
    thresholds_of,
    with_threshold,
)
from autotrain_core.models import Curriculum, Rule
from autotrain_core.rules import metrics_of, to_text
from autotrain_ui import frame, words
from autotrain_ui.builder.desk import Desk, act
from autotrain_ui.builder.rule_context import NO_SESSIONS, RuleContext, rule_context
from autotrain_ui.builder.sensitivity_words import (
    KINDS,
    axis_title,
    flips_html,
    flips_sentence,
    histories_html,
    label,
    suggestion_sentences,
    sweep_html,
    with_unit,
)
from autotrain_ui.charts.framing import Caption, config
from autotrain_ui.charts.sensitivity import grid_figure, share_figure, sweep_figure
from autotrain_ui.cohort_parts import written
from autotrain_ui.frame import Here

_ALONE = "none"
_CELLS = 21
"""Values of each number in a heat map; half of them where there are many decisions."""
_MANY = 50_000


def sensitivity_panel(here: Here, desk: Desk, stage: str, number: int) -> None:
    """
    Draw the panel, folded in at first: folded in it costs nothing.

    Args:
        here: Where the page is.
        desk: The draft.
        stage: The stage of the rule, as the document names it.
        number: Place of the rule there, from 0.
    """
    key = f"builder-{desk.identity}-{stage}-rule{number}-sensitivity"
    with st.expander("How much hangs on its numbers", icon=":material/tune:", key=key, on_change="rerun") as panel:
        if panel.open:
            _panel(here, desk, stage, number, key)


@st.fragment
def _panel(here: Here, desk: Desk, stage: str, number: int, key: str) -> None:
    if st.session_state.pop(f"{key}:taken", False):
        st.rerun()  # the rule above and the graph show it, too
    curriculum = desk.curriculum
    rule = curriculum.stage(stage).rules[number]
    try:
        _of_rule(here, desk, stage, number, key, curriculum, rule)
    except AutotrainError as error:
        st.caption(words.as_text(error))


def _of_rule(here: Here, desk: Desk, stage: str, number: int, key: str, curriculum: Curriculum, rule: Rule) -> None:
    context = rule_context(here.lab, curriculum, stage=stage, store=here.store, based_on=desk.draft.based_on)
    if rule.condition is None:
        st.caption("This text cannot be read yet. Mend it, then its numbers can be slid.")
        return
    own = thresholds_of(rule.condition, curriculum.metrics, stage=stage, rule=number + 1)
    if not own:
        st.caption("Nothing is held against a number in this rule, so there is nothing to slide.")
        return
    if not len(here.lab.sessions):
        st.caption(f"{NO_SESSIONS}, so nothing is known of what a number would change.")
        return
    history = _history(curriculum, stage, context)
    at = history.at(stage)
    if not len(at.rows):
        name = words.as_text(context.curriculum_name)
        st.caption(f"No session of {name} was decided at this stage yet, so nothing is known of what a number changes.")
        return
    drawn = _Drawn(here, desk, number, key, rule, history, stage)
    threshold = drawn.chosen(own)
    value = drawn.slide(threshold)
    drawn.flips(threshold, value)
    drawn.take(threshold, value, name="slid")
    drawn.curve(threshold, value)
    drawn.beside(threshold, value)
    drawn.target(threshold)
    drawn.replayed(threshold, value)


def _history(curriculum: Curriculum, stage: str, context: RuleContext) -> Sensitivity:
    """Prepare it once for each state of the draft; the sessions once for all states that read the same metrics."""
    rules = [
        (each.name, each.label, [(rule.condition_text, str(rule.decision), rule.to_stage) for rule in each.rules])
        for each in curriculum.stages
    ]
    key = f"{curriculum.name} {curriculum.on_missing} {curriculum.metrics} {context.curriculum_name} {rules}"
    return _prepared(context.lab.version, key, stage, _curriculum=curriculum, _context=context)


@st.cache_resource(max_entries=12, show_spinner=False)
def _prepared(
    version: str,  # noqa: ARG001 - known by it
    rules: str,  # noqa: ARG001 - and by these
    stage: str,
    *,
    _curriculum: Curriculum,
    _context: RuleContext,
) -> Sensitivity:
    conditions = [rule.condition for each in _curriculum.stages for rule in each.rules if rule.condition is not None]
    read = sorted(set().union(*map(metrics_of, conditions)))
    ends = sorted(each.label for each in _curriculum.stages if each.terminal)
    key = f"{_context.curriculum_name} {read} {ends} {_curriculum.metrics}"
    further = _context.further(read)
    past = _past(_context.lab.version, key, _curriculum=_curriculum, _context=_context, _further=further)
    return services.sensitivity(_context.lab, _curriculum, stage, further=further, past=past)


@st.cache_resource(max_entries=3, show_spinner="Reading past sessions …")
def _past(
    version: str,  # noqa: ARG001 - known by it
    read: str,  # noqa: ARG001 - and by what is read
    *,
    _curriculum: Curriculum,
    _context: RuleContext,
    _further: Mapping[str, npt.NDArray[np.float64]],
) -> Past:
    name = _context.curriculum_name
    return services.past_sessions(_context.lab, _curriculum, curriculum_name=name, further=_further)


class _Drawn:
    """The panel of one rule while it is drawn."""

    def __init__(
        self, here: Here, desk: Desk, number: int, key: str, rule: Rule, history: Sensitivity, stage: str
    ) -> None:
        self.here, self.desk, self.number, self.key = here, desk, number, key
        self.rule, self.history, self.stage = rule, history, stage
        at = history.at(stage)
        self.sessions, self.mice = len(at.rows), len(set(at.mice.tolist()))

    def chosen(self, own: tuple[Threshold, ...]) -> Threshold:
        """Ask which of the numbers of the rule is slid."""
        if len(own) == 1:
            return own[0]
        place = st.selectbox(
            "Number",
            range(len(own)),
            format_func=lambda each: words.seen(label(own[each], self.number + 1)),
            key=f"{self.key}:number:{len(own)}",
        )
        return own[place or 0]

    def slide(self, threshold: Threshold) -> float:
        """Let it be slid; nothing but what is shown here follows."""
        scale = self.history.scale(threshold)
        kind = int if threshold.integer and float(threshold.value).is_integer() else float
        return float(
            st.slider(
                words.as_text(f"Try another value for {axis_title(threshold)}"),
                kind(scale.low),
                kind(scale.high),
                kind(threshold.value),
                kind(scale.step),
                key=f"{self.key}:try:{threshold.path}:{threshold.value}:{scale}",
                format="%d" if kind is int else None,
                help="Past sessions keep the stage that they had; only their decision is asked anew. Nothing is "
                "changed in the draft. With the arrow keys it goes step by step.",
            )
        )

    def flips(self, threshold: Threshold, value: float) -> None:
        """Say what flips at the value, and of which mice."""
        found = flipped(self.history, threshold, value)
        st.markdown(flips_sentence(found, self.sessions, self.mice))
        if found.empty:
            return
        with st.container(horizontal=True, gap="small"), st.popover("The mice", icon=":material/list:"):
            st.html(flips_html(found))
            _file("Decisions that flip as CSV", written(found, index=False), f"{self.key}:flips", "flips.csv")

    def take(self, threshold: Threshold, value: float, *, name: str) -> None:
        """Offer to put a value into the rule."""
        if value == threshold.value:
            return
        st.button(
            words.as_text(f"Take this value: {with_unit(threshold, value)}"),
            key=f"{self.key}:take:{name}",
            icon=":material/check:",
            disabled=self.desk.is_review_only,
            help="Changes the rule of the draft; Undo brings the old value back.",
            on_click=partial(_take, self, threshold, value),
        )

    def curve(self, threshold: Threshold, value: float) -> None:
        """Draw what all values would change, as a picture and as a table."""
        found = self._sweep(threshold, value)
        title = f"Decisions that flip at {self.stage}"
        st.plotly_chart(
            sweep_figure(
                found.table,
                names=KINDS,
                title=axis_title(threshold),
                value=value,
                stored=threshold.value,
                caption=self._caption(title),
                dark=self.here.dark,
            ),
            key=f"{self.key}:curve",
            config=config(title),
            alt=f"Decisions that flip by {axis_title(threshold)}; the table below says the same.",
        )
        with st.popover("As a table", icon=":material/table:"):
            st.html(sweep_html(found.table, (threshold.value, value)))
            _file("All values as CSV", written(found.table, index=True), f"{self.key}:values", "sweep.csv")

    def _sweep(self, threshold: Threshold, value: float) -> Sweep:
        values = self.history.scale(threshold).values(threshold.value, value)
        return sweep(self.history, threshold, values.tolist())

    def beside(self, threshold: Threshold, value: float) -> None:
        """Offer a second number of the stage, and draw both together."""
        others = [
            each
            for rule, other in enumerate(self.history.curriculum.stage(self.stage).rules, 1)
            if other.condition is not None
            for each in thresholds_of(other.condition, self.history.curriculum.metrics, stage=self.stage, rule=rule)
            if (each.rule, each.path) != (threshold.rule, threshold.path)
        ]
        if not others:
            return
        names = {_ALONE: "None"} | {str(place): label(each, self.number + 1) for place, each in enumerate(others)}
        chosen = st.selectbox(
            "Together with another number of this stage",
            list(names),
            format_func=lambda name: words.seen(names.get(name, "")),
            key=f"{self.key}:second:{threshold.path}:{len(others)}",
        )
        if chosen == _ALONE:
            return
        second = others[int(chosen)]
        cells = _CELLS if self.sessions <= _MANY else _CELLS // 2
        with st.spinner("Asking past sessions …"):
            grid = sweep_two(
                self.history,
                threshold,
                second,
                _some(self.history.scale(threshold), threshold.value, cells),
                _some(self.history.scale(second), second.value, cells),
            )
        title = "Flips by two numbers"
        st.plotly_chart(
            grid_figure(
                grid,
                across=axis_title(threshold, second),
                upwards=axis_title(second, threshold),
                value=value,
                caption=self._caption(title),
                dark=self.here.dark,
            ),
            key=f"{self.key}:grid",
            config=config(title),
            alt=f"Decisions that flip by {axis_title(threshold)} and {axis_title(second)}: from "
            f"{grid.flips.min():,} to {grid.flips.max():,} of {grid.sessions:,}. The circle is the draft.",
        )

    def target(self, threshold: Threshold) -> None:
        """Ask for a target, and say which value meets it."""
        st.markdown("**Find a value**")
        left, right = st.columns(2)
        share = left.number_input(
            "Of mice that graduated, %",
            1,
            100,
            80,
            5,
            key=f"{self.key}:share",
            help="Mice that were ever sent to the end of the curriculum, and that came through this stage.",
        )
        within = right.number_input(
            "promoted within sessions",
            1,
            99,
            3,
            key=f"{self.key}:within",
            help="Counted from the first session at this stage. Each mouse is kept at the stage, session by session, "
            "until a rule moves it; what it measured is taken as it was.",
        )
        target = Target(share=(share or 80) / 100, sessions=within or 3)
        found = suggest(self.history, threshold, target)
        for sentence in suggestion_sentences(found):
            st.markdown(sentence)
        if found.value is None:
            return
        self.take(threshold, found.value, name="suggested")
        title = f"Promoted within {words.count(target.sessions, 'session')}"
        st.plotly_chart(
            share_figure(
                found,
                title=axis_title(threshold),
                stored=threshold.value,
                caption=self._caption(title),
                dark=self.here.dark,
            ),
            key=f"{self.key}:shares",
            config=config(title),
            alt=f"Share of mice promoted in time by {axis_title(threshold)}; the file below holds the numbers.",
        )
        _file("These numbers as CSV", written(found.table, index=True), f"{self.key}:share-file", "promoted.csv")

    def replayed(self, threshold: Threshold, value: float) -> None:
        """Replay whole histories, if asked to: slower, and another question."""
        if not st.toggle(
            "Replay whole histories, too",
            key=f"{self.key}:replay",
            help="Open loop: every mouse begins at the first stage and follows each suggestion; its behaviour is "
            "taken as it was, whatever stage it would have been at.",
        ):
            return
        values = sorted({threshold.value, value})
        with st.spinner("Replaying …"):
            found = sweep_histories(self.history, threshold, values)
        st.html(histories_html(found, threshold))

    def _caption(self, title: str) -> Caption:
        curriculum = self.history.curriculum
        foot = [
            f"{curriculum.name}, {self.stage}, rule {self.number + 1}",
            f"{words.mice(self.mice)}, {words.count(self.sessions, 'decision')}",
            f"drawn {self.here.today:%Y-%m-%d}",
        ]
        return Caption(title=title, foot=" · ".join(foot))


def _some(scale: Scale, value: float, most: int) -> list[float]:
    """Give some values of a scale from end to end, and the one of the draft."""
    values = scale.values()
    step = max(1, -(-len(values) // most))
    return [*values[::step].tolist(), value]


def _file(title: str, body: bytes, key: str, name: str) -> None:
    st.download_button(
        title, data=body, file_name=name, mime="text/csv", icon=":material/download:", key=key, on_click="ignore"
    )


def _take(drawn: _Drawn, threshold: Threshold, value: float) -> None:
    """Put a value into the rule that was drawn; where it is another one by now, nothing."""
    st.session_state[f"{drawn.key}:taken"] = True
    stages = {each.name: each for each in drawn.desk.curriculum.stages}
    rules = stages[drawn.stage].rules if drawn.stage in stages else ()
    text, condition = drawn.rule.condition_text, drawn.rule.condition
    if drawn.number >= len(rules) or rules[drawn.number].condition_text != text or condition is None:
        frame.notice("Nothing was taken: the rule was changed meanwhile.", icon=":material/block:")
        return
    changed = to_text(with_threshold(condition, threshold, value))
    act(drawn.here, drawn.desk, Desk.do, ChangeRule(drawn.stage, drawn.number, condition=changed))
