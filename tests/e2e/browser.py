"""The browser of the tests: the Chromium of this system, which can reach no computer but this one."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

NAMES = (
    "chromium-headless-shell",  # without windows: a tab costs less
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
VARIABLE = "AUTOTRAIN_CHROMIUM"
WITHOUT = "AUTOTRAIN_NO_BROWSER"
OPTIONS = (
    # Whatever a page asks for elsewhere does not exist.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
    "--disable-gpu",
)


def executable() -> str:
    """
    Find Chromium: where AUTOTRAIN_CHROMIUM says, or by one of its names.

    Raises:
        FileNotFoundError: There is none; the sentence says what to do.
    """
    named = os.environ.get(VARIABLE)
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return found
    wrong = f"{VARIABLE} is {named}, and no program lies there" if named else "no Chromium was found"
    raise FileNotFoundError(
        f"{wrong}: the app is tested in a real browser. Run scripts/browser, which installs it where it can, or install "
        f"the package 'chromium' of your system, or name a Chrome or Chromium in {VARIABLE}. {WITHOUT}=1 leaves these "
        "tests out on purpose."
    )


@contextmanager
def wanted_browser() -> Iterator[Browser]:
    """Run one browser for tests; without a Chromium they fail with what to do."""
    try:
        executable()
    except FileNotFoundError as missing:
        pytest.fail(str(missing), pytrace=False)
    with running_browser() as browser:
        yield browser


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Run one browser; each test takes a context of its own in it, which knows nothing of the others."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=list(OPTIONS))
        try:
            yield browser
        finally:
            browser.close()
