"""Many mice that go to another curriculum or version: the stage map, the dry run, all or none, and undoing it."""

from typing import Any

import pytest

from autotrain_core import services
from autotrain_core.errors import DocumentError, MeanwhileError, NotAllowedError, NotStoredError
from autotrain_core.models import Curriculum, Kind, OverridePolicy, State
from autotrain_core.services import EnrolmentWish, Moved, MovePlan, MoveWish
from tests.evaluation.documents import curriculum
from tests.services.labs import acting
from tests.services.nights import session
from tests.services.people import MOUSE, OTHER, PEOPLE, Lab

FROM, TO = "Coupled Baiting@2.3", "Uncoupled Baiting@2.3"


@pytest.fixture
def lab() -> Lab:
    return Lab()


@pytest.fixture(scope="module")
def calm() -> Lab:
    """A lab that nobody changes."""
    return Lab()


def free(*stages: str) -> Curriculum:
    """A curriculum of free stage names."""
    found: Curriculum = curriculum({stage: [] for stage in stages})
    return found


def wish(*mice: str, to: str = TO, **more: Any) -> MoveWish:
    name, _, version = to.rpartition("@")
    return MoveWish(mice=mice or (MOUSE, OTHER), curriculum=name, version=version, **{"reason": "new task", **more})


def plan(lab: Lab, one: MoveWish, by: str = "heron") -> MovePlan:
    actor = acting(f"{by}@lab.org", PEOPLE)
    return services.plan_move(lab.store, lab.settings, lab.view(), one, actor=actor, at=lab.at)


def move(lab: Lab, one: MoveWish | None = None, by: str = "heron", identity: str = "m", seen: str = "") -> Moved:
    wanted = one or wish()
    drawn = seen or plan(lab, wanted).seen
    actor = acting(f"{by}@lab.org", PEOPLE)
    return services.move(lab.store, lab.settings, wanted, seen=drawn, actor=actor, at=lab.at, identity=identity)


def undo(lab: Lab, batch: str = "m", by: str = "heron", **more: Any) -> Moved:
    return services.undo_move(lab.store, lab.settings, batch, actor=acting(f"{by}@lab.org", PEOPLE), at=lab.at, **more)


def enrol(lab: Lab, mouse: str = "700010") -> None:
    wanted = [EnrolmentWish(subject_id=mouse, curriculum="Coupled Baiting", version="2.3", note="new")]
    ben = acting("ben@lab.org", PEOPLE)
    seen = services.plan_enrolments(lab.store, lab.settings, lab.view(), wanted, actor=ben, at=lab.at).seen
    services.enrol(lab.store, lab.settings, wanted, seen=seen, actor=ben, at=lab.at, identity="e")


def moves(lab: Lab) -> tuple[Moved, ...]:
    view = lab.view()
    return services.moves(view, services.people_now(view, services.said(lab.store), on=lab.settings.run.day(lab.at)))


def problem(lab: Lab, one: MoveWish, by: str = "heron") -> str:
    return plan(lab, one, by).rows[0].problem


# ---- the stage map ----


def test_stages_of_the_same_name_lead_to_each_other() -> None:
    shipped = services.shipped()

    found = services.suggest_stage_map(shipped.get("Coupled Baiting", "2.3"), shipped.get("Uncoupled Baiting", "2.3"))

    assert all(stage == to for stage, to in found.items())
    assert list(found)[:2] == ["STAGE_1_WARMUP", "STAGE_1"]


def test_a_stage_that_nothing_is_near_leads_nowhere() -> None:
    shipped = services.shipped()

    found = services.suggest_stage_map(
        shipped.get("Uncoupled Without Baiting", "2.3rwdDelay159"), shipped.get("Uncoupled Baiting", "2.3")
    )

    assert found["STAGE_4"] == ""
    assert found["GRADUATED"] == "GRADUATED"


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        (("Warm up", "Stage 2"), ("warm-up", "stage 2"), ("warm-up", "stage 2")),
        (("Stage 1", "Stage 2"), ("Stage 2", "Stage 3"), ("", "Stage 2")),
        (("A", "B", "C"), ("X", "Y", "Z"), ("X", "Y", "Z")),
        (("A", "B", "C"), ("X", "Y"), ("X", "", "")),
    ],
)
def test_stages_of_other_names_lead_to_the_likest_else_to_their_place(
    source: tuple[str, ...], target: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    found = services.suggest_stage_map(free(*source), free(*target))

    assert tuple(found.values())[:-1] == expected
    assert found["Graduated"] == "Graduated"


# ---- the dry run ----


def test_the_dry_run_says_where_each_mouse_goes_on_and_what_changes_on_the_rig(calm: Lab) -> None:
    found = plan(calm, wish())

    row = found.rows[0]
    assert found.ready
    assert (row.owners, row.before, row.ran, row.following, row.stage) == (
        "Dr. Heron",
        FROM,
        "STAGE_3",
        "STAGE_FINAL",
        "STAGE_FINAL",
    )
    assert ("task", "Coupled Baiting", "Uncoupled Baiting") in {
        (one.name, one.before, one.after) for one in row.changes
    }
    assert not services.said(calm.store).overrides


def test_the_map_of_a_person_goes_before_the_suggested_one(calm: Lab) -> None:
    found = plan(calm, wish(stages={"STAGE_FINAL": "STAGE_2"}))

    assert {row.stage for row in found.rows} == {"STAGE_2"}
    assert found.stages["STAGE_3"] == "STAGE_3"


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (wish("123"), "this lab has no such mouse, and nobody enrolled it"),
        (wish(to=FROM), "it is on Coupled Baiting 2.3 already"),
        (wish(stages={"STAGE_FINAL": ""}), "nobody said where in Uncoupled Baiting 2.3 a mouse of STAGE_FINAL goes on"),
    ],
)
def test_what_cannot_be_is_said_of_its_mouse(calm: Lab, wanted: MoveWish, sentence: str) -> None:
    assert sentence in problem(calm, wanted)


def test_where_nobody_may_go_is_said_before_anything_else(lab: Lab) -> None:
    with pytest.raises(NotStoredError, match=r"no curriculum Nowhere 1 in this lab"):
        plan(lab, wish(to="Nowhere@1"))
    with pytest.raises(NotStoredError, match=r"Uncoupled Baiting 2\.3 has no stage STAGE_9"):
        plan(lab, wish(stages={"STAGE_FINAL": "STAGE_9"}))

    services.retire(lab.store, *TO.split("@"), reason="old", actor=acting("dora@lab.org", PEOPLE), at=lab.at)

    with pytest.raises(DocumentError, match=r"was retired by dora@lab\.org"):
        plan(lab, wish())


def test_only_the_pi_of_a_mouse_moves_it_unless_the_policy_lets_any(lab: Lab) -> None:
    assert problem(lab, wish(), "crane") == "only its PI moves it: Dr. Heron"
    assert problem(lab, wish(), "ben") == "only a PI moves mice"

    known, version = services.policy(lab.store)
    free = known.model_copy(update={"overrides": OverridePolicy(curriculum=("PI",))})
    services.save_policy(lab.store, free, replaces=version, actor=acting("ada@lab.org", PEOPLE), at=lab.at)

    assert problem(lab, wish(), "crane") == ""


def test_a_mouse_with_a_proposal_waits_for_the_answer(lab: Lab) -> None:
    lab.propose()

    assert problem(lab, wish()) == ("ben@lab.org proposed STAGE_1 for the next session, and that waits for an answer")


@pytest.mark.parametrize("told", [False, True])
def test_a_mouse_that_is_off_stays_off(lab: Lab, told: bool) -> None:
    lab.propose(kind=Kind.OFF, stage="", sessions=None)
    lab.answer(services.approve)
    if told:
        lab.tell()

    assert "it is off its curriculum" in problem(lab, wish())


def test_a_mouse_that_is_held_goes_on_at_the_stage_where_it_is_held(lab: Lab) -> None:
    lab.propose(kind=Kind.HOLD, stage="STAGE_3")
    lab.tell()

    row = plan(lab, wish()).rows[0]

    assert (row.following, row.stage) == ("STAGE_3", "STAGE_3")
    assert "It takes the place of what ben@lab.org decided: hold at STAGE_3" in row.remark


# ---- moving ----


def test_a_move_is_one_entry_and_each_mouse_runs_it_next(lab: Lab) -> None:
    before = len(lab.store.record.read())

    moved = move(lab, wish(note="see the protocol"))
    (entry,) = lab.store.record.read()[before:]
    lab.tell(MOUSE, OTHER)

    row = lab.latest(OTHER)
    assert [event.facts["step"] for event in entry.events] == ["propose", "approve"] * 2
    assert (row["next_stage_suggested"], row["curriculum_name"], row["override_id"]) == (
        "STAGE_FINAL",
        "Uncoupled Baiting",
        "m-2",
    )
    assert (moved.mice, moved.open, moved.reason) == ((MOUSE, OTHER), (MOUSE, OTHER), "new task")
    assert lab.override("m-1").history[0].comment == "moved with 1 other to Uncoupled Baiting 2.3"
    assert lab.override("m-1").note == "see the protocol"


def test_the_session_that_follows_decides_by_the_new_curriculum(lab: Lab) -> None:
    move(lab)
    lab.tell(MOUSE, OTHER)

    lab.trains("STAGE_FINAL", curriculum_name="Uncoupled Baiting")

    assert lab.override("m-1").state is State.USED
    assert lab.view().mice.loc[MOUSE, "curriculum"] == TO


def test_the_same_move_sent_twice_is_one(lab: Lab) -> None:
    seen = plan(lab, wish()).seen

    assert move(lab, seen=seen) == move(lab, seen=seen)
    assert len(services.said(lab.store).overrides) == 2


def test_one_mouse_that_cannot_be_moved_stops_all(lab: Lab) -> None:
    with pytest.raises(DocumentError, match="Nobody was moved, because 1 of 2 cannot be"):
        move(lab, wish(MOUSE, "123"))

    assert not services.said(lab.store).overrides


def test_what_somebody_else_did_since_the_plan_was_drawn_is_told(lab: Lab) -> None:
    seen = plan(lab, wish()).seen
    lab.propose()

    with pytest.raises(MeanwhileError, match=r"700001: ben@lab\.org proposed STAGE_1"):
        move(lab, seen=seen)


def test_a_session_that_came_since_the_plan_was_drawn_stops_the_move(lab: Lab) -> None:
    seen = plan(lab, wish()).seen
    lab.trains("STAGE_3")

    with pytest.raises(MeanwhileError, match="something has changed"):
        move(lab, seen=seen)


def test_what_was_approved_and_never_told_makes_room(lab: Lab) -> None:
    lab.propose(kind=Kind.HOLD, stage="STAGE_3")

    move(lab)

    assert lab.override("ov-1").state is State.EXPIRED
    assert lab.override("m-1").state is State.APPROVED


def test_a_move_needs_a_reason_and_mice(lab: Lab) -> None:
    with pytest.raises(DocumentError, match="say why"):
        move(lab, wish(reason=" "))
    with pytest.raises(DocumentError, match="Between one and 1,000 mice"):
        move(lab, MoveWish(mice=(), curriculum="Uncoupled Baiting", version="2.3", reason="x"))


@pytest.mark.parametrize("by", ["ben", "vera", "dora", "ada"])
def test_who_may_not_move_mice_does_not(lab: Lab, by: str) -> None:
    with pytest.raises(NotAllowedError, match="may not move many mice"):
        move(lab, by=by)
    with pytest.raises(NotAllowedError, match="may not move many mice"):
        undo(lab, by=by)


def test_an_enrolled_mouse_is_enrolled_anew(lab: Lab) -> None:
    enrol(lab)

    move(lab, wish("700010"))
    lab.tell("700010")

    row = lab.latest("700010")
    said = services.said(lab.store).enrolments
    assert (row["curriculum_name"], row["session"]) == ("Uncoupled Baiting", 0)
    assert [one.stands for one in said.values()] == [False, True]
    assert said["m-1"].note == "new"


# ---- undoing ----


def test_an_undone_move_is_gone_from_the_table_of_the_rigs(lab: Lab) -> None:
    move(lab)
    lab.tell(MOUSE, OTHER)

    undone = undo(lab)
    lab.tell(MOUSE, OTHER)

    row = lab.latest()
    assert (undone.open, row["curriculum_name"], row["override_id"]) == ((), "Coupled Baiting", None)
    assert {one.state for one in services.said(lab.store).overrides.values()} == {State.REVOKED}
    with pytest.raises(DocumentError, match="it was taken back already"):
        undo(lab)


def test_where_some_have_run_by_it_nothing_is_taken_back_unless_it_is_said(lab: Lab) -> None:
    move(lab)
    lab.tell(MOUSE, OTHER)
    lab.trains("STAGE_FINAL", curriculum_name="Uncoupled Baiting")

    with pytest.raises(DocumentError, match=r"sessions of 700001 have run by this move already\. The other mouse"):
        undo(lab)
    assert lab.override("m-2").state is State.PUBLISHED

    assert undo(lab, partly=True).ran == (MOUSE,)
    assert (lab.override("m-1").state, lab.override("m-2").state) == (State.USED, State.REVOKED)


def test_an_enrolment_that_a_move_replaced_comes_back(lab: Lab) -> None:
    enrol(lab)
    move(lab, wish("700010", MOUSE))

    undo(lab)
    lab.tell("700010")

    assert lab.latest("700010")["curriculum_name"] == "Coupled Baiting"
    assert lab.override("m-2").state is State.REVOKED


def test_another_pi_does_not_undo_the_move_of_mice_that_are_not_theirs(lab: Lab) -> None:
    move(lab)

    with pytest.raises(NotAllowedError, match=r"Of 700001, only its PI moves it: Dr\. Heron\."):
        undo(lab, by="crane")


def test_what_is_no_move_is_not_undone(lab: Lab) -> None:
    enrol(lab)

    for batch in ("e", "nothing"):
        with pytest.raises(NotStoredError, match="There is no move"):
            undo(lab, batch)


def test_moves_are_listed_with_what_can_be_taken_back(lab: Lab) -> None:
    enrol(lab)
    move(lab, wish("700010"))
    move(lab, identity="later")

    assert [(one.batch, one.open) for one in moves(lab)] == [("m", ("700010",)), ("later", (MOUSE, OTHER))]


def test_mice_are_listed_where_they_go_next(lab: Lab) -> None:
    enrol(lab)
    lab.nights.run([*lab.rows, session("700011", 1, curriculum_name=None, curriculum_version=None)])
    move(lab, wish(MOUSE))
    lab.tell(MOUSE)
    view = lab.view()
    now = services.people_now(view, services.said(lab.store), on=lab.settings.run.day(lab.at))

    assert services.mice_following(view, now, FROM) == (OTHER, "700010")
    assert services.mice_following(view, now, TO) == (MOUSE,)
