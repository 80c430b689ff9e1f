"""
Overrides as people read them: what is wanted, how far it is, what it changes on the rig, and the sessions before it.

Reasons, notes and comments are what somebody typed: all of it goes through `words.as_html`.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import streamlit as st

from autotrain_core.evaluation import Standing
from autotrain_core.models import Kind, Override, ParameterChange, State, Step, TrainingStage
from autotrain_core.rules import Metric
from autotrain_core.services import OverridePreview, Wish
from autotrain_ui import words
from autotrain_ui.charts.mouse import measured
from autotrain_ui.chips import Colours, chip

_LABEL = re.compile(rf"\b(?:{'|'.join(sorted((stage.name for stage in TrainingStage), key=len, reverse=True))})\b")
_METRICS = 2
_VERSIONED = re.compile(r"(?<=\w)@(?=\d)")

OTHER = "other"
"""Key of the reasons that need words of one's own."""

TITLES: Mapping[State, str] = {
    State.PROPOSED: "Waits for an answer",
    State.APPROVED: "Approved, but the rigs are not told yet",
    State.PUBLISHED: "In force: the rigs are told",
    State.ACTIVE: "In force",
    State.REFUSED: "Refused",
    State.RETURNED: "Asked back",
    State.WITHDRAWN: "Taken back by whoever proposed it",
    State.USED: "Used",
    State.NOT_FOLLOWED: "Not followed: the rig ran something else",
    State.EXPIRED: "Expired",
    State.REVOKED: "Revoked",
    State.STALE: "Overtaken: another session came first",
}
LOUD = frozenset({State.STALE, State.NOT_FOLLOWED, State.RETURNED, State.REFUSED})
"""States of which whoever proposed it has to hear, and may want to propose again."""

KINDS: Mapping[Kind, str] = {
    Kind.STAGE: "Another stage",
    Kind.HOLD: "Hold here",
    Kind.CURRICULUM: "Another curriculum or version",
    Kind.OFF: "Off its curriculum",
    Kind.ON: "Back on a curriculum",
}

STEPS: Mapping[str, str] = {
    "propose": "proposed",
    Step.APPROVE: "approved",
    Step.REFUSE: "refused",
    Step.RETURN: "asked back",
    Step.WITHDRAW: "taken back",
    Step.PUBLISH: "told to the rigs",
    Step.START: "followed by a session",
    Step.USE: "used",
    Step.MISS: "not followed",
    Step.EXPIRE: "expired",
    Step.REVOKE: "revoked",
    Step.OUTDATE: "overtaken",
}
"""What happened to an override -> as the app says it."""


def style() -> None:
    """Bring in the style sheet of these parts."""
    st.html(f"<style>{_style()}</style>")


@st.cache_data(show_spinner=False)
def _style() -> str:
    return Path(__file__).with_name("override.css").read_text(encoding="utf-8")


def said(text: str) -> str:
    """Say a sentence of the core as the app says stages and curricula: "Stage 2 of Coupled Baiting 2.3"."""
    return _VERSIONED.sub(" ", _LABEL.sub(lambda found: words.stage(found.group()), text))


def aim(override: Override) -> str:
    """Say what an override does, and for how long: "Stage 2 for the next session"."""
    return said(override.aim)


def who(address: str, called: Mapping[str, str]) -> str:
    """Say who did something; programs and people of before are called as the record has them."""
    return words.seen(called.get(address, address))


def effect(override: Override) -> str:
    """Say what a mouse does then, as the end of "700123 …"."""
    stage = words.stage(override.stage)
    match override.kind:
        case Kind.OFF:
            return "is taken off its curriculum"
        case Kind.HOLD:
            return f"stays at {stage}"
        case Kind.STAGE:
            return f"goes to {stage}"
        case _:
            return f"goes to {stage} of {override.curriculum} {override.version}"


def again(override: Override) -> Wish:
    """Give what was wished for with an override, to wish for it once more in its place."""
    return Wish(
        subject_id=override.subject_id,
        kind=override.kind,
        stage=override.stage,
        curriculum=override.curriculum,
        version=override.version,
        sessions=override.sessions,
        until=override.until,
        reason=override.reason,
        reason_text=override.reason_text,
        note=override.note,
        instead_of=override.id,
    )


def standing_html(standing: Standing, *, called: Mapping[str, str], now: datetime) -> str:
    """Write how far an override is: what, why, and each step with who and when."""
    one = standing.override
    loud = " at-ov-loud" if standing.state in LOUD else ""
    title = TITLES[standing.state]
    told = "" if standing.state in (State.PROPOSED, State.APPROVED, State.PUBLISHED) else _sentence(standing.sentence)
    lines = [_step_html("proposed", one.by, one.at, "", called, now)]
    lines += [_step_html(STEPS[entry.step], entry.by, entry.at, entry.comment, called, now) for entry in one.history]
    note = f"<p class='at-ov-note'>{words.as_html(one.note)}</p>" if one.note else ""
    return (
        f"<div class='at-ov at-ov-{standing.state.name.lower()}{loud}'><p class='at-ov-head'>"
        f"<b>{words.as_html(title)}</b> <span>{words.as_html(aim(one))}</span></p>{told}"
        f"<p>{words.as_html(one.reason_words)}</p>{note}"
        f"<ul class='at-ov-steps'>{''.join(lines)}</ul></div>"
    )


def _sentence(text: str) -> str:
    shown = said(text)
    return f"<p>{words.as_html(shown[:1].upper() + shown[1:])}.</p>" if shown else ""


def _step_html(step: str, by: str, at: datetime, comment: str, called: Mapping[str, str], now: datetime) -> str:
    exact = f"{at:%Y-%m-%d %H:%M} UTC, {by}"
    more = f": <q>{words.as_html(said(comment))}</q>" if comment and step != STEPS[Step.PUBLISH] else ""
    return (
        f"<li title='{words.as_html(exact)}'>{words.as_html(step)} by {words.as_html(who(by, called))}, "
        f"{words.ago(at, now)}{more}</li>"
    )


def way_html(preview: OverridePreview, colours: Colours) -> str:
    """Write where the mouse is, what the rules suggest, and what is proposed in place of it."""
    here, wanted = preview.standpoint, preview.override
    now = f"{here.curriculum}@{here.version}"
    then = f"{wanted.curriculum}@{wanted.version}" if wanted.curriculum else now
    proposed = chip(then, wanted.stage, colours) if wanted.stage else "<b>off its curriculum</b>"
    where = f" <small>of {words.as_html(words.curriculum(then))}</small>" if wanted.curriculum else ""
    parts = (
        ("Ran last", chip(now, here.at, colours)),
        ("Rules suggest", chip(now, here.suggested, colours)),
        ("Proposed", f"{proposed}{where} <small>{words.as_html(wanted.span)}</small>"),
    )
    listed = "".join(f"<div><dt>{title}</dt><dd>{text}</dd></div>" for title, text in parts)
    return f"<dl class='at-facts at-ov-way'>{listed}</dl>"


def changes_html(preview: OverridePreview) -> str:
    """Write what the rig runs otherwise than by the rules, setting by setting."""
    if preview.override.kind is Kind.OFF:
        return "<p>Its sessions are no longer decided; the rig is told no stage.</p>"
    if preview.problem:
        return f"<p class='at-late'>{words.as_html(said(preview.problem))}</p>"
    if not preview.changes:
        return "<p>Nothing changes on the rig: that is what the rules suggest.</p>"
    rows = "".join(map(change_row, preview.changes))
    return (
        "<div class='at-scroll' role='region' aria-label='What the rig runs otherwise' tabindex='0'>"
        "<table class='at-table'><caption>What the rig runs otherwise than by the rules</caption>"
        "<thead><tr><th scope='col'>Setting</th><th scope='col'>By the rules</th><th scope='col'>Proposed</th></tr>"
        f"</thead><tbody>{rows}</tbody></table></div>"
    )


def change_row(change: ParameterChange) -> str:
    """Write one setting that differs as a row of a table."""
    unit = f" {words.as_html(change.unit)}" if change.unit else ""
    title = f' <span class="at-small">{words.as_html(change.title)}</span>' if change.title != change.name else ""
    before, after = (
        words.MISSING if value is None else f"{words.as_html(str(value))}{unit}"
        for value in (change.before, change.after)
    )
    return (
        f'<tr><th scope="row"><code>{words.as_html(change.name)}</code>{title}</th><td>{before}</td>'
        f"<td><b>{after}</b></td></tr>"
    )


def last_html(sessions: pd.DataFrame, metrics: Iterable[Metric], *, colours: Colours, today: date) -> str:
    """
    Write the last sessions of a mouse, the newest first.

    Args:
        sessions: Rows of `LabView.sessions`.
        metrics: Those of the lab; the first few that some of these sessions has have a column.
        colours: See `chips.colours_of`.
        today: The day, where the person is.
    """
    if not len(sessions):
        return "<p>It has no session yet.</p>"
    shown = measured(sessions, metrics)[:_METRICS]
    heads = [
        "Session",
        "Ran",
        "Decision",
        *(words.as_html(f"{each.title[:1].upper()}{each.title[1:]}") for each in shown),
    ]
    rows = "".join(_session_row(row, shown, colours, today) for row in sessions.iloc[::-1].to_dict(orient="records"))
    listed = "".join(f"<th scope='col'>{head}</th>" for head in heads)
    return (
        "<div class='at-scroll' role='region' aria-label='Its last sessions' tabindex='0'><table class='at-table'>"
        f"<caption>Its last sessions</caption><thead><tr>{listed}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _session_row(row: Mapping[object, object], metrics: Iterable[Metric], colours: Colours, today: date) -> str:
    key = words.text(row["curriculum"], missing="")
    following = words.text(row["following"], missing="")
    decided = words.as_html(words.decision(row["decision"]))
    if following:
        decided += f" {chip(key, following, colours)}"
    cells = [chip(key, words.text(row["stage"], missing=""), colours), decided]
    cells += [words.as_html(words.number(row[each.name], each.unit)) for each in metrics]
    day = words.as_html(words.day(row["session_date"], today))
    return (
        f"<tr><th scope='row'>{row['session']} <span class='at-small'>{day}</span></th>"
        f"{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
    )
