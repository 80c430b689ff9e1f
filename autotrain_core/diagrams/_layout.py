"""
Where the stages of a curriculum stand on a canvas that is clicked and edited, and how its rules run between them.

Nothing is measured and nothing is searched: a stage's place follows from its order alone, so that a picture stands
still while its rules are edited, and no program is needed.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from autotrain_core.models import Curriculum, Decision

Flow = Literal["down", "right"]
Point = tuple[float, float]

NODE_WIDTH, NODE_HEIGHT = 150.0, 44.0
_STEP: dict[Flow, float] = {"down": 120.0, "right": 230.0}
_NEAREST, _FURTHER, _BESIDE = 48.0, 34.0, 26.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """
    A stage on the canvas.

    Attributes:
        stage: Its label, as tables write it.
        name: Its name, as documents write it.
        x: Of its middle, in pixels, to the right.
        y: Of its middle, in pixels, downwards.
    """

    stage: str
    name: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """
    A rule on the canvas.

    Attributes:
        start: Label of the stage that it belongs to.
        end: Label of the stage that it leads to; the same for a rule that stays.
        number: Of the rule at its stage, from 1.
        decision: What it decides; None where the document says something else.
        points: Four, in pixels: start, two handles and end of a cubic curve (SVG's "C").
        label: Where its words stand: the middle of the curve.
        bend: How far the curve leaves the straight way, as a fraction of that way: 0 for straight ones and loops, 1 at
            most. It always turns clockwise: what vis-network, and so agraph, calls roundness of "curvedCW".
    """

    start: str
    end: str
    number: int
    decision: Decision | None
    points: tuple[Point, Point, Point, Point]
    label: Point
    bend: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """
    A whole canvas.

    Attributes:
        places: In the order of the stages; the first stands at (0, 0).
        routes: In the order of stages and rules; rules that lead to no stage have none.
        width: In pixels, of everything.
        height: In pixels, of everything.
        left: The smallest x of anything, in pixels.
        top: The smallest y of anything, in pixels.
    """

    places: tuple[Place, ...]
    routes: tuple[Route, ...]
    width: float
    height: float
    left: float
    top: float


def layout(curriculum: Curriculum, *, flow: Flow = "down") -> Layout:
    """
    Place the stages in a row, and lead the rules around them.

    To the next stage straight; past others, and to the next a second time, on one side; back on the other; rules of
    the same way side by side.

    Args:
        curriculum: Any, with faults too.
        flow: Whether training goes down the canvas, or to the right.

    Returns:
        The same for the same stages and rules, always. Places depend on the order of the stages only.
    """
    step = _STEP[flow]
    turned = flow == "right"
    places = tuple(
        Place(stage=stage.label, name=stage.name, x=place * step if turned else 0.0, y=0.0 if turned else place * step)
        for place, stage in enumerate(curriculum.stages)
    )
    routes = tuple(_routes(curriculum, step, turned))
    half_width, half_height = NODE_WIDTH / 2, NODE_HEIGHT / 2
    xs = [x for place in places for x in (place.x - half_width, place.x + half_width)]
    ys = [y for place in places for y in (place.y - half_height, place.y + half_height)]
    xs += [x for route in routes for x, _ in route.points]
    ys += [y for route in routes for _, y in route.points]
    return Layout(
        places=places,
        routes=routes,
        width=max(xs) - min(xs),
        height=max(ys) - min(ys),
        left=min(xs),
        top=min(ys),
    )


def _routes(curriculum: Curriculum, step: float, turned: bool) -> Iterator[Route]:
    places = {name: place for place, stage in enumerate(curriculum.stages) for name in (stage.label, stage.name)}
    side = (NODE_HEIGHT if turned else NODE_WIDTH) / 2
    face = (NODE_WIDTH if turned else NODE_HEIGHT) / 2
    run: Counter[tuple[int, int]] = Counter()
    for start, stage in enumerate(curriculum.stages):
        for number, rule in enumerate(stage.rules, start=1):
            if rule.to_stage not in places:
                continue
            end = places[rule.to_stage]
            bulge = _bulge(end - start, run[start, end])
            run[start, end] += 1
            first, second = start * step, end * step
            if bulge == 0:
                drawn = _straight(first + face, second - face)
            elif start == end:
                drawn = _loop(first, side, bulge)
            else:
                drawn = _arc(first, second, side, bulge)
            points = tuple((along, -across) if turned else (across, along) for along, across in drawn)
            yield Route(
                start=stage.label,
                end=curriculum.stages[end].label,
                number=number,
                decision=rule.decision,
                points=(points[0], points[1], points[2], points[3]),
                label=_middle(points),
                bend=0.0 if start == end else round(min(1.5 * bulge / abs(second - first), 1.0), 3),
            )


def _bulge(stages: int, others: int) -> float:
    """How far a rule leaves the boxes: past `stages` of them, beside `others` of the same way."""
    if stages == 1 and not others:
        return 0.0
    return _NEAREST + _FURTHER * max(abs(stages) - 1, 0) + _BESIDE * others


# Along the stages, and across to the side on which training goes on; a rule that leads back has the other.


def _straight(start: float, end: float) -> tuple[Point, ...]:
    third = (end - start) / 3
    return (start, 0.0), (start + third, 0.0), (end - third, 0.0), (end, 0.0)


def _arc(start: float, end: float, side: float, bulge: float) -> tuple[Point, ...]:
    on = 1.0 if end > start else -1.0
    out = on * (side + bulge)
    return (start, on * side), (start, out), (end, out), (end, on * side)


def _loop(at: float, side: float, bulge: float) -> tuple[Point, ...]:
    half = NODE_HEIGHT / 4
    return (at - half, side), (at - 3 * half, side + bulge), (at + 3 * half, side + bulge), (at + half, side)


def _middle(points: tuple[Point, ...]) -> Point:
    """Return where a cubic curve is half way."""
    x, y = ((first + 3 * second + 3 * third + fourth) / 8 for first, second, third, fourth in zip(*points, strict=True))
    return x, y
