"""
The server around the app: what `serve.py` gives to Streamlit's `st.App`.

It decides before the first page whether the app may start at all, and stands between the network and Streamlit after
that. It draws nothing but the last sentence of a page that failed.
"""

import contextlib
import logging
import secrets
import sys
import threading
import time
import tomllib
import webbrowser
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click
import pyarrow as pa
import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from streamlit.runtime.pages_manager import PagesManager
from streamlit.web import cli

from autotrain_core import services
from autotrain_core.errors import AutotrainError, DocumentError
from autotrain_core.store import Store, open_store
from autotrain_ui import openness
from autotrain_ui.gate import Guard, SecurityHeaders, SmallAssets
from autotrain_ui.orders import Orders
from autotrain_ui.policy import inline_scripts, origins, security_headers

log = logging.getLogger("autotrain.app")
_FRESH_SECONDS = 5.0
_LAST_SECONDS = 10.0
_PAGES_WITH_SCRIPTS = {"streamlit": "static/index.html", "streamlit_agraph": "frontend/build/index.html"}


def run(file: str) -> None:
    """
    Serve until Ctrl-C, which is how it is meant to end.

    Args:
        file: The file that holds the app; Streamlit imports it.
    """
    with contextlib.suppress(KeyboardInterrupt, click.Abort):
        cli.main(["run", file, *sys.argv[1:]], standalone_mode=False)


def around() -> dict[str, Any]:
    """
    Give what `st.App` is told beside its script; end the program with a sentence where the app may not start.

    Returns:
        Routes, middleware, lifespan and what to do with errors, as keyword arguments.
    """
    _speak()
    try:
        settings = services.read_settings()
        auth = sign_in_secrets()
        has_provider = openness.has_provider(auth)
    except (AutotrainError, OSError) as error:
        sys.exit(f"Error: {error}")
    address = str((auth or {}).get("redirect_uri", ""))
    if sentence := openness.refusal(st.get_option("server.address"), None, has_provider=has_provider):
        sys.exit(f"Error: {sentence}")
    # As st.navigation does when it is first called. Before that Streamlit would run a page that is visited by deep link
    # without app.py, and lose the first click on it.
    PagesManager.uses_pages_directory = False
    return {
        "routes": [Route("/healthz", _alive), Route("/readyz", _Readiness(settings).answer)],
        "middleware": [
            Middleware(SecurityHeaders, headers=_headers(settings, https=address.startswith("https:"))),
            Middleware(Guard, has_provider=has_provider, address=address),
            Middleware(Orders),
            Middleware(SmallAssets),
        ],
        "lifespan": _life,
        "on_script_error": _tell_of_failure,
    }


def sign_in_secrets() -> Mapping[str, Any] | None:
    """
    Read the part of the secrets that says how people sign in; None where there is none.

    Raises:
        DocumentError: The secrets are no TOML.
    """
    _require_toml(Path(file) for file in st.get_option("secrets.files"))
    if not st.secrets.load_if_toml_exists() or "auth" not in st.secrets:
        return None
    auth = st.secrets["auth"]
    if not isinstance(auth, Mapping):
        raise DocumentError("auth in the secrets has to be a part of its own, which begins with [auth].")
    return auth


def _require_toml(files: Iterable[Path]) -> None:
    """Complain of secrets that Streamlit would silently go without."""
    for file in files:
        try:
            tomllib.loads(file.read_text(encoding="utf-8"))
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            continue
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            # What stands there is secret, and part of some complaints.
            raise DocumentError(f"{file} is no TOML, so nobody could sign in.") from error


def _headers(settings: services.Settings, *, https: bool) -> Mapping[str, str]:
    roots = {name: found.origin for name in _PAGES_WITH_SCRIPTS if (found := find_spec(name)) and found.origin}
    pages = [Path(root).parent / _PAGES_WITH_SCRIPTS[name] for name, root in roots.items()]
    pictures = origins(settings.app.pictures.values())
    return security_headers(pictures=pictures, scripts=inline_scripts(pages), https=https)


def _speak() -> None:
    """Say what concerns whoever started the app, and leave out how the parts beneath it are doing."""
    logging.basicConfig(format="%(asctime)s %(name)s: %(message)s", level=logging.WARNING)
    log.setLevel(logging.INFO)
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    # The lab is read ahead by no page, which Streamlit wonders about.
    logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel(logging.ERROR)
    # A page that failed is told of once, with a mark to find it by.
    logging.getLogger("streamlit.error_util").setLevel(logging.CRITICAL)


async def _alive(_: Request) -> Response:
    return PlainTextResponse("alive\n")


class _Readiness:
    """Whether the store answers; asked at most every few seconds, however often somebody wants to know."""

    def __init__(self, settings: services.Settings) -> None:
        self._url = settings.store
        self._store: Store | None = None
        self._asking = threading.Lock()
        self._asked = -_FRESH_SECONDS
        self._is_ready = False

    async def answer(self, _: Request) -> Response:
        is_ready = await run_in_threadpool(self._ask)
        return JSONResponse({"ready": is_ready}, status_code=200 if is_ready else 503)

    def _ask(self) -> bool:
        # A store that hangs must not hold up whoever else asks, nor the threads that everybody shares.
        if self._asking.acquire(blocking=False):
            try:
                if time.monotonic() - self._asked >= _FRESH_SECONDS:
                    self._is_ready = self._answers()
                    self._asked = time.monotonic()
            finally:
                self._asking.release()
        return self._is_ready

    def _answers(self) -> bool:
        if not self._url:  # then an example lab in memory is shown
            return True
        try:
            self._store = self._store or open_store(self._url, probe=False)
            next(iter(self._store.home.list("autotrain/", most=1)), None)
        except AutotrainError as error:
            # Whoever asks need not be signed in: the sentence is for the log.
            log.warning("The store does not answer: %s", error)
            self._store = None
            return False
        return True


@asynccontextmanager
async def _life(_: st.App) -> AsyncIterator[None]:
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    address, port = st.get_option("server.address"), st.get_option("server.port")
    shown = f"[{address}]" if ":" in (address or "") else address or "localhost"
    url = f"{scheme}://{shown}:{port}"
    print(f"autotrain is at {url}; Ctrl-C ends it.", file=sys.stderr, flush=True)
    if not st.get_option("server.headless"):
        # Not here: some browsers stay in the foreground.
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
    ahead = threading.Thread(target=_read_ahead, daemon=True)
    ahead.start()
    yield
    ahead.join(_LAST_SECONDS)  # Python that ends while it imports libraries of C aborts


def _read_ahead() -> None:
    """Import what pages need, and read the lab, while the first browser is still busy with our scripts."""
    if "jemalloc" in pa.supported_memory_backends():
        # Arrow's usual one takes three times as long to read the first table of a process (measured: 0.7 s and 0.2 s).
        pa.set_memory_pool(pa.jemalloc_memory_pool())
    from autotrain_ui import frame, wiring  # noqa: PLC0415 - here, so that the server answers before they are imported

    with contextlib.suppress(AutotrainError):  # the page that meets it, too, says it to whoever looks
        wiring.lab(now=datetime.now(UTC))
    log.debug("ready for the first page: %s", frame.__name__)


def _tell_of_failure(error: Exception) -> bool:
    """Log what a page did not expect, and show where it stands in the log: the text itself may hold anything."""
    mark = secrets.token_hex(4)
    log.error("A page failed (%s)", mark, exc_info=error)
    st.error(
        "This page has failed, and that is a mistake of ours. The others work. Whoever runs autotrain finds the "
        f"reason in its log under {mark}.",
        icon=":material/error:",
    )
    return True
