"""What people decided about mice and what somebody should look at because of it, for the board and for each mouse."""

from collections.abc import Iterator
from datetime import date

import pandas as pd

from autotrain_core.evaluation import ALERTS, SEVERITIES, Standing
from autotrain_core.models import Override, SessionRef, State, plain
from autotrain_core.services._lab_view import LabView
from autotrain_core.services._people_now import last_session, people_now

PEOPLE_ALERTS = ("not followed", "overtaken", "not told")
KINDS = (*PEOPLE_ALERTS, *ALERTS)


def people_alerts(view: LabView, *, on: date) -> pd.DataFrame:
    """
    List what somebody should look at because people decided something.

    Args:
        view: The lab.
        on: The lab's day.

    Returns:
        As `evaluation.attention`, with kinds of their own: "not followed" (the last session ran something else than
        the override in force for it), "overtaken" (a session came before an override was used, so that it is stale),
        "not told" (it is approved, and the tables of the rigs do not hold it yet).
    """
    found = list(_found(view, on))
    return pd.DataFrame(
        {
            "subject_id": pd.array([row[0] for row in found], dtype="str"),
            "kind": pd.Categorical([row[1] for row in found], categories=KINDS),
            "severity": pd.Categorical(["look"] * len(found), categories=SEVERITIES, ordered=True),
            "sentence": pd.array([row[2] for row in found], dtype="str"),
            "number": pd.array([row[3] for row in found], dtype="float64"),
            "occurrence": pd.array([row[4] for row in found], dtype="str"),
        }
    )


def _found(view: LabView, on: date) -> Iterator[tuple[str, str, str, float, str]]:
    newest: dict[str, Standing] = {}
    for standing in people_now(view, view.people, on=on).standings.values():
        mouse = standing.override.subject_id
        if mouse in view.mice.index and (
            mouse not in newest or _moment(newest[mouse].override) <= _moment(standing.override)
        ):
            newest[mouse] = standing
    for mouse, standing in newest.items():
        override, last = standing.override, last_session(view, mouse)
        number = float(last.session) if last else float("nan")
        what = f"{override.aim}, which {override.by} proposed"
        if standing.state is State.NOT_FOLLOWED and _same(standing.ran[-1] if standing.ran else None, last):
            yield (
                mouse,
                "not followed",
                f"The last session did not follow its override: {plain(what)}.",
                number,
                override.id,
            )
        elif standing.state is State.STALE and _comes_next(view, override, last):
            sentence = f"A session came before its override was used: {plain(what)}. Propose it again if it is wanted."
            yield mouse, "overtaken", sentence, number, override.id
        elif standing.state is State.APPROVED:
            sentence = f"The rigs are not told of its override yet: {plain(what)}. The next run tells them."
            yield mouse, "not told", sentence, number, override.id


def _moment(override: Override) -> str:
    return override.at.isoformat()


def _same(one: SessionRef | None, other: SessionRef | None) -> bool:
    return one is not None and other is not None and one.words == other.words


def _comes_next(view: LabView, override: Override, last: SessionRef | None) -> bool:
    """Tell whether no more than one session has come since the one that an override was written for."""
    if last is None or override.after is None:
        return last is not None
    rows = view.of(override.subject_id)
    there = rows.loc[rows["in_table"].to_numpy(dtype=bool), "session"]
    return int((there > override.after.session).sum()) <= 1
