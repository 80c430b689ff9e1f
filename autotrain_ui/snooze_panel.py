"""To quiet an alert for a while, with a reason; to see what is quiet, who said so and why; and to wake it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from secrets import token_hex

import streamlit as st

from autotrain_core import services
from autotrain_core.models import Right
from autotrain_core.services import Alert, QuietAlert, seen_of
from autotrain_ui import frame, inbox, override_words, people_acts, words
from autotrain_ui.frame import Here

_LONGEST = 1_000
_MOST = 50


@dataclass(frozen=True, slots=True)
class _Open:
    """Which alert is about to be quieted, as it was drawn; and the id that this will have."""

    alert: Alert
    identity: str

    def key(self, field: str) -> str:
        return f"snooze-{field}-{self.identity}"


def draw(here: Here, subject: str, alerts: Iterable[Alert]) -> None:
    """
    Offer to quiet each alert of a mouse, and list those that are quiet.

    Args:
        here: The page, with what people have said until this moment; see `people_acts.fresh`.
        subject: The mouse.
        alerts: Its alerts, as they are drawn.
    """
    if here.may(Right.COMMENT):
        form: _Open | None = st.session_state.get(_place(subject))
        with st.container(horizontal=True, key="screen-snooze"):
            for alert in alerts:
                st.button(
                    words.as_text(f"Snooze “{alert.kind}” …"),
                    key=f"snooze-open-{subject}-{alert.kind}-{alert.seen}",
                    icon=":material/snooze:",
                    help="It is no longer listed or counted, until a day or until it changes. You say why.",
                    on_click=partial(_begin, subject, alert),
                )
        if form is not None and form.alert in alerts:
            _draw_form(here, subject, form)
    quiet(here, services.quiet_alerts(here.lab, on=here.day, subject_id=subject), named=False)


def quiet(here: Here, found: Iterable[QuietAlert], *, named: bool = True) -> None:
    """
    List alerts that are quiet, each with the button that wakes it.

    Args:
        here: The page.
        found: What is quiet.
        named: Say of which mouse each is.
    """
    every = list(found)
    called = inbox.called(here.store.url, here.store)
    for each in every[:_MOST]:
        one = each.snooze
        until = "until it changes" if one.until is None else f"until {words.day(one.until, here.today)}"
        mouse = f'<span class="at-mono">{words.as_html(each.subject_id)}</span> ' if named else ""
        by = words.as_html(override_words.who(one.by, called))
        with st.container(horizontal=True, vertical_alignment="center", key=f"screen-quiet-{one.id}"):
            st.html(
                f'<p class="at-quiet"><span aria-hidden="true">☾</span> {mouse}<b>Quiet {words.as_html(until)}:</b> '
                f"{words.as_html(each.alert.sentence)} <small>{by}, {words.ago(one.at, here.now)}: "
                f"{words.as_html(one.reason)}</small></p>",
                width="content",
            )
            if here.may(Right.COMMENT):
                st.button(
                    "Wake",
                    key=f"snooze-wake-{one.id}-{seen_of(one)}",
                    icon=":material/notifications_active:",
                    help="It is listed and counted again.",
                    on_click=partial(_wake, here, each, seen_of(one)),
                )
    if len(every) > _MOST:
        st.caption(f"{len(every) - _MOST:,} more are quiet; each stands on the page of its mouse.")


def _place(subject: str) -> str:
    return f"snooze:form:{subject}"


def _begin(subject: str, alert: Alert) -> None:
    st.session_state[_place(subject)] = _Open(alert, token_hex(6))


def _close(subject: str) -> None:
    st.session_state.pop(_place(subject), None)


def _draw_form(here: Here, subject: str, form: _Open) -> None:
    with st.container(border=True, key="snooze-form"):
        st.html(f"<p>{words.as_html(form.alert.sentence)}</p>")
        st.text_input("Why it shall be quiet", key=form.key("reason"), max_chars=_LONGEST)
        st.date_input(
            "Until and with",
            value=None,
            min_value=here.day,
            format="YYYY-MM-DD",
            key=form.key("until"),
            help="Empty: as long as it stays the same. It wakes by itself when it becomes more urgent or happens anew.",
        )
        with st.container(horizontal=True):
            st.button(
                words.as_text(f"Snooze “{form.alert.kind}” of {subject}"),
                key=form.key("do"),
                type="primary",
                icon=":material/snooze:",
                on_click=partial(_snooze, here, subject, form),
            )
            st.button("Cancel", key=form.key("cancel"), on_click=partial(_close, subject))


def _snooze(here: Here, subject: str, form: _Open) -> None:
    reason = str(st.session_state.get(form.key("reason")) or "").strip()
    until = st.session_state.get(form.key("until"))
    if not reason:
        frame.notice("Say why it shall be quiet.", icon=":material/block:")
        return
    act = partial(
        services.snooze,
        here.store,
        here.lab,
        subject,
        form.alert.kind,
        reason=reason,
        seen=form.alert.seen,
        on=here.day,
        actor=here.actor,
        at=datetime.now(UTC),
        identity=form.identity,
        until=until if isinstance(until, date) else None,
    )
    if people_acts.attempt(here, act) is None:
        return
    _close(subject)
    frame.notice(f"“{form.alert.kind}” of {subject} is quiet.", icon=":material/snooze:")


def _wake(here: Here, each: QuietAlert, seen: str) -> None:
    act = partial(services.wake, here.store, each.snooze.id, seen=seen, actor=here.actor, at=datetime.now(UTC))
    if people_acts.attempt(here, act) is None:
        return
    frame.notice(f"“{each.alert.kind}” of {each.subject_id} is awake.", icon=":material/notifications_active:")
