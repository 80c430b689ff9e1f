"""What a person may choose, and where a webhook may not lead."""

import json
import socket
from typing import Any

import pytest

from autotrain_core import services
from autotrain_core.errors import ConflictError, DocumentError, NotAllowedError
from autotrain_core.models import Actor, Role
from autotrain_core.services import News, NotifyChoice, Settings, When, read_hook
from autotrain_core.services import _notify_hooks as hooks
from autotrain_core.services._notify_choice import place_of
from autotrain_core.services._notify_hooks import HookKind
from tests.services.notified import BEN, HERON, NOW, Lab

SLACK = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7QQ"
TEAMS = (
    "https://prod-161.westeurope.logic.azure.com:443/workflows/643e69f83c8944438d68119179a10a64/triggers/manual/paths/"
    "invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=KODuebWbDGYFr0z0eu-6Rj8aUKz7108W3wrNJZxFE5A"
)
JSON = "https://news.example.org/lab?token=a%26b"


@pytest.fixture
def lab() -> Lab:
    return Lab()


def actor(lab: Lab, email: str) -> Actor:
    return services.actor_of(services.members(lab.store)[0], email)


def test_whoever_never_chose_has_the_usual(lab: Lab) -> None:
    choice, version = services.notify_choice(lab.store, BEN.email)

    assert version == ""
    assert (choice.email, choice.webhook) == (True, "")
    assert choice.wants(News.PROPOSALS) is When.NOW
    assert choice.wants(News.OUTCOMES) is When.DIGEST


def test_what_was_chosen_is_kept_for_this_person_only(lab: Lab) -> None:
    lab.chooses(BEN.email, email=False, webhook=JSON, when={News.MOVES: When.NEVER})

    choice, _ = services.notify_choice(lab.store, BEN.email)
    assert (choice.email, choice.webhook, choice.wants(News.MOVES)) == (False, JSON, When.NEVER)
    assert services.notify_choice(lab.store, HERON.email)[0] == NotifyChoice()


def test_the_record_knows_of_the_choice_and_not_the_secret_of_the_webhook(lab: Lab) -> None:
    lab.chooses(BEN.email, webhook=JSON)

    entry = lab.store.record.read()[-1]
    assert (entry.by, entry.events[0].kind) == (BEN.email, "notify")
    assert entry.events[0].facts["webhook"] == "news.example.org"
    assert "token" not in json.dumps(dict(entry.events[0].facts))


def test_of_two_windows_from_one_version_the_second_is_told(lab: Lab) -> None:
    first = NotifyChoice(email=False)
    options: dict[str, Any] = {"replaces": "", "actor": actor(lab, BEN.email), "at": NOW}
    services.save_notify_choice(lab.store, lab.settings, first, **options)

    with pytest.raises(ConflictError):
        services.save_notify_choice(lab.store, lab.settings, NotifyChoice(webhook=JSON), **options)

    assert services.notify_choice(lab.store, BEN.email)[0].email is False


def test_a_choice_that_changes_nothing_writes_nothing(lab: Lab) -> None:
    version = lab.chooses(BEN.email, email=False)
    head = lab.store.record.head()

    assert lab.chooses(BEN.email, email=False) == version
    assert lab.store.record.head() == head


@pytest.mark.parametrize(
    "stranger", [services.operator("root"), Actor(email="eve@lab.org", name="Eve", roles=(Role.PI,))]
)
def test_only_members_choose(lab: Lab, stranger: Actor) -> None:
    with pytest.raises(NotAllowedError):
        services.save_notify_choice(lab.store, lab.settings, NotifyChoice(), replaces="", actor=stranger, at=NOW)


def test_a_spoilt_choice_is_said_without_what_it_holds_and_keeps_nothing_from_others(lab: Lab) -> None:
    lab.tell()
    lab.store.write(place_of("notify", BEN.email), b'{"webhook": 7, "token": "secret"}', replaces="")
    lab.propose("h1")

    with pytest.raises(DocumentError, match=r"ben@lab.org chose .* Choose anew") as caught:
        services.notify_choice(lab.store, BEN.email)
    lab.tell()

    assert "secret" not in str(caught.value)
    assert lab.ears.who == [HERON.email]


@pytest.mark.parametrize(("address", "kind"), [(SLACK, HookKind.SLACK), (TEAMS, HookKind.TEAMS), (JSON, HookKind.JSON)])
def test_a_webhook_is_known_by_its_address(address: str, kind: HookKind) -> None:
    assert read_hook(address).kind is kind


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://news.example.org/a",  # anybody on the way reads it
        "file:///etc/passwd",
        "exec://rm",
        "syslog://",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7QQ",
        "jsons://news.example.org/",
        "mailto://ben:secret@mail.example.org",
        "gopher://127.0.0.1:25/_HELO",
        "https://ben:secret@news.example.org/",
        "https://news.example.org@127.0.0.1/",
        "https://127.0.0.1/",
        "https://127.1.2.3:8080/",
        "https://10.0.0.1/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://[fd00::1]/",
        "https://[fe80::1]/",
        "https://news.example.org/a\r\nHost: other",
        "https://news.example.org/%0d%0aX: y",
        "https://news.example.org/a b",
        "https://news.example.org\\@127.0.0.1/",
        "https://news.example.org:99999/",
        "https://news.example.org/#a",
        "https://nеws.example.org/",  # the second letter is Cyrillic
        "https://hooks.slack.com/triggers/T1/2/3",
        "https:///a",
        f"https://news.example.org/{'a' * 2000}",
        f"{TEAMS}&template=file:///etc/passwd",
        f"{TEAMS}&verify=no",
    ],
)
def test_an_address_that_is_no_webhook_or_leads_inside_is_refused_without_repeating_it(lab: Lab, address: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_hook(address)

    assert "secret" not in str(caught.value)
    assert len(address) < 10 or address not in str(caught.value)


def test_inside_is_allowed_where_the_settings_say_so() -> None:
    assert read_hook("http://127.0.0.1:8080/a", private=True).port == 8080


@pytest.mark.parametrize("number", ["127.0.0.1", "10.1.2.3", "::1", "fe80::1%eth0", "::ffff:10.0.0.1"])
def test_a_name_that_leads_inside_is_not_called(monkeypatch: pytest.MonkeyPatch, number: str) -> None:
    public = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 443))
    found = [public, (socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

    assert "inside" in hooks.fault_of_place(read_hook(JSON), private=False)
    assert hooks.fault_of_place(read_hook(JSON), private=True) == ""


def test_a_public_name_is_called_and_an_unknown_one_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    public = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 443))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [public])
    assert hooks.fault_of_place(read_hook(JSON), private=False) == ""

    def unknown(*_: object, **__: object) -> list[object]:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    assert hooks.fault_of_place(read_hook(JSON), private=False) == "nobody knows where news.example.org is"


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"smtp_host": "mail.lab.org"}, "needs a sender"),
        ({"smtp_host": "mail.lab.org/x", "sender": "a@lab.org"}, "no name of a server"),
        ({"sender": "a@lab.org\nBcc: b@lab.org"}, "beyond ASCII"),
        ({"app": "javascript:alert(1)"}, "https://"),
        ({"app": "https://lab.org/?a=b"}, "address of the app"),
    ],
)
def test_settings_that_would_not_work_are_refused(given: dict[str, str], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        Settings.model_validate({"notify": given})
