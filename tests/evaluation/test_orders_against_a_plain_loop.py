"""
What people decided against an independent, slow reading of the same meanings: one mouse, one session at a time.

Random overrides, enrolments and excluded sessions lie over the random tables of the other plain loop.
"""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from autotrain_core.evaluation import decide_and_report, decide_part, divide, interventions, join, standings
from autotrain_core.models import Enrolment, Library, State
from tests.evaluation.orders import AT, day, enrolment, mark, override, ref
from tests.evaluation.test_against_a_plain_loop import CURRICULA, plain_loop, tables
from tests.searching import search

RECORDED = (State.USED, State.NOT_FOLLOWED, State.REVOKED)
NEVER = (State.EXPIRED, State.STALE)
LABELS = {stage.label for each in CURRICULA for stage in each.stages} | {"STAGE_2"}
KNOWN = {"mouse": "known", "session": 1, "trials": 1.0, "efficiency": 1.0, "actual": None, "curriculum": "1"}


def is_it(row, named, dated):
    """How well a row is the session that somebody named: the smaller the better, None for not at all."""
    if dated and row["day"] is not None and named.session_date is not None:
        if day(row["day"]) != named.session_date:
            return None
        if row["suffix"] == named.suffix:
            return 0
        return 1 if row["session"] == named.session else None
    if row["session"] != named.session:
        return None
    return 3 if dated and row["day"] is not None else 2


def find(rows, named, dated):
    found = [(is_it(row, named, dated), place) for place, row in enumerate(rows)]
    return min([each for each in found if each[0] is not None], default=(None, None))[1]


def behind(rows, named, dated):
    if named is None:
        return 0
    found = find(rows, named, dated)
    if found is not None:
        return found + 1
    if dated and named.session_date is not None and any(row["day"] is not None for row in rows):
        later = [place for place, row in enumerate(rows) if row["latest"] and day(row["latest"]) > named.session_date]
    else:
        later = [place for place, row in enumerate(rows) if row["session"] > named.session]
    return later[0] if later else len(rows)


def followed_by(row, item):
    closed = row["actual"] in LABELS
    on = row["curriculum"] is not None
    if not isinstance(item, Enrolment) and item.kind == "off":
        return not (on and closed)
    if not on or (closed and row["actual"] != item.stage):
        return False
    moves = isinstance(item, Enrolment) or item.kind in {"curriculum", "on"}
    return not moves or (item.curriculum, item.version) == ("Toy", row["curriculum"])


class Life:
    """One enrolment or override while the sessions of its mouse go by."""

    def __init__(self, item, rows, dated):
        self.item, self.rows, self.dated = item, rows, dated
        self.recorded = not isinstance(item, Enrolment) and item.state in RECORDED
        self.behind = behind(rows, item.after, dated)
        self.most = 1 if isinstance(item, Enrolment) else item.sessions
        self.until = None if isinstance(item, Enrolment) else item.until
        self.places = [find(rows, each, dated) for each in item.ran] if self.recorded else []
        self.over = self.missed = self.skipped = False
        self.days_count = dated and any(row["day"] is not None for row in rows)
        self.ran = []

    @property
    def lives(self):
        return not self.recorded and not isinstance(self.item, Enrolment)

    def may_begin(self, place):
        latest = self.rows[place]["latest"]
        return place >= self.behind and (not self.days_count or (latest is not None and day(latest) >= self.item.day))

    def wants(self, place):
        if self.recorded:
            return place in self.places
        if self.over or place < self.behind:
            return False
        latest = self.rows[place]["latest"]
        if not self.may_begin(place):
            self.skipped = True
            return False
        if self.days_count and self.until and latest and day(latest) > self.until:
            self.over, self.skipped = True, False
            return False
        self.skipped = False
        return True

    def take(self, place):
        self.ran.append(place)
        self.missed = not followed_by(self.rows[place], self.item)
        if not self.recorded and (self.missed or len(self.ran) == self.most):
            self.over = True

    @property
    def state(self):
        count = len(self.ran)
        if count and self.missed:
            return State.NOT_FOLLOWED
        if count == self.most:
            return State.USED
        if self.skipped and not self.over:
            return State.STALE
        if self.over:
            return State.USED if count else State.EXPIRED
        return State.ACTIVE if count or self.item.state is State.ACTIVE else State.PUBLISHED


def plain_orders(rows, items, dated):
    """Walk through the sessions of one mouse: which stage was forced, where it begins, and what became of each item."""
    latest = None
    for row in rows:
        latest = row["day"] if latest is None else max(latest, row["day"] or latest)
        row["latest"] = latest
    moment = lambda item: (item.at if isinstance(item, Enrolment) else item.approved_at).isoformat()  # noqa: E731
    lives = [Life(item, rows, dated) for item in sorted(items, key=lambda item: (str(item.day), moment(item), item.id))]
    forced, starts, away = {}, {}, set()
    for place, row in enumerate(rows):
        wanting = [number for number, life in enumerate(lives) if life.wants(place)]
        if wanting:
            newest = wanting[-1]
            for life in lives[:newest]:
                if not life.recorded and not life.over:
                    life.over, life.skipped = True, False
            life = lives[newest]
            life.take(place)
            closed = row["actual"] in LABELS
            if not isinstance(life.item, Enrolment) and life.item.kind == "off":
                if not closed and row["curriculum"] is not None:
                    away.add(row["place"])
            elif (closed or followed_by(row, life.item)) and life.item.stage in LABELS:
                forced[row["place"]] = life.item.stage
        begun = [life.item for life in lives if isinstance(life.item, Enrolment) and life.may_begin(place)]
        begins = begun[-1] if begun else None
        if begins is not None and begins.stage in LABELS:
            named = (begins.curriculum, begins.version) == ("Toy", row["curriculum"])
            if row["actual"] in LABELS or named:
                starts[row["place"]] = begins.stage
    return forced, starts, away, {life.item.id: (life.state, life.ran) for life in lives if life.lives}


@st.composite
def labs(draw):
    rows = [dict(row) for row in draw(tables())]
    lag = {}
    for row in rows:
        lag[row["mouse"]] = lag.get(row["mouse"], 3) + draw(st.sampled_from([0, 0, 0, 1]))
        row["day"] = draw(st.sampled_from([0, 0, 0, 0, None]))
        row["day"] = row["day"] if row["day"] is None else row["session"] + lag[row["mouse"]]
        row["suffix"] = draw(st.sampled_from(["", "", "7"]))
    mice = sorted({row["mouse"] for row in rows})
    items = [draw(orders(number, mice, rows)) for number in range(draw(st.integers(0, 4)))]
    marks = [mark(draw(names(mice, rows)), id=f"ma-{number}") for number in range(draw(st.integers(0, 2)))]
    return rows, items, marks, draw(st.sampled_from([True, True, True, False]))


@st.composite
def names(draw, mice, rows, mouse=None):
    """A session of a mouse that is in the table, or one that is not."""
    own = [row for row in rows if mouse in (None, row["mouse"])]
    if draw(st.sampled_from([True, True, False])):
        row = draw(st.sampled_from(own))
        return ref(row["mouse"], row["session"], row["day"], row["suffix"])
    number = draw(st.integers(0, 12))
    known = draw(st.booleans())
    return ref(mouse or draw(st.sampled_from(mice)), number, number + 3 if known else None)


@st.composite
def orders(draw, number, mice, rows):
    mouse = draw(st.sampled_from([*mice, "nobody"]))
    here = "m0" if mouse == "nobody" else mouse
    after = draw(st.one_of(st.none(), names(mice, rows, here))) if mouse != "nobody" else None
    stage = draw(st.sampled_from(["A", "B", "C", "D", "STAGE_2", "Nowhere"]))
    since, version = draw(st.integers(1, 14)), draw(st.sampled_from(["1", "2", "unknown"]))
    if draw(st.integers(0, 3)) == 0:
        return enrolment(mouse, version, stage, since=since, after=after, id=f"en-{number}")
    kind = draw(st.sampled_from(["stage", "hold", "curriculum", "on", "off"]))
    moves = {"curriculum": "Toy", "version": version} if kind in {"curriculum", "on"} else {}
    until = draw(st.sampled_from([None, None, since + 2, since - 1]))
    most = draw(st.sampled_from([1, 1, 2, 3, None]))
    most = 2 if most is None and until is None and kind != "off" else most
    state = draw(st.sampled_from([State.PUBLISHED, State.PUBLISHED, State.ACTIVE, *RECORDED, *NEVER]))
    ran = ()
    if state in {State.USED, State.NOT_FOLLOWED, State.ACTIVE}:
        ran = (draw(names(mice, rows, here)),)
        most = 2 if state is State.ACTIVE and most == 1 else most
    if ran and mouse == "nobody":
        ran = (ref("nobody", 1, 1),)
    return override(
        mouse, kind, stage, state=state, since=since, ran=ran, after=after, sessions=most, until=until and day(until),
        id=f"ov-{number}", **moves,
    )  # fmt: skip


def table_of(rows, dated):
    table = pd.DataFrame(rows).sort_values("place")
    made = pd.DataFrame(
        {
            "subject_id": table["mouse"],
            "session": table["session"],
            "trials": table["trials"],
            "efficiency": table["efficiency"],
            "current_stage_actual": table["actual"],
            "curriculum_name": np.where(table["curriculum"].isna(), None, "Toy"),
            "curriculum_version": table["curriculum"],
        }
    ).set_index(table["place"].to_numpy())
    if dated:
        made["session_date"] = [None if pd.isna(each) else str(day(int(each))) for each in table["day"]]
        made["nwb_suffix"] = table["suffix"].replace("", None).to_numpy()
    return made


@search(130)
@given(labs())
def test_what_people_decided_counts_as_the_plain_loop_counts_it(lab):
    rows, items, marks, dated = lab
    rows = [*rows, {**KNOWN, "place": len(rows), "day": 1, "suffix": ""}]
    if not dated:
        rows = [{**row, "day": None, "suffix": ""} for row in rows]
    curricula = {each.version: each for each in CURRICULA}
    table = table_of(rows, dated)
    enrolments = [item for item in items if isinstance(item, Enrolment)]
    overrides = [item for item in items if not isinstance(item, Enrolment)]
    said = {"enrolments": enrolments, "overrides": overrides, "marks": marks}

    outcome = decide_and_report(table, Library(CURRICULA), **said)
    became = standings(table, Library(CURRICULA), on=day(-99), **said)

    expected, states = {}, {}
    for mouse in {row["mouse"] for row in rows}:
        own = sorted((row for row in rows if row["mouse"] == mouse), key=lambda row: (row["session"], row["place"]))
        marked = excluded(own, [each.session for each in marks if each.session.subject_id == mouse], dated)
        own = [row for row in own if row["place"] not in marked]
        first = [
            row for number, row in enumerate(own) if row["session"] not in [one["session"] for one in own[:number]]
        ]
        mine = [
            item
            for item in items
            if item.subject_id == mouse and (isinstance(item, Enrolment) or item.state not in NEVER)
        ]
        forced, starts, away, found = plain_orders(first, mine, dated)
        kept = [row for row in own if row["place"] not in away]
        expected |= plain_loop(kept, curricula, forced, starts)
        states |= {key: (state, [first[place]["session"] for place in ran]) for key, (state, ran) in found.items()}
    decisions = outcome.decisions
    columns = ["current_stage_suggested", "current_stage_actual", "closed_loop", "overridden_by_trainer"]
    columns += ["session_at_current_stage", "decision", "next_stage_suggested"]
    assert {place: tuple(values) for place, *values in decisions[columns].itertuples()} == expected
    assert len(outcome.left_out) == len(rows) - len(expected)
    live = [each for each in became.overrides if each.override.id in states]
    assert {each.override.id: (each.state, [one.session for one in each.ran]) for each in live} == states
    recorded = [each.recorded(by="nightly", at=AT) for each in became.overrides]
    again = standings(table, Library(CURRICULA), on=day(-99), **{**said, "overrides": recorded})
    assert [each.state for each in again.overrides] == [each.state for each in became.overrides]
    assert [each.step for each in again.overrides] == [None] * len(recorded)
    pd.testing.assert_frame_equal(
        decide_and_report(table, Library(CURRICULA), **{**said, "overrides": recorded}).decisions, decisions
    )
    parted = interventions(enrolments, overrides, marks)
    division = divide(table, Library(CURRICULA), said=parted)
    whole = join(table, [decide_part(part, division.terms) for part in division.parts(table, division.cut(3))])
    pd.testing.assert_frame_equal(whole.decisions, decisions)
    assert whole.report == outcome.report


def excluded(rows, named, dated):
    """Places of rows that are one of the named sessions: the best kind of match of each name counts."""
    out = set()
    for name in named:
        found = [(is_it(row, name, dated), row["place"]) for row in rows]
        best = min((kind for kind, _ in found if kind is not None), default=None)
        out |= {place for kind, place in found if kind is not None and kind == best}
    return out


def test_without_any_of_it_nothing_changes_by_a_byte():
    rows = [{**KNOWN, "session": number, "place": number, "day": number, "suffix": ""} for number in range(1, 9)]
    table = table_of(rows, dated=True)
    others = {
        "enrolments": [enrolment("nobody")],
        "overrides": [override("nobody"), override("known", state=State.STALE)],
    }

    plain = decide_and_report(table, Library(CURRICULA))
    with_others = decide_and_report(table, Library(CURRICULA), **others)

    pd.testing.assert_frame_equal(plain.decisions, with_others.decisions)
    assert plain.report == with_others.report
