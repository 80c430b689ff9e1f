"""Blocks as plain JSON values and back, for what draws them and for what remembers them."""

from collections.abc import Callable, Mapping
from typing import Any, get_args

from autotrain_core.editing._blocks import Block, Clause, Group, How, Kind, Written
from autotrain_core.errors import DocumentError

_DEEPEST = 30
_HOWS, _KINDS = get_args(How), get_args(Kind)


def block_to_json(block: Block) -> dict[str, Any]:
    """Give a block, and all that it holds, as plain values; `block` says which kind it is of."""
    match block:
        case Group(kind=kind, blocks=blocks, negated=negated):
            inner = [block_to_json(each) for each in blocks]
            return {"block": "group", "kind": kind, "negated": negated, "blocks": inner}
        case Written(text=text):
            return {"block": "written", "text": text}
    return {"block": "clause"} | {name: getattr(block, name) for name in _FIELDS}


def block_from_json(value: object) -> Block:
    """
    Read a block from plain values.

    Args:
        value: As `block_to_json` gives it; what a clause does not say has its default.

    Raises:
        DocumentError: It is something else, or nested more than 30 deep.
    """
    return _block(value, 0)


def _block(value: object, depth: int) -> Block:
    if depth > _DEEPEST:
        raise DocumentError(f"blocks are nested more than {_DEEPEST} deep; simplify")
    match value:
        case {"block": "group", "kind": kind, "negated": bool() as negated, "blocks": list() as blocks}:
            if kind in _KINDS:
                return Group(kind=kind, blocks=tuple(_block(each, depth + 1) for each in blocks), negated=negated)
        case {"block": "written", "text": str() as text}:
            return Written(text=text)
        case {"block": "clause", **fields}:
            return _clause({str(name): each for name, each in fields.items()})
    raise DocumentError(f"a block is a clause, a group or a text, found {str(value)[:60]}")


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_truth(value: object) -> bool:
    return isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole_or_none(value: object) -> bool:
    return value is None or (isinstance(value, int) and not isinstance(value, bool))


def _is_number_or_none(value: object) -> bool:
    return value is None or _is_number(value)


_FIELDS: dict[str, Callable[[object], bool]] = {
    "metric": _is_text,
    "how": _HOWS.__contains__,
    "last": _is_whole_or_none,
    "at_stage": _is_truth,
    "sign": _is_text,
    "threshold": _is_number,
    "share_sign": _is_text,
    "share": _is_number_or_none,
    "turned": _is_truth,
    "plain": _is_truth,
}


def _clause(given: Mapping[str, Any]) -> Clause:
    wrong = [str(name)[:40] for name, each in given.items() if name not in _FIELDS or not _FIELDS[name](each)]
    if wrong or "metric" not in given:
        raise DocumentError(f"a clause cannot be read: {', '.join(wrong) or 'it names no metric'}")
    return Clause(**given)
