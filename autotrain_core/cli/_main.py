"""The command line: which commands there are."""

import click

from autotrain_core.cli import _options as options
from autotrain_core.cli._app import app
from autotrain_core.cli._backtest import backtest
from autotrain_core.cli._curriculum import curriculum
from autotrain_core.cli._decide import decide
from autotrain_core.cli._demo import demo
from autotrain_core.cli._enrol import enrol
from autotrain_core.cli._explain import explain
from autotrain_core.cli._forecast import forecast
from autotrain_core.cli._group import Program
from autotrain_core.cli._lab import lab
from autotrain_core.cli._mark import comment, session
from autotrain_core.cli._members import members
from autotrain_core.cli._move import move
from autotrain_core.cli._notify import notify
from autotrain_core.cli._override import override
from autotrain_core.cli._policy import policy
from autotrain_core.cli._record import record, store_
from autotrain_core.cli._run import run
from autotrain_core.cli._simulate import simulate
from autotrain_core.cli._snooze import snooze
from autotrain_core.cli._statistics import statistics
from autotrain_core.cli._status import status

_EPILOG = """
Exit status: 0 good, also when some mice could not be decided; 1 a document or a table as a whole is wrong; 2 the
command line is wrong; 3 the store: what was named is not there, or the store or the disk does not answer or refuses;
4 somebody else saved first, or writes tables of ours.
"""


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    from autotrain_core import __version__  # noqa: PLC0415 - looking it up takes time that --help does not have

    click.echo(f"autotrain {__version__}")
    ctx.exit()


@click.group(
    cls=Program, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Print the version."
)
@options.store
@options.settings
def main(**_: str | None) -> None:
    """Decide what each mouse trains on tomorrow, and say why."""


for command in (
    demo,
    app,
    run,
    status,
    decide,
    explain,
    statistics,
    backtest,
    simulate,
    forecast,
    curriculum,
    enrol,
    move,
    override,
    session,
    comment,
    snooze,
    members,
    notify,
    policy,
    record,
    store_,
    lab,
):
    main.add_command(command)
