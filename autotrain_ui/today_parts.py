"""What the page Today asks of the lab, kept while nothing changes, and what it says where there is nothing to show."""

from datetime import date

import numpy as np
import streamlit as st

from autotrain_core import services
from autotrain_core.models import Actor
from autotrain_core.services import LabView, TodayBoard
from autotrain_ui import words
from autotrain_ui.address import TodayView

CHOICES = {"all": "Everyone", "mine": "My mice", "rig": "One rig"}
NEED = {"all": "All", "attention": "Need a person"}
_EVERY_ROW = 20_000


def board(lab: LabView, view: TodayView, actor: Actor, *, on: date, every: bool = False) -> TodayBoard:
    """
    Give the board that a person chose.

    Args:
        lab: The lab.
        view: What was chosen.
        actor: Who looks, for whom "my mice" are looked up.
        on: The day; see `services.board_day`.
        every: A row also for each mouse that has graduated, and for more than a person reads.
    """
    among = np.ones(len(lab.mice), dtype=bool)
    if view.who == "mine":
        among = services.mine(actor, lab.mice)
    elif view.who == "rig":
        among = (lab.mice["rig"] == view.rig).to_numpy(dtype=bool)
    return _board(
        lab, f"{lab.version} {lab.people.version}", on, np.packbits(among).tobytes(), view.only == "attention", every
    )


@st.cache_data(max_entries=16, show_spinner=False)
def _board(
    _lab: LabView,
    version: str,  # noqa: ARG001 - what is kept is kept until it changes
    on: date,
    packed: bytes,
    only_urgent: bool,
    every: bool,
) -> TodayBoard:
    among = np.unpackbits(np.frombuffer(packed, dtype=np.uint8), count=len(_lab.mice)).astype(bool)
    most = _EVERY_ROW if every else services.MOST_ROWS
    return services.today(_lab, on=on, among=among, only_urgent=only_urgent, graduates=every, most=most)


def csv(lab: LabView, view: TodayView, actor: Actor, *, on: date) -> bytes:
    """Give all rows of the board for a spreadsheet, and those of the mice that have graduated."""
    table = services.today_table(board(lab, view, actor, on=on, every=True))
    return services.spreadsheet_csv(table)


def rigs(lab: LabView, *, on: date) -> list[str]:
    """List the rigs of the mice that are in training."""
    training = lab.mice["rig"][services.in_training(lab, on=on)]
    return services.natural_order(training.dropna().unique())


def caption(board: TodayBoard, view: TodayView, actor: Actor, *, today: date, number: int) -> str:
    """Say what a printed board is."""
    who = {"all": "all mice in training", "mine": f"mice of {actor.name}", "rig": f"rig {view.rig}"}[view.who]
    cut = f", the first {len(board.rows):,} of {board.listed:,}" if len(board.rows) < board.listed else ""
    need = " that need a person" if view.only == "attention" else ""
    late = "" if board.on == today else f" (newest sessions: {words.day(board.newest, today)})"
    return f"{board.on:%A} {board.on.day} {board.on:%B %Y}{late}: {who}{need}{cut}. Publication {number}."


def nothing(lab: LabView, board: TodayBoard, view: TodayView, *, today: date) -> tuple[str, str]:
    """
    Say why the board is empty, and what to do.

    Returns:
        A headline and a sentence.
    """
    if board.newest is None:
        return (
            "No session yet",
            "A mouse stands here once a run has found a session of it in the session table. Where that lies, the "
            "settings say ([sessions] key).",
        )
    training = board.counts["in training"] + board.counts["have graduated"]
    if view.only == "attention" and training:
        return "Nobody is needed", f"All {words.mice(training)} go their way by the rules."
    if training:
        return "Nothing to set", "Every mouse that trains has graduated, and stays."
    if view.who == "mine":
        return (
            "No mouse of yours is in training",
            "Yours are those that name you as trainer or PI, or that the members document gives you.",
        )
    if view.who == "rig":
        return "No mouse trains there", "Choose another rig, or Everyone."
    days = lab.settings.app.active_days
    newest = words.day(board.newest, today)
    return (
        "No mouse is in training",
        f"The newest session was {newest}; a mouse trains while its last is at most {days} days old.",
    )
