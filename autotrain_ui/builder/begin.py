"""Before there is a desk: the drafts of the lab, and what a new one can start from."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial

import streamlit as st

from autotrain_core import services
from autotrain_core.editing import Draft, Template, templates
from autotrain_core.errors import AutotrainError
from autotrain_core.models import DYNAMIC_FORAGING, FREE, TODAY, Right, Task
from autotrain_core.services import DraftSummary
from autotrain_ui import address, frame, routes, words
from autotrain_ui.address import BuilderView
from autotrain_ui.builder import past, reviewing
from autotrain_ui.files import pick_files
from autotrain_ui.frame import Here

PAGE = "builder"
_GO = "builder:go"
_LARGEST = 6 * 1024**2
_TODAY_TASKS = ("DynamicForagingCurriculum", "DummyTaskCurriculum")


def page_of_drafts() -> str:
    """Give the script of this page, for a link to the list of drafts."""
    return routes.route(PAGE).file


def go() -> None:
    """Go to the draft that was started since the page was drawn."""
    wanted = st.session_state.pop(_GO, None)
    if isinstance(wanted, BuilderView):
        st.switch_page(routes.route(PAGE).file, query_params=address.to_query(wanted))


def begin(here: Here) -> None:
    """Draw the list of drafts, and the ways to start one."""
    reviewing.waiting(here)
    left, right = st.columns([1, 1], gap="large")
    with left:
        _drafts(here)
    with right:
        if here.may(Right.BUILD):
            _start(here)


# ---- the drafts ----


def _drafts(here: Here) -> None:
    st.header("Drafts")
    found = services.drafts(here.store)
    if not found:
        st.info(
            "**No drafts yet.** Start one here: blank, from a template, as a copy of any version, or from files. "
            "Mice feel nothing of a draft until somebody publishes it and moves them.",
            icon=":material/design_services:",
        )
    for one in found:
        _draft(here, one)
    past.removed(here)


def _draft(here: Here, one: DraftSummary) -> None:
    with st.container(border=True, key=f"builder-draft-{one.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            view = BuilderView(draft=one.id)
            if one.problem:
                st.markdown(f"**{words.as_text(one.title)}**")
            else:
                st.page_link(
                    page_of_drafts(),
                    label=words.as_text(one.title),
                    icon=":material/edit_note:",
                    query_params=address.to_query(view),
                )
            if here.may(Right.BUILD) and one.version:
                st.button(
                    "Delete",
                    key=f"builder-delete-{one.id}",
                    icon=":material/delete:",
                    type="tertiary",
                    help="Takes it off this list; it can be brought back.",
                    on_click=partial(_remove, here, one),
                )
        based = f"from {words.curriculum(one.based_on)}, " if one.based_on else ""
        when = words.ago(one.at, here.now) if one.at else "at an unknown time"
        if one.problem:
            st.caption(f":red[{words.as_text(one.problem)}]")
        else:
            told = f"{based}saved {when} by {one.by}, {words.count(one.number, 'version')}"
            st.caption(words.as_text(told))


def _remove(here: Here, one: DraftSummary) -> None:
    try:
        services.remove_draft(here.store, one.id, replaces=one.version, actor=here.actor, at=datetime.now(UTC))
    except AutotrainError as error:
        frame.notice(str(error), icon=":material/block:")
        return
    st.session_state[past.REMOVED] = (one.id, one.title)
    frame.notice(f"{one.title} is deleted; it can be brought back below the list.", icon=":material/delete:")


# ---- a new one ----


def _start(here: Here) -> None:
    st.header("Start a new one")
    blank, copy, files = st.tabs(["Blank or template", "Copy of a version", "From files"])
    with blank:
        _from_template(here)
    with copy:
        _from_copy(here)
    with files:
        _from_files(here)


def _known_tasks(here: Here) -> Mapping[str, Task]:
    return services.known_tasks(here.store.home, here.settings)


def _from_template(here: Here) -> None:
    known = _known_tasks(here)
    by_key = {template.key: template for template in templates()}
    first = DYNAMIC_FORAGING.schema_name
    chosen = st.radio(
        "Begin with",
        list(by_key),
        format_func=lambda key: by_key[key].title,
        captions=[words.as_text(template.words) for template in by_key.values()],
        key="builder-template",
    )
    schema = st.selectbox(
        "Task",
        sorted(known, key=lambda name: (name != first, known[name].name)),
        format_func=lambda name: words.as_text(known[name].name),
        key="builder-task",
        help="A task that is not here comes as a JSON Schema document: drop it under “From files”.",
    )
    name = st.text_input("Name", key="builder-new-name", max_chars=120, placeholder="Coupled Baiting")
    version = st.text_input("Version", value="0.1", key="builder-new-version", max_chars=60)
    free = st.toggle(
        "Free stage names (document format 2.0)",
        value=schema not in _TODAY_TASKS,
        disabled=schema not in _TODAY_TASKS,
        key=f"builder-free-{schema in _TODAY_TASKS}",
        help="Today's rigs read format 1.0 only, which has eight stages of fixed names.",
    )
    st.button(
        "Start",
        key="builder-start-template",
        type="primary",
        icon=":material/add:",
        disabled=not name.strip(),
        help="" if name.strip() else "Give it a name first.",
        on_click=partial(
            _begin_with,
            here,
            partial(_of_template, by_key[chosen], known[schema], name.strip(), version.strip(), free),
        ),
    )


def _of_template(template: Template, task: Task, name: str, version: str, free: bool) -> Draft:
    return template.draft(task, name, version or "0.1", FREE if free else TODAY)


def _from_copy(here: Here) -> None:
    library = {curriculum.key: curriculum for curriculum in here.lab.shelf.library}
    if not library:
        st.caption("There is no curriculum yet that could be copied.")
        return
    chosen = st.selectbox(
        "Version", services.natural_order(library), format_func=words.curriculum, key="builder-copy-of"
    )
    curriculum = library[chosen]
    st.caption(words.as_text(" ".join(curriculum.description.split())[:300] or "It has no description."))
    st.button(
        "Start with a copy",
        key="builder-start-copy",
        type="primary",
        icon=":material/content_copy:",
        on_click=partial(_begin_with, here, partial(services.from_curriculum, curriculum)),
    )
    st.caption("The copy is exact. Its next version is proposed when you publish it.")


def _from_files(here: Here) -> None:
    st.caption(
        "A curriculum document (format 1.0 or 2.0), alone or with what belongs to it: today's six files, the "
        "`NAME.task.json` of its task, or all of it as a zip. A task alone starts a blank draft of it."
    )
    pick_files(
        "Drop files here, or choose them",
        key="builder-files",
        accept=".json,.zip,.svg",
        most_bytes=_LARGEST,
        on_files=partial(_taken, here),
    )


def _taken(here: Here, files: list[tuple[str, bytes]]) -> None:
    _begin_with(here, partial(_of_files, here, files))


def _of_files(here: Here, files: list[tuple[str, bytes]]) -> Draft:
    return services.start_of_files(files, _known_tasks(here))


def _begin_with(here: Here, make: Callable[[], Draft]) -> None:
    try:
        stored = services.start_draft(here.store, make(), actor=here.actor, at=datetime.now(UTC))
    except AutotrainError as error:
        frame.notice(str(error), icon=":material/block:")
        return
    st.session_state[_GO] = BuilderView(draft=stored.id)
