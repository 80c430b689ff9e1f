"""Reviews and the policy that asks for them: what was seen is what is published, and nobody agrees with himself."""

import json
from typing import Any

import pytest

from autotrain_core import services
from autotrain_core.editing import SetDescription, apply
from autotrain_core.errors import ConflictError, DamagedError, DocumentError, NotAllowedError, NotStoredError
from autotrain_core.models import Actor
from autotrain_core.services import Policy, PublishingPolicy, ReviewState, ReviewWhen
from autotrain_core.store import ABSENT, MemoryHome, Store
from tests.services.labs import OPERATOR
from tests.services.nights import Nights, session
from tests.services.publishing import (
    ADA,
    DEE,
    EVE,
    HERON,
    NOW,
    RIGS,
    SETTINGS,
    Dying,
    PowerCutError,
    acting,
    lab,
    read_as_today,
    shipped,
    told,
)


@pytest.fixture
def store() -> Store:
    return lab(MemoryHome())


def with_policy(store: Store, review: ReviewWhen = ReviewWhen.ALWAYS) -> str:
    asked = Policy(publishing=PublishingPolicy(review=review))
    return services.save_policy(store, asked, replaces=services.policy(store)[1], actor=acting(ADA), at=NOW)


def start(store: Store) -> services.StoredDraft:
    draft = apply(services.from_curriculum(shipped()), SetDescription("Fewer trials"))
    return services.start_draft(store, draft, actor=acting(DEE), at=NOW, identity="d1")


def ask(store: Store, seen: str, **asked: Any) -> services.Review:
    given = {"name": "Coupled Baiting", "version": "2.4", "changelog": "fewer trials", "actor": acting(DEE), "at": NOW}
    return services.ask_review(store, SETTINGS, "d1", seen=seen, **{**given, **asked})


def approve(store: Store, seen: str, actor: Actor | None = None) -> services.Published:
    return services.approve_review(store, SETTINGS, "d1", seen=seen, actor=actor or acting(HERON), at=NOW)


def alone(store: Store, **asked: Any) -> services.Published:
    given = {"version": "2.4", "changelog": "fewer trials", "actor": acting(DEE), "at": NOW, **asked}
    return services.publish(store, SETTINGS, shipped(), accepted_warnings=True, **given)


# ---- the policy ----


def test_without_a_policy_a_designer_publishes_alone(store: Store) -> None:
    assert services.policy(store) == (Policy(), ABSENT)

    found = services.may_publish(store, SETTINGS, "Coupled Baiting", actor=acting(DEE), at=NOW)

    assert (found.allowed, found.needs_review) == (True, False)
    assert found.sentence == "You may publish Coupled Baiting alone."


def test_what_was_decided_is_read_and_recorded(store: Store) -> None:
    version = with_policy(store)

    assert services.policy(store) == (Policy(publishing=PublishingPolicy(review=ReviewWhen.ALWAYS)), version)
    (facts,) = told(store, "policy")
    assert facts["publishing"] == {"review": "always"}
    assert facts["sentence"] == "Somebody else agrees before a curriculum is published."


def test_the_same_policy_again_is_not_written(store: Store) -> None:
    version = with_policy(store)

    assert with_policy(store) == version
    assert len(told(store, "policy")) == 1


def test_only_who_may_says_what_needs_approval(store: Store) -> None:
    with pytest.raises(NotAllowedError, match="say what needs whose approval"):
        services.save_policy(store, Policy(), replaces=ABSENT, actor=acting(DEE), at=NOW)


def test_of_two_who_change_the_policy_the_second_is_told(store: Store) -> None:
    with_policy(store)

    with pytest.raises(ConflictError):
        services.save_policy(store, Policy(), replaces=ABSENT, actor=acting(ADA), at=NOW)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{", "it is no JSON"),
        (b"[]", "the whole"),
        (b'{"publishing": {"review": "sometimes"}}', "publishing.review"),
        (b'{"publshing": {}}', "publshing"),
        (b'{"a":' * 100_000, "it is no JSON"),
        (b" " * 1_000_001, "the whole"),
    ],
)
def test_a_policy_with_a_mistake_lets_nobody_publish(store: Store, body: bytes, said: str) -> None:
    store.write("policy", body, replaces=ABSENT)

    with pytest.raises(DocumentError, match="cannot be used") as caught:
        alone(store)

    assert said in str(caught.value)


def test_where_a_review_is_asked_for_nobody_publishes_alone(store: Store) -> None:
    with_policy(store)

    with pytest.raises(NotAllowedError, match=r"Somebody else has to agree .* Ask Eve, Dr. Heron\."):
        alone(store)

    assert read_as_today(store.home, RIGS) == {}


def test_an_operator_says_why_it_is_published_without_a_review(store: Store) -> None:
    with_policy(store)
    with pytest.raises(NotAllowedError, match="--without-review"):
        alone(store, actor=OPERATOR)

    done = alone(store, actor=OPERATOR, without_review="the rig stands still")

    assert done.without_review == "the rig stands still"
    assert told(store, "curriculum-published")[0]["without_review"] == "the rig stands still"


def test_a_reason_of_somebody_who_is_no_operator_does_not_count(store: Store) -> None:
    with_policy(store)

    with pytest.raises(NotAllowedError):
        alone(store, without_review="in a hurry")


def test_a_curriculum_that_mice_follow_needs_a_review_and_another_does_not() -> None:
    nights = Nights()
    store = lab(nights.home)
    with_policy(store, ReviewWhen.USED)
    nights.run([session("700001", 1, day=30), session("700002", 1, day=30)])

    used = services.may_publish(store, SETTINGS, "coupled baiting", actor=acting(DEE), at=NOW)
    unused = services.may_publish(store, SETTINGS, "Uncoupled Baiting", actor=acting(DEE), at=NOW)

    assert (used.needs_review, used.mice) == (True, 2)
    assert "(2 mice in training follow it)" in used.sentence
    assert (unused.needs_review, unused.mice) == (False, 0)


def test_who_has_no_right_is_told_the_role(store: Store) -> None:
    found = services.may_publish(store, SETTINGS, "Coupled Baiting", actor=acting(HERON), at=NOW)

    assert not found.allowed
    assert found.sentence == "Publishing takes the role designer."


def test_where_nobody_can_review_it_says_which_role_it_takes() -> None:
    store = Store(MemoryHome())
    services.save_policy(
        store, Policy(publishing=PublishingPolicy(review=ReviewWhen.ALWAYS)), replaces=ABSENT, actor=OPERATOR, at=NOW
    )

    found = services.may_publish(store, SETTINGS, "Coupled Baiting", actor=OPERATOR, at=NOW)

    assert found.sentence.endswith("Nobody here can: it takes the role PI.")


# ---- reviews ----


def test_a_request_waits_and_names_what_it_is_about(store: Store) -> None:
    stored = start(store)

    asked = ask(store, stored.version)

    assert services.waiting_reviews(store) == (asked,)
    assert services.review_of(store, "d1") == asked
    assert (asked.state, asked.key, asked.asked_by) == (ReviewState.WAITING, "Coupled Baiting@2.4", "dee@lab.org")
    assert told(store, "review")[0]["state"] == "waiting"


def test_what_was_approved_is_published_in_the_name_of_who_asked(store: Store) -> None:
    with_policy(store)
    asked = ask(store, start(store).version)

    done = approve(store, asked.seen)

    assert list(read_as_today(store.home, RIGS)) == [("Coupled Baiting", "2.4")]
    assert (done.by, done.reviewed_by) == ("dee@lab.org", "heron@lab.org")
    assert done.sha256 == asked.sha256
    assert services.waiting_reviews(store) == ()
    assert told(store, "curriculum-published")[0]["reviewed_by"] == "heron@lab.org"


def test_nobody_reviews_his_own_request(store: Store) -> None:
    asked = ask(store, start(store).version, actor=acting(EVE))

    with pytest.raises(NotAllowedError, match="nobody reviews what he asks for himself"):
        approve(store, asked.seen, acting(EVE))

    assert read_as_today(store.home, RIGS) == {}


def test_only_who_may_reviews(store: Store) -> None:
    asked = ask(store, start(store).version)

    with pytest.raises(NotAllowedError, match="review a draft before it is published"):
        approve(store, asked.seen, acting(ADA))


def test_a_draft_that_was_saved_after_the_request_is_not_published(store: Store) -> None:
    stored = start(store)
    asked = ask(store, stored.version)
    other = apply(stored.draft, SetDescription("slipped in"))
    services.save_draft(store, "d1", other, replaces=stored.version, actor=acting(DEE), at=NOW)

    with pytest.raises(ConflictError, match="drafts/d1"):
        approve(store, asked.seen)

    assert read_as_today(store.home, RIGS) == {}


def test_what_was_not_on_the_screen_is_not_approved(store: Store) -> None:
    stored = start(store)
    seen = ask(store, stored.version).seen
    ask(store, stored.version, changelog="something else")

    with pytest.raises(ConflictError, match="reviews/d1"):
        approve(store, seen)


def test_a_draft_is_given_back_with_what_is_missing(store: Store) -> None:
    asked = ask(store, start(store).version)
    with pytest.raises(DocumentError, match="Say what is missing"):
        services.return_review(store, "d1", seen=asked.seen, comment=" ", actor=acting(HERON), at=NOW)

    done = services.return_review(store, "d1", seen=asked.seen, comment=" Too steep. ", actor=acting(HERON), at=NOW)

    assert (done.state, done.comment, done.answered_by) == (ReviewState.RETURNED, "Too steep.", "heron@lab.org")
    assert services.review_of(store, "d1") == done
    with pytest.raises(DocumentError, match="it was returned"):
        approve(store, done.seen)


def test_a_comment_has_an_end(store: Store) -> None:
    asked = ask(store, start(store).version)

    with pytest.raises(DocumentError, match="4,001 characters"):
        services.return_review(store, "d1", seen=asked.seen, comment="x" * 4001, actor=acting(HERON), at=NOW)


def test_a_request_is_taken_back_and_made_again(store: Store) -> None:
    stored = start(store)
    asked = ask(store, stored.version)

    gone = services.withdraw_review(store, "d1", seen=asked.seen, actor=acting(EVE), at=NOW)

    assert services.waiting_reviews(store) == ()
    with pytest.raises(DocumentError, match="it was withdrawn"):
        services.withdraw_review(store, "d1", seen=gone.seen, actor=acting(DEE), at=NOW)
    again = ask(store, stored.version)
    assert services.waiting_reviews(store) == (again,)


def test_what_could_not_be_published_is_not_asked_about(store: Store) -> None:
    stored = start(store)

    with pytest.raises(DocumentError, match="nobody has said what is new"):
        ask(store, stored.version, changelog="")
    with pytest.raises(NotAllowedError):
        ask(store, stored.version, actor=acting(HERON))
    with pytest.raises(ConflictError):
        ask(store, "1.another")


def test_a_version_that_was_taken_meanwhile_is_not_approved(store: Store) -> None:
    asked = ask(store, start(store).version)
    services.publish(
        store,
        SETTINGS,
        apply(services.from_curriculum(shipped()), SetDescription("other")),
        version="2.4",
        changelog="other",
        actor=acting(EVE),
        at=NOW,
    )

    with pytest.raises(DocumentError, match="a published version never changes"):
        approve(store, asked.seen)

    assert services.waiting_reviews(store) == (asked,)


def test_an_approval_that_was_interrupted_is_completed_by_approving_again(store: Store) -> None:
    asked = ask(store, start(store).version)
    with pytest.raises(PowerCutError):
        approve(Store(Dying(store.home, 2, after=True)), asked.seen)
    again = Store(store.home)
    review = services.review_of(again, "d1")
    assert review is not None
    assert review.state is ReviewState.APPROVED

    done = approve(again, review.seen)

    assert done.reviewed_by == "heron@lab.org"
    assert list(read_as_today(store.home, RIGS)) == [("Coupled Baiting", "2.4")]
    with pytest.raises(DocumentError, match=r"approved by heron@lab\.org already"):
        ask(again, services.open_draft(again, "d1").version)


# Each write of an approval, before and after: the answer, the record, the claim, twelve files, the record.
DEATHS = [(number, after) for number in range(1, 17) for after in (False, True)]


@pytest.mark.parametrize(("number", "after"), DEATHS)
def test_wherever_an_approval_is_interrupted_approving_again_completes_it(number: int, after: bool) -> None:
    home = MemoryHome()
    store = lab(home)
    asked = ask(store, start(store).version)
    with pytest.raises(PowerCutError):
        approve(Store(Dying(home, number, after=after)), asked.seen)
    again = Store(home)
    review = services.review_of(again, "d1")
    assert review is not None
    assert read_as_today(home, RIGS) == {} or review.state is ReviewState.APPROVED

    approve(again, review.seen)

    assert list(read_as_today(home, RIGS)) == [("Coupled Baiting", "2.4")]
    assert [facts["reviewed_by"] for facts in told(again, "curriculum-published")] == ["heron@lab.org"]


def test_what_was_asked_for_has_to_be_what_comes_out(store: Store) -> None:
    asked = ask(store, start(store).version)
    held = store.read("reviews/d1")
    body = json.dumps({**json.loads(held.body), "sha256": "0"}).encode()
    seen = store.write("reviews/d1", body, replaces=asked.seen)

    with pytest.raises(DocumentError, match="is not what the review was asked for"):
        approve(store, seen)


def test_a_review_that_is_none_is_told(store: Store) -> None:
    store.write("reviews/d1", b"{}", replaces=ABSENT)

    with pytest.raises(DamagedError, match="is no review"):
        services.waiting_reviews(store)


def test_nobody_asked(store: Store) -> None:
    assert services.review_of(store, "d1") is None
    with pytest.raises(NotStoredError, match="Nobody asked for a review"):
        approve(store, "1.x")
    with pytest.raises(NotStoredError):
        services.review_of(store, "../policy")
