"""Which mice need a person, why, and how soon: the alerts of the morning."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from autotrain_core.evaluation._cohort_rows import GRADUATED, NO_DAY, days, levels, ordered, require
from autotrain_core.models import URGENCY, TrainingStage
from autotrain_core.rules import Bools, Floats

SEVERITIES = URGENCY

ALERTS = (
    "not decided",
    "not certain",
    "published otherwise",
    "stuck",
    "to and fro",
    "sliding",
    "ran another stage",
    "missed",
)
_SEVERITY = {
    "not decided": "act",
    "not certain": "look",
    "published otherwise": "look",
    "stuck": "look",
    "to and fro": "look",
    "sliding": "look",
}
_WORDS = {stage.name: stage.value for stage in TrainingStage}
_COLUMNS = ("subject_id", "kind", "severity", "sentence", "number", "occurrence")
_LAST = (
    "subject_id",
    "session",
    "session_date",
    "curriculum",
    "stage",
    "suggested",
    "following",
    "decision",
    "closed_loop",
    "overridden",
    "certain",
    "at_stage",
)

Found = tuple[str, Bools, "pd.Series[str]", Floats, "pd.Series[str]"]


def last_sessions(rows: pd.DataFrame, *, on: date) -> pd.DataFrame:
    """
    Pick each mouse's last session up to a day, decided or not.

    Args:
        rows: One row a session, in any order: `subject_id`, `session`, `session_date`; a row without a date counts
            as early enough, one without mouse or session number is passed over.
        on: The day.

    Returns:
        The rows picked, mouse by mouse, with all their columns, on a fresh index.

    Raises:
        MissingColumnError: A column is absent.
        TableError: A column stands twice, or the session numbers are dates.
    """
    require(rows, ["subject_id", "session", "session_date"], "The table of sessions")
    early = rows[days(rows["session_date"]) <= np.datetime64(on, "D").astype(np.int64)]
    each = ordered(early, levels(early["subject_id"]))
    return early.iloc[each.places[each.last]].reset_index(drop=True)


def attention(
    last: pd.DataFrame,
    summary: pd.DataFrame,
    *,
    notices: pd.DataFrame | None = None,
    differences: pd.DataFrame | None = None,
    turned: pd.DataFrame | None = None,
    slid: pd.DataFrame | None = None,
    recent_days: int = 14,
    missed_days: int = 7,
    least_visits: int = 10,
    percentile: int = 90,
    least_turns: int = 4,
) -> pd.DataFrame:
    """
    List what needs a person, mouse by mouse.

    Mice that have not trained for `recent_days` before the lab's newest day have left, and nothing is said of them.
    The newest day is that of `last`.

    Args:
        last: One row a mouse, its last session (see `last_sessions`): `subject_id`, `session`, `session_date`,
            `curriculum`, `stage`, `suggested`, `following`, `decision` (missing: it was left out), `closed_loop`,
            `overridden`, `certain` (bool), `at_stage` (consecutive sessions at the stage); and, where somebody counted
            them, `entered` (session with which it came to the stage).
        summary: What visits usually last, in sessions; see `dwell_summary`.
        notices: Remarks on sessions: `subject_id`, `session`, `kind`, `left_out`, `sentence`; None for no reasons.
        differences: Published cells that the rules now see otherwise: `subject_id`, `session`; None for no check.
        turned: Mice that were sent back where they came from; see `turns`. None for no check.
        slid: Mice whose numbers fell; see `slides`. None for no check.
        recent_days: Days after which a mouse that does not train counts as gone.
        missed_days: Days after which a mouse that does not train is no longer called missing.
        least_visits: Ended visits that must be known before a mouse is called stuck.
        percentile: Of the lengths of those visits, which a mouse must exceed.
        least_turns: Turns from which on a mouse goes to and fro.

    Returns:
        A row an alert, the most urgent first, then in the order of ALERTS, then of `last`, on a fresh index:
        `subject_id`; `kind` (category of ALERTS):

        - "not decided": its last session was left out, or is not decided yet; `number` is that session;
        - "not certain": a missing value could have changed its last decision; the session;
        - "published otherwise": the rules now see published sessions otherwise; how many sessions;
        - "stuck": it is to stay, after more sessions at the stage than the percentile of the ended visits there under
          its curriculum; its sessions there;
        - "to and fro": sent to and fro between two stages; how many times;
        - "sliding": its last sessions are far below what it did before at the stage; the session;
        - "ran another stage": than suggested, closed loop; the session;
        - "missed": trained in the last days, but not on the lab's newest day, and is not to be at Graduated; days
          since;

        `severity` (category: act, look, know; a session off curriculum, or one of which `notices` say nothing, is
        only to be known); `sentence` (str); `number` (float64); `occurrence` (str: stays the same as long as it is the
        same that happened, for whoever does not want to hear of it again).

    Raises:
        MissingColumnError: A column is absent.
        TableError: A column stands twice.
    """
    require(last, _LAST, "The table of last sessions")
    day = days(last["session_date"])
    newest = int(day.max(initial=NO_DAY))
    # No date, no age: such a mouse may well be training.
    since = np.where(day == NO_DAY, 0, newest - day)
    here = since <= recent_days
    mice, since = last[here].reset_index(drop=True), since[here].astype(np.float64)
    names = mice["subject_id"].astype(str)
    reasons, harmless = _reasons(mice, names, notices)
    found = [
        _not_decided(mice, reasons),
        _not_certain(mice),
        _published_otherwise(mice, names, differences),
        _stuck(mice, summary, least_visits, percentile),
        _to_and_fro(mice, names, turned, least_turns),
        _sliding(mice, names, slid),
        _ran_another(mice),
        _missed(mice, since, missed_days),
    ]
    parts = list(_tables(mice, found, harmless))
    return pd.concat(parts).sort_values("severity", kind="stable", ignore_index=True)


def _tables(mice: pd.DataFrame, found: list[Found], harmless: Bools) -> Iterator[pd.DataFrame]:
    for kind, rows, sentences, numbers, occurrences in found:
        urgent = np.where(harmless & (kind == "not decided"), "know", _SEVERITY.get(kind, "know"))
        yield pd.DataFrame(
            {
                "subject_id": mice["subject_id"][rows],
                "kind": pd.Categorical([kind] * int(rows.sum()), categories=ALERTS),
                "severity": pd.Categorical(urgent[rows], categories=SEVERITIES, ordered=True),
                "sentence": sentences[rows].astype(str),
                "number": numbers[rows],
                "occurrence": occurrences[rows].astype(str),
            },
            columns=list(_COLUMNS),
        )


def _not_decided(mice: pd.DataFrame, reasons: "pd.Series[str]") -> Found:
    session = mice["session"]
    return "not decided", _undecided(mice), "Session " + _whole(session) + reasons, _floats(session), _whole(session)


def _reasons(
    mice: pd.DataFrame, names: "pd.Series[str]", notices: pd.DataFrame | None
) -> tuple["pd.Series[str]", Bools]:
    """Say why each last session has no decision, and whether that needs nobody to act."""
    if notices is None:
        silent = pd.Series(" was not decided; no reason is recorded.", index=mice.index)
        return silent, np.zeros(len(mice), dtype=bool)
    require(notices, ["subject_id", "session", "kind", "left_out", "sentence"], "The table of notices")
    said = notices[notices["left_out"].astype(bool) & notices["session"].notna()]
    keys = pd.MultiIndex.from_arrays([said["subject_id"].astype(str), said["session"].astype(np.int64)])
    first = ~keys.duplicated()
    place = keys[first].get_indexer(pd.MultiIndex.from_arrays([names, mice["session"].astype(np.int64)]))
    known = said[first]
    sentences = (": " + known["sentence"].astype(str) + ".").to_numpy(dtype=object)
    off = (known["kind"] == "off-curriculum").to_numpy(dtype=bool)
    # Nobody left it out: it came after the last run.
    sentences, harmless = np.append(sentences, " is not decided yet."), np.append(off, True)
    return pd.Series(sentences[place], index=mice.index, dtype="str"), harmless[place]


def _not_certain(mice: pd.DataFrame) -> Found:
    rows = ~_undecided(mice) & ~_truths(mice["certain"])
    sentences = (
        "A value of session " + _whole(mice["session"]) + " or before is missing; with it the next stage might not be "
        + _stage(mice["following"]) + "."
    )  # fmt: skip
    return "not certain", rows, sentences, _floats(mice["session"]), _whole(mice["session"])


def _published_otherwise(mice: pd.DataFrame, names: "pd.Series[str]", differences: pd.DataFrame | None) -> Found:
    count: Floats = np.zeros(len(mice))
    latest: Floats = np.zeros(len(mice))
    if differences is not None:
        require(differences, ["subject_id", "session"], "The table of differences")
        sessions = pd.DataFrame(
            {"mouse": differences["subject_id"].astype(str), "session": differences["session"].astype(np.float64)}
        ).drop_duplicates()
        groups = sessions.groupby("mouse")["session"]
        count = _floats(groups.size().reindex(names).fillna(0))
        latest = _floats(groups.max().reindex(names).fillna(0))
    text = pd.Series(latest.astype(np.int64), index=mice.index).astype(str)
    many = pd.Series(count.astype(np.int64), index=mice.index).astype(str)
    one = "Session " + text + " was published; the rules now say otherwise of it."
    several = many + " published sessions, the last of them " + text + ", are now seen otherwise by the rules."
    return "published otherwise", count > 0, several.where(count > 1, one), count, many + " " + text


def _stuck(mice: pd.DataFrame, summary: pd.DataFrame, least: int, percentile: int) -> Found:
    quantile = f"percentile_{percentile}"
    require(summary, ["curriculum", "stage", "n", quantile], "The summary of visits")
    usual = summary.set_index(
        pd.MultiIndex.from_arrays([summary["curriculum"].astype(object), summary["stage"].astype(object)])
    )[["n", quantile]]
    here = pd.MultiIndex.from_arrays([mice["curriculum"].astype(object), mice["stage"].astype(object)])
    place = usual.index.get_indexer(here)
    n = np.append(usual["n"].to_numpy(dtype=np.int64), 0)[place]
    most = np.append(usual[quantile].to_numpy(dtype=np.float64), np.nan)[place]
    spent = _floats(mice["at_stage"])
    stays = mice["stage"].astype(object).eq(mice["following"].astype(object)).to_numpy(dtype=bool)
    rows = ~_undecided(mice) & stays & (n >= least) & (spent > most)
    share = "nine in ten" if percentile == 90 else f"{percentile} in 100"
    longest = pd.Series(most, index=mice.index).round(1).astype(str).str.removesuffix(".0")
    sentences = (
        "At " + _stage(mice["stage"]) + " for " + _whole(mice["at_stage"]) + " sessions, longer than " + share + " of "
        + pd.Series(n, index=mice.index).astype(str) + " earlier visits (" + longest + ")."
    )  # fmt: skip
    entered = mice["entered"] if "entered" in mice.columns else mice["session"] - mice["at_stage"] + 1
    return "stuck", rows, sentences, spent, mice["stage"].astype(object).astype(str) + " since " + _whole(entered)


def _to_and_fro(mice: pd.DataFrame, names: "pd.Series[str]", turned: pd.DataFrame | None, least: int) -> Found:
    if turned is None:
        return _nothing("to and fro", mice)
    require(turned, ["subject_id", "turns", "session", "stage", "other"], "The table of turns")
    own = _by_mouse(turned, names)
    times = _floats(own["turns"])
    sentences = (
        "Sent to and fro between " + _stage(own["other"]) + " and " + _stage(own["stage"]) + ": "
        + _whole(own["turns"]) + " times back where it came from, the last time after session "
        + _whole(own["session"]) + "."
    )  # fmt: skip
    rows = (times >= least) & ~mice["following"].isin(GRADUATED).to_numpy(dtype=bool)
    return "to and fro", rows, sentences.set_axis(mice.index), times, _whole(own["session"]).set_axis(mice.index)


def _sliding(mice: pd.DataFrame, names: "pd.Series[str]", slid: pd.DataFrame | None) -> Found:
    if slid is None:
        return _nothing("sliding", mice)
    require(slid, ["subject_id", "metric", "session", "entered", "now", "usual", "n"], "The table of slides")
    said = slid.assign(
        sentence=[
            f"{_capital(metric)} fell to {_short(now)} in its last sessions, "
            f"from {_short(usual)} in the {n} before at the stage (medians)."
            for metric, now, usual, n in zip(slid["metric"], slid["now"], slid["usual"], slid["n"], strict=True)
        ],
    )
    each = said.groupby(said["subject_id"].astype(str), sort=False)
    known = pd.DataFrame({"sentence": each["sentence"].agg(" ".join), "metric": each["metric"].agg(" ".join)})
    known["entered"] = each["entered"].max()
    own = known.reindex(names).set_axis(mice.index)
    occurrence = own["metric"].astype(str) + " since " + _whole(own["entered"])
    return (
        "sliding",
        own["sentence"].notna().to_numpy(dtype=bool),
        own["sentence"],
        _floats(mice["session"]),
        occurrence,
    )


def _nothing(kind: str, mice: pd.DataFrame) -> Found:
    none = pd.Series("", index=mice.index, dtype="str")
    return kind, np.zeros(len(mice), dtype=bool), none, np.zeros(len(mice)), none


def _by_mouse(table: pd.DataFrame, names: "pd.Series[str]") -> pd.DataFrame:
    return table.set_index(table["subject_id"].astype(str)).reindex(names)


def _capital(metric: str) -> str:
    words = str(metric).replace("_", " ")
    return words[:1].upper() + words[1:]


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 20 else f"{value:.2f}"


def _ran_another(mice: pd.DataFrame) -> Found:
    rows = ~_undecided(mice) & _truths(mice["closed_loop"]) & _truths(mice["overridden"])
    sentences = (
        "Session " + _whole(mice["session"]) + " ran " + _stage(mice["stage"]) + "; "
        + _stage(mice["suggested"]) + " was suggested."
    )  # fmt: skip
    return "ran another stage", rows, sentences, _floats(mice["session"]), _whole(mice["session"])


def _missed(mice: pd.DataFrame, since: Floats, most: int) -> Found:
    ago = pd.Series(since.astype(np.int64), index=mice.index).astype(str) + " days"
    sentences = "Last trained " + ago.where(since != 1, "the day") + " before the lab's newest sessions."
    training = ~mice["following"].isin(GRADUATED).to_numpy(dtype=bool)
    return "missed", training & (since > 0) & (since <= most), sentences, since, _whole(mice["session"])


def _undecided(mice: pd.DataFrame) -> Bools:
    return mice["decision"].isna().to_numpy(dtype=bool)


def _truths(column: "pd.Series[Any]") -> Bools:
    """Read facts; a missing one is not known to be true."""
    return column.eq(True).fillna(False).to_numpy(dtype=bool)


def _floats(column: "pd.Series[Any]") -> Floats:
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def _whole(column: "pd.Series[Any]") -> "pd.Series[str]":
    return column.astype("Int64").astype(str)


def _stage(column: "pd.Series[Any]") -> "pd.Series[str]":
    """Name stages as documents do; a missing one is another stage."""
    text = column.astype(object)
    return text.map(_WORDS).fillna(text).fillna("another stage").astype(str)
