"""
Orders that Streamlit takes from any browser, signed in or not, and that nobody here may give.

Streamlit takes uploads from whoever has opened its first page, empties the caches of everybody for whoever says so over
the websocket, and tells its figures to all: its own pages offer that to developers only, but its server does not ask.
"""

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # it has no stubs
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

_READS = {"GET", "HEAD", "OPTIONS"}
_FIGURES = "/_stcore/metrics"
# What its pages send to whoever is no developer.
_ORDERS = {"rerun_script", "stop_script", "app_heartbeat", "file_urls_request", "backend_operation_request"}


class Orders:
    """Refuses uploads, which no page of ours takes, and what is meant for developers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or connection, without what is refused."""
        if scope["type"] == "http" and scope["method"] not in _READS:
            await PlainTextResponse("This app takes nothing this way.\n", status_code=405)(scope, receive, send)
        elif scope["type"] == "http" and scope["path"].rstrip("/") == _FIGURES:
            await PlainTextResponse("Not Found\n", status_code=404)(scope, receive, send)
        else:
            await self._app(scope, _harmless(receive) if scope["type"] == "websocket" else receive, send)


def _harmless(receive: Receive) -> Receive:
    """Pass over the messages of a connection that are refused."""

    async def received() -> Message:
        while True:
            message = await receive()
            if message["type"] != "websocket.receive" or not is_refused(message.get("bytes") or b""):
                return message

    return received


def is_refused(body: bytes) -> bool:
    """Say whether a message of a browser is no order that a page of ours gives."""
    order = BackMsg()
    try:
        order.ParseFromString(body)
    except DecodeError:
        return True
    return order.WhichOneof("type") not in _ORDERS
