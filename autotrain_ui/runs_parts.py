"""What the page Runs shows of runs: their table, the last nights as a strip, what came of each mouse."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from math import sqrt
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from autotrain_core import services
from autotrain_core.services import LabView, Night, NightlyRun
from autotrain_core.store import Store
from autotrain_ui import address, words
from autotrain_ui.address import MouseView, RunsView

OUTCOMES = ("not decided", "partly", "gone", "decided")
_OUTCOME_WORDS = {
    "not decided": "✗ not decided",
    "partly": "◐ partly: a session was left out",
    "gone": "○ gone from the session table",
    "decided": "✓ decided",
}
_NIGHTS = {
    "none": ("", "no run"),
    "failed": ("✗", "failed"),
    "changed": ("", "published something new"),
    "quiet": ("", "nothing new"),
}
_MOST_MICE = 5_000
_NIGHTS_SHOWN = 60
_COUNTS = ("decided", "added", "amended", "left_out", "mice_not_decided", "differing")


def outcome_of(run: NightlyRun) -> str:
    """Say in a word how a run went, with a sign."""
    if run.failed:
        return "✗ failed"
    return "✓ published" if run.changed else "· nothing new"


def runs_table(runs: Sequence[NightlyRun], *, now: datetime) -> pd.DataFrame:
    """
    Give runs as a table.

    Args:
        runs: Runs.
        now: Now, where the person is.

    Returns:
        A row a run, in the order given: `when` (datetime64[us], by the person's clock), `ago`, `outcome`, `by` (str),
        `seconds` (float64, missing where it was not recorded), `decided`, `added`, `amended`, `left_out`, `differing`
        (Int64, sessions), `mice_not_decided` (Int64, mice), all missing of a run that failed, and `remarks` (Int64,
        sentences on tables and documents as a whole).
    """
    columns: dict[str, Any] = {
        "when": pd.Series([run.at.astimezone(now.tzinfo).replace(tzinfo=None) for run in runs], dtype="datetime64[us]"),
        "ago": pd.Series([words.ago(run.at, now) for run in runs], dtype="str"),
        "outcome": pd.Series([outcome_of(run) for run in runs], dtype="str"),
        "by": pd.Series([run.by for run in runs], dtype="str"),
        "seconds": pd.Series([run.duration for run in runs], dtype="float64"),
    }
    for name in _COUNTS:
        columns[name] = pd.Series([run.counts.get(name, pd.NA) for run in runs], dtype="Int64")
    remarks = [len(run.warnings) + len(run.failures) + len(run.foreign) for run in runs]
    columns["remarks"] = pd.Series(remarks, dtype="Int64")
    return pd.DataFrame(columns)


def chosen(runs: Sequence[NightlyRun], view: RunsView) -> NightlyRun:
    """Give the run that was chosen, else the newest."""
    return next((run for run in runs if str(run.entry) == view.run), runs[0])


def draw_runs(runs: Sequence[NightlyRun], *, run: NightlyRun, now: datetime) -> None:
    """Draw the runs, one of them chosen; a click on another chooses that."""
    whole = st.column_config.NumberColumn
    # A table of its own for each newest run: rows that were chosen by their place must not slide to other runs.
    key = f"runs-table-{runs[0].entry}"
    st.dataframe(
        runs_table(runs, now=now),
        key=key,
        hide_index=True,
        height=min(36 * (len(runs) + 1) + 2, 290),
        on_select=_choose(key, tuple(run.entry for run in runs)),
        selection_mode="single-row-required",
        selection_default={"selection": {"rows": [place for place, each in enumerate(runs) if each is run][:1]}},
        alt="Runs, the newest first; the chosen one is told of below.",
        column_config={
            "when": st.column_config.DatetimeColumn("When", format="ddd D MMM YYYY, HH:mm"),
            "ago": "Ago",
            "outcome": "Outcome",
            "by": st.column_config.TextColumn("By", help="A person's address, or the account and the machine."),
            "seconds": whole("Took", format="%.1f s", help="Of a run that failed it is not recorded."),
            "decided": whole("Decided", format="localized", help="Sessions that the rules decided."),
            "added": whole("Added", format="localized", help="Sessions that were published for the first time."),
            "amended": whole("Amended", format="localized", help="Published sessions that changed."),
            "left_out": whole("Left out", format="localized", help="Sessions that could not be decided."),
            "mice_not_decided": whole("Mice not decided", format="localized"),
            "differing": whole(
                "Differing",
                format="localized",
                help="Published sessions that stay although the rules see them otherwise.",
            ),
            "remarks": whole("Remarks", help="On tables and documents as a whole."),
        },
    )


def _choose(key: str, entries: tuple[int, ...]) -> Callable[[], None]:
    """Make the answer to a click, which goes by the rows as they were drawn: meanwhile a run may have come in."""

    def choose() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        address.change("runs", run=str(entries[rows[0]]) if rows and rows[0] < len(entries) else "")

    return choose


def sentence(run: NightlyRun, *, now: datetime) -> str:
    """Say what a run did."""
    local = run.at.astimezone(now.tzinfo)
    day = words.day(local.date(), now.date())
    began = f"{day[:1].upper()}{day[1:]} at {local:%H:%M}, by {run.by}: "
    if run.failed:
        return words.seen(f"{began}it failed, and nothing was published. {run.failure}")
    count = run.counts.get
    if run.changed:
        done = (
            f"publication {run.publication}, with {words.count(count('added', 0), 'new session')} and "
            f"{words.count(count('amended', 0), 'amended one', 'amended ones')}"
        )
    else:
        done = f"nothing new; publication {run.publication} stays in force"
    tables = f"; {words.count(len(run.written), 'table')} of rigs and browsers replaced" if run.written else ""
    return words.seen(f"{began}{done}{tables}.")


def parts(run: NightlyRun) -> str:
    """Say how long the parts of a run took; empty where nobody knows."""
    return ", ".join(f"{name} {seconds:.2g} s" for name, seconds in run.seconds.items())


def remarks(run: NightlyRun) -> list[str]:
    """List what a person should know of a run, a sentence each."""
    foreign = [f"Something else writes a table of ours: {key}." for key in run.foreign]
    failures = [f"No curriculum: {failure}" for failure in run.failures]
    amended = [f"Changed after they were published: {', '.join(run.amended)}."] if run.amended else []
    return [*foreign, *failures, *run.warnings, *amended]


@st.cache_data(max_entries=8, show_spinner=False)
def mice_after(_store: Store, run: int, publication: int, _told: NightlyRun) -> pd.DataFrame:  # noqa: ARG001 - the keys
    """Fetch what came of each mouse; see `services.run_mice`."""
    return services.run_mice(_store, _told)


def narrowed(mice: pd.DataFrame, view: RunsView) -> pd.DataFrame:
    """Choose mice by outcome and by part of their id; those that need a look first, else as they come."""
    rows = mice
    if view.outcome:
        rows = rows[rows["outcome"].isin(view.outcome)]
    if view.subject.strip():
        rows = rows[rows["subject_id"].str.contains(view.subject.strip(), case=False, regex=False)]
    order = rows["outcome"].map({name: place for place, name in enumerate(OUTCOMES)})
    return rows.iloc[order.argsort(kind="stable")].reset_index(drop=True)


def mice_table(mice: pd.DataFrame) -> pd.DataFrame:
    """
    Give what came of mice as it is shown.

    Args:
        mice: See `services.run_mice`; at most the first 5,000 are taken.

    Returns:
        A row a mouse, in order: `mouse` (address of its page), `outcome`, `reason`, `sessions`, `left_out`, `remarks`,
        `last_session`, `last_date`, `curriculum`, `stage`, `decision`, `next_stage`.
    """
    shown = mice.head(_MOST_MICE)
    return pd.DataFrame(
        {
            "mouse": [address.link("mouse", MouseView(subject=subject)) for subject in shown["subject_id"]],
            "outcome": shown["outcome"].map(_OUTCOME_WORDS).fillna(shown["outcome"]),
            "reason": shown["reason"].fillna(""),
            "sessions": shown["sessions"],
            "left_out": shown["left_out"],
            "remarks": shown["remarks"],
            "last_session": shown["last_session"],
            "last_date": shown["last_date"],
            "curriculum": shown["curriculum"].map(words.curriculum),
            "stage": shown["stage"].map(words.stage),
            "decision": shown["decision"].map(words.decision),
            "next_stage": shown["next_stage"].map(words.stage),
        }
    )


def draw_mice(mice: pd.DataFrame) -> None:
    """Draw what came of mice, each with a link to its page."""
    column = st.column_config
    st.dataframe(
        mice_table(mice),
        hide_index=True,
        alt="What came of each mouse in the chosen run.",
        column_config={
            "mouse": column.LinkColumn("Mouse", display_text=r"[?&]subject=([^&]*)", pinned=True),
            "outcome": "Outcome",
            "reason": column.TextColumn("Why", width="large", help="Why its last left out session was left out."),
            "sessions": column.NumberColumn("Sessions", help="In the session table."),
            "left_out": column.NumberColumn("Left out", help="Sessions that could not be decided."),
            "remarks": column.NumberColumn("Remarks", help="On single sessions of it."),
            "last_session": "Last session",
            "last_date": "Of",
            "curriculum": "Curriculum",
            "stage": "Ran",
            "decision": "Decision",
            "next_stage": "Runs next",
        },
    )
    if len(mice) > _MOST_MICE:
        st.text(f"The first {_MOST_MICE:,} of {words.mice(len(mice))}: search for others.")


def draw_nights(runs: Sequence[NightlyRun], *, now: datetime) -> None:
    """Draw the last 60 nights by the clock of whoever looks, or those before the newest run; see `nights_html`."""
    zone = now.tzinfo or UTC
    newest = runs[0].at.astimezone(zone).date()
    until = now.date() if (now.date() - newest).days < _NIGHTS_SHOWN else newest
    st.html(nights_html(services.nights(runs, until=until, days=_NIGHTS_SHOWN, zone=zone)))


def nights_html(nights: Sequence[Night]) -> str:
    """Write the last nights as a strip of bars: as high as what was published, with signs and not colour alone."""
    most = max((night.added + night.amended for night in nights), default=0)
    # Roots: on the first night thousands of sessions are published, later some dozens.
    heights = [round(100 * sqrt((night.added + night.amended) / most)) if most else 0 for night in nights]
    bars = "".join(_bar(night, height) for night, height in zip(nights, heights, strict=True))
    said = words.as_html(nights_said(nights))
    keys = (
        "<span><i class='at-n-changed'></i> published</span><span><i class='at-n-quiet'></i> nothing new</span>"
        "<span><i class='at-n-failed'></i> ✗ failed</span><span><i class='at-n-none'></i> no run</span>"
    )
    ends = f"<span>{_day(nights[0])}</span><span class='at-n-keys'>{keys}</span><span>{_day(nights[-1])}</span>"
    return (
        f"<style>{_style()}</style><div class='at-nights' role='img' aria-label='{said}'>{bars}</div>"
        f"<div class='at-n-ends' aria-hidden='true'>{ends}</div>"
    )


def nights_said(nights: Sequence[Night]) -> str:
    """Say the strip in words."""
    ran = sum(night.runs > 0 for night in nights)
    failed = sum(night.failed > 0 for night in nights)
    added = sum(night.added for night in nights)
    return (
        f"The last {len(nights)} days: runs on {ran}, failures on {failed}, "
        f"{words.count(added, 'session')} published for the first time."
    )


def _bar(night: Night, height: int) -> str:
    sign, said = _NIGHTS[night.outcome]
    figures = f"{night.added:,} added, {night.amended:,} amended, {night.seconds:.1f} s"
    more = f"; {words.count(night.runs, 'run')}: {figures}" if night.runs else ""
    shown = f"<b style='height:{max(height, 6)}%'></b>" if night.outcome == "changed" else "<b></b>"
    return f"<i class='at-n-{night.outcome}' title='{_day(night)}: {said}{more}'>{sign}{shown}</i>"


def _day(night: Night) -> str:
    return f"{night.day:%a} {night.day.day} {night.day:%b}"


@st.cache_data(show_spinner=False)
def _style() -> str:
    return Path(__file__).with_name("runs.css").read_text(encoding="utf-8")


def before_the_first(lab: LabView) -> str:
    """Say what a first run would do, or what has to be there before one."""
    if len(lab.mice):
        return f"The session table holds {size(lab)}. The first run decides all of them."
    if lab.problems:
        return (
            "A run needs a session table. Put it where it is looked for, or say in the settings where it lies; then "
            "press Refresh, and the first run is offered here."
        )
    return "The session table holds no session yet. When the first is in it, press Refresh: the first run is offered."


def size(lab: LabView) -> str:
    """Say how large the lab is."""
    return f"{words.count(int(lab.mice['sessions'].sum()), 'session')} of {words.mice(len(lab.mice))}"
