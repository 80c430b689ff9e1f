"""What people look at before they publish a draft, or agree to it: what is wrong, what changes, whom it concerns."""

from datetime import date

import pandas as pd
import streamlit as st

from autotrain_core import analysis, services
from autotrain_core.models import Curriculum
from autotrain_core.services import Affected, LabView, PublishingPlan
from autotrain_ui import curriculum_html, difference_html, words
from autotrain_ui.builder import changes, checks
from autotrain_ui.builder.desk import Desk
from autotrain_ui.frame import Here

_MOST_CHANGES = 30
_MOST_MICE = 300
_ROWS = 6


def heading(text: str) -> None:
    """Draw the heading of a step."""
    st.html(f"<h3 class='atb-step'>{words.as_html(text)}</h3>")


def quiet(text: str) -> None:
    """Say something in passing; whatever stands in it is shown as it is."""
    st.caption(words.as_text(text))


def faults(plan: PublishingPlan) -> None:
    """Show the errors that forbid it, and the warnings that ask for a reason."""
    curriculum = plan.curriculum
    own = set(map(id, curriculum.findings))
    found = [*curriculum.findings, *(one for one in plan.warnings if id(one) not in own)]
    if not found:
        quiet("Nothing speaks against it.")
        return
    st.html(f"<p class='atb-counts'>{checks.counted(found)}</p>")
    weighty = [*curriculum.errors, *plan.warnings]
    items = "".join(
        f"<li class='at-{one.severity.value}'><b>{checks.SIGNS[one.severity]}</b> "
        f"<i>{words.as_html(checks.place_of(one, curriculum))}</i> {checks.sentence_of(one)}"
        f"{curriculum_html.example_of(one)}</li>"
        for one in weighty[: checks.MOST]
    )
    more = f"<li>and {len(weighty) - checks.MOST:,} more</li>" if len(weighty) > checks.MOST else ""
    if items:
        st.html(f"<ul class='atb-faults'>{items}{more}</ul>")


def taken(plan: PublishingPlan) -> tuple[str, ...]:
    """Give what stands in the way of name and version, as sentences; the errors of the document are not among them."""
    own = {f"{finding}" for finding in plan.curriculum.errors}
    return tuple(f"{one[:1].upper()}{one[1:]}." for one in plan.faults if one not in own)


def difference(here: Here, desk: Desk, curriculum: Curriculum) -> None:
    """Show in short what it changes in the version that it is based on, or in the newest of its name."""
    before = changes.compared_by_itself(here.lab, desk)
    if before is None:
        quiet("There is no earlier version to compare with.")
        return
    found = analysis.difference(before, curriculum)
    if not found.changes:
        quiet(f"It says the same as {before.name} {before.version}.")
        return
    st.html(difference_html.in_a_sentence(found, before))
    with st.container(height=220 if len(found.changes) > _ROWS else "content", border=False):
        st.html(difference_html.changes_list(found, _MOST_CHANGES))


@st.cache_data(show_spinner=False, max_entries=8)
def _affected(
    version: str,  # noqa: ARG001 - the lab is known by its version
    text: str,  # noqa: ARG001 - and the curriculum by its document
    on: date,
    _lab: LabView,
    _curriculum: Curriculum,
) -> Affected:
    return services.affected_mice(_lab, _curriculum, on=on)


def mice(here: Here, curriculum: Curriculum) -> None:
    """Show which mice it would concern, if somebody moved them to it."""
    found = _affected(here.lab.version, curriculum.text, here.day, here.lab, curriculum)
    st.text(found.sentence)
    training, others = (found.mice[found.mice["in_training"] == which] for which in (True, False))
    if len(training):
        _listed(
            training,
            "builder-affected",
            "Mice in training that follow this curriculum: what they run next, and what this version would decide",
        )
    if len(others):
        last = "1 mouse" if len(others) == 1 else f"{len(others):,} mice"
        with st.expander(f"Not in training, and followed it last: {last}", icon=":material/bedtime:"):
            st.text(_named(others))
            _listed(
                others, "builder-affected-others", "Mice that are not in training and followed this curriculum last"
            )


def _named(rows: pd.DataFrame) -> str:
    names = [words.seen(str(one)) for one in services.natural_order(rows.index)]
    more = f" and {len(names) - _MOST_MICE:,} more" if len(names) > _MOST_MICE else ""
    return f"{', '.join(names[:_MOST_MICE])}{more}"


def _listed(rows: pd.DataFrame, key: str, alt: str) -> None:
    rows = rows.sort_values("changes", ascending=False, kind="stable")
    st.dataframe(
        _as_told(rows).head(_MOST_MICE),
        hide_index=True,
        height=min(36 * (_ROWS + 1), 35 * (len(rows) + 1) + 3),
        key=key,
        alt=alt,
    )
    if len(rows) > _MOST_MICE:
        quiet(f"The first {_MOST_MICE} of {words.mice(len(rows))}, those that would change first.")


def _as_told(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Mouse": rows.index,
            "Follows": rows["curriculum_version"].array,
            "Ran last": [words.stage(label) for label in rows["stage"]],
            "Runs next": [words.stage(label) for label in rows["following"]],
            "Would run next": [
                words.stage(label) if reason is None or pd.isna(reason) else f"nobody can say: {reason}"
                for label, reason in zip(rows["would"], rows["reason"], strict=True)
            ],
            "Changes": ["→ another stage" if one else "the same" for one in rows["changes"]],
        }
    )


def mice_csv(here: Here, curriculum: Curriculum) -> bytes:
    """
    Write the mice that last followed this name, and what this version would decide for them, for a spreadsheet.

    Returns:
        CSV, a row a mouse, those in training first; nothing where there is none.
    """
    rows = _affected(here.lab.version, curriculum.text, here.day, here.lab, curriculum).mice
    if not len(rows):
        return b""
    table = _as_told(rows).assign(**{"In training": ["yes" if one else "no" for one in rows["in_training"]]})
    return services.spreadsheet_csv(table)


def files(plan: PublishingPlan) -> None:
    """Fold away what would be written where, and say what else the publisher should know."""
    for note in plan.notes:
        quiet(note)
    with st.expander(f"What is written: {words.count(len(plan.keys), 'file')}", icon=":material/folder:"):
        st.code("\n".join(words.seen(key) for key in plan.keys), language=None)
        quiet("A file that is there already is left as it is: a published version never changes.")
        quiet(f"sha256 of the document: {plan.sha256}")
