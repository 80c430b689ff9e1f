"""Who looks: by OpenID Connect, or in local mode the person who sits at this computer."""

import time
from dataclasses import dataclass
from datetime import timedelta

import streamlit as st

from autotrain_core import services
from autotrain_core.errors import NotAllowedError
from autotrain_core.models import Actor, Members
from autotrain_ui import openness, return_path, wiring, words

_CHOSEN = "sign_in:chosen"
_KNOWN_FOR_SECONDS = 15
_MOST_BUTTONS = 30


@dataclass(frozen=True, slots=True)
class Stranger:
    """
    Nobody who may look, or not yet.

    Attributes:
        title: What is the matter, in a few words.
        sentence: The same in a sentence, with whose move it is.
        may_sign_in: Whether signing in would help.
        choose: Members among whom whoever sits here may say who they are; local mode only.
    """

    title: str
    sentence: str
    may_sign_in: bool = False
    choose: Members | None = None


def has_provider() -> bool:
    """Say whether people sign in here; where they once did they do until the server ends."""
    known = _provider_seen()
    # Secrets that are being written anew are no TOML for a moment: that must not open the app to whoever comes.
    known["seen"] = known["seen"] or (bool(st.secrets.load_if_toml_exists()) and "auth" in st.secrets)
    return known["seen"]


@st.cache_resource(show_spinner=False)
def _provider_seen() -> dict[str, bool]:
    return {"seen": False}


def who() -> Actor | Stranger:
    """
    Say who looks.

    Raises:
        AutotrainError: The members document cannot be read.
    """
    address, headers = st.get_option("server.address"), st.context.headers
    if address or headers:  # else no server runs, as in a test of a page
        refused = openness.refusal(address, headers.get("Host"), has_provider=has_provider())
        if refused:
            return Stranger("Not open to the network", refused)
    if not has_provider():
        return _local(_members_now())
    # Whoever has not signed in is told nothing of the store, not even that it does not answer.
    return _unknown() or _signed_in(_members_now())


def _members_now() -> Members:
    return _members(int(time.time() // _KNOWN_FOR_SECONDS))


# As it is, and not copied on every click: members do not change, a new document makes new ones.
@st.cache_resource(max_entries=2, show_spinner=False)
def _members(_moment: int) -> Members:
    return services.members(wiring.store())[0]


def _unknown() -> Stranger | None:
    """Say what is missing of a sign-in; None where somebody has signed in."""
    if not st.user.get("is_logged_in"):
        return Stranger("Sign in", "Your laboratory decides who may look at its mice.", may_sign_in=True)
    signed, hours = st.user.get("iat"), wiring.settings().app.signed_in_hours
    if not isinstance(signed, int | float) or time.time() - signed > timedelta(hours=hours).total_seconds():
        sentence = f"You signed in more than {words.number(hours)} hours ago. Sign in again; your view is kept."
        return Stranger("Signed in too long ago", sentence, may_sign_in=True)
    # Some providers write the truth as a text.
    if not st.user.get("email") or str(st.user.get("email_verified", True)).lower() not in ("true", "none"):
        sentence = "Your provider names no address that it has verified, so nobody here can know you. Ask its operator."
        return Stranger("No verified address", sentence)
    return None


def _signed_in(members: Members) -> Actor | Stranger:
    try:
        return services.actor_of(members, str(st.user.get("email")), name=str(st.user.get("name") or ""))
    except NotAllowedError as error:
        return Stranger("Not a member yet", str(error))


def _local(members: Members) -> Actor | Stranger:
    email = st.session_state.get(_CHOSEN) or _last_chosen()["email"] or wiring.person()
    active = tuple(member for member in members.members if member.active)
    if not email and len(active) == 1:
        email = active[0].email
    try:
        if email or not active:
            return services.local_actor(members, email)
    except NotAllowedError:
        pass  # no longer a member: asked again
    return Stranger("Who are you?", "Nobody signs in on this computer: say who you are.", choose=members)


@st.cache_resource(show_spinner=False)
def _last_chosen() -> dict[str, str]:
    """Remember who was chosen last at this computer, for its next tab."""
    return {"email": ""}


def choose(email: str) -> None:
    """Take a member's part; local mode only."""
    st.session_state[_CHOSEN] = email
    _last_chosen()["email"] = email


def forget() -> None:
    """Let the person at this computer say again who they are."""
    choose("")
    st.session_state.pop(_CHOSEN, None)


def draw(stranger: Stranger) -> None:
    """Draw the page for somebody who may not look yet."""
    _, middle, _ = st.columns([1, 2, 1])
    with middle:
        st.title(stranger.title)
        st.text(stranger.sentence)
        if stranger.choose is not None:
            _offer(stranger.choose)
            st.text("Local mode: this app answers only this computer, and believes what you say.")
        if stranger.may_sign_in:
            return_path.keep()
            st.button("Sign in", type="primary", on_click=st.login, key="sign-in", icon=":material/login:")
        elif has_provider() and st.user.get("is_logged_in"):
            st.text(f"You are signed in as {st.user.get('email') or st.user.get('name') or 'somebody'}.")
            st.button("Sign out", on_click=st.logout, key="sign-out", icon=":material/logout:")


def _offer(members: Members) -> None:
    """Offer the members to whoever says who they are: those who may do most stand first, as who tries the app looks."""
    called = {
        member.email: f"{member.called} · {', '.join(member.roles)}"
        for member in sorted(members.members, key=lambda member: -len(member.roles))
        if member.active
    }
    if wiring.is_example():
        st.text("This is an example lab: no animal in it is real. Be anybody; whoever stands first may do everything.")
    if len(called) <= _MOST_BUTTONS:
        for email, said in called.items():
            st.button(words.as_text(said), on_click=choose, args=(email,), key=f"choose-{email}", width="stretch")
        return
    chosen = st.selectbox(
        "Your name",
        list(called),
        index=None,
        format_func=called.__getitem__,
        key="choose",
        placeholder="Type a part of it",
    )
    st.button("That is me", on_click=choose, args=(chosen,), key="choose-this", type="primary", disabled=chosen is None)
