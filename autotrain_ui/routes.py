"""Which pages there are, in which order and group, and who may open them."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import streamlit as st

from autotrain_core import services
from autotrain_core.models import Actor, Right

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

_ROUTED = "routes:routed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """
    One page.

    Attributes:
        path: Its address below the root, and the name of its file.
        title: Its name in the menu and at its top.
        group: What people come to do; empty where the menu does not list it.
        icon: A Material symbol; they travel with Streamlit.
        question: What it answers, in one sentence.
        right: What one must be allowed to open it.
        also: Another right that opens it as well; None where there is none.
    """

    path: str
    title: str
    group: str
    icon: str
    question: str
    right: Right = Right.SEE
    also: Right | None = None

    def is_open_to(self, actor: Actor) -> bool:
        """Say whether somebody may open it."""
        return actor.may(self.right) or (self.also is not None and actor.may(self.also))

    @property
    def file(self) -> str:
        """Its script."""
        return str(services.app_file().with_name("pages") / f"{self.path}.py")


PAGES: tuple[Route, ...] = (
    Route(
        path="today",
        title="Today",
        group="Mice",
        icon=":material/today:",
        question="What does each mouse run next, and who needs a person?",
    ),
    Route(
        path="progress",
        title="Progress",
        group="Mice",
        icon=":material/grid_on:",
        question="How are all mice doing, session by session?",
    ),
    Route(
        path="mouse",
        title="Mouse",
        group="Mice",
        icon=":material/cruelty_free:",
        question="Why is this mouse where it is, and what is next?",
    ),
    Route(
        path="approvals",
        title="Approvals",
        group="Mice",
        icon=":material/how_to_reg:",
        question="What waits for me, and what would it change?",
    ),
    Route(
        path="cohort",
        title="Cohort",
        group="Mice",
        icon=":material/groups:",
        question="How long does training take, and where do mice spend it?",
    ),
    Route(
        path="live",
        title="Live graph",
        group="Curricula",
        icon=":material/account_tree:",
        question="Where in a curriculum are the mice now?",
    ),
    Route(
        path="curricula",
        title="Library",
        group="Curricula",
        icon=":material/menu_book:",
        question="What does each curriculum say, and who follows it?",
    ),
    Route(
        path="builder",
        title="Builder",
        group="Curricula",
        icon=":material/design_services:",
        question="Is this curriculum right, and ready to be published?",
        right=Right.BUILD,
        also=Right.REVIEW,
    ),
    Route(
        path="backtest",
        title="Backtest",
        group="Curricula",
        icon=":material/history:",
        question="What would other versions have made of our mice?",
    ),
    Route(
        path="enrol",
        title="Enrol and move",
        group="Curricula",
        icon=":material/playlist_add:",
        question="Which mice begin a curriculum, and which go to another one?",
        right=Right.ENROL,
        also=Right.MOVE,
    ),
    Route(
        path="runs",
        title="Runs",
        group="Lab",
        icon=":material/nightlight:",
        question="Did the night go well, and what came of each mouse?",
        right=Right.RUN,
    ),
    Route(
        path="record",
        title="Record",
        group="Lab",
        icon=":material/history:",
        question="Who did what, when and why, and was any of it changed afterwards?",
    ),
    Route(
        path="members",
        title="Members",
        group="Lab",
        icon=":material/badge:",
        question="Who may do what in this lab, and what needs whose approval?",
    ),
    Route(
        path="messages",
        title="Messages",
        group="Lab",
        icon=":material/notifications:",
        question="What am I told, when, and by which way?",
    ),
)

HOME = PAGES[0]


def route(path: str) -> Route:
    """Return the page of a path."""
    return next(each for each in PAGES if each.path == path)


def draw(actor: Actor | None, badges: Mapping[str, int]) -> "StreamlitPage":
    """
    Draw the menu, and say which page is asked for.

    Args:
        actor: Who looks; nobody yet where None: then there is no menu, and every page asks to sign in.
        badges: Path -> how many things wait there.
    """
    pages = {
        each: st.Page(
            each.file,
            title=each.title,
            icon=each.icon,
            # The first page lies at the root; a second entry answers whoever types or bookmarked its name.
            url_path="home" if each is HOME else each.path,
            default=each is HOME,
            help=each.question,
        )
        for each in PAGES
    }
    second = st.Page(HOME.file, title=HOME.title, url_path=HOME.path)
    st.session_state[_ROUTED] = True
    # Hidden: Streamlit's own menu with groups is a list with parts that are no items, at which screen readers stumble.
    asked = st.navigation([*pages.values(), second], position="hidden")
    if actor is not None:
        _menu({each: page for each, page in pages.items() if each.is_open_to(actor)}, badges)
    return asked


def _menu(pages: Mapping[Route, "StreamlitPage"], badges: Mapping[str, int]) -> None:
    with st.sidebar.container(key="menu", gap=None):
        for group, routes in groupby(pages, key=lambda each: each.group):
            st.html(f"<p class='at-group'>{group}</p>")
            for each in routes:
                label = _with_badge(each.title, badges.get(each.path, 0))
                st.page_link(pages[each], label=label, icon=each.icon, width="stretch")


def routed() -> bool:
    """
    Say whether app.py ran before this page, once for each run.

    On a fresh server Streamlit runs a page that is visited by deep link alone, without app.py.
    """
    return bool(st.session_state.pop(_ROUTED, False))


def _with_badge(title: str, waiting: int) -> str:
    return f"{title} :red-badge[{waiting}]" if waiting else title
