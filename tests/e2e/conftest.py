"""What the tests in a browser share: one browser, and servers with a lab each, for all of them."""

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ViewportSize

from autotrain_core import services
from autotrain_core.models import Member, Members, Role
from autotrain_core.store import ABSENT, FolderHome, open_store
from tests.e2e.browser import WITHOUT, wanted_browser
from tests.e2e.provider import Provider, running_provider, secrets_for
from tests.e2e.screens import Screen
from tests.e2e.servers import Running, alive, free_port, running_app
from tests.e2e.tabs import Tabs
from tests.ui import hostile

MICE = 40
CONTACT = "Ask Ada in room 7."
ADMIN = "you@example.org"
MEMBERS = Members(
    contact=CONTACT,
    members=(
        Member(email=ADMIN, name="You", roles=(Role.ADMIN, Role.TRAINER, Role.DESIGNER)),
        Member(email="viewer@example.org", name="Vera Viewer", roles=(Role.VIEWER,)),
        Member(email="trainer@example.org", name="Tom Trainer", roles=(Role.TRAINER,)),
    ),
)
SIZES = {1280: 900, 390: 844}

Visit = Callable[..., Screen]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave these tests out where that was said, and only there."""
    if os.environ.get(WITHOUT):
        here = Path(__file__).parent
        for item in items:
            if here in item.path.parents:
                item.add_marker(pytest.mark.skip(reason=f"{WITHOUT} is set"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
    call: pytest.CallInfo[None],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where a test fails, tell what the programs that it looked at have printed."""
    report = yield
    if report.failed:
        report.sections += [(f"printed by {program.url}", program.said()[-6_000:]) for program in alive]
    return report


# Of the package, not of the session: Playwright keeps an event loop in this thread, which other tests would meet.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The one browser of all these tests."""
    with wanted_browser() as browser:
        yield browser


@pytest.fixture(scope="package")
def example_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example lab of `make demo`, with members; nobody may change it."""
    folder = tmp_path_factory.mktemp("example")
    store = open_store(str(folder))
    services.demo(MICE, 0, store=store, code="test")
    at = datetime.now(UTC)
    _, standing = services.members(store)
    services.save_members(store, MEMBERS, replaces=standing, actor=services.operator("test"), at=at)
    return folder


@pytest.fixture(scope="package")
def real_store(reference: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The 150 real mice, decided by the curriculum that they followed; nobody may change it."""
    folder = tmp_path_factory.mktemp("real")
    body = (reference / "data" / "janelia_sessions.csv").read_bytes()
    FolderHome(folder).put("foraging_nwb_bonsai_processed/df_sessions.csv", body, replaces=ABSENT)
    (folder / "autotrain.toml").write_text('[sessions]\ncurriculum_version = "2.3"\n', encoding="utf-8")
    settings = services.read_settings(folder / "autotrain.toml", store=str(folder), environment={})
    services.run_once(open_store(str(folder)), settings, at=datetime.now(UTC), by="test", code="test")
    return folder


@pytest.fixture(scope="package")
def app(example_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The app on the example lab, in local mode, with an admin at the computer."""
    with running_app(tmp_path_factory.mktemp("app"), store=str(example_store), person=ADMIN) as started:
        yield started
        assert started.asked_outside() == []


@pytest.fixture(scope="package")
def real_app(real_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The app on the 150 real mice, in local mode; there are no members, so whoever comes may do everything."""
    words = ("--settings", str(real_store / "autotrain.toml"))
    with running_app(tmp_path_factory.mktemp("app"), store=str(real_store), words=words) as started:
        yield started
        assert started.asked_outside() == []


@pytest.fixture(scope="package")
def hostile_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The app on a lab in which every text is an attack, with an admin at the computer whose name is one, too."""
    folder = tmp_path_factory.mktemp("hostile") / "lab"
    folder.mkdir()
    hostile.make(folder, at=datetime.now(UTC))
    with running_app(tmp_path_factory.mktemp("app"), store=str(folder), person=hostile.ADMIN) as started:
        yield started
        assert started.asked_outside() == []


@pytest.fixture(scope="package")
def provider() -> Iterator[Provider]:
    """A provider of OpenID Connect that lets anybody in as anybody."""
    with running_provider() as started:
        yield started


@pytest.fixture(scope="package")
def guarded_app(example_store: Path, provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The app on the example lab, where people sign in."""
    port = free_port()
    secrets = secrets_for(provider, f"http://127.0.0.1:{port}")
    folder = tmp_path_factory.mktemp("app")
    with running_app(folder, store=str(example_store), secrets=secrets, port=port) as started:
        yield started
        assert started.asked_outside() == []


@pytest.fixture(scope="package")
def tabs(browser: Browser) -> Tabs:
    """Tabs that tests borrow."""
    return Tabs(browser)


@pytest.fixture
def visit(tabs: Tabs, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """
    Open a page in a browser of one's own: `visit(app, "progress", dark=True, width=390, sort="id")`.

    Whoever has cookies of somebody who signed in comes as that person.

    At the end nothing may have been fetched from elsewhere, and no console may have complained; a test that expects a
    complaint clears `screen.complaints`.
    """
    with visiting(tabs, request) as opened:
        yield opened


@pytest.fixture(scope="module")
def look(tabs: Tabs, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Open a page as `visit` does, for all tests of a file that do no more than look at it."""
    with visiting(tabs, request) as opened:
        yield opened


@contextmanager
def visiting(tabs: Tabs, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Lend tabs; at the end they are given back, and nobody may have complained in any."""
    screens: list[Screen] = []
    failed = request.session.testsfailed

    def opened(
        server: Running,
        path: str = "",
        *,
        dark: bool = False,
        width: int = 1280,
        height: int = 0,
        cookies: Sequence[Any] = (),
        **query: Any,
    ) -> Screen:
        screens.append(Screen(tabs.borrow(**options(dark=dark, width=width, height=height))))
        screens[-1].page.context.add_cookies(list(cookies))
        return screens[-1].go(server.url, path, **query)

    yield opened
    for screen in screens:
        screen.leave()
        if request.session.testsfailed > failed:
            tabs.throw_away(screen.page)
        else:
            tabs.give_back(screen.page)
    assert [url for screen in screens for url in screen.outside()] == []
    assert [complaint for screen in screens for complaint in screen.complaints] == []


def options(*, dark: bool, width: int, height: int = 0) -> dict[str, Any]:
    """What a context is made of."""
    return {
        "viewport": ViewportSize(width=width, height=height or SIZES.get(width, 900)),
        "color_scheme": "dark" if dark else "light",
        "locale": "en-GB",
        "timezone_id": "Europe/Paris",
        "reduced_motion": "reduce",
    }


def new_page(browser: Browser, *, dark: bool, width: int, height: int = 0) -> Any:
    """Open an empty tab of its own with nothing remembered."""
    return browser.new_context(**options(dark=dark, width=width, height=height)).new_page()
