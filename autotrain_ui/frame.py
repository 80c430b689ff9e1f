"""
The frame around every page: who may look, what the page is called, how fresh it is, and what to say when it fails.

    with frame.page("today") as here:
        ...

Streamlit runs a page without app.py when it is the first that a fresh server is asked for, so that each page frames
and guards itself.
"""

import html
import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from autotrain_core import services
from autotrain_core.errors import (
    AutotrainError,
    ConflictError,
    DamagedError,
    DocumentError,
    NotAllowedError,
    NotStoredError,
    StoreUnavailableError,
    TableError,
    UnfitStoreError,
)
from autotrain_core.models import Actor, Right, roles_with
from autotrain_core.services import LabView, Settings, Status
from autotrain_core.store import Store
from autotrain_ui import (
    address,
    awaited,
    inbox,
    old_addresses,
    preferences,
    return_path,
    routes,
    sign_in,
    wiring,
    words,
)

_HERE = Path(__file__).parent
_ICON = str(_HERE / "icon.svg")
_SIDEBAR = 220
"""Pixels; on a phone the menu is folded away all the same."""
_NOTICES = "frame:notices"
_ANEW = "frame:anew"
_log = logging.getLogger("autotrain.app")

_MOVES: tuple[tuple[type[AutotrainError], str, str], ...] = (
    (NotAllowedError, "This is not for you to do", "Whoever runs the lab's members can change that."),
    (ConflictError, "Somebody else was faster", "Nothing was written. Look at what they did, then try again."),
    (StoreUnavailableError, "The store does not answer", "Nothing was lost. Try again in a minute."),
    (UnfitStoreError, "This store cannot keep what we promise", "Whoever runs the store moves next."),
    (DamagedError, "Something in the store is damaged", "Whoever runs the store moves next; docs/store.md says how."),
    (TableError, "A table cannot be used", "Whoever writes the table moves next; the other pages go on."),
    (DocumentError, "A document is wrong", "Its author moves next; the other pages go on."),
    (NotStoredError, "It is not here", "Look for another name, or put it where it is looked for."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """
    What a page knows of where it is.

    Attributes:
        lab: The lab as it is, or was a few seconds ago.
        store: Where it lies.
        settings: What lies where in it.
        actor: Who looks.
        now: With the zone of whoever looks.
        day: The day that the board is for; see `services.board_day`.
        status: How the nightly run is doing; None where that cannot be said.
        dark: Whether the page is dark.
        look: What the person chose.
    """

    lab: LabView
    store: Store
    settings: Settings
    actor: Actor
    now: datetime
    day: date
    status: Status | None
    dark: bool
    look: preferences.Look

    @property
    def today(self) -> date:
        """Today, where the person is."""
        return self.now.date()

    def may(self, right: Right) -> bool:
        """Say whether the person may do something."""
        return self.actor.may(right)


def app() -> None:
    """Draw the menu, and run the page that is asked for."""
    # Before the menu: else the browser fetches the symbol of the page from elsewhere, to show it on the tab.
    st.set_page_config(page_icon=_ICON, layout="wide", initial_sidebar_state=_SIDEBAR)
    found = _who()
    actor = found if isinstance(found, Actor) else None
    routes.draw(actor, _badges(actor)).run()


@contextmanager
def page(path: str) -> Iterator[Here]:
    """
    Frame a page: the rest of the script runs only for somebody who may see it.

    An error inside is shown as a sentence that says whose move it is. The other pages go on.

    Args:
        path: See `routes.PAGES`.
    """
    route = routes.route(path)
    st.set_page_config(
        page_title=f"{route.title} · autotrain", page_icon=_ICON, layout="wide", initial_sidebar_state=_SIDEBAR
    )
    st.html(f"<style>{_style(density=preferences.look().density, dark=_is_dark())}</style><div hidden></div>")
    found = _who()
    if not routes.routed():
        actor = found if isinstance(found, Actor) else None
        routes.draw(actor, _badges(actor))
        # Drawn here: else the next run would take the menu for drawn by app.py, and every widget for a new one.
        routes.routed()
    if isinstance(found, sign_in.Stranger):
        sign_in.draw(found)
        st.stop()
    _account(found)
    address.arrive(path)
    if route is routes.HOME:
        _forward()
    st.title(route.title)
    st.html(f"<p class='at-question'>{html.escape(route.question)}</p>")
    if not route.is_open_to(found):
        _refuse(route, found)
    try:
        here = _here(found)
        _freshness(here)
        _tell()
    except Exception as error:
        _explain(error, route)
        st.stop()
    try:
        yield here
    except Exception as error:
        _explain(error, route)


@contextmanager
def part(path: str) -> Iterator[None]:
    """
    Frame a part of a page that is drawn again by itself, as `page` frames the whole.

    Args:
        path: Of the page; see `routes.PAGES`.
    """
    if _ANEW in st.session_state:
        st.rerun()  # what is shown here stands on a look of before
    try:
        _tell()
        yield
    except Exception as error:
        _explain(error, routes.route(path))


def notice(sentence: str, *, icon: str = ":material/check:") -> None:
    """Say something when the page is drawn next: what a callback did, or why it did not."""
    st.session_state.setdefault(_NOTICES, []).append((sentence, icon))


def show(error: AutotrainError) -> None:
    """Show what is wrong with a part of a page; the rest goes on."""
    _fail(error)


@st.cache_data(show_spinner=False)
def _style(*, density: preferences.Density, dark: bool) -> str:
    names = ("style", *(["compact"] if density == "compact" else []), *(["dark"] if dark else []))
    return "\n".join((_HERE / f"{name}.css").read_text(encoding="utf-8") for name in names)


def _who() -> Actor | sign_in.Stranger:
    try:
        return sign_in.who()
    except AutotrainError as error:
        _log.warning("nobody can be let in: %s", error)
        # With a provider the reason is for the log: it names places, and whoever reads this need not be a member.
        said = "The list of members cannot be read now." if sign_in.has_provider() else str(error)
        return sign_in.Stranger("Nobody can be let in", f"{said} Whoever runs the store moves next.")


def _badges(actor: Actor | None) -> dict[str, int]:
    """Count what waits on each page, by what was seen of the store last."""
    if actor is None:
        return {}
    known = wiring.known()
    if known is None:
        return {}
    found = {"builder": awaited.count(actor, wiring.store())}
    day = services.board_day(known, today=datetime.now(_zone()).date())
    try:
        found[routes.HOME.path] = services.need_a_person(known, on=day)
        on = wiring.settings().run.day(datetime.now(UTC))
        found["approvals"] = inbox.count(actor, wiring.store(), known, on=on)
    except AutotrainError as error:
        _log.warning("nobody can say how much needs a person: %s", error)
    return found


def _forward() -> None:
    """Lead old addresses, and whoever has just signed in, to their page."""
    given = {name: st.query_params.get_all(name) for name in st.query_params}
    if old_addresses.is_old(given):
        path, view = old_addresses.moved(given)
        st.switch_page(routes.route(path).file, query_params=address.to_query(view))
    if sign_in.has_provider():
        return_path.resume()


def _here(actor: Actor) -> Here:
    now = datetime.now(_zone())
    anew = bool(st.session_state.pop(_ANEW, False))
    lab, failure = wiring.lab(now=now.astimezone(UTC), anew=anew)
    if failure is not None:
        st.warning(
            f"The store does not answer: this is what it held {words.ago(lab.read_at, now)}. {words.as_text(failure)}",
            icon=":material/cloud_off:",
        )
    for problem in lab.problems:
        kept = " What was published is shown." if lab.publication.number else ""
        st.warning(f"{words.as_text(problem)}{kept}", icon=":material/table:")
    try:
        status = wiring.status(now=now.astimezone(UTC), version=lab.version)
    except AutotrainError as error:
        _log.warning("the nightly run cannot be asked for: %s", error)
        status = None
    return Here(
        lab=lab,
        store=wiring.store(),
        settings=wiring.settings(),
        actor=actor,
        now=now,
        day=services.board_day(lab, today=now.date()),
        status=status,
        dark=_is_dark(),
        look=preferences.look(),
    )


def _is_dark() -> bool:
    return st.context.theme.type == "dark"


def _zone() -> ZoneInfo:
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):  # the browser may say anything, also the name of a folder
        return ZoneInfo("UTC")


def _freshness(here: Here) -> None:
    """Say when the data were read, and how old the last run is."""
    parts = [
        f"<span title='{here.lab.read_at:%Y-%m-%d %H:%M:%S} UTC'>read {words.ago(here.lab.read_at, here.now)}</span>"
    ]
    status = here.status
    if status is not None and status.last_run is not None:
        exact = f"{status.last_run:%Y-%m-%d %H:%M} UTC"
        late = " class='at-late'" if not status.healthy else ""
        parts.insert(0, f"<span{late} title='{exact}'>last run {words.ago(status.last_run, here.now)}</span>")
        if not status.healthy:
            parts.append("<span class='at-late'>⚠ the nightly run needs a look</span>")
    elif status is None:
        parts.insert(0, "<span class='at-late'>⚠ nobody can say how the nightly run is doing: see the log</span>")
    elif not here.lab.publication.number:
        parts.insert(0, "<span class='at-late'>no run has gone through yet</span>")
    if wiring.is_example():
        parts.append("<span class='at-mark'>example lab: no real animal</span>")
    if here.actor.local:
        parts.append("<span class='at-mark'>local mode</span>")
    with st.container(horizontal=True, vertical_alignment="center", key="freshness"):
        st.html(f"<div class='at-fresh' data-version='{here.lab.version}'>{''.join(parts)}</div>", width="content")
        st.button(
            "Refresh",
            icon=":material/refresh:",
            type="tertiary",
            key="frame-refresh",
            on_click=look_again,
            help="Look into the store again.",
        )


def look_again() -> None:
    """Look into the store again when the page is drawn next, however recent the last look was."""
    st.session_state[_ANEW] = True


def _account(actor: Actor) -> None:
    with st.sidebar:
        st.text(actor.name)
        st.caption(words.as_text(", ".join(actor.roles)))
        with st.popover("Look", icon=":material/palette:", width="stretch"):
            preferences.draw()
        if actor.local and actor.email != "local":
            st.button("Change person", on_click=sign_in.forget, icon=":material/switch_account:", width="stretch")
        elif not actor.local:
            st.button("Sign out", on_click=st.logout, icon=":material/logout:", key="sign-out", width="stretch")


def _tell() -> None:
    for sentence, icon in st.session_state.pop(_NOTICES, []):
        st.toast(words.as_text(sentence), icon=icon)


def _refuse(route: routes.Route, actor: Actor) -> None:
    roles, yours = " or ".join(roles_with(route.right)), ", ".join(actor.roles)
    asked = f" Ask {actor.contact}." if actor.contact else ""
    sentence = f"{route.title} is for those who may {route.right.words} ({roles}); you are {yours}.{asked}"
    st.error(words.as_text(sentence), icon=":material/lock:")
    st.stop()


def _fail(error: AutotrainError) -> None:
    title, move = next(
        ((title, move) for kind, title, move in _MOVES if isinstance(error, kind)), ("This did not work", "")
    )
    st.error(f"**{title}.** {words.as_text(error)}\n\n{move}", icon=":material/error:")


def _explain(error: Exception, route: routes.Route) -> None:
    """Say what is wrong, and whose move it is; of a fault of ours a number by which it is found in the log."""
    if isinstance(error, AutotrainError):
        _fail(error)
        return
    number = secrets.token_hex(4)
    _log.error("page %s failed, fault %s", route.path, number, exc_info=error)
    st.error(
        f"**This page stumbled over a fault of ours.** The other pages go on, and nothing was changed. "
        f"Whoever runs the server finds it in the log under {number}.",
        icon=":material/bug_report:",
    )
