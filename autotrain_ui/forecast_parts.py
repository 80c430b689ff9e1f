"""When a mouse will probably graduate: a sentence, a bar, the curve behind it, and how far forecasts came true."""

from datetime import date

import streamlit as st

from autotrain_core import services
from autotrain_core.evaluation import Calibration, Incidence
from autotrain_core.services import LabView, MouseForecast
from autotrain_ui import words
from autotrain_ui.charts.forecast import calibration_figure, curve_figure
from autotrain_ui.charts.framing import Caption, config
from autotrain_ui.frame import Here


def draw(here: Here, subject: str) -> None:
    """
    Say when a mouse will probably graduate; of one that has graduated or left, that.

    Args:
        here: The page.
        subject: The mouse.
    """
    one = services.forecast_of(here.lab, subject, on=here.day)
    wanted = here.settings.forecast
    sentence = services.forecast_sentence(one, needed=(wanted.comparable, wanted.graduated))
    if not one.told:
        st.html(f'<p class="at-none">{words.as_html(sentence)}</p>')
        return
    st.html(f"<p>{words.as_html(sentence)}</p>{span_html(one)}{_from_html(one)}")
    more = st.expander(
        "What became of those mice, and how far such forecasts came true",
        icon=":material/timeline:",
        key=f"forecast-more-{subject}",
        on_change="rerun",
    )
    if more.open:
        with more:
            _became(here, one)
            calibrated(here)


def _became(here: Here, one: MouseForecast) -> None:
    curve = _curve(here.lab, here.lab.version, here.lab.people.version, one.subject_id, here.day)
    foot = f"{words.mice(one.comparable)}, {words.curriculum(one.curriculum)} · drawn {here.today:%Y-%m-%d}"
    st.plotly_chart(
        curve_figure(curve, caption=Caption(title="What became of comparable mice", foot=foot), dark=here.dark),
        key=f"forecast-curve-{one.subject_id}",
        config=config(f"forecast {one.subject_id}"),
        alt="Share of comparable mice that graduated, and that left, by sessions from now on.",
    )
    st.caption(
        "The band is the 95 % interval of the share that graduated (Aalen-Johansen). Mice that left can no longer "
        "graduate; those that still train count as long as they were watched."
    )


def calibrated(here: Here) -> None:
    """Draw how far the forecasts of the past came true in this lab."""
    found = _calibration(here.lab, here.lab.version, here.day)
    st.html(f"<p>{words.as_html(in_words(found))}</p>")
    if len(found.bins):
        foot = f"{words.mice(len(found.tried))}, each left out · drawn {here.today:%Y-%m-%d}"
        st.plotly_chart(
            calibration_figure(found, caption=Caption(title="Foretold and found", foot=foot), dark=here.dark),
            key="forecast-calibration",
            config=config("calibration of forecasts"),
            alt=in_words(found),
        )


def in_words(found: Calibration) -> str:
    """Say in a sentence how far forecasts came true."""
    tried = len(found.tried)
    if not tried:
        return (
            "Whether forecasts come true cannot be told yet: no mouse was far enough back while enough others were "
            "known."
        )
    mean, share = found.tried["predicted"].mean(), found.tried["graduated"].mean()
    return (
        f"Tried on {words.mice(tried)} of the past, each left out of its own forecast: {mean:.0%} were foretold to "
        f"graduate within {found.within} sessions, {share:.0%} did. Brier score {found.brier:.2f}; who always says "
        f"{share:.0%} has {found.brier_of_mean:.2f}. {services.calibration_warning(found)}"
    ).strip()


def span_html(one: MouseForecast) -> str:
    """Write a bar of the sessions that are left: 80 and 50 in 100 of the graduates, and the middle one."""
    most = max(one.sessions[95], 1.0)
    parts = []
    for kind, low, high in (("at-wide", 10, 90), ("at-near", 25, 75)):
        left, right = (100 * max(one.sessions[part] - step, 0) / most for part, step in ((low, 1), (high, 0)))
        parts.append(f'<i class="{kind}" style="left:{left:.1f}%;width:{max(right - left, 1):.1f}%"></i>')
    parts.append(f'<i class="at-middle" style="left:{100 * max(one.sessions[50] - 0.5, 0) / most:.1f}%"></i>')
    return (
        f'<div class="at-span" aria-hidden="true">{"".join(parts)}</div>'
        f'<div class="at-span-ends at-small" aria-hidden="true"><span>now</span><span>{most:.0f} sessions</span></div>'
    )


def _from_html(one: MouseForecast) -> str:
    interval = f"95 % interval {100 * (one.lower or 0):.0f}–{100 * (one.upper or 0):.0f} %"
    within = ", ".join(f"{100 * share:.0f} % within {most}" for most, share in one.within.items())
    rhythm = ""
    if one.rhythm is not None:
        whose = "as in its last four weeks" if one.own_rhythm else "as the lab trains, for it has just begun"
        rhythm = f" Days: at {one.rhythm:.1f} sessions a week, {whose}."
    told = (
        f"From {services.compared_words(one)}: {one.graduated:,} graduated, {one.left:,} left ({interval}). "
        f"By sessions: {within}.{rhythm}"
    )
    return f'<p class="at-small">{words.as_html(told)}</p>'


@st.cache_resource(show_spinner=False, max_entries=16)
def _curve(_lab: LabView, version: str, people: str, subject: str, day: date) -> Incidence:  # noqa: ARG001 - the key
    return services.curve_of(_lab, subject, on=day)


@st.cache_resource(show_spinner="Trying the forecasts of the past …", max_entries=2)
def _calibration(_lab: LabView, version: str, day: date) -> Calibration:  # noqa: ARG001 - the key
    return services.forecast_calibration(_lab, on=day)
