"""Who may override what alone, and what the person is told: every rule of the policy that labs begin with."""

import pytest

from autotrain_core.models import (
    Actor,
    Change,
    ChangeKind,
    Member,
    OverridePolicy,
    Role,
    Standpoint,
    may_answer,
    needs,
    print_record,
    read_record,
)
from tests.evaluation.orders import proposal

STAGES = ("STAGE_1", "STAGE_2", "STAGE_3", "STAGE_FINAL")
NOW = Standpoint(curriculum="Toy", version="1", stages=STAGES, at="STAGE_3", suggested="STAGE_FINAL")
POLICY = OverridePolicy()
ADA = Member(email="ada@lab.org", name="Ada", roles=(Role.PI,))
EVE = Member(email="eve@lab.org", name="Eve", roles=(Role.PI,))
BEN = Member(email="ben@lab.org", name="Ben", roles=(Role.TRAINER,))
VIEWER = Member(email="vic@lab.org", roles=(Role.VIEWER,))
GONE = Member(email="gus@lab.org", roles=(Role.PI,), active=False)


def change(kind=ChangeKind.AHEAD_FURTHER, sessions=1):
    return Change(subject_id="700123", kind=kind, sessions=sessions)


def need(who, wanted=None, owners=(ADA,), policy=POLICY):
    return needs(policy, Actor.of(who), wanted or change(), owners)


@pytest.mark.parametrize(
    ("stage", "fields", "kind"),
    [
        ("STAGE_FINAL", {}, ChangeKind.AS_SUGGESTED),
        ("STAGE_FINAL", {"sessions": 3}, ChangeKind.HOLD),
        ("STAGE_3", {"kind": "hold", "sessions": 3}, ChangeKind.HOLD),
        ("STAGE_3", {}, ChangeKind.HOLD),
        ("STAGE_2", {}, ChangeKind.BACK_ONE),
        ("STAGE_1", {}, ChangeKind.BACK_FURTHER),
        ("STAGE_9", {}, ChangeKind.AHEAD_FURTHER),
        ("STAGE_1", {"kind": "curriculum", "curriculum": "Toy", "version": "2"}, ChangeKind.VERSION),
        ("STAGE_1", {"kind": "curriculum", "curriculum": "Other", "version": "1"}, ChangeKind.CURRICULUM),
        ("STAGE_2", {"kind": "curriculum", "curriculum": "Toy", "version": "1"}, ChangeKind.BACK_ONE),
        ("", {"kind": "off", "sessions": None}, ChangeKind.OFF),
        ("STAGE_1", {"kind": "on", "curriculum": "Toy", "version": "1"}, ChangeKind.ON),
    ],
)
def test_what_an_override_changes_is_seen_from_where_the_mouse_is(stage, fields, kind) -> None:
    assert Change.of(proposal(stage=stage, **fields), NOW).kind is kind


def test_ahead_is_counted_from_the_stage_that_was_run_else_from_the_suggested_one() -> None:
    low = Standpoint(curriculum="Toy", version="1", stages=STAGES, at="STAGE_1", suggested="STAGE_1")
    new = Standpoint(curriculum="Toy", version="1", stages=STAGES, at="", suggested="STAGE_1")
    off = Standpoint(curriculum="", version="", stages=(), at="STAGE_1", suggested="")

    assert Change.of(proposal(stage="STAGE_2"), low).kind is ChangeKind.AHEAD_ONE
    assert Change.of(proposal(stage="STAGE_3"), new).kind is ChangeKind.AHEAD_FURTHER
    assert Change.of(proposal(stage="STAGE_2"), off).kind is ChangeKind.ON


@pytest.mark.parametrize("kind", ChangeKind)
def test_a_trainer_may_hold_or_go_back_one_stage_and_the_rest_needs_the_pi_of_the_mouse(kind) -> None:
    found = need(BEN, change(kind))

    free = kind in {ChangeKind.AS_SUGGESTED, ChangeKind.HOLD, ChangeKind.BACK_ONE}
    assert (found.allowed, found.free) == (True, free)
    assert found.approvers == (() if free else ("ada@lab.org",))
    assert found.sentence == (
        f"It needs nobody else: {kind.words} is left to you."
        if free
        else f"It needs approval by the PI of 700123, Ada ({kind.words})."
    )


def test_what_holds_long_needs_approval_in_any_case() -> None:
    assert need(BEN, change(ChangeKind.HOLD, 5)).free
    assert need(BEN, change(ChangeKind.HOLD, 6)).sentence == (
        "It needs approval by the PI of 700123, Ada (holding at a stage for more than 5 sessions)."
    )
    assert need(BEN, change(ChangeKind.HOLD, None)).sentence == (
        "It needs approval by the PI of 700123, Ada (holding at a stage for as long as until a day)."
    )
    assert need(BEN, change(ChangeKind.HOLD, 2), policy=OverridePolicy(most_sessions=1)).sentence == (
        "It needs approval by the PI of 700123, Ada (holding at a stage for more than 1 session)."
    )


def test_to_take_a_mouse_off_is_no_matter_of_so_many_sessions() -> None:
    policy = OverridePolicy(off=(Role.TRAINER,))

    assert need(BEN, change(ChangeKind.OFF, None), policy=policy).free


def test_who_may_not_propose_is_told_which_role_it_takes() -> None:
    found = need(VIEWER)

    assert (found.allowed, found.free) == (False, False)
    assert found.sentence == "An override takes the role trainer or PI."


def test_a_pi_does_not_approve_an_own_proposal_unless_the_policy_says_so() -> None:
    alone, two = need(ADA), need(ADA, owners=(ADA, EVE))

    assert (alone.free, alone.any_pi) == (False, True)
    assert alone.sentence == "It needs approval by another PI: you are the only PI of 700123 (skipping ahead)."
    assert two.approvers == ("eve@lab.org",)
    assert need(ADA, policy=OverridePolicy(own=True)).sentence == "It needs nobody else: you are the PI of 700123."


@pytest.mark.parametrize("owners", [(), (GONE,), (BEN,)])
def test_a_mouse_without_a_pi_who_can_approve_needs_any_pi(owners) -> None:
    found = need(BEN, owners=owners)

    assert (found.any_pi, found.approvers) == (True, ())
    assert found.sentence == "It needs approval by any PI: nobody here is the PI of 700123 (skipping ahead)."


def test_a_policy_may_let_any_pi_approve() -> None:
    policy = OverridePolicy(approver="any PI")

    assert need(BEN, policy=policy).sentence == "It needs approval by a PI (skipping ahead)."
    assert need(EVE, policy=policy).sentence == "It needs approval by another PI (skipping ahead)."


def test_the_pi_of_the_mouse_answers_and_nobody_else() -> None:
    asked = proposal("700123")

    assert may_answer(POLICY, Actor.of(ADA), asked, (ADA,)) == ""
    assert may_answer(POLICY, Actor.of(EVE), asked, (ADA,)) == "Only the PI of 700123 may answer this: Ada."
    assert may_answer(POLICY, Actor.of(EVE), asked, ()) == ""
    assert may_answer(OverridePolicy(approver="any PI"), Actor.of(EVE), asked, (ADA,)) == ""
    assert may_answer(POLICY, Actor.of(BEN), asked, (ADA,)) == "To answer a proposal takes the role PI."


def test_the_only_pi_of_a_mouse_is_answered_by_another_pi() -> None:
    asked = proposal("700123", by="ada@lab.org")
    own = OverridePolicy(own=True)

    assert may_answer(POLICY, Actor.of(EVE), asked, (ADA,)) == ""
    assert may_answer(POLICY, Actor.of(ADA), asked, (ADA,)).startswith("Nobody answers a proposal of their own")
    assert may_answer(own, Actor.of(ADA), asked, (ADA,)) == ""
    assert may_answer(own, Actor.of(ADA), asked, (EVE,)).startswith("Nobody answers a proposal of their own")


@pytest.mark.parametrize("who", [ADA, EVE, BEN, VIEWER])
@pytest.mark.parametrize("owners", [(), (ADA,), (ADA, EVE), (GONE,)])
@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("approver", ["PI of the mouse", "any PI"])
def test_whoever_is_named_as_approver_may_answer(who, owners, own, approver) -> None:
    policy = OverridePolicy(own=own, approver=approver)
    found = need(who, owners=owners, policy=policy)
    asked = proposal("700123", by=who.email)

    named = [each for each in (ADA, EVE) if each.email in found.approvers or (found.any_pi and each != who)]
    assert [may_answer(policy, Actor.of(each), asked, owners) for each in named] == [""] * len(named)


def test_the_policy_is_said_in_sentences() -> None:
    said = POLICY.sentences()

    assert said[1] == "Holding at a stage needs the PI of the mouse unless a trainer or a PI does it."
    assert said[5] == "Skipping ahead needs the PI of the mouse."
    assert said[-2:] == (
        "What holds for more than 5 sessions needs the PI of the mouse in any case.",
        "Nobody approves a proposal of their own.",
    )
    other = OverridePolicy(own=True, approver="any PI", hold=(Role.VIEWER,)).sentences()
    assert other[1] == "Holding at a stage needs a PI."
    assert other[-1] == "A PI may approve a proposal of his or her own."


def test_a_policy_is_printed_and_read_without_loss() -> None:
    policy = OverridePolicy(hold=("PI", "trainer"), most_sessions=2, own=True)

    assert policy.hold == (Role.TRAINER, Role.PI)
    assert read_record(OverridePolicy, print_record(policy), source="the policy") == policy
