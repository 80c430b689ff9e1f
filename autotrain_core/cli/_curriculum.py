"""`autotrain curriculum`: check, show and list curriculum documents; the other commands stand in files of their own."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autotrain_core.cli import _options as options
from autotrain_core.cli._curriculum_diff import diff
from autotrain_core.cli._curriculum_export import diagram, export
from autotrain_core.cli._curriculum_publish import import_, publish, retire
from autotrain_core.cli._sensitivity import sensitivity
from autotrain_core.cli._streams import plain, say, show, write_json, write_table_for_eyes

if TYPE_CHECKING:
    from autotrain_core.models import Curriculum, Finding, Stage
    from autotrain_core.services import Shelf

_SAME = "·"


@click.group()
def curriculum() -> None:
    """Check, show, list, draw, publish and retire curricula."""


for command in (diff, sensitivity, publish, import_, export, diagram, retire):
    curriculum.add_command(command)


_named = click.argument("wanted", metavar="NAME@VERSION|FILE")


@curriculum.command(
    epilog="""
\b
Examples:
  autotrain curriculum check saved_curriculums/*.json
  autotrain curriculum check 'Coupled Baiting@2.3' --json --fail-on warning
"""
)
@click.argument("wanted", nargs=-1, required=True, metavar="NAME@VERSION|FILE...")
@options.curricula
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning"]),
    default="error",
    show_default=True,
    help="Exit with status 1 when a finding weighs this much, or more.",
)
@options.as_json
@click.pass_context
def check(ctx: click.Context, wanted: tuple[str, ...], curricula: Path | None, fail_on: str, as_json: bool) -> None:
    """
    List what is wrong with curricula, with place and remedy.

    Errors forbid publishing, warnings ask for a reason, infos are patterns that a reader should know of. Rules are
    tried on all histories that a mouse may have; what is found is shown on one of them. With --json: a list of findings
    with curriculum, kind, severity, stage, rule, parameter, sentence, witness (that history, or null). A file that is
    no curriculum at all is an error, and does not keep the others from being checked.
    """
    from autotrain_core import services  # noqa: PLC0415 - the rooms take longer to import than --help may take
    from autotrain_core.analysis import analyse  # noqa: PLC0415
    from autotrain_core.errors import DocumentError  # noqa: PLC0415
    from autotrain_core.models import Finding, Severity  # noqa: PLC0415
    from autotrain_core.models import check as check_curriculum  # noqa: PLC0415

    shelf = services.shelf(curricula)
    options.tell_failures(shelf)
    found: list[tuple[str, Finding]] = []
    names: list[str] = []
    for each in wanted:
        try:
            read = services.find_curriculum(each, shelf)
        except DocumentError as error:
            names.append(each)
            found.append((each, Finding(kind="no-curriculum", severity=Severity.ERROR, sentence=str(error))))
        else:
            names.append(read.key)
            found += [(read.key, finding) for finding in (*check_curriculum(read), *analyse(read))]
    if as_json:
        write_json([{"curriculum": name, **finding.as_json()} for name, finding in found])
    else:
        _print_findings(names, found)
    fatal = {"error"} if fail_on == "error" else {"error", "warning"}
    ctx.exit(1 if any(finding.severity.value in fatal for _, finding in found) else 0)


def _print_findings(names: list[str], found: "list[tuple[str, Finding]]") -> None:
    for name in dict.fromkeys(names):
        own = [finding for other, finding in found if other == name]
        counts = Counter(finding.severity.value for finding in own)
        told = ", ".join(
            f"{counts[each]} {each}{'' if counts[each] == 1 else 's'}"
            for each in ("error", "warning", "info")
            if counts[each]
        )
        show(f"{name}: {told or 'nothing to say'}")
        for finding in own:
            show(f"  {finding.severity.value}: " + str(finding).replace("\n", "\n    "))


@curriculum.command(
    name="show",
    epilog="""
\b
Example:
  autotrain curriculum show 'Coupled Baiting@2.3'
""",
)
@_named
@options.curricula
@options.as_json
def show_(wanted: str, curricula: Path | None, as_json: bool) -> None:
    """
    Show a curriculum: its stages, their settings, and its rules in plain words.

    In the table of settings `·` is the same as in the stage to the left; settings that are the same in all stages stand
    below it. With --json: the document's facts, each stage with its settings and rules.
    """
    chosen, _ = options.choose(wanted, curricula)
    from autotrain_core.models import Curriculum  # noqa: PLC0415 - as in `check`

    assert isinstance(chosen, Curriculum)  # noqa: S101 - something was named
    if as_json:
        write_json(_as_json(chosen))
        return
    show(f"{chosen.key} (schema {chosen.schema_version}, {_task(chosen)})")
    if chosen.description.strip():
        show(chosen.description.strip())
    show()
    _print_rules(chosen)
    _print_settings(chosen)
    if chosen.findings:
        show()
        _print_findings([chosen.key], [(chosen.key, finding) for finding in chosen.findings])


def _task(read: "Curriculum") -> str:
    return read.task.name if read.task else f"unknown task {read.schema_name}"


def _print_rules(read: "Curriculum") -> None:
    from autotrain_core.rules import to_words  # noqa: PLC0415 - as in `check`

    for place, stage in enumerate(read.stages):
        start = " — mice begin here" if place == 0 else ""
        show(f"{stage.name} ({stage.label}){start}" if stage.label != stage.name else f"{stage.name}{start}")
        if stage.terminal:
            show("  the end: mice stay")
        elif not stage.rules:
            show("  no rules: mice stay")
        for number, rule in enumerate(stage.rules, start=1):
            decision = rule.decision.name if rule.decision else "?"
            words = "cannot be read" if rule.condition is None else to_words(rule.condition, read.metrics)
            broken = " (broken: mice stay here)" if rule.broken else ""
            show(f"  {number}. {decision} to {rule.to_stage or '?'} if {words}{broken}")
    show()


def _print_settings(read: "Curriculum") -> None:
    stages = [stage for stage in read.stages if stage.parameters]
    hidden = {"training_stage", "description"}
    names = list(dict.fromkeys(name for stage in stages for name in stage.parameters if name not in hidden))
    constant = [name for name in names if len({_setting(stage, name) for stage in stages}) == 1]
    rows = [
        [name, *(_SAME if same else value for value, same in _across(stages, name))]
        for name in names
        if name not in constant
    ]
    if rows:
        write_table_for_eyes(["setting", *(stage.name for stage in stages)], rows)
    if constant:
        show()
        show("In all stages: " + ", ".join(f"{name} {_setting(stages[0], name)}" for name in constant))


def _across(stages: "list[Stage]", name: str) -> list[tuple[str, bool]]:
    values = [_setting(stage, name) for stage in stages]
    return [(value, place > 0 and value == values[place - 1]) for place, value in enumerate(values)]


def _setting(stage: "Stage", name: str) -> str:
    if name not in stage.parameters:
        return "–"
    value = stage.parameters[name]
    if isinstance(value, bool):
        return "on" if value else "off"
    return '""' if value == "" else str(value)


def _as_json(read: "Curriculum") -> dict[str, Any]:
    from autotrain_core.rules import to_words  # noqa: PLC0415 - as in `check`

    return {
        "name": read.name,
        "version": read.version,
        "schema_version": read.schema_version,
        "schema_name": read.schema_name,
        "task": read.task.name if read.task else None,
        "description": read.description,
        "on_missing": read.on_missing,
        "metrics": [plain(metric) for metric in read.metrics],
        "stages": [
            {
                "name": stage.name,
                "label": stage.label,
                "terminal": stage.terminal,
                "broken": stage.broken,
                "parameters": dict(stage.parameters),
                "rules": [
                    {
                        "decision": rule.decision.name if rule.decision else None,
                        "to_stage": rule.to_stage,
                        "condition": rule.condition_text,
                        "words": None if rule.condition is None else to_words(rule.condition, read.metrics),
                        "description": rule.description,
                        "broken": rule.broken,
                    }
                    for rule in stage.rules
                ],
            }
            for stage in read.stages
        ],
        "findings": list(read.findings),
    }


@curriculum.command(name="list")
@options.curricula
@options.as_json
def list_(curricula: Path | None, as_json: bool) -> None:
    """List the curricula at hand: those that ship with the program, and those of --curricula."""
    from autotrain_core import services  # noqa: PLC0415 - as in `check`

    shelf = services.shelf(curricula)
    options.tell_failures(shelf)
    rows = [_listed(read, shelf) for read in sorted(shelf.library, key=lambda read: (read.name, read.version))]
    if as_json:
        write_json({"curricula": rows, "failures": shelf.failures})
        return
    titles = ("curriculum", "task", "schema", "stages", "from", "errors", "warnings")
    write_table_for_eyes(titles, [[str(row[name]) for name in titles] for row in rows], right=(3, 5, 6))
    if not rows:
        say("There are none.")


def _listed(read: "Curriculum", shelf: "Shelf") -> dict[str, Any]:
    counts = Counter(finding.severity.value for finding in read.findings)
    return {
        "curriculum": read.key,
        "name": read.name,
        "version": read.version,
        "schema": read.schema_version,
        "task": _task(read),
        "stages": len(read.stages),
        "from": "folder" if read.key in shelf.own else "shipped",
        "errors": counts["error"],
        "warnings": counts["warning"],
    }
