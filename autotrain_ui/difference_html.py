"""What differs between two curricula as HTML: one sentence, then change by change. Every text of it stays text."""

from autotrain_core.analysis import Change, Difference
from autotrain_core.models import Curriculum
from autotrain_ui import words

MOST = 400
"""Changes that are listed; two curricula that have little in common differ in thousands."""

_WHOLE = {"rule-added", "stage-added", "rule-removed", "stage-removed"}


def in_a_sentence(found: Difference, before: Curriculum) -> str:
    """Say in a sentence what changes since another curriculum, as a paragraph."""
    told = f"Against {before.name} {before.version}: {_arrows(found.sentence)}."
    return f"<p class='at-difference'>{words.as_html(told)}</p>"


def _arrows(text: str) -> str:
    return text.replace(" -> ", " → ")


def changes_list(found: Difference, most: int = MOST) -> str:
    """
    Write changes as lists, one for each heading.

    Args:
        found: From `analysis.difference`.
        most: How many of them; the rest is counted.
    """
    left, sections = most, []
    for heading, changes in found.groups:
        items = "".join(map(_item, changes[:left]))
        if items:
            sections.append(f"<section class='at-differs'><h4>{words.as_html(heading)}</h4><ul>{items}</ul></section>")
        left = max(left - len(changes), 0)
    more = len(found.changes) - most
    return "".join(sections) + (f"<p class='at-quiet'>And {more:,} more.</p>" if more > 0 else "")


def _item(change: Change) -> str:
    example = f"<p class='at-quiet'>Example: {words.as_html(change.example.sentence)}.</p>" if change.example else ""
    alike = " <span class='at-way'>nothing is decided otherwise</span>" if change.equivalent else ""
    return f"<li>{_what(change)}{_from_to(change)}{_where(change)}{alike}{example}</li>"


def _what(change: Change) -> str:
    number = change.rule_after or change.rule_before
    if change.kind == "parameter":
        title = change.title or change.parameter
        key = f" <span class='at-quiet'>{words.as_html(change.parameter)}</span>" if title != change.parameter else ""
        return f"<b>{words.as_html(title)}</b>{key} "
    if change.kind == "description":
        return f"<b>{words.as_html(change.place or 'The curriculum')}</b> "
    return f"<b>rule {number}</b> " if number else ""


def _where(change: Change) -> str:
    return f" <span class='at-quiet'>· {words.as_html(change.place)}</span>" if change.kind == "parameter" else ""


def _from_to(change: Change) -> str:
    """Show both sides where they are short or all that there is to say, and else the sentence."""
    before, after = change.before, change.after
    if change.kind in _WHOLE and change.kind.startswith("rule"):
        tag, told, why = ("ins", after, "new") if after is not None else ("del", before, "gone")
        return f"<{tag}>{words.as_html(told)}</{tag}> <span class='at-quiet'>{why}</span>"
    if change.kind in ("parameter", "description") and change.parameter != "exhaustive":
        unit = f" {words.as_html(change.unit)}" if change.unit else ""
        by = f" <span class='at-way'>{words.as_html(change.direction)}</span>" if change.unit or _is_way(change) else ""
        return f"<del>{_cell(before)}</del> → <ins>{_cell(after)}</ins>{unit}{by}"
    if before is not None and change.sentence == f"{before} -> {after}":
        return f"<del>{_cell(before)}</del> → <ins>{_cell(after)}</ins>"
    return words.as_html(_arrows(change.sentence))


def _is_way(change: Change) -> bool:
    return change.direction not in ("", "on", "off")


def _cell(text: str | None) -> str:
    return words.as_html(text) if text else "<span class='at-quiet'>nothing</span>"
