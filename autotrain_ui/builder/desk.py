"""
The desk of one person at one draft: what is on it now, how it came there, and what the store knows of it.

A desk lies in the session of a browser tab. Edits change it at once; saving goes on behind, so that nobody waits for
the store, and nothing is lost when the tab is closed. Where a colleague saved in between, both are put together.
"""

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import streamlit as st

from autotrain_core import services
from autotrain_core.diagrams import NODE_HEIGHT, NODE_WIDTH, layout
from autotrain_core.editing import (
    Draft,
    Edit,
    FieldChange,
    History,
    Merge,
    ReplaceDocument,
    Step,
    field_changes,
    merge,
)
from autotrain_core.errors import AutotrainError, EditError
from autotrain_core.models import Actor, Curriculum, Task
from autotrain_core.services import SavedDraft, StoredDraft
from autotrain_core.store import Store
from autotrain_ui import frame
from autotrain_ui.builder import saving
from autotrain_ui.canvas import Select

_DESKS = "builder:desks"
_ASIDE = 2 * NODE_WIDTH + 40
"""Pixels from a stage to one that would stand in its place."""
_KEPT = 8
"""Drafts whose undo is remembered in one tab."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """
    What a colleague changed while somebody worked here, and that both were put together.

    Attributes:
        by: Who.
        changes: What, field by field.
    """

    by: str
    changes: tuple[FieldChange, ...]


@dataclass(slots=True, kw_only=True)
class Desk:
    """
    One draft on the desk of one person.

    Attributes:
        identity: Id of the draft.
        history: The draft now, and the way to it.
        base: The version in the store that this is built on.
        tasks: The tasks of the lab, by schema name.
        selected: What is chosen on the canvas.
        joined: The last changes of a colleague that came in; None after they were read.
        conflict: Where both changed the same thing: to be answered before anything is saved.
        problem: Why it could not be saved; empty where all is well.
        is_review_only: The person looks, and may not edit.
    """

    identity: str
    history: History
    base: StoredDraft
    tasks: Mapping[str, Task]
    selected: Select = field(default_factory=Select)
    joined: Joined | None = None
    conflict: SavedDraft | None = None
    problem: str = ""
    is_review_only: bool = False
    _saving: "Future[SavedDraft] | None" = None
    _sent: Draft | None = None
    _read: tuple[Draft, Curriculum] | None = None

    @property
    def draft(self) -> Draft:
        """The draft as it is now."""
        return self.history.draft

    @property
    def curriculum(self) -> Curriculum:
        """The draft as it was understood, with all findings; read once for each state."""
        if self._read is None or self._read[0] is not self.draft:
            self._read = (self.draft, self.draft.curriculum(self.tasks))
        return self._read[1]

    @property
    def is_saved(self) -> bool:
        """Whether the store is known to hold what is on the desk."""
        return self.draft is self.base.draft

    @property
    def is_busy(self) -> bool:
        """Whether something is on its way to the store."""
        return self._saving is not None

    # ---- edits ----

    def do(self, edit: Edit, *, coalesce: bool = False) -> bool:
        """
        Make an edit; where it cannot be made, say why when the page is drawn next.

        Returns:
            Whether it was made.
        """
        if self.is_review_only or self.conflict is not None:
            why = "This draft waits for your answer below." if self.conflict else "You may look at this draft only."
            frame.notice(f"Nothing was changed. {why}", icon=":material/lock:")
            return False
        try:
            self.history = self.history.do(edit, self.tasks, coalesce=coalesce)
        except EditError as error:
            frame.notice(_sentence(error), icon=":material/block:")
            return False
        return True

    def do_together(self, first: Edit, *rest: Edit) -> bool:
        """Make several edits as one step, which bears the name of the first."""
        if not self.do(first):
            return False
        for edit in rest:
            steps = self.history.done
            if self.do(edit) and self.history.done is not steps:
                self.history = History(draft=self.history.draft, done=self.history.done[:-1])
        return True

    def undo(self) -> None:
        """Take the last step back."""
        if not self.is_review_only and self.conflict is None:
            self.history = self.history.undo()

    def redo(self) -> None:
        """Take it again."""
        if not self.is_review_only and self.conflict is None:
            self.history = self.history.redo()

    # ---- places ----

    def places(self) -> dict[str, tuple[float, float]]:
        """
        Say where each stage stands on the canvas.

        Where a person moved it; else where its place in the order would put it, or beside, where somebody moved another
        one there. So nothing jumps while rules and settings are edited.
        """
        moved = self.draft.places
        found: dict[str, tuple[float, float]] = {}
        for place in layout(self.curriculum).places:
            x, y = moved.get(place.name, (place.x, place.y))
            while place.name not in moved and any(_overlap((x, y), other) for other in moved.values()):
                x += _ASIDE
            found[place.name] = (x, y)
        return found

    # ---- saving ----

    def save(self, store: Store, actor: Actor) -> None:
        """Send what is new to the store; a slow store goes on behind the page. One at a time."""
        self.settle()
        if self.is_review_only or self.conflict is not None or self._saving is not None or self.is_saved:
            return
        draft = self._sent = self.draft
        self._saving = saving.soon(
            lambda base=self.base: services.save_or_merge(  # type: ignore[misc]
                store, self.identity, draft, base=base, actor=actor, at=datetime.now(UTC), note=self.history.undo_label
            )
        )

    def settle(self, *, wait: bool = False) -> None:
        """Take in what became of the last save; where it is still under way, only if told to wait."""
        going, sent = self._saving, self._sent
        if going is None or sent is None or not (wait or going.done()):
            return
        self._saving = self._sent = None
        try:
            saved = going.result()
        except AutotrainError as error:
            self.problem = str(error)
            return
        self.problem = ""
        if not saved.saved:
            self.conflict = saved
            return
        self._build_on(saved, sent)

    def _build_on(self, saved: SavedDraft, sent: Draft) -> None:
        before, self.base = self.base, saved.stored
        if saved.merge is None:
            if self.draft is sent:
                # What the store gave back is equal, and the same from now on: so nothing has to be compared again.
                self.base = replace(saved.stored, draft=sent)
            return
        self.joined = Joined(by=saved.theirs_by, changes=saved.merge.theirs_changed)
        now = merge(sent, self.draft, saved.merge.draft)
        if now.conflicts:
            # What was done here since it was sent is against what came in: that is asked like any other.
            self.base = replace(before, draft=sent)
            self.conflict = replace(saved, merge=now, saved=False)
            return
        self._take_over(now.draft, by=saved.theirs_by)

    def _take_over(self, draft: Draft, *, by: str) -> None:
        """Make what a colleague did a step that can be taken back like any other."""
        step = Step(f"changes by {by}", self.draft, ReplaceDocument(draft.document))
        self.history = History(draft=draft, done=(*self.history.done, step))

    def take_in(self, stored: StoredDraft) -> None:
        """Show a newer version of the store, where nothing here is unsaved."""
        if stored.version != self.base.version:
            self.joined = Joined(by=stored.by, changes=field_changes(self.draft, stored.draft))
            self._take_over(stored.draft, by=stored.by)
            self.base = stored

    def both(self, theirs_at: Collection[tuple[str, ...]] = ()) -> Merge:
        """
        Put what is on the desk and what a colleague saved together.

        Args:
            theirs_at: Paths of the conflicts in which the colleague is right.
        """
        assert self.conflict is not None  # noqa: S101 - else there is nothing to put together
        return merge(self.base.draft, self.draft, self.conflict.stored.draft, theirs_at=theirs_at)

    def answer(self, theirs_at: Collection[tuple[str, ...]], store: Store, actor: Actor) -> None:
        """Answer a conflict: from now on both put together are the draft, in the place of what the colleague saved."""
        merged = self.both(theirs_at).draft
        assert self.conflict is not None  # noqa: S101 - else there is nothing to answer
        self.base, by, self.conflict = self.conflict.stored, self.conflict.theirs_by, None
        self._take_over(merged, by=by)
        self.save(store, actor)


def open_desk(identity: str, store: Store, *, tasks: Callable[[], Mapping[str, Task]], may_edit: bool) -> Desk:
    """
    Lay a draft on the desk; one that lies there already as it was left.

    Args:
        identity: Id of the draft.
        store: Where it is kept.
        tasks: Gives the tasks of the lab.
        may_edit: Whether the person may edit.

    Raises:
        NotStoredError: There is none, or it was removed.
        AutotrainError: It cannot be read; see `services.open_draft`.
    """
    desks: dict[str, Desk] = st.session_state.setdefault(_DESKS, {})
    known = desks.get(identity)
    if known is None:
        stored = services.open_draft(store, identity)
        known = Desk(identity=identity, history=History.start(stored.draft), base=stored, tasks=tasks())
        while len(desks) >= _KEPT:
            desks.pop(next(iter(desks)))
    else:
        desks.pop(identity)
        known.settle()
        if known.is_saved and not known.is_busy:
            known.take_in(services.open_draft(store, identity))
    desks[identity] = known  # the last one that was used stands last
    known.is_review_only = not may_edit
    return known


def _overlap(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return abs(one[0] - other[0]) < NODE_WIDTH and abs(one[1] - other[1]) < NODE_HEIGHT


def close(identity: str) -> None:
    """Take a draft off the desk: when it is opened again, it comes from the store."""
    st.session_state.get(_DESKS, {}).pop(identity, None)


def _sentence(error: EditError) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"
