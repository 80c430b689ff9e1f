"""Signing in by OpenID Connect, with a provider that answers, as somebody does it in a browser."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from autotrain_ui.routes import HOME
from tests.e2e.conftest import CONTACT, Visit
from tests.e2e.provider import Provider, secrets_for
from tests.e2e.screens import Screen
from tests.e2e.servers import Running, free_port, running_app

COOKIE = "_streamlit_user"
SECONDS = 4

Arrive = Callable[..., Screen]


@pytest.fixture
def arrive(visit: Visit, provider: Provider) -> Arrive:
    """Open a page, and let the pages of the provider do what they like."""

    def opened(server: Running, path: str = "", **query: str) -> Screen:
        screen = visit(server, path, **query)
        screen.provider = provider.url
        return screen

    return opened


def sign_in(screen: Screen, name: str) -> None:
    """Go to the provider and say there who one is."""
    screen.press("Sign in")
    screen.page.wait_for_url(f"{screen.provider}/**")
    screen.page.get_by_role("button", name=name, exact=True).first.click()
    screen.page.wait_for_url(lambda url: not url.startswith(screen.provider))
    screen.settle()


def sign_out(screen: Screen) -> None:
    """Sign out, and say at the provider that this was meant."""
    screen.press("Sign out")
    screen.page.get_by_role("button", name="End session").click()
    screen.page.wait_for_url(lambda url: not url.startswith(screen.provider))
    screen.settle()


def test_a_member_signs_in_and_out(guarded_app: Running, arrive: Arrive) -> None:
    screen = arrive(guarded_app)
    sign_in(screen, "you")
    expect(screen.heading(HOME.title)).to_be_visible()
    assert COOKIE in screen.cookies()

    sign_out(screen)

    expect(screen.button("Sign in")).to_be_visible()
    expect(screen.heading(HOME.title)).to_have_count(0)
    assert COOKIE not in screen.cookies()


def test_whoever_signs_in_comes_to_the_page_that_was_asked_for(guarded_app: Running, arrive: Arrive) -> None:
    screen = arrive(guarded_app, "progress", sort="id")

    sign_in(screen, "you")

    expect(screen.heading("Progress")).to_be_visible()
    assert "sort=id" in screen.query()


def test_who_is_signed_in_stays_so_in_another_tab(guarded_app: Running, arrive: Arrive) -> None:
    screen = arrive(guarded_app)
    sign_in(screen, "you")

    other = Screen(screen.page.context.new_page()).go(guarded_app.url, "progress")

    expect(other.heading("Progress")).to_be_visible()


def test_somebody_unknown_is_told_whom_to_ask_and_shown_nothing(guarded_app: Running, arrive: Arrive) -> None:
    screen = arrive(guarded_app)

    sign_in(screen, "eve")

    expect(screen.main).to_contain_text(CONTACT)
    expect(screen.main).to_contain_text("eve@example.com")
    expect(screen.heading(HOME.title)).to_have_count(0)
    expect(screen.button("Sign out")).to_be_visible()


def test_an_address_that_the_provider_has_not_verified_opens_nothing(guarded_app: Running, arrive: Arrive) -> None:
    screen = arrive(guarded_app)

    sign_in(screen, "mallory")

    expect(screen.heading("No verified address")).to_be_visible()
    expect(screen.heading(HOME.title)).to_have_count(0)


def test_a_viewer_is_not_shown_what_is_not_for_viewers(guarded_app: Running, arrive: Arrive) -> None:
    screen = arrive(guarded_app)
    sign_in(screen, "vera")
    expect(screen.heading(HOME.title)).to_be_visible()

    expect(screen.menu.get_by_role("link", name="Runs")).to_have_count(0)
    screen.go(guarded_app.url, "runs")

    expect(screen.main).to_contain_text("you are viewer")
    expect(screen.main).to_contain_text(CONTACT)


@pytest.fixture
def forgetful_app(example_store: Path, provider: Provider, tmp_path: Path) -> Iterator[Running]:
    """The app of a lab that lets nobody in for longer than some seconds."""
    port = free_port()
    (tmp_path / "autotrain.toml").write_text(f"[app]\nsigned_in_hours = {SECONDS / 3600}\n", encoding="utf-8")
    secrets = secrets_for(provider, f"http://127.0.0.1:{port}")
    with running_app(tmp_path, store=str(example_store), secrets=secrets, port=port) as started:
        yield started


def test_who_signed_in_long_ago_signs_in_again_and_is_back(forgetful_app: Running, arrive: Arrive) -> None:
    screen = arrive(forgetful_app, "progress")
    sign_in(screen, "you")
    expect(screen.heading("Progress")).to_be_visible()

    screen.page.wait_for_timeout(SECONDS * 1000)
    screen.page.reload()

    expect(screen.heading("Signed in too long ago")).to_be_visible()
    expect(screen.heading("Progress")).to_have_count(0)
    sign_in(screen, "you")
    expect(screen.heading("Progress")).to_be_visible()


def test_a_cookie_that_somebody_made_up_opens_nothing(guarded_app: Running, arrive: Arrive) -> None:
    screen = arrive(guarded_app)
    screen.page.context.add_cookies([{"name": COOKIE, "value": '{"email": "you@example.org"}', "url": guarded_app.url}])

    screen.go(guarded_app.url, "progress")

    expect(screen.button("Sign in")).to_be_visible()
    expect(screen.heading("Progress")).to_have_count(0)
