"""
What a model of learning is fitted to: the mice of a session table, each with its curriculum, stages and sessions.

The same mice can be trained once more, in the model: a clone has the curriculum, the first stage and the session
numbers of its mouse, so that what differs between the two is the model alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from autotrain_core.errors import DocumentError, TableError
from autotrain_core.evaluation._decide import decide_gathered
from autotrain_core.evaluation._difficulty import Difficulty, demands_of
from autotrain_core.evaluation._interventions import NOTHING, Interventions
from autotrain_core.evaluation._learning import METRICS, Learning, Mice, days_of, draw_mice, traits_of
from autotrain_core.evaluation._program import compile_program
from autotrain_core.evaluation._sessions import gather
from autotrain_core.evaluation._simulate import simulate
from autotrain_core.models import Curriculum, Library
from autotrain_core.rules import Bools, Floats, Ints

FEWEST_MICE = 10
FEWEST_SESSIONS = 100
LONGEST = 60
"""Sessions with a later number are not looked at: few mice train so long, and the model has learned all by then."""

MEASURED = ("foraging_efficiency", "finished_trials")


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """
    What mice did in n sessions; arrays of shape (n,).

    Attributes:
        efficiency: Fraction of an ideal forager's reward; NaN where it is missing.
        vigour: Square root of the finished trials; NaN where they are missing.
        difficulty: Of the stage that was run.
        graduated: Whether the rules sent the mouse to an end after the session.
    """

    efficiency: Floats
    vigour: Floats
    difficulty: Floats
    graduated: Bools


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """
    m mice with n sessions, mouse after mouse, sessions in order.

    Attributes:
        curricula: What the mice were trained by.
        curriculum: Place in them of the one that a mouse had most sessions under, shape (m,).
        first_stage: Stage of its first session, a place in that curriculum's stages, shape (m,).
        lengths: Sessions of each, shape (m,).
        day: Number of each session, from 0, shape (n,).
        seen: What the mice did.
        replayed: Share of the sessions whose stage nobody recorded: they have the one that was suggested.
        left_out: Mice of the table that could not be used.
    """

    curricula: tuple[Curriculum, ...]
    curriculum: Ints
    first_stage: Ints
    lengths: Ints
    day: Ints
    seen: Behaviour = field(repr=False)
    replayed: float
    left_out: int

    @property
    def mice(self) -> int:
        """How many mice."""
        return len(self.lengths)

    @property
    def sessions(self) -> int:
        """How many sessions."""
        return len(self.day)

    @property
    def mouse(self) -> Ints:
        """Place of the mouse of each session, shape (n,)."""
        return np.repeat(np.arange(self.mice), self.lengths)

    @property
    def position(self) -> Ints:
        """Which session of its mouse each one is, from 0, shape (n,)."""
        return np.arange(self.sessions) - np.repeat(np.cumsum(self.lengths) - self.lengths, self.lengths)


def is_modelled(curriculum: Curriculum) -> bool:
    """Tell whether the model knows all metrics that the rules of a curriculum read."""
    return set(compile_program((curriculum,)).metrics) <= set(METRICS)


def require_modelled(curricula: Sequence[Curriculum]) -> None:
    """
    Refuse curricula whose rules read what the model does not know.

    Raises:
        DocumentError: Some rule reads a metric that simulated mice do not have.
    """
    for curriculum in curricula:
        unknown = sorted(set(compile_program((curriculum,)).metrics) - set(METRICS))
        if unknown:
            raise DocumentError(
                f"{curriculum.key} cannot be simulated: its rules read {', '.join(repr(name) for name in unknown)}, "
                f"of which the model of learning knows nothing. It knows {', '.join(METRICS)}."
            )


def read_history(
    sessions: pd.DataFrame,
    curricula: Curriculum | Library,
    *,
    difficulty: Difficulty,
    said: Interventions = NOTHING,
    most: int | None = None,
    seed: int = 0,
) -> History:
    """
    Collect the mice of a session table.

    Args:
        sessions: As `decide` takes it, with `foraging_efficiency` and `finished_trials`. Where no stage was recorded,
            the rules tell it: the mouse is assumed to have run what they suggested.
        curricula: The one that all sessions followed, or those that the rows name.
        difficulty: What each demand of a stage weighs.
        said: What people decided.
        most: Take so many mice at most, drawn with the seed; all where this is None.
        seed: Of that draw.

    Raises:
        MissingColumnError: A column that is needed is not there at all.
        TableError: Too few mice or sessions are left to fit anything to.
    """
    sessions = sessions.reset_index(drop=True)
    decided = decide_gathered(sessions, gather(sessions, curricula, open_loop=False, said=said)).decisions
    rows = _usable(sessions, decided, curricula)
    names = rows["subject_id"].drop_duplicates().to_numpy()
    known = len(names)
    if most is not None and known > most:
        names = np.random.default_rng([seed, known]).choice(names, most, replace=False)
        rows = rows[rows["subject_id"].isin(names)]
    if min(known, rows["subject_id"].nunique()) < FEWEST_MICE or len(rows) < FEWEST_SESSIONS:
        raise TableError(
            f"Not enough mice: a model of learning is fitted to at least {FEWEST_MICE} mice and {FEWEST_SESSIONS} "
            f"sessions with efficiency and trials; here are {known} mice and {len(rows):,} sessions. Choose more mice "
            "or a longer period, or wait for more sessions."
        )
    return _history(rows, curricula, difficulty, left_out=sessions["subject_id"].nunique() - known)


def _usable(sessions: pd.DataFrame, decided: pd.DataFrame, curricula: Curriculum | Library) -> pd.DataFrame:
    """Lay the measured values beside the decisions, and drop what cannot be modelled."""
    modelled = {(one.name, one.version) for one in _each(curricula) if is_modelled(one)}
    columns = [sessions[name].loc[decided.index] if name in sessions.columns else np.nan for name in MEASURED]
    rows = decided.assign(
        **{name: pd.to_numeric(values, errors="coerce") for name, values in zip(MEASURED, columns, strict=True)}
    )
    pairs = pd.MultiIndex.from_frame(rows[["curriculum_name", "curriculum_version"]])
    there = pairs.isin(list(modelled)) & rows[list(MEASURED)].notna().any(axis=1).to_numpy()
    rows = rows[there & (rows["session"].to_numpy() <= LONGEST)]
    return rows.sort_values(["subject_id", "session"], kind="stable")


def _each(curricula: Curriculum | Library) -> tuple[Curriculum, ...]:
    return (curricula,) if isinstance(curricula, Curriculum) else tuple(curricula)


def _history(rows: pd.DataFrame, curricula: Curriculum | Library, difficulty: Difficulty, *, left_out: int) -> History:
    """Turn the rows into arrays; the stages of a curriculum that a mouse left again keep their own difficulty."""
    known = {(one.name, one.version): one for one in _each(curricula)}
    keys = list(zip(rows["curriculum_name"], rows["curriculum_version"], strict=True))
    used = tuple(dict.fromkeys(keys))
    place = np.array([used.index(key) for key in used], dtype=np.int64)[pd.factorize(pd.Index(keys))[0]]
    chosen = tuple(known[key] for key in used)
    mouse, _ = pd.factorize(rows["subject_id"])
    lengths = np.bincount(mouse)
    under = np.zeros((len(lengths), len(used)), dtype=np.int64)
    np.add.at(under, (mouse, place), 1)
    curriculum = under.argmax(axis=1)
    stages, hard, ends = _stages(chosen, difficulty)
    labels = rows["current_stage_actual"].to_numpy()
    following = rows["next_stage_suggested"].to_numpy()
    ran = np.array([hard[key, label] for key, label in zip(place, labels, strict=True)])
    first = np.cumsum(lengths) - lengths
    starting = [stages[key].get(label, 0) for key, label in zip(curriculum, labels[first], strict=True)]
    return History(
        curricula=chosen,
        curriculum=curriculum,
        first_stage=np.array(starting, dtype=np.int64),
        lengths=lengths,
        day=rows["session"].to_numpy(dtype=np.int64) - 1,
        seen=Behaviour(
            efficiency=rows[MEASURED[0]].to_numpy(dtype=np.float64),
            vigour=np.sqrt(np.maximum(rows[MEASURED[1]].to_numpy(dtype=np.float64), 0.0)),
            difficulty=ran,
            graduated=np.array([(key, label) in ends for key, label in zip(place, following, strict=True)]),
        ),
        replayed=1 - float(rows["closed_loop"].mean()),
        left_out=left_out,
    )


def _stages(
    curricula: Sequence[Curriculum], difficulty: Difficulty
) -> tuple[list[dict[str, int]], Mapping[tuple[int, str], float], set[tuple[int, str]]]:
    """Give the places of the stages of each curriculum, how hard they are, and which are ends."""
    places = [{stage.label: place for place, stage in enumerate(one.stages)} for one in curricula]
    hard = {
        (number, stage.label): float(weight)
        for number, one in enumerate(curricula)
        for stage, weight in zip(one.stages, demands_of(one, difficulty).difficulty, strict=True)
    }
    ends = {(number, stage.label) for number, one in enumerate(curricula) for stage in one.stages if stage.terminal}
    return places, hard, ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Clones:
    """
    The mice of a history, `times` times over, and the random numbers that come over them.

    The numbers are drawn once: what changes from one learning to another is then due to the learning.

    Attributes:
        history: Whose clones they are.
        times: How many each mouse has.
        drawn: See `draw_mice`; mouse after mouse, all mice once before any comes again.
        difficulty: Of the stages of each curriculum.
    """

    history: History
    times: int
    drawn: Mapping[str, Floats] = field(repr=False)
    difficulty: tuple[Floats, ...]


def clones(
    history: History, learning: Learning, difficulty: Difficulty, *, times: int, rng: np.random.Generator
) -> Clones:
    """Draw the clones; `bad_days` and `memory` of `learning` hold for all that is done with them."""
    days = int(history.day.max()) + 1
    return Clones(
        history=history,
        times=times,
        drawn=draw_mice(learning, days, rng, history.mice * times),
        difficulty=tuple(demands_of(one, difficulty).difficulty for one in history.curricula),
    )


def train_again(clones: Clones, learning: Learning) -> Behaviour:
    """
    Train the clones closed loop, each by the curriculum of its mouse, on the days on which that was trained.

    Returns:
        n × `times` sessions: those of the history in its order, once for each clone; a value that the mouse lacks, its
        clones lack too.
    """
    history, times = clones.history, clones.times
    mice = history.mice
    everyone = Mice(
        learning, traits_of(learning, clones.drawn), days_of(learning, clones.drawn), np.zeros(mice * times)
    )
    begin = np.tile(np.cumsum(history.lengths) - history.lengths, times)
    lengths, first = np.tile(history.lengths, times), np.tile(history.first_stage, times)
    size = history.sessions
    offset = np.repeat(np.arange(times) * size, mice) + begin
    found = {name: np.full(size * times, np.nan) for name in (*MEASURED, "difficulty")}
    graduated = np.zeros(size * times, dtype=np.bool_)
    for number, curriculum in enumerate(history.curricula):
        who = np.flatnonzero(np.tile(history.curriculum, times) == number)
        hard = clones.difficulty[number]

        def run(position: int, places: Ints, suggested: Ints, who: Ints = who, hard: Floats = hard) -> _Run:
            mine = who[places]
            stages = first[mine] if position == 0 else suggested
            days = history.day[begin[mine] + position]
            measured = everyone.train(mine, days, stages, hard[stages])
            rows = offset[mine] + position
            for name in MEASURED:
                found[name][rows] = measured[name]
            found["difficulty"][rows] = hard[stages]
            return stages, measured

        numbers = np.concatenate([history.day[begin[mouse] : begin[mouse] + lengths[mouse]] for mouse in who] or [_NO])
        course = simulate(curriculum, lengths[who], run, session_numbers=numbers + 1)
        ends = np.array([stage.terminal for stage in curriculum.stages])
        graduated[offset[who][course.mouse] + course.position] = ends[course.following]
    missing = {name: np.tile(np.isnan(getattr(history.seen, name)), times) for name in ("efficiency", "vigour")}
    return Behaviour(
        efficiency=np.where(missing["efficiency"], np.nan, found[MEASURED[0]]),
        vigour=np.where(missing["vigour"], np.nan, np.sqrt(found[MEASURED[1]])),
        difficulty=found["difficulty"],
        graduated=graduated,
    )


_Run = tuple[Ints, Mapping[str, Floats]]
_NO = np.zeros(0, dtype=np.int64)
