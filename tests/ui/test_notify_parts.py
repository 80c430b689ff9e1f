"""A person's own choices of what to hear of: drawn, kept, and safe against a screen that is old."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from autotrain_core import services
from autotrain_core.services import News, NotifyChoice, When
from autotrain_core.store import FolderHome, Store
from tests.services.labs import ADA, BEN, HERON, with_members
from tests.ui.apps import said, toasts

SECRET = "https://news.example.org/secret"


def page() -> None:
    """Draw the part for Ben, as a page does."""
    import os
    from datetime import UTC, datetime
    from types import SimpleNamespace

    from autotrain_core import services
    from autotrain_core.store import FolderHome, Store
    from autotrain_ui import frame, notify_parts

    store = Store(FolderHome(os.environ["AUTOTRAIN_STORE"]))
    email = os.environ.get("AUTOTRAIN_PERSON", "")
    known = services.members(store)[0]
    mail = {"smtp_host": "mail.lab.org", "sender": "autotrain@lab.org"} if "AUTOTRAIN_MAIL" in os.environ else {}
    actor = services.actor_of(known, email) if email else services.operator("root")
    here = SimpleNamespace(
        store=store,
        settings=services.Settings.model_validate({"notify": mail}),
        actor=actor,
        now=datetime.now(UTC),
        may=actor.may,
    )
    frame._tell()
    notify_parts.draw(here)  # type: ignore[arg-type]  # all that it asks for


@pytest.fixture
def store(place: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("AUTOTRAIN_PERSON", BEN.email)
    store = Store(FolderHome(place))
    with_members(store)
    return store


def drawn() -> AppTest:
    app = AppTest.from_function(page, default_timeout=30).run()
    assert not app.exception
    return app


def press_save(app: AppTest) -> None:
    app.button[0].click().run()
    assert not app.exception


def chosen(store: Store, email: str = BEN.email) -> NotifyChoice:
    return services.notify_choice(store, email)[0]


def test_what_a_person_chooses_is_kept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOTRAIN_MAIL", "1")
    app = drawn()

    app.checkbox[0].uncheck()
    app.text_input[0].input(SECRET)
    next(one for one in app.button_group if one.label == News.MOVES.words).set_value(When.NEVER)
    press_save(app)

    assert toasts(app) == ["Kept. Messages come as you chose."]
    assert (chosen(store).email, chosen(store).webhook) == (False, SECRET)
    assert chosen(store).wants(News.MOVES) is When.NEVER
    assert chosen(store, HERON.email) == NotifyChoice()


def test_the_secret_of_a_webhook_is_not_shown_again_and_is_kept(store: Store) -> None:
    keep(store, NotifyChoice(webhook=SECRET))

    app = drawn()
    press_save(app)

    assert "A webhook at news.example.org is set." in said(app)
    assert "secret" not in said(app)
    assert not any("secret" in str(field.value) for field in app.text_input)
    assert chosen(store).webhook == SECRET


def test_a_webhook_is_taken_away(store: Store) -> None:
    keep(store, NotifyChoice(webhook=SECRET))
    app = drawn()

    next(box for box in app.checkbox if box.label == "Take the webhook away").check()
    press_save(app)

    assert chosen(store).webhook == ""


def test_a_webhook_that_leads_inside_is_refused_with_a_sentence(store: Store) -> None:
    app = drawn()

    app.text_input[0].input("https://127.0.0.1/")
    press_save(app)

    assert toasts(app) == ["This webhook leads to a place inside, which this lab does not allow."]
    assert chosen(store) == NotifyChoice()


def test_a_screen_that_is_old_changes_nothing(store: Store) -> None:
    app = drawn()
    keep(store, NotifyChoice(email=False))

    press_save(app)

    assert "was saved by someone else" in toasts(app)[0]
    assert chosen(store).email is False


def test_without_a_mail_server_nothing_is_promised_by_mail(store: Store) -> None:
    app = drawn()

    assert app.checkbox[0].disabled
    assert "This lab has no mail server" in said(app)


def test_failed_runs_are_offered_to_admins_only(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    offered = []
    for person in (BEN, ADA):
        monkeypatch.setenv("AUTOTRAIN_PERSON", person.email)
        offered.append([one.label for one in drawn().button_group])

    assert [News.RUNS.words in labels for labels in offered] == [False, True]


def test_whoever_is_no_member_is_told_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AUTOTRAIN_PERSON")

    assert "you are not one of them" in said(drawn())


def keep(store: Store, choice: NotifyChoice) -> None:
    actor = services.actor_of(services.members(store)[0], BEN.email)
    version = services.notify_choice(store, BEN.email)[1]
    settings, at = services.Settings(), datetime.now(UTC)
    services.save_notify_choice(store, settings, choice, replaces=version, actor=actor, at=at)
