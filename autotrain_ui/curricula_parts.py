"""The parts of the Library page: the list of curricula, and one of them in detail."""

import hashlib
from collections.abc import Collection
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, get_args

import pandas as pd
import streamlit as st

from autotrain_core import diagrams, services
from autotrain_core.analysis import analyse, difference
from autotrain_core.errors import NotStoredError
from autotrain_core.models import Curriculum, Severity
from autotrain_core.services import LabView
from autotrain_ui import address, chips, curriculum_files, curriculum_html, difference_html, library_acts, routes, words
from autotrain_ui.address import BuilderView, LibraryView, LiveView, MouseView, ProgressView
from autotrain_ui.frame import Here

PAGE = "curricula"

_STATUS = {
    "shipped": "comes with the program",
    "own": "the lab's own",
    "unreadable": "cannot be read",
    "absent": "no document",
}
_LIST_HEIGHT = 246
"""Pixels: six curricula, and more by scrolling."""
_WEIGHTS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "remark"}
_MISSING = {
    "false": (
        "a missing value is as if it failed",
        "Where a rule asks for a metric that a session lacks, that comparison does not hold, whatever it asks; later "
        "rules are tried as usual.",
    ),
    "stay": (
        "a missing value keeps a mouse",
        "Where a rule asks for a metric that a session lacks, and it could hold or not, no later rule is tried: the "
        "mouse stays, and a person is asked.",
    ),
}


def style() -> None:
    """Bring the style sheet of this page."""
    st.html(f"<style>{_style()}</style>")


@st.cache_data(show_spinner=False)
def _style() -> str:
    return Path(__file__).with_name("curricula.css").read_text(encoding="utf-8")


@st.cache_data(show_spinner=False, max_entries=4)
def _table(version: str, on: date, _lab: LabView) -> pd.DataFrame:  # noqa: ARG001 - the lab is known by its version
    return services.library_table(_lab, on=on)


def listed(here: Here, view: LibraryView) -> None:
    """List every curriculum; a ticked one is shown below."""
    table = _table(here.lab.version, here.day, here.lab)
    st.dataframe(
        _shown(table, library_acts.retired(here)),
        column_config=_columns(),
        hide_index=True,
        height=min(_LIST_HEIGHT, 35 * (len(table) + 1) + 3),
        key="curricula-list",
        on_select=partial(_note_row, table),
        selection_mode="single-row",
        selection_default={"selection": {"rows": _places(here, table, view)}},
        placeholder=words.MISSING,
        alt="All curricula: name, version, where it comes from, findings, who uses it",
    )


def _shown(table: pd.DataFrame, retired: Collection[str]) -> pd.DataFrame:
    is_retired = (table["name"] + "@" + table["version"]).isin(list(retired)) & (table["status"] != "unreadable")
    status = table["status"].map(_STATUS)
    return pd.DataFrame(
        {
            "Name": table["name"],
            "Version": table["version"].where(~table["newest"], table["version"] + " · newest"),
            "Status": status.where(~is_retired, "retired · " + status),
            "Findings": [_counted(row) for row in table.to_dict(orient="records")],
            "In training": table["in_training"],
            "Mice": table["mice"],
            "Sessions": table["sessions"],
            "Last use": table["last_use"],
            "Task": table["task"],
            "Schema": table["schema_version"],
        }
    )


def _counted(row: dict[Any, Any]) -> str:
    if row["status"] == "unreadable":
        return "unreadable"
    told = [words.count(int(row[name]), name[:-1]) for name in ("errors", "warnings", "remarks") if row[name]]
    return ", ".join(told)


def _columns() -> dict[str, Any]:
    number = partial(st.column_config.NumberColumn, format="localized")
    return {
        "Name": st.column_config.TextColumn("Name", pinned=True),
        "In training": number("In training", help="Mice in training whose last decided session followed it."),
        "Mice": number("Mice", help="All mice whose last decided session followed it."),
        "Sessions": number("Sessions", help="Sessions that ever named it."),
        "Last use": st.column_config.DateColumn("Last use", format="YYYY-MM-DD"),
    }


def _places(here: Here, table: pd.DataFrame, view: LibraryView) -> list[int]:
    """Where in the list stands what is shown."""
    if view.file:
        found = table["place"] == view.file
    else:
        try:
            shown = find(here, view)
        except NotStoredError:
            found = (table["name"] == view.name) & (table["version"] == view.version)
        else:
            found = (table["name"] == shown.name) & (table["version"] == shown.version)
            found &= table["schema_version"] == shown.schema_version
        found &= table["status"] != "unreadable"
    return [int(place) for place in table.index[found][:1]]


def _note_row(table: pd.DataFrame) -> None:
    picked = st.session_state["curricula-list"]["selection"]["rows"]
    if picked and picked[0] < len(table):
        row = table.iloc[picked[0]]
        file = str(row["place"])
        named = {name: "" if file else str(row[name]) for name in ("name", "version", "schema_version")}
        address.change(PAGE, file=file, **named)


def find(here: Here, view: LibraryView) -> Curriculum:
    """
    Find what a link names.

    Raises:
        NotStoredError: See `services.wanted_curriculum`.
    """
    return services.wanted_curriculum(
        here.lab, name=view.name, version=view.version, schema_version=view.schema_version
    )


def detail(here: Here, view: LibraryView) -> None:
    """Show one curriculum: what a link names, or the one that most mice follow."""
    if view.file:
        _unreadable(here, view.file)
        return
    try:
        curriculum = find(here, view)
    except NotStoredError as error:
        _not_here(here, view, error)
        return
    _head(here, curriculum)
    rules, settings, changes, findings, mice, files = st.tabs(
        list(get_args(LibraryView.model_fields["show"].annotation)), key=address.key(PAGE, "show"), on_change="rerun"
    )
    # What nobody looks at is not drawn.
    if rules.open:
        with rules:
            _rules(here, curriculum)
    if settings.open:
        with settings:
            _settings(here, curriculum, every=view.every)
    if changes.open:
        with changes:
            _changes(here, curriculum)
    if findings.open:
        with findings:
            _findings(curriculum)
    if mice.open:
        with mice:
            _mice(here, curriculum)
    if files.open:
        with files:
            curriculum_files.draw(curriculum, here.store, here.settings, here.look)


def _unreadable(here: Here, place: str) -> None:
    failure = next((each for each in here.lab.shelf.failures if each.path.as_posix() == place), None)
    if failure is None:
        st.success(f"{words.as_text(place)} is no longer among the files that cannot be read.", icon=":material/check:")
        return
    st.header("A file that cannot be read")
    st.text(place)
    st.error(
        f"{words.as_text(failure.sentence)}\n\nWhoever wrote the file moves next; until then nobody can follow what it "
        "should have held, and the other curricula go on.",
        icon=":material/error:",
    )


def _not_here(here: Here, view: LibraryView, error: NotStoredError) -> None:
    st.warning(f"**It is not here.** {words.as_text(error)}", icon=":material/search_off:")
    using = here.lab.mice[here.lab.mice["curriculum"] == f"{view.name}@{view.version}"]
    if len(using):
        st.text(f"{words.mice(len(using))} followed it last: put its document back among the curricula of the store.")
    near = services.near_curricula(here.lab, name=view.name, version=view.version)
    if near:
        st.text("The nearest:")
        with st.container(horizontal=True):
            for place, each in enumerate(near):
                st.button(
                    words.as_text(f"{each.name} {each.version}"),
                    key=f"curricula-near-{place}",
                    on_click=address.change,
                    args=(PAGE,),
                    kwargs={"name": each.name, "version": each.version, "schema_version": each.schema_version},
                )


def _head(here: Here, curriculum: Curriculum) -> None:
    st.header(words.as_text(f"{curriculum.name} {curriculum.version}"))
    if curriculum.description.strip():
        st.text(curriculum.description.strip())
    task = curriculum.task.name if curriculum.task is not None else f"{curriculum.schema_name}, which nobody here knows"
    missing, meaning = _MISSING[curriculum.on_missing]
    stages = words.count(len(curriculum.stages), "stage")
    told = f"Task: {task} · {stages} · schema {curriculum.schema_version} · {missing}"
    st.caption(words.as_text(told), help=meaning)
    library_acts.facts(here, curriculum)
    chosen = {"curriculum": (curriculum.name,), "version": (curriculum.version,)}
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            routes.route("progress").file,
            label="Its mice on Progress",
            icon=":material/grid_on:",
            query_params=address.to_query(ProgressView(**chosen)),
        )
        st.page_link(
            routes.route("live").file,
            label="Its live graph",
            icon=":material/account_tree:",
            query_params=address.to_query(LiveView(name=curriculum.name, version=curriculum.version)),
        )
        library_acts.acts(here, curriculum)
    if curriculum.errors:
        st.error(
            f"{words.count(len(curriculum.errors), 'error')}: mice that reach a stage whose rules cannot be tried stay "
            "there, and are reported. See Findings.",
            icon=":material/error:",
        )


def _rules(here: Here, curriculum: Curriculum) -> None:
    picture, told = st.columns([5, 6], gap="medium")
    mark = hashlib.sha256(curriculum.text.encode()).hexdigest()[:8]
    # A place of its own for each: where one graph turns into another, the browser complains in its console.
    with picture.container(key=f"curricula-graph-{mark}"):
        st.graphviz_chart(
            diagrams.rules_dot(curriculum, dark=here.dark, scheme=here.look.colours),
            alt=f"The rules of {curriculum.name} {curriculum.version} as a graph; beside it the same in words",
        )
    told.html(curriculum_html.rules_in_words(curriculum, chips.colours_of(here.lab, here.look, dark=here.dark)))


def _settings(here: Here, curriculum: Curriculum, *, every: bool) -> None:
    table = diagrams.parameter_table(curriculum)
    if not len(table.rows):
        st.info("No stage of it has settings.", icon=":material/tune:")
        return
    st.toggle("Also what is the same in every stage", key=address.key(PAGE, "every"))
    st.html(
        curriculum_html.settings_table(
            curriculum,
            table,
            chips.colours_of(here.lab, here.look, dark=here.dark),
            changes_only=not every and not bool(table.rows["constant"].all()),
        )
    )


def _changes(here: Here, curriculum: Curriculum) -> None:
    older = services.older_versions(here.lab, curriculum)
    if not older:
        st.text("No earlier version of it is at hand.")
        return
    place = st.selectbox(
        "Compared with",
        range(len(older)),
        format_func=lambda at: f"version {older[at].version} (schema {older[at].schema_version})",
        key=f"curricula-older-{curriculum.key}",
        width=280,
    )
    found = difference(older[place], curriculum)
    if not found.changes:
        st.text(f"It says the same as version {older[place].version}.")
        return
    st.html(f"{difference_html.in_a_sentence(found, older[place])}{difference_html.changes_list(found)}")


def _findings(curriculum: Curriculum) -> None:
    found = (*curriculum.findings, *analyse(curriculum))
    if not found:
        st.text("Nothing to say against it.")
        return
    number = {severity: sum(each.severity is severity for each in found) for severity in Severity}
    told = {
        Severity.ERROR: "cannot be published",
        Severity.WARNING: "say why you publish",
        Severity.INFO: "good to know",
    }
    st.caption(
        " · ".join(f"{words.count(number[each], _WEIGHTS[each])} ({told[each]})" for each in Severity if number[each])
    )
    st.html(curriculum_html.findings_list(found))


def _mice(here: Here, curriculum: Curriculum) -> None:
    followers = here.lab.mice[here.lab.mice["curriculum"] == curriculum.key]
    if not len(followers):
        st.text("No mouse followed it in its last decided session.")
        return
    ordered = followers.sort_values("last_date", ascending=False, kind="stable")
    st.dataframe(
        pd.DataFrame(
            {
                "Mouse": ordered.index,
                "Next stage": [words.stage(label) for label in ordered["following"]],
                "Sessions at stage": ordered["at_stage"],
                "Sessions": ordered["sessions"],
                "Last session": ordered["last_date"].array,
                "PI": ordered["PI"].array,
                "Trainer": ordered["trainer"].array,
                "Project": ordered["project"].array,
            }
        ),
        column_config={"Last session": st.column_config.DateColumn("Last session", format="YYYY-MM-DD")},
        hide_index=True,
        key=f"curricula-mice-{curriculum.key}",
        on_select=partial(_note_mouse, tuple(ordered.index), f"curricula-mice-{curriculum.key}"),
        selection_mode="single-row",
        alt="Mice that follow it, the one trained last first",
    )
    st.caption("Tick a row to open the mouse.")


def _note_mouse(mice: tuple[str, ...], key: str) -> None:
    picked = st.session_state[key]["selection"]["rows"]
    if picked and picked[0] < len(mice):
        st.session_state[library_acts.OPEN] = MouseView(subject=mice[picked[0]])


def go() -> None:
    """Go to the mouse that was ticked, or the draft that was started, since the page was drawn."""
    wanted = st.session_state.pop(library_acts.OPEN, None)
    if isinstance(wanted, BuilderView):
        st.switch_page(routes.route("builder").file, query_params=address.to_query(wanted))
    if isinstance(wanted, MouseView):
        st.switch_page(routes.route("mouse").file, query_params=address.to_query(wanted))
