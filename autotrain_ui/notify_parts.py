"""What a person hears of, when and by which way: the person's own choices, on whatever page asks for them."""

from datetime import UTC, datetime

import streamlit as st

from autotrain_core import services
from autotrain_core.errors import AutotrainError, DocumentError
from autotrain_core.models import Right
from autotrain_core.services import News, NotifyChoice, When
from autotrain_ui import frame, words
from autotrain_ui.frame import Here

_KEY = "notify"
_WIDE = 480


def problems(here: Here) -> None:
    """Say which ways have been failing for days: one's own, and those of everybody to whoever keeps the members."""
    for each in services.channel_problems(here.store, at=here.now.astimezone(UTC)):
        if each.email == here.actor.email or here.may(Right.MANAGE):
            sentence = f"Nothing has reached {each.email} by {each.channel} since {each.since:%Y-%m-%d}: {each.why}"
            st.warning(words.as_text(sentence), icon=":material/mail_off:")


def draw(here: Here) -> None:
    """Draw one's own choices, and a button that keeps them."""
    known, _ = services.members(here.store)
    if known.find(here.actor.email) is None:
        st.text("Messages go to members of the lab; you are not one of them.")
        return
    try:
        choice, version = services.notify_choice(here.store, here.actor.email)
    except DocumentError as error:
        frame.show(error)
        return
    # The fields are of one version: what a browser still sends of an older one changes nothing here.
    key = f"{_KEY}:{version[:24]}"
    _draw_ways(here, choice, key)
    for news in News:
        if news is News.RUNS and not here.may(Right.MANAGE):
            continue
        st.segmented_control(
            news.words,
            list(When),
            default=choice.wants(news),
            format_func=lambda when: when.value.capitalize(),
            key=f"{key}:{news.value}",
            required=True,
        )
    st.button("Save", type="primary", key=f"{key}:save", on_click=_save, args=(here, choice, version, key))


def _draw_ways(here: Here, choice: NotifyChoice, key: str) -> None:
    has_mail = bool(here.settings.notify.smtp_host)
    st.checkbox(
        f"By e-mail to {words.as_text(here.actor.email)}",
        value=choice.email and has_mail,
        disabled=not has_mail,
        key=f"{key}:email",
    )
    if not has_mail:
        st.caption("This lab has no mail server: nothing comes by e-mail.")
    if choice.webhook:
        # Only its server is shown: whoever knows the whole address can write there.
        st.text(f"A webhook at {_host(here, choice.webhook)} is set.")
        st.checkbox("Take the webhook away", key=f"{key}:gone")
    st.text_input(
        "Another webhook" if choice.webhook else "Webhook (Slack, Teams, or any that takes JSON)",
        placeholder="https://…",
        key=f"{key}:webhook",
        type="password",
        width=_WIDE,
        autocomplete="off",
    )


def _host(here: Here, webhook: str) -> str:
    try:
        return services.read_hook(webhook, private=here.settings.notify.private_webhooks).host
    except DocumentError:
        return "an address that is no longer allowed"


def _save(here: Here, before: NotifyChoice, version: str, key: str) -> None:
    state = st.session_state
    typed = str(state.get(f"{key}:webhook") or "").strip()
    kept = "" if state.get(f"{key}:gone") else before.webhook
    has_mail = bool(here.settings.notify.smtp_host)
    choice = NotifyChoice(
        email=bool(state.get(f"{key}:email", before.email)) if has_mail else before.email,
        webhook=typed or kept,
        when={news: When(state.get(f"{key}:{news.value}") or before.wants(news)) for news in News},
    )
    try:
        services.save_notify_choice(
            here.store, here.settings, choice, replaces=version, actor=here.actor, at=datetime.now(UTC)
        )
    except AutotrainError as error:
        frame.notice(str(error), icon=":material/error:")
    else:
        frame.notice("Kept. Messages come as you chose.")
