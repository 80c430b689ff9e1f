"""
The board of the day as one HTML table: read at a glance on a laptop, a wall and a telephone, and printed.

A table of HTML and not st.dataframe, which is a picture on a canvas: that prints badly, and a screen reader or a key
finds no link in it.
"""

import html
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import streamlit as st

from autotrain_core.models import ParameterChange
from autotrain_core.services import Alert, TodayBoard, TodayRow
from autotrain_ui import words
from autotrain_ui.address import MouseView
from autotrain_ui.chips import Colours, chip
from autotrain_ui.links import link

_HEADS = (
    ("Mouse", "at-b-mouse"),
    ("Curriculum", "at-b-curriculum"),
    ("Last session", "at-b-last"),
    ("Decision", "at-b-decision"),
    ("Runs next", "at-b-next"),
    ("What changes", "at-b-changes"),
    ("Why", "at-b-why"),
)
_ALERT_SIGNS = {"act": ("▲", "Act"), "look": ("◆", "Look"), "know": ("○", "Know")}


def board_html(board: TodayBoard, *, colours: Colours, today: date, caption: str) -> str:
    """
    Write the board as HTML.

    Args:
        board: What to show; at least one row.
        colours: See `chips.colours_of`.
        today: The day, where the person is.
        caption: What the table is, for screen readers and for paper.
    """
    # Display rules of a telephone take a table its meaning, so that the roles are said.
    heads = "".join(f'<th scope="col" role="columnheader" class="{kind}">{name}</th>' for name, kind in _HEADS)
    rows = "".join(_row(row, colours, today) for row in board.rows)
    return (
        f'<table class="at-board" role="table"><caption>{html.escape(caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead><tbody role="rowgroup">{rows}</tbody></table>'
    )


def counts_html(board: TodayBoard) -> str:
    """Write the counts above the board as HTML."""
    signs = {"go on": words.SIGNS["PROGRESS"], "go back": words.SIGNS["ROLLBACK"], "stay": words.SIGNS["STAY"]}
    items = []
    for name, count in board.counts.items():
        kind = "at-urgent" if name == "need a person" and count else ""
        sign = f'<span aria-hidden="true">{signs[name]}</span> ' if name in signs else ""
        said = "needs a person" if name == "need a person" and count == 1 else name
        items.append(f'<li class="{kind}">{sign}<b>{count:,}</b> {said}</li>')
    return f'<ul class="at-counts" aria-label="Mice">{"".join(items)}</ul>'


def draw(board: TodayBoard, *, colours: Colours, today: date, caption: str) -> None:
    """Draw the board; see `board_html`."""
    st.html(f"<style>{_style()}</style>{board_html(board, colours=colours, today=today, caption=caption)}")


@st.cache_data(show_spinner=False)
def _style() -> str:
    return Path(__file__).with_name("board.css").read_text(encoding="utf-8")


def _row(row: TodayRow, colours: Colours, today: date) -> str:
    cells = (_last(row, colours, today), _decision(row), chip(row.curriculum, row.following, colours), _changes(row))
    kinds = [kind for _, kind in _HEADS]
    written = (_curriculum(row), *cells, _why(row))
    rest = "".join(f'<td role="cell" class="{kind}">{text}</td>' for kind, text in zip(kinds[1:], written, strict=True))
    kind = "at-row at-needs" if row.needs_person else "at-row"
    head = f'<th scope="row" role="rowheader" class="{kinds[0]}">{_mouse(row)}</th>'
    return f'<tr role="row" class="{kind}">{head}{rest}</tr>'


def _mouse(row: TodayRow) -> str:
    known = " · ".join(html.escape(text) for text in (row.alias, row.rig, row.trainer) if text)
    shown = link(row.subject_id, "mouse", MouseView(subject=row.subject_id), kind="at-link at-mono")
    return f"{shown}{_small(known)}"


def _curriculum(row: TodayRow) -> str:
    if not row.curriculum:
        return _none()
    name, _, version = row.curriculum.rpartition("@")
    return f'<span class="at-name">{html.escape(name)}</span>{_small(html.escape(version))}'


def _last(row: TodayRow, colours: Colours, today: date) -> str:
    if row.session is None:
        return _none()
    exact = "" if row.session_date is None else f' title="{row.session_date.isoformat()}"'
    day = html.escape(words.day(row.session_date, today))
    newer = f", {words.count(row.newer, 'newer one', 'newer ones')} not decided yet" if row.newer else ""
    said = f"<span{exact}>session {row.session}, {day}{newer}</span>"
    return f"{chip(row.curriculum, row.stage, colours)}{_small(said)}"


def _decision(row: TodayRow) -> str:
    if not row.decision:
        return _none()
    sign, said = words.SIGNS.get(row.decision, ""), words.DECISIONS.get(row.decision, row.decision)
    kind = html.escape(row.decision.lower())
    at_stage = words.count(row.at_stage, "session at it", "sessions at it")
    shown = f'<span class="at-sign at-{kind}" aria-hidden="true">{sign}</span>'
    return f'{shown} <span class="at-said">{html.escape(said)}</span>{_small(at_stage)}'


def _changes(row: TodayRow) -> str:
    if not row.following:
        return _none()
    if not row.changes_known:
        return '<span class="at-none">not known here</span>'
    if not row.changes:
        return '<span class="at-none">nothing</span>'
    return f'<ul class="at-changes">{"".join(_change(change) for change in row.changes)}</ul>'


def _change(change: ParameterChange) -> str:
    unit = f" {html.escape(change.unit)}" if change.unit and change.after is not None else ""
    values = f"{_value(change.before)}<span aria-label='becomes'>→</span><b>{_value(change.after)}</b>{unit}"
    return f'<li title="{html.escape(change.title)}"><code>{html.escape(change.name)}</code> {values}</li>'


def _value(value: str | bool | None) -> str:
    if value is None:
        return words.MISSING
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else html.escape(value)


def _why(row: TodayRow) -> str:
    parts = [f'<span class="at-reason">{html.escape(row.why)}</span>'] if row.why else []
    parts += [
        f'<p class="at-alert at-look">✎ <b>Proposed:</b> {html.escape(each.sentence)}</p>' for each in row.proposals
    ]
    return "".join(_ordered(row.alerts, parts))


def _ordered(alerts: Iterable[Alert], parts: list[str]) -> Iterator[str]:
    """What asks for a person stands first: it is what the row is read for."""
    told = [(alert.urgent, _alert(alert)) for alert in alerts]
    yield from (text for urgent, text in told if urgent)
    yield from parts
    yield from (text for urgent, text in told if not urgent)


def _alert(alert: Alert) -> str:
    sign, said = _ALERT_SIGNS.get(alert.severity, ("", alert.severity))
    return (
        f'<p class="at-alert at-{html.escape(alert.severity)}"><span aria-hidden="true">{sign}</span> '
        f"<b>{html.escape(said)}:</b> {html.escape(alert.sentence)}</p>"
    )


def _small(text: str) -> str:
    return f'<small class="at-small">{text}</small>' if text else ""


def _none() -> str:
    return f'<span class="at-none">{words.MISSING}</span>'
