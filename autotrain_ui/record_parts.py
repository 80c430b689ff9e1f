"""What the page Record shows: who did what, when and why; filters, files, and the walk along the chain."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from types import MappingProxyType

import streamlit as st

from autotrain_core import services
from autotrain_core.errors import AutotrainError, DamagedError
from autotrain_core.models import Right
from autotrain_core.services import RecordRow, RecordRows
from autotrain_core.store import Verified
from autotrain_ui import address, frame, links, words
from autotrain_ui.address import BuilderView, LibraryView, MouseView, RecordView, RunsView
from autotrain_ui.frame import Here

FILES = MappingProxyType({"CSV": "text/csv", "JSON": "application/json"})
_ON_A_PAGE = 50
_FILTERS = ("kind", "by", "subject", "since", "until")
_ASKED, _FOUND = "record:asked", "record:verified"
_SHOWN_PROBLEMS = 200
_LONGEST_VERSION = 100
_RUNS = ("run", "published", "run-failed")
_CURRICULA = ("curriculum-published", "curriculum-retired", "curriculum-brought-back")
_DRAFTS = ("draft-started", "draft-brought-back")


def found(here: Here, view: RecordView) -> RecordRows:
    """Look up what fits, by the days of whoever looks."""
    zone = here.now.tzinfo or UTC
    # After the last day of all there is none.
    until = None if view.until in (None, date.max) else view.until + timedelta(days=1)
    return services.record_rows(
        here.store,
        kinds=view.kind,
        by=view.by,
        subject=view.subject.strip(),
        text=view.text,
        since=None if view.since is None else datetime.combine(view.since, time(), zone),
        until=None if until is None else datetime.combine(until, time(), zone),
    )


def found_or_damage(here: Here, view: RecordView) -> RecordRows:
    """Look up what fits; of a damaged record say what is wrong, offer to walk along the chain, and end the page."""
    try:
        rows = found(here, view)
    except DamagedError as error:
        frame.show(error)
        verify(here)
        st.stop()
    return rows


def fields(told: RecordRows, view: RecordView) -> None:
    """Draw the search and the filters; call it inside a horizontal container."""
    first = partial(address.change, "record", number=1)
    st.text_input(
        "Search",
        key=address.key("record", "text"),
        placeholder="words of it: who, what, why, id",
        on_change=first,
        width=320,
    )
    number = sum(bool(getattr(view, name)) for name in _FILTERS)
    label = f"Filters ({number})" if number else "Filters"
    with st.popover(label, icon=":material/filter_list:", key="record-filters"):
        for name, title, known in (("kind", "What", told.kinds), ("by", "Who", told.people)):
            st.multiselect(
                title,
                address.options("record", name, known),
                format_func=partial(_named, known),
                key=address.key("record", name),
                on_change=first,
            )
        st.text_input("Mouse", key=address.key("record", "subject"), placeholder="its id", on_change=first)
        since, until = st.columns(2)
        for place, name, title in ((since, "since", "From"), (until, "until", "To")):
            place.date_input(title, value=None, key=address.key("record", name), format="YYYY-MM-DD", on_change=first)
        st.button("Clear all", icon=":material/filter_list_off:", key="record-clear", on_click=_clear)


def _named(known: Mapping[str, str], one: str) -> str:
    return words.seen(known.get(one, one))


def _clear() -> None:
    address.change("record", text="", kind=(), by=(), subject="", since=None, until=None, number=1)


def sentence(told: RecordRows) -> str:
    """Say how much is shown, of how much."""
    if told.found == told.all:
        return f"{words.count(told.all, 'thing')} happened."
    return f"{told.found:,} of {words.count(told.all, 'thing')} that happened."


def nothing(told: RecordRows) -> str:
    """Say why nothing is shown."""
    if told.all:
        return "Nothing in the record fits: take a filter away."
    return "The record is empty. The first run, or the first member, writes its first line."


def file(rows: Sequence[RecordRow], kind: str) -> bytes:
    """Write what was found into a file of one of `FILES`."""
    return services.record_csv(rows) if kind == "CSV" else services.record_json(rows)


def page_of(rows: Sequence[RecordRow], view: RecordView) -> tuple[Sequence[RecordRow], int]:
    """
    Give the rows of the page that is asked for, and how many pages there are.

    A page that is no longer there is the last one; the address then says so, too.
    """
    pages = -(-len(rows) // _ON_A_PAGE)
    number = min(view.number, pages)
    if number != view.number:
        address.change("record", number=number)
        address.remember(view.model_copy(update={"number": number}), page="record")
    return rows[(number - 1) * _ON_A_PAGE : number * _ON_A_PAGE], pages


def paging(view: RecordView, pages: int) -> None:
    """Draw the numbers of the pages, if there are several."""
    if pages < 2:
        return
    number = min(view.number, pages)
    # A widget of its own for each page: what a browser sends late must not turn the page of another search.
    key = f"record-page-{pages}-{number}"
    st.pagination(pages, default=number, key=key, on_change=partial(_turn, key))


def _turn(key: str) -> None:
    address.change("record", number=int(st.session_state[key]))


def draw(here: Here, rows: Sequence[RecordRow]) -> None:
    """Draw rows, the links of which `links.follow` follows."""
    st.html(f"<style>{_style()}</style>{rows_html(here, rows)}")


def rows_html(here: Here, rows: Sequence[RecordRow]) -> str:
    """Write rows as a table; on a phone each is a card."""
    body = "".join(_row(here, row) for row in rows)
    heads = "".join(f"<th scope='col'>{head}</th>" for head in ("When", "Who", "What and why", "About", "Entry"))
    return (
        "<table class='at-record'><caption class='at-unseen'>What happened, the newest first</caption>"
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    )


def _row(here: Here, row: RecordRow) -> str:
    local = row.at.astimezone(here.now.tzinfo)
    when = f"{words.day(local.date(), here.today)}, {local:%H:%M}"
    how = f" <span class='at-quiet'>({words.as_html(row.how)})</span>" if row.how else ""
    exact = f"{row.at:%Y-%m-%d %H:%M:%S} UTC"
    version = f"version of the record: {row.version}" + (f"; of the document: {row.document}" if row.document else "")
    return (
        f"<tr><td class='at-num' title='{exact}'>{words.as_html(when)}</td>"
        f"<td title='{words.as_html(row.by)}'>{words.as_html(row.called)}{how}</td>"
        f"<td><b>{words.as_html(row.title)}</b> {words.as_html(row.sentence)}</td>"
        f"<td>{_about(here, row)}</td>"
        f"<td class='at-num' title='{words.as_html(version)}'>{row.number:,}"
        f"<span class='at-quiet at-mono'> {words.as_html(row.version.partition('.')[2][:8])}</span></td></tr>"
    )


def _about(here: Here, row: RecordRow) -> str:
    mouse = row.subject_id
    shown = [links.link(mouse, "mouse", MouseView(subject=mouse), kind="at-link at-mono")] if mouse else []
    if row.kind in _RUNS and here.may(Right.RUN):
        shown.append(links.link(row.about or "the run", "runs", RunsView(run=str(row.number))))
    elif row.kind in _CURRICULA:
        name, _, version = row.about.rpartition("@")
        shown.append(links.link(words.curriculum(row.about), "curricula", LibraryView(name=name, version=version)))
    elif row.kind in _DRAFTS and here.may(Right.BUILD) and len(row.about) <= 60:
        shown.append(links.link("the draft", "builder", BuilderView(draft=row.about)))
    elif row.about:
        shown.append(f"<span class='at-quiet'>{words.as_html(row.about)}</span>")
    return "<br>".join(shown)


@st.cache_data(show_spinner=False)
def _style() -> str:
    return Path(__file__).with_name("record.css").read_text(encoding="utf-8")


# ---- the chain ----


def verify(here: Here) -> None:
    """Offer to walk along the chain, do it where that was asked for, and say what was found."""
    st.caption(
        "Each entry holds the hash of the one before. The walk reads every entry from the store again, and names each "
        "that was changed, removed or put elsewhere."
    )
    st.text_input(
        "A version of the record that you noted elsewhere (may be empty)",
        key="record-expect",
        max_chars=_LONGEST_VERSION,
        placeholder="1287.4f0c…",
        help="Only with it can be seen whether the newest entries were cut off, or the last one changed.",
    )
    st.button("Verify", type="primary", key="record-verify-now", icon=":material/link:", on_click=_ask)
    if st.session_state.pop(_ASKED, False):
        _walk(here)
    told: tuple[Verified, datetime] | None = st.session_state.get(_FOUND)
    if told is not None:
        _tell(here, *told)


def _ask() -> None:
    st.session_state[_ASKED] = True
    st.session_state.pop(_FOUND, None)


def _walk(here: Here) -> None:
    bar = st.progress(0.0, text="Reading every entry …")
    drawn = -1

    def told(done: int, entries: int) -> None:
        nonlocal drawn
        if (step := 100 * done // entries) > drawn:  # a message to the browser for each entry would take longer
            drawn = step
            bar.progress(step / 100, text=f"{done:,} of {words.count(entries, 'entry', 'entries')}")

    try:
        found_ = services.verify_record(here.store, str(st.session_state.get("record-expect") or ""), told=told)
    except AutotrainError as error:
        frame.show(error)
    else:
        st.session_state[_FOUND] = (found_, here.now)
    bar.empty()


def _tell(here: Here, told: Verified, at: datetime) -> None:
    entries = words.count(told.number, "entry", "entries")
    when = words.ago(at, here.now)
    if told.problems:
        st.error(
            f"**{words.count(len(told.problems), 'fault')}** in {entries}. Verified {when}.", icon=":material/link_off:"
        )
        for problem in told.problems[:_SHOWN_PROBLEMS]:
            st.text(f"✗ {words.seen(problem)}")
        if len(told.problems) > _SHOWN_PROBLEMS:
            st.text(f"… and {len(told.problems) - _SHOWN_PROBLEMS:,} more; `autotrain record verify` names them all.")
    else:
        st.success(f"{entries}, and none of them was changed. Verified {when}.", icon=":material/check:")
    if told.sha256:
        st.caption("Note this version outside the store, and compare with it next time:")
        st.text(told.version)
