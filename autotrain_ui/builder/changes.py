"""What a draft changes in a version that there is already: in a sentence, and change by change."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from autotrain_core import services
from autotrain_core.analysis import difference
from autotrain_core.editing import next_version
from autotrain_core.models import Curriculum, folded
from autotrain_core.services import LabView
from autotrain_ui import address, difference_html, words
from autotrain_ui.builder.desk import Desk
from autotrain_ui.frame import Here

PAGE = "builder"
_ITSELF = ""


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
    found = difference(before, after)
    if not found.changes:
        _nothing(f"It says the same as {before.name} {before.version}.")
        return
    st.html(f"{difference_html.in_a_sentence(found, before)}{difference_html.changes_list(found)}")
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
