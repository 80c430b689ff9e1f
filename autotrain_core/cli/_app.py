"""`autotrain app`: the app in the browser."""

import errno
import os
import socket
import subprocess
import sys
from pathlib import Path

import click

from autotrain_core._places import server_file
from autotrain_core.cli import _options as options
from autotrain_core.cli._streams import say

_USUAL = 8501
_EPILOG = """
\b
Examples:
  autotrain app --store demo-lab/40-mice-seed-0 --person you@example.org
  autotrain --store s3://our-bucket app --host 0.0.0.0 --no-browser

Without a provider to sign in with (.streamlit/secrets.toml) the app serves this computer only, asks people who they
are, and refuses to start with any other --host. Ctrl-C ends it.
"""


@click.command(epilog=_EPILOG, short_help="Serve the app to browsers.")
@options.store
@options.settings
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help="Where to listen: this computer; 0.0.0.0 for everybody, who then have to sign in.",
)
@click.option(
    "--port",
    type=click.IntRange(1, 65_535),
    metavar="N",
    help=f"Port to listen at; {_USUAL}, or a free one where that is taken.",
)
@click.option("--person", metavar="EMAIL", help="Whom to take you for where nobody signs in; else the app asks.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser, also where there is one.")
@click.pass_context
def app(
    ctx: click.Context,
    store: str | None,
    settings: str | None,
    host: str,
    port: int | None,
    person: str | None,
    no_browser: bool,
) -> None:
    """Serve the app: what each mouse runs next and why, how all of them are doing, and what the rules say."""
    given = ctx.find_root().params
    handed = {
        "AUTOTRAIN_STORE": store or given.get("store"),
        "AUTOTRAIN_SETTINGS": settings or given.get("settings"),
        "AUTOTRAIN_PERSON": person,
    }
    chosen = _port(host, port)
    command = [
        *(sys.executable, str(server_file())),
        *("--server.address", host, "--server.port", str(chosen)),
        # We say ourselves where the app is; Streamlit would ask a server outside for the address of this computer.
        *("--logger.hideWelcomeMessage", "true"),
    ]
    if no_browser or not _has_browser():
        command += ["--server.headless", "true"]
    _become(command, {**os.environ, **{name: value for name, value in handed.items() if value}})


def _port(host: str, asked: int | None) -> int:
    if _is_free(host, asked or _USUAL):
        return asked or _USUAL
    if asked:
        raise click.ClickException(f"Port {asked} is taken. Leave --port out, and a free one is found.")
    for port in range(_USUAL + 1, _USUAL + 100):
        if _is_free(host, port):
            say(f"Port {_USUAL} is taken; the app is at {port}.")
            return port
    raise click.ClickException(f"Ports {_USUAL} to {_USUAL + 99} are all taken. Name a free one: --port N.")


def _is_free(host: str, port: int) -> bool:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise _no_address(host) from error
    with socket.socket(family, kind, protocol) as tried:
        if os.name != "nt":  # there it would share the port of whoever listens
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(address)
        except PermissionError as error:
            raise click.ClickException(f"Port {port} is not for everybody. Name one above 1023: --port N.") from error
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise _no_address(host) from error
            return False
    return True


def _no_address(host: str) -> click.BadParameter:
    return click.BadParameter(f"'{host}' is no address of this computer.", param_hint="--host")


def _has_browser() -> bool:
    """Whether a window can be opened here: not on a server, nor in a container."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _become(command: list[str], environment: dict[str, str]) -> None:
    """Run a program in our place: whoever stops us stops it, and its exit status is ours."""
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "nt":  # where the prompt would come back at once
        sys.exit(subprocess.run(command, env=environment, check=False).returncode)  # noqa: S603 - it is this Python
    os.execve(Path(command[0]), command, environment)  # noqa: S606 - the same
