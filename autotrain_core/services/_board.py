"""The board: of every mouse, where it stands, what it runs next, and why, in one plain sentence."""

import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

import pandas as pd

from autotrain_core.evaluation import Explainer, Outcome
from autotrain_core.models import Curriculum, Library
from autotrain_core.services._view_columns import natural
from autotrain_core.services._why import why

_SAID_ALREADY = re.compile(r"([;.] [Ii]t was not decided)?\.?$")

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """
    One mouse on the board.

    Attributes:
        subject_id: The mouse.
        curriculum: Name@version that decided its last session; empty where none of its sessions was decided.
        stage: Stage that it ran last (enum NAME); empty as above.
        session: Number of its last decided session; None as above.
        sessions_at_stage: Consecutive sessions at that stage, that one included.
        decision: STAY, PROGRESS or ROLLBACK; empty as above.
        next_stage: Stage for its next session (enum NAME); empty as above.
        why: The reason, in one sentence without a full stop.
        certain: False where a missing value could have changed the decision, and where there is none.
    """

    subject_id: str
    curriculum: str
    stage: str
    session: int | None
    sessions_at_stage: int
    decision: str
    next_stage: str
    why: str
    certain: bool

    def as_json(self) -> dict[str, object]:
        """Return the row as plain values."""
        return asdict(self)


def board(
    sessions: pd.DataFrame,
    curriculum: Curriculum | Library | None,
    outcome: Outcome,
    *,
    open_loop: bool = False,
    progress: Progress | None = None,
) -> tuple[BoardRow, ...]:
    """
    Tell of every mouse where it stands.

    Args:
        sessions: The session table that was decided.
        curriculum: What decided it; see `evaluation.decide`.
        outcome: What came out of `evaluation.decide_and_report`, with the same `open_loop`.
        open_loop: See `evaluation.decide`.
        progress: Called with (mice done, mice in all) now and then.

    Returns:
        A row for each mouse, by id (numbers in an id count as numbers); also for mice of which no session was decided,
        with the reason.

    Raises:
        MissingColumnError: A column that is needed is not there at all.
        TableError: A column is of the wrong kind.
    """
    decisions = outcome.decisions
    last = (
        decisions.loc[decisions.groupby("subject_id", sort=False)["session"].idxmax()] if len(decisions) else decisions
    )
    explainer = Explainer(sessions, curriculum, open_loop=open_loop)
    skipped = _left_out(outcome)
    rows = []
    for done, row in enumerate(last.to_dict(orient="records"), start=1):
        subject, session = str(row["subject_id"]), int(row["session"])
        reason = why(explainer.explain(subject, session, flip=False))
        later = [said for number, said in skipped.pop(subject, []) if number is None or number > session]
        rows.append(
            BoardRow(
                subject_id=subject,
                curriculum=f"{row['curriculum_name']}@{row['curriculum_version']}",
                stage=str(row["current_stage_actual"]),
                session=session,
                sessions_at_stage=int(row["session_at_current_stage"]),
                decision=str(row["decision"]),
                next_stage=str(row["next_stage_suggested"]),
                why="; ".join([reason, *later[-1:]]),
                certain=bool(row["certain"]),
            )
        )
        if progress is not None:
            progress(done, len(last))
    rows += _undecided(skipped)
    return tuple(sorted(rows, key=lambda row: natural(row.subject_id)))


def _left_out(outcome: Outcome) -> dict[str, list[tuple[float | None, str]]]:
    """Of each mouse, the sessions that were left out, in order, with the reason."""
    found: dict[str, list[tuple[float | None, str]]] = {}
    for notice in outcome.left_out:
        if notice.subject_id and notice.kind != "duplicate":
            number = "a session without a number" if notice.session is None else f"session {notice.session:g}"
            said = f"{number} was not decided: {_SAID_ALREADY.sub('', notice.sentence)}"
            found.setdefault(notice.subject_id, []).append((notice.session, said))
    return found


def _undecided(skipped: dict[str, list[tuple[float | None, str]]]) -> Iterator[BoardRow]:
    for subject, notices in skipped.items():
        yield BoardRow(
            subject_id=subject,
            curriculum="",
            stage="",
            session=None,
            sessions_at_stage=0,
            decision="",
            next_stage="",
            why=notices[-1][1],
            certain=False,
        )
