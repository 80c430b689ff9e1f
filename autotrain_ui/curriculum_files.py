"""A curriculum as files: its document, the schema of its task, its pictures; each is made when somebody asks for it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import streamlit as st

from autotrain_core import diagrams, services
from autotrain_core.diagrams import Form
from autotrain_core.errors import AutotrainError
from autotrain_core.models import Curriculum
from autotrain_core.services import Settings
from autotrain_core.store import Store
from autotrain_ui import words
from autotrain_ui.preferences import Look

_UNFIT = re.compile(r"[^\w .,@()+-]")
_FORMS: dict[Form, str] = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}


@dataclass(frozen=True)
class File:
    """
    A file that can be made.

    Attributes:
        key: Names its button.
        label: What the button says.
        name: What the file is called.
        mime: What it is.
        make: Makes it; may raise an `AutotrainError`.
    """

    key: str
    label: str
    name: str
    mime: str
    make: Callable[[], bytes]


def files_of(curriculum: Curriculum, store: Store, settings: Settings, look: Look) -> dict[str, tuple[File, ...]]:
    """
    List the files that can be made of a curriculum.

    Returns:
        Heading -> files. Pictures are for print: light, in the person's stage colours.
    """
    stem = safe_name(curriculum.file_name.removesuffix(".json"))
    schema = safe_name(f"{curriculum.schema_name}_settings.schema.json")
    return {
        "Document": (
            File(
                "document",
                "JSON document",
                f"{stem}.json",
                "application/json",
                partial(services.document_bytes, store, settings, curriculum),
            ),
            File(
                "schema",
                "JSON Schema of the task",
                schema,
                "application/json",
                partial(services.task_schema, curriculum),
            ),
        ),
        "Picture of the rules": _pictures("rules", stem, partial(_rules, curriculum, look)),
        "Picture of the settings": _pictures("paras", stem, partial(_settings, curriculum, look)),
    }


def safe_name(name: str) -> str:
    """Return a name that every system takes for a file."""
    return _UNFIT.sub("_", name).strip(". ")[:200] or "curriculum"


def _pictures(kind: str, stem: str, dot: Callable[[], str]) -> tuple[File, ...]:
    source = File(f"{kind}-dot", "DOT", f"{stem}_{kind}.dot", "text/vnd.graphviz", partial(_source, dot))
    drawn = (
        File(f"{kind}-{form}", form.upper(), f"{stem}_{kind}.{form}", mime, partial(_drawn, dot, form))
        for form, mime in _FORMS.items()
    )
    return (source, *drawn)


def _rules(curriculum: Curriculum, look: Look) -> str:
    return diagrams.rules_dot(curriculum, scheme=look.colours, background=True)


def _settings(curriculum: Curriculum, look: Look) -> str:
    return diagrams.parameters_dot(curriculum, scheme=look.colours, background=True)


def _source(dot: Callable[[], str]) -> bytes:
    return dot().encode("utf-8", errors="replace")


def _drawn(dot: Callable[[], str], form: Form) -> bytes:
    return diagrams.render(dot(), form)


def draw(curriculum: Curriculum, store: Store, settings: Settings, look: Look) -> None:
    """Draw a button for each file; in place of those that cannot be made, why."""
    faults = {
        kind: _fault(curriculum.text, look.colours, kind, _dot=partial(dot, curriculum, look))
        for kind, dot in (("rules", _rules), ("paras", _settings))
    }
    for heading, files in files_of(curriculum, store, settings, look).items():
        st.markdown(f"**{heading}**")
        fault = next((faults[kind] for kind in faults if files[0].key.startswith(kind)), "")
        with st.container(horizontal=True):
            for file in files:
                unknown = file.key == "schema" and curriculum.task is None
                st.download_button(
                    file.label,
                    data=file.make,
                    file_name=file.name,
                    mime=file.mime,
                    icon=":material/download:",
                    key=f"curricula-file-{file.key}",
                    # Nothing on the page changes. Were it drawn again, a second click would meet a button that is gone.
                    on_click="ignore",
                    disabled=unknown or (bool(fault) and file.label.lower() in _FORMS),
                    help="Nobody here knows the task, so nobody knows what it may set." if unknown else None,
                )
        if fault:
            st.error(words.as_text(fault), icon=":material/error:")


@st.cache_data(show_spinner=False, max_entries=64)
def _fault(
    text: str,  # noqa: ARG001 - a picture is known by these
    colours: str,  # noqa: ARG001
    kind: str,  # noqa: ARG001
    *,
    _dot: Callable[[], str],
) -> str:
    """
    Say why no picture can be made; empty where one can.

    Of an error while a file is made Streamlit says no more than that there was one, so it is tried before.
    """
    try:
        diagrams.render(_dot(), "png")
    except AutotrainError as error:
        return f"No picture can be made: {error}"
    return ""
