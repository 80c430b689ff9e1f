"""Runs: whether the nights went well, what came of each mouse, and a run now."""

import streamlit as st

from autotrain_core import services
from autotrain_core.errors import AutotrainError
from autotrain_ui import address, frame, run_now, runs_parts, words
from autotrain_ui.address import RunsView

with frame.page("runs") as here:
    view = address.open_view(RunsView, page="runs")
    told = services.runs(here.store, most=1500)
    if here.status is not None and here.status.problems:
        # Before the first run, that there was none is said below, with what to do.
        if told:
            st.warning("\n\n".join(map(words.as_text, here.status.problems)), icon=":material/warning:")
    elif here.status is not None:
        st.success("All is well: the last run went through, and rigs and browsers read it.", icon=":material/check:")

    run_now.attend()
    if not told:
        st.header("No run yet")
        st.text(runs_parts.before_the_first(here.lab))
        if len(here.lab.mice):
            run_now.button(here, label="Run the first time …")
        st.stop()

    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.header("The last nights")
        st.space("stretch")
        run_now.button(here)
    runs_parts.draw_nights(told, now=here.now)
    run = runs_parts.chosen(told, view)
    runs_parts.draw_runs(told[:200], run=run, now=here.now)

    st.header(
        "The newest run" if run is told[0] else f"The run of {run.at.astimezone(here.now.tzinfo):%d %B %Y, %H:%M}"
    )
    st.text(runs_parts.sentence(run, now=here.now))
    if run.seconds:
        st.text(f"It took {run.duration:.2g} s: {runs_parts.parts(run)}. Program {run.code}.")
    for remark in runs_parts.remarks(run):
        st.text(f"• {remark}")

    if run.publication:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input("Mouse", key=address.key("runs", "subject"), placeholder="part of an id", width=200)
            st.pills(
                "Outcome", runs_parts.OUTCOMES, selection_mode="multi", key=address.key("runs", "outcome"),
                help="Partly: a session of the mouse was left out. Gone: the session table no longer has it.",
            )  # fmt: skip
        try:
            mice = runs_parts.narrowed(runs_parts.mice_after(here.store, run.entry, run.publication, run), view)
        except AutotrainError as error:
            frame.show(error)
            st.stop()
        if len(mice):
            runs_parts.draw_mice(mice)
        else:
            st.text("No mouse fits: take a filter away.")
