"""What a draft changes in a version that there is already, stage by stage, in words and numbers."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import pandas as pd
import streamlit as st

from autotrain_core import services
from autotrain_core.editing import next_version
from autotrain_core.models import Curriculum, folded
from autotrain_core.services import LabView
from autotrain_ui import address, words
from autotrain_ui.builder.desk import Desk
from autotrain_ui.frame import Here

PAGE = "builder"
_ITSELF = ""
MOST = 400
"""Differences that are listed; two curricula that have little in common differ in thousands."""

_KINDS = (("parameter", "setting"), ("rule", "rule"), ("stage", "stage"), ("curriculum", "field of the curriculum"))
_MANY = {"field of the curriculum": "fields of the curriculum"}


def changes(here: Here, desk: Desk) -> None:
    """Compare a draft with a version of the library: the one that it is based on, or any that is chosen."""
    offered = _offered(here.lab, desk.curriculum.name)
    if not offered:
        _nothing("There is no version to compare with yet: this will be the first curriculum of the lab.")
        return
    chosen = st.selectbox(
        "Compared with",
        address.options(PAGE, "against", [_ITSELF, *offered]),
        # A label must stay what it is: Streamlit knows by it what was chosen.
        format_func=lambda one: _named(one, offered),
        key=address.key(PAGE, "against"),
        width=420,
    )
    before = offered.get(chosen) if chosen else compared_by_itself(here.lab, desk)
    if before is None:
        _nothing(
            "The version that a link or an earlier choice names is no longer in the library. Choose another one."
            if chosen
            else "No version of this name is in the library, so nothing is compared. Choose one to compare with."
        )
        return
    after = desk.curriculum
    table = services.version_changes(before, after)
    if not len(table):
        _nothing(f"It says the same as {before.name} {before.version}.")
        return
    against = words.as_html(f"Against {before.name} {before.version}: {counted(table)}")
    st.html(f"<p class='atb-counts'>{against}</p>{as_html(table)}")
    if before.name == after.name:
        version, why = proposal(here, desk)
        st.caption(words.as_text(f"Next version: {version} ({why})."))


def _nothing(sentence: str) -> None:
    st.html(f"<div class='atb-empty'>{words.as_html(sentence)}</div>")


def _identity(curriculum: Curriculum) -> str:
    return f"{curriculum.key}#{curriculum.schema_version}"


def _offered(lab: LabView, name: str) -> dict[str, Curriculum]:
    """List every version that a draft can be compared with: those of its own name first, the newest of each first."""
    table = services.library_order(lab)
    ordered = sorted(table, key=lambda one: one.name != name)  # stable: names and versions stay in their order
    return {_identity(one): one for one in ordered}


def _named(identity: str, offered: Mapping[str, Curriculum]) -> str:
    if not identity:
        return "The version that it comes from"
    one = offered.get(identity)
    if one is None:
        return f"{words.curriculum(identity.partition('#')[0])} (not in the library)"
    return f"{one.name} {one.version} (schema {one.schema_version})"


def compared_by_itself(lab: LabView, desk: Desk) -> Curriculum | None:
    """
    Find the version that a draft is compared with where nobody chose another one.

    Returns:
        The one that says the same, such as one that a colleague approved; else the one whose name and version it has;
        else the one that it is based on; of two schemas the draft's own. Else the newest of its name; else None.
    """
    return _nearest(services.library_order(lab), desk)


def _nearest(known: Sequence[Curriculum], desk: Desk) -> Curriculum | None:
    mine = desk.curriculum
    of_name = [one for one in known if one.name == mine.name]
    same = [one for one in of_name if _without_version(one) == _without_version(mine)]
    near = [one for key in (mine.key, desk.draft.based_on) for one in known if one.key == key]
    near.sort(key=lambda one: (one.key != mine.key, one.schema_version != mine.schema_version))
    return next(iter([*same, *near, *of_name]), None)


def _without_version(curriculum: Curriculum) -> dict[str, Any]:
    return {**curriculum.document, "curriculum_version": ""}


def proposal(here: Here, desk: Desk) -> tuple[str, str]:
    """
    Propose the version under which a draft is published.

    Returns:
        The version, and why: the one that the draft says, where that is free; else the next one by what changed.
    """
    mine = desk.curriculum
    name = folded(mine.name)
    of_name = [one for one in services.library_order(here.lab) if folded(one.name) == name]
    taken = {one.version for one in of_name}
    if folded(mine.version) not in {folded(version) for version in taken}:
        return mine.version, "it is the one that the draft says, and it is free"
    before = _nearest(of_name, desk) or of_name[0]
    version, why = next_version(before, mine, taken)
    return version, f"{why.removeprefix(f'{version}: ')} since {before.version}"


def counted(table: pd.DataFrame) -> str:
    """Say how many differences there are of each kind: "3 settings, 1 rule"."""
    number = table["kind"].value_counts()
    told = [words.count(int(number[kind]), what, _MANY.get(what)) for kind, what in _KINDS if kind in number]
    return f"{', '.join(told)} differ{'s' if len(table) == 1 else ''}"


def as_html(table: pd.DataFrame, most: int = MOST) -> str:
    """
    Write differences as lists, one a stage.

    Args:
        table: From `services.version_changes`.
        most: How many of them; the rest is counted.
    """
    rows: list[dict[Any, Any]] = table.head(most).to_dict(orient="records")
    lists = "".join(
        f"<section class='atb-changes'><h4>{words.as_html(stage or 'The curriculum')}</h4>"
        f"<ul>{''.join(_lines(list(of_stage)))}</ul></section>"
        for stage, of_stage in groupby(rows, key=lambda row: str(row["stage"]))
    )
    more = f"<p class='at-quiet'>And {len(table) - most:,} more.</p>" if len(table) > most else ""
    return f"{lists}{more}"


def _lines(rows: list[dict[Any, Any]]) -> Iterator[str]:
    for row in rows:
        what = words.as_html(row["what"])
        yield f"<li><b>{what}</b> {_from_to(row)}</li>"


def _from_to(row: dict[Any, Any]) -> str:
    before, after = (None if pd.isna(row[side]) else str(row[side]) for side in ("before", "after"))
    if before is None:
        return f"<ins>{_cell(after)}</ins> <span class='at-quiet'>new</span>"
    if after is None:
        return f"<del>{_cell(before)}</del> <span class='at-quiet'>gone</span>"
    return f"<del>{_cell(before)}</del> → <ins>{_cell(after)}</ins>{_direction(before, after)}"


def _cell(text: str | None) -> str:
    return words.as_html(text) if text else "<span class='at-quiet'>nothing</span>"


def _direction(before: str, after: str) -> str:
    """Say which way a number went and how far: "↑ 5", "↓ 0.1"; nothing of what is no number."""
    try:
        old, new = float(before.replace(",", "")), float(after.replace(",", ""))
    except ValueError:
        return ""
    by = new - old
    if by != by or by == 0:  # noqa: PLR0124 - that is how one knows what is no number
        return ""
    return f" <span class='atb-by'>{'↑' if by > 0 else '↓'} {words.number(round(abs(by), 10))}</span>"
