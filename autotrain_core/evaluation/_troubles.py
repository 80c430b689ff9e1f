"""What goes wrong in a lab, and how often: trainers disagree, files are late or lost, columns have holes."""

from dataclasses import dataclass

import numpy as np

from autotrain_core.evaluation._model_number import number
from autotrain_core.evaluation._streams import draw
from autotrain_core.rules import Bools, Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Troubles:
    """How often each kind of trouble comes; all zero is a lab that never existed."""

    overrides: float = number(0.025, "Trainer runs another stage", "per session", "half hold the mouse back")
    unticked: float = number(0.1, "Override without the box ticked", "per override", "stage changed by hand")
    open_loop: float = number(0.01, "Stage not recorded", "per session", "the suggested one was run")
    off_curriculum: float = number(0.006, "Run off curriculum", "per session", "a recording, another task")
    lost: float = number(0.004, "Files lost from here on", "per session", "a gap in the session numbers")
    lost_length: float = number(2.5, "Files lost at a time", "sessions, mean", "geometrically distributed")
    late: float = number(0.005, "File comes a session late", "per session", "the next one ran without knowing")
    uncounted: float = number(0.002, "Trial counts missing", "per session", "efficiency was still computed")
    twice: float = number(0.002, "Second session on a day", "per session", "two numbers, one date")
    missed: float = number(0.06, "Day without training", "per session", "on top of weekends")
    breaks: float = number(0.01, "Long break", "per session", "surgery or holidays, one to five weeks")
    late_starters: float = number(0.01, "Mouse comes from another lab", "per mouse", "session 1 is not in the table")
    switches: float = number(
        0.015, "Mouse changes curriculum", "per mouse", "midway, at the same stage if there is one"
    )
    other_trainer: float = number(0.05, "Another trainer covers", "per session", "from the same hall")
    other_rig: float = number(0.03, "Another rig is used", "per session", "from the same hall")


@dataclass(frozen=True, slots=True)
class Mishaps:
    """
    What went wrong for m mice in each of T sessions; arrays of shape (T, m), or (m,) where marked.

    Attributes:
        override: 0 for none, else the wish of the trainer: -1 an easier stage, 1 a harder one.
        ticked: Whether an override's box would be ticked.
        open_loop, off_curriculum, lost, late, uncounted: As the rates of `Troubles`.
        skipped: Sessions before the first in the table, (m,).
        switch: Session at which the curriculum changes, beyond the last one for most mice, (m,).
        switch_to: Uniform number that picks the new curriculum, (m,).
    """

    override: Ints
    ticked: Bools
    open_loop: Bools
    off_curriculum: Bools
    lost: Bools
    late: Bools
    uncounted: Bools
    skipped: Ints
    switch: Ints
    switch_to: Floats


def draw_mishaps(seed: int, mice: range, sessions: int, troubles: Troubles, lengths: Ints) -> Mishaps:
    """
    Draw what goes wrong.

    Args:
        seed: The lab's seed.
        mice: Numbers of the mice.
        sessions: T, the most sessions a mouse may have.
        troubles: The rates.
        lengths: Sessions that each mouse trains, shape (m,).
    """

    def drawn_by(rng: np.random.Generator, size: int) -> dict[str, Floats]:
        each = {name: rng.random(size) for name in ("starter", "skipped", "switcher", "switch", "switch_to")}
        names = ("override", "wish", "ticked", "open_loop", "off", "lost", "lost_length", "late", "uncounted")
        return each | {name: rng.random((sessions, size)) for name in names}

    drawn = draw(seed, "troubles", mice, drawn_by)
    wish = np.where(drawn["wish"] < 0.65, -1, 1)
    lost = _stretches(drawn["lost"] < troubles.lost, drawn["lost_length"], troubles.lost_length)
    off = drawn["off"] < troubles.off_curriculum
    # A mouse's first session is always there and on curriculum: it must be found to be lost.
    lost[0] = off[0] = False
    starter = drawn["starter"] < troubles.late_starters
    switcher = (drawn["switcher"] < troubles.switches) & (lengths > 2)
    switch = 2 + np.floor(drawn["switch"] * (lengths - 2)).astype(np.int64)
    return Mishaps(
        override=np.where(drawn["override"] < troubles.overrides, wish, 0),
        ticked=drawn["ticked"] >= troubles.unticked,
        open_loop=drawn["open_loop"] < troubles.open_loop,
        off_curriculum=off & ~lost,
        lost=lost,
        late=drawn["late"] < troubles.late,
        uncounted=drawn["uncounted"] < troubles.uncounted,
        skipped=np.where(starter, 2 + np.floor(10 * drawn["skipped"]).astype(np.int64), 0),
        switch=np.where(switcher, switch, sessions),
        switch_to=drawn["switch_to"],
    )


def _stretches(begins: Bools, chance: Floats, mean: float) -> Bools:
    """Lengthen each beginning, shape (T, m), to a stretch of geometrically distributed length along T."""
    inside = np.zeros_like(begins)
    for session in range(len(begins)):
        before = inside[session - 1] & (chance[session] < 1 - 1 / mean) if session else False
        inside[session] = begins[session] | before
    return inside
