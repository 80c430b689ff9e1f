"""`autotrain explain`: one decision, part by part."""

from pathlib import Path

import click

from autotrain_core.cli import _options as options
from autotrain_core.cli._decide import read, remedy
from autotrain_core.cli._streams import show, write_json

_EPILOG = """
\b
Example:
  autotrain explain --sessions sessions.csv --curriculum 'Coupled Baiting@2.3' --subject 447921 --session 12
"""


@click.command(epilog=_EPILOG, short_help="Say why a mouse goes where it goes.")
@options.sessions
@options.curriculum
@options.curricula
@options.open_loop
@click.option("--subject", required=True, metavar="ID", help="The mouse, as in the column subject_id.")
@click.option("--session", required=True, type=int, metavar="NUMBER", help="Its session number, as in the table.")
@options.as_json
def explain(
    sessions: Path,
    curriculum: str | None,
    curricula: Path | None,
    open_loop: bool,
    subject: str,
    session: int,
    as_json: bool,
) -> None:
    """
    Say why one mouse goes where it goes after one session.

    Shows the rules of its stage with the value, the threshold and the margin of every part, the sessions that were
    looked at, and the smallest single change that would have led to another decision.
    """
    from autotrain_core import evaluation  # noqa: PLC0415 - the rooms take longer to import than --help may take
    from autotrain_core.models import SESSIONS, require_columns  # noqa: PLC0415

    chosen, table = read(sessions, curriculum, curricula)
    with remedy(curriculum, sessions):
        require_columns(table, SESSIONS, str(sessions))
        explanation = evaluation.explain(table, chosen, subject_id=subject, session=session, open_loop=open_loop)
    if as_json:
        write_json(explanation)
    else:
        show(str(explanation))
