"""
Tabs of a browser that tests borrow one after another.

A new tab in a browser of one's own costs seconds: it opens a window, fetches all scripts and compiles them. A tab that
is given back is emptied instead: nothing of a test before is remembered in it but the scripts. A window that is wider,
or dark, is the same tab in another size and another light.
"""

from typing import Any

from playwright.sync_api import Browser, Error, Page


class Tabs:
    """The tabs of one browser, by the options of their contexts."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[str, list[Page]] = {}
        self._lent: dict[Page, str] = {}

    def borrow(self, **options: Any) -> Page:
        """Give an empty tab with nothing remembered, in a context with these options of Playwright's."""
        lasting = {name: value for name, value in options.items() if name not in ("viewport", "color_scheme")}
        kind = repr(sorted(lasting.items()))
        free = self._free.setdefault(kind, [])
        page = free.pop() if free else self._browser.new_context(**options).new_page()
        self._lent[page] = kind
        page.set_viewport_size(options["viewport"])
        page.emulate_media(color_scheme=options["color_scheme"])
        return page

    def give_back(self, page: Page) -> None:
        """Empty a tab for the next one; what cannot be emptied is closed."""
        kind = self._lent.pop(page)
        try:
            for other in page.context.pages:
                if other != page:
                    other.close()
            page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
            page.emulate_media(media="null")
            page.mouse.up()
            page.mouse.move(0, 0)
            page.goto("about:blank")
            page.context.clear_cookies()
        except Error:
            self.throw_away(page)
        else:
            self._free[kind].append(page)

    def throw_away(self, page: Page) -> None:
        """Close a tab with all that it knows: a test failed in it, and may have left a key pressed."""
        self._lent.pop(page, None)
        page.context.close()
