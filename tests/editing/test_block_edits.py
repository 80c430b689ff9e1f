"""Edits of blocks: adding, moving, nesting and turning round, each leaving what it does not name."""

import json

import pytest
from hypothesis import given

from autotrain_core.editing import (
    Clause,
    Group,
    Written,
    as_group,
    block_at,
    block_from_json,
    block_to_json,
    can_be_unnested,
    clauses_of,
    insert_block,
    move_block,
    negate_block,
    nest_block,
    remove_block,
    replace_block,
    to_blocks,
    unnest_block,
)
from autotrain_core.errors import DocumentError
from tests.rules.grammar import conditions
from tests.searching import search

A, B, C, D = (Clause(metric=name) for name in "abcd")
ROOT = Group(blocks=(A, Group(kind="any", blocks=(B, C)), D))


def test_a_block_is_found_by_its_path():
    assert block_at(ROOT, ()) is ROOT
    assert block_at(ROOT, (1, 0)) is B


@pytest.mark.parametrize("path", [(3,), (-1,), (0, 0), (1, 2)])
def test_a_path_to_nowhere_is_told(path):
    with pytest.raises(DocumentError, match="no longer there"):
        block_at(ROOT, path)


def test_a_block_takes_the_place_of_another():
    assert replace_block(ROOT, (1, 1), D) == Group(blocks=(A, Group(kind="any", blocks=(B, D)), D))
    assert replace_block(ROOT, (), A) is A


def test_a_block_is_added_at_the_end_or_before_another():
    assert insert_block(ROOT, (1,), A) == Group(blocks=(A, Group(kind="any", blocks=(B, C, A)), D))
    assert insert_block(ROOT, (), C, place=0) == Group(blocks=(C, *ROOT.blocks))


def test_nothing_is_added_to_a_clause():
    with pytest.raises(DocumentError, match="no longer a group"):
        insert_block(ROOT, (0,), A)


def test_a_block_is_taken_away():
    assert remove_block(ROOT, (1, 0)) == Group(blocks=(A, Group(kind="any", blocks=(C,)), D))
    assert remove_block(ROOT, (1,)) == Group(blocks=(A, D))


def test_with_its_last_block_a_group_goes_too():
    assert remove_block(Group(blocks=(A, Group(blocks=(B,)))), (1, 0)) == Group(blocks=(A,))


def test_the_last_block_of_all_stays():
    with pytest.raises(DocumentError, match="all that the rule asks"):
        remove_block(Group(blocks=(Group(blocks=(A,)),)), (0, 0))


@pytest.mark.parametrize(
    ("path", "by", "blocks"),
    [
        ((0,), 1, (Group(kind="any", blocks=(B, C)), A, D)),
        ((2,), -1, (A, D, Group(kind="any", blocks=(B, C)))),
        ((1, 0), 1, (A, Group(kind="any", blocks=(C, B)), D)),
        ((1, 0), -1, (A, B, Group(kind="any", blocks=(C,)), D)),
        ((1, 1), 1, (A, Group(kind="any", blocks=(B,)), C, D)),
    ],
)
def test_a_block_moves_among_its_neighbours_and_out_of_its_group(path, by, blocks):
    assert move_block(ROOT, path, by) == Group(blocks=blocks)


def test_the_only_block_of_a_group_moves_out_by_dissolving_it():
    assert move_block(Group(blocks=(A, Group(blocks=(B,)))), (1, 0), 1) == Group(blocks=(A, B))


@pytest.mark.parametrize(("path", "by"), [((), 1), ((0,), -1), ((2,), 1)])
def test_beyond_the_ends_nothing_moves(path, by):
    with pytest.raises(DocumentError, match=r"cannot be moved|at the end"):
        move_block(ROOT, path, by)


def test_a_block_gets_a_group_of_its_own_and_loses_it_again():
    nested = nest_block(ROOT, (0,), "any")

    assert nested == Group(blocks=(Group(kind="any", blocks=(A,)), *ROOT.blocks[1:]))
    assert unnest_block(nested, (0,)) == ROOT


def test_a_group_that_means_something_is_not_taken_apart():
    with pytest.raises(DocumentError, match="would mean something else"):
        unnest_block(ROOT, (1,))
    with pytest.raises(DocumentError, match="would mean something else"):
        unnest_block(ROOT, ())
    assert not can_be_unnested(Group(blocks=(A,), negated=True), ROOT)
    assert can_be_unnested(Group(blocks=(A, B)), ROOT)


def test_a_clause_is_turned_round_and_back():
    turned = negate_block(ROOT, (0,))

    assert block_at(turned, (0,)) == Group(blocks=(A,), negated=True)
    assert negate_block(turned, (0,)) == ROOT


def test_a_group_is_turned_round_and_back():
    turned = negate_block(ROOT, (1,))

    assert block_at(turned, (1,)) == Group(kind="any", blocks=(B, C), negated=True)
    assert negate_block(turned, (1,)) == ROOT
    assert negate_block(negate_block(ROOT, ()), ()) == ROOT


def test_there_is_always_a_group_to_add_to():
    assert as_group(ROOT) is ROOT
    assert as_group(A) == Group(blocks=(A,))


def test_clauses_are_listed_with_their_places():
    root = Group(blocks=(A, Written(text="1 > 0"), Group(blocks=(B,))))

    assert clauses_of(root) == (((0,), A), ((2, 0), B))
    assert clauses_of(A) == (((), A),)


@search(200)
@given(conditions)
def test_blocks_come_back_from_json_as_they_were(condition):
    blocks = to_blocks(condition)

    assert block_from_json(json.loads(json.dumps(block_to_json(blocks)))) == blocks


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {"block": "clauses"},
        {"block": "clause"},
        {"block": "clause", "metric": 1},
        {"block": "clause", "metric": "a", "how": "mode"},
        {"block": "clause", "metric": "a", "how": []},
        {"block": "clause", "metric": "a", "last": True},
        {"block": "clause", "metric": "a", "last": 1.5},
        {"block": "clause", "metric": "a", "threshold": "1"},
        {"block": "clause", "metric": "a", "share": False},
        {"block": "clause", "metric": "a", "at_stage": 1},
        {"block": "clause", "metric": "a", "strange": 1},
        {"block": "written"},
        {"block": "group", "kind": "none", "blocks": [], "negated": False},
        {"block": "group", "kind": "all", "blocks": [], "negated": 0},
        {"block": "group", "kind": "all", "blocks": [None], "negated": False},
    ],
)
def test_what_is_no_block_is_refused(value):
    with pytest.raises(DocumentError):
        block_from_json(value)


def test_a_clause_needs_no_more_than_its_metric():
    assert block_from_json({"block": "clause", "metric": "a", "last": None}) == Clause(metric="a", last=None)


def test_blocks_in_blocks_without_end_are_refused():
    value = {"block": "clause", "metric": "a"}
    for _ in range(32):
        value = {"block": "group", "kind": "all", "negated": False, "blocks": [value]}

    with pytest.raises(DocumentError, match="30 deep"):
        block_from_json(value)
