"""
Two people changed one draft: put both changes together, field by field.

What only one of them changed is taken from that one. What both changed differently is a conflict: mine is taken, and
it is told what theirs was. Nothing is ever dropped without being told.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from autotrain_core.editing._apply import require_room
from autotrain_core.editing._draft import Draft
from autotrain_core.editing._edits import MISSING
from autotrain_core.editing._fields import (
    ORDER_OF_STAGES,
    RULE_PARTS,
    STRUCTURE,
    TASK_DOCUMENT,
    TEXTS,
    FieldChange,
    brief,
    field_changes,
    metrics_by_name,
    rule_in_brief,
    same_or_missing,
    summary,
)
from autotrain_core.editing._matching import content, matched_rules
from autotrain_core.editing._merge_names import Agreed, agreed
from autotrain_core.editing._orders import merged_order
from autotrain_core.editing._outline import Document
from autotrain_core.errors import DocumentError
from autotrain_core.models import GRADUATED, listed, plain

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """
    A field that both changed, and differently.

    Attributes:
        path: Which field; `merge` takes it back in `theirs_at`.
        words: Where, in words ("Stage 2, BlockMin").
        base: What was there, as a short text; empty where nothing was.
        mine: What I made of it.
        theirs: What they made of it.
    """

    path: Path
    words: str
    base: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """
    Two people's work put together.

    Attributes:
        draft: The result; in conflicts it is mine.
        conflicts: What both changed differently.
        mine_changed: What I changed.
        theirs_changed: What they changed.
    """

    draft: Draft
    conflicts: tuple[Conflict, ...]
    mine_changed: tuple[FieldChange, ...]
    theirs_changed: tuple[FieldChange, ...]


def merge(base: Draft, mine: Draft, theirs: Draft, *, theirs_at: Collection[Path] = ()) -> Merge:
    """
    Put two states together that were made from one.

    Args:
        base: What both started from.
        mine: What I have.
        theirs: What they saved meanwhile.
        theirs_at: Paths of conflicts in which theirs is to be taken.

    Returns:
        The result and what it is made of; conflicts that were decided for theirs are still listed.
    """
    told = {"mine_changed": field_changes(base, mine), "theirs_changed": field_changes(base, theirs)}
    if _is_same(base, theirs) or _is_same(mine, theirs):
        return Merge(draft=mine, conflicts=(), **told)
    if _is_same(base, mine):
        return Merge(draft=theirs, conflicts=(), **told)
    merger = _Merger(frozenset(theirs_at))
    draft = merger.drafts(base, mine, theirs)
    try:
        require_room(dict(draft.document))
    except DocumentError as error:
        whole = Conflict(path=(), words="the whole draft", base="", mine="is kept", theirs=str(error))
        return Merge(draft=theirs if () in merger.theirs_at else mine, conflicts=(whole,), **told)
    return Merge(draft=draft, conflicts=tuple(merger.conflicts), **told)


def _is_same(one: Draft, other: Draft) -> bool:
    return one == other and content(one.document) == content(other.document)


class _Merger:
    """Merges from the outside in, and collects conflicts on the way."""

    def __init__(self, theirs_at: frozenset[Path]) -> None:
        self.theirs_at = theirs_at
        self.conflicts: list[Conflict] = []
        self.names: Agreed
        # Stages that one of both removed and that stay, because the other one changed them.
        self.kept: set[str] = set()

    def drafts(self, base: Draft, mine: Draft, theirs: Draft) -> Draft:
        self.names = agreed(base, mine, theirs, self.conflict)
        base, mine, theirs = self.names.base, self.names.mine, self.names.theirs
        document = self.documents(dict(base.document), dict(mine.document), dict(theirs.document))
        schema = self.value(("task_schema",), TASK_DOCUMENT, base.task_schema, mine.task_schema, theirs.task_schema)
        return Draft(
            document=document,
            places=_places(base, mine, theirs, document),
            task_schema=schema,
            based_on=mine.based_on,
        )

    def value(self, path: Path, words: str, base: Any, mine: Any, theirs: Any) -> Any:
        if same_or_missing(mine, theirs) or same_or_missing(base, theirs):
            return mine
        if same_or_missing(base, mine):
            return theirs
        return theirs if self.conflict(path, words, brief(base), brief(mine), brief(theirs)) else mine

    def conflict(self, path: Path, words: str, base: str, mine: str, theirs: str) -> bool:
        """Note a conflict, and tell whether theirs was chosen in it."""
        self.conflicts.append(Conflict(path=path, words=words, base=base, mine=mine, theirs=theirs))
        return path in self.theirs_at

    def mapping(
        self, path: Path, words: str, base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Merge key by key; orders of keys are put together without a word."""
        merged: dict[str, Any] = {}
        for key in {**mine, **theirs}:
            named = _CALLED.get(path[0], {}).get(key, plain(key))
            where = f"{words}, {named}" if words else named
            values = [side.get(key, MISSING) for side in (base, mine, theirs)]
            merged[key] = self.value((*path, key), where, *values)
        kept = [key for key, value in merged.items() if value is not MISSING]
        order, _ = merged_order(list(base), list(mine), list(theirs), kept)
        return {key: merged[key] for key in order}

    # ---- the document ----

    def documents(self, base: Document, mine: Document, theirs: Document) -> Document:
        outer = [{key: value for key, value in side.items() if key not in STRUCTURE} for side in (base, mine, theirs)]
        merged = self.mapping(("document",), "", *outer)
        merged["parameters"] = self.stages(base, mine, theirs)
        gone = [stage for stage in base["parameters"] if stage not in merged["parameters"]]
        merged["curriculum"] = self.entries(base, mine, theirs, gone)
        metrics = self.metrics(base, mine, theirs)
        if metrics is not MISSING:
            merged["metrics"] = metrics
        self.dangling(merged, mine, theirs)
        order, _ = merged_order(list(base), list(mine), list(theirs), list(merged))
        return {key: merged[key] for key in order}

    def metrics(self, base: Document, mine: Document, theirs: Document) -> Any:
        named = [metrics_by_name(side) for side in (base, mine, theirs)]
        if any(metrics is None for metrics in named):
            values = [side.get("metrics", MISSING) for side in (base, mine, theirs)]
            return self.value(("metrics",), "metrics", *values)
        merged = self.mapping(("metrics",), "metric", *(metrics or {} for metrics in named))
        return list(merged.values()) if merged else MISSING

    def stages(self, base: Document, mine: Document, theirs: Document) -> dict[str, Any]:
        was, now, other = base["parameters"], mine["parameters"], theirs["parameters"]
        merged: dict[str, Any] = {}
        for stage in {**now, **other}:
            if stage in now and stage in other:
                path, words = ("parameters", self.names.key(stage)), plain(stage)
                merged[stage] = self.mapping(path, words, was.get(stage, {}), now[stage], other[stage])
            elif self.stays(stage, base, mine, theirs):
                merged[stage] = now.get(stage, other.get(stage))
        order, differ = merged_order(list(was), list(now), list(other), list(merged))
        if differ:
            told = [listed(side) for side in (was, now, other)]
            if self.conflict(("order",), ORDER_OF_STAGES, *told):
                order, _ = merged_order(list(was), list(other), list(now), list(merged))
        return {stage: merged[stage] for stage in order}

    def stays(self, stage: str, base: Document, mine: Document, theirs: Document) -> bool:
        """Tell whether a stage that one of both does not have is in the result."""
        if stage not in base["parameters"]:
            return True
        here = stage in mine["parameters"]
        holder = mine if here else theirs
        was, now = self.names.key(stage), self.names.given[stage][not here]
        did = [] if now in (was, None) else [f"renamed to {plain(now)}"]
        pairs = [[side[part].get(stage, MISSING) for side in (base, holder)] for part in _PARTS]
        if not all(same_or_missing(*pair) for pair in pairs):
            did.append("changed")
        if not did:
            return False
        told = [" and ".join(did) if stage in side["parameters"] else "removed" for side in (mine, theirs)]
        chosen = self.conflict(("parameters", was), plain(was), summary(base, stage), *told)
        if here != chosen:
            self.kept.add(stage)
        return here != chosen

    # ---- rules ----

    def entries(self, base: Document, mine: Document, theirs: Document, gone: list[str]) -> dict[str, Any]:
        was, now, other = base["curriculum"], mine["curriculum"], theirs["curriculum"]
        merged: dict[str, Any] = {}
        for stage in {**now, **other}:
            if stage in gone:
                continue
            held = [side["curriculum"] for side in (mine, theirs) if stage in side["parameters"]]
            if stage in base["parameters"] and len(held) == 1:
                merged[stage] = held[0].get(stage, MISSING)
            elif stage in now and stage in other:
                merged[stage] = self.entry(stage, was.get(stage, {}), now[stage], other[stage])
            else:
                sides = [side.get(stage, MISSING) for side in (was, now, other)]
                merged[stage] = self.value(("rules", self.names.key(stage)), f"{plain(stage)}, rules", *sides)
        kept = [stage for stage, entry in merged.items() if entry is not MISSING]
        order, _ = merged_order(list(was), list(now), list(other), kept)
        return {stage: merged[stage] for stage in order}

    def entry(self, stage: str, base: Document, mine: Document, theirs: Document) -> Document:
        outer = [{**side, "transition_rules": []} for side in (base, mine, theirs)]
        merged = self.mapping(("entry", self.names.key(stage)), plain(stage), *outer)
        lists = [side.get("transition_rules", []) for side in (base, mine, theirs)]
        return {**merged, "transition_rules": self.rules(stage, *lists)}

    def rules(self, stage: str, base: list[Document], mine: list[Document], theirs: list[Document]) -> list[Document]:
        """Merge the rules of a stage: each gets a name by what it was in the base, or by what it is where it is new."""
        names = [f"{place}" for place in range(len(base))]
        now, other = _named(base, mine), _named(base, theirs)
        merged: dict[str, Document] = {}
        for name in {**now, **other}:
            was = base[int(name)] if name in names else None
            kept = self.rule(stage, name, was, now.get(name), other.get(name))
            if kept is not None:
                merged[name] = kept
        order, differ = merged_order(names, list(now), list(other), list(merged))
        if differ:
            told = [", ".join(_number(name) for name in side) for side in (names, now, other)]
            if self.conflict(("rules", self.names.key(stage), "order"), f"{plain(stage)}, order of its rules", *told):
                order, _ = merged_order(names, list(other), list(now), list(merged))
        return [merged[name] for name in order]

    def rule(
        self, stage: str, name: str, base: Document | None, mine: Document | None, theirs: Document | None
    ) -> Document | None:
        path, words = ("rules", self.names.key(stage), name), f"{plain(stage)}, rule {_number(name)}"
        if base is None:
            return mine or theirs
        if mine is not None and theirs is not None:
            return self.mapping(path, words, base, mine, theirs)
        left = mine if mine is not None else theirs
        if left is None or content(left) == content(base):
            # Whoever removes a stage removes the rules that lead to it; it stays, and they with it.
            return left if base.get("to_stage") in self.kept else None
        told = ["removed" if rule is None else rule_in_brief(rule) for rule in (mine, theirs)]
        chosen = self.conflict(path, words, rule_in_brief(base), *told)
        return theirs if chosen else mine

    def dangling(self, merged: Document, mine: Document, theirs: Document) -> None:
        """Tell of rules that led to a stage until the other one removed it."""
        for stage, entry in merged["curriculum"].items():
            for place, rule in enumerate(entry["transition_rules"], start=1):
                to_stage = rule.get("to_stage")
                if not isinstance(to_stage, str) or to_stage in merged["parameters"] or to_stage == GRADUATED:
                    continue
                told = [plain(to_stage) if to_stage in side["parameters"] else "removed" for side in (mine, theirs)]
                if told != ["removed", "removed"]:
                    words = f"{plain(stage)}, rule {place}, stage that it leads to"
                    self.conflict(("leads", self.names.key(stage), f"{place}"), words, plain(to_stage), *told)


_PARTS = ("parameters", "curriculum")
_CALLED = {"rules": RULE_PARTS, "document": TEXTS}


def _number(name: str) -> str:
    return f"{int(name) + 1}" if name.isdigit() else "new"


def _named(base: list[Document], rules: list[Document]) -> dict[str, Document]:
    """Name the rules of one side, in its order: by place in the base, or by content; equal new ones are counted."""
    back = {now: was for was, now in matched_rules(base, rules).items()}
    named: dict[str, Document] = {}
    for place, rule in enumerate(rules):
        name = f"{back[place]}" if place in back else f"new {content(rule)}"
        while name in named:
            name += " "
        named[name] = rule
    return named


def _places(base: Draft, mine: Draft, theirs: Draft, document: Document) -> dict[str, tuple[float, float]]:
    """Put boxes where somebody moved them; where both moved one, it is where I put it."""
    merged: dict[str, tuple[float, float]] = {}
    for stage in {**mine.places, **theirs.places}:
        was, now, other = (side.places.get(stage) for side in (base, mine, theirs))
        place = other if now == was else now
        if place is not None and stage in {*document["parameters"], GRADUATED}:
            merged[stage] = place
    return merged
