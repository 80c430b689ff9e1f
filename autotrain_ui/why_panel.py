"""
Why a session was decided as it was, as HTML: every rule of its stage, line by line, with words beside each sign.

All of it is text that somebody typed or may have typed: it goes through `words.as_html`.
"""

from collections.abc import Iterator
from datetime import date

from autotrain_core.evaluation import Flip
from autotrain_core.services import Clause, PublishedOtherwise, Reason, RuleClauses
from autotrain_ui import words
from autotrain_ui.chips import Colours, chip

_HELD = {True: ("✓", "held"), False: ("✗", "not held"), None: ("?", "open")}
_OUTCOMES = {
    "won": "held, and decided",
    "failed": "not held",
    "open": "open, for a value is missing",
    "not asked": "not asked, for an earlier rule had decided",
}
_LEADS = {"PROGRESS": "Go on to", "ROLLBACK": "Go back to", "STAY": "Stay at"}
_JOINTS = {"all": "all of these", "any": "at least one of these", "not": "not this"}
_SIGNS = {">=": "≥", "<=": "≤", "==": "=", "!=": "≠", ">": ">", "<": "<"}
_KINDS = {
    "adopted": "another program published it",
    "late": "an earlier session came later",
    "corrected": "the session table was corrected",
    "rules": "the rules are others now",
    "not decided": "the rules cannot decide it any more",
    "vanished": "the session table lost it",
}
_STAGES = {"next stage", "stage that was run", "stage that was suggested"}


def why_html(reason: Reason, *, colours: Colours, today: date) -> str:
    """
    Write the reason of a session.

    Args:
        reason: See `services.why_of`.
        colours: See `chips.colours_of`.
        today: The day, where the person is.
    """
    return (
        f'<section class="at-why">{_head(reason, colours, today)}{_sentence(reason)}'
        f"{_otherwise(reason.otherwise)}{''.join(map(_rule, reason.rules))}{_flip(reason)}</section>"
    )


def _head(reason: Reason, colours: Colours, today: date) -> str:
    """Say what was run, and what came of it."""
    row, found = reason.row, reason.explanation
    facts: list[tuple[str, str]] = []
    if row:
        facts.append(("Session", f"{reason.session} · {words.as_html(words.day(row['session_date'], today))}"))
        facts.append(("Curriculum", words.as_html(words.curriculum(row["curriculum"]))))
    key = words.text(row.get("curriculum"), missing="")
    if found is not None or reason.published:
        stage = found.stage if found is not None else words.text(row["stage"], missing="")
        suggested = found.suggested if found is not None else words.text(row["suggested"], missing="")
        closed = found.closed_loop if found is not None else bool(row["closed_loop"])
        at_stage = found.sessions_at_stage if found is not None else int(str(row["at_stage"]))
        ran = chip(key, stage, colours)
        if not closed:
            ran += " (taken for it: the stage was not recorded, open loop)"
        elif stage != suggested and suggested:
            ran += f" instead of {chip(key, suggested, colours)}: another than was suggested"
        else:
            ran += " as suggested"
        facts.append(("Ran", f"{ran}, {_ordinal(at_stage)} session there in a row"))
    if reason.published:
        decided = chip(key, words.text(row["following"], missing=""), colours)
        sure = "" if row["certain"] else " (not certain: a missing value could have changed it)"
        facts.append(("Published", f"{words.as_html(words.decision(row['decision']))}, next {decided}{sure}"))
    elif found is not None:
        decided = chip(key, found.next_stage, colours)
        facts.append(("By the rules", f"{words.as_html(words.decision(found.decision))}, next {decided}"))
    listed = "".join(f"<div><dt>{title}</dt><dd>{text}</dd></div>" for title, text in facts)
    return f'<dl class="at-facts">{listed}</dl>' if listed else ""


def _sentence(reason: Reason) -> str:
    said = f"{words.as_html(reason.sentence[:1].upper())}{words.as_html(reason.sentence[1:])}."
    if reason.explanation is None:
        said = f"<b>There is no reason to show.</b> {said}"
        if reason.published:
            said += " What was published stands, and rigs ran by it."
    elif not reason.published:
        said += " <b>No run has published this yet</b>; the next one will."
    return f'<p class="at-why-sentence">{said}</p>'


def _otherwise(otherwise: tuple[PublishedOtherwise, ...]) -> str:
    """Say where history and the rules part."""
    if not otherwise:
        return ""
    lines = []
    for each in otherwise:
        published, now = (words.stage(text) if each.title in _STAGES else text for text in (each.published, each.now))
        lines.append(
            f"<li>{words.as_html(each.title)}: published <b>{words.as_html(published or words.MISSING)}</b>, now "
            f"<b>{words.as_html(now or 'nothing')}</b> ({words.as_html(_KINDS.get(each.reason, each.reason))})</li>"
        )
    return (
        '<div class="at-otherwise"><b>Published otherwise.</b> What was published stays, for rigs ran by it; the rules '
        f"now say something else:<ul>{''.join(lines)}</ul></div>"
    )


def _rule(rule: RuleClauses) -> str:
    sign = {"won": "✓", "failed": "✗", "open": "?", "not asked": "–"}[rule.outcome]
    lead = f"{_LEADS.get(rule.decision, rule.decision)} {words.stage(rule.to_stage)}"
    rows = "".join(_clause(clause) for clause in rule.clauses)
    return (
        f'<div class="at-rule at-{rule.outcome.replace(" ", "-")}"><h4><span aria-hidden="true">{sign}</span> '
        f"{rule.number}. {words.as_html(lead)} <small>{_OUTCOMES[rule.outcome]}</small></h4>"
        f'<table><thead><tr><th scope="col">Clause</th><th scope="col">Was</th><th scope="col">Asked</th>'
        f'<th scope="col">Margin</th></tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _clause(clause: Clause) -> str:
    sign, verdict = _HELD[clause.holds]
    said = f"{_JOINTS[clause.joint]}:" if clause.joint else clause.words
    looked = ""
    if len(clause.sessions) > 1 and not clause.joint:
        looked = f'<span class="at-small">sessions {words.spans(clause.sessions)}</span>'
    held = f'<span class="at-held" aria-hidden="true">{sign}</span><span class="at-verdict">{verdict}</span>'
    return (
        f'<tr class="at-depth-{min(clause.depth, 4)}"><th scope="row"><div class="at-line">{held} '
        f"<span>{words.as_html(said)}{looked}</span></div></th>{''.join(_numbers(clause))}</tr>"
    )


def _numbers(clause: Clause) -> Iterator[str]:
    if not clause.sign:
        yield '<td colspan="3"></td>'
        return
    unit = words.as_html(clause.unit)
    was = "missing" if clause.value is None else _number(clause.value, clause.threshold)
    asked = "missing" if clause.threshold is None else f"{_SIGNS[clause.sign]} {_number(clause.threshold, None)}"
    yield f"<td>{was} {unit}</td><td>{asked} {unit}</td><td>{_margin(clause)}</td>"


def _margin(clause: Clause) -> str:
    if clause.margin is None:
        return words.MISSING
    amount = f"{abs(clause.margin):,.4g}"
    said = f"{'met' if clause.holds else 'missed'} by {amount}"
    if clause.margin == 0:
        said = "just met" if clause.holds else "just missed"
    return f"{said}{_bar(clause)}"


def _bar(clause: Clause) -> str:
    """Draw where the value lies between nothing and twice the threshold; the words beside it say the same."""
    if clause.value is None or not clause.threshold or clause.threshold < 0:
        return ""
    share = min(max(clause.value / clause.threshold / 2, 0), 1)
    kind = "at-bar-held" if clause.holds else "at-bar-not"
    return f'<span class="at-bar {kind}" aria-hidden="true"><i style="width:{share:.0%}"></i></span>'


def _flip(reason: Reason) -> str:
    if reason.explanation is None or reason.explanation.flip is None:
        return ""
    said = words.as_html(flip_sentence(reason.explanation.flip))
    return f'<p class="at-flip"><b>What would have changed it:</b> {said}</p>'


def flip_sentence(flip: Flip) -> str:
    """Say in one sentence which change of one number would have led elsewhere."""
    instead = "where it was not measured" if flip.found is None else f"instead of {_number(flip.found, flip.needed)}"
    unit = f" {flip.unit}" if flip.unit else ""
    stage = words.stage(flip.next_stage)
    leads = {"PROGRESS": f"on to {stage}", "ROLLBACK": f"back to {stage}", "STAY": f"to stay at {stage}"}
    return f"{flip.title} {_number(flip.needed, flip.found)}{unit} {instead} would have led {leads[flip.decision]}."


def _number(value: float, other: float | None) -> str:
    """Write a number to four digits, or to as many as tell it from the other."""
    if value.is_integer() and abs(value) < 1e15:
        return f"{value:,.0f}"
    for digits in range(4, 16):
        text = f"{value:,.{digits}g}"
        if other is None or float(text.replace(",", "")) != other or value == other:
            return text
    return repr(value)


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
