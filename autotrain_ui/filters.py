"""
Which sessions to show: the fields that several pages share, and the chips that say which of them choose.

    with st.container(horizontal=True):
        filters.popover(here, "progress", view, fault="")
        filters.chips("progress", view)
"""

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType

import pandas as pd
import streamlit as st

from autotrain_core import services
from autotrain_core.services import LabView, Selection
from autotrain_ui import address, words
from autotrain_ui.frame import Here

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "subject": "Mouse",
        "alias": "Alias",
        "project": "Project",
        "PI": "PI",
        "trainer": "Trainer",
        "rig": "Rig",
        "task": "Task",
        "curriculum": "Curriculum",
        "version": "Version",
        "stage": "Stage",
        "decision": "Decision",
        "period": "Period",
        "active": "Only in training",
    }
)
"""Field of `Selection` -> as people call it; both ends of the period are one filter."""

_LISTS = ("stage", "decision", "curriculum", "version", "task", "PI", "project", "trainer", "rig", "alias")
_ROWS = (_LISTS[:4], _LISTS[4:8], _LISTS[8:])
_PERIOD = ("first", "last")
_MONTHS = (1, 3, 6, 12)
_NAMED = 2


def popover(here: Here, page: str, view: Selection, *, fault: str = "") -> "st.delta_generator.DeltaGenerator":
    """
    Draw the button that opens the filters.

    Args:
        here: Where.
        page: Whose view it is; widgets have `address.key(page, field)` as their key.
        view: What is shown now.
        fault: Why the pattern for mice cannot be read; empty where it can.

    Returns:
        Where a page may put fields of its own.
    """
    number = len(active(view))
    label = f"Filters ({number})" if number else "Filters"
    with st.popover(label, icon=":material/filter_list:", key=f"{page}-filters"):
        _subject(page, fault)
        offered = _offered(here.lab.version, here.lab)
        for row in _ROWS:
            for column, name in zip(st.columns(len(row)), row, strict=True):
                _list(column, page, name, offered[name])
        _period(page, here.day)
        st.toggle(
            f"Only mice in training (a session within {here.settings.app.active_days} days)",
            key=address.key(page, "active"),
        )
        further = st.container()
        st.button("Clear all", icon=":material/filter_list_off:", key=f"{page}-clear-in", on_click=clear, args=(page,))
    return further


def chips(page: str, view: Selection) -> None:
    """Draw a button for each filter that chooses, which takes it off, and one that takes off all."""
    found = active(view)
    for name, told in found.items():
        st.button(
            words.as_text(told),
            key=f"{page}-chip-{name}",
            icon=":material/close:",
            icon_position="right",
            help="Take this filter off.",
            on_click=loosen,
            args=(page, fields_of(name)),
        )
    if found:
        st.button("Clear all", key=f"{page}-clear", type="tertiary", on_click=clear, args=(page,))


def active(view: Selection) -> dict[str, str]:
    """Say which filters choose, each in a few words: {"stage": "Stage: Stage 2, Stage 3"}."""
    found: dict[str, str] = {}
    for name, title in TITLES.items():
        value = _told(view, name)
        if value:
            found[name] = title if name == "active" else f"{title}: {value}"
    return found


def in_words(view: Selection) -> str:
    """Say all filters in one line, for the foot of a picture."""
    return "; ".join(active(view).values())


def fields_of(name: str) -> tuple[str, ...]:
    """Give the fields of `Selection` that make up a filter of `TITLES`."""
    return _PERIOD if name == "period" else (name,)


def filter_of(fields: Iterable[str]) -> str:
    """Give the filter of `TITLES` that fields of `Selection` make up."""
    chosen = tuple(fields)
    return "period" if chosen == _PERIOD else chosen[0]


def clear(page: str) -> None:
    """Take all filters of a page off; called back by a button."""
    loosen(page, tuple(Selection.model_fields))


def loosen(page: str, fields: tuple[str, ...]) -> None:
    """Take some filters of a page off; called back by a button."""
    nothing = Selection()
    address.change(page, **{name: getattr(nothing, name) for name in fields})


def months_before(day: date, months: int) -> date:
    """Return the day some months earlier, or the last of its month where there is no such day."""
    return (pd.Timestamp(day) - pd.DateOffset(months=months)).date()


def _subject(page: str, fault: str) -> None:
    st.text_input(
        "Mouse",
        key=address.key(page, "subject"),
        placeholder="700123, 7004.*",
        help="Ids, or parts of them, with commas or blanks between; regular expressions too: ^70 is what begins so.",
        max_chars=500,
    )
    if fault:
        st.error(words.as_text(fault), icon=":material/error:")


def _list(column: "st.delta_generator.DeltaGenerator", page: str, name: str, offered: list[str]) -> None:
    said = {"stage": words.stage, "decision": words.decision}.get(name, str)
    column.multiselect(
        TITLES[name],
        address.options(page, name, offered),
        key=address.key(page, name),
        format_func=said,
        placeholder="All" if offered else "None known",
    )


def _period(page: str, day: date) -> None:
    first, last = st.columns(2)
    first.date_input("First day", value=None, key=address.key(page, "first"), format="YYYY-MM-DD")
    last.date_input("Last day", value=None, key=address.key(page, "last"), format="YYYY-MM-DD")
    with st.container(horizontal=True):
        for months in _MONTHS:
            st.button(
                "Last month" if months == 1 else f"{months} months",
                key=f"{page}-last-{months}",
                on_click=_since,
                args=(page, months_before(day, months)),
            )


def _since(page: str, first: date) -> None:
    address.change(page, first=first, last=None)


def _told(view: Selection, name: str) -> str:
    if name == "period":
        first, last = view.first, view.last
        if first is not None and last is not None:
            return f"{first} to {last}"
        return f"since {first}" if first is not None else f"until {last}" if last is not None else ""
    value = getattr(view, name)
    if isinstance(value, tuple):
        said = {"stage": words.stage, "decision": words.decision}.get(name, str)
        few = ", ".join(said(each) for each in value[:_NAMED])
        return f"{few} and {len(value) - _NAMED} more" if len(value) > _NAMED else few
    return "yes" if value is True else str(value or "").strip()


@st.cache_data(show_spinner=False, max_entries=4)
def _offered(version: str, _lab: LabView) -> dict[str, list[str]]:  # noqa: ARG001 - the lab is known by its version
    """Give the values that each filter can choose."""
    return {name: services.choices(_lab, name) for name in _LISTS}
