"""Puts two changed orders of the same things together."""

from collections.abc import Collection, Hashable, Sequence
from typing import TypeVar

Thing = TypeVar("Thing", bound=Hashable)


def merged_order(
    base: Sequence[Thing], mine: Sequence[Thing], theirs: Sequence[Thing], kept: Collection[Thing]
) -> tuple[list[Thing], bool]:
    """
    Merge two orders.

    Args:
        base: What both started from.
        mine: The first order.
        theirs: The second one.
        kept: What is to be in the result; all of it is in `mine` or `theirs`.

    Returns:
        The things kept. Who did not move anything leaves the order to the other; what only one of them has stands where
        that one put it, mine before theirs. And whether both moved the same things differently: then the order is that
        of `mine`.
    """
    shared = {thing for thing in base if thing in kept and thing in set(mine) and thing in set(theirs)}
    was, now, other = ([thing for thing in order if thing in shared] for order in (base, mine, theirs))
    led_by_mine = now != was or other == was
    first, second = (mine, theirs) if led_by_mine else (theirs, mine)
    result = [thing for thing in first if thing in kept]
    known = set(second) if led_by_mine else {*first, *second}
    for place, thing in enumerate(second):
        if thing in kept and thing not in result:
            result.insert(_place(result, second[:place], known), thing)
    return result, now not in (was, other) and other != was


def _place(result: Sequence[Thing], before: Sequence[Thing], known: Collection[Thing]) -> int:
    """Find the place behind the nearest thing before it, and behind what is not known and stands there."""
    place = next((result.index(thing) + 1 for thing in reversed(before) if thing in result), 0)
    while place < len(result) and result[place] not in known:
        place += 1
    return place
