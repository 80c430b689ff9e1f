"""The parts of the Progress page: the bar above the picture, the picture, and what was chosen in it."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from autotrain_core import services
from autotrain_core.errors import TableError
from autotrain_core.services import LabView
from autotrain_ui import address, chips, filters, routes, session_table, words
from autotrain_ui.address import MouseView, ProgressView
from autotrain_ui.frame import Here
from autotrain_ui.preferences import Look
from autotrain_ui.progress import DETAILED, Picture, Span, StageColour, chosen, picture_of, progress_chart

PAGE = "progress"

_OPEN, _SPANS = "progress:open", "progress:spans"
_MOST_LISTED = 2_000
_ALONG = {"session": "Session", "date": "Date", "days": "Days"}
_SORTS = {
    "last": "Last session",
    "first": "First session",
    "id": "Mouse id",
    "progress": "Progress",
    "stage": "Current stage",
    "at_stage": "Sessions at stage",
}
_ALWAYS = ["subject_id", "session", "session_date", "stage", "suggested", "following", "decision"]
_FACTS = ["closed_loop", "overridden", "certain"]
_ON_CARDS = ["at_stage", "curriculum", "trainer", "PI", "project", "rig", "subject_alias", "nwb_suffix"]


@dataclass(frozen=True)
class Shown:
    """
    What the filters choose.

    Attributes:
        picture: Of the chosen sessions; None where there are none.
        mice: How many are chosen.
        sessions: How many are chosen.
        fault: Why the pattern for mice, or the one for mice to highlight, cannot be read; empty where it can.
        unfit: Why no pictures of sessions are shown; empty where the settings are fine.
    """

    picture: Picture | None
    mice: int = 0
    sessions: int = 0
    fault: str = ""
    unfit: str = ""


def go() -> None:
    """Go to the mouse that was clicked since the page was drawn."""
    wanted = st.session_state.pop(_OPEN, None)
    if isinstance(wanted, MouseView):
        st.switch_page(routes.route("mouse").file, query_params=address.to_query(wanted))


def nothing_yet(here: Here) -> None:
    """Say what to do in a lab without sessions."""
    st.info(
        "**No sessions yet.** The app looks for the session table of the store under "
        f"{words.as_text(here.settings.sessions.key)}. Put it there, or say in the settings where it lies "
        "(`[sessions] key`); after the next nightly run, or `autotrain run`, every session is a cell here.",
        icon=":material/grid_on:",
    )


def look(here: Here, view: ProgressView) -> Shown:
    """Choose the sessions and draw up their picture; what was drawn up before is kept."""
    # What the legend hides, hides in the browser.
    plain = view.model_copy(update={"hidden": ()})
    return _shown(here.lab.version, repr(plain), here.day, here.look, here.dark, _lab=here.lab, _view=plain)


@st.cache_resource(show_spinner=False, max_entries=12)
def _shown(
    version: str,  # noqa: ARG001 - lab and view are known by what stands for them
    asked: str,  # noqa: ARG001
    day: date,
    look: Look,
    dark: bool,
    *,
    _lab: LabView,
    _view: ProgressView,
) -> Shown:
    try:
        mask = services.select(_lab, _view, on=day)
        marked = services.mice_like(_lab, _view.mark)
    except TableError as error:
        return Shown(None, fault=str(error))
    sessions = int(np.count_nonzero(mask))
    if not sessions:
        return Shown(None)
    metrics = [metric for name, metric in _lab.metrics.items() if name in _lab.sessions.columns]
    columns = [*_ALWAYS, *_FACTS]
    if sessions <= DETAILED:
        columns += [*_ON_CARDS, *(metric.name for metric in metrics)]
    draw = partial(
        picture_of,
        _lab.sessions[columns] if mask.all() else _lab.sessions.loc[mask, columns],
        order=services.ordered_mice(_lab, mask, sort=_view.sort, descending=_view.order == "descending"),
        x=_view.x,
        colours=_colours(_lab, look, dark=dark),
        metrics=metrics,
        highlight=marked,
        title="Progress",
        subtitle=filters.in_words(_view),
        dated=_dated(_lab),
        first_dates=_lab.mice["first_date"],
    )
    unfit = ""
    try:
        picture = draw(pictures=_lab.settings.app.pictures)
    except ValueError as error:
        picture, unfit = draw(), str(error)
    return Shown(picture, mice=services.chosen_mice(_lab, mask), sessions=sessions, unfit=unfit)


def _colours(lab: LabView, look: Look, *, dark: bool) -> list[StageColour]:
    """Give each stage that was run or suggested the colour that it has everywhere, first to final."""
    of_label = {label: colour for (_, label), colour in reversed([*chips.colours_of(lab, look, dark=dark).items()])}
    labels = [str(label) for label in lab.sessions["stage"].cat.categories]
    return [
        StageColour(
            label=label,
            title=words.stage(label),
            fill=of_label[label].fill,
            text=of_label[label].text,
            edge=of_label[label].edge,
        )
        for label in labels
        if label in of_label
    ]


def _dated(lab: LabView) -> str:
    """Say of when the picture is, in words that change with the data only."""
    if not lab.publication.number:
        return "nothing published yet"
    return f"as of the run of {datetime.fromisoformat(lab.publication.at):%Y-%m-%d %H:%M} UTC"


def bar(here: Here, view: ProgressView, shown: Shown) -> None:
    """Draw the line above the picture: filters, what stands along the top, order, and how much is chosen."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="progress-bar"):
        with filters.popover(here, PAGE, view, fault=shown.fault):
            st.text_input(
                "Highlight mice",
                key=address.key(PAGE, "mark"),
                placeholder="700123, 7004.*",
                help="These mice stay bright, all others are dimmed. Written as above.",
                max_chars=500,
            )
        st.segmented_control(
            "Along the top",
            list(_ALONG),
            key=address.key(PAGE, "x"),
            format_func=_ALONG.__getitem__,
            label_visibility="collapsed",
            required=True,
        )
        st.selectbox(
            "Sort mice by",
            list(_SORTS),
            key=address.key(PAGE, "sort"),
            format_func=lambda name: f"By {_SORTS[name][0].lower()}{_SORTS[name][1:]}",
            label_visibility="collapsed",
            width=200,
        )
        _order(view)
        _counted(here, shown)
        st.download_button(
            "CSV",
            data=partial(_csv, here.lab, view, here.day),
            file_name=f"sessions-{here.today:%Y-%m-%d}.csv",
            mime="text/csv",
            icon=":material/download:",
            help="The chosen sessions with every column; it is written when you click.",
            key="progress-csv",
            on_click="ignore",
            disabled=not shown.sessions,
        )
        filters.chips(PAGE, view)
        if view.mark:
            st.button(
                words.as_text(f"Highlight: {view.mark}"),
                key="progress-chip-mark",
                icon=":material/close:",
                icon_position="right",
                help="Highlight no mouse.",
                on_click=address.change,
                args=(PAGE,),
                kwargs={"mark": ""},
            )


def _order(view: ProgressView) -> None:
    up = view.order == "ascending"
    st.button(
        "Ascending" if up else "Descending",
        icon=":material/arrow_upward:" if up else ":material/arrow_downward:",
        key="progress-turn",
        help="Turn the order round.",
        on_click=address.change,
        args=(PAGE,),
        kwargs={"order": "descending" if up else "ascending"},
    )


def _counted(here: Here, shown: Shown) -> None:
    mice, sessions = len(here.lab.mice), len(here.lab.sessions)
    told = f"{shown.mice:,} of {words.mice(mice)}, {shown.sessions:,} of {words.count(sessions, 'session')}"
    st.html(
        f"<span class='at-num' role='status' style='white-space:nowrap;font-size:0.85rem'>{told}</span>",
        width="content",
    )


def _csv(lab: LabView, view: ProgressView, day: date) -> bytes:
    return services.sessions_csv(lab, services.select(lab, view, on=day))


def picture(here: Here, view: ProgressView, shown: Shown) -> None:
    """Draw the picture, or say which filter hides everything."""
    if shown.unfit:
        st.warning(
            f"Pictures of sessions are not shown: {words.as_text(shown.unfit)}. See `[app] pictures` in the settings.",
            icon=":material/image_not_supported:",
        )
    if shown.picture is None:
        _nothing_chosen(here, view, shown.fault)
        return
    progress_chart(
        shown.picture,
        key="progress-picture",
        on_open=_note_to_open,
        on_select=_note_spans,
        on_hide=_note_hidden,
        hidden=view.hidden,
    )


def _nothing_chosen(here: Here, view: ProgressView, fault: str) -> None:
    if fault:
        st.info(f"**Nothing is chosen.** {words.as_text(fault)}", icon=":material/filter_list:")
        with st.container(horizontal=True):
            st.button("Clear the pattern", key="progress-unpattern", on_click=_clear_patterns)
            st.button("Clear all filters", key="progress-unfilter", on_click=filters.clear, args=(PAGE,))
        return
    st.info("**These filters choose no session.** Take one off, or clear all:", icon=":material/filter_list:")
    told = filters.active(view)
    with st.container(horizontal=True):
        for each in services.to_loosen(here.lab, view, on=here.day):
            name = filters.filter_of(each.fields)
            st.button(
                words.as_text(
                    f"Without “{told[name]}”: {words.count(each.sessions, 'session')}, {words.mice(each.mice)}"
                ),
                key=f"progress-loosen-{name}",
                on_click=filters.loosen,
                args=(PAGE, each.fields),
            )
        st.button("Clear all filters", key="progress-unfilter", on_click=filters.clear, args=(PAGE,))


def _clear_patterns() -> None:
    address.change(PAGE, subject="", mark="")


def _note_to_open(subject: str, session: int) -> None:
    st.session_state[_OPEN] = MouseView(subject=subject, session=session)


def _note_spans(spans: tuple[Span, ...]) -> None:
    st.session_state[_SPANS] = spans


def _note_hidden(hidden: tuple[str, ...]) -> None:
    address.change(PAGE, hidden=hidden)


def listing(here: Here, view: ProgressView) -> None:
    """List the sessions that were chosen with a box in the picture."""
    spans: tuple[Span, ...] = st.session_state.get(_SPANS, ())
    if not spans:
        return
    sessions = here.lab.sessions
    try:
        mask = chosen(sessions, spans) & services.select(here.lab, view, on=here.day)
    except TableError:
        return  # said beside the field
    number = int(np.count_nonzero(mask))
    if not number:
        return
    st.header(f"{words.count(number, 'chosen session')}")
    rows = sessions[mask].iloc[:_MOST_LISTED]
    if number > _MOST_LISTED:
        st.caption(f"The first {_MOST_LISTED:,} are listed; the file holds all.")
    st.dataframe(
        session_table.in_words(rows, here.lab.metrics),
        column_config=session_table.columns(here.lab.metrics),
        hide_index=True,
        key="progress-chosen",
        on_select=partial(_note_row, rows[["subject_id", "session"]]),
        selection_mode="single-row",
        alt="The sessions chosen in the picture, one a row",
    )
    with st.container(horizontal=True):
        st.download_button(
            "CSV of these",
            data=partial(services.sessions_csv, here.lab, mask),
            file_name=f"chosen-sessions-{here.today:%Y-%m-%d}.csv",
            mime="text/csv",
            icon=":material/download:",
            key="progress-chosen-csv",
            on_click="ignore",
        )
        st.button("Clear the choice", key="progress-unchoose", on_click=_note_spans, args=((),))
        st.caption("Tick a row to open the mouse at that session.")


def _note_row(rows: pd.DataFrame) -> None:
    picked = st.session_state["progress-chosen"]["selection"]["rows"]
    if picked and picked[0] < len(rows):
        row = rows.iloc[picked[0]]
        _note_to_open(str(row["subject_id"]), int(row["session"]))
