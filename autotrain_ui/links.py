"""
Links inside our own HTML that keep the session: a plain click goes to the page in this tab as the menu does.

A link of plain HTML makes Streamlit start all over, which takes a second or two and forgets what was chosen. The
address stays in the link, so that a middle click, Ctrl and a click, and "copy link" do what they do everywhere.
"""

import html
from urllib.parse import parse_qs

import streamlit as st
from pydantic import BaseModel

from autotrain_ui import address, routes, words

_FOLLOW = """
const HANDLER = "autotrainFollow";

export default function ({ setTriggerValue }) {
  const follow = (event) => {
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    const link = event.target instanceof Element ? event.target.closest("a[data-page]") : null;
    if (!link || !plain || event.defaultPrevented) return;
    event.preventDefault();
    setTriggerValue("followed", { page: link.dataset.page, query: new URL(link.href).search.slice(1) });
  };
  // This runs again whenever the page is drawn, and only one of them may answer.
  document.removeEventListener("click", window[HANDLER]);
  window[HANDLER] = follow;
  document.addEventListener("click", follow);
  return () => document.removeEventListener("click", follow);
}
"""

_component = st.components.v2.component("autotrain_links", js=_FOLLOW)


def link(text: str, path: str, view: BaseModel, *, kind: str = "at-link") -> str:
    """
    Write a link to a page of ours as HTML, for `st.html` on a page that calls `follow`.

    Args:
        text: What it says; it may come from a stranger.
        path: See `routes.PAGES`.
        view: What the page is to show.
        kind: Its class in the style sheet.
    """
    href = html.escape(address.link(path, view))
    return f'<a class="{html.escape(kind)}" data-page="{html.escape(path)}" href="{href}">{words.as_html(text)}</a>'


def follow() -> None:
    """Go where a link was clicked since the page was drawn; called before anything that takes time."""
    clicked = _component(key="links", on_followed_change=_nothing).followed
    if clicked:
        path, query = where(clicked)
        st.switch_page(routes.route(path).file, query_params=query)


def where(clicked: object) -> tuple[str, dict[str, list[str]]]:
    """
    Say where a click leads, whatever a browser sent: an unknown page is the first one.

    Returns:
        The path of a page, and its query.
    """
    told = clicked if isinstance(clicked, dict) else {}
    path = str(told.get("page"))
    if path not in {each.path for each in routes.PAGES}:
        return routes.HOME.path, {}
    return path, parse_qs(str(told.get("query", "")))


def _nothing() -> None:
    """Streamlit reports a click only where somebody listens."""
