"""A provider of OpenID Connect on this computer: it asks for a name, and believes it."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.e2e.servers import free_port, running

# A member, somebody nobody knows, and somebody whose address the provider has not verified.
PEOPLE = {
    "you": {"email": "you@example.org", "name": "You", "email_verified": True},
    "vera": {"email": "viewer@example.org", "name": "Vera Viewer", "email_verified": True},
    "eve": {"email": "eve@example.com", "name": "Eve", "email_verified": True},
    "mallory": {"email": "you@example.org", "name": "Mallory", "email_verified": False},
}


@dataclass(frozen=True)
class Provider:
    """Where the provider is."""

    url: str


@contextmanager
def running_provider(people: Mapping[str, Mapping[str, Any]] = PEOPLE) -> Iterator[Provider]:
    """
    Run a provider that knows some people.

    Args:
        people: What it says of each, by the name on the button; those above where nobody says otherwise.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    known = [json.dumps({"sub": name, **claims}) for name, claims in people.items()]
    command = [
        "-m",
        "oidc_provider_mock",
        "--port",
        str(port),
        *(word for one in known for word in ("--user-claims", one)),
    ]
    with (
        TemporaryDirectory() as folder,
        running(command, url=url, answers_at="/.well-known/openid-configuration", folder=Path(folder), settings={}),
    ):
        yield Provider(url)


def secrets_for(provider: Provider, app: str) -> str:
    """What the secrets of an app hold that signs people in there."""
    return f"""
[auth]
redirect_uri = "{app}/oauth2callback"
cookie_secret = "{"0123456789abcdef" * 4}"
client_id = "autotrain"
client_secret = "of no worth beyond this computer"
server_metadata_url = "{provider.url}/.well-known/openid-configuration"
"""
