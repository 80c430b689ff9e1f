"""The parts of the Backtest page: which versions and mice, the replay itself, the answer in one table, files of it."""

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from pathlib import Path

import plotly.graph_objects as go
import streamlit as st

from autotrain_core import services
from autotrain_core.diagrams import StageColour, stage_colours
from autotrain_core.errors import TableError
from autotrain_core.evaluation import Backtest, Replay
from autotrain_core.models import Curriculum, Right
from autotrain_core.services import DRAFT_PREFIX, LabBacktest, NamedVersions, Selection
from autotrain_ui import address, filters, words
from autotrain_ui.address import BacktestView
from autotrain_ui.charts.cohort import interval_told
from autotrain_ui.charts.framing import MOST_GROUPS, Caption, config
from autotrain_ui.cohort_parts import written
from autotrain_ui.frame import Here

PAGE = "backtest"
_TASKS = {"own": "Mice of the versions' task", "all": "Of all tasks"}
_MOST_KEPT = 4
"""Results; each holds the columns of the session table that its rules read."""
_HEADS = (
    "Version",
    "Mice",
    "Graduates",
    "Sessions to graduate, all mice",
    "Graduates alone",
    "Rollbacks",
    "Sessions not decided",
    "Mice with another fate",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shown:
    """
    What a backtest found, and how it is told.

    Attributes:
        found: The figures.
        result: The same, with whose they are.
        curricula: The versions that were asked, in order.
        labels: What to call each of them.
        selection: Which mice were chosen.
    """

    found: Backtest = field(repr=False)
    result: LabBacktest = field(repr=False)
    curricula: tuple[Curriculum, ...] = field(repr=False)
    labels: tuple[str, ...]
    selection: Selection

    @property
    def names(self) -> dict[str, str]:
        """Name of each version in the address -> what to call it."""
        return dict(zip(self.result.names, self.labels, strict=True))


def nothing_yet(here: Here) -> None:
    """Say what to do in a lab without sessions."""
    key = words.as_text(here.settings.sessions.key)
    st.info(
        f"**No sessions yet.** They are read from the session table of the store, `{key}`. As soon as some are there, "
        "this page says what other versions of a curriculum would have made of them.",
        icon=":material/history:",
    )


def choose(here: Here, view: BacktestView) -> NamedVersions:
    """Draw the choice of versions and mice, and read the versions."""
    titles = _offered(here)
    st.multiselect(
        "Versions",
        address.options(PAGE, "versions", titles),
        key=address.key(PAGE, "versions"),
        format_func=lambda name: titles.get(name) or label(name),
        placeholder="Choose one or several",
        help=f"At most {MOST_GROUPS}. The first is what the others are compared with.",
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="backtest-bar"):
        filters.popover(here, PAGE, view)
        st.segmented_control(
            "Mice",
            list(_TASKS),
            key=address.key(PAGE, "tasks"),
            format_func=_TASKS.__getitem__,
            required=True,
            label_visibility="collapsed",
            help="Where no task, curriculum or version is filtered: only mice that trained on the task of the "
            "versions, or all.",
        )
        filters.chips(PAGE, view)
    if not view.versions:
        _suggest(here)
    named = services.named_versions(here.store, here.lab, view.versions[:MOST_GROUPS])
    for name, problem in named.problems.items():
        _cannot(label(name), problem)
    for name in view.versions[MOST_GROUPS:]:
        _cannot(label(name), f"Only {MOST_GROUPS} versions are replayed at once.")
    return named


def label(name: str) -> str:
    """Say a version by its name in the address, where nothing more is known of it."""
    if name.startswith(DRAFT_PREFIX):
        return f"Draft {name.removeprefix(DRAFT_PREFIX)}"
    return words.curriculum(name)


def _offered(here: Here) -> dict[str, str]:
    """Give what can be chosen: every curriculum at hand, and to those who may build the drafts."""
    found = {curriculum.key: words.curriculum(curriculum.key) for curriculum in services.library_order(here.lab)}
    if here.may(Right.BUILD) or here.may(Right.REVIEW):
        drafts = services.drafts(here.store)
        found |= {f"{DRAFT_PREFIX}{one.id}": f"Draft: {one.title}" for one in drafts if not one.problem}
    return found


def _suggest(here: Here) -> None:
    """Offer to begin with all versions of one curriculum: those that mice are on first."""
    st.info(
        "**Choose versions of a curriculum**, published ones or drafts: they are replayed over the sessions that your "
        "mice have run. Begin with all versions of one:",
        icon=":material/history:",
    )
    followed = here.lab.mice["curriculum_name"].value_counts()
    ordered = sorted(services.library_order(here.lab), key=lambda one: -int(followed.get(one.name, 0)))
    with st.container(horizontal=True):
        for place, (name, versions) in enumerate(groupby(ordered, key=lambda one: one.name)):
            keys = tuple(dict.fromkeys(one.key for one in versions))[:MOST_GROUPS]
            st.button(
                words.as_text(f"{name}: {words.count(len(keys), 'version')}"),
                key=f"backtest-suggest-{place}",
                on_click=partial(address.change, PAGE, versions=keys[::-1]),
            )


def _cannot(told: str, problem: str) -> None:
    st.warning(f"**{words.as_text(told)} is left out.** {words.as_text(problem)}", icon=":material/error:")


# ---- the replay ----


class _Kept:
    """Results that somebody asked for, the last ones: a link shows them at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._results: OrderedDict[str, LabBacktest] = OrderedDict()

    def get(self, key: str, work: Callable[[], LabBacktest]) -> LabBacktest:
        """Give what is known by this name; where nothing is, do the work. Nobody waits for anybody else's."""
        with self._lock:
            if key in self._results:
                self._results.move_to_end(key)
                return self._results[key]
        result = work()
        with self._lock:
            self._results[key] = result
            while len(self._results) > _MOST_KEPT:
                self._results.popitem(last=False)
        return result


@st.cache_resource(show_spinner=False)
def _kept() -> _Kept:
    return _Kept()


def replayed(here: Here, view: BacktestView, named: NamedVersions) -> Shown | None:
    """Replay what is chosen, with a bar while that lasts; None, and why, where there is nothing to show."""
    if not named.curricula:
        return None
    selection = Selection.model_validate(view.model_dump(include=set(Selection.model_fields)))
    parts = [here.lab.version, here.lab.people.version, repr(selection), str(here.day), view.tasks]
    parts += [f"{name}\n{one.schema_version}\n{one.text}" for name, one in named.curricula.items()]
    key = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    try:
        result = _kept().get(key, lambda: _replay(here, view, named, selection))
    except TableError as error:
        st.info(f"**Nothing is chosen.** {words.as_text(error)}", icon=":material/filter_list:")
        return None
    for name, problem in result.problems.items():
        if name in named.curricula:
            _cannot(label(name), problem)
    if result.found is None:
        if not result.sessions:
            st.info("**No mouse is chosen.** Take a filter off.", icon=":material/filter_list:")
        return None
    curricula = tuple(named.curricula[name] for name in result.names)
    return Shown(
        found=result.found,
        result=result,
        curricula=curricula,
        labels=tuple(_told(name, one) for name, one in zip(result.names, curricula, strict=True)),
        selection=selection,
    )


def _told(name: str, curriculum: Curriculum) -> str:
    told = words.curriculum(curriculum.key)
    return f"Draft {told}" if name.startswith(DRAFT_PREFIX) else told


def _replay(here: Here, view: BacktestView, named: NamedVersions, selection: Selection) -> LabBacktest:
    bar = st.progress(0.0, text="Replaying …")
    drawn = 0.0

    def step(done: int, of: int) -> None:
        nonlocal drawn
        part = done / max(of, 1)
        if part - drawn >= 0.05:
            drawn = part
            bar.progress(min(part, 1.0), text="Replaying …")

    try:
        further = services.numbers_for(here.store, here.lab, named.curricula.values())
        return services.backtest_lab(
            here.lab,
            named,
            selection,
            on=here.day,
            other_tasks=view.tasks == "all",
            further=further,
            progress=step,
        )
    finally:
        bar.empty()


def assumption() -> None:
    """Say plainly what replay assumes."""
    st.caption(
        "**Replay is open loop:** what a mouse did in a session is taken as it was; its behaviour is assumed not to "
        "depend on the stage. It shows how rules read the same histories, not how mice would have done under other "
        "rules; the tab *Closed loop* asks a model of learning instead."
    )


# ---- the answer ----


def headline(shown: Shown) -> None:
    """Answer in one table, and offer it as files."""
    st.html(f"<style>{_style()}</style>{headline_html(shown)}")
    tasks = f" on {', '.join(shown.result.tasks)}" if shown.result.tasks else ""
    told = f"{words.mice(shown.result.mice)}{tasks}, {words.count(shown.result.sessions, 'session')}."
    chosen = filters.in_words(shown.selection)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(words.as_text(f"{told} {chosen + '. ' if chosen else ''}The address of this page is a link to it."))
        _files(shown)


@st.cache_data(show_spinner=False)
def _style() -> str:
    return Path(__file__).with_name("backtest.css").read_text(encoding="utf-8")


def headline_html(shown: Shown) -> str:
    """Write the figures of each version as a table."""
    versions = shown.found.versions
    rows = []
    for place, version in enumerate(versions):
        first = versions[0] if place else None
        changed = "" if first is None else f"{len(shown.found.changed_fates(0, place)):,}"
        cells = [
            f"{version.subjects:,}",
            f"<b>{version.graduates:,}</b>{_difference(version.graduates, None if first is None else first.graduates)}",
            _waiting(version, first),
            _of_graduates(version),
            f"{version.rollbacks:,}{_difference(version.rollbacks, None if first is None else first.rollbacks)}",
            f"{len(version.left_out):,}",
            changed or '<span class="at-small">compared with this</span>',
        ]
        head = f'<th scope="row">{words.as_html(shown.labels[place])}</th>'
        rows.append(f"<tr>{head}{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>")
    titles = "".join(f'<th scope="col">{head}</th>' for head in _HEADS)
    return (
        '<div class="at-backtest" role="region" aria-label="Versions compared" tabindex="0"><table>'
        f"<thead><tr>{titles}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
        '<div class="at-backtest"><p>Sessions are decided ones, up to the one that sends a mouse to Graduated. '
        "All mice: Kaplan-Meier, those that do not graduate are still waiting, with a 95 % interval. Graduates alone: "
        "median, and from quartile to quartile. Behind a sign: the difference from the first version.</p></div>"
    )


def _difference(value: float, first: float | None) -> str:
    if first is None:
        return ""
    change = value - first
    return f' <span class="at-small">{"±0" if change == 0 else f"{change:+g}".replace("-", "−")}</span>'


def _waiting(version: Replay, first: Replay | None) -> str:
    curve = version.waiting
    if curve.median is None:
        return "not reached"
    change = _difference(curve.median, first.waiting.median if first is not None else None)
    return f'{words.number(curve.median)}{change} <span class="at-small">({words.as_html(interval_told(curve))})</span>'


def _of_graduates(version: Replay) -> str:
    if version.quartiles is None:
        return words.MISSING
    low, median, high = map(words.number, version.quartiles)
    return f'{median} <span class="at-small">({low} to {high})</span>'


def _files(shown: Shown) -> None:
    offered = {
        "figures": ("Figures, CSV", "csv", lambda: written(services.backtest_figures(shown.found), index=False)),
        "fates": ("Fates, CSV", "csv", lambda: written(services.backtest_fates(shown.found), index=False)),
        "backtest": ("All, JSON", "json", lambda: as_json(shown.found)),
    }
    for name, (title, kind, data) in offered.items():
        st.download_button(
            title,
            data=data,
            file_name=f"backtest-{name}.{kind}" if name != "backtest" else "backtest.json",
            mime="text/csv" if kind == "csv" else "application/json",
            icon=":material/download:",
            type="tertiary",
            key=f"backtest-file-{name}",
            on_click="ignore",
        )


def as_json(found: Backtest) -> bytes:
    """Write the figures as `autotrain backtest --json` does."""
    return json.dumps(found.as_json(), indent=2, ensure_ascii=False).encode()


# ---- what the tabs share ----


def caption(here: Here, shown: Shown, title: str) -> Caption:
    """Say of a picture what it shows, of whom and when."""
    parts = [
        f"{words.mice(shown.result.mice)}, {words.count(shown.result.sessions, 'session')}",
        filters.in_words(shown.selection) or ", ".join(shown.result.tasks) or "no filter",
        "open-loop replay",
        f"drawn {here.today:%Y-%m-%d}",
    ]
    return Caption(title=title, foot=" · ".join(parts))


def colours(here: Here, shown: Shown) -> dict[str, StageColour]:
    """Give each stage of all versions one colour, that of the first version that has it."""
    found: dict[str, StageColour] = {}
    for curriculum in shown.curricula:
        labels = [stage.label for stage in curriculum.stages]
        found = stage_colours(labels, scheme=here.look.colours, dark=here.dark) | found
    return found


def chart(figure: go.Figure, *, name: str, alt: str) -> None:
    """Draw a picture."""
    st.plotly_chart(figure, key=f"backtest-{name}", config=config(f"backtest {name}"), alt=alt)
