"""What stands between the network and Streamlit: who is let in, the security headers, and smaller assets."""

import gzip
from collections.abc import Mapping, MutableMapping
from posixpath import normpath
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from autotrain_ui.openness import is_loopback, is_same_site, refusal
from autotrain_ui.policy import HTTPS_ONLY

_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
_POLICY_VIOLATION = 1008


class Guard:
    """Refuses whom the app is not open for, whatever started the server, before Streamlit sees them."""

    def __init__(self, app: ASGIApp, *, has_provider: bool, address: str = "") -> None:
        self._app = app
        self._has_provider = has_provider
        self._address = address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or connection, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        sentence = self._refused(scope)
        if not sentence:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await PlainTextResponse(sentence + "\n", status_code=403)(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})

    def _refused(self, scope: Scope) -> str:
        headers = Headers(scope=scope)
        host = headers.get("host")
        # Streamlit would let any page of this computer or of its network in, and ask a server outside for our address.
        if scope["type"] == "websocket" and not is_same_site(headers.get("origin"), host, known=self._address):
            return "This connection was opened by a page of another site."
        if self._has_provider:
            return ""
        # Who comes through a proxy comes from somewhere else, wherever the proxy runs.
        came_through = any(name in headers for name in _FORWARDED) or not _is_from_here(scope.get("client"))
        listened = "0.0.0.0" if came_through else (scope.get("server") or ("localhost",))[0]  # noqa: S104
        return refusal(listened, host, has_provider=False)


class SecurityHeaders:
    """Adds the same headers to every answer."""

    def __init__(self, app: ASGIApp, *, headers: Mapping[str, str]) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
                if HTTPS_ONLY in self._headers:
                    message["headers"] = [(name, _for_https(name, value)) for name, value in message["headers"]]
            await send(message)

        await self._app(scope, receive, sent if scope["type"] == "http" else send)


class SmallAssets:
    """
    Sends scripts and styles compressed, and compresses each only once.

    Streamlit sends them as they are, and lets a proxy do this. Their names hold a hash of what is in them, so that what
    was compressed stays true as long as the server runs; there are some 20 MB of them, which become 6.
    """

    def __init__(self, app: ASGIApp, *, folder: str = "/static/", smallest: int = 1024, level: int = 6) -> None:
        self._app = app
        self._folder = folder
        self._smallest = smallest
        self._level = level
        self._kept: MutableMapping[str, tuple[list[tuple[bytes, bytes]], bytes]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if not self._is_wanted(scope):
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        if path not in self._kept:
            answer = _Answer()
            await self._app(scope, receive, answer.take)
            if not self._is_worthwhile(answer):
                await answer.give(send)
                return
            body = await run_in_threadpool(gzip.compress, answer.body, self._level)
            headers = MutableHeaders(raw=list(answer.start["headers"]))
            headers["Content-Encoding"] = "gzip"
            headers["Content-Length"] = str(len(body))
            headers.add_vary_header("Accept-Encoding")
            # They mean the bytes as they were.
            del headers["ETag"], headers["Accept-Ranges"]
            self._kept[path] = (headers.raw, body)
        raw, body = self._kept[path]
        await send({"type": "http.response.start", "status": 200, "headers": raw})
        await send({"type": "http.response.body", "body": body})

    def _is_wanted(self, scope: Scope) -> bool:
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(self._folder):
            return False
        # Streamlit serves /static/./a.js and /static//a.js as /static/a.js, and there is no end of such spellings.
        if normpath(scope["path"]) != scope["path"]:
            return False
        headers = Headers(scope=scope)
        return "gzip" in headers.get("accept-encoding", "") and "range" not in headers

    def _is_worthwhile(self, answer: "_Answer") -> bool:
        headers = Headers(raw=answer.start["headers"])
        kind = headers.get("content-type", "")
        is_text = kind.startswith("text/") or "javascript" in kind or "json" in kind or "wasm" in kind
        # Any other name is answered with the first page, and there is no end of names.
        is_hashed = "immutable" in headers.get("cache-control", "")
        return answer.start["status"] == 200 and is_text and is_hashed and len(answer.body) >= self._smallest


class _Answer:
    """An answer that is held back until all of it is there."""

    def __init__(self) -> None:
        self.start: dict[str, Any] = {"status": 500, "headers": []}
        self.body = b""

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = dict(message)
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")

    async def give(self, send: Send) -> None:
        await send(self.start)
        await send({"type": "http.response.body", "body": self.body})


def _for_https(name: bytes, value: bytes) -> bytes:
    """Streamlit leaves it open whether its cookies may travel unencrypted."""
    is_open_cookie = name.lower() == b"set-cookie" and b"secure" not in value.lower().replace(b" ", b"").split(b";")
    return value + b"; Secure" if is_open_cookie else value


def _is_from_here(client: tuple[str, int] | None) -> bool:
    return client is None or is_loopback(client[0])
