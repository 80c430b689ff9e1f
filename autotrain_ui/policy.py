"""What a browser may do with our pages: the security headers of every answer, and where each exception comes from."""

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

HTTPS_ONLY = "Strict-Transport-Security"

_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def origins(addresses: Iterable[str]) -> tuple[str, ...]:
    """
    Tell from where pictures with these addresses come: scheme and host of each, once.

    Args:
        addresses: http or https, with words in braces behind the host; empty ones are passed over.
    """
    parts = [urlsplit(address) for address in addresses if address]
    found = {f"{part.scheme}://{part.netloc}" for part in parts if part.netloc and "{" not in part.netloc}
    # A name that is put together, or anything that could end the rule, is no origin.
    return tuple(sorted(each for each in found if not re.search(r"[\s;,'\"]", each)))


def inline_scripts(pages: Iterable[Path]) -> tuple[str, ...]:
    """
    Tell the hashes of the scripts that stand in HTML files: those of Streamlit and of its components are known.

    Args:
        pages: HTML files; one that is not there is passed over.
    """
    scripts = [
        script for page in pages if page.is_file() for script in _INLINE.findall(page.read_text(encoding="utf-8"))
    ]
    digests = (hashlib.sha256(script.encode()).digest() for script in scripts)
    return tuple(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def security_headers(
    *, pictures: Iterable[str] = (), scripts: Iterable[str] = (), https: bool = False
) -> Mapping[str, str]:
    """
    Put together the headers that go with every answer.

    Args:
        pictures: Origins of pictures beside our own; see `origins`.
        scripts: Hashes of scripts that may stand in a page; see `inline_scripts`.
        https: People reach the app by https, and never otherwise.
    """
    rules = {
        "default-src": ["'self'"],
        # Vega (in the sparklines of st.metric) and plotly compile functions, graphviz is WebAssembly, and
        # components are imported from blobs.
        "script-src": ["'self'", "'unsafe-eval'", "'wasm-unsafe-eval'", "blob:", *scripts],
        "style-src": ["'self'", "'unsafe-inline'"],  # Streamlit's styles are made in the browser
        "img-src": ["'self'", "data:", "blob:", *pictures],
        "font-src": ["'self'", "data:"],
        "worker-src": ["'self'", "blob:"],
        "frame-src": ["'self'"],  # the live graph is a page in a page
        "frame-ancestors": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {' '.join(allowed)}" for name, allowed in rules.items()),
        "X-Content-Type-Options": "nosniff",
        # A picture on another server must not learn which mouse somebody looks at.
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        **({HTTPS_ONLY: "max-age=31536000"} if https else {}),
    }
