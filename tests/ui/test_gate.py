"""What stands before Streamlit lets in whom it should, says what a browser may do, and compresses each asset once."""

import gzip
from typing import Any

import pytest

from autotrain_ui.gate import Guard, SecurityHeaders, SmallAssets
from tests.loops import run_apart

LONG = b"const mice = 1;\n" * 1000
HASHED = [
    (b"content-type", b"application/javascript"),
    (b"cache-control", b"public, immutable, max-age=31536000"),
    (b"etag", b"x"),
]


class Server:
    """An ASGI program that answers with what it was given, and counts how often."""

    def __init__(
        self, body: bytes = b"page", headers: list[tuple[bytes, bytes]] | None = None, status: int = 200
    ) -> None:
        self.body, self.headers, self.status = body, headers or [], status
        self.asked = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked += 1
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": self.status, "headers": list(self.headers)})
            await send({"type": "http.response.body", "body": self.body[:10], "more_body": True})
            await send({"type": "http.response.body", "body": self.body[10:]})
        elif scope["type"] == "websocket":
            await send({"type": "websocket.accept"})


def asked(
    app: Any,
    path: str = "/",
    *,
    kind: str = "http",
    client: Any = ("127.0.0.1", 5),
    server: Any = ("127.0.0.1", 8501),
    **headers: str,
):
    """Ask an ASGI program once; give the first message, its headers, and the whole body."""
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect" if kind == "websocket" else "http.request", "body": b""}

    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": kind, "method": "GET", "path": path, "headers": named, "client": client, "server": server}
    run_apart(app(scope, receive, send))
    given = {name.decode().lower(): value.decode() for name, value in sent[0].get("headers", [])}
    return sent[0], given, b"".join(message.get("body", b"") for message in sent)


def test_this_computer_is_served_without_a_provider() -> None:
    start, _, body = asked(Guard(Server(), has_provider=False), host="localhost:8501")

    assert (start["status"], body) == (200, b"page")


@pytest.mark.parametrize(
    "way",
    [
        {"host": "mice.example.org"},
        {"host": "localhost", "client": ("10.0.0.7", 5)},
        {"host": "localhost", "server": ("10.0.0.4", 8501)},
        {"host": "localhost", "x_forwarded_for": "10.0.0.7"},
        {"host": "localhost", "forwarded": "for=10.0.0.7"},
    ],
    ids=["another name", "another computer", "another address", "a proxy", "another proxy"],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_nobody_else_is_served_without_a_provider(way: dict[str, Any], kind: str) -> None:
    server = Server()

    start, _, body = asked(Guard(server, has_provider=False), kind=kind, **way)

    assert server.asked == 0
    if kind == "http":
        assert start["status"] == 403
        assert b"no provider to sign in with" in body
    else:
        assert start["type"] == "websocket.close"


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_with_a_provider_everybody_gets_as_far_as_signing_in(kind: str) -> None:
    server = Server()

    asked(
        Guard(server, has_provider=True),
        kind=kind,
        host="mice.example.org",
        client=("10.0.0.7", 5),
        x_forwarded_for="10.0.0.7",
    )

    assert server.asked == 1


@pytest.mark.parametrize("has_provider", [True, False])
def test_a_page_of_another_site_opens_no_connection(has_provider: bool) -> None:
    server = Server()

    start, _, _ = asked(
        Guard(server, has_provider=has_provider),
        kind="websocket",
        host="localhost:8501",
        origin="http://localhost:9999",
    )

    assert start["type"] == "websocket.close"
    assert server.asked == 0


def test_the_start_and_end_of_the_server_are_nobodys_request() -> None:
    server = Server()

    run_apart(Guard(server, has_provider=False)({"type": "lifespan"}, None, None))  # type: ignore[arg-type]

    assert server.asked == 1


def test_every_answer_carries_the_headers() -> None:
    _, given, _ = asked(SecurityHeaders(Server(), headers={"X-Content-Type-Options": "nosniff"}))

    assert given["x-content-type-options"] == "nosniff"


def test_an_asset_is_compressed_once_however_often_it_is_asked_for() -> None:
    server = Server(LONG, HASHED)
    app = SmallAssets(server)

    answers = [asked(app, "/static/js/a.js", accept_encoding="gzip, br") for _ in range(3)]

    assert server.asked == 1
    for _, given, body in answers:
        assert gzip.decompress(body) == LONG
        assert len(body) < len(LONG) / 10
        assert given["content-encoding"] == "gzip"
        assert given["content-length"] == str(len(body))
        assert given["vary"] == "Accept-Encoding"
        assert "etag" not in given


@pytest.mark.parametrize(
    "asking",
    [{}, {"accept_encoding": "br"}, {"accept_encoding": "gzip", "range": "bytes=0-9"}],
    ids=["no compression", "another compression", "a part"],
)
def test_whoever_does_not_ask_for_it_gets_the_asset_as_it_is(asking: dict[str, str]) -> None:
    _, given, body = asked(SmallAssets(Server(LONG, HASHED)), "/static/js/a.js", **asking)

    assert body == LONG
    assert "content-encoding" not in given


@pytest.mark.parametrize(
    "server",
    [
        Server(LONG, [(b"content-type", b"text/html"), (b"cache-control", b"no-cache")]),
        Server(LONG, HASHED, status=404),
        Server(b"short", HASHED),
        Server(LONG, [(b"content-type", b"image/png"), HASHED[1]]),
    ],
    ids=["a page for any name", "nothing", "little", "a picture"],
)
def test_what_is_no_large_text_with_a_name_of_its_own_is_neither_compressed_nor_kept(server: Server) -> None:
    app = SmallAssets(server)
    before = server.asked

    bodies = [asked(app, "/static/js/a.js", accept_encoding="gzip")[2] for _ in range(2)]

    assert bodies == [server.body] * 2
    assert server.asked == before + 2


def test_a_page_is_not_touched() -> None:
    server = Server(LONG, HASHED)

    _, given, body = asked(SmallAssets(server), "/", accept_encoding="gzip")

    assert body == LONG
    assert "content-encoding" not in given
