"""Drafts that tests in a browser work on: made at once in the store, and read there again."""

import itertools
import re
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Locator

from autotrain_core import services
from autotrain_core.editing import Draft, templates
from autotrain_core.models import DYNAMIC_FORAGING, FREE
from autotrain_core.store import Store
from tests.e2e.building import Hands

SORREL = "sorrel@example.org"
"""The designer of the example lab."""

numbers = itertools.count(1)


def ladder(name: str = "") -> Draft:
    """Four stages and Graduated, with rules that lead on and back."""
    template = next(each for each in templates() if each.key == "ladder-with-rollback")
    return template.draft(DYNAMIC_FORAGING, name or f"Ladder {next(numbers)}", "0.1", FREE)


def kept(store: Store, draft: Draft | None = None) -> str:
    """Put a draft into the lab; give its id."""
    actor = services.actor_of(services.members(store)[0], SORREL)
    return services.start_draft(store, draft or ladder(), actor=actor, at=datetime.now(UTC)).id


def held(store: Store, draft: str) -> dict[str, Any]:
    """What the store holds of it."""
    return dict(services.open_draft(store, draft).draft.document)


def targets(store: Store, draft: str, stage: str) -> list[str]:
    """Where the rules of a stage lead, in the order in which they are tried, as the store holds it."""
    return [rule["to_stage"] for rule in held(store, draft)["curriculum"][stage]["transition_rules"]]


def at(found: Locator) -> tuple[float, float]:
    found.scroll_into_view_if_needed()
    box = found.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def nodes(hands: Hands) -> Locator:
    return hands.screen.page.locator("[data-node]")


def press(hands: Hands, *keys: str) -> None:
    for key in keys:
        hands.screen.page.keyboard.press(key)


def setting(hands: Hands, group: str, title: str | re.Pattern[str]) -> Locator:
    """The field of a setting of the chosen stage."""
    hands.panel.get_by_test_id("stButtonGroup").get_by_text(re.compile(f"^{group}")).click()
    field = hands.panel.get_by_label(title).first
    field.wait_for()
    hands.screen.settle()
    return field
