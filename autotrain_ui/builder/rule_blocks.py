"""A condition as blocks to be chosen, added, moved, grouped and turned round; each line reads as a sentence."""

from collections.abc import Callable
from functools import partial
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from autotrain_core.editing import (
    COUNTERS,
    HOWS,
    SIGNS,
    Block,
    BlockPath,
    Clause,
    Group,
    Kind,
    Written,
    block_at,
    can_be_unnested,
    insert_block,
    move_block,
    negate_block,
    nest_block,
    remove_block,
    replace_block,
    unnest_block,
)
from autotrain_core.errors import DocumentError
from autotrain_ui import words
from autotrain_ui.builder.rule_changes import (
    EARLIER,
    SLID,
    TYPED,
    OnChange,
    RuleView,
    change_blocks,
    change_clause,
    chosen_how,
    lose_refused,
    new_clause,
    refused_of,
)
from autotrain_ui.builder.rule_context import NO_SESSIONS, RuleContext
from autotrain_ui.builder.rule_numbers import (
    is_whole,
    label_of,
    neat,
    outside_words,
    scale_of,
    sketch_html,
    text_of_number,
)

_DEEPEST = 6
"""Groups in groups that can be made by buttons; what is written deeper is shown all the same."""

_JOINTS: dict[tuple[str, bool], str] = {
    ("all", False): "all of these hold",
    ("any", False): "at least one of these holds",
    ("all", True): "not all of these hold",
    ("any", True): "none of these holds",
}
_ALONE = ("this holds", "this does not hold")
_HOWS = {
    "value": "in this session",
    EARLIER: "in an earlier session",
    "mean": "mean of the last",
    "median": "median of the last",
    "min": "smallest of the last",
    "max": "largest of the last",
    "sum": "sum of the last",
    "std": "spread (SD) of the last",
    "all": "every one of the last",
    "any": "at least one of the last",
    "count": "how many of the last",
    "share": "which share of the last",
}
_SIGNS = {
    ">=": "≥ at least",
    ">": "> above",
    "<=": "≤ at most",
    "<": "< below",
    "==": "= exactly",
    "!=": "≠ other than",
}
_WIDTHS = {"threshold": 90, "last": 70, "share": 70}
"""Of fields of numbers, in pixels."""


class Editor:
    """
    Draws the blocks of one rule; every widget is bound to what was drawn.

    Args:
        key: Of the rule.
        view: The rule as it is drawn.
        context: What stands around it.
        on_change: Is told a new text.
        disabled: Whether the person may only look.
    """

    def __init__(self, key: str, view: RuleView, context: RuleContext, on_change: OnChange, *, disabled: bool) -> None:
        self.key, self.view, self.context, self.on_change, self.disabled = key, view, context, on_change, disabled
        assert view.blocks is not None  # noqa: S101 - a rule that cannot be read has no blocks to draw
        self.root = view.blocks
        self.fields: list[str] = []
        """Keys of the fields of numbers that were drawn."""

    def draw(self) -> None:
        """Draw all blocks, and what was typed into fields that are gone."""
        self._block(self.root, ())
        for lost in lose_refused(self.key, self.fields):
            _say_refused(f"“{lost.text[:40]}” was not taken over. {lost.reason}")

    def _name(self, path: BlockPath, field: str, count: int = 0) -> str:
        return f"{self.key}:{self.view.generation}.{count}:{'.'.join(map(str, path))}:{field}"

    def _new(self, make: Callable[[Block], Block]) -> Callable[[], None]:
        """Give what a button does: to make other blocks of those that are there."""
        return partial(change_blocks, self.key, self.view, make, self.context, self.on_change)

    def _button(
        self, path: BlockPath, field: str, label: str, icon: str, make: Callable[[Block], Block], *, off: bool = False
    ) -> None:
        """Draw a button; one that could do nothing is grey."""
        try:
            make(self.root)
        except DocumentError:
            off = True
        st.button(
            label,
            icon=f":material/{icon}:",
            key=self._name(path, field),
            on_click=self._new(make),
            disabled=off or self.disabled,
            type="tertiary",
        )

    # ---- groups ----

    def _block(self, block: Block, path: BlockPath) -> None:
        match block:
            case Group():
                self._group(block, path)
            case Clause():
                with st.container(border=True, gap="small", key=f"{self.key}-at-clause-{_dashed(path)}"):
                    self._clause(block, path)
            case Written():
                with st.container(border=True, gap="small", key=f"{self.key}-at-clause-{_dashed(path)}"):
                    self._written(block, path)

    def _group(self, group: Group, path: BlockPath) -> None:
        with st.container(border=bool(path), gap="small", key=f"{self.key}-at-group-{_dashed(path)}"):
            if path or len(group.blocks) > 1 or group.negated:
                with self._line(path):
                    self._joint(group, path)
                    if path:
                        self._more(path, group)
            for place, inner in enumerate(group.blocks):
                self._block(inner, (*path, place))
            with st.container(horizontal=True, gap="small"):
                fresh = new_clause(self.context)
                self._button(path, "add", "Add a line", "add", lambda root: insert_block(root, path, fresh))
                self._button(
                    path,
                    "group",
                    "Add a group",
                    "library_add",
                    lambda root: insert_block(root, path, Group(kind=_other(group), blocks=(fresh,))),
                    off=len(path) >= _DEEPEST,
                )

    def _joint(self, group: Group, path: BlockPath) -> None:
        several = len(group.blocks) > 1
        options = list(_JOINTS) if several else [(group.kind, False), (group.kind, True)]
        name = self._name(path, "joint")

        def chosen() -> None:
            kind, negated = st.session_state[name]

            def joined(root: Block) -> Block:
                now = block_at(root, path)
                blocks = now.blocks if isinstance(now, Group) else group.blocks
                return replace_block(root, path, Group(kind=kind, blocks=blocks, negated=negated))

            self._new(joined)()

        st.selectbox(
            "How these belong together",
            options,
            index=options.index((group.kind, group.negated)),
            format_func=lambda option: _JOINTS[option] if several else _ALONE[option[1]],
            key=name,
            on_change=chosen,
            disabled=self.disabled,
            label_visibility="collapsed",
            width=230,
        )

    def _more(self, path: BlockPath, block: Block) -> None:
        """Offer what can be done to a block as a whole."""
        with st.popover("More", icon=":material/more_horiz:", type="tertiary", key=self._name(path, "more")):
            self._button(path, "up", "Move up", "arrow_upward", lambda root: move_block(root, path, -1))
            self._button(path, "down", "Move down", "arrow_downward", lambda root: move_block(root, path, 1))
            if not isinstance(block, Group):
                self._button(path, "not", "Turn into its opposite", "block", lambda root: negate_block(root, path))
                self._button(
                    path,
                    "nest",
                    "Put into a group",
                    "data_object",
                    lambda root: nest_block(root, path, "any"),
                    off=len(path) >= _DEEPEST,
                )
            else:
                above = _above(self.root, path)
                self._button(
                    path,
                    "flat",
                    "Take the group apart",
                    "expand",
                    lambda root: unnest_block(root, path),
                    off=not can_be_unnested(block, above),
                )
            self._button(path, "remove", "Remove", "delete", lambda root: remove_block(root, path))

    # ---- lines ----

    def _clause(self, clause: Clause, path: BlockPath) -> None:
        counter = clause.metric in COUNTERS and not clause.at_stage
        with self._line(path):
            self._metric(clause, path)
            self._more(path, clause)
        if not counter:
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                self._how(clause, path)
            self._say_why(path, "last")
        counted = clause.how in ("count", "share")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if counted:
                st.html('<span class="at-joining">are</span>', width="content")
            self._sign(clause, path, "sign")
            self._threshold(clause, path)
        self._say_why(path, "threshold")
        self._slide(clause, path)
        if counted:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.html('<span class="at-joining">and that is</span>', width="content")
                self._sign(clause, path, "share_sign")
                self._share(clause, path)
            self._say_why(path, "share")

    def _number(self, clause: Clause, path: BlockPath, field: str, name: str, label: str, now: float | None) -> None:
        """Draw a field of a number; its text is read here, for a browser would make 65 of "0,65" without a word."""
        refused = refused_of(self.key).get(name)
        # Set beforehand, not as a default: a default that changes sets back whoever is quicker than the answer.
        st.session_state.setdefault(name, text_of_number(now) if refused is None else refused.text)
        self.fields.append(name)
        may_be_empty = field == "last" and clause.how != "value"
        with st.container(width=_WIDTHS[field], key=f"{self.key}-at-number-{field}-{_dashed(path)}"):
            st.text_input(
                label,
                key=name,
                placeholder="all" if may_be_empty else None,
                on_change=self._changes(clause, path, field, name),
                disabled=self.disabled,
                label_visibility="collapsed",
                help="Sessions, this one included; empty for all so far." if may_be_empty else None,
            )

    def _say_why(self, path: BlockPath, field: str) -> None:
        """Say below a field why what stands in it was not taken over."""
        for each in refused_of(self.key).values():
            if (each.block, each.field) == (path, field) and not each.is_lost:
                _say_refused(each.reason)

    def _line(self, path: BlockPath) -> DeltaGenerator:
        """Open the first line of a block: what it is about, and at its end what can be done to it."""
        name = f"{self.key}-at-line-{_dashed(path)}"
        return st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=name)

    def _changes(self, clause: Clause, path: BlockPath, field: str, name: str) -> Callable[[], None]:
        return partial(change_clause, self.key, self.view, path, clause, field, name, self.context, self.on_change)

    def _select(
        self,
        clause: Clause,
        path: BlockPath,
        field: str,
        label: str,
        options: list[str],
        now: str,
        said: Callable[[str], str],
        width: int | Literal["stretch"],
    ) -> None:
        name = self._name(path, field)
        st.selectbox(
            label,
            options,
            index=options.index(now),
            format_func=said,
            key=name,
            on_change=self._changes(clause, path, field, name),
            disabled=self.disabled,
            label_visibility="collapsed",
            width=width,
        )

    def _metric(self, clause: Clause, path: BlockPath) -> None:
        origins = {each.metric.name: each.origin for each in self.context.offered}
        options = [*origins] if clause.metric in origins else [clause.metric, *origins]

        def said(name: str) -> str:
            metric = self.context.metric(name)
            return f"{words.seen(metric.title)}{' · from the session table' if origins.get(name) == 'table' else ''}"

        self._select(clause, path, "metric", "Metric", options, clause.metric, said, "stretch")

    def _how(self, clause: Clause, path: BlockPath) -> None:
        now = chosen_how(clause)
        self._select(clause, path, "how", "What of it", ["value", EARLIER, *HOWS[1:]], now, lambda how: _HOWS[how], 160)
        if now != "value":
            earlier = now == EARLIER
            self._number(
                clause,
                path,
                "last",
                self._name(path, "last"),
                "How many sessions ago" if earlier else "How many sessions",
                (clause.last or 2) - 1 if earlier else clause.last,
            )
            st.html(f'<span class="at-joining">{_sessions(clause, earlier=earlier)}</span>', width="content")
        if now != "value" or clause.at_stage:
            name = self._name(path, "at_stage")
            st.checkbox(
                "at this stage only",
                value=clause.at_stage,
                key=name,
                on_change=self._changes(clause, path, "at_stage", name),
                disabled=self.disabled,
                help="Only sessions since the mouse came to this stage count.",
            )

    def _sign(self, clause: Clause, path: BlockPath, field: str) -> None:
        now = clause.sign if field == "sign" else clause.share_sign
        self._select(clause, path, field, "Comparison", list(SIGNS), now, lambda sign: _SIGNS[sign], 130)

    def _threshold(self, clause: Clause, path: BlockPath) -> None:
        metric = self.context.metric(clause.metric)
        name = self._name(path, TYPED, self.view.slid)
        self._number(clause, path, "threshold", name, f"Threshold of {label_of(metric)}", clause.threshold)
        if metric.unit:
            st.html(f'<span class="at-joining">{words.as_html(metric.unit)}</span>', width="content")

    def _slide(self, clause: Clause, path: BlockPath) -> None:
        """Draw what was measured, and a slider of the threshold in it."""
        metric, sketch = self.context.metric(clause.metric), self.context.sketch(clause.metric)
        scale = scale_of(clause, metric, sketch)
        typed: type[int] | type[float] = int if is_whole(clause, metric) else float
        if sketch is None or not sketch.values:
            nothing = "No session has a value of it yet" if len(self.context.lab.sessions) else NO_SESSIONS
            st.html(f'<span class="at-joining">{nothing}</span>', width="content")
        if scale is None or sketch is None:
            return
        with st.container(gap=None, key=f"{self.key}-at-slide-{_dashed(path)}"):
            st.html(sketch_html(clause, sketch, scale))
            slid = self._name(path, SLID, self.view.typed)
            st.session_state.setdefault(slid, typed(neat(scale.nearest(clause.threshold), metric)))
            st.slider(
                f"Slide the threshold of {label_of(metric)}",
                min_value=typed(scale.low),
                max_value=typed(scale.high),
                step=typed(scale.step),
                format="%d" if typed is int else "%g",
                key=slid,
                on_change=self._changes(clause, path, "threshold", slid),
                disabled=self.disabled,
                label_visibility="collapsed",
            )
        outside = outside_words(clause, sketch)
        if outside:
            st.caption(f":orange[:material/warning:] {words.as_text(outside)}")

    def _share(self, clause: Clause, path: BlockPath) -> None:
        label = "How many sessions it has to be" if clause.how == "count" else "Which share it has to be"
        self._number(clause, path, "share", self._name(path, "share"), label, clause.share or 0)
        st.html(
            f'<span class="at-joining">{"of them" if clause.how == "count" else "(1 is all)"}</span>', width="content"
        )

    def _written(self, block: Written, path: BlockPath) -> None:
        name = self._name(path, "written")

        def typed() -> None:
            text = str(st.session_state[name])
            self._new(lambda root: replace_block(root, path, Written(text=text)))()

        with self._line(path):
            st.html('<span class="at-joining">written out, for no line of choices says it</span>')
            self._more(path, block)
        st.text_area(
            "Condition of this part",
            value=block.text,
            key=name,
            on_change=typed,
            disabled=self.disabled,
            label_visibility="collapsed",
            height=70,
        )


def _say_refused(sentence: str) -> None:
    st.caption(f":red[:material/error: {words.as_text(sentence)}]")


def _above(root: Block, path: BlockPath) -> Group:
    for place in path[:-1]:
        assert isinstance(root, Group)  # noqa: S101 - a path leads through groups
        root = root.blocks[place]
    assert isinstance(root, Group)  # noqa: S101 - as above
    return root


def _other(group: Group) -> Kind:
    return "any" if group.kind == "all" else "all"


def _sessions(clause: Clause, *, earlier: bool) -> str:
    if earlier:
        return "session ago" if clause.last == 2 else "sessions ago"
    return "session" if clause.last == 1 else "sessions"


def _dashed(path: BlockPath) -> str:
    return "-".join(map(str, path)) or "all"
