"""
Signing in ends at the root of the app: the page that was asked for is kept by the browser meanwhile.

Streamlit has no place for it: the session ends when the browser goes to the provider.
"""

from urllib.parse import parse_qs, urlsplit

import streamlit as st

from autotrain_ui.routes import HOME, PAGES

_KEY = "autotrain.return"
_ASKED = "return_path:asked"
_COMPONENT = "return_path"

_KEEP = f"""
export default function () {{
  const here = window.location.pathname + window.location.search;
  if (here !== "/") window.sessionStorage.setItem("{_KEY}", here);
}}
"""

_GIVE = f"""
export default function ({{ setStateValue }}) {{
  const kept = window.sessionStorage.getItem("{_KEY}");
  window.sessionStorage.removeItem("{_KEY}");
  if (kept) setStateValue("path", kept);
}}
"""

_keep = st.components.v2.component("autotrain_keep_path", js=_KEEP)
_give = st.components.v2.component("autotrain_give_path", js=_GIVE)


def keep() -> None:
    """Let the browser remember what was asked for."""
    _keep(key="return-path-keep")


def resume() -> None:
    """Go on to what was asked for before signing in; called once in a session, at the root."""
    if st.session_state.get(_ASKED) == "done":
        return
    kept = str(_give(key="return-path-give", on_path_change=_noted).path or "")
    if not kept:
        return
    st.session_state[_ASKED] = "done"
    found = target(kept)
    if found is not None:
        st.switch_page(found[0], query_params=found[1])


def _noted() -> None:
    """Streamlit wants to be told what to do with a state of the component: nothing but a rerun."""


def target(kept: str) -> tuple[str, dict[str, list[str]]] | None:
    """Read a kept path; None where it is no page of this app. The browser may say anything."""
    try:
        parts = urlsplit(kept)
    except ValueError:
        return None
    if parts.scheme or parts.netloc or kept.startswith("//"):
        return None
    name = parts.path.rstrip("/").rpartition("/")[2]
    found = next((route for route in PAGES if route.path == name), HOME if not name else None)
    return None if found is None else (found.file, parse_qs(parts.query))
