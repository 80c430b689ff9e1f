"""Who looks after whom in the example lab: trainers, PIs, projects and rigs, all made up."""

from dataclasses import dataclass

import numpy as np

from autotrain_core.evaluation._streams import draw
from autotrain_core.evaluation._troubles import Troubles
from autotrain_core.rules import Floats, Ints

# Trees and birds: nobody is called that.
TRAINERS = ("Alder", "Beech", "Birch", "Cedar", "Elm", "Hazel", "Juniper", "Larch", "Linden", "Maple", "Rowan", "Yew")
PIS = ("Dr. Avocet", "Dr. Curlew", "Dr. Dunlin", "Dr. Heron", "Dr. Lapwing", "Dr. Plover")
PROJECTS = (
    "Value in cortex",
    "Dopamine and exploration",
    "Habits under uncertainty",
    "Cerebellum and choice",
    "Serotonin and patience",
    "Ageing and foraging",
    "Noradrenaline and surprise",
    "Striatal credit assignment",
    "Thalamus and switching",
    "Foraging genetics",
    "Claustrum and focus",
    "Sleep and learning",
)

HALL, _RIGS, _TRAINERS = 24, 4, 3  # mice, rigs and trainers of one hall: six mice a rig and day
_MALE, _FEMALE = 27.0, 22.0  # g, adult mice with free water


@dataclass(frozen=True, slots=True)
class People:
    """
    Who and what belongs to m mice; shape (m,), for sessions (T, m).

    Attributes:
        trainer, rig, PI, project: Numbers; `trainer_name` and the others give the words.
        session_trainer, session_rig: The same, session by session: colleagues cover, rigs are repaired.
        male: Whether the mouse is male.
        weight: Body weight before water restriction, g.
        age: Days from birth to the first session.
        curriculum: Uniform number that picks the curriculum.
    """

    trainer: Ints
    rig: Ints
    PI: Ints
    project: Ints
    session_trainer: Ints
    session_rig: Ints
    male: np.ndarray
    weight: Floats
    age: Ints
    curriculum: Floats


def draw_people(seed: int, mice: range, sessions: int, troubles: Troubles) -> People:
    """
    Draw who looks after the mice, and what is known of them.

    Args:
        seed: The lab's seed.
        mice: Numbers of the mice: 24 share a hall with four rigs and three trainers.
        sessions: T, the most sessions a mouse may have.
        troubles: How often others step in.
    """

    def drawn_by(rng: np.random.Generator, size: int) -> dict[str, Floats]:
        each = {name: rng.random(size) for name in ("sex", "age", "curriculum")}
        each["weight"] = rng.standard_normal(size)
        return each | {name: rng.random((sessions, size)) for name in ("trainer", "rig")}

    drawn = draw(seed, "people", mice, drawn_by)
    number = np.arange(mice.start, mice.stop)
    hall, place = number // HALL, number % HALL
    PI = (hall * 2 + place % 2) % len(PIS)  # noqa: N806 - the column of the session table is called that
    male = drawn["sex"] < 0.5
    return People(
        trainer=hall * _TRAINERS + place % _TRAINERS,
        rig=hall * _RIGS + place % _RIGS,
        PI=PI,
        project=PI * 2 + (place // 2) % 2,
        session_trainer=_covered(hall, place, _TRAINERS, drawn["trainer"], troubles.other_trainer),
        session_rig=_covered(hall, place, _RIGS, drawn["rig"], troubles.other_rig),
        male=male,
        weight=np.round(np.where(male, _MALE, _FEMALE) * (1 + 0.06 * drawn["weight"]), 1),
        age=60 + np.floor(60 * drawn["age"]).astype(np.int64),
        curriculum=drawn["curriculum"],
    )


def _covered(hall: Ints, place: Ints, of: int, chance: Floats, rate: float) -> Ints:
    """Give the number of who or what serves, shape (T, m): at some rate not the own but another of the hall."""
    own = place % of
    # Below the rate, the chance itself is spread evenly over the others.
    step = np.where(chance < rate, 1 + np.floor(chance / max(rate, 1e-9) * (of - 1)), 0).astype(np.int64)
    return hall * of + (own + step) % of


def trainer_names(count: int) -> list[str]:
    """Name the trainers 0 … count - 1: 'Alder' … 'Yew', 'Alder 2' and so on."""
    return _numbered(TRAINERS, count)


def rig_names(count: int) -> list[str]:
    """Name the rigs 0 … count - 1 by hall: '1-A' … '1-D', '2-A' and so on."""
    return [f"{rig // _RIGS + 1}-{'ABCD'[rig % _RIGS]}" for rig in range(count)]


def _numbered(names: tuple[str, ...], count: int) -> list[str]:
    rounds = (divmod(one, len(names)) for one in range(count))
    return [names[place] + (f" {turn + 1}" if turn else "") for turn, place in rounds]
