"""What a real mail server and a real web server are told, by servers that take it, refuse it, and are slow."""

import email
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message as Mail
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from autotrain_core import services
from autotrain_core.services import Settings
from autotrain_core.services import _notify_send as sending
from autotrain_core.services._notify_hooks import read_hook
from autotrain_core.services._notify_news import tamed
from autotrain_core.services._notify_send import Message, send_with_apprise
from tests.services.notified import BEN, HERON, Lab
from tests.services.test_notify_choice import TEAMS

HOSTILE = (
    "x\r\nBcc: eve@evil.org\r\n\r\n<script>alert(1)</script> <!channel> <@U1> @here [go](https://evil.org) <at>e</at>"
)


@dataclass
class MailServer:
    """Takes mail, but none for addresses that begin with "no"."""

    port: int = 0
    mails: list[tuple[str, list[str], Mail]] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - the server calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: object
    ) -> str:
        if address.startswith("no"):
            return "550 nobody here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        assert isinstance(envelope.content, bytes)
        self.mails.append(
            (str(envelope.mail_from), list(envelope.rcpt_tos), email.message_from_bytes(envelope.content))
        )
        return "250 OK"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@dataclass
class WebServer:
    """Notes what it is sent."""

    port: int = 0
    status: int = 200
    location: str = ""
    posts: list[tuple[str, bytes]] = field(default_factory=list)


@pytest.fixture(scope="module")
def mail_of_module() -> Iterator[MailServer]:
    server = MailServer(port=free_port())
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    yield server
    controller.stop()


@pytest.fixture
def mail(mail_of_module: MailServer) -> MailServer:
    mail_of_module.mails.clear()
    return mail_of_module


@pytest.fixture
def web() -> Iterator[WebServer]:
    seen = WebServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.posts.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(seen.status)
            if seen.location:
                self.send_header("Location", seen.location)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        seen.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield seen
        server.shutdown()
        thread.join()


@pytest.fixture
def silent() -> Iterator[int]:
    """Port of a server that takes a connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def settings_of(port: int) -> Settings:
    said = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none", "sender": "autotrain@lab.org"}
    return Settings.model_validate({"notify": {**said, "app": "https://autotrain.lab.org", "private_webhooks": True}})


def sent(port: int, *, channel: str, target: str, text: str = "words", seconds: float = 5) -> str:
    message = Message(to="ben@lab.org", channel=channel, target=target, title="autotrain: a test", text=text)
    return send_with_apprise(settings_of(port).notify, message, seconds)


def test_a_proposal_comes_by_mail_to_whoever_may_answer_it(mail: MailServer) -> None:
    lab = Lab(settings=settings_of(mail.port))
    lab.tell(send=send_with_apprise)
    lab.propose("h1")

    report = lab.tell(send=send_with_apprise)

    assert report.problems == ()
    sender, receivers, found = mail.mails[0]
    assert (sender, receivers, len(mail.mails)) == ("autotrain@lab.org", [HERON.email], 1)
    assert found["Subject"] == "autotrain: proposals that wait for you"
    assert found["From"] == "autotrain <autotrain@lab.org>"
    assert found.get_content_type() == "text/plain"
    assert "https://autotrain.lab.org/mouse?subject=h1" in text_of(found)


def test_what_people_typed_injects_no_header_and_no_receiver(mail: MailServer) -> None:
    lab = Lab(settings=settings_of(mail.port))
    lab.tell(send=send_with_apprise)
    lab.propose("h<b>'&", reason="other", reason_text=HOSTILE.replace("\r\n", "\n"))

    lab.tell(send=send_with_apprise)

    _, receivers, found = mail.mails[0]
    assert receivers == [HERON.email]
    assert found["Bcc"] is None
    assert "\r\nBcc:" not in text_of(found)
    assert "<" not in text_of(found)


def text_of(mail: Mail) -> str:
    payload = mail.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


@pytest.mark.parametrize("address", ["o'brien+mice@lab.org", "a.b-c_d@sub.lab.org"])
def test_odd_addresses_get_their_mail(mail: MailServer, address: str) -> None:
    assert sent(mail.port, channel="email", target=address) == ""

    assert mail.mails[0][1] == [address]


@pytest.mark.parametrize("address", ["a@lab.org,eve@evil.org", "<eve@evil.org>a@lab.org", 'eve@evil.org;"x"@lab.org'])
def test_an_address_that_would_be_two_reaches_no_second_one(mail: MailServer, address: str) -> None:
    said = sent(mail.port, channel="email", target=address)

    assert said
    assert mail.mails == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_mail_server_that_wants_a_password_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def vouch(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: object) -> AuthResult:
        assert isinstance(given, LoginPassword)
        return AuthResult(success=(given.login, given.password) == (b"bot@lab.org", b"let me in"))

    guarded = MailServer(port=free_port())
    options: dict[str, Any] = {"auth_required": True, "auth_require_tls": False, "authenticator": vouch}
    controller = Controller(guarded, hostname="127.0.0.1", port=guarded.port, **options)
    controller.start()
    monkeypatch.setenv("AUTOTRAIN_SMTP_PASSWORD", "let me in")
    settings = settings_of(guarded.port).notify.model_copy(update={"smtp_user": "bot@lab.org"})
    message = Message(to=BEN.email, channel="email", target=BEN.email, title="t", text="x")

    said = send_with_apprise(settings, message, 5)
    controller.stop()

    assert (said, len(guarded.mails)) == ("", 1)


def test_a_receiver_that_the_server_refuses_is_said(mail: MailServer) -> None:
    assert sent(mail.port, channel="email", target="nobody@lab.org") == "the mail server 127.0.0.1 did not take it"


def test_a_mail_server_that_is_not_there_is_said(silent: int) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))

        assert (
            sent(free.getsockname()[1], channel="email", target=BEN.email)
            == "the mail server 127.0.0.1 did not take it"
        )


def test_a_mail_server_that_says_nothing_is_given_up(silent: int) -> None:
    assert sent(silent, channel="email", target=BEN.email, seconds=0.1)


def test_a_webhook_gets_the_message_as_json(web: WebServer) -> None:
    target = f"http://127.0.0.1:{web.port}/lab%20a?token=a%26b"

    assert sent(0, channel="webhook", target=target, text="Mäuse\n\nand more") == ""

    path, body = web.posts[0]
    assert path == "/lab%20a?token=a%26b"
    assert json.loads(body)["message"] == "Mäuse\n\nand more"
    assert json.loads(body)["title"] == "autotrain: a test"


@pytest.mark.parametrize("status", [400, 403, 500])
def test_a_webhook_that_refuses_is_said_without_its_secret(web: WebServer, status: int) -> None:
    web.status = status

    said = sent(0, channel="webhook", target=f"http://127.0.0.1:{web.port}/secret")

    assert said == "the webhook at 127.0.0.1 did not take it"


def test_a_webhook_sends_nobody_on_elsewhere(web: WebServer) -> None:
    web.status, web.location = 307, f"http://127.0.0.1:{web.port}/inside"

    assert sent(0, channel="webhook", target=f"http://127.0.0.1:{web.port}/a")

    assert [path for path, _ in web.posts] == ["/a"]


def test_a_webhook_that_says_nothing_is_given_up(silent: int) -> None:
    assert sent(0, channel="webhook", target=f"http://127.0.0.1:{silent}/", seconds=0.1)


def test_a_webhook_inside_is_not_called_where_that_is_not_allowed_any_more(web: WebServer) -> None:
    message = Message(to="b@lab.org", channel="webhook", target=f"https://localhost:{web.port}/", title="t", text="x")

    said = send_with_apprise(services.Settings().notify, message, 5)

    assert said == "localhost leads to a place inside, which this lab does not allow"
    assert web.posts == []


def test_slack_is_told_nothing_that_it_takes_for_a_mention_or_a_link(
    web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from apprise.plugins.slack import NotifySlack

    monkeypatch.setattr(NotifySlack, "webhook_url", f"http://127.0.0.1:{web.port}/services")
    slack = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7QQ"

    sent(0, channel="webhook", target=slack, text=f"{tamed(HOSTILE)} <!channel>")

    path, body = web.posts[0]
    told = json.loads(body)["attachments"][0]["text"]
    assert path == "/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7QQ"
    assert not {"<", ">", "@"} & set(told)
    assert "https://evil" not in told


def test_teams_is_told_nothing_that_it_takes_for_a_mention_or_a_link() -> None:
    plugin = sending._hook(read_hook(TEAMS), 1)

    card = plugin.gen_payload(body=tamed(HOSTILE), title="t")["attachments"][0]["content"]

    assert "entities" not in card["msteams"]
    assert not {"<", "[", "]", "@"} & set(card["body"][1]["text"])
    assert (plugin.redirects, plugin.verify_certificate, plugin.host) == (
        False,
        True,
        "prod-161.westeurope.logic.azure.com",
    )


def test_what_was_typed_becomes_one_short_line() -> None:
    assert tamed("a\nb\r\n\x00c\u202e d") == "a b c d"
    assert len(tamed("a" * 1000)) == 200
