"""
Where everything stands in the picture of the rules: stages in a column, and a card for each rule beside them.

Three lanes: to the next stage in the middle, back on the left, past others on the right. Rules whose ways overlap
get lanes of their own, further out; so no card covers another and no two lines run on each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

GAP = 26.0
_STUB = 16.0
_BETWEEN = 9.0


class Side(Enum):
    """The lane of a rule, seen from the stages."""

    LEFT = -1
    MIDDLE = 0
    RIGHT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """
    What is told of one rule, and where.

    Attributes:
        start: Place of the stage that the rule belongs to, from 0.
        end: Place of the stage that it leads to; the same where it leads to none or to itself.
        number: Of the rule at its stage, from 1.
        width: In points.
        height: In points.
        side: The lane.
        x: Of its middle, to the right of the stages' middle.
        y: Of its middle, below the middle of the first stage.
    """

    start: int
    end: int
    number: int
    width: float
    height: float
    side: Side
    x: float = 0.0
    y: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lanes:
    """
    A picture's plan, in points.

    Attributes:
        stages: y of the middle of each stage, downwards; x is 0.
        cards: In the order given, each with its place.
    """

    stages: tuple[float, ...]
    cards: tuple[Card, ...]


def side_of(start: int, end: int, *, free: bool) -> Side:
    """Choose the lane of a rule; `free` is whether the middle has no rule of this stage yet."""
    if end < start:
        return Side.LEFT
    return Side.MIDDLE if end == start + 1 and free else Side.RIGHT


def lanes(heights: Sequence[float], width: float, cards: Sequence[Card]) -> Lanes:
    """
    Place stages and cards.

    Args:
        heights: Of the box of each stage, in order.
        width: Of every box.
        cards: With sizes and sides; where they stand is what comes back.
    """
    ys = _stages(heights, cards)
    middle = max((card.width for card in cards if card.side is Side.MIDDLE), default=0.0)
    placed = {
        number: replace(card, y=_places(card, heights, ys)[0], width=middle)
        for number, card in enumerate(cards)
        if card.side is Side.MIDDLE
    }
    for side in (Side.LEFT, Side.RIGHT):
        own = [number for number, card in enumerate(cards) if card.side is side]
        out = max(width, middle) / 2
        beside = _apart(own, cards, len(heights))
        for nearer, lane in enumerate(beside, start=1):
            out += _BETWEEN
            widest = max(cards[number].width for number in lane)
            rails = _rails([cards[number] for further in beside[nearer:] for number in further], ys)
            for number in lane:
                card = cards[number]
                y = _clear_of(rails, card, _places(card, heights, ys))
                placed[number] = replace(card, x=side.value * (out + widest / 2), y=y, width=widest)
            out += widest
    return Lanes(stages=ys, cards=tuple(placed[number] for number in range(len(cards))))


def _rails(cards: Sequence[Card], ys: Sequence[float]) -> set[float]:
    """Return where lines run across the lanes inside of these cards."""
    return {ys[place] for card in cards for place in (card.start, card.end)}


def _span(card: Card, stages: int) -> tuple[int, int]:
    """The stages between which a card stands."""
    first, last = sorted((card.start, card.end))
    if first < last:
        return first, last
    return (first, first + 1) if first + 1 < stages else (first - 1, first)


def _stages(heights: Sequence[float], cards: Sequence[Card]) -> tuple[float, ...]:
    gaps = [GAP] * (len(heights) - 1)
    spans = [(*_span(card, len(heights)), card) for card in cards]
    for first, last, card in sorted(spans, key=lambda span: span[1] - span[0]):
        # Beside the stages a card may stand as high as half a box at either end.
        room = card.height + (2 * _STUB if card.side is Side.MIDDLE else 0.0)
        lacking = room - sum(gaps[first:last]) - sum(heights[first + 1 : last], start=0.0)
        for gap in range(first, last):
            gaps[gap] += max(lacking, 0.0) / (last - first)
    ys = [0.0]
    for place, between in enumerate(gaps):
        ys.append(ys[-1] + heights[place] / 2 + between + heights[place + 1] / 2)
    return tuple(ys)


def _places(card: Card, heights: Sequence[float], ys: Sequence[float]) -> list[float]:
    """Where a card may stand: in the middle of its way, or between two stages on it, the nearest first."""
    first, last = _span(card, len(heights))
    middle = (ys[first] + heights[first] / 2 + ys[last] - heights[last] / 2) / 2
    gaps = [
        (ys[place] + heights[place] / 2 + ys[place + 1] - heights[place + 1] / 2) / 2 for place in range(first, last)
    ]
    return [middle, *sorted(gaps, key=lambda y: abs(y - middle))]


def _clear_of(rails: set[float], card: Card, places: list[float]) -> float:
    """Choose the first place where a card hides no line to a lane further out; the middle where there is none."""
    clear = (y for y in places if all(abs(y - rail) > card.height / 2 for rail in rails))
    return next(clear, places[0])


def _apart(numbers: list[int], cards: Sequence[Card], stages: int) -> list[list[int]]:
    """Put cards into as few lanes as let no two ways overlap; the shortest ways inside."""
    found: list[list[int]] = []
    for number in sorted(numbers, key=lambda number: _span(cards[number], stages)[1] - _span(cards[number], stages)[0]):
        first, last = _span(cards[number], stages)
        for lane in found:
            others = [_span(cards[other], stages) for other in lane]
            if all(last <= low or high <= first for low, high in others):
                lane.append(number)
                break
        else:
            found.append([number])
    return found
