"""
The board of the day as one HTML table: read at a glance on a laptop, a wall and a telephone, and printed.

A table of HTML and not st.dataframe, which is a picture on a canvas: that prints badly, and a screen reader or a key
finds no link in it.
"""

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
_NAMED = 200
"""So many mice that have graduated are named below the board; they are only counted beyond."""
_LONG_ID = 36
"""Letters that three lines of the first column hold."""
_OF_ONE = {"need a person": "needs a person", "have graduated": "has graduated"}
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
        f'<table class="at-board" role="table"><caption>{words.as_html(caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead><tbody role="rowgroup">{rows}</tbody></table>'
    )


def counts_html(board: TodayBoard) -> str:
    """Write the counts above the board as HTML."""
    signs = {"go on": words.SIGNS["PROGRESS"], "go back": words.SIGNS["ROLLBACK"], "stay": words.SIGNS["STAY"]}
    items = []
    for name, count in board.counts.items():
        kind = "at-urgent" if name == "need a person" and count else ""
        sign = f'<span aria-hidden="true">{signs[name]}</span> ' if name in signs else ""
        if name == "have graduated" and not count:
            continue
        said = _OF_ONE.get(name, name) if count == 1 else name
        items.append(f'<li class="{kind}">{sign}<b>{count:,}</b> {said}</li>')
    return f'<ul class="at-counts" aria-label="Mice">{"".join(items)}</ul>'


def graduated_html(board: TodayBoard) -> str:
    """Write the mice that have graduated, stay and need nobody as one line; nothing where there are none."""
    number = len(board.graduated)
    if not number:
        return ""
    named = board.graduated[:_NAMED]
    mice = (link(subject, "mouse", MouseView(subject=subject), kind="at-link at-mono") for subject in named)
    more = f" and {number - _NAMED:,} more, all of them in the CSV" if number > _NAMED else ""
    said = "has graduated and stays" if number == 1 else "have graduated and stay"
    return f'<p class="at-graduated"><b>{number:,}</b> {said}: {", ".join(mice)}{more}.</p>'


def enrolled_html(board: TodayBoard) -> str:
    """Write the mice that wait for their first session as one line; nothing where there are none."""
    named = [
        f"{link(one.subject_id, 'mouse', MouseView(subject=one.subject_id), kind='at-link at-mono')} begins at "
        f"{words.as_html(words.stage(one.stage))} of {words.as_html(f'{one.curriculum} {one.version}')}"
        for one in board.enrolled[:_NAMED]
    ]
    more = f" and {len(board.enrolled) - _NAMED:,} more" if len(board.enrolled) > _NAMED else ""
    return f'<p class="at-graduated"><b>First session:</b> {"; ".join(named)}{more}.</p>' if named else ""


def style() -> None:
    """Bring in the style sheet of the board."""
    st.html(f"<style>{_style()}</style>")


@st.cache_data(show_spinner=False)
def _style() -> str:
    return Path(__file__).with_name("board.css").read_text(encoding="utf-8")


def _row(row: TodayRow, colours: Colours, today: date) -> str:
    cells = (_last(row, colours, today), _decision(row), _next(row, colours), _changes(row))
    kinds = [kind for _, kind in _HEADS]
    written = (_curriculum(row), *cells, _why(row))
    rest = "".join(f'<td role="cell" class="{kind}">{text}</td>' for kind, text in zip(kinds[1:], written, strict=True))
    kind = "at-row at-needs" if row.needs_person else "at-row"
    head = f'<th scope="row" role="rowheader" class="{kinds[0]}">{_mouse(row)}</th>'
    return f'<tr role="row" class="{kind}">{head}{rest}</tr>'


def _next(row: TodayRow, colours: Colours) -> str:
    told = words.as_html(row.forecast)
    soon = f'<span title="{words.as_html(row.forecast_why)}">graduates {told}</span>' if told else ""
    return f"{chip(row.curriculum, row.following, colours)}{_small(soon)}"


def _mouse(row: TodayRow) -> str:
    known = words.as_html(" · ".join(text for text in (row.alias, row.rig, row.trainer) if text))
    shown = link(row.subject_id, "mouse", MouseView(subject=row.subject_id), kind="at-link at-mono")
    if len(row.subject_id) > _LONG_ID:
        shown = f'<span title="{words.as_html(row.subject_id)}">{shown}</span>'
    return f"{shown}{_small(known, whole=known)}"


def _curriculum(row: TodayRow) -> str:
    if not row.curriculum:
        return _none()
    name, version = map(words.as_html, row.curriculum.rpartition("@")[::2])
    return f'<span class="at-name" title="{name}">{name}</span>{_small(version, whole=version)}'


def _last(row: TodayRow, colours: Colours, today: date) -> str:
    if row.session is None:
        return _none()
    exact = "" if row.session_date is None else f' title="{row.session_date.isoformat()}"'
    day = words.as_html(words.day(row.session_date, today))
    newer = f", {words.count(row.newer, 'newer one', 'newer ones')} not decided yet" if row.newer else ""
    said = f"<span{exact}>session {row.session}, {day}{newer}</span>"
    return f"{chip(row.curriculum, row.stage, colours)}{_small(said)}"


def _decision(row: TodayRow) -> str:
    if not row.decision:
        return _none()
    sign, said = words.SIGNS.get(row.decision, ""), words.DECISIONS.get(row.decision, row.decision)
    kind = words.as_html(row.decision.lower())
    at_stage = words.count(row.at_stage, "session at it", "sessions at it")
    shown = f'<span class="at-sign at-{kind}" aria-hidden="true">{sign}</span>'
    return f'{shown} <span class="at-said">{words.as_html(said)}</span>{_small(at_stage)}'


def _changes(row: TodayRow) -> str:
    if not row.following:
        return _none()
    if not row.changes_known:
        return '<span class="at-none">not known here</span>'
    if not row.changes:
        return '<span class="at-none">nothing</span>'
    return f'<ul class="at-changes">{"".join(_change(change) for change in row.changes)}</ul>'


def _change(change: ParameterChange) -> str:
    unit = f" {words.as_html(change.unit)}" if change.unit and change.after is not None else ""
    values = f"{_value(change.before)}<span aria-label='becomes'>→</span><b>{_value(change.after)}</b>{unit}"
    return f'<li title="{words.as_html(change.title)}"><code>{words.as_html(change.name)}</code> {values}</li>'


def _value(value: str | bool | None) -> str:
    if value is None:
        return words.MISSING
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else words.as_html(value)


def _why(row: TodayRow) -> str:
    why = words.as_html(row.why)
    parts = [f'<span class="at-reason" title="{why}">{why}</span>'] if row.why else []
    if row.by_people:
        said = words.as_html(row.by_people)
        parts.insert(0, f'<p class="at-alert at-know" title="{said}">✋ <b>Overridden:</b> {said}</p>')
    for each in row.proposals:
        said = words.as_html(each.sentence)
        parts.append(f'<p class="at-alert at-look" title="{said}">✎ <b>Proposed:</b> {said}</p>')
    for quiet in row.quiet:
        said = words.as_html(f"{quiet.alert.sentence} {quiet.snooze.reason}")
        parts.append(f'<p class="at-alert at-know" title="{said}">☾ <b>Quiet:</b> {said}</p>')
    return "".join(_ordered(row.alerts, parts))


def _ordered(alerts: Iterable[Alert], parts: list[str]) -> Iterator[str]:
    """What asks for a person stands first: it is what the row is read for."""
    told = [(alert.urgent, _alert(alert)) for alert in alerts]
    yield from (text for urgent, text in told if urgent)
    yield from parts
    yield from (text for urgent, text in told if not urgent)


def _alert(alert: Alert) -> str:
    sign, said = _ALERT_SIGNS.get(alert.severity, ("", alert.severity))
    kind, sentence = words.as_html(alert.severity), words.as_html(alert.sentence)
    return (
        f'<p class="at-alert at-{kind}" title="{sentence}"><span aria-hidden="true">{sign}</span> '
        f"<b>{words.as_html(said)}:</b> {sentence}</p>"
    )


def _small(text: str, *, whole: str = "") -> str:
    title = f' title="{whole}"' if whole else ""
    return f'<small class="at-small"{title}>{text}</small>' if text else ""


def _none() -> str:
    return f'<span class="at-none">{words.MISSING}</span>'
