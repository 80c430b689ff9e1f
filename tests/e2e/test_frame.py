"""Every page: it opens by its address, whoever comes; everybody can use it; and nothing is fetched from elsewhere."""

import pytest
from playwright.sync_api import Browser, expect

from autotrain_ui.routes import PAGES, Route
from tests.e2e.conftest import ADMIN, CONTACT, Visit, new_page
from tests.e2e.pictures import keep
from tests.e2e.provider import Provider, secrets_for
from tests.e2e.screens import Screen
from tests.e2e.servers import Running, free_port, running_app
from tests.searching import sampled

each_page = pytest.mark.parametrize("route", PAGES, ids=lambda route: route.path)
# A server of its own for each page takes minutes: the page where most people begin and one of the links that are sent
# around, and all of them where the search is to be long.
some_pages = pytest.mark.parametrize("route", sampled(PAGES, 8), ids=lambda route: route.path)


def opens(screen: Screen, route: Route) -> None:
    """See that a page is there, in whole."""
    expect(screen.main.get_by_role("heading", level=1)).to_have_text(route.title)
    expect(screen.page).to_have_title(f"{route.title} · autotrain")
    screen.settle()


@each_page
def test_a_page_opens_by_its_address_and_everybody_can_use_it(app: Running, visit: Visit, route: Route) -> None:
    screen = visit(app, route.path)

    opens(screen, route)
    violations = screen.violations()
    keep(screen, f"{route.path}-1280-light")
    assert violations == []


def test_the_menu_leads_to_every_page_and_everybody_can_use_each_at_night(app: Running, visit: Visit) -> None:
    screen = visit(app, dark=True)
    size = screen.page.viewport_size
    assert size

    violations = {}
    for route in PAGES:
        screen.menu.get_by_role("link", name=route.title).click()
        opens(screen, route)
        violations[route.path] = screen.violations()
        keep(screen, f"{route.path}-1280-dark")
        screen.page.set_viewport_size(size)

    assert not any(violations.values()), violations


def test_every_page_fits_a_telephone(app: Running, visit: Visit) -> None:
    screen = visit(app, width=390)
    size = screen.page.viewport_size
    assert size

    wider = []
    for route in PAGES:
        screen.go(app.url, route.path)
        opens(screen, route)
        keep(screen, f"{route.path}-390-light")
        # Who has to move a page to both sides reads no line of it.
        if (
            screen.page.evaluate("document.documentElement.scrollWidth") > 390
            or screen.main.evaluate("main => main.scrollWidth - main.clientWidth") > 0
        ):
            wider.append(route.path)
        screen.page.set_viewport_size(size)

    assert wider == []


@pytest.mark.parametrize("route", [route for route in PAGES if route.group != "Lab"], ids=lambda route: route.path)
def test_a_page_of_the_real_mice_opens(real_app: Running, visit: Visit, route: Route) -> None:
    screen = visit(real_app, route.path)

    expect(screen.main.get_by_role("heading", level=1)).to_have_text(route.title)
    expect(screen.page.get_by_test_id("stException")).to_have_count(0)
    expect(screen.page.get_by_text("stumbled over a fault")).to_have_count(0)


@some_pages
def test_the_first_visit_of_a_fresh_server_may_be_any_page(
    example_store, browser: Browser, tmp_path, route: Route
) -> None:
    with running_app(tmp_path, store=str(example_store), person=ADMIN) as fresh:
        screen = Screen(new_page(browser, dark=False, width=1280)).go(fresh.url, route.path)

        expect(screen.main.get_by_role("heading", level=1)).to_have_text(route.title)
        expect(screen.menu.get_by_role("link", name=PAGES[1].title)).to_be_visible()
        screen.close()
        assert screen.outside() + screen.complaints + fresh.asked_outside() == []


@some_pages
def test_the_first_visit_of_a_fresh_server_shows_a_stranger_nothing(
    example_store, browser: Browser, provider: Provider, tmp_path, route: Route
) -> None:
    port = free_port()
    secrets = secrets_for(provider, f"http://127.0.0.1:{port}")
    with running_app(tmp_path, store=str(example_store), secrets=secrets, port=port) as fresh:
        screen = Screen(new_page(browser, dark=False, width=1280)).go(fresh.url, route.path)

        expect(screen.button("Sign in")).to_be_visible()
        expect(screen.heading(route.title)).to_have_count(0)
        assert CONTACT not in screen.text()
        screen.close()
        assert screen.outside() + screen.complaints + fresh.asked_outside() == []


@each_page
def test_a_stranger_is_shown_nothing_of_a_page(guarded_app: Running, visit: Visit, route: Route) -> None:
    screen = visit(guarded_app, route.path)

    expect(screen.button("Sign in")).to_be_visible()
    expect(screen.heading(route.title)).to_have_count(0)
    assert CONTACT not in screen.text()


def test_a_page_says_how_fresh_it_is_and_that_nobody_signed_in(app: Running, visit: Visit) -> None:
    screen = visit(app)

    expect(screen.main).to_contain_text("last run")
    expect(screen.main).to_contain_text("local mode")
