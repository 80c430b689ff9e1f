"""Overrides from the proposal to what the rigs run: states, rights, races with sessions, and the table of the rigs."""

from datetime import timedelta

import pytest

from autotrain_core import services
from autotrain_core.errors import DocumentError, MeanwhileError, NotAllowedError, NotStoredError
from autotrain_core.interop import OFF
from autotrain_core.models import Kind, State
from autotrain_core.services import Seen, Wish
from tests.services.labs import acting
from tests.services.people import MOUSE, OTHER, PEOPLE, STAGES, Lab, ran


@pytest.fixture
def lab() -> Lab:
    return Lab()


def in_force(lab: Lab, **wish):
    """An override that the rigs were told of."""
    if not lab.propose(**wish).approved:
        lab.answer(services.approve)
    lab.tell()
    assert lab.override().state is State.PUBLISHED


def test_a_proposal_waits_and_changes_nothing_for_the_rigs(lab: Lab) -> None:
    before = lab.nights.objects()["foraging_auto_training/df_manager_447_demo.pkl"]

    proposed = lab.propose()
    lab.nights.run()

    assert not proposed.approved
    assert proposed.sentence == ("It needs approval by the PI of 700001, Dr. Heron (going back more than one stage).")
    assert lab.override().state is State.PROPOSED
    assert lab.nights.objects()["foraging_auto_training/df_manager_447_demo.pkl"] == before


def test_what_is_approved_is_in_the_table_of_the_rigs_at_once_with_what_the_rules_said(lab: Lab) -> None:
    lab.propose()
    lab.answer(services.approve)
    assert lab.latest()["next_stage_suggested"] == "STAGE_FINAL"

    lab.tell()

    row = lab.latest()
    assert (row["next_stage_suggested"], row["decision"]) == ("STAGE_1", "ROLLBACK")
    assert (row["next_stage_by_rules"], row["decision_by_rules"]) == ("STAGE_FINAL", "PROGRESS")
    assert (row["override_id"], row["current_stage_actual"]) == ("ov-1", "STAGE_3")
    assert lab.latest(OTHER)["override_id"] is None
    assert lab.override().state is State.PUBLISHED


def test_no_name_of_a_person_comes_into_the_tables_of_rigs_and_browsers(lab: Lab) -> None:
    in_force(lab, note="by ben for heron", reason="other", reason_text="ben thinks so")

    tables = {key: body for key, body in lab.nights.objects().items() if "df_manager" in key}

    assert len(tables) == 12
    assert not [key for key, body in tables.items() for name in (b"ben", b"heron", b"Heron", b"thinks") if name in body]


def test_both_places_hold_the_same(lab: Lab) -> None:
    in_force(lab)

    bodies = lab.nights.objects()

    first, second = (
        bodies[f"{at}foraging_auto_training/df_manager_447_demo.pkl"] for at in ("", "foraging_nwb_bonsai_processed/")
    )
    assert first == second


def test_the_session_that_follows_it_uses_it_and_the_row_is_again_what_its_session_was(lab: Lab) -> None:
    in_force(lab)

    lab.trains("STAGE_1")

    table = lab.nights.read_by_rig()
    third, fourth = table[table["subject_id"] == MOUSE].to_dict(orient="records")[-2:]
    assert lab.override().state is State.USED
    assert (fourth["current_stage_suggested"], fourth["if_overriden_by_trainer"]) == ("STAGE_1", False)
    assert (third["next_stage_suggested"], third["decision"]) == ("STAGE_FINAL", "PROGRESS")
    assert (third["override_id"], fourth["override_id"]) == (None, None)


def test_the_session_that_runs_something_else_does_not_follow_it(lab: Lab) -> None:
    in_force(lab)

    lab.trains("STAGE_FINAL")

    found = lab.override()
    assert found.state is State.NOT_FOLLOWED
    assert found.history[-1].comment == "session 4 of 700001 (2026-11-04) did not follow it"
    rows = lab.nights.rows().query("subject_id == @MOUSE and session == 4").iloc[0]
    assert (rows["current_stage_suggested"], rows["overridden_by_trainer"]) == ("STAGE_1", True)


def test_later_nights_do_not_see_what_was_followed_otherwise(lab: Lab) -> None:
    in_force(lab)
    lab.trains("STAGE_1")

    report = lab.trains("STAGE_1", "STAGE_1")

    assert not len(report.differences)
    assert lab.override().state is State.USED


def test_a_session_of_which_nobody_knows_the_stage_is_taken_to_follow(lab: Lab) -> None:
    in_force(lab)

    lab.rows = [*[row for row in lab.rows if row["subject_id"] != MOUSE], *ran(*STAGES, None)]
    lab.nights.run(lab.rows)
    report = lab.nights.run()

    row = lab.nights.rows().query("subject_id == @MOUSE and session == 4").iloc[0]
    assert (row["current_stage_suggested"], row["current_stage_actual"], row["closed_loop"]) == (
        "STAGE_1",
        "STAGE_1",
        False,
    )
    assert lab.override().state is State.USED
    assert not len(report.differences)


def test_a_hold_stays_until_its_sessions_are_over(lab: Lab) -> None:
    in_force(lab, kind=Kind.HOLD, stage="STAGE_3", sessions=2)

    lab.trains("STAGE_3")
    assert (lab.override().state, lab.latest()["next_stage_suggested"]) == (State.ACTIVE, "STAGE_3")
    assert lab.latest()["override_id"] == "ov-1"

    lab.trains("STAGE_3", "STAGE_3")
    assert (lab.override().state, lab.latest()["next_stage_suggested"]) == (State.USED, "STAGE_FINAL")


def test_what_the_policy_leaves_to_the_trainer_is_approved_at_once(lab: Lab) -> None:
    proposed = lab.propose(kind=Kind.HOLD, stage="")

    assert proposed.approved
    assert proposed.sentence == "It needs nobody else: holding at a stage is left to you."
    assert [entry.step for entry in lab.override().history] == ["approve"]


def test_a_session_that_comes_before_the_rigs_are_told_makes_it_stale(lab: Lab) -> None:
    lab.propose()

    lab.trains("STAGE_FINAL")

    assert lab.override().state is State.STALE
    with pytest.raises(DocumentError, match="is stale by tester; nothing more can happen"):
        lab.answer(services.approve)


def test_a_proposal_that_a_session_has_overtaken_is_not_approved_even_before_a_run(lab: Lab) -> None:
    lab.propose()
    lab.nights.table(lab.rows + ran(*STAGES, "STAGE_FINAL")[3:])

    with pytest.raises(MeanwhileError, match=r"is stale by now: another session came .* Propose it again"):
        lab.answer(services.approve)

    assert lab.override().state is State.PROPOSED


def test_a_proposal_is_bound_to_the_session_that_was_seen(lab: Lab) -> None:
    actor = acting("ben@lab.org", PEOPLE)
    wish = Wish(subject_id=MOUSE, kind=Kind.STAGE, stage="STAGE_1", reason="bias")

    with pytest.raises(MeanwhileError, match=r"session 3 of 700001 \(2026-11-03\), has come\.|has come"):
        services.propose(
            lab.store, lab.settings, wish, seen="session 2 of 700001 (2026-11-02)", actor=actor, at=lab.at, identity="x"
        )

    assert not services.said(lab.store).overrides


def test_the_same_proposal_sent_twice_is_one(lab: Lab) -> None:
    lab.propose()
    lab.propose()

    assert list(services.said(lab.store).overrides) == ["ov-1"]


def test_a_second_proposal_waits_until_the_first_is_answered(lab: Lab) -> None:
    lab.propose()

    with pytest.raises(DocumentError, match=r"ben@lab\.org proposed STAGE_1 for the next session for 700001"):
        lab.propose(identity="ov-2", stage="STAGE_2")

    lab.propose(identity="ov-3", mouse=OTHER)


def test_ones_own_proposal_that_waits_is_replaced_in_one_act(lab: Lab) -> None:
    lab.propose()

    lab.propose(identity="ov-2", stage="STAGE_1_WARMUP", instead_of="ov-1")

    assert (lab.override().state, lab.override("ov-2").state) == (State.WITHDRAWN, State.PROPOSED)
    with pytest.raises(DocumentError, match="waits for an answer"):
        lab.propose("heron", identity="ov-3", instead_of="ov-2")


def test_whoever_answers_twice_is_told_that_it_is_done(lab: Lab) -> None:
    lab.propose()
    seen = [Seen.of(lab.override())]
    actor = acting("heron@lab.org", PEOPLE)
    services.approve(lab.store, lab.settings, seen, actor=actor, at=lab.at)

    with pytest.raises(MeanwhileError, match=r"You have done so already: .* was approved by you at"):
        services.approve(lab.store, lab.settings, seen, actor=actor, at=lab.at)


def test_whoever_looked_before_somebody_else_answered_is_told_who_and_what(lab: Lab) -> None:
    lab.propose()
    seen = [Seen.of(lab.override())]
    lab.answer(services.refuse, comment="wait a day")

    with pytest.raises(MeanwhileError) as caught:
        services.approve(lab.store, lab.settings, seen, actor=acting("heron@lab.org", PEOPLE), at=lab.at)

    assert str(caught.value) == (
        "Your answer was not recorded: since you looked, heron@lab.org was faster. The override of 700001 (STAGE_1 for "
        f"the next session) was refused by heron@lab.org at {lab.at:%Y-%m-%d %H:%M} UTC and said: wait a day. You "
        "wanted to approve it."
    )


@pytest.mark.parametrize(
    ("by", "sentence"),
    [
        ("ben", "may not approve"),
        ("crane", "Only the PI of 700001 may answer this: Dr. Heron."),
        ("vera", "may not approve"),
        ("ada", "may not approve"),
    ],
)
def test_only_the_pi_of_the_mouse_approves(lab: Lab, by: str, sentence: str) -> None:
    lab.propose()

    with pytest.raises(NotAllowedError, match=sentence):
        lab.answer(services.approve, by)

    assert lab.override().state is State.PROPOSED


def test_nobody_approves_a_proposal_of_their_own(lab: Lab) -> None:
    lab.propose("heron")

    with pytest.raises(NotAllowedError, match="Nobody answers a proposal of their own"):
        lab.answer(services.approve, "heron")

    lab.answer(services.approve, "crane")  # the only PI of the mouse asked, so any PI may


def test_several_are_approved_all_or_none(lab: Lab) -> None:
    lab.propose()
    lab.propose(identity="ov-2", mouse=OTHER)
    lab.answer(services.withdraw, "ben", "ov-2")

    with pytest.raises(DocumentError, match="700002 is withdrawn"):
        lab.answer(services.approve, "heron", "ov-1", "ov-2")

    assert lab.override("ov-1").state is State.PROPOSED


def test_a_question_and_a_refusal_need_words(lab: Lab) -> None:
    lab.propose()

    with pytest.raises(DocumentError, match="Say what you ask"):
        lab.answer(services.return_proposal, comment=" ")
    lab.answer(services.return_proposal, comment="How does it lick?")

    assert lab.override().state is State.RETURNED
    lab.propose(identity="ov-2", instead_of="ov-1")
    assert lab.override("ov-2").instead_of == "ov-1"


def test_only_who_proposed_withdraws(lab: Lab) -> None:
    lab.propose()

    with pytest.raises(NotAllowedError, match=r"Only ben@lab\.org can withdraw"):
        lab.answer(services.withdraw, "heron")

    assert lab.answer(services.withdraw, "ben")[0].state is State.WITHDRAWN


def test_what_is_revoked_is_gone_from_the_table_of_the_rigs(lab: Lab) -> None:
    in_force(lab)

    lab.answer(services.revoke, comment="it licks again")
    lab.tell()

    assert lab.latest()["next_stage_suggested"] == "STAGE_FINAL"
    assert lab.latest()["override_id"] is None
    assert lab.override().state is State.REVOKED


def test_a_trainer_takes_back_what_was_left_to_the_trainer_and_nothing_else(lab: Lab) -> None:
    lab.propose(kind=Kind.HOLD, stage="")
    lab.propose(identity="ov-2", mouse=OTHER)
    lab.answer(services.approve, "heron", "ov-2")

    lab.answer(services.revoke, "ben")
    with pytest.raises(NotAllowedError):
        lab.answer(services.revoke, "ben", "ov-2")

    assert (lab.override().state, lab.override("ov-2").state) == (State.REVOKED, State.APPROVED)


def test_a_hold_that_is_revoked_keeps_the_sessions_that_followed_it(lab: Lab) -> None:
    in_force(lab, kind=Kind.HOLD, stage="STAGE_3", sessions=3)
    lab.nights.table(lab.rows + ran(*STAGES, "STAGE_3")[3:])

    lab.answer(services.revoke)

    found = lab.override()
    assert (found.state, [one.session for one in found.ran]) == (State.REVOKED, [4])
    assert [entry.step for entry in found.history] == ["approve", "publish", "start", "revoke"]


def test_a_later_approval_takes_the_place_of_one_that_the_rigs_never_heard_of(lab: Lab) -> None:
    lab.propose()
    lab.answer(services.approve)
    lab.propose(identity="ov-2", stage="STAGE_1_WARMUP")
    lab.at += timedelta(minutes=1)

    lab.answer(services.approve, "heron", "ov-2")
    lab.tell()

    assert (lab.override().state, lab.override("ov-2").state) == (State.EXPIRED, State.PUBLISHED)
    assert lab.latest()["next_stage_suggested"] == "STAGE_1_WARMUP"


def test_an_override_has_a_last_day(lab: Lab) -> None:
    until = lab.at.date() + timedelta(days=1)
    in_force(lab, sessions=None, until=until)

    nights = []
    for _ in range(4):
        lab.nights.run()
        nights.append((lab.override().state, lab.latest()["override_id"]))

    # On the night after it, rigs are told no more; a session of its last day may still come in until the next one.
    assert nights == [
        (State.PUBLISHED, "ov-1"),
        (State.PUBLISHED, None),
        (State.EXPIRED, None),
        (State.EXPIRED, None),
    ]


def test_another_version_of_the_curriculum_is_told_with_its_columns(lab: Lab) -> None:
    in_force(lab, kind=Kind.CURRICULUM, curriculum="Uncoupled Baiting", version="2.3", stage="STAGE_2")

    row = lab.latest()

    assert (row["curriculum_name"], row["curriculum_version"], row["next_stage_suggested"]) == (
        "Uncoupled Baiting",
        "2.3",
        "STAGE_2",
    )
    assert row["curriculum_json_name"] == "Uncoupled Baiting_curriculum_v2.3_schema_v1.0.json"


def test_a_mouse_that_is_taken_off_makes_the_rig_ask_until_it_is_put_back(lab: Lab) -> None:
    in_force(lab, kind=Kind.OFF, stage="", sessions=None)
    assert (lab.latest()["curriculum_schema_version"], lab.latest()["next_stage_suggested"]) == (OFF, "STAGE_3")

    lab.trains("STAGE_3", curriculum_name=None)
    assert (lab.override().state, lab.latest()["session"]) == (State.ACTIVE, 3)
    assert lab.latest()["curriculum_schema_version"] == OFF

    lab.propose(identity="ov-2", kind=Kind.ON, curriculum="Coupled Baiting", version="2.3", stage="STAGE_2")
    lab.answer(services.approve, "heron", "ov-2")
    lab.tell()
    assert (lab.latest()["curriculum_schema_version"], lab.latest()["next_stage_suggested"]) == ("1.0", "STAGE_2")


@pytest.mark.parametrize(
    ("wish", "error", "sentence"),
    [
        ({"stage": "STAGE_9"}, NotStoredError, "has no stage STAGE_9; its stages are STAGE_1_WARMUP"),
        ({"reason": "bored"}, DocumentError, "no reason is called 'bored'"),
        ({"reason": "other"}, DocumentError, "say the reason in words"),
        ({"kind": Kind.HOLD, "stage": "STAGE_1"}, DocumentError, "700001 is not at STAGE_1"),
        ({"kind": Kind.CURRICULUM, "curriculum": "None", "version": "1"}, NotStoredError, "no curriculum None 1"),
        ({"kind": Kind.ON, "curriculum": "Coupled Baiting", "version": "2.3"}, DocumentError, "is on Coupled Baiting"),
        ({"sessions": 0}, DocumentError, "sessions"),
        ({"mouse": "nobody"}, NotStoredError, "no mouse nobody"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(lab: Lab, wish, error, sentence) -> None:
    with pytest.raises(error, match=sentence):
        lab.propose(**wish)

    assert not services.said(lab.store).overrides


def test_a_preview_shows_what_changes_in_the_names_of_the_rig(lab: Lab) -> None:
    wish = Wish(subject_id=MOUSE, kind=Kind.STAGE, stage="STAGE_1", reason="bias")

    found = services.preview_override(
        lab.store, lab.settings, lab.view(), wish, actor=acting("ben@lab.org", PEOPLE), at=lab.at
    )

    assert found.standpoint.suggested == "STAGE_FINAL"
    assert "BlockMin" in {change.name for change in found.changes}
    assert found.last["session"].tolist() == [1, 2, 3]
    assert not services.said(lab.store).overrides


def test_a_table_that_somebody_else_wrote_leaves_it_approved(lab: Lab) -> None:
    lab.propose()
    lab.answer(services.approve)
    key = "foraging_auto_training/df_manager_447_demo.pkl"
    home = lab.nights.home
    home.put(key, b"of somebody else", replaces=home.head(key).version)

    report = lab.tell()

    assert [foreign.key for foreign in report.foreign] == [key]
    assert lab.override().state is State.APPROVED
