"""
Some mice of the example lab, trained closed loop through the real engine, with all that goes wrong.

The engine sees only what it would see in a lab: sessions whose file arrived and that were run on curriculum. What
happens in between is filled in afterwards, because a mouse learns on a rig whether a file is lost or not.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from autotrain_core.evaluation._calendar import Calendar, draw_calendar
from autotrain_core.evaluation._lab_people import People, draw_people
from autotrain_core.evaluation._lab_stages import Stages
from autotrain_core.evaluation._learning import (
    METRICS,
    Learning,
    Mice,
    Situation,
    Traits,
    days_of,
    draw_mice,
    perform,
    traits_of,
)
from autotrain_core.evaluation._simulate import simulate
from autotrain_core.evaluation._streams import draw
from autotrain_core.evaluation._troubles import Mishaps, Troubles, draw_mishaps
from autotrain_core.rules import Bools, Floats, Ints

COUNTS = ("finished_trials", "ignored_trials", "ignore_rate", "finished_rate", "foraging_performance")
"""The metrics that are missing together where trials were not counted."""

_UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Plan:
    """
    What a lab is made with; see `example_lab`.

    Attributes:
        seed, weeks, sessions_per_mouse, learning, troubles: The arguments of `example_lab`.
        stages: The stages of its curricula.
    """

    seed: int
    weeks: int
    sessions_per_mouse: int | None
    learning: Learning
    troubles: Troubles
    stages: Stages


@dataclass(frozen=True, slots=True)
class Trained:
    """
    What became of m mice; arrays of shape (T, m), T the most sessions a mouse may have.

    Attributes:
        calendar, people, mishaps, traits: What was drawn for them.
        trained: Whether there was such a session.
        engaged: Whether the engine saw it: on curriculum, its file not lost.
        suggested: Stages, places in `Stages`; -1 where the engine saw no session.
        ran: The stages that were run; the one before where a session was off curriculum.
        recorded: Whether the file tells the stage.
        ticked: Whether the override's box was ticked.
        metrics: What the files hold, a column for each of METRICS.
        water: Water earned in the session, mL.
        weight_ratio: Body weight as a fraction of the first one.
    """

    calendar: Calendar
    people: People
    mishaps: Mishaps
    traits: Traits
    trained: Bools
    engaged: Bools
    suggested: Ints
    ran: Ints
    recorded: Bools
    ticked: Bools
    metrics: Mapping[str, Floats]
    water: Floats
    weight_ratio: Floats


def train(plan: Plan, mice: range) -> Trained:
    """
    Train some mice from their first to their last session.

    Args:
        plan: What the lab is made with.
        mice: Numbers of the mice, from a multiple of the streams' block on.
    """
    return _Training(plan, mice).run()


class _Training:
    """The state of some mice while they are trained."""

    def __init__(self, plan: Plan, mice: range) -> None:
        self.plan, self.stages = plan, plan.stages
        self.calendar = draw_calendar(
            plan.seed,
            mice,
            weeks=plan.weeks,
            sessions_per_mouse=plan.sessions_per_mouse,
            troubles=plan.troubles,
        )
        self.shape = self.calendar.workday.shape
        most, count = self.shape
        self.people = draw_people(plan.seed, mice, most, plan.troubles)
        self.mishaps = draw_mishaps(plan.seed, mice, most, plan.troubles, self.calendar.lengths)
        drawn = draw(plan.seed, "learning", mice, lambda rng, size: draw_mice(plan.learning, most, rng, size))
        self.traits, self.days = traits_of(plan.learning, drawn), days_of(plan.learning, drawn)
        self.mice = Mice(plan.learning, self.traits, self.days, self.mishaps.skipped.astype(np.float64))
        self.trained = np.arange(most)[:, np.newaxis] < self.calendar.lengths
        self.engaged = self.trained & ~self.mishaps.lost & ~self.mishaps.off_curriculum
        # The engaged sessions, mouse after mouse: as the engine counts them.
        self.whose, self.sessions = np.nonzero(self.engaged.T)
        self.engagements = np.bincount(self.whose, minlength=count)
        self.begins = np.cumsum(self.engagements) - self.engagements
        self.switch = self.mishaps.switch if len(self.stages.curricula) > 1 else self.calendar.lengths
        before = self.sessions < self.switch[self.whose]
        self.before_switch = np.bincount(self.whose[before], minlength=count)
        self.next_after = np.full(count, _UNKNOWN, dtype=np.int64)
        self.suggested = np.full(self.shape, _UNKNOWN, dtype=np.int64)
        self.ran = np.full(self.shape, _UNKNOWN, dtype=np.int64)
        self.recorded = np.zeros(self.shape, dtype=bool)
        self.ticked = np.zeros(self.shape, dtype=bool)
        self.practice = np.zeros(self.shape)
        self.metrics = {name: np.full(self.shape, np.nan) for name in METRICS}

    def run(self) -> Trained:
        """Train all mice."""
        count = len(self.stages.curricula)
        first = np.floor(self.people.curriculum * count).astype(np.int64)
        step = 1 + np.floor(self.mishaps.switch_to * (count - 1)).astype(np.int64)
        second = (first + step) % count
        for curriculum in range(count):
            self._follow(curriculum, np.flatnonzero(first == curriculum))
        changing = self.before_switch < self.engagements
        for curriculum in range(count):
            self._change(curriculum, np.flatnonzero(changing & (second == curriculum)))
        return self._trained()

    def _follow(self, curriculum: int, mice: Ints) -> None:
        """Train mice by their first curriculum, up to the session at which some change to another."""
        if not len(mice):
            return
        start = self.stages.first[curriculum]
        here = np.isin(self.whose, mice) & (self.sessions < self.switch[self.whose])

        def run(position: int, places: Ints, suggested: Ints) -> tuple[Ints, Mapping[str, Floats]]:
            who = mice[places]
            new = self.mishaps.skipped[who] > 0 if position == 0 else np.zeros(len(who), dtype=bool)
            # Nobody knows what was suggested to a mouse from elsewhere: it is taken where it is.
            brought = self.stages.at_rank(np.full(len(who), curriculum), self.mishaps.skipped[who] // 4)
            stages = np.where(new, brought, start + suggested)
            ran, measured = self._session(who, position, stages, asked=~new)
            return ran - start, measured

        course = simulate(
            self.stages.curricula[curriculum],
            self.before_switch[mice],
            run,
            session_numbers=self._numbers()[here],
        )
        self.next_after[mice] = start + course.following[np.cumsum(self.before_switch[mice]) - 1]

    def _change(self, curriculum: int, mice: Ints) -> None:
        """
        Train mice by their second curriculum.

        Its rules look back at sessions before the change too: those are run once more as they were.
        """
        if not len(mice):
            return
        start, count = self.stages.first[curriculum], len(self.stages.curricula[curriculum].stages)
        expected = self.next_after[mice]
        target = self.stages.like(expected, curriculum)
        nearest = self.stages.at_rank(np.full(len(mice), curriculum), self.stages.rank[expected])
        target = np.where(target == _UNKNOWN, nearest, target)
        # A stage that this curriculum lacks must not count as time spent at the one that the mouse comes to.
        elsewhere = start + (target - start + 1) % count

        def run(position: int, places: Ints, suggested: Ints) -> tuple[Ints, Mapping[str, Floats]]:
            who = mice[places]
            sessions = self._sessions_of(who, position)
            stages = self.stages.like(np.maximum(self.ran[sessions, who], 0), curriculum)
            stages = np.where(stages == _UNKNOWN, elsewhere[places], stages)
            measured = {name: values[sessions, who] for name, values in self.metrics.items()}
            measured = self._as_filed(measured, sessions, who)
            new = position >= self.before_switch[who]
            if new.any():
                first = self.before_switch[who[new]] == position
                wanted = np.where(first, target[places[new]], start + suggested[new])
                stages[new], fresh = self._session(who[new], position, wanted, asked=~first)
                for name, values in fresh.items():
                    measured[name][new] = values
                come = who[new][first]
                self.suggested[self._sessions_of(come, position), come] = self.next_after[come]
            return stages - start, measured

        here = np.isin(self.whose, mice)
        simulate(
            self.stages.curricula[curriculum],
            self.engagements[mice],
            run,
            session_numbers=self._numbers()[here],
        )

    def _session(self, mice: Ints, position: int, suggested: Ints, *, asked: Bools) -> tuple[Ints, dict[str, Floats]]:
        """
        Run one session of some mice, and record it.

        Args:
            mice: Their places.
            position: Which of their engaged sessions it is, from 0.
            suggested: Stages.
            asked: Whether the suggestion could be overridden, missed or left unrecorded.
        """
        sessions = self._sessions_of(mice, position)
        wish = np.where(asked, self.mishaps.override[sessions, mice], 0)
        ran = np.where(wish == 0, suggested, self.stages.beside(suggested, wish))
        if position:
            before = self._sessions_of(mice, position - 1)
            known = self.suggested[before, mice]
            same = self.stages.curriculum[known] == self.stages.curriculum[suggested]
            # The file of the session before is not there yet: the rig shows what it showed for that one.
            ran = np.where(self.mishaps.late[before, mice] & asked & same & (wish == 0), known, ran)
        silent = self.mishaps.open_loop[sessions, mice] & asked
        ran = np.where(silent, suggested, ran)
        self.suggested[sessions, mice], self.ran[sessions, mice] = suggested, ran
        self.recorded[sessions, mice] = ~silent
        self.ticked[sessions, mice] = (ran != suggested) & (wish != 0) & self.mishaps.ticked[sessions, mice]
        measured = self.mice.train(mice, sessions, ran, self.stages.demands.difficulty[ran])
        self.practice[sessions, mice] = self.mice.practice(mice)
        for name, values in measured.items():
            self.metrics[name][sessions, mice] = values
        return ran, self._as_filed(measured, sessions, mice)

    def _as_filed(
        self, measured: Mapping[str, Floats], sessions: Ints | slice, mice: Ints | slice
    ) -> dict[str, Floats]:
        """Give what a file holds of the measured values: trials may not have been counted."""
        # A session without trials is known to be one; with neither count nor efficiency there is no session.
        uncounted = self.mishaps.uncounted[sessions, mice] & (measured["finished_trials"] > 0)
        return {
            name: np.where(uncounted, np.nan, values) if name in COUNTS else values for name, values in measured.items()
        }

    def _sessions_of(self, mice: Ints, position: int) -> Ints:
        """Which session of its life the p-th engaged session of each mouse is."""
        place: Ints = self.begins[mice] + position
        return self.sessions[place]

    def _numbers(self) -> Ints:
        """Session numbers of the engaged sessions, mouse after mouse."""
        return self.sessions + self.mishaps.skipped[self.whose] + 1

    def _trained(self) -> Trained:
        """Fill in what the engine did not see, and hand everything over."""
        sessions, mice = np.nonzero(self.trained & ~self.engaged)
        last = np.maximum.accumulate(np.where(self.engaged, np.arange(self.shape[0])[:, np.newaxis], 0), axis=0)
        before = last[sessions, mice]
        stages = self.ran.copy()
        stages[sessions, mice] = self.ran[before, mice]
        situation = Situation(
            mice,
            sessions,
            practice=self.practice[before, mice] + (sessions - before - 1),
            difficulty=self.stages.demands.difficulty[stages[sessions, mice]],
            surprise=np.zeros(len(mice)),
        )
        for name, values in perform(self.plan.learning, self.traits, self.days, situation).items():
            self.metrics[name][sessions, mice] = values
        rate, volume = self.stages.demands.reward_rate[stages], self.stages.demands.volume[stages]
        eaten = np.nan_to_num(self.metrics["foraging_efficiency"]) * self.metrics["finished_trials"]
        return Trained(
            calendar=self.calendar,
            people=self.people,
            mishaps=self.mishaps,
            traits=self.traits,
            trained=self.trained,
            engaged=self.engaged,
            suggested=self.suggested,
            ran=stages,
            recorded=self.recorded,
            ticked=self.ticked,
            metrics=self._as_filed(self.metrics, slice(None), slice(None)),
            water=np.round(eaten * rate * volume / 1000, 3),
            weight_ratio=np.round(self.days.weight_ratio, 3),
        )
