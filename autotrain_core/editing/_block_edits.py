"""
Edits of blocks: each gives new blocks and leaves the old ones as they were.

A path says where a block stands: () is the whole, (0, 2) the third block of the first.
"""

from dataclasses import replace

from autotrain_core.editing._blocks import Block, Clause, Group, Kind
from autotrain_core.errors import DocumentError

BlockPath = tuple[int, ...]


def as_group(block: Block) -> Group:
    """Give a group that says the same, so that there is something to add to."""
    return block if isinstance(block, Group) else Group(blocks=(block,))


def block_at(root: Block, path: BlockPath) -> Block:
    """
    Find a block.

    Raises:
        DocumentError: There is none.
    """
    for place in path:
        if not isinstance(root, Group) or not 0 <= place < len(root.blocks):
            raise DocumentError("This part of the condition is no longer there; look again.")
        root = root.blocks[place]
    return root


def replace_block(root: Block, path: BlockPath, block: Block) -> Block:
    """
    Put a block in the place of another.

    Raises:
        DocumentError: There is no other.
    """
    if not path:
        return block
    above = _group_at(root, path[:-1])
    block_at(root, path)
    blocks = (*above.blocks[: path[-1]], block, *above.blocks[path[-1] + 1 :])
    return replace_block(root, path[:-1], replace(above, blocks=blocks))


def insert_block(root: Block, path: BlockPath, block: Block, *, place: int | None = None) -> Block:
    """
    Add a block to a group.

    Args:
        root: All blocks.
        path: Of the group.
        block: What is added.
        place: Before which of its blocks; at the end where None.

    Raises:
        DocumentError: There is no such group.
    """
    group = _group_at(root, path)
    at = len(group.blocks) if place is None else place
    return replace_block(root, path, replace(group, blocks=(*group.blocks[:at], block, *group.blocks[at:])))


def remove_block(root: Block, path: BlockPath) -> Block:
    """
    Take a block away, and the group around it where it was the last one in it.

    Raises:
        DocumentError: There is none, or nothing would be left of the condition.
    """
    block_at(root, path)
    while path and len(_group_at(root, path[:-1]).blocks) == 1:
        path = path[:-1]
    if not path:
        raise DocumentError("This is all that the rule asks; change it, or remove the rule.")
    above = _group_at(root, path[:-1])
    left = (*above.blocks[: path[-1]], *above.blocks[path[-1] + 1 :])
    return replace_block(root, path[:-1], replace(above, blocks=left))


def move_block(root: Block, path: BlockPath, by: int) -> Block:
    """
    Move a block up (-1) or down (1) among its neighbours; from the end of its group it moves out of it.

    Raises:
        DocumentError: There is none, or nothing lies that way.
    """
    block = block_at(root, path)
    if not path:
        raise DocumentError("The whole condition cannot be moved.")
    above, place = _group_at(root, path[:-1]), path[-1] + by
    if 0 <= place < len(above.blocks):
        blocks = list(above.blocks)
        blocks.insert(place, blocks.pop(path[-1]))
        return replace_block(root, path[:-1], replace(above, blocks=tuple(blocks)))
    if len(path) == 1:
        raise DocumentError("It stands at the end already.")
    outer, beside = path[:-2], path[-2]
    if len(above.blocks) == 1:
        return replace_block(root, path[:-1], block)
    without = remove_block(root, path)
    return insert_block(without, outer, block, place=beside if by < 0 else beside + 1)


def nest_block(root: Block, path: BlockPath, kind: Kind) -> Block:
    """
    Put a block into a group of its own, to which others can be added.

    Raises:
        DocumentError: There is none.
    """
    return replace_block(root, path, Group(kind=kind, blocks=(block_at(root, path),)))


def unnest_block(root: Block, path: BlockPath) -> Block:
    """
    Let the blocks of a group take its place in the group around it.

    Raises:
        DocumentError: There is no group, nothing around it, or its blocks alone would mean something else.
    """
    group = _group_at(root, path)
    above = _group_at(root, path[:-1])
    if not path or not can_be_unnested(group, above):
        raise DocumentError("This group cannot be taken apart: its parts alone would mean something else.")
    blocks = (*above.blocks[: path[-1]], *group.blocks, *above.blocks[path[-1] + 1 :])
    return replace_block(root, path[:-1], replace(above, blocks=blocks))


def can_be_unnested(group: Group, above: Group) -> bool:
    """Tell whether a group says the same without its brackets."""
    return not group.negated and (len(group.blocks) == 1 or group.kind == above.kind)


def negate_block(root: Block, path: BlockPath) -> Block:
    """
    Turn a block round: what had to hold must not, and the other way.

    Raises:
        DocumentError: There is none.
    """
    match block_at(root, path):
        case Group(negated=True, blocks=(inner,)) if path and not isinstance(inner, Group):
            return replace_block(root, path, inner)
        case Group(negated=negated) as group:
            return replace_block(root, path, replace(group, negated=not negated))
        case single:
            return replace_block(root, path, Group(blocks=(single,), negated=True))


def clauses_of(root: Block) -> tuple[tuple[BlockPath, Clause], ...]:
    """List the clauses and where they stand, in the order in which they are read."""
    if isinstance(root, Clause):
        return (((), root),)
    inner = root.blocks if isinstance(root, Group) else ()
    return tuple(((place, *path), clause) for place, each in enumerate(inner) for path, clause in clauses_of(each))


def _group_at(root: Block, path: BlockPath) -> Group:
    found = block_at(root, path)
    if not isinstance(found, Group):
        raise DocumentError("This part of the condition is no longer a group; look again.")
    return found
