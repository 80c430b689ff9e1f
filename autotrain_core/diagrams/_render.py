"""
DOT -> a picture, with no Graphviz on the machine: by the renderer that comes as a package, in a process of its own.

Why this one, and what was tried: docs/decisions/rendering-diagrams.md.
"""

import json
import os
import shutil
import subprocess
import tempfile
from importlib import metadata
from pathlib import Path
from typing import Any, Literal, assert_never

from autotrain_core.diagrams._pdf import pdf
from autotrain_core.errors import DocumentError, NoRendererError

Form = Literal["svg", "png", "pdf"]

MOST_BYTES = 1_000_000
MOST_PIXELS = 50_000_000
LONGEST = 10.0
_PACKAGE = "graphviz-pure"
_POINTS_PER_INCH = 72
# Graphviz escapes every quote in a text, so these stand in a picture only where they act.
_ACTIVE = (b'xlink:href="', b"<image ", b"<?xml-stylesheet")


def render(dot: str, form: Form, *, dots_per_inch: int = 144, longest: float = LONGEST) -> bytes:
    """
    Draw a DOT document.

    The packaged renderer is taken first, so that every machine makes the same picture to the byte; a `dot` on the
    path stands in where there is no such package. Neither is asked to read a file or an address.

    Args:
        dot: The document; at most a megabyte in UTF-8.
        form: "svg" and "pdf" can be enlarged without end; "png" can be pasted anywhere.
        dots_per_inch: Of a PNG: 144 is two pixels for each unit of the drawing.
        longest: Seconds after which drawing is given up.

    Returns:
        The file. It fetches nothing and links to nothing.

    Raises:
        DocumentError: It is no DOT, it takes too long or would be too large, or it holds a link or an image.
        NoRendererError: There is no renderer; the sentence says what to install.
    """
    if len(dot.encode("utf-8", "replace")) > MOST_BYTES:
        raise DocumentError(f"the diagram is more than {MOST_BYTES:,} bytes of DOT; draw less at a time")
    match form:
        case "svg":
            picture = _drawn(dot, "svg", longest)
            if any(mark in picture for mark in _ACTIVE):
                raise DocumentError("the diagram holds a link or an image; only shapes, texts and tooltips are drawn")
            return picture
        case "png":
            _require_room(_laid_out(dot, longest), dots_per_inch)
            return _drawn(dot, "png", longest, f"-Gdpi={dots_per_inch}")
        case "pdf":
            return pdf(_laid_out(dot, longest))
        case _:
            assert_never(form)


def _laid_out(dot: str, longest: float) -> dict[str, Any]:
    drawn: dict[str, Any] = json.loads(_drawn(dot, "json", longest))
    return drawn


def _require_room(drawing: dict[str, Any], dots_per_inch: int) -> None:
    _, _, width, height = (float(side) / _POINTS_PER_INCH * dots_per_inch for side in drawing["bb"].split(","))
    if width * height > MOST_PIXELS:
        raise DocumentError(f"the diagram would be {width:,.0f} by {height:,.0f} pixels; ask for fewer dots per inch")


def _drawn(dot: str, form: str, longest: float, *options: str) -> bytes:
    command = [str(_renderer()), f"-T{form}", *options]
    # Graphviz takes this name for a server that draws for strangers, and then opens no file at all.
    environment = {**os.environ, "SERVER_NAME": "autotrain"}
    with tempfile.TemporaryDirectory() as nowhere:
        try:
            ran = subprocess.run(  # noqa: S603 - our own program, and the text is no argument of it
                command,
                input=dot.encode("utf-8", "replace"),
                capture_output=True,
                timeout=longest,
                cwd=nowhere,
                env=environment,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise DocumentError(f"the diagram was not drawn within {longest:g} seconds; draw less at a time") from None
    if ran.returncode or not ran.stdout:
        raise DocumentError(f"the diagram cannot be drawn: {_complaint(ran.stderr)}")
    return ran.stdout


def _complaint(said: bytes) -> str:
    lines = said.decode("utf-8", "replace").splitlines()
    faults = [line.removeprefix("Error: ") for line in lines if line.startswith("Error")]
    return (faults or lines or ["the renderer did not say why"])[0][:200]


def _renderer() -> Path:
    found = _packaged() or _on_path()
    if found is None:
        raise NoRendererError(
            f"no diagram can be drawn here: install the package {_PACKAGE} (pip install {_PACKAGE}) or Graphviz, "
            "whose program is called dot"
        )
    return found


def _packaged() -> Path | None:
    try:
        files = metadata.files(_PACKAGE) or []
    except metadata.PackageNotFoundError:
        return None
    return next((Path(str(file.locate())) for file in files if file.stem == _PACKAGE), None)


def _on_path() -> Path | None:
    found = shutil.which("dot")
    return None if found is None else Path(found)
