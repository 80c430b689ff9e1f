"""What an attacker may try without a browser: made-up addresses, orders, sign-ins; whoever tries gets nothing for it."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.testing.v1 import AppTest

from autotrain_core import services
from autotrain_core.models import Member, Members, Role
from autotrain_core.store import ABSENT, Store, open_store
from autotrain_ui import address, return_path, routes, words
from autotrain_ui.address import MouseView, ProgressView, from_query
from autotrain_ui.gate import SecurityHeaders, SmallAssets
from autotrain_ui.links import where
from autotrain_ui.openness import is_same_site
from autotrain_ui.orders import Orders, is_refused
from autotrain_ui.policy import security_headers
from tests.loops import run_apart
from tests.searching import sampled
from tests.ui import hostile

PROJECT = Path(__file__).parents[2]
ENDLESS = "9" * 4_000


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Store]:
    """The lab in which every text is an attack."""
    folder = tmp_path_factory.mktemp("hostile")
    return folder, hostile.make(folder, at=hostile.NOW)


@pytest.fixture
def shown(lab: tuple[Path, Store], monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The app of this test looks at that lab, with an admin at the computer."""
    monkeypatch.setenv("AUTOTRAIN_STORE", str(lab[0]))
    monkeypatch.setenv("AUTOTRAIN_PERSON", hostile.ADMIN)
    monkeypatch.delenv("AUTOTRAIN_SETTINGS", raising=False)
    monkeypatch.chdir(PROJECT)
    forget()
    yield lab[0]
    forget()


def forget() -> None:
    st.cache_resource.clear()
    st.cache_data.clear()


def opened(path: str = "", **query: str | list[str]) -> AppTest:
    app = AppTest.from_file(PROJECT / "app.py", default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    return app.switch_page(f"pages/{path}.py").run() if path else app.run()


def said(app: AppTest) -> str:
    kinds = (app.title, app.text, app.markdown, app.error, app.warning, app.info, app.caption)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def fields_of(path: str) -> tuple[str, ...]:
    """All fields of the views of all pages: a page ignores those of others."""
    return tuple(
        dict.fromkeys(
            name
            for view in vars(address).values()
            if isinstance(view, type) and hasattr(view, "model_fields")
            for name in view.model_fields
        )
    )


HOSTILE_VALUES = {
    "empty": "",
    "script": "<img src=x onerror=alert(1)>",
    "endless": ENDLESS,
    "negative": "-1",
    "billion": "1000000000",
    "last-day": "9999-12-31",
    "nul": "a\0b",
    "parentheses": "((((",
    "digit-of-another-script": "\u0663",
}
# Every page with every second value, each value with every second page; all of them where the search is to be long.
ADDRESSES = sampled([(route, name) for route in routes.PAGES for name in HOSTILE_VALUES], 2)


@pytest.mark.parametrize(("route", "name"), ADDRESSES, ids=[f"{route.path}-{name}" for route, name in ADDRESSES])
def test_no_address_makes_a_page_stumble(shown: Path, route: routes.Route, name: str) -> None:
    app = opened(route.path, **dict.fromkeys(fields_of(route.path), HOSTILE_VALUES[name]))

    assert not app.exception
    assert "stumbled" not in said(app)
    assert [title.value for title in app.title] == [route.title]


def test_an_address_of_ten_thousand_values_is_read_at_once_and_shortened() -> None:
    many = [str(number) for number in range(10_000)]
    begun = time.perf_counter()

    view = from_query(ProgressView, dict.fromkeys(ProgressView.model_fields, many))

    assert len(view.trainer) == 500
    # A scan of each against all takes a hundred times as long.
    assert time.perf_counter() - begun < 5


def test_a_value_as_long_as_a_book_is_left_out() -> None:
    assert from_query(MouseView, {"subject": ["m" * 100_000]}) == MouseView()


@pytest.mark.parametrize(
    "kept",
    [
        "https://attacker.example/progress",
        "//attacker.example/progress",
        "//[/progress",
        "javascript:alert(1)",
        "/no-such-page",
        "\\\\attacker.example",
        "/..%2f",
        "data:text/html,x",
    ],
)
def test_after_signing_in_nobody_is_led_elsewhere(kept: str) -> None:
    assert return_path.target(kept) is None


@pytest.mark.parametrize("page", ["https://attacker.example", "../../etc/passwd", "", None, 3, {"a": 1}, ["today"]])
def test_a_click_that_somebody_made_up_leads_to_a_page_of_ours(page: Any) -> None:
    assert where({"page": page, "query": "a=b"}) == ("today", {})


@pytest.mark.parametrize(
    "text",
    [
        "https://attacker.example/x",
        "HTTP://attacker.example",
        "www.attacker.example",
        "me@attacker.example",
        "a -> b",
        "a <- b",
        "a <-> b",
        "a -- b",
        "a >= b",
        "a ~= b",
        ":streamlit:",
        ":material_home:",
    ],
)
def test_what_streamlit_would_redraw_is_broken_up_where_nobody_sees_it(text: str) -> None:
    """The markdown of Streamlit looks at what backslashes leave; the tests in a browser see that this is enough."""
    escaped = words.as_text(text)

    plain = escaped.replace("\\", "")
    assert text not in plain
    assert plain.replace("\u2060", "") == text


def test_what_turns_the_direction_of_a_line_is_shown_instead() -> None:
    assert words.as_text("a\u202eb\u2066c\x07d") == "a\ufffdb\ufffdc\ufffdd"


def order(**fields: Any) -> bytes:
    message = BackMsg()
    for name, value in fields.items():
        setattr(message, name, value)
    return bytes(message.SerializeToString())


def test_orders_for_developers_are_refused() -> None:
    assert is_refused(order(clear_cache=True))
    assert is_refused(order(load_git_info=True))
    assert is_refused(order(set_run_on_save=True))
    assert is_refused(order(debug_shutdown_runtime=True))
    assert is_refused(b"\xff\xff\xff")
    assert is_refused(b"")


def test_what_a_page_sends_is_let_through() -> None:
    rerun = BackMsg()
    rerun.rerun_script.query_string = "a=b"

    assert not is_refused(bytes(rerun.SerializeToString()))
    assert not is_refused(order(stop_script=True))


def through(scope: dict[str, Any], messages: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Send messages through; give what the app behind received, and what was answered."""
    received: list[dict[str, Any]] = []
    answered: list[dict[str, Any]] = []
    coming = iter(messages)

    async def app(_: Any, receive: Any, __: Any) -> None:
        message = await receive()
        while message["type"] != "websocket.disconnect":
            received.append(message)
            message = await receive()

    async def receive() -> dict[str, Any]:
        return next(coming)

    async def send(message: Any) -> None:
        answered.append(message)

    run_apart(Orders(app)(scope, receive, send))
    return received, answered


def test_the_caches_of_everybody_are_not_emptied_by_a_stranger() -> None:
    stop = {"type": "websocket.receive", "bytes": order(stop_script=True)}
    clear = {"type": "websocket.receive", "bytes": order(clear_cache=True)}

    received, _ = through(
        {"type": "websocket"}, [{"type": "websocket.connect"}, clear, stop, {"type": "websocket.disconnect"}]
    )

    assert received == [{"type": "websocket.connect"}, stop]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("PUT", "/_stcore/upload_file/a/b", 405),
        ("POST", "/", 405),
        ("DELETE", "/_stcore/upload_file/a/b", 405),
        ("GET", "/_stcore/metrics", 404),
        ("GET", "/_stcore/metrics/", 404),
    ],
)
def test_nobody_uploads_anything_and_nobody_reads_figures(method: str, path: str, status: int) -> None:
    received, answered = through({"type": "http", "method": method, "path": path}, [])

    assert received == []
    assert answered[0]["status"] == status


@pytest.mark.parametrize(
    "origin", ["http://[", "null", "", "https://app.example@attacker.example", "//app.example.attacker.example"]
)
def test_a_page_of_another_site_opens_no_connection(origin: str) -> None:
    assert not is_same_site(origin, "app.example")


@pytest.mark.parametrize("path", ["/static/./a.js", "/static//a.js", "/static/b/../a.js", "/static/a.js/"])
def test_other_spellings_of_an_asset_fill_no_memory(path: str) -> None:
    assets = SmallAssets(Asset())

    for _ in range(2):
        run_apart(assets({"type": "http", "method": "GET", "path": path, "headers": GZIP}, no_message, no_answer))

    assert not assets._kept


GZIP = [(b"accept-encoding", b"gzip")]


class Asset:
    """An ASGI program that serves one script under every name."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"content-type", b"text/javascript"), (b"cache-control", b"immutable")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"const mice = 1;" * 1_000})


async def no_message() -> dict[str, Any]:
    return {"type": "http.request", "body": b""}


async def no_answer(_: Any) -> None:
    """Nobody looks."""


def headers_of(*, https: bool) -> list[tuple[bytes, bytes]]:
    """Headers of an answer that sets a cookie."""
    sent: list[Any] = []

    async def app(_: Any, __: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"set-cookie", b"a=secure; HttpOnly")]})

    async def send(message: Any) -> None:
        sent.append(message)

    run_apart(SecurityHeaders(app, headers=security_headers(https=https))({"type": "http"}, no_message, send))
    found: list[tuple[bytes, bytes]] = sent[0]["headers"]
    return found


def test_cookies_of_an_app_behind_https_never_travel_unencrypted() -> None:
    headers = headers_of(https=True)

    assert (b"set-cookie", b"a=secure; HttpOnly; Secure") in headers
    assert (b"strict-transport-security", b"max-age=31536000") in headers


def test_an_app_on_this_computer_says_nothing_of_https() -> None:
    headers = dict(headers_of(https=False))

    assert headers[b"set-cookie"] == b"a=secure; HttpOnly"
    assert b"strict-transport-security" not in headers


def guarded(**user: Any) -> AppTest:
    """Open the app of a lab where people sign in, as somebody."""
    app = AppTest.from_file(PROJECT / "app.py", default_timeout=60)
    app.secrets["auth"] = {"redirect_uri": "x", "cookie_secret": "x" * 32}
    app.user = {"is_logged_in": False, **user}
    return app


def test_who_sits_at_the_computer_of_the_server_is_nobody_where_people_sign_in(shown: Path) -> None:
    assert "You" in said(opened())  # in local mode AUTOTRAIN_PERSON is believed, and remembered

    app = guarded().run()

    assert [title.value for title in app.title] == ["Sign in"]


@pytest.mark.parametrize("verified", [False, "false", "False", 0, "no", ""])
def test_an_address_that_is_not_verified_is_nobodys(shown: Path, verified: Any) -> None:
    app = guarded(is_logged_in=True, email=hostile.ADMIN, email_verified=verified, iat=time.time()).run()

    assert [title.value for title in app.title] == ["No verified address"]


@pytest.mark.parametrize("iat", [0, "now", None, -1])
def test_a_sign_in_of_which_nobody_knows_the_hour_is_an_old_one(shown: Path, iat: Any) -> None:
    app = guarded(is_logged_in=True, email=hostile.ADMIN, iat=iat).run()

    assert [title.value for title in app.title] == ["Signed in too long ago"]


def test_a_member_who_has_signed_in_is_let_in(shown: Path) -> None:
    app = guarded(is_logged_in=True, email=hostile.ADMIN, email_verified="true", iat=time.time()).run()

    assert [title.value for title in app.title] == ["Today"]


def test_a_stranger_is_not_told_where_the_store_lies(shown: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOTRAIN_STORE", str(shown / "nowhere"))

    for user in ({}, {"is_logged_in": True, "email": "eve@example.com", "iat": time.time()}):
        app = guarded(**user).run()

        assert "nowhere" not in said(app).replace("\\", "")
        assert not app.exception


def test_secrets_that_vanish_for_a_moment_do_not_let_everybody_in(shown: Path) -> None:
    guarded().run()

    app = opened()  # no secrets now

    assert [title.value for title in app.title] == ["Sign in"]


def test_a_note_that_begins_like_a_formula_is_none_in_a_download(lab: tuple[Path, Store]) -> None:
    view = services.lab_view(lab[1], services.Settings(), at=hostile.NOW)

    written = services.sessions_csv(view, view.sessions["subject_id"].eq("=1+1").to_numpy(dtype=bool)).decode()

    assert '"\'=1+1"' in written
    assert '"=1+1"' not in written


def test_of_hundreds_of_members_one_chooses_from_a_list(
    shown: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    store = open_store(str(tmp_path))
    many = tuple(Member(email=f"m{number}@example.org", roles=(Role.ADMIN,)) for number in range(300))
    services.save_members(store, Members(members=many), replaces=ABSENT, actor=services.operator("t"), at=hostile.NOW)
    monkeypatch.setenv("AUTOTRAIN_STORE", str(tmp_path))
    monkeypatch.delenv("AUTOTRAIN_PERSON")
    forget()

    app = opened()
    assert len(app.button) == 1
    app.selectbox(key="choose").select("m7@example.org").run()
    app.button(key="choose-this").click().run()

    assert [title.value for title in app.title] == ["Today"]
