"""Undo and redo: every state is kept whole, which costs little, because drafts share what they have in common."""

from collections.abc import Mapping
from dataclasses import dataclass

from autotrain_core.editing._apply import apply
from autotrain_core.editing._draft import Draft
from autotrain_core.editing._edits import Edit, PlaceStage, SetParameters
from autotrain_core.editing._sentences import describe_edit
from autotrain_core.models import Task

STEPS = 1_000


@dataclass(frozen=True, slots=True)
class Step:
    """
    One step that can be taken back, or taken again.

    Attributes:
        label: What was done, for the button.
        draft: The state that the step leads to when it is taken back, or again.
        edit: What was done.
    """

    label: str
    draft: Draft
    edit: Edit


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """
    A draft and the way that led to it.

    Attributes:
        draft: As it is now.
        done: Steps that can be taken back, the last one last; at most 1,000, older ones are forgotten.
        undone: Steps that can be taken again, the next one last.
    """

    draft: Draft
    done: tuple[Step, ...] = ()
    undone: tuple[Step, ...] = ()

    @classmethod
    def start(cls, draft: Draft) -> "History":
        """Begin with a draft; there is nothing to take back."""
        return cls(draft=draft)

    @property
    def undo_label(self) -> str:
        """What would be taken back; empty where there is nothing."""
        return self.done[-1].label if self.done else ""

    @property
    def redo_label(self) -> str:
        """What would be taken again; empty where there is nothing."""
        return self.undone[-1].label if self.undone else ""

    def do(self, edit: Edit, tasks: Mapping[str, Task] | None = None, *, coalesce: bool = False) -> "History":
        """
        Make an edit.

        Args:
            edit: What a person wants.
            tasks: As in `apply`.
            coalesce: Where the last step set the very same cells, or placed the same stage, both become one step: for
                sliders and dragging.

        Returns:
            The history with the step; the very same one where the edit changes nothing.

        Raises:
            EditError: It cannot be done.
        """
        after = apply(self.draft, edit, tasks=tasks)
        if after is self.draft:
            return self
        joined = coalesce and bool(self.done) and not self.undone and _of_one_place(self.done[-1].edit, edit)
        before = self.done[-1].draft if joined else self.draft
        step = Step(describe_edit(edit, before), before, edit)
        kept = self.done[:-1] if joined else self.done
        return History(draft=after, done=(*kept[-(STEPS - 1) :], step))

    def undo(self) -> "History":
        """Take the last step back; the same history where there is none."""
        if not self.done:
            return self
        step = self.done[-1]
        again = Step(step.label, self.draft, step.edit)
        return History(draft=step.draft, done=self.done[:-1], undone=(*self.undone, again))

    def redo(self) -> "History":
        """Take the step that was taken back last again; the same history where there is none."""
        if not self.undone:
            return self
        step = self.undone[-1]
        back = Step(step.label, self.draft, step.edit)
        return History(draft=step.draft, done=(*self.done, back), undone=self.undone[:-1])


def _of_one_place(one: Edit, other: Edit) -> bool:
    match one, other:
        case PlaceStage(stage=stage), PlaceStage(stage=again):
            return stage == again
        case SetParameters(cells=cells), SetParameters(cells=again):
            return [cell[:2] for cell in cells] == [cell[:2] for cell in again]
    return False
