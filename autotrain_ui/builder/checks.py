"""The checks of a draft while it is made: what they found, where, and the way there."""

from collections.abc import Iterable
from functools import partial

import streamlit as st

from autotrain_core.analysis import analyse
from autotrain_core.editing import MendDocument, apply
from autotrain_core.errors import EditError
from autotrain_core.models import Curriculum, Finding, Severity
from autotrain_ui import curriculum_html, words
from autotrain_ui.builder.desk import Desk, act
from autotrain_ui.builder.graph import edge_id
from autotrain_ui.builder.stage_panel import open_group
from autotrain_ui.canvas import Select
from autotrain_ui.frame import Here

MOST = 50
"""Findings that are drawn; whoever has more begins with these."""

SIGNS = {Severity.ERROR: "✕ error", Severity.WARNING: "! warning", Severity.INFO: "i remark"}
"""Never colour alone."""

_COUNTED = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "remark"}
_MEANING = {
    Severity.ERROR: "with an error it cannot be published",
    Severity.WARNING: "say why, when you publish",
    Severity.INFO: "good to know",
}


def findings_of(here: Here, desk: Desk) -> tuple[Finding, ...]:  # noqa: ARG001 - what looks at the mice comes in here
    """
    List everything that is found in a draft as it is now, the gravest first; within that as in the document.

    Args:
        here: Where the page is.
        desk: The draft.
    """
    order = list(SIGNS)
    found = (*desk.curriculum.findings, *analyse(desk.curriculum))
    return tuple(sorted(found, key=lambda finding: order.index(finding.severity)))


def checks(here: Here, desk: Desk) -> None:
    """Show what the checks find: how much of what, each with its place and the way there."""
    findings = findings_of(here, desk)
    if not findings:
        st.html(
            "<div class='atb-empty'><b>✓ Nothing to say.</b> The document is whole, every setting fits its task, every "
            "stage can be reached and left. How often the rules hold stands beside each of them.</div>"
        )
        return
    st.html(f"<p class='atb-counts'>{counted(findings)}</p>")
    if not desk.is_review_only and desk.conflict is None and _would_be_mended(desk):
        st.button(
            "Put right what nobody has to decide",
            icon=":material/build:",
            key=f"builder-mend-{desk.identity}",
            on_click=partial(act, here, desk, Desk.do, MendDocument()),
            help="Names that stand beside settings and rules, and lists that are missing, are written as they have to "
            "be. No setting and no rule changes; it can be undone.",
        )
    with st.container(gap="xsmall"):
        for place, finding in enumerate(findings[:MOST]):
            _finding(desk, finding, place)
    if len(findings) > MOST:
        st.caption(
            f"And {words.count(len(findings) - MOST, 'finding')} more: they are shown when some of these are gone."
        )


def _finding(desk: Desk, finding: Finding, place: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(_told(finding), width="stretch")
        if not finding.stage or any(stage.name == finding.stage for stage in desk.curriculum.stages):
            st.button(
                "Take me there",
                key=f"builder-finding-{desk.identity}-{place}",
                type="tertiary",
                icon=":material/arrow_forward:",
                on_click=partial(go_to, desk, finding),
                help=words.as_text(f"Choose {place_of(finding, desk.curriculum)}."),
            )


def go_to(desk: Desk, finding: Finding) -> None:
    """Choose what a finding is about: its rule, else its stage, else the curriculum as a whole."""
    stage = next((stage for stage in desk.curriculum.stages if stage.name == finding.stage), None)
    if stage is None:
        desk.selected = Select()
    elif finding.rule is not None and 1 <= finding.rule <= len(stage.rules) and _is_drawn(desk.curriculum, finding):
        desk.selected = Select(edge=edge_id(stage.name, finding.rule - 1))
    else:
        desk.selected = Select(node=stage.name)
        open_group(desk, finding.parameter)


def _is_drawn(curriculum: Curriculum, finding: Finding) -> bool:
    """Say whether the rule of a finding is an arrow: one that leads nowhere is not, and its stage shows it."""
    names = {stage.name for stage in curriculum.stages}
    return any(
        stage.name == finding.stage and finding.rule is not None and stage.rules[finding.rule - 1].to_stage in names
        for stage in curriculum.stages
    )


def place_of(finding: Finding, curriculum: Curriculum) -> str:
    """Say where a finding is: "Stage 2, rule 1, finished_trials"; of one that is about no stage, that."""
    parts = [finding.stage] if finding.stage else []
    if finding.rule is not None:
        parts.append(f"rule {finding.rule}")
    if finding.parameter:
        parts.append(finding.parameter)
    return ", ".join(parts) or f"the curriculum {curriculum.name}".strip()


def counted(findings: Iterable[Finding]) -> str:
    """Say how many there are of each weight, and what that means, as HTML."""
    found = [finding.severity for finding in findings]
    return " · ".join(
        f"<span class='at-{each.value}'><b>{words.count(found.count(each), _COUNTED[each])}</b></span> "
        f"<span class='at-quiet'>({_MEANING[each]})</span>"
        for each in SIGNS
        if each in found
    )


def _told(finding: Finding) -> str:
    place = [finding.stage, f"rule {finding.rule}" if finding.rule is not None else "", finding.parameter]
    where = words.as_html(", ".join(part for part in place if part))
    return (
        f"<div class='atb-finding at-{finding.severity.value}'><b>{SIGNS[finding.severity]}</b>"
        f"{f'<i>{where}</i>' if where else ''}{sentence_of(finding)}{curriculum_html.example_of(finding)}</div>"
    )


def sentence_of(finding: Finding) -> str:
    """Write what a finding says as a sentence in HTML; what points at a letter of a text stays under it."""
    first, _, rest = finding.sentence.partition("\n")
    word = first.partition(" ")[0]
    if word.isalpha() and word != finding.parameter:  # else it is a name, which is written as it is
        first = f"{first[:1].upper()}{first[1:]}"
    shown = f"<pre>{words.as_html(rest)}</pre>" if rest else ""
    return f"<span>{words.as_html(first)}{'' if first.endswith((*'.:?!',)) else ':' if rest else '.'}</span>{shown}"


def _would_be_mended(desk: Desk) -> bool:
    try:
        mended = apply(desk.draft, MendDocument(), tasks=desk.tasks)
    except EditError:
        return False
    return mended is not desk.draft
