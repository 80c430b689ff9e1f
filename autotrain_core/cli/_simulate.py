"""`autotrain simulate`: what new mice would do under some curricula, closed loop."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autotrain_core.cli import _options as options
from autotrain_core.cli._notices import count_mice
from autotrain_core.cli._streams import progress, records, say, show, write_json, write_table_for_eyes

if TYPE_CHECKING:
    import pandas as pd

    from autotrain_core.evaluation import ClosedLoop
    from autotrain_core.models import Curriculum, Library
    from autotrain_core.services import FittedModel, Shelf

_METRICS = {"foraging_efficiency": "efficiency", "finished_trials": "finished trials"}
_EPILOG = """
\b
Examples:
  autotrain simulate --sessions sessions.csv --curriculum 'Coupled Baiting@2.3' --curriculum my_draft.json
  autotrain simulate --sessions old.csv --trained-by 'Coupled Baiting@2.3' --curriculum my_draft.json --mice 500 --json
"""


@click.command(epilog=_EPILOG, short_help="Simulate mice that learn like yours, closed loop.")
@options.sessions
@click.option(
    "--curriculum",
    "wanted",
    required=True,
    multiple=True,
    metavar="NAME@VERSION|FILE",
    help="What to train simulated mice by; several times to compare, the others with the first.",
)
@click.option(
    "--trained-by",
    metavar="NAME@VERSION|FILE",
    help="The curriculum that all sessions followed. Without it each row names its own in curriculum_name and "
    "curriculum_version; a table without these is taken to have followed the first --curriculum.",
)
@options.curricula
@click.option(
    "--mice",
    default=200,
    show_default=True,
    type=click.IntRange(1, 5_000),
    metavar="N",
    help="How many mice to simulate each time; the intervals are those for so many.",
)
@click.option(
    "--most-sessions",
    default=40,
    show_default=True,
    type=click.IntRange(1, 200),
    metavar="N",
    help="For how many sessions each of them trains, unless it graduates.",
)
@click.option(
    "--seed",
    default=0,
    show_default=True,
    type=click.IntRange(0),
    metavar="N",
    help="Of all random numbers; the same seed prints the same figures.",
)
@options.as_json
def simulate(
    sessions: Path,
    wanted: tuple[str, ...],
    trained_by: str | None,
    curricula: Path | None,
    mice: int,
    most_sessions: int,
    seed: int,
    as_json: bool,
) -> None:
    """
    Fit a model of learning to a session table, and train simulated mice by each curriculum.

    A model, not mice: it says what to expect if mice learn as those of the table did, and if a stage is as hard as its
    settings suggest. All curricula train the same simulated mice, so that differences have narrower intervals than the
    figures themselves. At least 10 mice and 100 sessions are needed.
    """
    from autotrain_core import evaluation, services  # noqa: PLC0415 - they take longer to import than --help may take

    shelf = services.shelf(curricula)
    options.tell_failures(shelf)
    chosen = [services.find_curriculum(name, shelf) for name in wanted]
    evaluation.require_modelled(chosen)
    table, followed = _history(sessions, trained_by, chosen[0], shelf)
    with progress("Fitting the model") as step:
        model = services.fit_model(table, followed, seed=seed, progress=_parts(step))
    with progress("Training simulated mice") as step:
        found = services.simulate_curricula(
            model, chosen, mice=mice, sessions=most_sessions, seed=seed, progress=_parts(step)
        )
    if as_json:
        write_json(_as_json(model, found))
        return
    _print(model, found, services.differences_in_words(found))


def _parts(step: Any) -> Any:
    """Tell a bar of a part of 1 in thousandths."""
    return None if step is None else lambda part: step(round(1000 * part), 1000)


def _history(
    sessions: Path, trained_by: str | None, first: "Curriculum", shelf: "Shelf"
) -> "tuple[pd.DataFrame, Curriculum | Library]":
    """Read the session table, and find what its mice were trained by."""
    from autotrain_core import interop, services  # noqa: PLC0415 - as above
    from autotrain_core.models import SESSIONS  # noqa: PLC0415

    followed: Curriculum | Library = services.find_curriculum(trained_by, shelf) if trained_by else shelf.library
    metrics = {metric.name for one in (*shelf.library, first) for metric in one.metrics}
    if trained_by:
        metrics |= {metric.name for metric in followed.metrics}  # type: ignore[union-attr]  # it is a curriculum
    columns = {column.name for column in SESSIONS} | metrics | {"task", *_METRICS}
    table = interop.read_sessions(sessions, columns=columns)
    if not trained_by and not {"curriculum_name", "curriculum_version"} <= set(table.columns):
        say(f"The sessions name no curriculum: they are taken to have followed {first.key}, the first --curriculum.")
        followed = first
    return table, followed


def _as_json(model: "FittedModel", found: "ClosedLoop") -> dict[str, object]:
    fit, again = model.fit, model.reproduced
    return {
        "curricula": records(found.table),
        "differences": records(found.differences),
        "dwell": records(found.dwell),
        "flows": records(found.flows),
        "mice": found.mice,
        "most_sessions": found.sessions,
        "draws": found.draws,
        "seed": found.seed,
        "fit": {
            "mice": fit.mice,
            "sessions": fit.sessions,
            "stages_replayed": fit.replayed,
            "mice_left_out": fit.left_out,
            "curricula": fit.curricula,
            "distance": fit.distance,
            "numbers": records(fit.numbers),
        },
        "reproduced": {
            "medians_inside": again.medians_inside,
            "sessions_inside": again.sessions_inside,
            "curves": records(again.curves),
        },
    }


def _print(model: "FittedModel", found: "ClosedLoop", sentences: list[str]) -> None:
    fit, again = model.fit, model.reproduced
    show(
        f"A model of learning, fitted to {fit.sessions:,} sessions of {count_mice(fit.mice)}; {count_mice(found.mice)} "
        f"simulated {found.draws} times, for at most {found.sessions} sessions. A model, not mice."
    )
    told = ", ".join(f"{_METRICS[name]} {share:.0%}" for name, share in again.medians_inside.items())
    show(f"Medians of the real mice within the model's 90 % band: {told}.")
    if fit.replayed:
        show(f"Of {fit.replayed:.0%} of the sessions no stage was recorded: the one that the rules suggest was taken.")
    show()
    rows = [
        [
            row["curriculum"],
            _interval(row, "graduates", "{:.0%}"),
            _interval(row, "median_sessions", "{:.0f}"),
            _interval(row, "rollbacks", "{:.1f}"),
        ]
        for row in records(found.table)
    ]
    titles = ["curriculum", "graduates", "sessions until half have graduated", "rollbacks a mouse"]
    write_table_for_eyes(titles, rows, right=[1, 2, 3])
    if sentences:
        show()
    for sentence in sentences:
        show(sentence)


def _interval(row: dict[str, Any], name: str, form: str) -> str:
    """Say an estimate with its ends; what is missing was not reached."""
    middle, low, high = (
        "not reached" if row[key] is None else form.format(row[key]) for key in (name, f"{name}_lower", f"{name}_upper")
    )
    return f"{middle} ({low} to {high})"
