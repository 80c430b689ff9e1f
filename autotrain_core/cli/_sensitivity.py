"""`autotrain curriculum sensitivity`: which past decisions would have been others with another number in a rule."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autotrain_core.cli import _options as options
from autotrain_core.cli._decide import remedy
from autotrain_core.cli._streams import show, write_json, write_table_for_eyes

if TYPE_CHECKING:
    from autotrain_core.evaluation import Suggestion, Sweep, Threshold
    from autotrain_core.models import Curriculum

_SHOWN = 12
_ASSUMES = "Each past session keeps its stage, and how long the mouse had been there; only its decision is asked anew."


@click.command(
    epilog="""
\b
Examples:
  autotrain curriculum sensitivity 'Coupled Baiting@2.3' --stage 'Stage 2' --sessions sessions.csv
  autotrain curriculum sensitivity draft.json --stage 'Stage 2' --rule 2 --threshold 1 --sessions sessions.csv --json
  autotrain curriculum sensitivity draft.json --stage 'Stage 2' --share 0.8 --within 3 --sessions sessions.csv
"""
)
@click.argument("wanted", metavar="NAME@VERSION|FILE")
@options.sessions
@click.option("--stage", required=True, help="The stage whose rule is asked.")
@click.option("--rule", default=1, show_default=True, type=click.IntRange(min=1), help="Which of its rules, from 1.")
@click.option(
    "--threshold",
    "number",
    default=1,
    show_default=True,
    type=click.IntRange(min=1),
    help="Which number of the rule, from 1 in the order of the text.",
)
@click.option(
    "--share",
    type=click.FloatRange(0, 1),
    help="Suggest a value that promotes this share of the mice that graduated, 0 to 1, in time.",
)
@click.option(
    "--within", default=3, show_default=True, type=click.IntRange(min=1), help="In time: within so many sessions."
)
@options.curricula
@options.open_loop
@options.as_json
def sensitivity(
    wanted: str,
    sessions: Path,
    stage: str,
    rule: int,
    number: int,
    share: float | None,
    within: int,
    curricula: Path | None,
    open_loop: bool,
    as_json: bool,
) -> None:
    """
    Ask how much hangs on a number of a rule: which past decisions would have been others with other values.

    Every session of the table is taken as one of this curriculum, and keeps the stage that it had; only its decision is
    asked anew. With --json: threshold, value, sessions, subjects, values (a list with value, flips, mice, and flips by
    kind), suggestion (or null).
    """
    from autotrain_core import evaluation, interop, services  # noqa: PLC0415 - longer to import than --help may take
    from autotrain_core.models import SESSIONS  # noqa: PLC0415

    shelf = services.shelf(curricula)
    options.tell_failures(shelf)
    chosen = services.find_curriculum(wanted, shelf)
    threshold = _threshold(chosen, stage, rule, number)
    columns = {column.name for column in SESSIONS} | {metric.name for metric in chosen.metrics}
    table = interop.read_sessions(sessions, columns=columns)
    with remedy("named", sessions):
        history = evaluation.Sensitivity(evaluation.past_of(table, chosen, open_loop=open_loop), chosen)
    found = evaluation.sweep(history, threshold, history.scale(threshold).values(threshold.value).tolist())
    suggested = None
    if share is not None:
        suggested = evaluation.suggest(history, threshold, evaluation.Target(share=share, sessions=within))
    if as_json:
        write_json(_as_json(found, suggested))
        return
    _print(found, suggested)


def _threshold(curriculum: "Curriculum", stage: str, rule: int, number: int) -> "Threshold":
    from autotrain_core.errors import NotStoredError  # noqa: PLC0415 - as above
    from autotrain_core.evaluation import thresholds  # noqa: PLC0415

    name = curriculum.stage(stage).name
    own = [each for each in thresholds(curriculum) if (each.stage, each.rule) == (name, rule)]
    if number > len(own):
        there = "; ".join(f"{place}: {each}" for place, each in enumerate(own, 1)) or "none"
        message = f"Rule {rule} of {name} in {curriculum.key} has no threshold {number}. Its thresholds are {there}."
        raise NotStoredError(message)
    return own[number - 1]


def _print(found: "Sweep", suggested: "Suggestion | None") -> None:
    from autotrain_core.evaluation import FLIPS  # noqa: PLC0415 - as above

    threshold, table = found.threshold, found.table
    show(f"{threshold.stage}, rule {threshold.rule}: {threshold}")
    show(f"{found.sessions:,} decisions of {found.subjects:,} mice. {_ASSUMES}")
    show()
    kinds = [kind for kind in FLIPS if table[kind].any()]
    step = max(1, -(-len(table) // _SHOWN))
    values = sorted({*table.index[::step].tolist(), threshold.value})
    rows = [
        [
            f"{value:,.12g}{' (now)' if value == threshold.value else ''}",
            *(f"{count:,}" for count in table.loc[value, ["flips", "mice", *kinds]].tolist()),
        ]
        for value in values
    ]
    titles = ("value", "flips", "mice", *(kind.replace("_", " ") for kind in kinds))
    write_table_for_eyes(titles, rows, right=range(1, len(titles)))
    if suggested is not None:
        show()
        show(_told(suggested))


def _told(found: "Suggestion") -> str:
    from autotrain_core.evaluation import ENOUGH_GRADUATES  # noqa: PLC0415 - as above

    if found.value is None:
        return (
            f"Not enough mice: {found.mice} graduated after being at this stage; with fewer than {ENOUGH_GRADUATES} "
            "nothing is suggested."
        )
    best = found.table.loc[found.value]
    lead = "Suggested" if found.is_met else "No value meets the target; the closest is"
    return (
        f"{lead} {found.value:,.12g}: {best['promoted']:,.0f} of {found.mice:,} mice that graduated "
        f"({best['share']:.0%}) are promoted within {found.target.sessions} sessions, and "
        f"{best['others_promoted']:,.0f} of {found.others:,} others."
    )


def _as_json(found: "Sweep", suggested: "Suggestion | None") -> dict[str, Any]:
    return {
        "threshold": str(found.threshold),
        "stage": found.threshold.stage,
        "rule": found.threshold.rule,
        "value": found.threshold.value,
        "sessions": found.sessions,
        "subjects": found.subjects,
        "values": found.table.reset_index().to_dict(orient="records"),
        "suggestion": None
        if suggested is None
        else {
            "value": suggested.value,
            "is_met": suggested.is_met,
            "mice": suggested.mice,
            "others": suggested.others,
            **({} if suggested.value is None else suggested.table.loc[suggested.value].to_dict()),
        },
    }
