"""
Who may reach the app: with a provider to sign in with, whoever finds it; without one, this computer only.

Without a provider the app asks people who they are and believes them. So nobody else may get that far: no other
computer, and no page of a stranger that gave its own name the address of this computer (DNS rebinding), which is why
the name that the browser asked for is looked at, too.
"""

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from autotrain_core.errors import DocumentError

SHORTEST_SECRET = 32
_NEEDED = ("client_id", "client_secret", "server_metadata_url")
_REMEDY = (
    "Put the [auth] of your provider into .streamlit/secrets.toml (secrets.toml.example shows how), or use the app on "
    "the computer that it runs on, at http://localhost."
)


def is_loopback(name: str | None) -> bool:
    """
    Whether a name or address means this computer, and can mean nothing else.

    Args:
        name: An address such as 127.0.0.1 or ::1, or a name; in brackets or with an end dot as browsers send them.
    """
    bare = (name or "").strip().lower().rstrip(".").removeprefix("[").removesuffix("]")
    # No server of names may give these another address: RFC 6761.
    if bare == "localhost" or bare.endswith(".localhost"):
        return True
    try:
        address = ip_address(bare)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def refusal(address: str | None, host: str | None, has_provider: bool) -> str:
    """
    Say why nobody is served.

    Args:
        address: Where the server listens; None for everywhere.
        host: What the browser asked for, NAME or NAME:PORT, as its header Host says; empty where there is no request.
        has_provider: Whether there is a provider to sign in with.

    Returns:
        A sentence with what to do; empty where the app may be used.
    """
    if has_provider:
        return ""
    if not is_loopback(address):
        where = f"at {address}" if address and address not in ("0.0.0.0", "::") else "to every computer"  # noqa: S104
        return (
            f"There is no provider to sign in with, so autotrain serves this computer only and does not open {where}. "
            f"{_REMEDY}"
        )
    if host and not is_loopback(_name_in(host)):
        return (
            "There is no provider to sign in with, so autotrain answers to the names of this computer only, and not to "
            f"another one. {_REMEDY}"
        )
    return ""


def has_provider(auth: Mapping[str, object] | None) -> bool:
    """
    Whether the secrets name a provider to sign in with.

    Args:
        auth: The part [auth] of the secrets; None where there is none.

    Raises:
        DocumentError: They begin to, and something is missing; all of it is named.
    """
    if auth is None:
        return False
    faults = [] if _text(auth, "redirect_uri").endswith("/oauth2callback") else [
        "redirect_uri has to be the address of the app with /oauth2callback at its end"
    ]  # fmt: skip
    if len(_text(auth, "cookie_secret")) < SHORTEST_SECRET:
        faults.append(f"cookie_secret has to be {SHORTEST_SECRET} random letters or more: openssl rand -hex 32")
    faults += [f"{name} is missing" for name in _NEEDED if not _text(auth, name)]
    if faults:
        raise DocumentError("[auth] in the secrets cannot be used:\n" + "\n".join(f"  {fault}" for fault in faults))
    return True


def is_same_site(origin: str | None, host: str | None, *, known: str = "") -> bool:
    """
    Whether a connection was opened by a page of ours.

    Args:
        origin: What the browser says opened it; None where it is no browser.
        host: What was asked for.
        known: Another address of the app, as people type it: a proxy may have changed what was asked for.
    """
    if origin is None:
        return True
    try:
        from_ = urlsplit(origin).netloc.lower()
    except ValueError:
        return False
    return bool(from_) and from_ in {(host or "").lower(), urlsplit(known).netloc.lower()}


def _name_in(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _text(part: Mapping[str, object], name: str) -> str:
    found = part.get(name)
    return found if isinstance(found, str) else ""
