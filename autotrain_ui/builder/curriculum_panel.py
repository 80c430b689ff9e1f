"""The panel of the curriculum itself, shown while no stage and no rule is chosen: its names, texts, metrics."""

from functools import partial

import streamlit as st

from autotrain_core.editing import (
    RemoveMetric,
    SetDescription,
    SetIdentity,
    SetOnMissing,
    SetSchema,
)
from autotrain_core.models import FREE, TODAY
from autotrain_core.services import DRAFT_PREFIX
from autotrain_ui import address, routes, words
from autotrain_ui.address import BacktestView
from autotrain_ui.builder.desk import Desk, act
from autotrain_ui.builder.fields import said, shows
from autotrain_ui.frame import Here

_SCHEMAS = {
    TODAY: "1.0, which today's rigs read",
    FREE: "2.0, with free stage names and any task",
}
_ON_MISSING = {
    "false": "does not hold, as today",
    "stay": "is unknown: the mouse stays, a person is asked",
}


def curriculum_panel(here: Here, desk: Desk) -> None:
    """Draw it."""
    curriculum, document = desk.curriculum, desk.draft.document
    st.subheader("Curriculum")
    task = curriculum.task.name if curriculum.task else curriculum.schema_name
    based = f" Started from {words.curriculum(desk.draft.based_on)}." if desk.draft.based_on else ""
    st.caption(words.as_text(f"Task: {task}.{based} Click a stage or an arrow to edit it; double-click to add one."))
    st.page_link(
        routes.route("backtest").file,
        label="Backtest this draft",
        icon=":material/history:",
        help="Replay it, beside the version that it was started from, over the sessions that your mice have run.",
        query_params=address.to_query(BacktestView(versions=_versions(desk))),
    )

    def key(field: str) -> str:
        return f"builder-{field}-{desk.identity}"

    name, version = shows(key("name"), curriculum.name), shows(key("version"), curriculum.version)

    def set_identity() -> None:
        act(here, desk, Desk.do, SetIdentity(said(name).strip(), said(version).strip()))

    left, right = st.columns([3, 2])
    left.text_input("Name", key=name, on_change=set_identity, max_chars=120)
    right.text_input(
        "Version",
        key=version,
        on_change=set_identity,
        max_chars=60,
        help="Any text. When you publish, the next one is proposed by what changed.",
    )
    description = shows(key("description"), curriculum.description)
    st.text_area(
        "Description",
        key=description,
        on_change=lambda: act(here, desk, Desk.do, SetDescription(said(description))),
        placeholder="What mice learn by it, for whom it is, and since when.",
        height=120,
    )
    missing = shows(key("missing"), str(document.get("on_missing", "false")))
    st.selectbox(
        "A comparison with a missing value",
        list(_ON_MISSING),
        key=missing,
        format_func=lambda value: _ON_MISSING.get(value, value),
        on_change=lambda: act(here, desk, Desk.do, SetOnMissing(said(missing))),
    )
    schema = shows(key("schema"), curriculum.schema_version)
    st.selectbox(
        "Document format",
        list(_SCHEMAS),
        key=schema,
        format_func=lambda value: _SCHEMAS.get(value, value),
        on_change=lambda: act(here, desk, Desk.do, SetSchema(said(schema))),
        help="Everything that fits into 1.0 is best written as 1.0: today's rigs read nothing else.",
    )
    _metrics(here, desk)


def _versions(desk: Desk) -> tuple[str, ...]:
    """Name the draft for a backtest, behind the version that it was started from."""
    return (*filter(None, [desk.draft.based_on]), f"{DRAFT_PREFIX}{desk.identity}")


def _metrics(here: Here, desk: Desk) -> None:
    """List what rules may speak of, and let go of what the document declared and needs no more."""
    curriculum = desk.curriculum
    own = {metric.name for metric in curriculum.task.metrics} if curriculum.task else set()
    st.markdown("**Metrics**")
    for metric in curriculum.metrics:
        unit = f", {metric.unit}" if metric.unit else ""
        origin = "of the task" if metric.name in own else "a column of the session table"
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(words.as_text(f"{metric.title} ({metric.name}{unit}): {origin}"))
            if metric.name not in own:
                st.button(
                    "Remove",
                    key=f"builder-metric-{metric.name}",
                    icon=":material/close:",
                    type="tertiary",
                    on_click=partial(act, here, desk, Desk.do, RemoveMetric(metric.name)),
                )
    st.caption("Further columns of the session table are offered where a rule is edited.")
