"""
What a stage is called after two people called it otherwise, so that what belongs to one stage meets at one name.

A stage of the base is one stage, whatever either of both calls it: all three states are given one name for it before
they are merged. Where both want different names for one stage, or one name for different stages, that is a conflict.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from autotrain_core.editing._draft import Draft
from autotrain_core.editing._matching import renamed_stages
from autotrain_core.editing._outline import Document, is_today
from autotrain_core.models import GRADUATED, TrainingStage, plain

Ask = Callable[[tuple[str, ...], str, str, str, str], bool]
"""Notes a conflict: path, words, base, mine, theirs; tells whether theirs was chosen in it."""

Given = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """
    Three states in which each stage has one name.

    Attributes:
        base: What both started from.
        mine: What I have.
        theirs: What they have.
        keys: Name -> what paths of conflicts call the stage, whatever is chosen: its name in the base, or a new one's.
        given: Name -> what the stage is called by me and by them; None where one does not have it.
    """

    base: Draft
    mine: Draft
    theirs: Draft
    keys: Mapping[str, str]
    given: Mapping[str, Given]

    def key(self, stage: str) -> str:
        """Say what paths call a stage."""
        return self.keys.get(stage, stage)


def agreed(base: Draft, mine: Draft, theirs: Draft, ask: Ask) -> Agreed:
    """
    Give each stage one name in all three states.

    Args:
        base: What both started from.
        mine: What I have.
        theirs: What they have.
        ask: Is told of stages that both called differently, and of names that both gave to different stages.
    """
    documents = [side.document for side in (base, mine, theirs)]
    orphans = {stage for one in documents for stage in one["curriculum"] if stage not in one["parameters"]}
    given = _given(base.document, mine.document, theirs.document, orphans)
    names = {key: _name(key, *both, ask) for key, both in given.items()}
    for name, mine_key, their_key in _twice(names, given):
        told = ["a new stage" if key == name else f"{plain(key)}, renamed" for key in (mine_key, their_key)]
        gives_way = mine_key if ask(("called", name), f"the name {plain(name)}", "", *told) else their_key
        # A stage of the base has its old name to go back to; a new one has none.
        names[gives_way] = gives_way if gives_way != name else _free_name(name, {*names.values(), *orphans}, documents)
    of_base = {key: names[key] for key in base.document["parameters"]}
    of_mine, of_theirs = (
        {name: names[key] for key, both in given.items() for name in both[side : side + 1] if name is not None}
        for side in (0, 1)
    )
    return Agreed(
        base=_called(base, of_base),
        mine=_called(mine, of_mine),
        theirs=_called(theirs, of_theirs),
        keys={name: key for key, name in names.items()},
        given={name: given[key] for key, name in names.items()},
    )


def _given(
    base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any], orphans: Collection[str]
) -> dict[str, Given]:
    """List the stages of all by their name in the base, else by that of the new stage, with what each side calls it."""
    sides = (mine, theirs)
    renamed = [{old: new for old, new in renamed_stages(base, side).items() if new not in orphans} for side in sides]
    back = [{new: old for old, new in names.items()} for names in renamed]
    held = [{back[place].get(stage, stage): stage for stage in side["parameters"]} for place, side in enumerate(sides)]
    return {key: (held[0].get(key), held[1].get(key)) for key in {**base["parameters"], **held[0], **held[1]}}


def _name(key: str, mine: str | None, theirs: str | None, ask: Ask) -> str:
    names = [name for name in (mine, theirs) if name is not None]
    changed = list(dict.fromkeys(name for name in names if name != key))
    if len(changed) < 2:
        return changed[0] if changed else key
    chosen = ask(("name", key), f"name of the stage {plain(key)}", plain(key), plain(changed[0]), plain(changed[1]))
    return changed[chosen]


def _twice(names: Mapping[str, str], given: Mapping[str, Given]) -> list[tuple[str, str, str]]:
    """Find names that I gave to one stage and they to another one: name, my stage, their stage."""
    keys: dict[str, list[str]] = {}
    for key, name in names.items():
        keys.setdefault(name, []).append(key)
    return [
        (name, *sorted(both, key=lambda key, name=name: given[key][0] != name))  # type: ignore[misc]
        for name, both in keys.items()
        if len(both) > 1
    ]


def _free_name(name: str, taken: Collection[str], documents: Sequence[Mapping[str, Any]]) -> str:
    """Find a name for a new stage: schema 1.0 knows eight, of which those that nobody ever used come first."""
    seen = {stage for one in documents for stage in one["parameters"]}
    known = [stage.value for stage in TrainingStage if stage.value != GRADUATED and any(map(is_today, documents))]
    numbered = (f"{name} {number}" for number in range(2, len(taken) + 3))
    return next(one for one in (*sorted(known, key=seen.__contains__), *numbered) if one not in taken)


def _called(draft: Draft, names: Mapping[str, str]) -> Draft:
    """Call stages otherwise, all at once, wherever they are named."""
    names = {old: new for old, new in names.items() if old != new}
    if not names:
        return draft
    document: Document = {
        **draft.document,
        "parameters": {
            names.get(stage, stage): _settings(stage, settings, names)
            for stage, settings in draft.document["parameters"].items()
        },
        "curriculum": {
            names.get(stage, stage): _entry(stage, entry, names)
            for stage, entry in draft.document["curriculum"].items()
        },
    }
    places = {names.get(stage, stage): place for stage, place in draft.places.items()}
    return replace(draft, document=document, places=places)


def _settings(stage: str, settings: Document, names: Mapping[str, str]) -> Document:
    if "training_stage" not in settings or (stage not in names and stage != GRADUATED):
        return settings
    said = names.get(stage) or _of_now(settings["training_stage"], names)
    return {**settings, "training_stage": said}


def _entry(stage: str, entry: Document, names: Mapping[str, str]) -> Document:
    rules = [
        {**rule, "to_stage": _of_now(rule["to_stage"], names)} if "to_stage" in rule else rule
        for rule in entry["transition_rules"]
    ]
    own = {"from_stage": names[stage]} if stage in names and "from_stage" in entry else {}
    return {**entry, **own, "transition_rules": rules}


def _of_now(name: Any, names: Mapping[str, str]) -> Any:
    return names.get(name, name) if isinstance(name, str) else name
