"""What is said of a threshold: which decisions flip, what a value would cost, in sentences and tables."""

from collections.abc import Iterable

import pandas as pd

from autotrain_core.evaluation import ENOUGH_GRADUATES, FLIPS, Suggestion, Threshold
from autotrain_ui import address, words
from autotrain_ui.address import MouseView

KINDS = dict(
    zip(
        FLIPS,
        (
            "▲ promoted instead of staying",
            "● staying instead of promoted",
            "▼ sent back",
            "no longer sent back",
            "to another stage",
        ),
        strict=True,
    )
)
"""What to call each kind of flip."""

_SHORT = dict(
    zip(FLIPS, ("promoted earlier", "promoted later", "sent back", "no longer sent back", "elsewhere"), strict=True)
)
_SIGNS = {">=": "≥", "<=": "≤", "==": "=", "!=": "≠", ">": ">", "<": "<"}
_MOST_ROWS = 200
_MOST_VALUES = 24


def number(value: float) -> str:
    """Say a value of a threshold with all of its digits: "1,200", "0.65"."""
    return f"{value:,.12g}"


def with_unit(threshold: Threshold, value: float) -> str:
    """Say a value of a threshold with its unit: "300 trials"."""
    return f"{number(value)} {threshold.unit}".strip()


def axis_title(threshold: Threshold, beside: Threshold | None = None) -> str:
    """
    Say what a threshold is put on, for an axis: "mean of last 5 finished trials", "water (mL)".

    Args:
        threshold: The threshold.
        beside: The one on the other axis, from which it has to be told apart.
    """
    which = threshold.title if threshold.how in ("", "now", "last") else f"{threshold.how} {threshold.title}"
    unit = f" ({threshold.unit})" if threshold.unit and threshold.unit not in which else ""
    if beside is None:
        return f"{which}{unit}"
    rule = f"rule {threshold.rule}: " if beside.rule != threshold.rule else ""
    return f"{rule}{which} {_SIGNS[threshold.sign]}{unit}"


def label(threshold: Threshold, rule: int) -> str:
    """Say a threshold in a list; of another rule of the stage than this one with its number."""
    which = axis_title(threshold).removesuffix(f" ({threshold.unit})")
    said = f"{which} {_SIGNS[threshold.sign]} {with_unit(threshold, threshold.value)}"
    return said if threshold.rule == rule else f"Rule {threshold.rule}: {said}"


def flips_sentence(flips: pd.DataFrame, sessions: int, mice: int) -> str:
    """
    Say what flips: "23 of 412 decisions flip, of 11 of 38 mice: 9 mice promoted earlier, 3 mice sent back".

    Args:
        flips: See `evaluation.flipped`.
        sessions: Decisions that were asked.
        mice: Mice that these are of.
    """
    whole = f"{len(flips):,} of {words.count(sessions, 'decision')}"
    if flips.empty:
        return f"**None of {words.count(sessions, 'decision')} flips.**"
    each = [
        f"{words.mice(flips.loc[flips['kind'] == kind, 'subject_id'].nunique())} {_SHORT[kind]}"
        for kind in FLIPS
        if (flips["kind"] == kind).any()
    ]
    verb = "flips" if len(flips) == 1 else "flip"
    return f"**{whole} {verb}**, of {flips['subject_id'].nunique():,} of {words.mice(mice)}: {', '.join(each)}."


def suggestion_sentences(found: Suggestion) -> list[str]:
    """Say which value is suggested, and what it costs, as markdown; or why none is."""
    if not found.has_enough:
        return [
            f"**Not enough mice.** {words.mice(found.mice).capitalize()} graduated after being at this stage; with "
            f"fewer than {ENOUGH_GRADUATES} nothing is suggested."
        ]
    assert found.value is not None  # noqa: S101 - there are enough mice
    best, now = found.table.loc[found.value], found.table.loc[found.threshold.value]
    said = words.as_text(with_unit(found.threshold, found.value))
    within = f"within {words.count(found.target.sessions, 'session')}"
    reached = f"{best['promoted']:,.0f} of {words.mice(found.mice)} that graduated ({best['share']:.0%})"
    if found.is_met:
        lead = f"**{said}** is the strictest value that meets this: {reached} would be promoted {within}."
    else:
        lead = f"**No value meets this.** The closest is **{said}**: {reached} would be promoted {within}."
    costs = [
        f"{best['others_promoted']:,.0f} of {words.mice(found.others)} that did not graduate, or not yet, would be "
        f"promoted {within}, too (now {now['others_promoted']:,.0f})",
        f"{words.mice(int(best['sent_back']))} that graduated would first be sent back (now {now['sent_back']:,.0f})",
    ]
    return [lead, f"Its cost: {'; '.join(costs)}."]


def flips_html(flips: pd.DataFrame) -> str:
    """List decisions that flip, each with a link to the mouse at that session, opened beside the draft."""
    rows = []
    for row in flips.head(_MOST_ROWS).to_dict(orient="records"):
        view = MouseView(subject=str(row["subject_id"]), session=int(row["session"]))
        before, after = (_decided(row, name) for name in ("before", "after"))
        rows.append(
            f'<tr><th scope="row"><a class="at-link" target="_blank" rel="noopener" '
            f'href="{words.as_html(address.link("mouse", view))}">{words.as_html(row["subject_id"])}</a></th>'
            f"<td>{row['session']}</td><td>{before}</td><td>{after}</td></tr>"
        )
    more = len(flips) - len(rows)
    rest = f"<p>{more:,} more are in the file.</p>" if more > 0 else ""
    return _table(("Mouse", "Session", "Was", "Would be"), rows) + rest


def sweep_html(table: pd.DataFrame, marked: Iterable[float]) -> str:
    """
    Write a sweep as a table, for who does not see the picture: some two dozen values, and those that are marked.

    Args:
        table: See `evaluation.Sweep`, or the mice of a suggestion.
        marked: Values that are in it in any case.
    """
    step = max(1, -(-len(table) // _MOST_VALUES))
    chosen = sorted({*table.index[::step].tolist(), *(value for value in marked if value in table.index)})
    kinds = [kind for kind in FLIPS if table[kind].any()]
    rows = [
        f'<tr><th scope="row">{number(value)}</th><td>{table.at[value, "flips"]:,}</td>'
        + "".join(f"<td>{table.at[value, kind]:,}</td>" for kind in kinds)
        + f"<td>{table.at[value, 'mice']:,}</td></tr>"
        for value in chosen
    ]
    return _table(("Value", "Flips", *(_SHORT[kind].capitalize() for kind in kinds), "Mice"), rows)


def histories_html(found: pd.DataFrame, threshold: Threshold) -> str:
    """Write what became of whole histories as a table; see `evaluation.sweep_histories`."""
    rows = [
        f'<tr><th scope="row">{words.as_html(with_unit(threshold, value))}'
        f"{' (now)' if value == threshold.value else ''}</th>"
        f"<td>{found.at[value, 'graduates']:,} of {found.at[value, 'subjects']:,}</td>"
        f"<td>{found.at[value, 'promotions']:,}</td><td>{found.at[value, 'rollbacks']:,}</td></tr>"
        for value in found.index.tolist()
    ]
    return _table(("Value", "Graduates", "Promotions", "Rollbacks"), rows)


def _decided(row: dict[str, object], when: str) -> str:
    decision = words.as_html(words.decision(row[when]))
    if row[when] == "STAY":
        return decision
    return f"{decision}: {words.as_html(words.stage(row[f'next_{when}']))}"


def _table(heads: Iterable[str], rows: Iterable[str]) -> str:
    head = "".join(f'<th scope="col">{each}</th>' for each in heads)
    return f'<table class="at-clauses"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
