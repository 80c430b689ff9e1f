"""What became of overrides, by the sessions that have come since; and what people want each mouse to run next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from autotrain_core.evaluation._force import Force, Item, force, seniority
from autotrain_core.evaluation._interventions import Interventions, interventions, of_the_table, orders
from autotrain_core.evaluation._sessions import Opening, labels_of, open_table, read_actual
from autotrain_core.models import (
    IN_FORCE,
    Curriculum,
    Enrolment,
    Event,
    Library,
    Override,
    SessionMark,
    SessionRef,
    State,
    Step,
    step,
)

_STEPS = {
    State.ACTIVE: Step.START,
    State.USED: Step.USE,
    State.NOT_FOLLOWED: Step.MISS,
    State.EXPIRED: Step.EXPIRE,
    State.STALE: Step.OUTDATE,
}
_WAITING = frozenset({State.PROPOSED, State.APPROVED})
_UPCOMING = frozenset({State.APPROVED, *IN_FORCE})


@dataclass(frozen=True, slots=True)
class Standing:
    """
    How far an override is, by the sessions of its mouse.

    Attributes:
        override: As it is on record.
        state: What it is now.
        ran: The sessions that it was in force for, in order.
        sentence: Why, for a reader.
    """

    override: Override
    state: State
    ran: tuple[SessionRef, ...]
    sentence: str

    @property
    def step(self) -> Step | None:
        """What has to be recorded; None where the record says it already."""
        if self.override.state.over:
            return None
        news = self.state is not self.override.state or (self.state is State.ACTIVE and self.ran != self.override.ran)
        return _STEPS.get(self.state) if news and (self.ran or self.state is not State.ACTIVE) else None

    def recorded(self, *, by: str, at: datetime) -> Override:
        """
        Take the override to where it stands.

        Args:
            by: Which program says so.
            at: When, with a zone.

        Returns:
            The override with one more entry, or itself where there is nothing to record.
        """
        if self.step is None:
            return self.override
        ran = self.ran if self.step in {Step.START, Step.USE, Step.MISS} else ()
        return step(self.override, Event(step=self.step, by=by, at=at, comment=self.sentence, ran=ran))


@dataclass(frozen=True, slots=True)
class Standings:
    """
    What became of all overrides.

    Attributes:
        overrides: One for each override, in the order in which they were given.
        upcoming: Mouse -> the enrolment or override that says what it runs next; mice that follow the rules are not
            in it.
        suggested: For each row of the table the stage that people suggested for it, None where nobody did, shape (n,).
    """

    overrides: tuple[Standing, ...]
    upcoming: Mapping[str, Item]
    suggested: npt.NDArray[np.object_]


def standings(
    sessions: pd.DataFrame,
    curriculum: Curriculum | Library | None = None,
    *,
    on: date,
    overrides: Iterable[Override],
    enrolments: Iterable[Enrolment] = (),
    marks: Iterable[SessionMark] = (),
    open_loop: bool = False,
) -> Standings:
    """
    Tell what became of overrides.

    Args:
        sessions: See `decide`.
        curriculum: See `decide`.
        on: The lab's day: what had its last day before it is over.
        overrides: In any state.
        enrolments: See `decide`.
        marks: See `decide`.
        open_loop: See `decide`.

    Returns:
        The state of each, and what comes next by the will of people: exactly what `decide` takes as in force.

    Raises:
        MissingColumnError: A column that is needed is not there at all.
        TableError: No session can be decided by anything, or a column is of the wrong kind.
    """
    said = interventions(enrolments, overrides, marks)
    opening = open_table(sessions, curriculum, said=said)
    actual = read_actual(sessions, opening.program, opening.rows, open_loop=open_loop)

    labels = labels_of(sessions, opening, actual, curriculum)

    def among(items: Sequence[Item]) -> Force:
        return force(sessions, opening.rows, opening.real, labels, of_the_table(items, opening.rows))

    told = _Told.of(among(said.told), opening)
    waiting = _Told.of(among([one for one in said.overrides if one.state in _WAITING]), opening)
    found = tuple(_standing(one, waiting if one.state in _WAITING else told, on) for one in said.overrides)
    ordered = orders(sessions, opening.rows, opening.real, labels, said)
    # One more than there are, for what nobody suggested: its number is -1.
    names = np.array([*labels.names, None], dtype=object)
    suggested = np.full(len(sessions), None, dtype=object) if ordered is None else names[ordered.forced]
    return Standings(found, _upcoming(found, told, said), suggested)


@dataclass(frozen=True, slots=True)
class _Told:
    """What is known of each enrolment and override of a mouse of the table, by its identity."""

    places: Mapping[int, int]
    force: Force
    stops: np.ndarray
    names: np.ndarray

    @classmethod
    def of(cls, found: Force, opening: Opening) -> "_Told":
        places = {id(item): place for place, item in enumerate(found.aims.items)}
        return cls(places, found, found.line.stop(found.aims.mice), opening.rows.names)

    def ran(self, place: int) -> tuple[tuple[SessionRef, ...], bool]:
        """Name the sessions that it was in force for, and tell whether the last of them followed it."""
        owners, sessions = self.force.pairs
        low, high = np.searchsorted(owners, place, side="left"), np.searchsorted(owners, place, side="right")
        refs = tuple(self.force.line.ref(int(session), self.names) for session in sessions[low:high])
        return refs, bool(self.force.followed[low:high].all())


def _standing(override: Override, told: _Told, on: date) -> Standing:
    if override.state not in IN_FORCE and override.state not in _WAITING:
        return Standing(override, override.state, override.ran, f"it is {override.state}: {override.state.words}")
    late = override.until is not None and override.until < on
    place = told.places.get(id(override))
    ran: tuple[SessionRef, ...] = ()
    followed, came, skipped, cut, replaced = True, False, False, False, False
    if place is not None:
        behind, begins, stop = int(told.force.behind[place]), int(told.force.begins[place]), int(told.stops[place])
        came, skipped = behind < stop, behind < begins == stop
        if override.state in IN_FORCE:
            ran, followed = told.ran(place)
            cut = begins + len(ran) < stop
            replaced = bool(told.force.replaced[place])
    if override.state in _WAITING:
        if came:
            return Standing(override, State.STALE, (), "another session came before the rigs were told")
        if late and override.state is State.APPROVED:
            return Standing(override, State.EXPIRED, (), f"its last day was {override.until}")
        return Standing(override, override.state, (), override.state.words)
    over = ("another one took its place" if replaced else f"its last day was {override.until}") * (
        replaced or cut or late
    )
    return Standing(override, *_of_told(override, ran, followed=followed, skipped=skipped and not replaced, over=over))


def _of_told(
    override: Override, ran: tuple[SessionRef, ...], *, followed: bool, skipped: bool, over: str
) -> tuple[State, tuple[SessionRef, ...], str]:
    count, most = len(ran), override.sessions
    if not followed:
        return State.NOT_FOLLOWED, ran, f"{ran[-1].words} did not follow it"
    if count == most:
        return State.USED, ran, f"{ran[-1].words} followed it" if most == 1 else f"{count} sessions followed it"
    if skipped:
        return State.STALE, (), "a session of a day before its approval came after the one that it was written for"
    sessions = "1 session" if count == 1 else f"{count} sessions"
    if over:
        return (State.USED, ran, f"{sessions} followed it; {over}") if count else (State.EXPIRED, (), over)
    if count or override.state is State.ACTIVE:
        return State.ACTIVE, ran, f"{sessions} followed it so far" + (f", of {most}" if most is not None else "")
    return State.PUBLISHED, (), State.PUBLISHED.words


def _upcoming(found: Sequence[Standing], told: _Told, said: Interventions) -> dict[str, Item]:
    items: list[Item] = [each.override for each in found if each.state in _UPCOMING]
    for one in said.enrolments:
        place = told.places.get(id(one))
        begun = place is not None and told.force.begins[place] < told.stops[place]
        if one.stands and not begun:
            items.append(one)
    return {item.subject_id: item for item in sorted(items, key=seniority)}
