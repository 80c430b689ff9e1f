"""Why one mouse goes where: the rules of its stage at one session, part by part, and what would have changed it."""

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from autotrain_core.errors import NotStoredError
from autotrain_core.evaluation._certainty import certain
from autotrain_core.evaluation._decide import note_course, run_cohort
from autotrain_core.evaluation._engine import Course
from autotrain_core.evaluation._flip import Flip, smallest_flip
from autotrain_core.evaluation._interventions import NOTHING, Interventions
from autotrain_core.evaluation._program import DECISIONS, Program
from autotrain_core.evaluation._rows import TABLE, as_text
from autotrain_core.evaluation._sessions import Cohort, gather
from autotrain_core.models import SESSIONS, Curriculum, Library, Stage, require_columns
from autotrain_core.rules import Ints, Part, View
from autotrain_core.rules import explain as explain_condition


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleExplanation:
    """
    One rule of the stage at the session.

    Attributes:
        number: Its place in the stage, from 1.
        decision: What it decides (enum NAME).
        to_stage: Where it leads (enum NAME).
        words: Its condition in plain words.
        asked: False where an earlier rule had won already.
        fired: Whether it is the one that won.
        part: Every part of the condition with value, threshold and margin.
    """

    number: int
    decision: str
    to_stage: str
    words: str
    asked: bool
    fired: bool
    part: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """
    Why a session was decided as it was.

    Attributes:
        subject_id: The mouse.
        session: The session number.
        curriculum: Name@version.
        stage: Stage that was run (enum NAME); in open loop the suggested one.
        suggested: Stage that was to be run.
        closed_loop: Whether the stage that was run is known.
        overridden: Whether it is another than the suggested one.
        sessions_at_stage: Consecutive sessions at the stage, this one included.
        decision: STAY, PROGRESS or ROLLBACK.
        next_stage: Stage for the next session.
        certain: False where a missing value could have changed the decision.
        rules: The rules of the stage, in order.
        flip: The smallest single change that would have led to another decision; None where there is none.
        sentence: The reason, in one sentence.
    """

    subject_id: str
    session: int
    curriculum: str
    stage: str
    suggested: str
    closed_loop: bool
    overridden: bool
    sessions_at_stage: int
    decision: str
    next_stage: str
    certain: bool
    rules: tuple[RuleExplanation, ...]
    flip: Flip | None
    sentence: str

    def as_json(self) -> dict[str, object]:
        """Give the explanation as plain values."""
        return asdict(self)

    def __str__(self) -> str:
        """Print it for a reader."""
        return "\n".join(_lines(self))


def explain(
    sessions: pd.DataFrame,
    curriculum: Curriculum | Library | None,
    subject_id: str,
    session: int,
    *,
    open_loop: bool = False,
    said: Interventions = NOTHING,
) -> Explanation:
    """
    Explain the decision after one session of one mouse.

    Args:
        sessions: See `decide`; the other mice in it do not matter.
        curriculum: See `decide`.
        subject_id: The mouse.
        session: Its session number.
        open_loop: See `decide`.
        said: What people decided; see `interventions`.

    Returns:
        The rules of its stage with the value, threshold and margin of every part.

    Raises:
        NotStoredError: The table does not hold that session, or it was not decided; the message says why.
        MissingColumnError: A column that is needed is not there at all.
        TableError: A column is of the wrong kind.
    """
    require_columns(sessions, SESSIONS, TABLE)
    own = sessions[
        (as_text(sessions["subject_id"], whole=True) == str(subject_id)).to_numpy(dtype=bool, na_value=False)
    ]
    if own.empty:
        message = f"The session table holds no mouse {subject_id}."
        raise NotStoredError(message)
    return Explainer(own, curriculum, open_loop=open_loop, said=said).explain(subject_id, session)


class Explainer:
    """
    Explains many decisions on one session table, which is decided once.

    Args:
        sessions: See `decide`.
        curriculum: See `decide`.
        open_loop: See `decide`.
        said: What people decided; see `interventions`.

    Raises:
        MissingColumnError: A column that is needed is not there at all.
        TableError: A column is of the wrong kind.
    """

    def __init__(
        self,
        sessions: pd.DataFrame,
        curriculum: Curriculum | Library | None = None,
        *,
        open_loop: bool = False,
        said: Interventions = NOTHING,
    ) -> None:
        self.cohort = gather(sessions, curriculum, open_loop=open_loop, said=said)
        self.course = run_cohort(self.cohort)
        note_course(self.cohort, self.course)
        self.certain = certain(self.cohort.program, self.cohort.histories, self.course)
        self._mice = {str(mouse): place for place, mouse in enumerate(self.cohort.subjects)}

    def explain(self, subject_id: str, session: int, *, flip: bool = True) -> Explanation:
        """
        Explain one decision.

        Args:
            subject_id: The mouse.
            session: Its session number.
            flip: Whether to look for the smallest change that would have led to another decision; takes longest.

        Raises:
            NotStoredError: The table does not hold that session, or it was not decided; the message says why.
        """
        histories = self.cohort.histories
        mouse = self._mice.get(str(subject_id))
        rows = np.empty(0, dtype=np.int64)
        if mouse is not None:
            rows = histories.offsets[:-1][histories.widths > mouse] + mouse
        there = rows[(self.cohort.sessions[rows] == session) & self.course.decided[rows]]
        if not len(there):
            raise NotStoredError(_absent(self.cohort, rows, str(subject_id), session))
        row = int(there[0])
        return _explanation(self.cohort, self.course, row, str(subject_id), sure=bool(self.certain[row]), flip=flip)


def _absent(cohort: Cohort, rows: Ints, subject_id: str, session: int) -> str:
    for notice in cohort.notices:
        if notice.left_out and notice.session == session and notice.subject_id == subject_id:
            return f"Session {session} of mouse {subject_id} was not decided: {notice.sentence}."
    if not len(rows):
        return f"The session table holds no session of mouse {subject_id} that counts."
    there = ", ".join(f"{number:g}" for number in cohort.sessions[rows[:12]])
    more = ", …" if len(rows) > 12 else ""
    return f"Mouse {subject_id} has no session {session}; its sessions are {there}{more}."


def _explanation(cohort: Cohort, course: Course, row: int, subject_id: str, *, sure: bool, flip: bool) -> Explanation:
    program = cohort.program
    curriculum = program.curricula[cohort.curricula[row]]
    stage = program.stages[course.state[row]]
    decision = DECISIONS[course.decision[row]].name
    rules = () if stage.broken or stage.terminal else _rules(cohort, course, row, curriculum, stage)
    return Explanation(
        subject_id=subject_id,
        session=int(cohort.sessions[row]),
        curriculum=curriculum.key,
        stage=program.labels[course.actual[row]],
        suggested=program.labels[course.suggested[row]],
        closed_loop=bool(course.closed[row]),
        overridden=bool(course.overridden[row]),
        sessions_at_stage=int(course.count[row]),
        decision=decision,
        next_stage=program.labels[course.following[row]],
        certain=sure,
        rules=rules,
        flip=smallest_flip(program, cohort.histories, course, row) if flip and stage.rules else None,
        sentence=_sentence(program, course, row, stage, rules),
    )


def _rules(
    cohort: Cohort, course: Course, row: int, curriculum: Curriculum, stage: Stage
) -> tuple[RuleExplanation, ...]:
    view = View(
        cohort.histories,
        rows=np.array([row]),
        sessions_at_stage=np.array([float(course.count[row])]),
        previous=course.previous,
        three_valued=curriculum.on_missing == "stay",
    )
    explained: list[RuleExplanation] = []
    open_ = True
    for place, rule in enumerate(stage.rules):
        assert rule.condition is not None and rule.decision is not None  # noqa: S101, PT018 - the stage is whole
        part = explain_condition(rule.condition, view, curriculum.metrics)
        explained.append(
            RuleExplanation(
                number=place + 1,
                decision=rule.decision.name,
                to_stage=curriculum.stage(rule.to_stage).label,
                words=part.words,
                asked=open_,
                fired=open_ and part.holds is True,
                part=part,
            )
        )
        open_ = open_ and part.holds is False
    return tuple(explained)


def _sentence(program: Program, course: Course, row: int, stage: Stage, rules: tuple[RuleExplanation, ...]) -> str:
    if stage.broken:
        return "a rule of this stage is broken, so the mouse stays until it is mended"
    if stage.terminal:
        return "the mouse has finished this curriculum"
    for rule in rules:
        if rule.fired:
            verb = {"PROGRESS": "goes on to", "ROLLBACK": "goes back to", "STAY": "stays, for"}[rule.decision]
            return f"{rule.words}: {verb} {rule.to_stage}"
        if rule.asked and rule.part.holds is None:
            return f"a missing value leaves open whether {rule.words}, so the mouse stays"
    missing = " (a value is missing)" if any(rule.part.missing for rule in rules) else ""
    none = "the rule" if len(rules) == 1 else f"none of the {len(rules)} rules"
    holds = "does not hold" if len(rules) == 1 else "holds"
    if not rules:
        return f"{program.labels[course.actual[row]]} has no rules, so the mouse stays"
    return f"{none} of {program.labels[course.actual[row]]} {holds}{missing}, so the mouse stays"


_VERDICTS = {True: "✓", False: "✗", None: "?"}


def _lines(found: Explanation) -> list[str]:
    how = "ran" if found.closed_loop else "was taken to run"
    lines = [
        f"Mouse {found.subject_id}, session {found.session}, {found.curriculum}",
        f"{how} {found.stage}"
        + (f" instead of {found.suggested} (overridden)" if found.overridden else "")
        + f", session {found.sessions_at_stage} at this stage",
        f"{found.decision}: next {found.next_stage}" + ("" if found.certain else " (not certain)"),
        f"Why: {found.sentence}.",
    ]
    for rule in found.rules:
        state = "won" if rule.fired else "not asked, an earlier rule won" if not rule.asked else "did not hold"
        if rule.asked and rule.part.holds is None:
            state = "open: a value is missing"
        lines.append("")
        lines.append(f"Rule {rule.number}, {rule.decision} to {rule.to_stage} ({state})")
        lines += _part_lines(rule.part, "  ")
    if found.flip is not None:
        lines += ["", f"It would have been different with {found.flip}."]
    return lines


def _part_lines(part: Part, indent: str) -> list[str]:
    told = ""
    if part.sign:
        value = "missing" if part.value is None else f"{part.value:.6g}"
        margin = "" if part.margin is None else f", margin {part.margin:+.6g}"
        threshold = "missing" if part.threshold is None else f"{part.threshold:.6g}"
        told = f"  [{value} {part.sign} {threshold}{margin}]"
    sessions = ""
    if len(part.sessions) > 1 and not part.parts:
        sessions = f"  (sessions {', '.join(map(str, part.sessions))})"
    lines = [f"{indent}{_VERDICTS[part.holds]} {part.words}{told}{sessions}"]
    for inner in part.parts:
        lines += _part_lines(inner, indent + "  ")
    return lines
