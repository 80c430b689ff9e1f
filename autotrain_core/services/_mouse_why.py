"""Why a session of a mouse was decided as it was: clause by clause, and where it was published otherwise."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

import pandas as pd

from autotrain_core.errors import NotStoredError, TableError
from autotrain_core.evaluation import Explainer, Explanation, limits
from autotrain_core.models import Curriculum
from autotrain_core.rules import And, Condition, Metric, Not, Or, Part
from autotrain_core.services._lab_view import LabView
from autotrain_core.services._why import why

Joint = Literal["", "all", "any", "not"]

_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "decision": "decision",
        "next_stage_suggested": "next stage",
        "current_stage_actual": "stage that was run",
        "current_stage_suggested": "stage that was suggested",
        "session_at_current_stage": "sessions at the stage",
        "curriculum_name": "curriculum",
        "curriculum_version": "version of the curriculum",
        "session": "session number",
        "closed_loop": "stage known from the rig",
        "overridden_by_trainer": "ran another stage than suggested",
    }
)
_RULES = "rules"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """
    One line of a condition at one session.

    Attributes:
        depth: 0 for the condition itself, 1 for what it is made of, and so on.
        joint: "all" or "any" of the lines below it, "not" of the one below; empty for a line of its own.
        words: The line in plain words.
        holds: None where a missing value left it open.
        value: What was measured; None where it is missing, or the line holds no number against another.
        sign: How it is held against the threshold: ">=", "<", …; empty where it is not.
        threshold: What is asked; None as above.
        margin: How far the value is on the right side; negative where it is on the wrong one.
        unit: Of value, threshold and margin; empty for fractions and plain numbers.
        sessions: Numbers of the sessions that were looked at, oldest first.
    """

    depth: int
    joint: Joint
    words: str
    holds: bool | None
    value: float | None
    sign: str
    threshold: float | None
    margin: float | None
    unit: str
    sessions: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleClauses:
    """
    One rule of the stage at the session.

    Attributes:
        number: Its place in the stage, from 1.
        decision: What it decides (enum NAME).
        to_stage: Where it leads (enum NAME).
        outcome: "won", "failed", "open" (a value is missing), or "not asked" (an earlier rule had won).
        clauses: Its condition, line by line.
    """

    number: int
    decision: str
    to_stage: str
    outcome: Literal["won", "failed", "open", "not asked"]
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedOtherwise:
    """
    One thing that was published of a session and that the rules now see otherwise.

    Attributes:
        title: What it is, in plain words.
        published: As it was published; rigs ran by it.
        now: What the rules say now; empty where they say nothing of the session any more.
        reason: Why it differs, as the run that noticed it said: adopted, late, corrected, rules, not decided, vanished.
    """

    title: str
    published: str
    now: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """
    Why a session was decided as it was.

    Attributes:
        subject_id: The mouse.
        session: The session number.
        row: The session, as a row of `LabView.sessions`; empty where the lab has no such session.
        explanation: What the rules say now of it; None where they say nothing. Stage, suggestion and whether they are
            known are as published, where the session was.
        sentence: The reason in one sentence, or why there is none; without a full stop.
        rules: The rules of its stage, line by line.
        otherwise: What was published otherwise.
    """

    subject_id: str
    session: int
    row: Mapping[str, object]
    explanation: Explanation | None
    sentence: str
    rules: tuple[RuleClauses, ...]
    otherwise: tuple[PublishedOtherwise, ...]

    @property
    def published(self) -> bool:
        """Whether a decision was published of it."""
        return bool(self.row.get("published", False))


def why_of(view: LabView, subject_id: str, session: int) -> Reason:
    """
    Explain what was decided after a session, by the rules and the session table as they are now.

    Args:
        view: The lab.
        subject_id: The mouse.
        session: Its session number.

    Raises:
        NotStoredError: There is no such mouse.
    """
    row = _row(view.of(subject_id), session)
    explanation, sentence = _explained(view, subject_id, session, row)
    rules: tuple[RuleClauses, ...] = ()
    if explanation is not None:
        rules = tuple(_rules(explanation, curriculum_of(view, explanation.curriculum, stage=explanation.stage)))
    return Reason(
        subject_id=subject_id,
        session=session,
        row=row,
        explanation=explanation,
        sentence=sentence,
        rules=rules,
        otherwise=tuple(_otherwise(view, subject_id, session, row, explanation)),
    )


def curriculum_of(view: LabView, key: object, *, stage: str = "") -> Curriculum | None:
    """
    Find what decides by its key, "Coupled Baiting@2.3".

    Args:
        view: The lab.
        key: What is sought; it may be missing.
        stage: One that it has to have; two documents of one key differ in the form that they are written in.

    Returns:
        The curriculum; None where the lab has none of this key any more.
    """
    decides = [view.decides] if isinstance(view.decides, Curriculum) else list(view.decides)
    found = [read for read in (*decides, *view.shelf.library) if read.key == key]
    fitting = [read for read in found if not stage or any(stage in (each.label, each.name) for each in read.stages)]
    return next(iter(fitting), None)


def with_version(key: object) -> str:
    """Say a curriculum as people write it: "Coupled Baiting@2.3" is "Coupled Baiting 2.3"; "" where it is missing."""
    return "" if pd.isna(key) else " ".join(str(key).rsplit("@", 1))  # type: ignore[call-overload]  # a cell


def _row(own: pd.DataFrame, session: int) -> Mapping[str, object]:
    """Find the session; one that vanished may have left its number to another, which goes before."""
    found = own[(own["session"] == session).to_numpy()].sort_values("in_table", ascending=False, kind="stable")
    return {str(name): value for name, value in found.iloc[0].items()} if len(found) else {}


def _explained(
    view: LabView, subject_id: str, session: int, row: Mapping[str, object]
) -> tuple[Explanation | None, str]:
    if not row:
        return None, f"mouse {subject_id} has no session {session}"
    if not row["in_table"]:
        return None, "the session table no longer has this session, so that the rules cannot be asked again"
    if pd.notna(row["curriculum"]) and curriculum_of(view, row["curriculum"]) is None:  # type: ignore[call-overload]  # a cell
        gone = with_version(row["curriculum"])
        return None, f"the lab has no document of {gone} any more, so that its rules cannot be asked"
    try:
        found = Explainer(view.table(subject_id), view.decides, said=view.people.interventions).explain(
            subject_id, session
        )
    except (NotStoredError, TableError) as error:
        return None, str(error).rstrip(".")
    if row["published"]:
        found = replace(
            found,
            suggested=found.suggested if pd.isna(row["suggested"]) else str(row["suggested"]),  # type: ignore[call-overload]  # a cell
            closed_loop=bool(row["closed_loop"]),
            overridden=bool(row["overridden"]),
        )
    return found, why(found)


def _rules(explanation: Explanation, curriculum: Curriculum | None) -> Iterator[RuleClauses]:
    known = () if curriculum is None else curriculum.stage(explanation.stage).rules
    metrics = () if curriculum is None else curriculum.metrics
    for rule in explanation.rules:
        condition = known[rule.number - 1].condition if rule.number <= len(known) else None
        outcome: Literal["won", "failed", "open", "not asked"] = "won" if rule.fired else "failed"
        if not rule.asked:
            outcome = "not asked"
        elif rule.part.holds is None:
            outcome = "open"
        yield RuleClauses(
            number=rule.number,
            decision=rule.decision,
            to_stage=rule.to_stage,
            outcome=outcome,
            clauses=tuple(clause_lines(condition, rule.part, metrics)),
        )


def clause_lines(
    condition: Condition | None, part: Part, metrics: tuple[Metric, ...], *, depth: int = 0
) -> Iterator[Clause]:
    """Walk a condition and what came of it side by side."""
    joint: Joint = "all" if part.parts else ""
    below: list[Condition | None] = [None] * len(part.parts)
    match condition:
        case And(parts=parts):
            below = list(parts)
        case Or(parts=parts):
            joint, below = "any", list(parts)
        case Not(operand=operand):
            joint, below = "not", [operand]
        case _:
            pass
    yield Clause(
        depth=depth,
        joint=joint,
        words=part.words,
        holds=part.holds,
        value=part.value,
        sign=part.sign,
        threshold=part.threshold,
        margin=part.margin,
        unit="" if condition is None or part.parts else _unit(condition, part, metrics),
        sessions=part.sessions,
    )
    for inner, its_part in zip(below, part.parts, strict=True):
        yield from clause_lines(inner, its_part, metrics, depth=depth + 1)


def _unit(condition: Condition, part: Part, metrics: tuple[Metric, ...]) -> str:
    """Name the unit of a comparison that is a limit on one metric; of another, nobody can say."""
    found = limits(condition, metrics)
    if found.complete and len(found.lines) == 1 and found.lines[0].threshold == part.threshold:
        return found.lines[0].unit
    return ""


def _otherwise(
    view: LabView, subject_id: str, session: int, row: Mapping[str, object], explanation: Explanation | None
) -> Iterator[PublishedOtherwise]:
    """List what the last run noticed, and what has come to differ since."""
    told = set()
    if len(view.differences):
        known = view.differences
        mine = known[(known["subject_id"] == subject_id) & (known["session"] == session)]
        for each in mine.to_dict(orient="records"):
            told.add(each["column"])
            yield PublishedOtherwise(
                title=_TITLES.get(str(each["column"]), str(each["column"]).replace("_", " ")),
                published=_text(each["published"]),
                now=_text(each["now"]),
                reason=str(each["kind"]),
            )
    if explanation is None or not row["published"]:
        return
    for column, published, now in (
        ("current_stage_actual", row["stage"], explanation.stage),
        ("decision", row["decision"], explanation.decision),
        ("next_stage_suggested", row["following"], explanation.next_stage),
    ):
        if column not in told and _text(published) and _text(published) != now:
            yield PublishedOtherwise(title=_TITLES[column], published=_text(published), now=now, reason=_RULES)


def _text(cell: object) -> str:
    return "" if pd.isna(cell) else str(cell)  # type: ignore[call-overload]  # a cell
