"""People at their drafts, in a real browser: alone with the keys, two at one draft, and whoever has to agree."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from autotrain_core import services
from autotrain_core.editing import AddRule, SetParameters, apply
from autotrain_core.models import Role
from autotrain_core.store import Store, open_store
from tests.e2e.building import Hands
from tests.e2e.conftest import Visit, new_page
from tests.e2e.drafts import SORREL, at, held, kept, ladder, nodes, press, setting, targets
from tests.e2e.provider import Provider, running_provider, secrets_for
from tests.e2e.screens import Screen
from tests.e2e.servers import Running, free_port, running_app
from tests.e2e.test_hostile_lab import LINKS, WATCH
from tests.ui import hostile

ODD = "lambda metrics: \n   metrics.finished_trials[-1]>=200.0  \n  and metrics.session_total > 1 "
BLOCK_MIN, BLOCK_MAX = (re.compile(rf"^Block length \({which}\)") for which in ("min", "max"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small example lab that this module may change."""
    made = tmp_path_factory.mktemp("desk")
    services.demo(6, 0, store=open_store(str(made)), code="test")
    return made


@pytest.fixture(scope="module")
def store(folder: Path) -> Store:
    return open_store(str(folder))


@pytest.fixture(scope="module")
def people(store: Store) -> dict[str, str]:
    """Addresses of somebody of each kind."""
    known, _ = services.members(store)
    first = {role: next(one.email for one in known.members if one.roles == (role,)) for role in (Role.PI, Role.TRAINER)}
    return {
        "sorrel": SORREL,
        "you": "you@example.org",
        "fern": "fern@example.org",
        "pi": first[Role.PI],
        "trainer": first[Role.TRAINER],
    }


@pytest.fixture(scope="module")
def door(people: dict[str, str]) -> Iterator[Provider]:
    """Where they say who they are."""
    claims = {name: {"email": email, "name": name, "email_verified": True} for name, email in people.items()}
    with running_provider(claims) as started:
        yield started


@pytest.fixture(scope="module")
def lab(folder: Path, door: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The app on that lab, where people sign in."""
    port = free_port()
    secrets = secrets_for(door, f"http://127.0.0.1:{port}")
    with running_app(tmp_path_factory.mktemp("app"), store=str(folder), secrets=secrets, port=port) as started:
        yield started
        assert started.asked_outside() == []


@pytest.fixture(scope="module")
def cookies(lab: Running, door: Provider, browser: Browser) -> Callable[[str], list[Any]]:
    """Sign somebody in once, and remember it."""
    known: dict[str, list[Any]] = {}

    def signed_in(name: str) -> list[Any]:
        if name not in known:
            page = new_page(browser, dark=False, width=1280)
            page.goto(lab.url)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(f"{door.url}/**")
            page.get_by_role("button", name=name, exact=True).first.click()
            page.wait_for_url(lambda url: not url.startswith(door.url))
            known[name] = [one for one in page.context.cookies() if "streamlit" in one["name"]]
            page.context.close()
        return known[name]

    return signed_in


@pytest.fixture
def come(visit: Visit, lab: Running, cookies: Callable[[str], list[Any]]) -> Callable[..., Hands]:
    """Open a page as somebody: `come("sorrel", "builder", draft=…)`."""

    def opened(name: str, path: str = "builder", *, height: int = 1300, **given: Any) -> Hands:
        return Hands(visit(lab, path, height=height, cookies=cookies(name), **given))

    return opened


Come = Callable[..., Hands]


def test_stages_are_moved_added_named_and_removed_on_the_canvas(store: Store, come: Come) -> None:
    draft = kept(store)
    hands = come("sorrel", draft=draft)
    page = hands.screen.page

    x, y = at(hands.node("Stage 2").locator(".box"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 90, y + 20, steps=6)
    page.mouse.up()
    expect(hands.screen.keyed("builder-undo").get_by_role("button")).to_be_enabled()
    hands.saved()
    stands = hands.node("Stage 2").get_attribute("transform")
    page.reload()
    hands.screen.settle()
    expect(hands.node("Stage 2")).to_have_attribute("transform", str(stands))
    assert "Stage 2" in services.open_draft(store, draft).draft.places

    ground = page.locator("svg.drawing").bounding_box()
    assert ground is not None
    page.mouse.dblclick(ground["x"] + 30, ground["y"] + ground["height"] - 30)
    expect(nodes(hands)).to_have_count(6)
    hands.screen.settle()
    hands.node("Stage 3").locator(".box").dblclick()
    naming = page.get_by_label("New name of Stage 3")
    naming.fill("Élan & <b>")
    naming.press("Enter")
    expect(hands.node("Élan & <b>")).to_be_visible()
    expect(hands.panel.get_by_role("heading", name="Élan & <b>")).to_be_visible()
    hands.screen.settle()
    hands.node("Élan & <b>").focus()
    press(hands, "Delete")
    expect(hands.node("Élan & <b>")).to_have_count(0)
    press(hands, "Control+z")

    expect(hands.node("Élan & <b>")).to_be_visible()
    expect(page.locator("[data-edge]")).to_have_count(7)
    hands.saved()
    assert targets(store, draft, "Stage 2") == ["Élan & <b>", "Stage 1"]


def test_the_keys_take_back_what_was_done_on_the_canvas_in_the_form_and_in_the_sheet(store: Store, come: Come) -> None:
    draft = kept(store)
    before = held(store, draft)
    hands = come("sorrel", draft=draft)
    page = hands.screen.page
    undo = hands.screen.keyed("builder-undo").get_by_role("button")
    redo = hands.screen.keyed("builder-redo").get_by_role("button")

    hands.node("Stage 2").focus()
    press(hands, "F2")
    page.get_by_label("New name of Stage 2").fill("Second")
    press(hands, "Enter")
    expect(hands.node("Second")).to_be_visible()
    hands.choose_stage("Second")
    hands.type_into(setting(hands, "Blocks", BLOCK_MIN), "7")
    hands.show("Settings")
    shortest, longest = (
        page.locator("tr", has=page.locator(f"th.name .title:text-is('Block length ({which})')")).locator("td").nth(1)
        for which in ("min", "max")
    )
    longest.click()
    page.keyboard.type("77")
    press(hands, "Enter")
    expect(hands.panel.get_by_label(BLOCK_MAX).first).to_have_value("77")
    hands.saved()
    after = held(store, draft)
    assert (after["parameters"]["Second"]["BlockMin"], after["parameters"]["Second"]["BlockMax"]) == (7, 77)

    hands.node("Stage 1").focus()
    press(hands, "Control+z")
    expect(longest).not_to_have_text("77")
    press(hands, "Control+z")
    expect(shortest).not_to_have_text("7")
    press(hands, "Control+z")
    expect(hands.node("Stage 2")).to_be_visible()
    expect(undo).to_be_disabled()
    hands.saved()
    assert held(store, draft) == before
    press(hands, "Control+y")
    expect(hands.node("Second")).to_be_visible()
    press(hands, "Control+Shift+z")
    expect(shortest).to_have_text("7")
    press(hands, "Control+y")
    expect(longest).to_have_text("77")

    expect(redo).to_be_disabled()
    hands.saved()
    assert held(store, draft) == after


def test_brackets_have_a_rule_tried_earlier_or_later(store: Store, come: Come) -> None:
    draft = kept(store)
    hands = come("sorrel", draft=draft)

    hands.edge("Stage 2", 1).focus()
    press(hands, "]")
    expect(hands.panel.get_by_role("heading", name="Rule 2 of 2")).to_be_visible()
    hands.saved()
    assert targets(store, draft, "Stage 2") == ["Stage 1", "Stage 3"]
    press(hands, "[")
    expect(hands.panel.get_by_role("heading", name="Rule 1 of 2")).to_be_visible()
    hands.saved()

    assert targets(store, draft, "Stage 2") == ["Stage 3", "Stage 1"]


def test_a_text_stays_to_the_letter_until_its_blocks_are_changed(store: Store, come: Come) -> None:
    draft = kept(store, apply(ladder(), AddRule("Stage 1", "Stage 3", None, ODD)))
    hands = come("sorrel", draft=draft)
    page = hands.screen.page
    hands.edge("Stage 1", 2).locator(".pill").click()
    held_in = hands.panel.get_by_text(re.compile(r"Would have held in"))
    expect(held_in).to_be_visible()
    views = hands.panel.get_by_test_id("stButtonGroup").first

    for view in ("Text", "Blocks", "Text"):
        views.get_by_text(view, exact=True).click()
        hands.screen.settle()
    expect(hands.panel.get_by_label("Condition as text")).to_have_value(ODD)
    expect(hands.screen.keyed("builder-undo").get_by_role("button")).to_be_disabled()
    assert held(store, draft)["curriculum"]["Stage 1"]["transition_rules"][1]["condition"] == ODD
    views.get_by_text("Blocks", exact=True).click()
    before = held_in.inner_text()
    told = hands.edge("Stage 1", 2).get_attribute("aria-label")
    hands.type_into(hands.panel.get_by_label(re.compile("^Threshold of finished trials")).first, "555")

    expect(page.locator(".at-rule-words")).to_contain_text("finished trials at least 555")
    expect(held_in).not_to_have_text(before)
    expect(hands.edge("Stage 1", 2)).not_to_have_attribute("aria-label", str(told))
    hands.saved()
    assert "555" in held(store, draft)["curriculum"]["Stage 1"]["transition_rules"][1]["condition"]


def test_a_wrong_value_is_told_beside_its_field_and_the_checks_lead_there(store: Store, come: Come) -> None:
    draft = kept(store)
    hands = come("sorrel", draft=draft)
    hands.choose_stage("Stage 3")

    hands.type_into(setting(hands, "Blocks", BLOCK_MIN), "500")
    fault = hands.panel.get_by_text(re.compile("BlockM(in|ax).*(500|larger|more|smaller|less|above)")).first
    expect(fault).to_be_visible()
    hands.choose_stage("Stage 1")
    setting(hands, "Reward", "Reward family")
    expect(fault).to_have_count(0)
    hands.screen.page.get_by_role("button", name="Take me there").first.click()

    expect(hands.panel.get_by_role("heading", name="Stage 3", exact=True)).to_be_visible()
    expect(fault).to_be_visible()


def test_what_two_designers_do_at_once_is_put_together(store: Store, come: Come, lab: Running) -> None:
    draft = kept(store)
    hers = come("sorrel", draft=draft)
    hers.screen.press("Share")
    link = hers.screen.page.get_by_test_id("stPopoverBody").locator("code").inner_text()
    hers.screen.page.keyboard.press("Escape")
    assert link == f"{lab.url}/builder?draft={draft}"
    his = come("you", draft=draft)
    expect(nodes(his)).to_have_count(5)

    hers.describe("for juveniles")
    hers.saved()
    his.choose_stage("Stage 1")
    his.type_into(setting(his, "Blocks", BLOCK_MIN), "7")

    told = his.screen.page.get_by_role("status").filter(has_text="changed 1 field while you worked")
    expect(told).to_contain_text(re.compile("sorrel", re.IGNORECASE))
    his.saved()
    now = held(store, draft)
    assert (now["curriculum_description"], now["parameters"]["Stage 1"]["BlockMin"]) == ("for juveniles", 7)


def test_where_two_designers_change_the_same_field_somebody_says_which_is_right(store: Store, come: Come) -> None:
    draft = kept(store)
    hers, his = come("sorrel", draft=draft), come("you", draft=draft)

    hers.describe("for juveniles")
    hers.saved()
    his.describe("for adults")
    asked = his.screen.page.get_by_role("alert").filter(has_text="one field was changed, and differently")
    expect(asked).to_be_visible()
    assert held(store, draft)["curriculum_description"] == "for juveniles"
    his.screen.page.get_by_test_id("stButtonGroup").get_by_text("Mine", exact=True).click()
    his.screen.settle()
    his.screen.press("Save both together")

    expect(asked).to_have_count(0)
    his.saved()
    assert held(store, draft)["curriculum_description"] == "for adults"


def test_an_old_version_comes_back_and_so_does_a_draft_that_was_deleted(store: Store, come: Come) -> None:
    draft = kept(store, ladder("Kept ladder"))
    hands = come("sorrel", draft=draft)
    page = hands.screen.page
    hands.describe("no longer")
    hands.saved()

    hands.screen.press("History")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("What changed with version 2")).to_be_visible()
    hands.screen.settle()
    table = dialog.get_by_test_id("stDataFrame").locator("canvas").first.bounding_box()
    assert table is not None
    page.mouse.click(table["x"] + 16, table["y"] + 35 * 2 + 18)
    dialog.get_by_role("button", name="Go back to version 1").click()
    expect(dialog).to_have_count(0)
    described = hands.panel.get_by_label("Description", exact=True)
    expect(described).to_have_count(1)  # the field of before goes when the run ends
    expect(described).not_to_have_value("no longer")
    hands.saved()
    assert held(store, draft).get("curriculum_description", "") != "no longer"

    hands.screen.press("History")
    dialog.get_by_role("button", name="Delete this draft").click()
    expect(hands.screen.heading("Drafts")).to_be_visible()
    expect(hands.screen.link(re.compile("Kept ladder"))).to_have_count(0)
    hands.screen.press("Bring it back")

    hands.screen.link(re.compile("Kept ladder")).click()
    expect(nodes(hands)).to_have_count(5)


def test_whoever_may_not_build_is_refused_and_finds_no_way_there(store: Store, come: Come) -> None:
    draft = kept(store)

    for name in ("fern", "trainer"):
        hands = come(name, draft=draft)
        expect(hands.screen.main.get_by_text(re.compile("designer"))).to_be_visible()
        expect(nodes(hands)).to_have_count(0)
        expect(hands.screen.menu.get_by_role("link", name="Progress")).to_be_visible()
        expect(hands.screen.menu.get_by_role("link", name="Builder")).to_have_count(0)


def test_where_the_policy_says_so_a_pi_agrees_before_it_is_published(store: Store, come: Come, folder: Path) -> None:
    policy, standing = services.policy(store)
    always = policy.model_validate({**policy.model_dump(), "publishing": {"review": "always"}})
    admin = services.actor_of(services.members(store)[0], "you@example.org")
    services.save_policy(store, always, replaces=standing, actor=admin, at=datetime.now(UTC))
    draft = kept(store, ladder("Reviewed ladder"))
    hands = come("sorrel", draft=draft)
    page = hands.screen.page

    hands.screen.press("Publish …")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name=re.compile("^Ask for a review"))).to_be_visible()
    expect(dialog.get_by_role("button", name=re.compile("^Publish Reviewed"))).to_have_count(0)
    hands.type_into(dialog.get_by_role("textbox", name="Version"), "0.1")
    hands.type_into(dialog.get_by_role("textbox", name="What is new"), "a first one")
    dialog.get_by_role("button", name=re.compile("^Ask for a review")).click()
    expect(dialog.get_by_text("is asked for").first).to_be_visible()

    reviewer = come("pi", "builder")
    reviewer.screen.link(re.compile("Reviewed ladder 0.1")).first.click()
    expect(nodes(reviewer)).to_have_count(5)
    reviewer.screen.page.get_by_text("What would be published").click()
    expect(reviewer.screen.main.get_by_text("Which mice it concerns")).to_be_visible()
    reviewer.screen.press(re.compile("^(Approve|Publish Reviewed)"))

    expect(reviewer.screen.main.get_by_text("was approved by")).to_be_visible()
    assert list(folder.rglob("Reviewed ladder_curriculum_v0.1_schema_v2.0.json"))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_everybody_can_use_the_desk(store: Store, come: Come, dark: bool) -> None:
    wrong = apply(ladder(), SetParameters((("Stage 3", "BlockMin", 500),)))
    hands = come("sorrel", dark=dark, draft=kept(store, wrong))
    page = hands.screen.page
    found = {}

    def look(what: str) -> None:
        hands.screen.settle()
        found[what] = hands.screen.violations()

    look("nothing chosen")
    hands.choose_stage("Stage 3")
    look("a stage")
    hands.edge("Stage 2", 2).locator(".pill").click()
    expect(page.locator(".at-rule-words")).to_be_visible()
    look("a rule")
    page.set_viewport_size({"width": 390, "height": 844})
    look("a rule on a telephone")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1280, "height": 1300})
    hands.show("Settings")
    page.get_by_role("grid").wait_for()
    look("the sheet")
    hands.screen.press("Publish …")
    expect(page.get_by_role("dialog").get_by_text("Who agrees")).to_be_visible()
    look("publishing")

    assert {what: faults for what, faults in found.items() if faults} == {}


def test_a_draft_in_which_every_text_is_an_attack_is_shown_as_text(
    store: Store, lab: Running, browser: Browser, cookies: Callable[[str], list[Any]]
) -> None:
    stages = (*hostile.STAGES[:2], "m" * 1000)
    body = json.dumps(hostile.document(stages=stages, text=hostile.ALL)).encode()
    draft = kept(store, services.from_upload([("it.json", body)]))
    page = new_page(browser, dark=False, width=1280, height=1400)
    page.add_init_script(WATCH)
    page.context.add_cookies(cookies("sorrel"))
    screen = Screen(page)
    hands = Hands(screen.go(lab.url, "builder", draft=draft))

    expect(page.locator(".builder-title")).to_contain_text(hostile.CURRICULUM[:50])
    expect(nodes(hands)).to_have_count(4)
    nodes(hands).first.click()
    expect(hands.panel.get_by_role("heading", name=hostile.STAGES[0])).to_be_visible()
    hands.edge(hostile.STAGES[1], 2).locator(".pill").click()
    expect(page.locator(".at-rule-words")).to_be_visible()
    for shown in ("Settings", "Changes", "Document", "Checks"):
        hands.show(shown)
    screen.press("Publish …")
    expect(page.get_by_role("dialog").get_by_text("Who agrees")).to_be_visible()
    page.wait_for_timeout(300)

    for frame in page.frames:
        assert frame.evaluate(f"window.{hostile.MARK} ?? null") is None
        assert frame.evaluate(LINKS) == []
    assert page.evaluate("window.opened") == []
    assert (screen.outside(), screen.complaints) == ([], [])
    screen.close()
