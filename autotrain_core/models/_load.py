"""
Curriculum documents in and out.

A lab's history has to stay readable, so reading lists the faults of a document and goes on; only what is no
curriculum at all is refused. Making a new curriculum is strict.
"""

import json
from collections.abc import Mapping
from typing import Any

from autotrain_core.errors import DocumentError
from autotrain_core.models._curriculum import Curriculum
from autotrain_core.models._finding import Finding
from autotrain_core.models._json import read_object, write_object
from autotrain_core.models._reader import Reader
from autotrain_core.models._registry import tasks as installed_tasks
from autotrain_core.models._shape import require_curriculum
from autotrain_core.models._task import Task
from autotrain_core.models._wording import plain


def load_curriculum(body: bytes, *, source: str = "", tasks: Mapping[str, Task] | None = None) -> Curriculum:
    """
    Read a curriculum document; faults inside it are listed, not raised.

    Args:
        body: The document: JSON in UTF-8, at most 2 MiB.
        source: Where it comes from. A name like `NAME_curriculum_vVERSION_schema_vSCHEMA.json` has to agree
            with the document.
        tasks: Schema name -> task; every task of this installation where this is None.

    Returns:
        The curriculum; `findings` lists what is wrong, the stages with broken rules are marked.

    Raises:
        DocumentError: This is no curriculum at all: not JSON, another shape, too large.
    """
    source = str(source)
    name = source or "the document"
    document, text = read_object(body, name)
    require_curriculum(document, name)
    known = installed_tasks() if tasks is None else tasks
    return Reader(document, source, known).curriculum(text)


def read_curriculum(document: dict[str, Any], *, tasks: Mapping[str, Task] | None = None) -> Curriculum:
    """
    Understand a document that has been read already, as `load_curriculum` understands its bytes.

    Args:
        document: Plain JSON values, as a JSON reader makes them; not copied, and not to be changed afterwards.
        tasks: As in `load_curriculum`.

    Raises:
        DocumentError: This is no curriculum at all.
    """
    text = require_document(document)
    return Reader(document, "", installed_tasks() if tasks is None else tasks).curriculum(text)


def require_document(document: dict[str, Any], name: str = "the document") -> str:
    """
    Make sure that plain JSON values are a curriculum document, with faults or without.

    Args:
        document: Plain JSON values, as a JSON reader makes them.
        name: What sentences call it.

    Returns:
        The canonical text of the document.

    Raises:
        DocumentError: `load_curriculum` would refuse it.
    """
    text = write_object(document, name)
    require_curriculum(document, name)
    return text


def new_curriculum(document: Mapping[str, Any], *, tasks: Mapping[str, Task] | None = None) -> Curriculum:
    """
    Make a curriculum that has no errors.

    Args:
        document: The document as plain JSON values.
        tasks: As in `load_curriculum`.

    Raises:
        DocumentError: Something is wrong with it; every error is listed, a line each.
    """
    try:
        body = json.dumps(document, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise DocumentError(f"the document cannot be written as JSON: {error}") from None
    curriculum = load_curriculum(body, tasks=tasks)
    if curriculum.errors:
        place = plain(f"{curriculum.name} {curriculum.version}")
        raise DocumentError("\n".join(f"{place}{', ' if error.stage else ': '}{error}" for error in curriculum.errors))
    return curriculum


def save_curriculum(curriculum: Curriculum) -> bytes:
    """
    Write a curriculum as the document that it was read from, extension keys and spelling of numbers included.

    Returns:
        JSON with four blanks of indent, ASCII only, no line break at the end, as today's writers make it.
    """
    return curriculum.text.encode("ascii")


def check(curriculum: Curriculum) -> tuple[Finding, ...]:
    """List everything that is worth saying about a curriculum, in the order of its document."""
    return curriculum.findings
