"""The desk as people see it: a bar above, the graph beside what is chosen of it, and below what is known about it."""

from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st

from autotrain_core import services
from autotrain_core.editing import document_bytes
from autotrain_core.errors import NotStoredError
from autotrain_core.models import Right, Severity
from autotrain_ui import address, frame, words
from autotrain_ui.address import BuilderView
from autotrain_ui.builder import (
    begin,
    changes,
    checks,
    curriculum_panel,
    graph,
    meeting,
    past,
    publishing,
    reviewing,
    rule_panel,
    settings_view,
    stage_panel,
)
from autotrain_ui.builder.desk import Desk, open_desk
from autotrain_ui.canvas import Select
from autotrain_ui.curriculum_files import safe_name
from autotrain_ui.frame import Here

PAGE = "builder"
_SHOWN = ("Checks", "Settings", "Changes", "Document")
_LATE_SECONDS = 2.0


def style() -> None:
    """Bring the style sheet of this page."""
    st.html(f"<style>{_style()}</style>")


@st.cache_data(show_spinner=False)
def _style() -> str:
    return Path(__file__).with_name("builder.css").read_text(encoding="utf-8")


def editor(here: Here, view: BuilderView) -> None:
    """Draw the desk with a draft; where there is no such draft, say so and lead back."""
    try:
        desk = open_desk(
            view.draft,
            here.store,
            tasks=partial(services.known_tasks, here.store.home, here.settings),
            may_edit=here.may(Right.BUILD),
        )
    except NotStoredError as error:
        st.warning(words.as_text(error), icon=":material/search_off:")
        begin.begin(here)
        return
    _arrive(desk, view)
    _desk(here, desk)


def _arrive(desk: Desk, view: BuilderView) -> None:
    """Choose what a link names."""
    if view.stage and desk.selected == Select():
        known = desk.draft.document["parameters"]
        if view.rule is None and view.stage in known:
            desk.selected = Select(node=view.stage)
        elif view.rule is not None:
            desk.selected = Select(edge=graph.edge_id(view.stage, view.rule - 1))
    address.change(PAGE, stage="", rule=None)


@st.fragment
def _desk(here: Here, desk: Desk) -> None:
    with frame.part(PAGE):
        desk.settle()
        findings = checks.findings_of(here, desk)
        _bar(here, desk)
        _unsaved(here, desk)
        reviewing.banner(here, desk)
        meeting.joined(here, desk)
        if desk.conflict is not None:
            meeting.conflict(here, desk)
        left, right = st.columns([8, 5], gap="medium")
        with left:
            graph.graph(here, desk, findings)
            _add_by_hand(here, desk)
        with right, st.container(height=graph.HEIGHT + 48, key="builder-panel"):
            _panel(here, desk)
        errors = sum(finding.severity is Severity.ERROR for finding in findings)
        warnings = sum(finding.severity is Severity.WARNING for finding in findings)
        told = f" ({errors + warnings})" if errors + warnings else ""
        shown = st.segmented_control(
            "Below the graph",
            _SHOWN,
            key=f"builder-shown-{desk.identity}",
            default=_SHOWN[0],
            format_func=lambda name: f"{name}{told}" if name == "Checks" else name,
            label_visibility="collapsed",
            required=True,
        )
        match shown:
            case "Settings":
                settings_view.settings(here, desk)
            case "Changes":
                changes.changes(here, desk)
            case "Document":
                _document(desk)
            case _:
                checks.checks(here, desk)


def _bar(here: Here, desk: Desk) -> None:
    """Draw what concerns the draft as a whole."""
    history = desk.history
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="builder-bar"):
        st.page_link(begin.page_of_drafts(), label="Drafts", icon=":material/arrow_back:", query_params={})
        st.html(f"<h2 class='builder-title'>{words.as_html(desk.draft.title)}</h2>")
        st.button(
            "Undo",
            key="builder-undo",
            icon=":material/undo:",
            disabled=not history.undo_label or desk.is_review_only,
            help=words.as_text(f"{history.undo_label or 'Nothing to take back'} (Ctrl or Cmd and Z)"),
            on_click=_do,
            args=(here, desk, Desk.undo),
        )
        st.button(
            "Redo",
            key="builder-redo",
            icon=":material/redo:",
            disabled=not history.redo_label or desk.is_review_only,
            help=words.as_text(f"{history.redo_label or 'Nothing to take again'} (Ctrl or Cmd and Y)"),
            on_click=_do,
            args=(here, desk, Desk.redo),
        )
        _status(here, desk)
        with st.popover("Share", icon=":material/link:"):
            st.caption("Whoever may edit drafts here, or review them, opens this one with the link.")
            st.code(_address_of(desk), language=None)
        if st.button("History", key="builder-past", icon=":material/history:"):
            past.open_past(here, desk)
        if here.may(Right.PUBLISH) and st.button(
            "Publish …", key="builder-publish", icon=":material/publish:", type="primary"
        ):
            publishing.open_publishing(here, desk)


def _address_of(desk: Desk) -> str:
    here = urlsplit(st.context.url or "")
    return f"{here.scheme}://{here.netloc}{address.link(PAGE, BuilderView(draft=desk.identity))}"


def _do(here: Here, desk: Desk, what: "object") -> None:
    assert callable(what)  # noqa: S101 - one of the two methods
    what(desk)
    desk.save(here.store, here.actor)


def _status(here: Here, desk: Desk) -> None:
    """Say whether the store has it; look again by itself while it is under way."""
    st.fragment(_saved_or_not, run_every=_LATE_SECONDS if not desk.is_saved and not desk.problem else None)(here, desk)


def _saved_or_not(here: Here, desk: Desk) -> None:
    problem, conflict, joined = desk.problem, desk.conflict, desk.joined
    desk.settle()
    if (problem, conflict, joined) != (desk.problem, desk.conflict, desk.joined):
        st.rerun()  # it concerns the whole page
    desk.save(here.store, here.actor)
    if desk.is_review_only:
        st.caption(":material/visibility: Only to look at")
    elif desk.conflict is not None:
        st.caption(":material/warning: Not saved: answer below first.")
    elif desk.problem:
        st.caption(":material/cloud_off: Not saved yet")
    elif desk.is_saved:
        at = desk.base.at
        when = f", {words.ago(at, here.now)}" if at and (here.now - at).total_seconds() > 60 else ""
        st.caption(f":material/cloud_done: Saved{when}")
    else:
        st.caption(":material/cloud_upload: Saving …")


def _unsaved(here: Here, desk: Desk) -> None:
    """Say why the store does not have it."""
    if not desk.problem:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="builder-unsaved"):
        st.warning(
            f"**Not saved yet.** {words.as_text(desk.problem)} What you did stays here, as long as this tab is open.",
            icon=":material/cloud_off:",
        )
        st.button("Try again", key="builder-save-again", on_click=_again, args=(here, desk))


def _again(here: Here, desk: Desk) -> None:
    desk.problem = ""
    desk.save(here.store, here.actor)


def _panel(here: Here, desk: Desk) -> None:
    """Show what is chosen: a rule, a stage, or the curriculum itself."""
    selected = desk.selected
    if selected.edge is not None:
        stage, rule = graph.rule_of(selected.edge)
        rules = desk.draft.document["curriculum"].get(stage, {}).get("transition_rules", ())
        if 0 <= rule < len(rules):
            rule_panel.rule_panel(here, desk, stage, rule)
            return
    if selected.node is not None and any(stage.name == selected.node for stage in desk.curriculum.stages):
        stage_panel.stage_panel(here, desk, selected.node)
        return
    curriculum_panel.curriculum_panel(here, desk)


def _add_by_hand(here: Here, desk: Desk) -> None:
    """Offer what the canvas can do as plain fields, for who does not use a pointer."""
    if desk.is_review_only:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="builder-by-hand"):
        names = [stage.name for stage in desk.curriculum.stages]
        source = st.selectbox("From", names, key=f"builder-from-{desk.identity}", width=160)
        target = st.selectbox("To", names, key=f"builder-to-{desk.identity}", width=160, index=min(1, len(names) - 1))
        st.button(
            "Add a rule",
            key="builder-add-rule",
            icon=":material/conversion_path:",
            on_click=_add_rule,
            args=(here, desk, source, target),
        )
        st.button(
            "Add a stage",
            key="builder-add-stage",
            icon=":material/add_box:",
            help="Behind the chosen one, or before the end; with the settings of the stage before it.",
            on_click=_add_stage,
            args=(here, desk),
        )


def _add_rule(here: Here, desk: Desk, source: str, target: str) -> None:
    graph.add_rule(desk, source, target)
    desk.save(here.store, here.actor)


def _add_stage(here: Here, desk: Desk) -> None:
    graph.add_stage(desk, after=desk.selected.node)
    desk.save(here.store, here.actor)


def _document(desk: Desk) -> None:
    """Show the document as it would be written."""
    body = document_bytes(desk.draft.document)
    st.download_button(
        "Download the document",
        data=body,
        file_name=safe_name(desk.curriculum.file_name),
        mime="application/json",
        icon=":material/download:",
        key="builder-document",
        on_click="ignore",
    )
    st.code(body.decode("ascii"), language="json", height=420)
