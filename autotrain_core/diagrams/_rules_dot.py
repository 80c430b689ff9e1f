"""The rules of a curriculum as a graph: a box for each stage, a card for each rule on its way."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from autotrain_core.diagrams._colours import Scheme, stage_colours
from autotrain_core.diagrams._helvetica import wide, wrapped
from autotrain_core.diagrams._lanes import Card, Side, lanes, side_of
from autotrain_core.diagrams._look import FONT, look
from autotrain_core.diagrams._short_words import short_words
from autotrain_core.diagrams._written import LONGEST_NAME, LONGEST_TIP, markup, shortened, string, tooltip
from autotrain_core.models import Curriculum, Decision, Rule, Stage
from autotrain_core.rules import to_words

_SIGNS = {Decision.PROGRESS: "↑", Decision.ROLLBACK: "↓", Decision.STAY: "●"}
_VERBS = {Decision.PROGRESS: "progress", Decision.ROLLBACK: "roll back", Decision.STAY: "stay"}
_FAULT = "!"

_NAME_SIZE, _WORDS_SIZE = 12, 11
_BOX_WIDTH, _BOX_PADDING = 118.0, 9.0
_LINE = {_NAME_SIZE: 14.4, _WORDS_SIZE: 13.2}
# With these, a curriculum whose rules overlap on neither side is less than 400 points wide.
_WORDS_WIDTH = {Side.LEFT: 86.0, Side.MIDDLE: 114.0, Side.RIGHT: 86.0}
_MARK_WIDTH, _CARD_PADDING = 19.0, 6.0
_MOST_LINES = 9
_LONGEST_CLAUSE = 160
_INCH = 72
_HALF = 7.0
# A second line round the box of a stage that ends the training, above and below.
_RIM = 8.0
_PEN = 1.4
_POINT = 'shape=point, penwidth=0, label=""'


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeNote:
    """
    What a stage's box says beside its name.

    Attributes:
        text: A few words under the name ("12 mice").
        tooltip: More, shown while the pointer rests on the box.
    """

    text: str
    tooltip: str = ""


def rules_dot(
    curriculum: Curriculum,
    *,
    counts: Mapping[str, NodeNote] | None = None,
    dark: bool = False,
    scheme: Scheme = "even",
    background: bool = False,
) -> str:
    """
    Draw the rules of a curriculum as a DOT document, about 400 points wide.

    A card says which rule of its stage it is (the first that holds wins), what it decides (an arrow up for progress,
    one down for a rollback, a dot for staying) and when, in few words. Its tooltip says so in whole ones, with what the
    author wrote. A rule that cannot be tried is dashed and marked with "!".

    Args:
        curriculum: Any, with faults too.
        counts: Stage, in either spelling -> what else its box says.
        dark: For a dark page.
        scheme: Which colours; see `stage_colours`.
        background: Paint the page as well, for a file that leaves the app; else what is behind shines through.

    Returns:
        DOT with every place fixed. Each text of the document is in it as text: shortened, and unable to become
        code, tag or link.
    """
    return "\n".join(
        ["digraph rules {", *_RulePicture(curriculum, counts or {}, dark, scheme).lines(background), "}", ""]
    )


class _RulePicture:
    def __init__(self, curriculum: Curriculum, counts: Mapping[str, NodeNote], dark: bool, scheme: Scheme) -> None:
        stages = curriculum.stages
        self.curriculum, self.counts, self.look = curriculum, counts, look(dark=dark)
        self.colours = stage_colours([stage.label for stage in stages], scheme=scheme, dark=dark)
        self.places = {name: place for place, stage in enumerate(stages) for name in (stage.label, stage.name)}
        self.names = [self._name(stage) for stage in stages]
        self.rules = [(stage, number, rule) for stage in stages for number, rule in enumerate(stage.rules, start=1)]
        self.width = max(_BOX_WIDTH, *(wide(line, _NAME_SIZE) + 2 * _BOX_PADDING for line in chain(*self.names)))
        self.heights = [len(name) * _LINE[_NAME_SIZE] + 2 * _BOX_PADDING for name in self.names]
        rims = [_RIM if stage.terminal else 0.0 for stage in stages]
        self.words: list[tuple[str, ...]] = []
        self.plan = lanes(
            [sum(sides) for sides in zip(self.heights, rims, strict=True)], self.width, list(self._cards())
        )

    def _name(self, stage: Stage) -> tuple[str, ...]:
        note = self.counts.get(stage.label) or self.counts.get(stage.name)
        name = wrapped(shortened(stage.name, LONGEST_NAME), 150.0, _NAME_SIZE, lines=2)
        return (*name, shortened(note.text, 24)) if note else name

    def _cards(self) -> Iterator[Card]:
        taken: set[int] = set()
        for stage, number, rule in self.rules:
            start = self.places[stage.label]
            end = self.places.get(rule.to_stage, start)
            side = side_of(start, end, free=start not in taken)
            if side is Side.MIDDLE:
                taken.add(start)
            words = self._words(rule, _WORDS_WIDTH[side])
            self.words.append(words)
            yield Card(
                start=start,
                end=end,
                number=number,
                width=max(wide(line, _WORDS_SIZE) for line in words) + _MARK_WIDTH + 2 * _CARD_PADDING,
                height=len(words) * _LINE[_WORDS_SIZE] + 1.4 * _CARD_PADDING,
                side=side,
            )

    def _words(self, rule: Rule, width: float) -> tuple[str, ...]:
        clauses = list(short_words(rule.condition, self.curriculum.metrics)) if rule.condition else ["cannot be read"]
        if rule.to_stage not in self.places:
            clauses.append(f"no stage {shortened(rule.to_stage, LONGEST_NAME)}" if rule.to_stage else "no stage")
        lines = [
            line
            for clause in clauses
            for line in wrapped(shortened(clause, _LONGEST_CLAUSE), width, _WORDS_SIZE, lines=_MOST_LINES)
        ]
        return tuple(lines if len(lines) <= _MOST_LINES else [*lines[: _MOST_LINES - 1], "…"])

    # ---- DOT ----

    def lines(self, background: bool) -> Iterator[str]:
        page = self.look.page if background else "transparent"
        yield f'graph [layout=neato, splines=line, outputorder=edgesfirst, bgcolor="{page}", pad=0.08, tooltip=" "];'
        yield f'node [fontname="{FONT}", fontsize={_NAME_SIZE}, penwidth=1.5, margin=0];'
        yield f"edge [arrowsize=0.65, penwidth={_PEN}];"
        for place, stage in enumerate(self.curriculum.stages):
            yield self._box(place, stage)
        for number, card in enumerate(self.plan.cards):
            yield from self._rule(number, card)

    def _box(self, place: int, stage: Stage) -> str:
        colour, note = self.colours[stage.label], self.counts.get(stage.label) or self.counts.get(stage.name)
        tip = _tip(
            stage.name,
            "the training ends here" if stage.terminal else "",
            "not all of its rules can be tried" if stage.broken else "",
            note.tooltip if note else "",
            str(stage.parameters.get("description", "")),
        )
        style = "rounded,filled,dashed" if stage.broken else "rounded,filled"
        return (
            f"s{place} [{_at(0, self.plan.stages[place])}, {_sized(self.width, self.heights[place])}, shape=box, "
            f'style="{style}", peripheries={2 if stage.terminal else 1}, fillcolor="{colour.fill}", '
            f'color="{self.look.fault if stage.broken else colour.edge}", fontcolor="{colour.text}", '
            f"label={string(chr(10).join(self.names[place]), breaks=True)}, tooltip={tooltip(tip)}];"
        )

    def _rule(self, place: int, card: Card) -> Iterator[str]:
        stage, number, rule = self.rules[place]
        colour, sign = self._decided(rule)
        dashed = ", style=dashed" if rule.broken else ""
        tip = tooltip(self._told(stage, number, rule))
        yield (
            f"r{place} [{_at(card.x, card.y)}, {_sized(card.width, card.height)}, shape=box, "
            f'style="rounded,filled{",dashed" if rule.broken else ""}", penwidth=1, color="{colour}", '
            f'fillcolor="{self.look.page}", '
            f"label={self._label(f'{number}{sign}', colour, self.words[place], card.width)}, tooltip={tip}];"
        )
        style = f'color="{colour}", tooltip={tip}{dashed}'
        yield from self._way(place, card, colour, style)

    def _way(self, place: int, card: Card, colour: str, style: str) -> Iterator[str]:
        """Draw the line from the stage to the card, and on to where the rule leads; with right angles."""
        leads = card.end != card.start
        if card.side is Side.MIDDLE:
            yield f"s{card.start} -> r{place} [{style}, arrowhead=none];"
            yield f"r{place} -> s{card.end} [{style}];"
            return
        beside = card.side.value * self.width / 2
        # What comes and what goes each has its own half of a box's side: their lines never run on each other.
        start, end = self.plan.stages[card.start], self.plan.stages[card.end]
        half = _HALF if card.y > start else -_HALF
        # A corner is filled: two lines that only meet leave a notch there.
        corner = f'{_POINT}, width={_PEN / _INCH:.4f}, color="{colour}", fillcolor="{colour}"'
        yield f"a{place} [{_at(beside, start + half)}, {_POINT}, width=0.0001, style=invis];"
        yield f"b{place} [{_at(card.x, start + half)}, {corner}];"
        yield f"a{place} -> b{place} [{style}, arrowhead=none];"
        yield f"b{place} -> r{place} [{style}, arrowhead={'none' if leads else 'dot'}];"
        if leads:
            half = _HALF if card.y > end else -_HALF
            yield f"c{place} [{_at(card.x, end + half)}, {corner}];"
            yield f"d{place} [{_at(beside, end + half)}, {_POINT}, width=0.0001, style=invis];"
            yield f"r{place} -> c{place} [{style}, arrowhead=none];"
            yield f"c{place} -> d{place} [{style}];"

    def _decided(self, rule: Rule) -> tuple[str, str]:
        if rule.broken or rule.decision is None:
            return self.look.fault, _FAULT
        colours = {Decision.PROGRESS: self.look.progress, Decision.ROLLBACK: self.look.rollback}
        return colours.get(rule.decision, self.look.stay), _SIGNS[rule.decision]

    def _label(self, mark: str, colour: str, words: tuple[str, ...], width: float) -> str:
        first = (
            f'<TD WIDTH="{_MARK_WIDTH:g}" ALIGN="LEFT" VALIGN="TOP" ROWSPAN="{len(words)}">'
            f'<FONT COLOR="{colour}">{mark}</FONT></TD>'
        )
        # No bold: Graphviz sets a bold line two points higher than a plain one beside it.
        beside = width - 2 * _CARD_PADDING - _MARK_WIDTH
        rows = [
            f'<TD ALIGN="LEFT" WIDTH="{beside:.0f}"><FONT COLOR="{self.look.ink}">{markup(line)}</FONT></TD>'
            for line in words
        ]
        body = "".join(f"<TR>{'' if place else first}{row}</TR>" for place, row in enumerate(rows))
        return (
            f'<<FONT POINT-SIZE="{_WORDS_SIZE}"><TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" '
            f'CELLPADDING="0" WIDTH="{width - 2 * _CARD_PADDING:.0f}">{body}</TABLE></FONT>>'
        )

    def _told(self, stage: Stage, number: int, rule: Rule) -> str:
        does = (
            f"{_VERBS[rule.decision]} to {rule.to_stage or 'no stage'}"
            if rule.decision
            else "nobody knows what it decides"
        )
        when = to_words(rule.condition, self.curriculum.metrics) if rule.condition else rule.condition_text
        return _tip(
            f"{stage.name}, rule {number}: {does}",
            "it cannot be tried" if rule.broken else "",
            f"when {when}",
            f"the author says: {rule.description}" if rule.description else "",
        )


def _tip(*parts: str) -> str:
    return shortened("; ".join(part for part in parts if part), LONGEST_TIP)


def _at(x: float, y: float) -> str:
    return f'pos="{x / _INCH:.4f},{-y / _INCH:.4f}!"'


def _sized(width: float, height: float) -> str:
    return f"width={width / _INCH:.4f}, height={height / _INCH:.4f}, fixedsize=true"
