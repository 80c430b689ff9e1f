"""
The query string, as a typed view: a link shows the colleague the same page, and the back button works.

Streamlit can bind single widgets to the query string, but then a page loses its choices when it is left, and the back
button does not bring them back (docs/decisions/views-in-the-address.md). So each page has a model of its choices here.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlencode

import streamlit as st
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from autotrain_core.services import Selection

Query = dict[str, list[str]]
V = TypeVar("V", bound=BaseModel)

_HERE = "address:page"
_ARRIVED = "address:arrived"
_MOST_VALUES, _LONGEST_VALUE = 500, 1_000
"""Of one field: nobody clicks more together, and an address that somebody made up must not keep the server busy."""


class TodayView(BaseModel):
    """What the Today board shows."""

    model_config = ConfigDict(frozen=True)

    who: Literal["mine", "rig", "all"] = "all"
    rig: str = ""
    only: Literal["all", "attention"] = "all"


class ProgressView(Selection):
    """What the picture of progress shows."""

    x: Literal["session", "date", "days"] = "session"
    sort: Literal["id", "first", "last", "progress", "stage", "at_stage"] = "last"
    order: Literal["ascending", "descending"] = "descending"
    mark: Annotated[str, Field(max_length=500)] = ""
    hidden: tuple[str, ...] = ()
    active: bool = False


class MouseView(BaseModel):
    """Which mouse, which of its sessions, what is drawn of them, and which moments of its history."""

    model_config = ConfigDict(frozen=True)

    subject: str = ""
    session: int | None = None
    x: Literal["session", "date"] = "session"
    metric: tuple[str, ...] = ()
    moment: tuple[str, ...] = ()


CohortFigure = Literal[
    "Graduation",
    "Time at a stage",
    "Stages over time",
    "Decisions",
    "Metrics",
    "Transitions",
    "Forecasts",
    "Any two columns",
]
"""Pictures of a cohort, as their tabs are called."""


class CohortView(Selection):
    """What the figures of a cohort show."""

    figure: CohortFigure = "Graduation"
    by: Literal["all", "curriculum", "curriculum_name", "curriculum_version", "task", "project", "PI"] = "curriculum"
    unit: Literal["sessions", "days"] = "sessions"
    metric: str = "foraging_efficiency"
    over: Literal["date", "week", "session"] = "week"
    flow: Literal["decided", "ran"] = "decided"
    rows: str = "curriculum"
    columns: str = "stage"
    value: str = "mice"
    how: Literal["median", "mean"] = "median"


BacktestFigure = Literal["Graduation", "Time at a stage", "From stage to stage", "Mice", "Closed loop"]
"""What a backtest found, as its tabs are called."""


class BacktestView(Selection):
    """Which versions are replayed, over whose sessions; what of it is shown, and which mouse is open."""

    versions: tuple[str, ...] = ()
    tasks: Literal["own", "all"] = "own"
    figure: BacktestFigure = "Graduation"
    against: str = ""
    change: tuple[str, ...] = ()
    mouse: str = ""


class CurriculumView(BaseModel):
    """Which curriculum."""

    model_config = ConfigDict(frozen=True)

    name: str = ""
    version: str = ""
    schema_version: str = ""


class LibraryView(CurriculumView):
    """Which curriculum, or the place of a file that is none; which side of it, and whether with all its settings."""

    file: str = ""
    show: Literal["Rules", "Settings", "Changes", "Findings", "Mice", "Files"] = "Rules"
    every: bool = False


class LiveView(CurriculumView):
    """Which curriculum, and which of its stages; the version "all" is every one of them together."""

    stage: str = ""
    active: bool = True
    flow: Literal["decided", "ran"] = "decided"


class BuilderView(BaseModel):
    """Which draft is on the desk, what of it is chosen, and what it is compared with; no draft: the list of all."""

    model_config = ConfigDict(frozen=True)

    draft: Annotated[str, Field(max_length=60)] = ""
    stage: str = ""
    rule: int | None = None
    against: str = ""


class RunsView(BaseModel):
    """Which nightly run."""

    model_config = ConfigDict(frozen=True)

    run: str = ""
    subject: str = ""
    outcome: tuple[str, ...] = ()


class RecordView(BaseModel):
    """Which part of the record: by kind, person, mouse, words and days; and which page of it."""

    model_config = ConfigDict(frozen=True)

    text: Annotated[str, Field(max_length=200)] = ""
    kind: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    subject: str = ""
    since: date | None = None
    until: date | None = None
    number: Annotated[int, Field(ge=1)] = 1


class ApprovalsView(BaseModel):
    """Which proposals: what waits for the person, all that is open, or what the person decided; of whom and what."""

    model_config = ConfigDict(frozen=True)

    show: Literal["mine", "open", "decided"] = "mine"
    subject: str = ""
    by: str = ""
    kind: Literal["", "stage", "hold", "curriculum", "off", "on"] = ""


class EnrolView(BaseModel):
    """What mice begin and at which stage; or what they follow and where they go, as keys of curricula."""

    model_config = ConfigDict(frozen=True)

    show: Literal["Enrol", "Move"] = "Enrol"
    curriculum: str = ""
    stage: str = ""
    source: str = ""
    to: str = ""


class MembersView(BaseModel):
    """Which member is changed; the word `new` is nobody yet."""

    model_config = ConfigDict(frozen=True)

    who: str = ""


def key(page: str, field: str) -> str:
    """Return the key of the widget that shows a field of a page's view."""
    return f"{page}:{field}"


def arrive(page: str) -> None:
    """Note which page runs; called once at the start of each."""
    st.session_state[_ARRIVED] = st.session_state.get(_HERE) != page
    st.session_state[_HERE] = page


def open_view(model: type[V], *, page: str) -> V:
    """
    Return what a page is to show, and bring its widgets and the address in line with it.

    What is given in the address goes before what was chosen when the page was left; what a person has just clicked goes
    before both. What does not fit the model is left out.

    Args:
        model: The page's view.
        page: Its name; widgets have `key(page, field)` as their key.
    """
    given = {name: st.query_params.get_all(name) for name in st.query_params if name in model.model_fields}
    kept: V | None = st.session_state.get(_kept(page))
    clicked = None if kept is None or st.session_state[_ARRIVED] else _from_widgets(kept, page)
    if clicked is not None and clicked != kept:
        view = clicked
    elif kept is not None and (given == to_query(kept) or (st.session_state[_ARRIVED] and not given)):
        view = kept
    else:
        view = from_query(model, given)
    for name in model.model_fields:
        # Streamlit forgets a widget that was not drawn: when it is drawn again, it has to show its field.
        if clicked != view or key(page, name) not in st.session_state:
            value = getattr(view, name)
            st.session_state[key(page, name)] = list(value) if isinstance(value, tuple) else value
    remember(view, page=page)
    return view


def remember(view: BaseModel, *, page: str) -> None:
    """Keep what a page shows, and write it into the address."""
    before = st.session_state.get(_kept(page))
    st.session_state[_kept(page)] = view
    wanted = to_query(view)
    # A link from a page to itself changes what the server is asked for, but not the address in the browser.
    if before != view or {name: st.query_params.get_all(name) for name in st.query_params} != wanted:
        st.query_params.from_dict(wanted)


def kept(model: type[V], *, page: str) -> V:
    """Return what another page showed when it was left; its defaults where nobody was there."""
    known = st.session_state.get(_kept(page))
    return known if isinstance(known, model) else model()


def change(page: str, **fields: Any) -> None:
    """Change what a page shows, from a callback: the page is drawn with it next."""
    for name, value in fields.items():
        st.session_state[key(page, name)] = list(value) if isinstance(value, tuple) else value


def options(page: str, field: str, offered: Iterable[str]) -> list[str]:
    """Return what a widget offers: also what is chosen already, though the lab no longer has it."""
    chosen = st.session_state.get(key(page, field)) or []
    return list(dict.fromkeys([*offered, *([chosen] if isinstance(chosen, str) else chosen)]))


def from_query(model: type[V], given: Mapping[str, Sequence[str]]) -> V:
    """Read a query string; fields that do not fit keep their defaults, and what is empty or endless is left out."""
    fields: dict[str, Any] = {}
    for name, all_values in given.items():
        values = [value for value in dict.fromkeys(all_values) if 0 < len(value) <= _LONGEST_VALUE][:_MOST_VALUES]
        if name in model.model_fields and values:
            many = str(model.model_fields[name].annotation).startswith("tuple")
            fields[name] = tuple(values) if many else values[-1]
    while True:
        try:
            return model.model_validate(fields)
        except ValidationError as error:
            for fault in error.errors():
                fields.pop(str(fault["loc"][0]), None)


def to_query(view: BaseModel) -> Query:
    """Write a view as a query string: only what differs from the defaults."""
    found: Query = {}
    for name, field in type(view).model_fields.items():
        value = getattr(view, name)
        if value == field.get_default() or value is None:
            continue
        values = value if isinstance(value, tuple) else (value,)
        found[name] = [_printed(each) for each in values]
    return found


def link(path: str, view: BaseModel) -> str:
    """Return the address of a page that shows a view, relative to the app's root."""
    query = urlencode(to_query(view), doseq=True)
    return f"/{path}?{query}" if query else f"/{path}"


def _printed(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)


def _from_widgets(kept: V, page: str) -> V:
    """Read the widgets of a page; one that is not drawn, or holds what does not fit, keeps its field."""
    fields: dict[str, Any] = {}
    for name in type(kept).model_fields:
        value = st.session_state.get(key(page, name), getattr(kept, name))
        fields[name] = tuple(value) if isinstance(value, list) else value
    try:
        return type(kept).model_validate(fields)
    except ValidationError as error:
        for name in {str(fault["loc"][0]) for fault in error.errors()}:
            fields[name] = getattr(kept, name)
            change(page, **{name: fields[name]})
        return type(kept).model_validate(fields)


def _kept(page: str) -> str:
    return f"address:{page}"
