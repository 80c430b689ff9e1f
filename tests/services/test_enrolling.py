"""Mice that begin a curriculum: the list that is read, the dry run, all or none, and taking it back."""

from typing import Any

import pytest

from autotrain_core import services
from autotrain_core.errors import DocumentError, MeanwhileError, NotAllowedError, NotStoredError
from autotrain_core.models import Enrolment, Kind
from autotrain_core.services import EnrolmentPlan, EnrolmentWish, Fate, Seen, read_enrolments
from tests.services.labs import acting
from tests.services.nights import BROWSER, RIG, session
from tests.services.people import MOUSE, PEOPLE, Lab

NAME, VERSION = "Coupled Baiting", "2.3"
HEAD = "subject_id,curriculum,version,stage,note\n"


@pytest.fixture
def lab() -> Lab:
    return Lab()


@pytest.fixture(scope="module")
def calm() -> Lab:
    """A lab that nobody changes."""
    return Lab()


def wish(mouse: str = "700010", version: str = VERSION, **more: Any) -> EnrolmentWish:
    return EnrolmentWish(subject_id=mouse, curriculum=NAME, version=version, **more)


def plan(lab: Lab, *wishes: EnrolmentWish, by: str = "ben") -> EnrolmentPlan:
    return services.plan_enrolments(
        lab.store, lab.settings, lab.view(), wishes, actor=acting(f"{by}@lab.org", PEOPLE), at=lab.at
    )


def fate(lab: Lab, one: EnrolmentWish) -> tuple[Fate, str]:
    (row,) = plan(lab, one).rows
    return row.fate, row.sentence


def enrol(lab: Lab, *wishes: EnrolmentWish, by: str = "ben", identity: str = "b", seen: str = "") -> Any:
    actor = acting(f"{by}@lab.org", PEOPLE)
    drawn = seen or plan(lab, *wishes).seen
    return services.enrol(lab.store, lab.settings, wishes, seen=drawn, actor=actor, at=lab.at, identity=identity)


def end(lab: Lab, *enrolments: Enrolment, by: str = "ben") -> tuple[Enrolment, ...]:
    seen = [Seen(one.id, services.seen_of(one)) for one in enrolments]
    return services.end_enrolment(lab.store, lab.settings, seen, actor=acting(f"{by}@lab.org", PEOPLE), at=lab.at)


# ---- the list ----


@pytest.mark.parametrize(
    "given",
    ["700010\n700011", " 700010, 700011 ", "700010;700011\r\n", "\n\n700010\t700011\n", "\ufeff700010 700011"],
)
def test_ids_are_read_whatever_stands_between_them(given: str) -> None:
    found = read_enrolments(given, curriculum=NAME, version=VERSION, stage="STAGE_2")

    assert [(one.subject_id, one.curriculum, one.version, one.stage) for one in found] == [
        ("700010", NAME, VERSION, "STAGE_2"),
        ("700011", NAME, VERSION, "STAGE_2"),
    ]


def test_a_table_says_for_each_mouse_what_it_begins() -> None:
    text = HEAD + '700010,Uncoupled Baiting,1.0,Stage 2,"Lost 2 g,\nback on food"\n\n700011,,,,\n700012,Toy@7,,,\n'

    found = read_enrolments(text, curriculum=NAME, version=VERSION, stage="STAGE_3")

    assert [(one.curriculum, one.version, one.stage, one.line) for one in found] == [
        ("Uncoupled Baiting", "1.0", "Stage 2", 2),
        (NAME, VERSION, "STAGE_3", 5),
        ("Toy", "7", "", 6),
    ]
    assert found[0].note == "Lost 2 g,\nback on food"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_of_a_spreadsheet_is_read(encoding: str) -> None:
    (found,) = read_enrolments("Mouse ID;Note\r\n700010;Mäuschen\r\n".encode(encoding))

    assert (found.subject_id, found.note) == ("700010", "Mäuschen")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("700010\n700011\n700010", "line 3: '700010' stands in line 1 already"),
        ("700010 700010", "line 1: '700010' is there twice"),
        ("=HYPERLINK(1)", "line 1: the id '=HYPERLINK(1)' begins like a formula"),
        ("7.00123E5", "was made a number by a spreadsheet"),
        ("700010.0", "was made a number by a spreadsheet"),
        ("70\u202e0010", "holds characters that cannot be seen"),
        ("7" * 200, "is 200 bytes long, of at most 120"),
        (HEAD + ",,,,x", "line 2: the id '' is empty"),
        (HEAD + "1,Toy,,,", "line 2: a curriculum and its version go together"),
        (HEAD + "1,,,,,6", "line 2: it has 6 cells, and the table has 5 columns"),
        (HEAD + "1,@SUM(A1),1,,", "line 2: the curriculum '@SUM(A1)' begins like a formula"),
        (HEAD + '1,"Toy', "it is no csv from here on"),
        (HEAD + f"1,,,,{'x' * 4001}", "line 2: the note has 4,001 letters"),
        ("subject_id,weight,mouse\n1,2,3", "line 1: nobody knows the column weight"),
        ("subject_id,mouse\n1,2", "line 1: the column subject_id is there more than once"),
        (b"700010\n\xff\xfe\n", "line 2 holds bytes that are no UTF-8"),
        (b"x" * (1024**2 + 1), "has 1,048,577 bytes"),
        ("x" * (1024**2 + 1), "has 1,048,577 letters"),
        ("\n".join(map(str, range(1, 1002))), "it lists 1,001 mice, of at most 1,000"),
    ],
)
def test_what_is_wrong_with_a_list_is_named_with_its_line(given: str | bytes, sentence: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_enrolments(given)

    assert sentence in str(caught.value)


def test_everything_wrong_is_told_at_once_and_no_more_than_a_screen_of_it() -> None:
    with pytest.raises(DocumentError) as caught:
        read_enrolments("\n".join(f"={number}" for number in range(900)))

    lines = str(caught.value).splitlines()
    assert (len(lines), lines[-1]) == (52, "  and 850 more")


def test_an_empty_list_is_nobody() -> None:
    assert read_enrolments(" \n ") == ()


# ---- the dry run ----


def test_a_new_mouse_begins_at_the_first_stage_with_its_settings(calm: Lab) -> None:
    found = plan(calm, wish())

    assert found.ready
    assert found.rows[0].sentence == "A mouse without sessions. It begins Coupled Baiting 2.3 at Stage 1 w/warmup."
    assert found.settings["Coupled Baiting@2.3", "STAGE_1_WARMUP"]["training_stage"] == "Stage 1 w/warmup"
    assert not services.said(calm.store).enrolments


@pytest.mark.parametrize(
    ("one", "sentence"),
    [
        (EnrolmentWish(subject_id="1"), "nobody said which curriculum it begins"),
        (wish(version="2.33"), "there is no curriculum 'Coupled Baiting 2.33' in this lab"),
        (wish(stage="Stage 9"), "has no stage 'Stage 9'"),
        (wish(mouse=" 1"), "its id begins or ends with a blank"),
    ],
)
def test_what_cannot_be_is_said_of_its_mouse(calm: Lab, one: EnrolmentWish, sentence: str) -> None:
    kind, said = fate(calm, one)

    assert kind is Fate.WRONG
    assert sentence in said


def test_no_mouse_begins_a_retired_version(lab: Lab) -> None:
    services.retire(lab.store, NAME, VERSION, reason="old", actor=acting("dora@lab.org", PEOPLE), at=lab.at)

    assert "was retired by dora@lab.org" in fate(lab, wish())[1]


def test_a_mouse_with_decisions_is_not_enrolled_over_but_needs_an_override(calm: Lab) -> None:
    assert fate(calm, EnrolmentWish(subject_id=MOUSE, curriculum="Uncoupled Baiting", version=VERSION)) == (
        Fate.FOLLOWS,
        "It follows Coupled Baiting 2.3, with 3 sessions. To change its curriculum is an override. It needs "
        "approval by the PI of 700001, Dr. Heron (changing the curriculum).",
    )


def test_a_mouse_that_follows_it_already_needs_nothing(calm: Lab) -> None:
    assert fate(calm, wish(MOUSE)) == (
        Fate.FOLLOWS,
        "It follows Coupled Baiting 2.3 already. Its stage is changed by an override.",
    )


def test_a_mouse_that_was_taken_off_is_put_back_by_an_override(lab: Lab) -> None:
    lab.propose(kind=Kind.OFF, stage="", sessions=None)
    lab.answer(services.approve)
    lab.tell()

    kind, said = fate(lab, wish(MOUSE))

    assert kind is Fate.OFF
    assert "To put it back on one is an override." in said


def test_a_mouse_with_a_proposal_waits_for_the_answer(lab: Lab) -> None:
    lab.propose()

    assert "that waits for an answer" in fate(lab, wish(MOUSE))[1]


def test_a_mouse_of_which_no_session_could_be_decided_begins_with_its_next_one(lab: Lab) -> None:
    lab.rows = [*lab.rows, session("700010", 1, curriculum_name=None, curriculum_version=None)]
    assert "no run has decided yet" in fate_before_a_run(lab)
    lab.nights.run()

    kind, said = fate(lab, wish())

    assert kind is Fate.JOINS
    assert said.startswith("It has 1 session, of which none could be decided")


def fate_before_a_run(lab: Lab) -> str:
    lab.nights.table(lab.rows)
    return fate(lab, wish())[1]


@pytest.mark.parametrize("mouse", ["m12", "007", "７", "700010-b"])
def test_ids_that_todays_programs_do_not_find_are_warned_of(calm: Lab, mouse: str) -> None:
    (row,) = plan(calm, wish(mouse)).rows

    assert row.ready
    assert row.warning == "Today's rigs and browsers read ids as plain numbers, and do not find this one."


def test_a_mouse_that_is_listed_twice_is_not_enrolled(calm: Lab) -> None:
    assert [row.ready for row in plan(calm, wish(), wish(), wish("700011")).rows] == [False, False, True]


# ---- enrolling ----


def test_enrolled_mice_are_one_entry_of_the_record(lab: Lab) -> None:
    before = len(lab.store.record.read())

    first, second = enrol(lab, wish(note="from the vendor"), wish("700011", stage="STAGE_2"))

    (entry,) = lab.store.record.read()[before:]
    assert [event.facts["step"] for event in entry.events] == ["enrol", "enrol"]
    assert entry.by == "ben@lab.org"
    assert (first.id, first.stage, first.note, first.after) == ("b-1", "STAGE_1_WARMUP", "from the vendor", None)
    assert (second.id, second.stage) == ("b-2", "STAGE_2")


def test_the_rigs_find_an_enrolled_mouse_before_its_first_session(lab: Lab) -> None:
    enrol(lab, wish())
    lab.tell("700010")

    row = lab.latest("700010")
    assert (row["session"], row["next_stage_suggested"], row["curriculum_version"]) == (0, "STAGE_1_WARMUP", "2.3")


def test_the_first_session_takes_the_place_of_that_row_and_was_suggested_by_the_enrolment(lab: Lab) -> None:
    enrol(lab, wish(stage="STAGE_2"))
    lab.tell("700010")

    lab.nights.run([*lab.rows, session("700010", 1, stage="STAGE_2") | {"session_date": "2026-11-04"}])

    for key in (RIG, BROWSER):
        table = lab.nights.read_by_rig(key)
        own = table[table["subject_id"] == "700010"].to_dict(orient="records")
        assert [(row["session"], row["session_date"], row["override_id"]) for row in own] == [(1, "2026-11-04", None)]
        assert (own[0]["current_stage_suggested"], own[0]["if_overriden_by_trainer"]) == ("STAGE_2", False)


def test_the_same_batch_sent_twice_is_one(lab: Lab) -> None:
    seen = plan(lab, wish()).seen

    assert enrol(lab, wish(), seen=seen) == enrol(lab, wish(), seen=seen)
    assert len(services.said(lab.store).enrolments) == 1


def test_of_two_who_enrol_the_same_mouse_the_second_is_told_who_was_faster(lab: Lab) -> None:
    seen = plan(lab, wish()).seen
    enrol(lab, wish(), by="heron", identity="other")

    with pytest.raises(MeanwhileError, match=r"700010: heron@lab\.org enrolled it in Coupled Baiting 2\.3"):
        enrol(lab, wish(), seen=seen)


def test_a_mouse_that_trained_meanwhile_is_not_enrolled(lab: Lab) -> None:
    seen = plan(lab, wish()).seen
    lab.nights.run([*lab.rows, session("700010", 1)])

    with pytest.raises(MeanwhileError, match="something has changed"):
        enrol(lab, wish(), seen=seen)


def test_one_mouse_that_cannot_be_enrolled_stops_all(lab: Lab) -> None:
    with pytest.raises(DocumentError, match="Nobody was enrolled, because 1 of 2 cannot be"):
        enrol(lab, wish(), wish(MOUSE))

    assert not services.said(lab.store).enrolments


def test_nobody_is_no_batch(lab: Lab) -> None:
    with pytest.raises(DocumentError, match="Between one and 1,000 mice"):
        enrol(lab)


@pytest.mark.parametrize("by", ["vera", "dora", "ada"])
def test_who_may_not_enrol_does_not(lab: Lab, by: str) -> None:
    with pytest.raises(NotAllowedError, match="may not enrol"):
        enrol(lab, wish(), by=by)


# ---- taking it back ----


def test_an_enrolment_is_taken_back_and_the_rigs_lose_the_mouse(lab: Lab) -> None:
    (made,) = enrol(lab, wish())
    lab.tell("700010")

    (gone,) = end(lab, made, by="heron")
    lab.tell("700010")

    assert gone.ended_by == "heron@lab.org"
    assert "700010" not in set(lab.nights.read_by_rig()["subject_id"])
    assert "heron@lab.org took back an enrolment" in fate(lab, wish())[1]


def test_an_enrolment_that_a_session_has_followed_stays(lab: Lab) -> None:
    (made,) = enrol(lab, wish())
    lab.nights.run([*lab.rows, session("700010", 1, stage="STAGE_1_WARMUP") | {"session_date": "2026-11-04"}])

    with pytest.raises(DocumentError, match=r"700010 has begun Coupled Baiting 2\.3"):
        end(lab, made)


def test_of_two_who_take_back_the_second_is_told(lab: Lab) -> None:
    (made,) = enrol(lab, wish())
    end(lab, made, by="heron")

    with pytest.raises(MeanwhileError, match=r"heron@lab\.org took the enrolment of 700010 back already"):
        end(lab, made)


def test_all_are_taken_back_or_none(lab: Lab) -> None:
    made, other = enrol(lab, wish(), wish("700011"))

    with pytest.raises(NotStoredError, match="no enrolment 'b-9'"):
        end(lab, made, other.model_copy(update={"id": "b-9"}))

    assert services.said(lab.store).enrolments["b-1"].stands


def test_an_enrolment_that_is_not_what_was_seen_is_not_taken_back(lab: Lab) -> None:
    (made,) = enrol(lab, wish())

    with pytest.raises(MeanwhileError, match="is not what you saw"):
        end(lab, made.model_copy(update={"note": "other"}))
    with pytest.raises(DocumentError, match="Nothing was chosen"):
        end(lab)


def test_those_that_wait_for_their_first_session_are_listed(lab: Lab) -> None:
    enrol(lab, wish(), wish("700011"))
    lab.nights.run([*lab.rows, session("700010", 1, stage="STAGE_1_WARMUP") | {"session_date": "2026-11-04"}])
    view = lab.view()
    now = services.people_now(view, services.said(lab.store), on=lab.settings.run.day(lab.at))

    assert [one.subject_id for one in services.waiting_enrolments(view, now)] == ["700011"]
