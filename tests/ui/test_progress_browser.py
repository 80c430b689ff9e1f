"""The picture in a real browser: what is drawn, said, told and saved."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.ui.tables import COLOURS, HOSTILE, sessions_of
from tests.ui.watching import PATIENCE, Seen

Watch = Callable[..., Seen]
SVG = "{http://www.w3.org/2000/svg}"


def colour(label: str) -> tuple[int, ...]:
    fill = next(stage.fill for stage in COLOURS if stage.label == label)
    return tuple(int(fill[at : at + 2], 16) for at in (1, 3, 5))


def plain(mice: int, each: int, **where: Any) -> tuple[int, int]:
    """Row and column of the first session of this kind that ran as suggested, in closed loop."""
    sessions = sessions_of(mice, each)
    fits = (sessions["suggested"] == sessions["stage"]) & sessions["closed_loop"]
    for name, value in where.items():
        fits &= sessions[name] == value
    at = int(fits.to_numpy().argmax())
    return at // each, at % each


def saved(seen: Seen, kind: str, folder: Path) -> Path:
    with seen.page.expect_download() as waiting:
        seen.page.locator(f"[data-do={kind}]").click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def test_every_session_is_drawn_in_the_colour_of_its_stage(watch: Watch) -> None:
    seen = watch(mice=12, each=20)

    assert (seen.says("drawn"), seen.says("points"), seen.says("form")) == ("240", "240", "detail")
    for stage in COLOURS:
        assert seen.colour_at(*plain(12, 20, stage=stage.label)) == colour(stage.label)


def test_the_card_says_all_that_is_known_of_a_session(watch: Watch) -> None:
    seen = watch(mice=12, each=20)
    row, column = plain(12, 20, stage="Stage 2", decision="PROGRESS", certain=False)
    session = sessions_of(12, 20).iloc[row * 20 + column]

    seen.point(row, column)

    for text in (
        str(session["subject_id"]),
        f"session {session['session']} · {session['session_date']:%a}, {session['session_date'].day}",
        "Sesame",
        "SuggestedStage 2",
        "RanStage 2",
        f"Decision↑ goes on → {session['following']}",
        f"At this stage{session['at_stage']} session",
        f"Finished trials{session['finished_trials']:.0f} trials",
        "Foraging efficiency0.",
        "CurriculumCoupled Baiting 2.3",
        "PIDr Curie",
        "Rig447-1-A",
        "TrainerAna <b>Bold</b>",
        "Not certain",
    ):
        expect(seen.card).to_contain_text(text)


def test_a_session_that_ran_another_stage_says_overridden(watch: Watch) -> None:
    seen = watch(mice=12, each=20)
    at = int(sessions_of(12, 20)["overridden"].to_numpy().argmax())

    seen.point(at // 20, at % 20)

    expect(seen.card).to_contain_text("Overridden")


def test_a_click_opens_the_mouse_at_that_session(watch: Watch) -> None:
    seen = watch()

    seen.click(3, 7)

    seen.told("open 700003 8")


def test_a_click_on_a_name_opens_its_last_session(watch: Watch) -> None:
    seen = watch()

    seen.page.get_by_role("button", name="700004").click()

    seen.told("open 700004 20")


def test_a_box_chooses_the_sessions_in_it(watch: Watch) -> None:
    seen = watch()

    seen.box((2, 4), (5, 9))

    seen.told("select 4 mice 24 sessions")


def test_escape_clears_the_choice(watch: Watch) -> None:
    seen = watch()
    seen.box((2, 4), (5, 9))
    seen.told("select 4 mice 24 sessions")

    seen.plot.press("Escape")

    seen.told("select 0 mice 0 sessions")


def test_the_legend_counts_hides_and_shows(watch: Watch) -> None:
    seen = watch()
    row, column = plain(12, 20, stage="Stage 2")
    entry = seen.page.get_by_role("button", name="Stage 2")
    table = sessions_of(12, 20)
    in_loop = table["closed_loop"] | table["decision"].isna()
    expect(entry).to_contain_text(str(((table["stage"] == "Stage 2") & in_loop).sum()))

    entry.click()

    seen.told("hide stage:Stage 2")
    expect(entry).to_have_attribute("aria-pressed", "false")
    seen.until(lambda: seen.colour_at(row, column) != colour("Stage 2"))

    entry.click()

    expect(entry).to_have_attribute("aria-pressed", "true")
    seen.until(lambda: seen.colour_at(row, column) == colour("Stage 2"))


def test_what_was_hidden_stays_hidden_when_the_table_changes(watch: Watch) -> None:
    seen = watch(hidden="open-loop")
    entry = seen.page.get_by_role("button", name="Open loop")
    expect(entry).to_have_attribute("aria-pressed", "false")

    seen.page.get_by_text("Fewer").click()

    expect(seen.root).to_have_attribute("data-points", "120", timeout=PATIENCE)
    expect(entry).to_have_attribute("aria-pressed", "false")


def test_to_point_at_a_stage_in_the_legend_dims_the_others(watch: Watch) -> None:
    seen = watch()
    mine, other = plain(12, 20, stage="Stage 2"), plain(12, 20, stage="Stage 1")

    seen.page.get_by_role("button", name="Stage 2").hover()

    seen.until(lambda: seen.colour_at(*other) != colour("Stage 1"))
    assert seen.colour_at(*mine) == colour("Stage 2")


def test_mice_that_are_not_highlighted_are_dimmed(watch: Watch) -> None:
    seen = watch(highlight="700002")

    assert seen.colour_at(2, 0) == colour("Stage 1")
    assert seen.colour_at(5, 0) != colour("Stage 1")


def test_the_keyboard_walks_reads_aloud_and_opens(watch: Watch) -> None:
    seen = watch()
    said = seen.page.locator(".said")

    seen.plot.focus()
    seen.page.keyboard.press("ArrowDown")
    seen.page.keyboard.press("End")

    expect(said).to_contain_text("Mouse 700001, session 20")
    expect(seen.card).to_be_visible()

    seen.page.keyboard.press("ArrowLeft")
    expect(said).to_contain_text("session 19")
    seen.page.keyboard.press("Control+Home")
    expect(said).to_contain_text("Mouse 700000, session 1,")
    seen.page.keyboard.press("Enter")

    seen.told("open 700000 1")


def test_shift_with_arrows_draws_a_box(watch: Watch) -> None:
    seen = watch()

    seen.plot.focus()
    seen.page.keyboard.down("Shift")
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        seen.page.keyboard.press(key)
    seen.page.keyboard.up("Shift")

    seen.told("select 2 mice 6 sessions")


def test_only_what_is_in_sight_is_drawn_and_scrolling_draws_the_rest(watch: Watch) -> None:
    seen = watch(mice=400, each=12, height=500)
    assert int(seen.says("drawn")) < 600

    seen.page.locator(".scroll").evaluate("(scroll) => scroll.scrollTo(0, scroll.scrollHeight)")

    expect(seen.page.get_by_role("button", name="700399")).to_be_visible()


def test_ctrl_and_the_wheel_zoom_at_the_pointer_and_fit_shows_all(watch: Watch) -> None:
    seen = watch(mice=12, each=200)
    seen.point(3, 100)
    before = seen.at(3, 100)[0]

    seen.page.keyboard.down("Control")
    seen.page.mouse.wheel(0, -600)
    seen.page.keyboard.up("Control")

    expect(seen.root).not_to_have_attribute("data-drawn", "2400")
    assert abs(seen.at(3, 100)[0] - before) < 12

    seen.page.get_by_role("button", name="Fit").click()
    expect(seen.root).to_have_attribute("data-drawn", "2400")


def test_beyond_the_limit_an_overview_says_so_and_still_opens(watch: Watch) -> None:
    seen = watch(mice=50, each=20, detailed=500)

    expect(seen.page.locator(".form")).to_contain_text(
        "1,000 sessions of 50 mice: overview. Narrow the filters below 500"
    )
    assert seen.says("form") == "overview"
    seen.point(3, 7)
    expect(seen.card).to_contain_text("700003")
    expect(seen.card).not_to_contain_text("Dr Curie")
    seen.click(3, 7)
    seen.told("open 700003 8")


@pytest.mark.parametrize(("axis", "label"), [("date", "Date"), ("days", "Day")])
def test_other_axes_place_sessions_by_their_dates(watch: Watch, axis: str, label: str) -> None:
    seen = watch(x=axis, mice=3, each=10)

    expect(seen.page.locator(".along")).to_have_text(label)
    seen.click(2, 2 + 4 if axis == "date" else 4)
    seen.told("open 700002 5")


def test_an_empty_table_says_what_to_do(watch: Watch) -> None:
    seen = watch(mice=1, each=1, fewer="")

    expect(seen.page.locator(".none")).to_be_visible()


def test_hostile_names_stay_text(watch: Watch) -> None:
    seen = watch(mice=5, each=6, hostile="")
    title = seen.page.title()

    seen.point(0, 2)
    expect(seen.card).to_contain_text(HOSTILE[0])
    seen.point(1, 2)
    expect(seen.card).to_contain_text(HOSTILE[1])

    assert seen.root.locator("img, script").count() == 0
    assert seen.page.title() == title != "owned"


def test_the_svg_is_well_formed_and_holds_names_as_text(watch: Watch, tmp_path: Path) -> None:
    seen = watch(mice=5, each=6, hostile="")

    drawing = ElementTree.parse(saved(seen, "svg", tmp_path)).getroot()

    written = [text.text or "" for text in drawing.iter(f"{SVG}text")]
    assert HOSTILE[0] in written[0]
    assert "ünïcödé 🐭" in written
    assert any("a&b" in text for text in written)
    assert "5 mice · 30 sessions · 22 November 2026, 07:15" in written
    assert {element.tag for element in drawing.iter()} <= {
        f"{SVG}{tag}" for tag in ("svg", "title", "text", "rect", "path")
    }


def test_the_svg_holds_every_row_not_only_those_in_sight(watch: Watch, tmp_path: Path) -> None:
    seen = watch(mice=80, each=5, height=300)

    path = saved(seen, "svg", tmp_path)

    written = [text.text for text in ElementTree.parse(path).getroot().iter(f"{SVG}text")]
    assert path.name == "progress.svg"
    assert {f"{700_000 + at}" for at in range(80)} <= set(written)
    assert "PI: Dr Curie" in written


def test_the_png_is_the_whole_picture_twice_as_sharp(watch: Watch, tmp_path: Path) -> None:
    seen = watch(mice=80, each=5, height=300)

    picture = Image.open(io.BytesIO(saved(seen, "png", tmp_path).read_bytes())).convert("RGB")

    assert picture.height > 80 * 14 * 2
    assert {colour(stage.label) for stage in COLOURS} <= {found for _, found in picture.getcolors(1 << 24) or []}


def test_ten_thousand_mice_fit_into_a_png(watch: Watch, tmp_path: Path) -> None:
    seen = watch(mice=10_000, each=4)

    with Image.open(saved(seen, "png", tmp_path)) as picture:
        assert 10_000 < picture.height <= 16_000
    expect(seen.page.get_by_role("button", name="SVG")).to_be_enabled()


def test_at_night_the_ground_is_dark_and_stages_keep_their_colours(watch: Watch) -> None:
    day, night = watch(mice=5, each=40), watch(mice=5, each=40, dark=True)
    where = plain(5, 40, stage="Stage 3")

    corner = "(canvas) => [...canvas.getContext('2d').getImageData(canvas.width - 2, 2, 1, 1).data.slice(0, 3)]"
    day.until(lambda: min(day.plot.evaluate(corner)) > 200)
    night.until(lambda: max(night.plot.evaluate(corner)) < 60)
    assert day.colour_at(*where) == night.colour_at(*where) == colour("Stage 3")


def test_on_a_phone_a_tap_shows_the_card_and_its_button_opens(watch: Watch) -> None:
    seen = watch(width=390, height=844, touch=True, ratio=2)

    seen.page.touchscreen.tap(*seen.at(4, 6))

    expect(seen.card).to_contain_text("700004")
    seen.card.get_by_role("button", name="Open").tap()
    seen.told("open 700004 7")


def test_on_a_phone_nothing_is_wider_than_the_screen(watch: Watch) -> None:
    seen = watch(width=390, height=844, touch=True)

    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390
    box = seen.root.bounding_box()
    assert box is not None
    assert box["width"] <= 390


def test_sharp_screens_get_sharp_pixels(watch: Watch) -> None:
    seen = watch(ratio=2)

    assert seen.plot.evaluate("(canvas) => canvas.width / canvas.clientWidth") == pytest.approx(2, abs=0.01)


def test_pictures_of_a_session_are_asked_for_by_harmless_addresses(watch: Watch, picture_server: str) -> None:
    port = re.search(r":(\d+)$", picture_server)
    assert port is not None
    seen = watch(mice=5, each=6, hostile="", port=port.group(1))
    asked: list[str] = []
    seen.page.on("request", lambda request: asked.append(request.url) if "choice_history" in request.url else None)

    seen.point(1, 2)

    expect(seen.card).to_contain_text("Choices")
    seen.page.wait_for_timeout(400)
    assert len(asked) == 1
    assert asked[0].startswith(f"{picture_server}/%3C%2Ftext%3E%3Cscript%3E")
    assert asked[0].endswith("_choice_history.png")


def test_a_picture_that_does_not_come_is_said(watch: Watch) -> None:
    seen = watch(port="1")

    seen.point(1, 2)

    expect(seen.card).to_contain_text("Choices: no picture", timeout=PATIENCE)
    seen.complaints.clear()


def test_a_run_of_the_page_that_changes_nothing_sends_the_picture_no_second_time(watch: Watch) -> None:
    seen = watch(mice=500, each=100)
    received: list[int] = []
    # Streamlit's socket is open already: a new visit is watched from its beginning.
    seen.page.on("websocket", lambda socket: socket.on("framereceived", lambda body: received.append(len(body))))
    seen.page.reload()
    expect(seen.root).to_have_attribute("data-points", "50000", timeout=PATIENCE)
    first = sum(received)

    seen.click(3, 7)
    seen.told("open 700003 8")

    assert first > 250_000
    assert sum(received) - first < 20_000
