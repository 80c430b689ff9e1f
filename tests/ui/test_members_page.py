"""The page Members: who may do what, for all to read; admins change it, and nobody else by any path."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from autotrain_core import services
from autotrain_core.models import Member, OverridePolicy, Role
from autotrain_core.services import Policy, PublishingPolicy, ReviewWhen
from autotrain_core.store import ABSENT, Store
from tests.services.labs import ADA, BEN, LAB, acting
from tests.services.nights import Nights, put, session
from tests.ui.apps import drawn, opened, said, toasts

ATTACK = "<img src=x onerror=alert(1)>"
AT = datetime(2026, 11, 5, 9, tzinfo=UTC)
VIC = Member(email="vic@lab.org", name="Vic", roles=(Role.VIEWER,))


@pytest.fixture
def store(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A lab with four members and two mice; its admin looks."""
    nights.table([session("7", 1, trainer="Ben L"), session("8", 1)])
    people = LAB.with_member(VIC)
    services.save_members(nights.store, people, replaces=ABSENT, actor=services.operator("op"), at=AT)
    monkeypatch.setenv("AUTOTRAIN_PERSON", ADA.email)
    return nights.store


def change(store: Store, after: Member, before: Member | None) -> None:
    """Change a member as another admin does, at another computer."""
    services.save_member(store, after, before=before, actor=services.operator("other"), at=AT)


def now(store: Store, email: str) -> Member | None:
    return services.members(store)[0].find(email)


def field(app: AppTest, name: str, kind: str = "text_input") -> Any:
    """A field of the desk, whatever number its key has."""
    (found,) = [each for each in getattr(app, kind) if str(each.key).startswith(f"members-{name}-")]
    return found


# ---- what everybody reads ----


def test_everybody_reads_who_may_do_what_and_changes_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOTRAIN_PERSON", VIC.email)

    app = opened("members", who=BEN.email)

    table = app.dataframe[0].value.set_index("email")
    assert [table[name][BEN.email] for name in ("roles", "trainer", "own")] == ["trainer", "Ben L", 1]
    assert "Approve, refuse, return or revoke an override" in said(app)
    assert all(sentence in said(app) for sentence in Policy().sentences())
    keys = {str(one.key) for kind in (app.button, app.selectbox, app.text_input, app.toggle) for one in kind}
    assert not {key for key in keys if key.startswith(("members", "policy"))}


def test_names_are_shown_as_text(store: Store) -> None:
    change(store, VIC.model_copy(update={"name": ATTACK}), VIC)

    app = opened("members", who=VIC.email)

    assert ATTACK not in drawn(app)
    assert not app.exception


# ---- members ----


def test_somebody_new_is_added_and_taken_back_by_the_notice(store: Store) -> None:
    app = opened("members", who="new")
    field(app, "email").set_value("zoe@lab.org")
    field(app, "roles", "multiselect").set_value(["trainer"])
    field(app, "mice", "text_area").set_value("7\n 8 \n")
    app.button(key="members-save").click().run()

    made = now(store, "zoe@lab.org")
    assert made is not None
    assert (made.roles, made.mice) == ((Role.TRAINER,), ("7", "8"))
    assert "zoe@lab.org: is a member now" in said(app)

    app.button(key="members-undo").click().run()
    assert now(store, "zoe@lab.org") is None


def test_a_member_is_changed_deactivated_and_it_is_undone(store: Store) -> None:
    app = opened("members", who=BEN.email)
    field(app, "active", "toggle").set_value(False)
    app.button(key="members-save").click().run()
    assert now(store, BEN.email) == BEN.model_copy(update={"active": False})

    app.button(key="members-undo").click().run()
    assert now(store, BEN.email) == BEN


def test_a_member_is_removed_and_put_back(store: Store) -> None:
    app = opened("members", who=BEN.email)
    app.button(key="members-remove").click().run()
    assert now(store, BEN.email) is None

    app.button(key="members-undo").click().run()
    assert now(store, BEN.email) == BEN


def test_what_is_wrong_is_told_and_what_was_typed_is_kept(store: Store) -> None:
    app = opened("members", who="new")
    field(app, "email").set_value("nowhere")
    app.button(key="members-save").click().run()

    assert any("is no address" in toast for toast in toasts(app))
    assert field(app, "email").value == "nowhere"


def test_who_is_changed_by_somebody_else_first_is_told_of_and_nothing_typed_is_lost(store: Store) -> None:
    app = opened("members", who=BEN.email)
    field(app, "name").set_value("Benjamin")
    app.run()
    other = BEN.model_copy(update={"trainer": "B. L."})
    change(store, other, BEN)

    app.button(key="members-save").click().run()

    assert now(store, BEN.email) == other
    assert any("What you typed is kept" in toast for toast in toasts(app))
    assert "Somebody else changed Ben meanwhile" in said(app)
    assert field(app, "name").value == "Benjamin"


def test_where_nothing_was_typed_the_desk_shows_what_others_saved(store: Store) -> None:
    app = opened("members", who=BEN.email)
    change(store, BEN.model_copy(update={"trainer": "B. L."}), BEN)

    assert field(app.run(), "trainer").value == "B. L."


def test_an_admin_who_is_one_no_more_changes_nothing_from_an_old_page(store: Store) -> None:
    app = opened("members", who=BEN.email)
    field(app, "active", "toggle").set_value(False)
    change(store, VIC.model_copy(update={"roles": (Role.ADMIN,)}), VIC)
    change(store, ADA.model_copy(update={"roles": (Role.VIEWER,)}), ADA)

    app.button(key="members-save").click().run()

    assert now(store, BEN.email) == BEN
    assert any("may not say who is a member" in toast for toast in toasts(app))


def test_the_first_member_has_to_be_an_admin(nights: Nights) -> None:
    app = opened("members", who="new")
    field(app, "email").set_value("ada@lab.org")
    field(app, "roles", "multiselect").set_value(["viewer"])
    app.button(key="members-save").click().run()
    assert any("no active admin" in toast for toast in toasts(app))

    field(app, "roles", "multiselect").set_value(["admin"])
    app.button(key="members-save").click().run()
    assert services.members(nights.store)[0].admins


# ---- from the list of mice and PIs ----


def test_pis_of_the_list_become_members_and_it_is_undone(store: Store, nights: Nights) -> None:
    listed = [{"subject_id": "7", "PI": "Fox"}, {"subject_id": "8", "PI": "Heron"}]
    put(nights.home, services.Settings().mice.key, json.dumps(listed).encode())
    app = opened("members")
    assert app.dataframe[1].value.set_index("name")["what"].tolist() == [
        "is nobody here yet: give an address",
        "is a member's PI name already",
    ]

    app.text_input(key="members-who-Fox").set_value("fox@lab.org").run()
    assert now(store, "fox@lab.org") is None
    app.button(key="members-import").click().run()
    assert now(store, "fox@lab.org") == Member(email="fox@lab.org", name="Fox", roles=(Role.PI,), person="Fox")

    app.button(key="members-undo").click().run()
    assert services.members(store)[0] == LAB.with_member(VIC)


# ---- the policy ----


def test_an_admin_says_what_needs_approval(store: Store) -> None:
    app = opened("members")
    app.selectbox(key="policy-review-1").set_value("always")
    app.multiselect(key="policy-hold-1").set_value(["PI"])
    app.button(key="policy-save").click().run()

    found, _ = services.policy(store)
    assert found.publishing.review is ReviewWhen.ALWAYS
    assert found.overrides == OverridePolicy(hold=(Role.PI,))
    assert "Holding at a stage needs the PI of the mouse unless a PI does it." in said(app)


def test_a_policy_that_somebody_else_saved_first_stays_and_what_was_typed_is_kept(store: Store) -> None:
    app = opened("members")
    app.multiselect(key="policy-hold-1").set_value(["PI"]).run()
    theirs = Policy(publishing=PublishingPolicy(review=ReviewWhen.USED))
    services.save_policy(store, theirs, replaces=ABSENT, actor=acting(ADA.email), at=AT)

    app.button(key="policy-save").click().run()

    assert services.policy(store)[0] == theirs
    assert "Somebody else changed this meanwhile" in said(app)
    assert app.multiselect(key="policy-hold-1").value == ["PI"]


def test_who_may_no_longer_changes_no_policy_from_an_old_page(store: Store) -> None:
    app = opened("members")
    app.toggle(key="policy-own-1").set_value(True)
    eve = Member(email="eve@lab.org", roles=(Role.ADMIN,))
    change(store, eve, None)
    change(store, ADA.model_copy(update={"roles": (Role.VIEWER,)}), ADA)

    app.button(key="policy-save").click().run()

    assert services.policy(store) == (Policy(), ABSENT)
