"""
Where a webhook may lead: to a place on the web that its owner named, and to nothing inside the lab's network.

People type the address, and this program calls it: without a bound, anybody could let it speak to what only it can
reach. So it is https, which somebody who changes a name between our look and the call cannot answer for a server
inside; the addresses behind the name are looked at; and nobody is sent on elsewhere.
"""

import ipaddress
import re
import socket
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from autotrain_core.errors import DocumentError

MAX_ADDRESS: Final = 2_000

_SLACK = re.compile(r"https://hooks\.slack\.com/services/([A-Za-z0-9]+)/([A-Za-z0-9]+)/([A-Za-z0-9]+)/?", re.ASCII)
_TEAMS = re.compile(
    r"https://[A-Za-z0-9.-]+\.(?:logic\.azure\.com|powerplatform\.com|powerautomate\.com)(?::443)?"
    r"(?:/powerautomate/automations/direct(?:/cu/[0-9]+)?)?/workflows/[A-Za-z0-9_-]+/triggers/manual/paths/invoke/?"
    r"\?[A-Za-z0-9_.~%=&+/-]+",
    re.ASCII,
)
_OF_TEAMS = re.compile(r".+\.(?:logic\.azure\.com|powerplatform\.com|powerautomate\.com)\.?")
_TEAMS_WORDS = frozenset({"api-version", "sp", "sv", "sig"})
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]", re.ASCII)
_PATH = re.compile(r"(?:/[A-Za-z0-9._~%!$'()*+,;=:@-]*)*(?:\?[A-Za-z0-9._~%!$'()*+,;=:@/?&-]*)?", re.ASCII)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class HookKind(StrEnum):
    """What understands a webhook."""

    SLACK = "Slack"
    TEAMS = "Teams"
    JSON = "JSON"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """
    A webhook that may be called.

    Attributes:
        kind: What understands it.
        address: The whole address; it is a secret, for whoever knows it can write there.
        host: The name of the server; it can be shown.
        port: Its port.
        secure: Whether it is https.
        parts: Of Slack, its three tokens; else empty.
    """

    kind: HookKind
    address: str
    host: str
    port: int
    secure: bool
    parts: tuple[str, ...] = ()


def read_hook(address: str, *, private: bool = False) -> Hook:
    """
    Read the address of a webhook.

    Args:
        address: As Slack, Teams or another program gives it out: https://host/path.
        private: Whether it may lie inside, and be http.

    Returns:
        What it is.

    Raises:
        DocumentError: It is none that may be called; the sentence does not repeat it.
    """
    parts = _split(address, private=private)
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    slack = _SLACK.fullmatch(address)
    if slack:
        return Hook(
            kind=HookKind.SLACK, address=address, host=host, port=port, secure=secure, parts=tuple(slack.groups())
        )
    if host.rstrip(".") == "hooks.slack.com":
        raise DocumentError("A webhook of Slack is https://hooks.slack.com/services/ and three codes after it.")
    if _TEAMS.fullmatch(address):
        words = {word.partition("=")[0] for word in parts.query.split("&")}
        if words - _TEAMS_WORDS or "sig" not in words:
            raise DocumentError("A webhook of Teams has api-version, sp, sv and sig behind its question mark, no more.")
        return Hook(kind=HookKind.TEAMS, address=address, host=host, port=port, secure=secure)
    if _OF_TEAMS.fullmatch(host):
        raise DocumentError("A webhook of Teams is the whole address that its workflow shows, up to sig=….")
    _require_outside(_literal(host), private=private)
    return Hook(kind=HookKind.JSON, address=address, host=host, port=port, secure=secure)


def fault_of_place(hook: Hook, *, private: bool) -> str:
    """
    Look up where a webhook leads now, and say why it may not be called; empty where it may.

    Args:
        hook: The webhook.
        private: Whether it may lie inside.
    """
    if private or hook.kind is not HookKind.JSON:  # the servers of Slack and Teams are theirs
        return ""
    try:
        found = socket.getaddrinfo(hook.host, hook.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return f"nobody knows where {hook.host} is"
    inside = [one for one in found if not _is_outside(ipaddress.ip_address(str(one[4][0]).partition("%")[0]))]
    return f"{hook.host} leads to a place inside, which this lab does not allow" if inside else ""


def _split(address: str, *, private: bool) -> SplitResult:
    said = "A webhook is https://host/path, as the program that it leads to gives it out"
    if len(address) > MAX_ADDRESS:
        raise DocumentError(f"{said}; this one is longer than {MAX_ADDRESS:,} letters.")
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        raise DocumentError(f"{said}.") from None
    if parts.scheme == "http" and not private:
        raise DocumentError(f"{said}; http is not allowed here.")
    if parts.scheme not in {"https", "http"} or not address.startswith(f"{parts.scheme}://"):
        raise DocumentError(f"{said}; other addresses are not allowed.")
    if parts.username is not None or parts.password is not None:
        raise DocumentError(f"{said}, without a name and a password in it.")
    host = parts.netloc.rsplit(":", 1)[0] if not parts.netloc.endswith("]") else parts.netloc
    rest = address[len(parts.scheme) + 3 + len(parts.netloc) :]
    if not _HOST.fullmatch(host) or not _PATH.fullmatch(rest) or not unquote(rest).isprintable():
        raise DocumentError(f"{said}; this one holds letters that no such address has.")
    return parts


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _require_outside(address: Address | None, *, private: bool) -> None:
    if address is not None and not private and not _is_outside(address):
        raise DocumentError("This webhook leads to a place inside, which this lab does not allow.")


def _is_outside(address: Address) -> bool:
    """Whether an address is one of the public internet, also where it is wrapped in another."""
    if isinstance(address, ipaddress.IPv6Address):
        teredo = address.teredo[1] if address.teredo else None
        nat64 = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF) if address in _NAT64 else None
        wrapped = address.ipv4_mapped or address.sixtofour or teredo or nat64
        if wrapped is not None:
            return _is_outside(wrapped)
    return address.is_global and not address.is_multicast


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
