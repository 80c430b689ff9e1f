"""`autotrain statistics`: how long mice were at each stage, and what became of them."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from autotrain_core.cli import _options as options
from autotrain_core.cli._decide import run
from autotrain_core.cli._notices import count_mice, tell_notices
from autotrain_core.cli._streams import records, say, show, write_json, write_table_for_eyes

if TYPE_CHECKING:
    import pandas as pd

    from autotrain_core.evaluation import CohortStatistics

_SHOWN = 40
_DECISIONS = {"n_STAY": "stay", "n_PROGRESS": "progress", "n_ROLLBACK": "rollback"}
_STAGE = {
    "current_stage_actual": "stage",
    "mice": "mice",
    "session_spent": "sessions",
    "median_spent": "sessions a mouse (median)",
    "median_first_entry": "first session there (median)",
    **_DECISIONS,
}
_SUBJECT = {
    "subject_id": "mouse",
    "current_stage_actual": "stage",
    "session_spent": "sessions",
    "first_entry": "first",
    "last_leave": "last",
    "session_spanned": "spanned",
    **_DECISIONS,
}
_EPILOG = """
\b
Examples:
  autotrain statistics --sessions sessions.csv --curriculum 'Coupled Baiting@2.3'
  autotrain statistics --decisions decisions.parquet --output statistics.csv
"""


@click.command(epilog=_EPILOG, short_help="Count sessions, decisions and graduates.")
@click.option(
    "--decisions",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Decisions as `autotrain decide` writes them, csv or parquet.",
)
@click.option(
    "--sessions",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Or a session table, which is decided first; see `autotrain decide`.",
)
@options.curriculum
@options.curricula
@options.open_loop
@options.output("the statistics of each mouse and stage")
@options.as_json
def statistics(
    decisions: Path | None,
    sessions: Path | None,
    curriculum: str | None,
    curricula: Path | None,
    open_loop: bool,
    output: Path | None,
    as_json: bool,
) -> None:
    """
    Count sessions and decisions, for each mouse and stage and for the cohort.

    Of each mouse and stage: session_spent (sessions), first_entry and last_leave (session numbers), session_spanned
    (last_leave - first_entry + 1), n_STAY, n_PROGRESS, n_ROLLBACK (decisions).
    """
    if (decisions is None) == (sessions is None):
        raise click.UsageError("Give one of --decisions FILE and --sessions FILE.")
    if decisions is not None and (curriculum or curricula or open_loop):
        raise click.UsageError("--curriculum, --curricula and --open-loop go with --sessions, not with --decisions.")
    from autotrain_core import evaluation, interop  # noqa: PLC0415 - they take longer to import than --help may take

    if decisions is not None:
        decided = interop.read_sessions(decisions)
    else:
        assert sessions is not None  # noqa: S101 - the usage was checked
        _, _, outcome = run(sessions, curriculum, curricula, open_loop=open_loop)
        tell_notices(outcome.report, remedy="--report FILE lists them all")
        decided = outcome.decisions
    each = evaluation.statistics(decided)
    cohort = evaluation.cohort_statistics(decided)
    if output is not None:
        interop.write_table(each, output)
    if as_json:
        write_json({"cohort": cohort, "subjects": records(each), "output": output})
        return
    _print_cohort(cohort)
    show()
    _print_subjects(each.reset_index(), output)


def _print_cohort(cohort: "CohortStatistics") -> None:
    median = cohort.median_sessions_to_graduate
    graduated = f", after {median:g} sessions in the median" if median is not None else ""
    counted = ", ".join(f"{name} {count:,}" for name, count in cohort.decisions.items())
    show(f"{count_mice(cohort.subjects)}, {cohort.sessions:,} decided sessions")
    show(f"Decisions: {counted}; not certain {cohort.uncertain:,}; overridden {cohort.overridden:,}")
    show(f"Graduated: {cohort.graduates:,} of {count_mice(cohort.subjects)}{graduated}")
    show()
    _print(cohort.by_stage.reset_index(), _STAGE)


def _print_subjects(each: "pd.DataFrame", output: Path | None) -> None:
    _print(each.head(_SHOWN), {name: _SUBJECT.get(str(name), str(name)) for name in each.columns})
    if len(each) > _SHOWN:
        say(f"… and {len(each) - _SHOWN:,} more rows; {output or '--output FILE'} has them all.")


def _print(table: "pd.DataFrame", titles: dict[str, str]) -> None:
    rows = [[_cell(row[name]) for name in titles] for row in records(table)]
    texts = ("subject_id", "current_stage_actual")
    write_table_for_eyes(
        list(titles.values()), rows, right=[place for place, name in enumerate(titles) if name not in texts]
    )


def _cell(value: object) -> str:
    return f"{value:,.6g}" if isinstance(value, int | float) else str(value)
