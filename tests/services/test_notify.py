"""Who hears of what, when, and that nothing is lost on the way."""

import pytest

from autotrain_core import services
from autotrain_core.models import Step
from autotrain_core.services import News, When
from autotrain_core.services._runs_recorded import FAILED
from autotrain_core.store import Event
from tests.services.nights import Nights, session
from tests.services.notified import ADA, BEN, HAWK, HERON, Lab

HOOK = "http://127.0.0.1:9/hook"


@pytest.fixture
def lab() -> Lab:
    """A lab in which everybody is told everything up to now."""
    found = Lab()
    found.tell()
    return found


def test_a_proposal_is_told_at_once_to_whoever_may_answer_it(lab: Lab) -> None:
    lab.propose("h1", reason="other", reason_text="it dreams")

    lab.tell()

    assert lab.ears.who == [HERON.email]
    message = lab.ears.heard[0]
    assert message.title == "autotrain: proposals that wait for you"
    assert message.text == (
        "Mouse h1, hold at STAGE_2 for the next session: this proposal waits for an answer. Reason: it dreams.\n"
        "  https://autotrain.lab.org/mouse?subject=h1"
    )


def test_where_nobody_owns_a_mouse_every_pi_hears_of_its_proposal(lab: Lab) -> None:
    lab.propose("x1")

    lab.tell(owners=lambda _: [])

    assert lab.ears.who == [HAWK.email, HERON.email]


def test_the_proposal_of_the_only_pi_is_told_to_the_other_pis_and_not_to_the_proposer(lab: Lab) -> None:
    lab.propose("h1", by=HERON.email)

    lab.tell()

    assert lab.ears.who == [HAWK.email]


def test_a_proposal_that_was_answered_meanwhile_waits_for_nobody(lab: Lab) -> None:
    lab.go(lab.propose("h1"), Step.WITHDRAW, by=BEN.email)

    lab.tell()

    assert lab.ears.heard == []


@pytest.mark.parametrize(
    ("answer", "word"),
    [(Step.APPROVE, "approved"), (Step.REFUSE, "refused"), (Step.RETURN, "returned with a question")],
)
def test_an_answer_is_told_to_whoever_proposed(lab: Lab, answer: Step, word: str) -> None:
    lab.go(lab.propose("h1"), answer, by=HERON.email)

    lab.tell()

    assert lab.ears.who == [BEN.email]
    assert f"your proposal was {word}" in lab.ears.heard[0].text


def test_what_was_taken_back_is_told_to_proposer_and_approver_but_not_to_who_took_it_back(lab: Lab) -> None:
    approved = lab.go(lab.propose("h1"), Step.APPROVE, by=HERON.email)
    lab.tell()
    lab.ears.heard.clear()

    lab.go(approved, Step.REVOKE, by=HAWK.email)
    lab.tell()

    assert lab.ears.who == [BEN.email, HERON.email]


@pytest.mark.parametrize(
    ("steps", "word"),
    [
        ((Step.PUBLISH, Step.USE), "it was used"),
        ((Step.PUBLISH, Step.MISS), "not followed"),
        ((Step.EXPIRE,), "expired"),
        ((Step.OUTDATE,), "stale"),
    ],
)
def test_what_became_of_an_override_is_told_to_proposer_and_approver_in_the_digest(
    lab: Lab, steps: tuple[Step, ...], word: str
) -> None:
    lab.go(lab.go(lab.propose("h1"), Step.APPROVE, by=HERON.email), *steps, by="nightly")

    lab.tell()
    assert not any(word in message.text for message in lab.ears.heard)
    lab.tell(digest=True)

    assert sorted(message.to for message in lab.ears.heard if word in message.text) == [BEN.email, HERON.email]


def test_a_comment_is_told_to_the_pi_and_the_trainer_without_its_words(lab: Lab) -> None:
    lab.comment("h1", by=HAWK.email, text="secret of the lab")

    lab.tell(digest=True)

    assert lab.ears.who == [BEN.email, HERON.email]
    assert all("secret" not in message.text for message in lab.ears.heard)


def test_nobody_hears_of_his_own_act(lab: Lab) -> None:
    lab.comment("h1", by=HERON.email)
    lab.enrol("h1", by=HERON.email)

    lab.tell(digest=True)

    assert lab.ears.who == [BEN.email]


def test_an_enrolment_is_told_to_the_pi_of_the_mouse(lab: Lab) -> None:
    lab.enrol("h1", by=BEN.email)

    lab.tell(digest=True)

    assert lab.ears.who == [HERON.email]
    assert "Mouse h1 begins at STAGE_1." in lab.ears.heard[0].text


def test_whose_a_mouse_is_the_lab_says() -> None:
    nights = Nights()
    nights.run([session("m1", 1, PI="Heron", trainer="Ben L"), session("m2", 1, PI="Hawk", trainer="Zoe")])
    lab = Lab(store=nights.store, at=nights.at)
    lab.tell()
    lab.propose("m1", by=HAWK.email)
    lab.comment("m1", by=HAWK.email)
    lab.comment("m2", by=HERON.email)

    lab.tell(digest=True, owners=None, trainers=None)

    told = {one.to: one.text for one in lab.ears.heard}
    assert sorted(told) == [BEN.email, HAWK.email, HERON.email]
    assert "waits for an answer" in told[HERON.email]
    assert "waits" not in told[BEN.email]
    assert "mouse m2" in told[HAWK.email]


def test_a_failed_run_is_told_to_the_admins_without_its_reason(lab: Lab) -> None:
    lab.later(minutes=1).say(Event(kind=FAILED, facts={"error": "X", "sentence": "s3://secret"}), by="nightly")

    lab.tell()

    assert lab.ears.who == [ADA.email]
    assert lab.ears.heard[0].text == "The nightly run failed as a whole.\n  https://autotrain.lab.org/runs"


def test_whoever_is_not_active_hears_nothing(lab: Lab) -> None:
    known, version = services.members(lab.store)
    gone = known.with_member(HERON.model_copy(update={"active": False}))
    services.save_members(lab.store, gone, replaces=version, actor=services.operator("x"), at=lab.at)
    lab.comment("h1", by=HAWK.email)

    lab.tell(digest=True)

    assert lab.ears.who == [BEN.email]


def test_the_first_time_nobody_hears_of_the_past() -> None:
    lab = Lab()
    lab.propose("h1")

    lab.later(minutes=5).tell(digest=True)

    assert lab.ears.heard == []


def test_the_first_time_the_act_that_is_told_of_counts() -> None:
    lab = Lab()
    lab.propose("h1")

    lab.tell()

    assert lab.ears.who == [HERON.email]


def test_what_was_told_is_not_told_again(lab: Lab) -> None:
    lab.propose("h1")

    for _ in range(3):
        lab.later(minutes=1).tell()
    lab.tell(digest=True)

    assert lab.ears.who == [HERON.email]


def test_there_is_one_digest_a_day(lab: Lab) -> None:
    lab.comment("h1", by=HAWK.email)
    lab.tell(digest=True)
    lab.comment("h2", by=HAWK.email)

    lab.tell(digest=True)
    assert len(lab.ears.heard) == 2
    lab.later(days=1).tell(digest=True)

    assert len(lab.ears.heard) == 4


def test_many_things_are_one_message(lab: Lab) -> None:
    for number in range(25):
        lab.comment(f"h{number}", by=BEN.email)

    lab.tell(digest=True)

    assert lab.ears.who == [HERON.email]
    assert lab.ears.heard[0].title == "autotrain: 25 messages"
    assert lab.ears.heard[0].text.count("Somebody commented") == 20
    assert "… and 5 more." in lab.ears.heard[0].text


def test_a_person_chooses_what_comes_and_when(lab: Lab) -> None:
    lab.chooses(HERON.email, when={News.PROPOSALS: When.DIGEST, News.COMMENTS: When.NEVER})
    lab.propose("h1")
    lab.comment("h1", by=HAWK.email)

    lab.tell()
    assert lab.ears.heard == []
    lab.tell(digest=True)

    texts = [message.text for message in lab.ears.heard if message.to == HERON.email]
    assert len(texts) == 1
    assert "waits for an answer" in texts[0]
    assert "commented" not in texts[0]


def test_what_waited_for_the_digest_is_not_lost_by_a_change_of_mind(lab: Lab) -> None:
    lab.chooses(HERON.email, when={News.PROPOSALS: When.DIGEST})
    lab.propose("h1")
    lab.tell()
    lab.propose("h2")
    lab.chooses(HERON.email, when={News.PROPOSALS: When.NOW})
    lab.tell()

    lab.tell(digest=True)

    assert sorted(mouse for mouse in ("h1", "h2") for one in lab.ears.heard if f"Mouse {mouse}" in one.text) == [
        "h1",
        "h2",
    ]


def test_without_a_mail_server_only_webhooks_are_told(lab: Lab) -> None:
    lab.settings = services.Settings.model_validate({"notify": {"private_webhooks": True}})
    lab.chooses(HERON.email, webhook=HOOK)
    lab.tell()
    lab.propose("h1")
    lab.propose("x1")

    lab.tell()

    assert [(one.to, one.channel, one.target) for one in lab.ears.heard] == [(HERON.email, "webhook", HOOK)]
    assert "https://" not in lab.ears.heard[0].text
