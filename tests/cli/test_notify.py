"""`autotrain notify`: who is told what, from a shell."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result

from autotrain_core import services
from autotrain_core.services._notify_send import Message
from autotrain_core.store import Event, FolderHome, Store
from tests.cli.conftest import Run, parsed
from tests.services.labs import ADA, with_members

Notify = Callable[..., Result]
SETTINGS = """
[notify]
smtp_host = "mail.lab.org"
sender = "autotrain@lab.org"
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A lab in which everybody was told everything, and in which the nightly run failed since."""
    (tmp_path / "lab").mkdir()
    store = Store(FolderHome(tmp_path / "lab"))
    with_members(store)
    settings = services.Settings.model_validate({"notify": {"smtp_host": "mail.lab.org", "sender": "a@lab.org"}})
    services.deliver(store, settings, at=datetime.now(UTC) - timedelta(minutes=2))
    event = Event(kind="run-failed", facts={"error": "X", "sentence": "it failed"})
    store.record.append([event], by="nightly", at=datetime.now(UTC) - timedelta(minutes=1))
    return store


@pytest.fixture
def notify(run: Run, store: Store, tmp_path: Path) -> Notify:
    """Type a command on that lab, which has a mail server that nobody reaches."""
    (tmp_path / "autotrain.toml").write_text(SETTINGS, encoding="utf-8")

    def typed(*words: str, status: int = 0) -> Result:
        return run("--store", tmp_path / "lab", "notify", *words, status=status)

    return typed


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Message]:
    """What a server in the place of the real one was told; the first word of `refuses` it does not take."""
    found: list[Message] = []

    def send(plugin: object, **said: str) -> bool:
        found.append(Message(to="", channel="", target=plugin.targets[0][1], title=said["title"], text=said["body"]))  # type: ignore[attr-defined]
        return not said["body"].startswith("This is a test")

    monkeypatch.setattr("apprise.plugins.email.NotifyEmail.notify", send)
    return found


def test_a_dry_run_says_what_would_go_and_sends_nothing(notify: Notify, heard: list[Message]) -> None:
    for _ in range(2):
        result = notify("--dry-run", "--digest")

        assert "To ada@lab.org by email: autotrain: nightly runs that failed" in result.stdout
        assert "  The nightly run failed as a whole." in result.stdout
        assert "1 message would go." in result.stdout
    assert heard == []


def test_what_is_due_goes_once(notify: Notify, heard: list[Message]) -> None:
    assert notify().stdout == "1 message went.\n"
    assert notify("--digest").stdout == "0 messages went.\n"

    assert [one.target for one in heard] == [ADA.email]


def test_what_went_is_told_as_json(notify: Notify, heard: list[Message]) -> None:
    told = parsed(notify("--json"))

    assert [(one["to"], one["by"]) for one in told["messages"]] == [(ADA.email, "email")]
    assert (told["dry_run"], told["problems"], told["held"]) == (False, [], 0)


def test_a_test_that_does_not_go_says_so(notify: Notify, heard: list[Message]) -> None:
    result = notify("test", "ada@lab.org", status=1)

    assert result.stdout == "ada@lab.org by email: the mail server mail.lab.org did not take it\n"
    assert [one.target for one in heard] == [ADA.email]


def test_a_test_for_a_stranger_says_who_is_there(notify: Notify) -> None:
    assert "eve@lab.org is not a member. See: autotrain members list" in notify("test", "eve@lab.org", status=3).stderr


def test_a_mail_server_without_a_sender_is_refused(notify: Notify, tmp_path: Path) -> None:
    (tmp_path / "autotrain.toml").write_text('[notify]\nsmtp_host = "mail.lab.org"\n', encoding="utf-8")

    assert "a mail server needs a sender" in notify(status=1).stderr


def test_a_webhook_is_no_part_of_what_is_printed(notify: Notify, store: Store) -> None:
    settings = services.Settings.model_validate({"notify": {"private_webhooks": True}})
    actor = services.actor_of(services.members(store)[0], ADA.email)
    choice = services.NotifyChoice(webhook="https://news.example.org/secret")
    services.save_notify_choice(store, settings, choice, replaces="", actor=actor, at=datetime.now(UTC))

    result = notify("--dry-run", "--json")

    assert "secret" not in json.dumps(parsed(result))
