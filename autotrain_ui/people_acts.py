"""
What people do to overrides with a click, on the page of a mouse and in the inbox, and what came of it.

A callback is bound to what was drawn; it never waits for the rigs. Whose rigs are to be told it leaves to the next
drawing of the page, which does that in its body, where the person sees that it goes on.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType
from typing import Final, TypeVar

import streamlit as st

from autotrain_core import __version__, services
from autotrain_core.errors import AutotrainError, ConflictError
from autotrain_core.models import IN_FORCE, Enrolment, Override, Step
from autotrain_core.services import Seen
from autotrain_ui import frame, inbox, words
from autotrain_ui.frame import Here

T = TypeVar("T")

_TO_TELL: Final = "people:to-tell"
_UNTOLD: Final = "people:untold"
_NAMED = 3
_LONGEST = 1_000
_WATCH_SECONDS = 5
_WIDE = 560

_DOORS: Mapping[Step, Callable[..., tuple[Override, ...]]] = MappingProxyType(
    {
        Step.APPROVE: services.approve,
        Step.REFUSE: services.refuse,
        Step.RETURN: services.return_proposal,
        Step.WITHDRAW: services.withdraw,
        Step.REVOKE: services.revoke,
    }
)
_DONE: Mapping[Step, str] = MappingProxyType(
    {
        Step.APPROVE: "Approved",
        Step.REFUSE: "Refused",
        Step.RETURN: "Asked back",
        Step.WITHDRAW: "Taken back",
        Step.REVOKE: "Revoked",
    }
)


def fresh(here: Here) -> Here:
    """Give the page what people have said until this moment."""
    return replace(here, lab=inbox.looked_at(here.store, here.lab))


def attempt(here: Here, act: Callable[[], T]) -> T | None:
    """Do something for a click; what stands against it is said when the page is drawn next."""
    try:
        done = act()
    except ConflictError as error:
        frame.notice(str(error), icon=":material/group:")
        return None
    except AutotrainError as error:
        frame.notice(str(error), icon=":material/block:")
        return None
    finally:
        # The menu counts what waits before the page looks again, which says whatever is wrong with the record.
        with suppress(AutotrainError):
            inbox.looked_at(here.store, here.lab)
    services.deliver_soon(here.store, here.settings, at=datetime.now(UTC))
    return done


def answer(here: Here, what: Step, seen: Sequence[Seen], typed: str = "") -> None:
    """
    Answer overrides as they were drawn, from a callback.

    Args:
        here: The page.
        what: Approve, refuse, return, withdraw or revoke.
        seen: The overrides as they were on the screen.
        typed: Key of the widget that holds what is said with it; empty for none.
    """
    comment = str(st.session_state.get(typed) or "").strip() if typed else ""
    door, at = _DOORS[what], datetime.now(UTC)
    act = partial(door, here.store, here.settings, seen, actor=here.actor, at=at, comment=comment, view=here.lab)
    done = attempt(here, act)
    if done is None:
        return
    frame.notice(f"{_DONE[what]}: {_mice(one.subject_id for one in done)}.")
    told = [one.subject_id for one in done if any(entry.step is Step.PUBLISH for entry in one.history)]
    if what is Step.APPROVE:
        to_tell(one.subject_id for one in done)
    elif what is Step.REVOKE and told:
        to_tell(told)


def to_tell(mice: Iterable[str]) -> None:
    """Have the page tell the rigs what some mice run next, when it is drawn next."""
    st.session_state.pop(_UNTOLD, None)
    before = st.session_state.get(_TO_TELL, ())
    st.session_state[_TO_TELL] = tuple(dict.fromkeys([*before, *mice]))


def attend(here: Here) -> None:
    """Tell the rigs what was decided with the last click, and say what came of it; call it in the body of the page."""
    mice: tuple[str, ...] = st.session_state.get(_TO_TELL, ())
    if mice:
        with st.spinner(f"Telling the rigs what {words.as_text(_mice(mice))} runs next …"):
            _tell(here, mice)
        st.rerun()
    failed: tuple[tuple[str, ...], str] | None = st.session_state.get(_UNTOLD)
    if failed is None:
        return
    mice, why = failed
    st.error(
        f"**The rigs were not told of {words.as_text(_mice(mice))}.** {words.as_text(why)}\n\n"
        "What was decided is kept: the next run tells them, too.",
        icon=":material/error:",
    )
    with st.container(horizontal=True):
        st.button("Try again", key="people-tell-again", icon=":material/refresh:", on_click=partial(to_tell, mice))
        st.button("Done", key="people-tell-done", on_click=partial(st.session_state.pop, _UNTOLD, None))


def _tell(here: Here, mice: Sequence[str]) -> None:
    """Publish what is decided; all that may break this off comes after what it did is noted."""
    try:
        report = services.tell_rigs(
            here.store, here.settings, mice, actor=here.actor, at=datetime.now(UTC), code=__version__
        )
    except AutotrainError as error:
        st.session_state[_UNTOLD] = (tuple(mice), str(error))
    else:
        if report.foreign:
            st.session_state[_UNTOLD] = (tuple(mice), " ".join(str(each) for each in report.foreign))
        else:
            frame.notice(_told(here, mice), icon=":material/cell_tower:")
        services.deliver_soon(here.store, here.settings, at=datetime.now(UTC))
        # What this page has read is older than what was just published.
        frame.look_again()
    finally:
        st.session_state.pop(_TO_TELL, None)


def _told(here: Here, mice: Sequence[str]) -> str:
    lab = inbox.looked_at(here.store, here.lab)
    enrolled = [one for one in lab.people.enrolments.values() if one.stands and one.subject_id not in lab.mice.index]
    in_force: dict[str, Override | Enrolment] = {one.subject_id: one for one in enrolled}
    in_force |= {one.subject_id: one for one in lab.people.overrides.values() if one.state in IN_FORCE}
    stages = {mouse: words.stage(in_force[mouse].stage) if mouse in in_force else "" for mouse in mice}
    parts = [
        f"{stages[mouse]} for {mouse}"
        if stages[mouse]
        else f"no stage for {mouse}"
        if mouse in in_force
        else f"{mouse} goes by the rules again"
        if mouse in lab.mice.index
        else f"{mouse} begins nothing"
        for mouse in mice[:_NAMED]
    ]
    more = f" and {words.mice(len(mice) - _NAMED)} more" if len(mice) > _NAMED else ""
    return f"The rigs are told: {', '.join(parts)}{more}."


def _mice(subjects: Iterable[str]) -> str:
    named = list(dict.fromkeys(subjects))
    shown = ", ".join(named[:_NAMED])
    return f"{shown} and {len(named) - _NAMED} more" if len(named) > _NAMED else shown


def answers(here: Here, override: Override, *, approve: str) -> None:
    """
    Draw a field for a comment, and the buttons to approve, refuse or ask back, bound to the override as it is drawn.

    Args:
        here: The page.
        override: A proposal that the person may answer.
        approve: What the first button says.
    """
    seen = Seen.of(override)
    mark = f"{seen.id}-{seen.version}"
    typed = f"people-comment-{mark}"
    st.text_input(
        "Comment or question",
        key=typed,
        max_chars=_LONGEST,
        placeholder="needed to refuse, or to ask back",
        width=_WIDE,
    )
    with st.container(horizontal=True):
        for what, label, icon, kind in (
            (Step.APPROVE, words.as_text(approve), ":material/check:", "primary"),
            (Step.REFUSE, "Refuse", ":material/close:", "secondary"),
            (Step.RETURN, "Ask back", ":material/question_mark:", "secondary"),
        ):
            st.button(
                label,
                key=f"people-{what.value}-{mark}",
                icon=icon,
                type=kind,  # type: ignore[arg-type]  # one of its words
                on_click=partial(answer, here, what, (seen,), typed),
            )


def watch(here: Here) -> None:
    """Draw the page again as soon as anybody does anything; asks for no more than the version of the record."""
    st.fragment(_watch, run_every=_WATCH_SECONDS)(here, here.lab.people.version)


def _watch(here: Here, drawn: str) -> None:
    try:
        now = inbox.head(here.store.url, here.store)
    except AutotrainError:
        return  # the page says so as soon as somebody does anything with it
    if is_newer(now, than=drawn):
        st.rerun()


def is_newer(version: str, *, than: str) -> bool:
    """Say whether a version of the record comes after another one; both may be ABSENT."""
    one, other = (int(each.partition(".")[0] or 0) for each in (version, than))
    return one > other
