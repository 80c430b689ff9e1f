"""Run now: asked for in so many words, watched while it goes on, and told of when it is over."""

from datetime import UTC, datetime
from functools import partial

import streamlit as st

from autotrain_core.models import Actor, Right
from autotrain_ui import frame, running, runs_parts, words
from autotrain_ui.frame import Here
from autotrain_ui.running import Job

_WANTED = "run_now:wanted"
_ASKED = "run_now:asked"
_WATCHED = "run_now:watched"
_OVER = "run_now:over"


def attend() -> None:
    """Draw the run that is under way on this server, or what came of the one that this person watched."""
    st.session_state.pop(_ASKED, None)
    job = running.desk().job
    if job is None:
        return
    if not job.over.is_set():
        st.session_state[_WATCHED] = job.at
        _watch(job)
    elif st.session_state.pop(_WATCHED, None) == job.at:
        st.session_state[_OVER] = job.at
        frame.notice(outcome(job), icon=":material/check:" if job.failure is None else ":material/error:")
        # What this page has read is older than what the run has just published.
        frame.look_again()
        st.rerun()
    elif st.session_state.get(_OVER) == job.at:
        _told(job)


def button(here: Here, *, label: str = "Run now …") -> None:
    """Draw the button that asks whether to run, for those who may."""
    job = running.desk().job
    busy = job is not None and not job.over.is_set()
    if not here.may(Right.RUN):
        return
    st.button(
        label,
        icon=":material/play_arrow:",
        type="primary",
        key="run-now",
        disabled=busy,
        help="A run is under way." if busy else "Decides and publishes what the nightly run would; it asks first.",
        on_click=_want,
    )
    if st.session_state.pop(_WANTED, False):
        _confirm(here)


def _want() -> None:
    st.session_state[_WANTED] = True


def outcome(job: Job) -> str:
    """Say what came of a run."""
    if job.failure is not None:
        return f"{'The trial' if job.dry else 'The run'} did not go through: {job.failure}"
    if job.report is None:
        return "The run is under way."
    counts = job.report.counts
    amended = words.count(counts["amended"], "amended one", "amended ones")
    news = f"{words.count(counts['added'], 'new session')}, {amended}"
    if job.dry:
        return f"A run would publish {news}." if job.report.changed else "A run would find nothing new."
    if not job.report.changed:
        return "The run went through and found nothing new."
    return f"The run went through: publication {job.report.publication.number} with {news}."


@st.dialog("Run now?")
def _confirm(here: Here) -> None:
    if st.session_state.pop(_ASKED, False):
        st.rerun()  # closes this; the page then watches the run
    st.markdown(
        f"It decides **{runs_parts.size(here.lab)}** from scratch, compares that with publication "
        f"{here.lab.publication.number}, and publishes what is new. Rigs and browsers then read it. What was published "
        "stays, except where a late or corrected session changes it; those are listed as amended."
    )
    st.text(f"The record will name you: {here.actor.email}.")
    st.button(
        f"Run now: decide {words.mice(len(here.lab.mice))} and publish",
        type="primary",
        key="run-publish",
        on_click=partial(_ask, here.actor, dry=False),
        width="stretch",
    )
    st.button(
        "Only try: show what would change, write nothing",
        key="run-try",
        on_click=partial(_ask, here.actor, dry=True),
        width="stretch",
    )


def _ask(actor: Actor, *, dry: bool) -> None:
    asked = datetime.now(UTC)
    job = running.ask(actor, at=asked, dry=dry)
    st.session_state[_ASKED] = True
    st.session_state[_WATCHED] = job.at
    if job.at != asked:
        frame.notice(f"{job.name} was faster: that run is under way.", icon=":material/group:")


@st.fragment(run_every=0.5)
def _watch(job: Job) -> None:
    if job.over.is_set():
        st.rerun()
    doing = "Trying" if job.dry else "Running"
    step = "reading the session table" if not job.steps else "deciding" if job.part < 1 else "comparing and writing"
    st.progress(min(0.05 + 0.85 * job.part, 1.0), text=words.as_text(f"{doing} for {job.name}: {step} …"))


def _told(job: Job) -> None:
    with st.container(border=True):
        if job.failure is not None:
            frame.show(job.failure)
        else:
            st.text(outcome(job))
        if job.dry and job.report is not None and len(job.report.amendments):
            st.text("What would be amended:")
            st.dataframe(job.report.amendments, hide_index=True, alt="Published rows that would change.")
        if job.report is not None:
            for warning in (*job.report.warnings, *job.report.foreign):
                st.text(f"• {warning}")
        st.button("Done", key="run-told", on_click=_forget)


def _forget() -> None:
    st.session_state.pop(_OVER, None)
