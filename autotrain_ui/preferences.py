"""How a person likes the app to look: kept by the browser in a cookie, for a year."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal, cast, get_args
from urllib.parse import parse_qsl, urlencode

import streamlit as st

Colours = Literal["even", "classic"]
Density = Literal["comfortable", "compact"]

_COOKIE = "autotrain_look"
_KEY = "preferences:look"

_KEEP = f"""
export default function ({{ data }}) {{
  const secure = window.location.protocol === "https:" ? "; Secure" : "";
  document.cookie = "{_COOKIE}=" + encodeURIComponent(data.look) +
    "; Path=/; Max-Age=31536000; SameSite=Lax" + secure;
}}
"""

_keep = st.components.v2.component("autotrain_look", js=_KEEP)


@dataclass(frozen=True, slots=True)
class Look:
    """
    What a person chose.

    Attributes:
        colours: Of stages: even steps that everybody can tell apart, or today's red to green.
        density: How much stands on a screen.
    """

    colours: Colours = "even"
    density: Density = "comfortable"


def look() -> Look:
    """Return what the person chose, in this session or in an earlier one."""
    known = st.session_state.get(_KEY)
    if isinstance(known, Look):
        return known
    found = read(dict(st.context.cookies or {}).get(_COOKIE, ""))
    st.session_state[_KEY] = found
    return found


def read(cookie: str) -> Look:
    """Read a cookie, which may hold anything."""
    given: Mapping[str, str] = dict(parse_qsl(cookie.replace("%3D", "=").replace("%26", "&")))
    colours, density = given.get("colours", ""), given.get("density", "")
    return Look(
        colours=cast(Colours, colours) if colours in get_args(Colours) else "even",
        density=cast(Density, density) if density in get_args(Density) else "comfortable",
    )


def draw() -> None:
    """Draw the choices, and keep them."""
    known = look()
    colours = st.segmented_control(
        "Stage colours",
        get_args(Colours),
        default=known.colours,
        format_func={"even": "Even", "classic": "Red to green"}.__getitem__,
        help="Even steps can be told apart by everybody, also without seeing colours; red to green is the old picture.",
        key="look:colours",
        required=True,
    )
    density = st.segmented_control(
        "Density",
        get_args(Density),
        default=known.density,
        format_func=str.capitalize,
        key="look:density",
        required=True,
    )
    chosen = Look(colours or known.colours, density or known.density)
    if chosen != known:
        st.session_state[_KEY] = chosen
        _keep(data={"look": urlencode(asdict(chosen))}, key="look:keep")
        # What stands above was drawn the old way; the cookie is set while it is drawn again.
        st.session_state["look:changed"] = True
    elif st.session_state.get("look:changed"):
        _keep(data={"look": urlencode(asdict(chosen))}, key="look:keep")
