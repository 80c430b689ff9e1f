"""A curriculum as HTML: rules in plain words, settings as a table, findings. Every text of it stays text."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from autotrain_core.diagrams import ParameterTable
from autotrain_core.models import Curriculum, Decision, Finding, Rule, Severity, Stage
from autotrain_core.rules import to_words
from autotrain_ui import chips, words
from autotrain_ui.chips import Colours

_WEIGHTS = {Severity.ERROR: "✕ error", Severity.WARNING: "! warning", Severity.INFO: "i remark"}
_MOST_SESSIONS = 24
_HEADS = {"session": "Session", "current_stage_actual": "Stage", "decision": "Decision", "next_stage": "Next stage"}
_LEADS = {Decision.PROGRESS: "to", Decision.ROLLBACK: "to", Decision.STAY: "at"}


def rules_in_words(curriculum: Curriculum, colours: Colours) -> str:
    """
    Write the rules of a curriculum stage by stage, each with the condition as its author wrote it, folded away.

    Args:
        curriculum: Any, with faults too.
        colours: See `chips.colours_of`.

    Returns:
        A section for each stage.
    """
    return "".join(_stage(stage, curriculum, colours) for stage in curriculum.stages)


def _stage(stage: Stage, curriculum: Curriculum, colours: Colours) -> str:
    told = words.as_html(str(stage.parameters.get("description", "")).strip())
    rules = "".join(_rule(rule, curriculum) for rule in stage.rules)
    if rules:
        body = f"<ol>{rules}</ol>"
    elif stage.terminal:
        body = "<p>Training ends here: a mouse that reaches it stays.</p>"
    else:
        body = "<p>No rules: a mouse that reaches it stays.</p>"
    return (
        f"<section class='at-rules'><h3>{chips.chip(curriculum.key, stage.label, colours)}</h3>"
        f"{f'<p class=at-quiet>{told}</p>' if told else ''}{body}</section>"
    )


def _rule(rule: Rule, curriculum: Curriculum) -> str:
    when = (
        to_words(rule.condition, curriculum.metrics) if rule.condition is not None else "nobody can read its condition"
    )
    if rule.decision is None:
        does = "nobody knows what it decides"
    else:
        to = words.as_html(rule.to_stage) or "no stage"
        does = f"<b>{words.as_html(words.decision(rule.decision.name))}</b> {_LEADS[rule.decision]} <b>{to}</b>"
    broken = " <em>(cannot be tried)</em>" if rule.broken else ""
    said = f"<p class='at-quiet'>The author: {words.as_html(rule.description)}</p>" if rule.description.strip() else ""
    written = words.as_html(rule.condition_text)
    return (
        f"<li>{does} when {words.as_html(when)}{broken}{said}"
        f"<details><summary>Condition as written</summary><pre>{written}</pre></details></li>"
    )


def settings_table(curriculum: Curriculum, table: ParameterTable, colours: Colours, *, changes_only: bool) -> str:
    """
    Write what each stage sets as a table.

    Args:
        curriculum: Whose settings they are.
        table: From `diagrams.parameter_table`.
        colours: See `chips.colours_of`.
        changes_only: Leave out what is the same in every stage.

    Returns:
        A row a setting with its unit, a column a stage; what differs from the stage before is bold on a tint.
    """
    labels = {stage.name: stage.label for stage in curriculum.stages}
    stages = [str(name) for name in table.cells.columns]
    heads = "".join(f"<th scope='col'>{chips.chip(curriculum.key, labels[name], colours)}</th>" for name in stages)
    rows = table.rows[~table.rows["constant"]] if changes_only else table.rows
    body = "".join(
        f"<tr><th scope='row' title='{words.as_html(_about(str(name), str(row['description'])))}'>"
        f"{words.as_html(str(row['title']))}</th>"
        f"{''.join(_cells(table, str(name), stages))}</tr>"
        for name, row in rows.iterrows()
    )
    told = "what differs from the stage before is bold" if len(stages) > 1 else "one stage"
    return (
        f"<div class='at-scroll' role='region' aria-label='Settings of each stage' tabindex='0'>"
        f"<table class='at-settings'><caption>{words.count(len(rows), 'setting')}; {told}</caption>"
        f"<thead><tr><th scope='col'>Setting</th>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _about(name: str, description: str) -> str:
    return f"{name}: {description}" if description else name


def _cells(table: ParameterTable, name: str, stages: Iterable[str]) -> Iterator[str]:
    for stage in stages:
        value = words.as_html(str(table.cells.at[name, stage]))
        yield f"<td class='at-changed'><b>{value}</b></td>" if table.changed.at[name, stage] else f"<td>{value}</td>"


def findings_list(findings: Iterable[Finding]) -> str:
    """Write findings with weight and place, the gravest first."""
    ordered = sorted(findings, key=lambda finding: list(_WEIGHTS).index(finding.severity))
    items = "".join(
        f"<li class='at-{finding.severity.value}'><b>{_WEIGHTS[finding.severity]}</b> "
        f"<span>{words.as_html(finding)}</span>{example_of(finding)}</li>"
        for finding in ordered
    )
    return f"<ul class='at-findings'>{items}</ul>"


def example_of(finding: Finding) -> str:
    """Write the history that shows a finding as a table, folded away; nothing where it has none."""
    witness = finding.witness
    sessions = witness.get("sessions") if isinstance(witness, dict) else None
    if not sessions:
        return ""
    stages = {session.get("current_stage_actual") for session in sessions}
    known = {*_HEADS, *witness.get("reads", sessions[-1])}
    names = [name for name in sessions[-1] if name in known and (name != "current_stage_actual" or len(stages) > 1)]
    head = "".join(f"<th>{words.as_html(_HEADS.get(name, name))}</th>" for name in names)
    rows = "".join(
        f"<tr>{''.join(f'<td>{_value(session.get(name))}</td>' for name in names)}</tr>"
        for session in sessions[-_MOST_SESSIONS:]
    )
    left_out = len(sessions) - _MOST_SESSIONS
    above = f"<p class='at-quiet'>{words.count(left_out, 'earlier session')} not shown.</p>" if left_out > 0 else ""
    return (
        f"<details class='at-example'><summary>Show the example</summary>{above}<table><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table>{_outcome(witness)}</details>"
    )


def _value(value: object) -> str:
    return words.as_html(words.MISSING if value is None else value)


def _outcome(witness: Mapping[str, Any]) -> str:
    if "decision" not in witness:
        return ""
    holds = [str(number) for number in witness["holds"]]
    holding = f"rule{'s' if len(holds) > 1 else ''} {', '.join(holds)}" if holds else "no rule"
    hold = "hold" if len(holds) > 1 else "holds"
    count = words.count(witness["sessions_at_stage"], "session")
    decision, there = words.decision(witness["decision"]), witness["next_stage"]
    return (
        f"<p class='at-quiet'>After {count} at the stage {holding} {hold}: "
        f"{words.as_html(decision)}, next {words.as_html(there)}.</p>"
    )
