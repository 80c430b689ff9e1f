"""The live graph in a browser: stages are clicked, mice are opened, and what people typed stays text."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from autotrain_core import services
from autotrain_core.services import LabView, Live, Settings
from autotrain_core.store import open_store
from tests.e2e.conftest import Visit
from tests.e2e.screens import Screen
from tests.e2e.servers import Running
from tests.ui import hostile

NAME = "Uncoupled Without Baiting"


@pytest.fixture(scope="module")
def lab(example_store: Path) -> LabView:
    """The example lab as the app sees it."""
    return services.lab_view(open_store(str(example_store)), Settings(), at=datetime.now(UTC))


@pytest.fixture(scope="module")
def live(lab: LabView) -> Live:
    """All versions of the curriculum that most of its mice follow."""
    return services.live(lab, NAME, on=services.board_day(lab, today=datetime.now(UTC).date()))


def canvas(screen: Screen) -> Locator:
    return screen.page.frame_locator('iframe[title*="agraph"]').locator("canvas")


def click_stage(screen: Screen, place: int, stages: int) -> None:
    """Click the middle of a box: they stand below one another in the middle of the canvas."""
    expect(canvas(screen)).to_be_visible()
    screen.page.wait_for_timeout(500)  # the boxes are painted on a canvas: there is nothing else to wait for
    box = canvas(screen).bounding_box()
    assert box is not None
    step = 0.98 * (box["height"] - 140) / (stages - 1)
    y = box["height"] / 2 + (place - (stages - 1) / 2) * step
    canvas(screen).click(position={"x": box["width"] / 2, "y": y})


def table(screen: Screen) -> Locator:
    """The mice that are listed, as screen readers have them."""
    return screen.keyed("live-mice").locator('table[role="grid"]')


def test_a_click_on_a_stage_lists_its_mice(app: Running, visit: Visit, live: Live) -> None:
    place = int(live.stages["mice"].to_numpy().argmax())
    label = str(live.stages.index[place])
    screen = visit(app, "live", height=1500, name=NAME, version="all", active="no")

    click_stage(screen, place, len(live.stages))

    expect(screen.page).to_have_url(re.compile(rf"[?&]stage={label}(&|$)"))
    expect(table(screen)).to_have_attribute("aria-rowcount", str(live.stages["mice"].iloc[place] + 1))


def test_the_stage_that_was_clicked_last_can_be_clicked_again(app: Running, visit: Visit, live: Live) -> None:
    number = len(live.stages)
    first, last = str(live.stages.index[0]), str(live.stages["title"].iloc[-1])
    screen = visit(app, "live", height=1500, name=NAME, version="all", active="no")
    click_stage(screen, 0, number)
    expect(screen.page).to_have_url(re.compile(rf"[?&]stage={first}(&|$)"))
    screen.page.get_by_role("combobox", name="Stage").first.click()
    screen.page.get_by_role("option", name=re.compile(rf"^{last} \(")).click()
    expect(screen.page).to_have_url(re.compile(rf"[?&]stage={live.stages.index[-1]}(&|$)"))

    click_stage(screen, 0, number)

    expect(screen.page).to_have_url(re.compile(rf"[?&]stage={first}(&|$)"))


def test_a_click_keeps_the_graph_where_it_is(app: Running, visit: Visit, live: Live) -> None:
    screen = visit(app, "live", height=1500, name=NAME, version="all", active="no")
    expect(canvas(screen)).to_be_visible()
    canvas(screen).evaluate("canvas => { canvas.ownerDocument.defaultView.same = true; }")

    click_stage(screen, 1, len(live.stages))

    expect(screen.page).to_have_url(re.compile(r"[?&]stage="))
    assert canvas(screen).evaluate("canvas => canvas.ownerDocument.defaultView.same === true")


def test_nothing_happens_where_there_is_no_stage(app: Running, visit: Visit) -> None:
    screen = visit(app, "live", height=1500, name=NAME, version="all")
    expect(canvas(screen)).to_be_visible()

    canvas(screen).click(position={"x": 4, "y": 4})

    screen.page.wait_for_timeout(500)
    assert "stage=" not in screen.page.url


def test_a_double_click_opens_no_window(app: Running, visit: Visit, live: Live) -> None:
    screen = visit(app, "live", height=1500, name=NAME, version="all", active="no")
    expect(canvas(screen)).to_be_visible()
    click_stage(screen, 2, len(live.stages))
    box = canvas(screen).bounding_box()
    assert box is not None

    step = 0.98 * (box["height"] - 140) / (len(live.stages) - 1)
    y = box["height"] / 2 + (2 - (len(live.stages) - 1) / 2) * step
    canvas(screen).dblclick(position={"x": box["width"] / 2, "y": y})
    screen.page.wait_for_timeout(500)

    assert len(screen.page.context.pages) == 1


def test_a_row_opens_its_mouse(app: Running, visit: Visit, live: Live) -> None:
    first = str(live.mice["subject_id"].iloc[0])
    screen = visit(app, "live", height=1500, name=NAME, version="all", active="no")
    box = screen.keyed("live-mice").get_by_test_id("data-grid-canvas").bounding_box()
    assert box is not None

    screen.page.mouse.click(box["x"] + 15, box["y"] + 35 * 1.5)

    expect(screen.main.get_by_role("heading", level=1)).to_have_text("Mouse")
    expect(screen.page).to_have_url(re.compile(rf"[?&]subject={re.escape(first)}(&|$)"))


def test_a_link_shows_the_same_stage_and_back_undoes_a_choice(app: Running, visit: Visit, live: Live) -> None:
    screen = visit(app, "live", name=NAME, version="all", active="no", stage="STAGE_FINAL")
    expect(canvas(screen)).to_be_visible()

    screen.pick("Count ways", "As run")
    expect(screen.page).to_have_url(re.compile(r"flow=ran"))
    screen.page.go_back()

    expect(screen.page).not_to_have_url(re.compile(r"flow=ran"))
    expect(screen.page).to_have_url(re.compile(r"stage=STAGE_FINAL"))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_graph_is_drawn_on_the_colour_of_the_page(app: Running, visit: Visit, dark: bool) -> None:
    screen = visit(app, "live", dark=dark)
    expect(canvas(screen)).to_be_visible()

    body = screen.page.frame_locator('iframe[title*="agraph"]').locator("body")
    assert body.evaluate("body => getComputedStyle(body).backgroundColor") in (
        ("rgb(15, 20, 24)", "rgba(0, 0, 0, 0)") if dark else ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
    )


def test_hostile_names_run_nothing(hostile_app: Running, visit: Visit) -> None:
    screen = visit(hostile_app, "live", height=1500, name=hostile.CURRICULUM, active="no")

    click_stage(screen, 1, 4)
    screen.page.wait_for_timeout(500)

    marks = [frame.evaluate(f"window.{hostile.MARK}") for frame in screen.page.frames]
    assert marks == [None] * len(marks)
    assert len(marks) > 1
    assert hostile.OUTSIDE not in " ".join(screen.asked)
