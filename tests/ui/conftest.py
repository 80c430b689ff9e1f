"""What the tests of pictures in a browser share: one browser, and a server with a page that holds nothing else."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser
from streamlit.components.v2 import manifest_scanner

from autotrain_core.store import FolderHome
from tests.e2e.browser import WITHOUT, wanted_browser
from tests.e2e.servers import PATIENCE, environment, free_port
from tests.e2e.tabs import Tabs
from tests.services.nights import Nights
from tests.ui import hostile
from tests.ui.apps import forget
from tests.ui.canvas_watching import Drawn
from tests.ui.sheet_watching import Shown
from tests.ui.watching import Seen

PROJECT = Path(__file__).parents[2]
Watch = Callable[..., Seen]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the tests in a browser out where that was said, and only there."""
    if os.environ.get(WITHOUT):
        for item in items:
            if item.path.parent == Path(__file__).parent and "browser" in item.path.stem:
                item.add_marker(pytest.mark.skip(reason=f"{WITHOUT} is set"))


@pytest.fixture(scope="package", autouse=True)
def _packages_are_looked_through_once() -> Iterator[None]:
    """Streamlit reads what every installed package says of itself for each app that a test opens: most of its time."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for a store, which the app of this test looks at; nobody is a member, so whoever comes may do all."""
    folder = tmp_path / "store"
    folder.mkdir()
    monkeypatch.setenv("AUTOTRAIN_STORE", str(folder))
    monkeypatch.delenv("AUTOTRAIN_PERSON", raising=False)
    monkeypatch.delenv("AUTOTRAIN_SETTINGS", raising=False)
    monkeypatch.chdir(PROJECT)
    forget()
    yield folder
    forget()


@pytest.fixture(scope="package")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of a lab in which every text is an attack; nobody may change it."""
    folder = tmp_path_factory.mktemp("hostile")
    hostile.make(folder, at=hostile.NOW)
    return folder


@pytest.fixture
def hostile_place(attacked: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The app of this test looks at that lab, with an admin at the computer."""
    monkeypatch.setenv("AUTOTRAIN_STORE", str(attacked))
    monkeypatch.setenv("AUTOTRAIN_PERSON", hostile.ADMIN)


@pytest.fixture
def nights(place: Path) -> Nights:
    """The lab in that folder, in which no night has passed yet."""
    return Nights(home=FolderHome(place))


# Of the package, not of the session: Playwright keeps an event loop in this thread, which other tests would meet.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The one browser of these tests."""
    with wanted_browser() as browser:
        yield browser


@pytest.fixture(scope="package")
def picture_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a page that holds nothing but the picture; what it draws stands in its query."""
    with _served("picture_page.py", tmp_path_factory.mktemp("picture")) as url:
        yield url


@pytest.fixture(scope="package")
def canvas_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a page that holds nothing but the canvas; what it draws stands in its query."""
    with _served("canvas_page.py", tmp_path_factory.mktemp("canvas")) as url:
        yield url


@pytest.fixture(scope="package")
def sheet_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a page that holds nothing but the sheet; what it draws stands in its query."""
    with _served("sheet_page.py", tmp_path_factory.mktemp("sheet")) as url:
        yield url


@pytest.fixture(scope="package")
def rule_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a page that holds nothing but the editor of a rule; its text stands in its query."""
    with _served("rule_editor_page.py", tmp_path_factory.mktemp("rule")) as url:
        yield url


@pytest.fixture(scope="package")
def files_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a page that holds nothing but the place to drop files on."""
    with _served("files_page.py", tmp_path_factory.mktemp("files")) as url:
        yield url


@contextmanager
def _served(page: str, folder: Path) -> Iterator[str]:
    port = free_port()
    script = PROJECT / "tests" / "ui" / page
    options = {"server.port": port, "server.headless": "true", "server.fileWatcherType": "none"}
    words = [f"--{name}={value}" for name, value in options.items()]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(script), *words],
            cwd=PROJECT,
            env=environment(folder, {"PYTHONPATH": str(PROJECT)}),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}", process, folder / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait_for(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    given_up = time.monotonic() + PATIENCE
    while time.monotonic() < given_up and process.poll() is None:
        try:
            with urlopen(f"{url}/_stcore/health", timeout=1):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"the page did not start:\n{log.read_text(encoding='utf-8', errors='replace')}", pytrace=False)


@pytest.fixture(scope="package")
def tabs(browser: Browser) -> Tabs:
    """Tabs that tests borrow."""
    return Tabs(browser)


@pytest.fixture
def watch(tabs: Tabs, picture_server: str, request: pytest.FixtureRequest) -> Iterator[Watch]:
    """Open the picture: `watch(mice=12, each=20, dark=True, width=390)`; at the end no console may have complained."""
    with lending(tabs, request) as lend:

        def watching(
            *,
            dark: bool = False,
            width: int = 1280,
            height: int = 900,
            touch: bool = False,
            ratio: int = 1,
            **query: Any,
        ) -> Seen:
            asked = f"{picture_server}/?{urlencode(query, doseq=True)}"
            more = {"device_scale_factor": ratio, "accept_downloads": True}
            seen: Seen = lend(Seen, dark=dark, width=width, height=height, has_touch=touch, **more)
            return seen.open(asked)

        yield watching


@pytest.fixture
def show(tabs: Tabs, canvas_server: str, request: pytest.FixtureRequest) -> Iterator[Callable[..., Drawn]]:
    """Open the canvas: `show(stages=6, each=3, dark=True, width=390)`; at the end no console may have complained."""
    with lending(tabs, request) as lend:

        def showing(
            *, dark: bool = False, width: int = 1280, height: int = 1000, touch: bool = False, **query: Any
        ) -> Drawn:
            asked = f"{canvas_server}/?{urlencode({'stages': 4, 'each': 3, **query}, doseq=True)}"
            drawn: Drawn = lend(Drawn, dark=dark, width=width, height=height, has_touch=touch)
            return drawn.open(asked)

        yield showing


@pytest.fixture
def show_sheet(tabs: Tabs, sheet_server: str, request: pytest.FixtureRequest) -> Iterator[Callable[..., Shown]]:
    """Open the sheet: `show_sheet(rows=60, columns=30, width=390)`; at the end no console may have complained."""
    with lending(tabs, request) as lend:

        def showing(
            *, dark: bool = False, width: int = 1280, touch: bool = False, clipboard: bool = True, **query: Any
        ) -> Shown:
            permissions = ["clipboard-read", "clipboard-write"] if clipboard else []
            shown: Shown = lend(Shown, dark=dark, width=width, height=1000, has_touch=touch, permissions=permissions)
            return shown.open(f"{sheet_server}/?{urlencode(query)}")

        yield showing


@contextmanager
def lending(tabs: Tabs, request: pytest.FixtureRequest) -> Iterator[Callable[..., Any]]:
    """Lend tabs to `Watched` pages; at the end they are given back, and no console may have complained."""
    lent: list[Any] = []
    failed = request.session.testsfailed

    def lend(kind: type[Any], *, dark: bool, width: int, height: int, **options: Any) -> Any:
        page = tabs.borrow(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            **options,
        )
        lent.append(kind(page))
        return lent[-1]

    yield lend
    for watched in lent:
        watched.leave()
        if request.session.testsfailed > failed:
            tabs.throw_away(watched.page)
        else:
            tabs.give_back(watched.page)
    assert [complaint for watched in lent for complaint in watched.complaints] == []
