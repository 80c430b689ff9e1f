"""Reviews in the builder: who is told what, who may answer, and that an answer is to what was seen."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from autotrain_core import services
from autotrain_core.editing import SetDescription, apply
from autotrain_core.errors import DamagedError, NotStoredError, StoreUnavailableError
from autotrain_core.models import Member, Role
from autotrain_core.services import Review, ReviewState
from autotrain_ui import awaited, routes
from tests.services.nights import Nights
from tests.services.publishing import ADA, DEE, EVE, HERON, SETTINGS, VERA, acting
from tests.ui.apps import drawn, said, toasts
from tests.ui.desks import BLOCK_MIN, DRAFT, copied, kept, part, saved_by, stored

ATTACK = "<img src=x onerror=alert(1)>"
APPROVE, RETURN = f"builder-approve-{DRAFT}", f"builder-return-{DRAFT}"
WITHDRAW, COMMENT = f"builder-withdraw-{DRAFT}", f"builder-review-comment-{DRAFT}"


@pytest.fixture(autouse=True)
def designer(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOTRAIN_PERSON", DEE.email)


def asked(nights: Nights, changelog: str = "Longer blocks") -> Review:
    base = kept(nights, copied(BLOCK_MIN))
    return services.ask_review(
        nights.store,
        SETTINGS,
        DRAFT,
        seen=base.version,
        name="Coupled Baiting",
        version="2.4",
        changelog=changelog,
        actor=acting(DEE),
        at=nights.at,
    )


def seen_by(monkeypatch: pytest.MonkeyPatch, member: Member) -> AppTest:
    monkeypatch.setenv("AUTOTRAIN_PERSON", member.email)
    return part("banner")


def unlinked(app: AppTest) -> str:
    """What a page says, without what keeps addresses from becoming links."""
    return said(app).replace("\u2060", "")


def state(nights: Nights) -> ReviewState:
    review = services.review_of(nights.store, DRAFT)
    assert review is not None
    return review.state


def test_of_a_draft_that_nobody_asked_about_nothing_is_said(nights: Nights) -> None:
    kept(nights, copied())

    assert "asked" not in said(part("banner"))


def test_whoever_asked_sees_that_it_waits_and_may_withdraw_but_not_answer(nights: Nights) -> None:
    asked(nights)
    app = part("banner")
    assert "dee@lab.org asked" in said(app)
    assert APPROVE not in [button.key for button in app.button]

    app.button(key=WITHDRAW).click().run()

    assert state(nights) is ReviewState.WITHDRAWN
    assert "for a review of" not in said(app)


def test_a_reviewer_approves_exactly_what_was_asked(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(nights)
    app = seen_by(monkeypatch, HERON)
    assert "What is new: Longer blocks" in said(app)

    app.text_area(key=COMMENT).set_value("Well done")
    app.button(key=APPROVE).click().run()

    done = services.published_curriculum(nights.store, "Coupled Baiting", "2.4")
    assert (done.by, done.reviewed_by) == (DEE.email, HERON.email)
    assert "was approved by heron@lab.org, and published" in said(app)
    assert "“Well done”" in said(app)


def test_a_reviewer_can_look_at_checks_changes_and_mice(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(nights)
    monkeypatch.setenv("AUTOTRAIN_PERSON", HERON.email)
    app = part("banner")
    app.session_state[f"builder-review-look-{DRAFT}"] = True

    app.run()

    assert "10 → 12" in " ".join(said(app).split())
    assert "Publishing moves no mouse" in said(app)


def test_a_draft_is_given_back_with_a_comment_that_its_author_reads(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(nights)
    app = seen_by(monkeypatch, HERON)

    app.text_area(key=COMMENT).set_value(f"Too long {ATTACK}")
    app.button(key=RETURN).click().run()

    assert state(nights) is ReviewState.RETURNED
    author = seen_by(monkeypatch, DEE)
    assert "heron@lab.org gave Coupled Baiting 2.4 back" in said(author)
    assert f"Too long {ATTACK}" in said(author)
    assert ATTACK not in drawn(author)


def test_without_a_comment_nothing_is_given_back(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(nights)
    app = seen_by(monkeypatch, HERON)

    app.button(key=RETURN).click().run()

    assert state(nights) is ReviewState.WAITING
    assert any("Say what is missing" in told for told in toasts(app))


def test_a_stale_screen_approves_nothing(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(nights)
    app = seen_by(monkeypatch, HERON)
    base = stored(nights)
    saved_by(nights, DEE, apply(base.draft, SetDescription("one more thing")), base)

    app.button(key=APPROVE).click().run()

    with pytest.raises(NotStoredError):
        services.published_curriculum(nights.store, "Coupled Baiting", "2.4")
    assert any("saved by someone else" in told for told in toasts(app))


def test_a_draft_that_changed_since_has_to_be_asked_about_anew(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(nights)
    base = stored(nights)
    saved_by(nights, DEE, apply(base.draft, SetDescription("one more thing")), base)

    app = seen_by(monkeypatch, HERON)

    assert "The draft was changed since" in said(app)
    assert APPROVE not in [button.key for button in app.button]


def test_nobody_reviews_what_he_asked_for_himself(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    base = kept(nights, copied(BLOCK_MIN))
    services.ask_review(
        nights.store,
        SETTINGS,
        DRAFT,
        seen=base.version,
        name="Coupled Baiting",
        version="2.4",
        changelog="Mine",
        actor=acting(EVE),
        at=nights.at,
    )

    app = seen_by(monkeypatch, EVE)

    assert APPROVE not in [button.key for button in app.button]
    assert WITHDRAW in [button.key for button in app.button]


def test_nobody_reviews_what_he_worked_on_whoever_asked(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    base = kept(nights, copied(BLOCK_MIN))
    saved_by(nights, EVE, apply(base.draft, SetDescription("by Eve")), base)
    services.ask_review(
        nights.store,
        SETTINGS,
        DRAFT,
        seen=stored(nights).version,
        name="Coupled Baiting",
        version="2.4",
        changelog="Eve's",
        actor=acting(DEE),
        at=nights.at,
    )
    awaited.reviews(nights.store)

    app = seen_by(monkeypatch, EVE)

    assert APPROVE not in [button.key for button in app.button]
    assert "May agree: Dr. Heron. Worked on it: dee@lab.org, eve@lab.org." in unlinked(app)
    assert "Nobody agrees to his own work, so you do not." in said(app)
    assert [awaited.count(acting(member), nights.store) for member in (HERON, EVE)] == [1, 0]
    assert "Worked on it: dee@lab.org, eve@lab.org." in unlinked(seen_by(monkeypatch, HERON))


def test_of_two_answers_the_second_is_told(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    review = asked(nights)
    app = seen_by(monkeypatch, HERON)
    services.return_review(nights.store, DRAFT, seen=review.seen, comment="No", actor=acting(EVE), at=nights.at)

    app.button(key=APPROVE).click().run()

    assert state(nights) is ReviewState.RETURNED
    assert any("saved by someone else" in told for told in toasts(app))


def test_what_was_withdrawn_meanwhile_cannot_be_withdrawn_again(nights: Nights) -> None:
    review = asked(nights)
    app = part("banner")
    services.withdraw_review(nights.store, DRAFT, seen=review.seen, actor=acting(EVE), at=nights.at)

    app.button(key=WITHDRAW).click().run()

    assert any("saved by someone else" in told for told in toasts(app))


def test_a_draft_that_went_on_after_its_approval_says_nothing_of_it(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = asked(nights)
    services.approve_review(nights.store, SETTINGS, DRAFT, seen=review.seen, actor=acting(HERON), at=nights.at)
    base = stored(nights)
    saved_by(nights, DEE, apply(base.draft, SetDescription("on")), base)

    assert "approved" not in said(part("banner"))


def test_a_damaged_review_is_said_and_the_rest_goes_on(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(*_: object) -> Review:
        raise DamagedError("reviews/d1", "is no review.")

    kept(nights, copied())
    monkeypatch.setattr(services, "review_of", damaged)

    app = part("banner")

    assert "damaged" in said(app)
    assert not app.exception


def test_the_list_shows_what_waits_and_for_whom(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(nights, changelog=f"Longer {ATTACK}")
    monkeypatch.setenv("AUTOTRAIN_PERSON", HERON.email)

    app = part("waiting")

    assert "Coupled Baiting 2.4" in [link.proto.label.replace("\\", "") for link in app.get("page_link")]
    assert "waits for you" in said(app)
    assert ATTACK in said(app)


def test_where_nothing_waits_the_list_takes_no_place(nights: Nights) -> None:
    kept(nights, copied())

    assert "Waiting for a review" not in said(part("waiting"))


def test_a_list_that_cannot_be_read_is_said(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*_: object) -> tuple[Review, ...]:
        raise StoreUnavailableError("The server does not answer.")

    kept(nights, copied())
    monkeypatch.setattr(services, "waiting_reviews", silent)

    app = part("waiting")

    assert "The server does not answer" in said(app)


def test_the_menu_counts_what_waits_for_others_than_its_author(nights: Nights) -> None:
    asked(nights)
    awaited.reviews(nights.store)

    counted = [awaited.count(acting(member), nights.store) for member in (HERON, EVE, DEE, VERA)]

    assert counted == [1, 1, 0, 0]


def test_counting_reads_behind_the_page(nights: Nights) -> None:
    asked(nights)

    awaited.count(acting(HERON), nights.store)
    awaited._watch()._pool.shutdown(wait=True)

    assert awaited.count(acting(HERON), nights.store) == 1


def test_where_the_store_is_silent_the_menu_counts_nothing(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*_: object) -> tuple[Review, ...]:
        raise StoreUnavailableError("The server does not answer.")

    asked(nights)
    monkeypatch.setattr(services, "waiting_reviews", silent)

    awaited.count(acting(HERON), nights.store)
    awaited._watch()._pool.shutdown(wait=True)

    assert awaited.count(acting(HERON), nights.store) == 0


def test_whoever_only_looks_is_told_who_answers(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(nights)
    members, version = services.members(nights.store)
    mixed = members.with_member(VERA.model_copy(update={"roles": (Role.VIEWER, Role.TRAINER)}))
    services.save_members(nights.store, mixed, replaces=version, actor=acting(ADA), at=nights.at)
    monkeypatch.setattr(routes.Route, "is_open_to", lambda *_: True)

    app = seen_by(monkeypatch, VERA)

    assert "May agree: Eve, Dr. Heron. Worked on it: dee@lab.org." in unlinked(app)
    assert WITHDRAW not in [button.key for button in app.button]
