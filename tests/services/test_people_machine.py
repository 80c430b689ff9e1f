"""Trainers, PIs, nights and sessions in any order, against a model: nothing is lost, approved twice, or told unapproved."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from autotrain_core import services
from autotrain_core.errors import AutotrainError, DocumentError, NotAllowedError
from autotrain_core.models import Kind
from autotrain_core.services import Seen
from tests.searching import search
from tests.services.labs import acting
from tests.services.nights import session
from tests.services.people import MOUSE, PEOPLE, Lab

STAGES = st.sampled_from(["STAGE_1", "STAGE_2", "STAGE_3"])
ANSWERS: dict[str, tuple[Any, str]] = {
    "approve": (services.approve, "approved"),
    "refuse": (services.refuse, "refused"),
    "return": (services.return_proposal, "returned"),
}
WAITING, IN_FORCE = ("proposed", "approved"), ("published", "active")


class People(RuleBasedStateMachine):
    """
    One mouse, its trainer and its PI. The model knows of each override its state, stage, length and followers.

    Of the rules of curricula it knows nothing: what a mouse runs without people is asked of the rules' own columns.
    """

    @initialize()
    def begin(self) -> None:
        self.lab = Lab()
        self.known: dict[str, dict[str, Any]] = {}
        self.screens: list[Seen] = []
        self.sessions = 3

    def held(self, *states: str) -> list[str]:
        return [one for one, facts in self.known.items() if facts["state"] in states]

    @rule(stage=STAGES, length=st.integers(1, 3), again=st.booleans())
    def propose(self, stage: str, length: int, again: bool) -> None:
        identity = f"ov-{len(self.known)}" if not (again and self.known) else f"ov-{len(self.known) - 1}"
        is_new = identity not in self.known
        try:
            proposed = self.lab.propose(identity=identity, stage=stage, sessions=length, kind=Kind.STAGE)
        except DocumentError as error:
            assert is_new, error
            assert self.held("proposed"), error
            return
        if is_new:
            assert not self.held("proposed")
            state = "approved" if proposed.approved else "proposed"
            self.known[identity] = {"state": state, "stage": stage, "most": length, "ran": 0, "told": False}
            if proposed.approved:
                self.supersede(identity)

    def supersede(self, identity: str) -> None:
        """What was approved and never told makes room; what was approved last rules."""
        for one in self.held("approved"):
            if one != identity:
                self.known[one]["state"] = "expired"
        self.known[identity]["order"] = 1 + max((facts.get("order", 0) for facts in self.known.values()), default=0)

    @precondition(lambda self: self.known)
    @rule()
    def look(self) -> None:
        self.screens = [Seen.of(one) for one in services.said(self.lab.store).overrides.values()]

    @precondition(lambda self: self.screens)
    @rule(what=st.sampled_from(sorted(ANSWERS)), by=st.sampled_from(["heron", "ben", "crane"]), which=st.integers(0, 9))
    def answer(self, what: str, by: str, which: int) -> None:
        seen = self.screens[which % len(self.screens)]
        service, state = ANSWERS[what]
        fresh = Seen.of(self.lab.override(seen.id)) == seen
        possible = self.known[seen.id]["state"] == "proposed" and by == "heron" and fresh
        try:
            service(
                self.lab.store, self.lab.settings, [seen], actor=acting(f"{by}@lab.org", PEOPLE), at=self.lab.at,
                comment="words",
            )  # fmt: skip
        except AutotrainError as error:
            assert not possible, error
            assert by == "heron" or isinstance(error, NotAllowedError) or not fresh
            return
        assert possible
        self.known[seen.id]["state"] = state
        if state == "approved":
            self.supersede(seen.id)

    @precondition(lambda self: self.held(*WAITING, *IN_FORCE))
    @rule(which=st.integers(0, 9))
    def take_back(self, which: int) -> None:
        able = self.held(*WAITING, *IN_FORCE)
        one = able[which % len(able)]
        proposed = self.known[one]["state"] == "proposed"
        by = "ben" if proposed else "heron"
        self.lab.answer(services.withdraw if proposed else services.revoke, by, one)
        self.known[one]["state"] = "withdrawn" if proposed else "revoked"

    @rule()
    def tell(self) -> None:
        self.lab.tell()
        self.publish()

    def publish(self) -> None:
        for one in self.held("approved"):
            self.known[one]["state"] = "published"

    @rule(stage=STAGES)
    def train(self, stage: str) -> None:
        """A session comes in the night after it ran; nobody runs anything between an answer and its publication."""
        self.lab.tell()
        self.publish()
        self.sessions += 1
        row = session(MOUSE, self.sessions, stage=stage, PI="Heron")
        self.lab.rows = [*self.lab.rows, row | {"session_date": self.lab.at.date().isoformat()}]
        self.lab.nights.run(self.lab.rows)
        self.lab.at = self.lab.nights.at.replace(hour=7)
        for one in self.held("proposed"):
            self.known[one]["state"] = "stale"
        ruling = max(self.held(*IN_FORCE), key=lambda one: self.known[one]["order"], default="")
        for one in self.held(*IN_FORCE):
            if one != ruling:
                self.known[one]["state"] = "used" if self.known[one]["ran"] else "expired"
        if ruling:
            facts = self.known[ruling]
            facts["ran"] += 1
            if facts["stage"] != stage:
                facts["state"] = "not followed"
            else:
                facts["state"] = "used" if facts["ran"] == facts["most"] else "active"

    @invariant()
    def every_override_is_where_the_model_has_it(self) -> None:
        found = services.said(self.lab.store).overrides
        assert {one: override.state.value for one, override in found.items()} == {
            one: facts["state"] for one, facts in self.known.items()
        }
        for override in found.values():
            assert [entry.step.value for entry in override.history].count("approve") <= 1

    @invariant()
    def the_rigs_are_told_what_was_approved_last_or_what_the_rules_say(self) -> None:
        row = self.lab.latest()
        told = row.get("override_id")
        if told is None:
            assert row["next_stage_suggested"] == row.get("next_stage_by_rules", row["next_stage_suggested"])
            return
        # What is taken back stands in the table until it is told.
        assert self.known[told]["state"] in (*IN_FORCE, "revoked")
        assert row["next_stage_suggested"] == self.known[told]["stage"]


TestPeople = People.TestCase
TestPeople.settings = settings(search(5), stateful_step_count=14)
