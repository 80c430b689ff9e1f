"""Whatever people do to drafts, alone and together: nothing breaks, and everything can be taken back."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from autotrain_core.editing import (
    AddRule,
    AddStage,
    ChangeRule,
    Draft,
    DuplicateStage,
    Edit,
    History,
    MendDocument,
    MoveRule,
    MoveRuleToStage,
    MoveStage,
    RemoveRule,
    RemoveStage,
    RenameStage,
    ReplaceDocument,
    SetExhaustive,
    SetParameters,
    SetSchema,
    SetStageNote,
    apply,
    describe_edit,
    document_bytes,
    draft_from_bytes,
    draft_to_bytes,
    field_changes,
    merge,
)
from autotrain_core.errors import EditError
from autotrain_core.models import check, load_curriculum, save_curriculum
from tests.editing import drawn
from tests.searching import search


def written(draft: Draft) -> bytes:
    return draft_to_bytes(draft)


class Designers(RuleBasedStateMachine):
    """Two people with one draft in the store: each edits, takes back, saves, and merges what the other saved."""

    @initialize(make=st.sampled_from(drawn.DOCUMENTS))
    def begin(self, make) -> None:
        self.stored = Draft(document=make())
        self.bases = [self.stored, self.stored]
        self.histories = [History.start(self.stored), History.start(self.stored)]

    @rule(who=st.integers(0, 1), edit=drawn.edits, coalesce=st.booleans())
    def edit(self, who: int, edit: Edit, coalesce: bool) -> None:
        before = self.histories[who]
        try:
            after = before.do(edit, drawn.TASKS, coalesce=coalesce)
        except EditError as error:
            assert str(error)
            return
        self.histories[who] = after
        assert describe_edit(edit, before.draft).isprintable()
        if after is before:
            return
        taken_back = after.undo()
        assert len(after.done) in (len(before.done), len(before.done) + 1)
        if len(after.done) > len(before.done):
            assert written(taken_back.draft) == written(before.draft)
        assert written(taken_back.redo().draft) == written(after.draft)
        assert taken_back.redo_label == after.undo_label != ""

    @rule(who=st.integers(0, 1), steps=st.integers(1, 5))
    def take_back_and_again(self, who: int, steps: int) -> None:
        history = self.histories[who]
        possible = min(steps, len(history.done))

        back = history
        for _ in range(possible):
            back = back.undo()
        again = back
        for _ in range(possible):
            again = again.redo()

        assert written(again.draft) == written(history.draft)
        self.histories[who] = back

    @rule(who=st.integers(0, 1))
    def save(self, who: int) -> None:
        mine, base = self.histories[who].draft, self.bases[who]
        if written(base) != written(self.stored):
            merged = merge(base, mine, self.stored)
            if not merged.conflicts:
                assert says_what_both_did(merged.draft, base, mine, self.stored)
            chosen = merge(base, mine, self.stored, theirs_at={conflict.path for conflict in merged.conflicts})
            written(chosen.draft)
            mine = merged.draft
        self.stored = draft_from_bytes(written(mine))
        self.bases[who] = self.stored
        self.histories[who] = History.start(self.stored)

    @invariant()
    def every_draft_can_be_saved_and_read(self) -> None:
        for history in self.histories:
            draft = history.draft
            body = written(draft)
            read = draft_from_bytes(body)
            assert read == draft
            assert written(read) == body
            curriculum = load_curriculum(document_bytes(draft.document), tasks=drawn.TASKS)
            assert save_curriculum(curriculum) == document_bytes(draft.document)
            assert check(draft.curriculum(drawn.TASKS)) == check(curriculum)


def says_what_both_did(merged: Draft, base: Draft, mine: Draft, theirs: Draft) -> bool:
    """Whether every top-level text and setting that one changed alone stands in the result."""
    for stage, settings in merged.document["parameters"].items():
        held = [side.document["parameters"].get(stage) for side in (base, mine, theirs)]
        if any(one is None for one in held):
            continue
        for key, value in settings.items():
            was, now, other = (one.get(key) for one in held)
            if json.dumps(now) == json.dumps(was) and json.dumps(value) != json.dumps(other):
                return False
    return True


Designers.TestCase.settings = search(12)
TestDesigners = Designers.TestCase


@search(150)
@given(make=st.sampled_from(drawn.DOCUMENTS), edit=drawn.edits)
def test_an_edit_changes_no_draft_in_place(make, edit: Edit) -> None:
    draft = Draft(document=make())
    before = json.dumps(draft.document)

    with contextlib.suppress(EditError):
        apply(draft, edit, tasks=drawn.TASKS)

    assert json.dumps(draft.document) == before


@search(150)
@given(make=st.sampled_from(drawn.DOCUMENTS), edit=drawn.edits)
def test_what_an_edit_changed_is_listed_and_nothing_else_is(make, edit: Edit) -> None:
    draft = Draft(document=make())

    try:
        after = apply(draft, edit, tasks=drawn.TASKS)
    except EditError:
        return

    same_bytes = document_bytes(after.document) == document_bytes(draft.document)
    same_values = json.dumps(after.document, sort_keys=True) == json.dumps(draft.document, sort_keys=True)
    changes = field_changes(draft, after)
    assert not (same_bytes and changes)
    assert changes or same_values


def named_by(edit: Edit) -> tuple[set[str], set[str]]:
    """The stages whose settings, and those whose rules, an edit may change; `*` stands for any."""
    match edit:
        case SetParameters(cells=cells):
            return {stage for stage, _, _ in cells} | {"Graduated"}, set()
        case SetStageNote(stage=stage):
            return {stage, "Graduated"}, set()
        case AddRule(stage=stage) | ChangeRule(stage=stage) | RemoveRule(stage=stage) | MoveRule(stage=stage):
            return set(), {stage}
        case SetExhaustive(stage=stage):
            return set(), {stage}
        case MoveRuleToStage(stage=stage, to=to):
            return set(), {stage, to}
        case AddStage(name=name) | DuplicateStage(to=name):
            return {name, "Graduated"}, {name}
        case MoveStage():
            return {"Graduated"}, set()
        case RenameStage(stage=stage, to=to):
            return {stage, to, "Graduated"}, {"*"}
        case RemoveStage(stage=stage):
            return {stage, "Graduated"}, {"*"}
        case MendDocument() | ReplaceDocument() | SetSchema():
            return {"*"}, {"*"}
    return set(), set()


@search(400)
@given(make=st.sampled_from(drawn.DOCUMENTS), edit=drawn.edits)
def test_an_edit_changes_no_stage_that_it_does_not_name(make, edit: Edit) -> None:
    draft = Draft(document=make())
    after = edited(draft, edit)

    for part, named in zip(("parameters", "curriculum"), named_by(edit), strict=True):
        old, new = draft.document[part], after.document[part]
        strangers = {*old, *new} - named if "*" not in named else set()
        assert all(old[stage] is new[stage] for stage in strangers)
        kept = [stage for stage in old if stage in strangers]
        assert isinstance(edit, MoveStage) or [stage for stage in new if stage in strangers] == kept


@search(100)
@given(make=st.sampled_from(drawn.DOCUMENTS), mine=drawn.edits, theirs=drawn.edits)
def test_merging_with_one_who_did_nothing_changes_nothing(make, mine: Edit, theirs: Edit) -> None:
    base = Draft(document=make())
    one, other = edited(base, mine), edited(base, theirs)

    assert merge(base, one, base).draft == one
    assert merge(base, base, other).draft == other
    assert merge(base, one, one).draft == one
    assert not merge(base, one, one).conflicts


def edited(draft: Draft, edit: Any) -> Draft:
    try:
        return apply(draft, edit, tasks=drawn.TASKS)
    except EditError:
        return draft


@search(300)
@given(make=st.sampled_from(drawn.DOCUMENTS), mine=drawn.edits, theirs=drawn.edits)
def test_edits_that_do_not_mind_their_order_are_merged_to_what_both_make_one_after_the_other(
    make, mine, theirs
) -> None:
    # Rules are numbered, so the second edit would mean another one.
    assume(mine != theirs and not named_by(mine)[1] & named_by(theirs)[1])
    base = Draft(document=make())
    one_by_one = [edited(edited(base, first), second) for first, second in ((mine, theirs), (theirs, mine))]
    merged = merge(base, edited(base, mine), edited(base, theirs))
    assume(not merged.conflicts)
    assume(in_any_order(one_by_one[0]) == in_any_order(one_by_one[1]))

    assert in_any_order(merged.draft) == in_any_order(one_by_one[0])


TYPED = "finished_trials >= 310 and foraging_efficiency >= 0.65"


def told_of_others(before: Draft, after: Draft, broken: tuple[str, int]) -> list[Any]:
    return [one for one in field_changes(before, after) if (one.stage, one.rule) != (broken[0], broken[1] + 1)]


@search(150)
@given(place=st.integers(0, 4), edit=drawn.edits)
def test_while_one_condition_cannot_be_read_the_words_about_other_rules_stay(place: int, edit: Edit) -> None:
    base = Draft(document=drawn.shipped())
    stage = [name for name, entry in base.document["curriculum"].items() if entry["transition_rules"]][place]
    broken = edited(base, ChangeRule(stage, 0, condition=TYPED))
    # What is done to the very rule, and to where it stands, is told of it.
    assume(stage not in named_by(edit)[1] and "*" not in named_by(edit)[1])

    assert told_of_others(broken, edited(broken, edit), (stage, 0)) == told_of_others(
        base, edited(base, edit), (stage, 0)
    )
    assert describe_edit(edit, broken) == describe_edit(edit, base)


@pytest.mark.parametrize("text", [TYPED, "lambda metrics: metrics.finished_trials[-1] >= 310 and", "lambda m: m", ""])
def test_one_cause_in_a_condition_is_one_finding(text: str) -> None:
    broken = apply(Draft(document=drawn.shipped()), ChangeRule("Stage 1", 0, condition=text))

    found = check(broken.curriculum(drawn.TASKS))

    assert [(one.kind, one.stage, one.rule) for one in found] == [("condition", "Stage 1", 1)]


def in_any_order(draft: Draft) -> str:
    return json.dumps(draft.document, sort_keys=True)
