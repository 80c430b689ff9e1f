"""The closed loop: what simulated mice that learn like the lab's own would make of some curricula."""

import hashlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from autotrain_core import services
from autotrain_core.errors import DocumentError
from autotrain_core.evaluation import ClosedLoop, require_modelled
from autotrain_core.models import Curriculum
from autotrain_core.services import FittedModel, Selection
from autotrain_ui import frame, simulating, words
from autotrain_ui.charts.framing import Caption, config
from autotrain_ui.charts.simulation import reproduced_figure
from autotrain_ui.frame import Here
from autotrain_ui.simulating import Trial

_MICE, _SESSIONS, _SEED = "simulation-mice", "simulation-sessions", "simulation-seed"
_METRICS = {"foraging_efficiency": "efficiency", "finished_trials": "finished trials"}
_WHAT = (
    "New mice that learn as yours did, trained from their first session by each curriculum: they feel every stage that "
    "they are sent to. **A model, not mice.**"
)
_ASSUMED = """
- Simulated mice learn as the mice of your history did: the model is fitted to their efficiency and their finished
  trials, nothing else. It knows nothing of a task, a rig or a strain that was never there.
- How hard a stage is follows from its settings (delays, reward ratios, free water …) as `docs/simulation.md` says. A
  setting that is not in that list changes nothing; the rules count in full. What difficulty costs a mouse is learned
  from your mice, where the stages that they ran were recorded.
- Nobody overrides, nobody leaves: each mouse trains until it graduates, or until the last session that is simulated.
- All curricula train the same mice, with the same good and bad days. So a difference is known better than each figure.
- An interval holds nine in ten of the draws. A draw has other numbers of the model, as likely as the ones shown, and
  other mice.
"""


def simulation(here: Here, curricula: Sequence[Curriculum], *, selection: Selection | None = None) -> None:
    """
    Draw the closed-loop simulation: a button that starts it, its progress, then what came of it.

    The model of learning is fitted to the whole histories of the mice that have a chosen session. Fits are kept for the
    whole server, one for each version of the lab and choice of mice, and so are results.

    Args:
        here: Where the page is.
        curricula: What to simulate, drafts too; the first is what the others are compared with.
        selection: Which mice the model is fitted to; all where this is None.
    """
    st.markdown(_WHAT)
    if not curricula:
        st.info("**No curriculum is chosen.** Choose one or more to simulate.", icon=":material/experiment:")
        return
    try:
        require_modelled(curricula)
    except DocumentError as error:
        st.info(words.as_text(error), icon=":material/experiment:")
        return
    chosen = _chosen(selection)
    mice, sessions, seed = _settings()
    of = f"{here.lab.version} {here.day if chosen.active else ''} {chosen!r} {seed}"
    texts = hashlib.sha256("\n".join(f"{one.key} {one.text}" for one in curricula).encode()).hexdigest()
    key = f"{of} {texts} {mice} {sessions}"
    start = partial(
        _ask,
        key,
        of=of,
        fit=partial(_fit, here, chosen, seed),
        simulate=partial(_simulate, tuple(curricula), mice, sessions, seed),
    )
    trial = simulating.desk().known(key)
    if trial is None:
        _button(curricula, start)
    elif not trial.over.is_set():
        _watch(trial)
    elif trial.failure is not None:
        frame.show(trial.failure)
        st.button("Try again", key="simulation-again", on_click=start)
    elif trial.found is not None and trial.model is not None:
        _result(here, trial.model, trial.found)


def _ask(key: str, *, of: str, fit: simulating.Fit, simulate: simulating.Simulate) -> None:
    simulating.desk().ask(key, of=of, fit=fit, simulate=simulate)


def _chosen(selection: Selection | None) -> Selection:
    """Leave of a page's view what chooses mice, so that a change of a tab fits nothing anew."""
    fields = set(Selection.model_fields)
    return Selection() if selection is None else Selection.model_validate(selection.model_dump(include=fields))


def _fit(here: Here, chosen: Selection, seed: int, told: simulating.Told) -> FittedModel:
    return services.fit_lab(here.lab, chosen, on=here.day, seed=seed, progress=told)


def _simulate(
    curricula: Sequence[Curriculum],
    mice: int,
    sessions: int,
    seed: int,
    model: FittedModel,
    told: simulating.Told,
) -> ClosedLoop:
    return services.simulate_curricula(model, curricula, mice=mice, sessions=sessions, seed=seed, progress=told)


def _settings() -> tuple[int, int, int]:
    with st.container(horizontal=True, gap="small", key="simulation-settings"):
        mice = st.number_input(
            "Mice each time",
            20,
            2000,
            200,
            10,
            key=_MICE,
            width=160,
            help="How many mice each draw trains; intervals are those for so many. 40 draws are made.",
        )
        sessions = st.number_input(
            "Sessions at most",
            5,
            120,
            40,
            5,
            key=_SESSIONS,
            width=160,
            help="For how many sessions a mouse trains, unless it graduates before.",
        )
        seed = st.number_input(
            "Seed", 0, 999_999, 0, 1, key=_SEED, width=130, help="The same seed gives the same figures."
        )
    return int(mice), int(sessions), int(seed)


def _button(curricula: Sequence[Curriculum], start: Callable[[], None]) -> None:
    number = words.count(len(curricula), "curriculum", "curricula")
    st.button(
        f"Simulate {number}",
        icon=":material/experiment:",
        type="primary",
        key="simulation-start",
        on_click=start,
        help="Fits the model of learning to the chosen mice, then trains simulated mice. Nothing is changed.",
    )
    st.caption(
        "A fit takes some ten seconds and is kept until the lab has new sessions. It needs at least 10 mice with 100 "
        "sessions."
    )


@st.fragment(run_every=0.5)
def _watch(trial: Trial) -> None:
    if trial.over.is_set():
        st.rerun()
    doing = "Waiting for another simulation …" if trial.waits else "Training simulated mice …"
    if not trial.waits and trial.model is None:
        doing = "Fitting the model to the mice of the lab …"
    st.progress(min(max(trial.part, 0.02), 1.0), text=doing)


def _result(here: Here, model: FittedModel, found: ClosedLoop) -> None:
    for sentence in services.differences_in_words(found, name=words.curriculum):
        st.text(f"• {sentence}")
    table, columns = found.table, _columns(found.sessions)
    st.dataframe(
        _percent(table),
        hide_index=True,
        key="simulation-table",
        column_order=list(columns),
        column_config=columns,
        alt="What becomes of simulated mice under each curriculum, with 90 % intervals",
    )
    st.caption(
        words.as_text(
            f"{words.mice(found.mice)} a draw, {found.draws} draws, {found.sessions} sessions at most, seed "
            f"{found.seed}. The first figure is the middle of the draws; from and to hold nine in ten of them."
        )
    )
    with st.container(horizontal=True, gap="small", key="simulation-files"):
        _offer(table, "figures", "CSV of these figures")
        _offer(found.differences, "differences", "CSV of the differences")
        _offer(found.flows, "flows", "CSV of the ways from stage to stage")
    _how_well(here, model)
    with st.expander("Sessions at each stage"):
        st.dataframe(
            found.dwell.assign(
                curriculum=found.dwell["curriculum"].map(words.curriculum),
                stage=found.dwell["stage"].map(words.stage),
            ),
            hide_index=True,
            key="simulation-dwell",
            column_config={
                "curriculum": "Curriculum",
                "stage": "Stage",
                "sessions": st.column_config.NumberColumn("Sessions of a mouse", format="%.1f"),
                "lower": st.column_config.NumberColumn("from", format="%.1f"),
                "upper": st.column_config.NumberColumn("to", format="%.1f"),
            },
            alt="Mean sessions of a simulated mouse at each stage before it graduates",
        )
    with st.expander("What is assumed"):
        st.markdown(_ASSUMED)
    with st.expander("The numbers of the model"):
        _numbers(model)


def _percent(table: pd.DataFrame) -> pd.DataFrame:
    """Say names as people do, and shares in percent."""
    shares = [name for name in table.columns if name.startswith("graduates")]
    named = table["curriculum"].map(words.curriculum)
    return table.assign(curriculum=named, **{name: 100 * table[name] for name in shares})


def _columns(sessions: int) -> dict[str, Any]:
    number = st.column_config.NumberColumn
    columns: dict[str, Any] = {"curriculum": "Curriculum"}
    for name, title, form, told in (
        ("graduates", "Graduate, %", "%.0f", f"Share of the mice within {sessions} sessions."),
        ("median_sessions", "Half graduated after", "%.0f", "Sessions; empty where fewer than half graduate."),
        ("sessions", "Sessions a mouse", "%.1f", "Mean number of sessions in training, until graduation or the end."),
        ("rollbacks", "Rollbacks a mouse", "%.1f", "Mean number of times that a mouse is sent back."),
    ):
        columns |= {
            name: number(title, format=form, help=told),
            f"{name}_lower": number("from", format=form),
            f"{name}_upper": number("to", format=form),
        }
    return columns


def _how_well(here: Here, model: FittedModel) -> None:
    again, fit = model.reproduced, model.fit
    st.subheader("How well the model reproduces your mice")
    medians = ", ".join(f"{_METRICS[name]} {share:.0%}" for name, share in again.medians_inside.items())
    each = ", ".join(f"{_METRICS[name]} {share:.0%}" for name, share in again.sessions_inside.items())
    st.markdown(
        f"Real medians where nine in ten simulated medians are: **{medians}**. Real sessions where nine in ten "
        f"simulated sessions are: **{each}**. All are about 90 % where the model is right."
    )
    if fit.replayed > 0.005:
        st.caption(
            f"Of {fit.replayed:.0%} of the sessions no stage was recorded: the one that the rules suggest was taken."
        )
    foot = [
        f"{words.mice(fit.mice)}, {words.count(fit.sessions, 'session')}",
        "simulated with the same curricula and session numbers",
        f"drawn {here.today:%Y-%m-%d}",
    ]
    caption = Caption(title="Real and simulated mice", foot=" · ".join(foot))
    st.plotly_chart(
        reproduced_figure(again.curves, caption=caption, dark=here.dark),
        key="simulation-reproduced",
        config=config("real and simulated mice"),
        alt=f"Efficiency and finished trials by session number, real and simulated. Real medians inside: {medians}.",
    )
    _offer(again.curves, "curves", "CSV of these numbers")


def _numbers(model: FittedModel) -> None:
    fit = model.fit
    st.markdown(
        f"Fitted to {words.mice(fit.mice)} with {words.count(fit.sessions, 'session')}. Summary numbers of simulated "
        f"mice lie {fit.distance:.1f} standard errors from the real ones; 1 is as near as chance allows. What is not "
        "fitted stays as the example lab has it."
    )
    table = fit.numbers.sort_values("fitted", ascending=False, kind="stable")[
        ["title", "unit", "fitted", "start", "estimate", "lower", "upper", "name"]
    ]
    number = partial(st.column_config.NumberColumn, format="%.3g")
    st.dataframe(
        table,
        hide_index=True,
        key="simulation-numbers",
        column_config={
            "title": "Number",
            "unit": "Unit",
            "fitted": "Fitted",
            "start": number("Before"),
            "estimate": number("Estimate"),
            "lower": number("90 % from"),
            "upper": number("to"),
            "name": "Name",
        },
        alt="The numbers of the model of learning with their intervals",
    )
    _offer(table, "numbers", "CSV of these numbers")


def _offer(table: pd.DataFrame, name: str, label: str) -> None:
    """Offer a table as a file, which is written when somebody wants it."""
    st.download_button(
        label,
        data=partial(services.spreadsheet_csv, table),
        file_name=f"simulation-{name}.csv",
        mime="text/csv",
        icon=":material/download:",
        key=f"simulation-csv-{name}",
        on_click="ignore",
    )
