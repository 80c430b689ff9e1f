"""
Carry one message to one place, by e-mail or webhook, with apprise.

Its plugins are made here, piece by piece, from what was checked: no text of a person becomes an address of apprise,
which would read options out of it. It is imported when the first message is sent.
"""

import logging
import os
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from autotrain_core.errors import DocumentError
from autotrain_core.services._notify_hooks import Hook, HookKind, fault_of_place, read_hook
from autotrain_core.services._settings import NotifySettings

PASSWORD_VARIABLE: Final = "AUTOTRAIN_SMTP_PASSWORD"  # noqa: S105 - the name of a variable
SECONDS: Final = 10.0
EMAIL: Final = "email"
WEBHOOK: Final = "webhook"

_AT_ONCE = 16
_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*", re.ASCII)
_log = logging.getLogger("autotrain.notify")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """
    What is sent to a person by one way.

    Attributes:
        to: Address of the person.
        channel: EMAIL or WEBHOOK.
        target: Where it goes: the address of the person, or of a webhook, which is a secret.
        title: One line.
        text: Plain text.
    """

    to: str
    channel: str
    target: str
    title: str
    text: str


Send = Callable[[NotifySettings, Message, float], str]
"""Sends a message within so many seconds; says why it did not go, or nothing where it did."""


def send_with_apprise(settings: NotifySettings, message: Message, seconds: float) -> str:
    """
    Send a message.

    Args:
        settings: The mail server, and where webhooks may lead.
        message: What, and where to.
        seconds: How long a server may be silent.

    Returns:
        Why it did not go, as the end of a sentence; empty where it did.
    """
    if message.channel == EMAIL:
        if not _PLAIN_ADDRESS.fullmatch(message.target):
            return "no mail can be sent to an address with such letters"
        where = f"the mail server {settings.smtp_host}"
        plugin = _mail(settings, message.target, seconds)
    else:
        try:
            hook = read_hook(message.target, private=settings.private_webhooks)
        except DocumentError as error:
            return str(error)
        where = f"the webhook at {hook.host}"
        fault = fault_of_place(hook, private=settings.private_webhooks)
        if fault:
            return fault
        plugin = _hook(hook, seconds)
    sent = plugin.notify(body=message.text, title=message.title, body_format="text")
    return "" if sent else f"{where} did not take it"


def _mail(settings: NotifySettings, address: str, seconds: float) -> Any:
    from apprise.plugins.email import NotifyEmail  # noqa: PLC0415 - half a second, and only where messages are sent

    plugin = NotifyEmail(
        smtp_host=settings.smtp_host,
        host=settings.smtp_host,
        port=settings.smtp_port or None,
        secure=settings.smtp_security != "none",
        secure_mode={"none": "insecure"}.get(settings.smtp_security, settings.smtp_security),
        user=settings.smtp_user or None,
        password=os.environ.get(PASSWORD_VARIABLE) or None,
        from_addr=f"autotrain <{settings.sender}>",
        format="text",
        **_patience(seconds),
    )
    # Not through its own reading of addresses, which makes two of some, and of o'brien@lab.org somebody else.
    plugin.targets = [(False, address)]
    return plugin


def _hook(hook: Hook, seconds: float) -> Any:
    from apprise.plugins.custom_json import NotifyJSON  # noqa: PLC0415 - as above
    from apprise.plugins.slack import NotifySlack  # noqa: PLC0415 - as above
    from apprise.plugins.workflows import NotifyWorkflows  # noqa: PLC0415 - as above

    options = {**_patience(seconds), "redirect": "no", "verify": "yes", "format": "text"}
    if hook.kind is HookKind.SLACK:
        a, b, c = hook.parts
        return NotifySlack(token_a=a, token_b=b, token_c=c, include_image=False, include_footer=False, **options)
    parts = urlsplit(hook.address)
    if hook.kind is HookKind.TEAMS:
        found: dict[str, Any] = NotifyWorkflows.parse_native_url(hook.address) or {}
        return NotifyWorkflows(**{**found, **options, "include_image": False, "template": None, "tokens": {}})
    return NotifyJSON(
        host=f"[{hook.host}]" if ":" in hook.host else hook.host,
        port=hook.port,
        secure=hook.secure,
        fullpath=parts.path or "/",
        params=dict(parse_qsl(parts.query, keep_blank_values=True)),
        **options,
    )


def _patience(seconds: float) -> dict[str, float]:
    return {"cto": seconds, "rto": seconds}


def send_all(
    settings: NotifySettings,
    messages: Sequence[Message],
    send: Send,
    *,
    seconds: float,
    done: Callable[[int, str], None],
) -> None:
    """
    Send messages, several at a time; one that takes too long is left behind and delays no other.

    Args:
        settings: For `send`.
        messages: In the order in which they go.
        send: Sends one.
        seconds: How long one may take as a whole.
        done: Told the place of each message and why it did not go, as soon as that is known, one at a time.
    """
    for start in range(0, len(messages), _AT_ONCE):
        wave = messages[start : start + _AT_ONCE]
        answers: dict[int, str] = {}
        threads = [
            threading.Thread(target=_send, args=(settings, one, send, seconds, answers, place), daemon=True)
            for place, one in enumerate(wave)
        ]
        for thread in threads:
            thread.start()
        limit = time.monotonic() + seconds
        for place, thread in enumerate(threads):
            thread.join(max(0.0, limit - time.monotonic()))
            done(start + place, answers.get(place, f"it took longer than {seconds:g} seconds"))


def _send(
    settings: NotifySettings, message: Message, send: Send, seconds: float, answers: dict[int, str], place: int
) -> None:
    try:
        answers[place] = send(settings, message, seconds)
    except Exception as error:  # a thread that dies says nothing, and the message would be lost
        _log.exception("a message could not be sent by %s", message.channel)
        answers[place] = f"it could not be sent ({type(error).__name__})"
