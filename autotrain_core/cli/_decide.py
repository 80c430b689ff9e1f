"""`autotrain decide`: a session table in, decisions out."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autotrain_core.cli import _options as options
from autotrain_core.cli._notices import count_mice, tell_notices, warn_of_curricula, write_report
from autotrain_core.cli._streams import progress, records, say, write_data, write_json
from autotrain_core.errors import MissingColumnError

if TYPE_CHECKING:
    import pandas as pd

    from autotrain_core.evaluation import Outcome
    from autotrain_core.models import Curriculum, Library

_EPILOG = """
\b
Examples:
  autotrain decide --sessions sessions.csv --curriculum 'Coupled Baiting@2.3' --output decisions.csv
  autotrain decide --sessions df_sessions.pkl --curricula saved_curriculums --report report.json > decisions.csv
  autotrain decide --sessions sessions.parquet --curriculum my_curriculum.json --open-loop --json
"""


@click.command(epilog=_EPILOG, short_help="Decide a session table.")
@options.sessions
@options.curriculum
@options.curricula
@options.open_loop
@options.output("the decisions")
@click.option(
    "--report",
    type=options.REPORT_FILE,
    metavar="FILE",
    help="Write every remark on a session (left out, or decided with a remark) to this file, json or csv by its "
    "ending. The first of them are shown on stderr.",
)
@options.as_json
def decide(
    sessions: Path,
    curriculum: str | None,
    curricula: Path | None,
    open_loop: bool,
    output: Path | None,
    report: Path | None,
    as_json: bool,
) -> None:
    """
    Decide the next stage of each mouse after each of its sessions.

    Without --output the decisions are printed to stdout as csv. Columns: subject_id, session, session_at_current_stage
    (sessions), current_stage_suggested, current_stage_actual, closed_loop, overridden_by_trainer, decision,
    next_stage_suggested, certain, curriculum_name, curriculum_version. Stages and decisions are enum NAMES (STAGE_2,
    PROGRESS). What cannot be decided is reported and stops nothing else.
    """
    from autotrain_core import interop  # noqa: PLC0415 - the rooms take longer to import than --help may take

    _refuse_one_file_for_two(sessions, output, report)
    table, _, outcome = run(sessions, curriculum, curricula, open_loop=open_loop)
    if output is not None:
        interop.write_table(outcome.decisions, output)
    if report is not None:
        write_report(outcome, report)
    tell_notices(outcome.report, remedy=f"{report or '--report FILE'} lists them all")
    say(_summary(table, outcome, output))
    if as_json:
        write_json(
            {
                "sessions": len(table),
                "decided": len(outcome.decisions),
                "left_out": len(outcome.left_out),
                "output": output,
                "decisions": None if output is not None else records(outcome.decisions),
                "report": outcome.report,
            }
        )
    elif output is None:
        write_data(interop.to_csv(outcome.decisions))


def run(
    sessions: Path, wanted: str | None, directory: Path | None, *, open_loop: bool
) -> "tuple[pd.DataFrame, Curriculum | Library, Outcome]":
    """Read a session table and the curricula, decide, and warn of documents with faults that took part."""
    from autotrain_core import evaluation  # noqa: PLC0415 - as above

    chosen, table = read(sessions, wanted, directory)
    with progress("Deciding") as step, remedy(wanted, sessions):
        outcome = evaluation.decide_and_report(table, chosen, open_loop=open_loop, progress=step)
    warn_of_curricula(_used(chosen, outcome))
    return table, chosen, outcome


def read(sessions: Path, wanted: str | None, directory: Path | None) -> "tuple[Curriculum | Library, pd.DataFrame]":
    """Read what decides, and of the session table the columns that it may need."""
    from autotrain_core import interop  # noqa: PLC0415 - as above
    from autotrain_core.models import SESSIONS  # noqa: PLC0415

    chosen, _ = options.choose(wanted, directory)
    curricula = chosen if not hasattr(chosen, "metrics") else [chosen]
    metrics = {metric.name for curriculum in curricula for metric in curriculum.metrics}
    return chosen, interop.read_sessions(sessions, columns={column.name for column in SESSIONS} | metrics | {"task"})


@contextmanager
def remedy(wanted: str | None, sessions: Path) -> Iterator[None]:
    """Say of a table that lacks columns what else it has, and how its curriculum can be named here."""
    try:
        yield
    except MissingColumnError as error:
        from autotrain_core import interop  # noqa: PLC0415 - as above

        advice = "The rules read it."
        if wanted is None and {"curriculum_name", "curriculum_version"} & set(error.missing):
            advice = (
                "Name one curriculum for all rows (--curriculum 'NAME@VERSION'), or give each row its own in "
                "curriculum_name and curriculum_version."
            )
        elif {"subject_id", "session"} & set(error.missing):
            advice = "A session table needs at least subject_id, session and a column for each metric."
        found = tuple(map(str, interop.read_sessions(sessions).columns))
        raise MissingColumnError(str(sessions), error.missing, found, advice) from error


def _used(chosen: "Curriculum | Library", outcome: "Outcome") -> "list[Curriculum]":
    from autotrain_core.models import Curriculum  # noqa: PLC0415 - as above

    if isinstance(chosen, Curriculum):
        return [chosen]
    names = outcome.decisions[["curriculum_name", "curriculum_version"]].drop_duplicates()
    keys = set(names.itertuples(index=False, name=None))
    return [curriculum for curriculum in chosen if (curriculum.name, curriculum.version) in keys]


def _refuse_one_file_for_two(*paths: Path | None) -> None:
    """Neither the report nor the decisions may be written over one another, or over the sessions."""
    named = [path.resolve() for path in paths if path is not None]
    if len(set(named)) < len(named):
        raise click.UsageError("--sessions, --output and --report have to be different files.")


def _summary(table: "pd.DataFrame", outcome: "Outcome", output: Path | None) -> str:
    decisions = outcome.decisions
    unsure = int((~decisions["certain"]).sum())
    where = f" -> {output}" if output else ""
    return (
        f"Decided {len(decisions):,} of {len(table):,} sessions, {count_mice(decisions['subject_id'].nunique())}"
        f"{f'; {unsure:,} not certain, because a value is missing' if unsure else ''}{where}."
    )
