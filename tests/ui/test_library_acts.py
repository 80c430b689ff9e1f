"""What can be done with a version in the library, by whom; and who published it."""

import pytest
from streamlit.testing.v1 import AppTest

from autotrain_core import services
from autotrain_core.errors import DamagedError
from autotrain_core.models import Member
from tests.services.nights import Nights
from tests.services.publishing import ADA, DEE, EVE, HERON, SETTINGS, acting, lab, ladder
from tests.ui.apps import drawn, opened, said, toasts

ATTACK = "<img src=x onerror=alert(1)>"
MARK = "Coupled Baiting@2.3-1.0"
KEY = "Coupled Baiting@2.3"


@pytest.fixture(autouse=True)
def designer(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    lab(nights.home)
    monkeypatch.setenv("AUTOTRAIN_PERSON", DEE.email)


def library() -> AppTest:
    return opened("curricula", name="Coupled Baiting", version="2.3")


def keys(app: AppTest) -> set[str | None]:
    return {button.key for button in app.button}


def test_a_version_is_retired_with_a_reason_that_everybody_reads(nights: Nights) -> None:
    app = library()

    app.text_input(key=f"curricula-reason-{MARK}").set_value(f"2.4 replaces it {ATTACK}")
    app.button(key=f"curricula-retire-{MARK}").click().run()

    assert services.retired(nights.store)[KEY].by == DEE.email
    assert f"2.4 replaces it {ATTACK}" in said(app)
    assert ATTACK not in drawn(app)
    table = app.dataframe[0].value.set_index(["Name", "Version"])
    assert table.loc[("Coupled Baiting", "2.3 · newest"), "Status"] == "retired · comes with the program"


def test_a_retired_version_is_offered_again(nights: Nights) -> None:
    services.retire(nights.store, "Coupled Baiting", "2.3", reason="old", actor=acting(EVE), at=nights.at)
    app = library()

    app.button(key=f"curricula-unretire-{MARK}").click().run()

    assert services.retired(nights.store) == {}
    assert "Retired" not in said(app)


def test_without_a_reason_nothing_is_retired(nights: Nights) -> None:
    app = library()

    app.button(key=f"curricula-retire-{MARK}").click().run()

    assert services.retired(nights.store) == {}
    assert any("say why" in told for told in toasts(app))


def test_what_somebody_else_offered_again_meanwhile_is_said(nights: Nights) -> None:
    services.retire(nights.store, "Coupled Baiting", "2.3", reason="old", actor=acting(EVE), at=nights.at)
    app = library()
    services.unretire(nights.store, "Coupled Baiting", "2.3", actor=acting(EVE), at=nights.at)

    app.button(key=f"curricula-unretire-{MARK}").click().run()

    assert any("is not retired" in told for told in toasts(app))
    assert f"curricula-retire-{MARK}" in keys(app)


def test_a_copy_is_a_draft_on_the_desk(nights: Nights) -> None:
    library().button(key=f"curricula-copy-{MARK}").click().run()

    (draft,) = services.drafts(nights.store)
    assert (draft.based_on, draft.by) == (KEY, DEE.email)


def test_whoever_lost_the_right_since_starts_no_copy(nights: Nights) -> None:
    app = library()
    members, version = services.members(nights.store)
    gone = members.with_member(DEE.model_copy(update={"roles": HERON.roles}))
    services.save_members(nights.store, gone, replaces=version, actor=acting(ADA), at=nights.at)

    app.button(key=f"curricula-copy-{MARK}").click().run()

    assert services.drafts(nights.store) == ()


@pytest.mark.parametrize("member", [HERON, ADA], ids=lambda member: member.name)
def test_whoever_may_not_is_offered_nothing(monkeypatch: pytest.MonkeyPatch, member: Member) -> None:
    monkeypatch.setenv("AUTOTRAIN_PERSON", member.email)

    app = library()

    assert not any(key and key.startswith(("curricula-copy", "curricula-retire")) for key in keys(app))
    assert not app.exception


def test_of_a_published_version_it_is_said_what_is_new_and_by_whom(nights: Nights) -> None:
    services.publish(
        nights.store, SETTINGS, ladder(), changelog=f"First {ATTACK}", actor=acting(EVE), at=nights.at, reason="a try"
    )

    app = opened("curricula", name="Toy", version="1")

    told = " ".join(said(app).split())
    assert f"What is new: First {ATTACK}" in told
    assert "Published by eve@lab.org" in told
    assert "In spite of warnings: a try" in told
    assert ATTACK not in drawn(app)


def test_what_cannot_be_read_is_said_and_the_page_goes_on(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(*_: object) -> object:
        raise DamagedError("retired", "does not say what is retired.")

    monkeypatch.setattr(services, "retired", damaged)
    monkeypatch.setattr(services, "published_curriculum", damaged)

    app = library()

    assert "is damaged" in said(app)
    assert "Coupled Baiting 2.3" in said(app)
