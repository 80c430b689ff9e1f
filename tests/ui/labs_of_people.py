"""A lab in a folder whose people look at it through pages, one after another; for tests of pages."""

import shutil
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from autotrain_core.store import FolderHome
from tests.services.nights import Nights
from tests.services.people import Lab
from tests.ui.apps import PATIENCE, PROJECT, opened

Look = Callable[..., AppTest]


def made_in(folder: Path) -> Lab:
    """The lab of two mice of Dr. Heron, after its first night; each test has a copy of it."""
    return Lab(nights=Nights(home=FolderHome(folder), at=datetime(2026, 11, 3, 3, tzinfo=UTC)))


def copied(made: Lab, folder: Path, place: Path) -> Lab:
    """A copy of a lab in a folder of its own."""
    shutil.copytree(folder, place, dirs_exist_ok=True)
    lab = copy(made)
    lab.nights = replace(made.nights, home=FolderHome(place))
    return lab


def looking(monkeypatch: pytest.MonkeyPatch) -> Look:
    """Open a page as somebody: `look("heron", "approvals")`; "panel" is `override_page.py`."""

    def look(who: str, path: str, **query: str | list[str]) -> AppTest:
        monkeypatch.setenv("AUTOTRAIN_PERSON", f"{who}@lab.org")
        if path != "panel":
            return opened(path, **query)
        app = AppTest.from_file(PROJECT / "tests" / "ui" / "override_page.py", default_timeout=PATIENCE)
        for name, value in query.items():
            app.query_params[name] = value
        return app.run()

    return look


def button(app: AppTest, start: str) -> Button:
    """The button whose key begins so, whatever version was drawn."""
    (found,) = [one for one in app.button if str(one.key).startswith(start)]
    return found


def keys(app: AppTest, start: str) -> list[str]:
    """The keys of the buttons that begin so."""
    return [str(one.key) for one in app.button if str(one.key).startswith(start)]
