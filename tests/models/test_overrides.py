"""Overrides: what one can say, the table of what can happen to it, and a search for a way round that table."""

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from pydantic import ValidationError

from autotrain_core.errors import DocumentError
from autotrain_core.models import (
    IN_FORCE,
    REASONS,
    TRANSITIONS,
    Event,
    Kind,
    Override,
    State,
    Step,
    print_record,
    read_record,
    step,
    steps_from,
    transition_table,
)
from tests.evaluation.orders import AT, PATHS, day, override, proposal, ref
from tests.searching import search

ISSUE = {
    "proposed": {"approved", "refused", "returned", "withdrawn", "stale"},
    "approved": {"published", "revoked", "expired", "stale"},
    "published": {"active", "used", "not followed", "expired", "revoked", "stale"},
    "active": {"active", "used", "not followed", "expired", "revoked", "stale"},
}


def event(kind, by="ada@lab.org", **fields):
    return Event(step=kind, by=by, at=AT, **{"comment": "why", **fields})


def refused(one, kind, by="ada@lab.org", **fields):
    with pytest.raises(DocumentError) as caught:
        step(one, event(kind, by, **fields))
    return str(caught.value)


def fault(**fields):
    with pytest.raises(ValidationError) as caught:
        proposal(**fields)
    return "; ".join(each["msg"] for each in caught.value.errors())


def test_the_table_is_the_one_of_the_issue() -> None:
    reached: dict[str, set[str]] = {}
    for (state, _), after in TRANSITIONS.items():
        reached.setdefault(state, set()).add(after)

    assert reached == ISSUE


def test_every_state_can_be_reached_and_says_what_it_means() -> None:
    assert {override(state=state, ran=[ref("m", 1)], sessions=2).state for state in PATHS} == set(State)
    assert all(state.words for state in State)
    assert all(each.words for each in Step)
    assert all(kind.words for kind in Kind)
    assert {state for state in State if not state.over} == {State.PROPOSED, State.APPROVED, *IN_FORCE}


def test_the_table_is_printed_a_line_for_each_transition() -> None:
    printed = transition_table().splitlines()

    assert len(printed) == len(TRANSITIONS) + 2
    assert "| proposed | approve: a person agrees | approved |" in printed


@pytest.mark.parametrize("state", State)
def test_what_the_table_does_not_have_is_refused_with_a_sentence(state) -> None:
    one = override(state=state, ran=[ref("m", 1)], sessions=2)

    for kind in set(Step) - set(steps_from(state)):
        said = refused(one, kind)
        assert said.startswith(f"The override of m is {state}")
        assert "nothing more can happen" in said if state.over else "What can happen now: " in said


def test_an_approved_override_carries_who_approved_it_and_from_which_day_on_it_counts() -> None:
    one = override(state=State.APPROVED, since=5)

    assert (one.approved_by, one.approved_at, one.day) == ("ada@lab.org", AT, day(5))
    assert (proposal().approved_by, proposal().approved_at, proposal().day) == ("", None, None)


def test_without_a_day_an_approval_counts_from_its_own_day() -> None:
    late = datetime(2026, 3, 1, 20, tzinfo=timezone(timedelta(hours=-8)))

    one = step(proposal(), Event(step=Step.APPROVE, by="ada@lab.org", at=late))

    assert one.day == date(2026, 3, 1)
    assert one.approved_at == datetime(2026, 3, 2, 4, tzinfo=UTC)


def test_nobody_answers_a_proposal_of_their_own_unless_the_policy_lets_them() -> None:
    said = "Nobody answers a proposal of their own; withdraw it, or ask somebody else."

    assert [refused(proposal(), kind, "ben@lab.org") for kind in (Step.APPROVE, Step.REFUSE, Step.RETURN)] == [said] * 3
    assert step(proposal(), event(Step.APPROVE, "ben@lab.org", own=True)).state is State.APPROVED


def test_only_who_proposed_it_withdraws_it() -> None:
    assert refused(proposal(), Step.WITHDRAW) == (
        "Only ben@lab.org can withdraw this proposal; it can be refused or returned."
    )
    assert step(proposal(), event(Step.WITHDRAW, "ben@lab.org")).state is State.WITHDRAWN


def test_no_and_a_question_need_words() -> None:
    assert refused(proposal(), Step.RETURN, comment=" ") == "Say what you ask: whoever proposed it sees your words."
    assert refused(proposal(), Step.REFUSE, comment="") == "Say why: whoever proposed it sees your words."


def test_what_a_session_did_names_the_session_and_nothing_else_does() -> None:
    told, ran = override(sessions=2), (ref("m", 1), ref("m", 2), ref("m", 3))

    assert refused(told, Step.USE) == "A session did this: say which."
    assert refused(told, Step.REVOKE, ran=ran) == "No session makes an override revoked."
    assert refused(told, Step.USE, ran=ran) == "It holds for 2 sessions, but 3 are said to have run."
    assert refused(override(), Step.USE, ran=ran) == "It holds for 1 session, but 3 are said to have run."
    assert refused(told, Step.START, ran=ran[:2]) == "That was the last of 2: it is used."
    assert step(told, event(Step.START, ran=ran[:1])).ran == ran[:1]


def test_what_cannot_be_recorded_is_said_in_words() -> None:
    assert refused(proposal(), Step.APPROVE, by="ada\n") == (
        "This cannot be recorded: 'ada\\n' begins or ends with a blank and holds characters that cannot be seen."
    )
    assert "names a session of other" in refused(override(), Step.USE, ran=(ref("other", 1),))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kind": "off", "curriculum": "Toy", "version": "1"}, "names no curriculum and no stage"),
        ({"stage": ""}, "name the stage"),
        ({"kind": "on"}, "name the curriculum and its version"),
        ({"curriculum": "Toy"}, "a curriculum and its version go together"),
        ({"sessions": None}, "say for how many sessions, or until which day"),
        ({"reason": "mood"}, "no reason is called 'mood' (the reasons are health, motivation"),
        ({"reason": "other"}, "say the reason in words"),
        ({"after": ref("other", 1)}, "it is about m, but names a session of other"),
        ({"state": "approved"}, "its history ends with proposed, but it is said to be approved"),
        ({"day": day(1)}, "the day on which it counts comes with its approval"),
        ({"ran": (ref("m", 1),)}, "sessions are recorded when they ran"),
        ({"note": "x" * 5000}, "it is 5,000 characters long, of at most 4,000"),
        ({"note": "a\u202eb"}, "it holds characters that cannot be seen"),
        ({"sessions": 0}, "greater than or equal to 1"),
    ],
)
def test_a_proposal_that_says_too_little_or_too_much_is_refused(fields, said) -> None:
    assert said in fault(**fields)


def test_a_history_that_goes_round_the_table_is_no_override() -> None:
    body = json.loads(print_record(override(state=State.PUBLISHED)))
    del body["history"][0]

    with pytest.raises(DocumentError, match="leads from proposed to published by publish, which does not happen"):
        read_record(Override, json.dumps(body).encode(), source="the override ov-1")


@pytest.mark.parametrize("state", State)
def test_an_override_is_printed_and_read_without_loss(state) -> None:
    one = override(
        state=state, ran=[ref("m", 1, 1, "7")], sessions=2, until=9, after=3, note="two\r\nlines", reason_text="as seen"
    )

    assert read_record(Override, print_record(one), source="it") == one
    assert print_record(read_record(Override, print_record(one), source="it")) == print_record(one)
    assert one.note == "two\nlines"


def test_everything_wrong_with_a_document_is_said_with_its_place() -> None:
    body = json.loads(print_record(override(ran=(), after=3)))
    body |= {"sesions": 3, "kind": "stop", "by": 7, "at": "2026-01-01"}
    body["after"]["session"] = "three"
    body["after"]["hue"] = 1
    del body["reason"]
    body["history"][0]["step"] = None

    with pytest.raises(DocumentError) as caught:
        read_record(Override, json.dumps(body).encode(), source="the override ov-1")

    title, *lines = str(caught.value).splitlines()
    assert title == "the override ov-1 cannot be used:"
    assert (
        "  there is no key 'sesions' (the keys are id, subject_id, kind, curriculum, version, stage, sessions, "
        in lines[-1]
    )
    assert lines[-1].endswith("; did you mean 'sessions'?")
    assert "  'reason' is missing" in lines
    assert "  'by': input should be a valid string, found 7" in lines
    assert "  there is no key 'after.hue'" in lines
    assert any(
        line.startswith("  'kind': input should be 'stage',") and line.endswith("found 'stop'") for line in lines
    )
    assert any(line.startswith("  'history.1.step':") for line in lines)


def test_what_it_does_is_said_in_a_line() -> None:
    moves = {"curriculum": "Toy", "version": "2"}

    assert proposal(stage="STAGE_2").aim == "STAGE_2 for the next session"
    assert proposal(kind="hold", sessions=3, until=4).aim == "hold at B for 3 sessions, until 2026-01-04 at the latest"
    assert proposal(kind="curriculum", sessions=None, until=4, **moves).aim == "B of Toy@2 until 2026-01-04"
    assert proposal(kind="on", **moves).aim == "back on at B of Toy@2 for the next session"
    assert proposal(kind="off", sessions=None).aim == "off its curriculum until it is put back on"


def test_the_reason_is_said_in_a_line() -> None:
    assert proposal().reason_words == REASONS["ready"]
    assert proposal(reason_text="since\nMonday").reason_words == f"{REASONS['ready']}: since Monday"
    assert proposal(reason="other", reason_text="a  visit").reason_words == "a visit"


class Lab(RuleBasedStateMachine):
    """
    People and rigs do anything in any order to several proposals; a plain model says what is allowed.

    Nothing is ever lost, nothing is approved twice, and nothing is published that was not approved.
    """

    proposals = Bundle("proposals")

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, Override] = {}
        self.model: dict[str, list[str]] = {}

    @rule(target=proposals, sessions=st.integers(1, 3))
    def propose(self, sessions):
        key = f"ov-{len(self.kept)}"
        self.kept[key] = proposal(id=key, sessions=sessions)
        self.model[key] = ["proposed"]
        return key

    @rule(key=proposals, kind=st.sampled_from(Step), by=st.sampled_from(["ada@lab.org", "ben@lab.org", "nightly"]),
          own=st.booleans(), count=st.integers(0, 4))  # fmt: skip
    def happen(self, key, kind, by, own, count):
        before = self.kept[key]
        ran = tuple(ref(before.subject_id, number, number) for number in range(1, count + 1))
        try:
            after = step(before, event(kind, by, own=own, ran=ran))
        except DocumentError as error:
            assert str(error).endswith(".")
            return
        self.kept[key] = read_record(Override, print_record(after), source="it")
        self.model[key].append(str(after.state))
        assert str(after.state) in ISSUE[before.state]
        assert after.history[:-1] == before.history
        assert (kind not in {Step.APPROVE, Step.REFUSE, Step.RETURN}) or by != before.by or own
        assert (kind is not Step.WITHDRAW) or by == before.by

    @invariant()
    def nothing_is_lost(self):
        assert set(self.kept) == set(self.model)
        assert {key: [entry.state for entry in one.history] for key, one in self.kept.items()} == {
            key: path[1:] for key, path in self.model.items()
        }

    @invariant()
    def nothing_is_approved_twice_or_published_without_approval(self):
        for path in self.model.values():
            assert path.count("approved") <= 1
            assert path.count("published") <= 1
            if "published" in path:
                assert path[path.index("published") - 1] == "approved"
            for later in ("active", "used", "not followed"):
                assert later not in path or "published" in path[: path.index(later)]

    @invariant()
    def what_ran_is_never_more_than_was_asked_for(self):
        assert all(len(one.ran) <= (one.sessions or 0) for one in self.kept.values())


TestLab = Lab.TestCase
TestLab.settings = search(60)
