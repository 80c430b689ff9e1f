"""What needs whose approval, in sentences for everybody, and the fields in which an admin changes it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import streamlit as st

from autotrain_core import services
from autotrain_core.errors import AutotrainError, ConflictError, DocumentError
from autotrain_core.models import Approver, ChangeKind, OverridePolicy, Right, Role, roles_with
from autotrain_core.services import Policy, PublishingPolicy, ReviewWhen
from autotrain_ui import frame, words
from autotrain_ui.frame import Here

_DESK, _DESKS = "policy:desk", "policy:desks"
_MOST = 1_000
_ROLES = [str(role) for role in roles_with(Right.PROPOSE)]


@dataclass(frozen=True, slots=True)
class _Desk:
    """The policy as it was when its change began, and the number that stands in the keys of the widgets."""

    policy: Policy
    number: int

    def key(self, field: str) -> str:
        return f"policy-{field}-{self.number}"


def draw(here: Here) -> None:
    """Say what needs whose approval, and let those change it who may."""
    policy, version = services.policy(here.store)
    st.markdown("\n".join(f"- {words.as_text(sentence)}" for sentence in policy.sentences()))
    if not here.may(Right.POLICY):
        return
    with st.expander("Change what needs whose approval", icon=":material/edit:", key="policy-change"):
        now = _opened(policy)
        if now.policy != policy:
            st.warning(
                "Somebody else changed this meanwhile: above stands what holds now. What you typed is kept; Save puts "
                "it in the place of that.",
                icon=":material/group:",
            )
        _fields(now)
        with st.container(horizontal=True):
            st.button("Save", type="primary", key="policy-save", on_click=partial(_save, here, now, version))
            st.button("Cancel", key="policy-cancel", on_click=_leave)


def _opened(policy: Policy) -> _Desk:
    """Give the desk; where nothing was typed yet, with the policy as it is now."""
    now: _Desk | None = st.session_state.get(_DESK)
    if now is not None and (now.policy == policy or _is_touched(now)):
        return now
    number = int(st.session_state.get(_DESKS, 0)) + 1
    st.session_state[_DESKS] = number
    now = st.session_state[_DESK] = _Desk(policy, number)
    return now


def _shown(policy: Policy) -> dict[str, Any]:
    overrides = policy.overrides
    free = {kind.value: [str(role) for role in overrides.free(kind) if str(role) in _ROLES] for kind in ChangeKind}
    return {
        "review": policy.publishing.review.value,
        **free,
        "most_sessions": overrides.most_sessions,
        "approver": overrides.approver.value,
        "own": overrides.own,
    }


def _is_touched(now: _Desk) -> bool:
    shown = _shown(now.policy)
    typed = {name: st.session_state.get(now.key(name)) for name in shown}
    return all(value is not None for value in typed.values()) and typed != shown


def _fields(now: _Desk) -> None:
    for name, value in _shown(now.policy).items():
        st.session_state.setdefault(now.key(name), value)
    st.selectbox(
        "Publishing a curriculum",
        [when.value for when in ReviewWhen],
        format_func=lambda when: ReviewWhen(when).words,
        key=now.key("review"),
    )
    st.text("Who needs nobody's approval for a change of a mouse:")
    places = st.columns(2)
    for place, kind in enumerate(ChangeKind):
        said = f"{kind.words[:1].upper()}{kind.words[1:]}"
        places[place % 2].multiselect(said, _ROLES, key=now.key(kind.value), placeholder="Everybody needs approval")
    left, right = st.columns(2)
    left.number_input("Most sessions without approval", 1, _MOST, key=now.key("most_sessions"))
    right.selectbox("Who approves", [str(one) for one in Approver], key=now.key("approver"))
    st.toggle("A PI may approve a proposal of his or her own", key=now.key("own"))


def _typed(now: _Desk) -> Policy:
    given = {name: st.session_state.get(now.key(name), value) for name, value in _shown(now.policy).items()}
    review = PublishingPolicy(review=ReviewWhen(given.pop("review")))
    free = {kind.value: tuple(Role(role) for role in given.pop(kind.value)) for kind in ChangeKind}
    try:
        overrides = OverridePolicy.model_validate({**given, **free})
    except ValueError as error:
        raise DocumentError(f"This cannot be saved: {error}") from None
    return now.policy.model_copy(update={"publishing": review, "overrides": overrides})


def _save(here: Here, now: _Desk, version: str) -> None:
    try:
        services.save_policy(here.store, _typed(now), replaces=version, actor=here.actor, at=datetime.now(UTC))
    except ConflictError as error:
        frame.notice(f"{error} What you typed is kept.", icon=":material/group:")
    except AutotrainError as error:
        frame.notice(str(error), icon=":material/block:")
    else:
        frame.notice("Saved: it holds from now on.")
        _leave()


def _leave() -> None:
    st.session_state.pop(_DESK, None)
