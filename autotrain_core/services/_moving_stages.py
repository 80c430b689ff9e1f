"""Which stage of one curriculum stands where a stage of another one stood: a suggestion, which a person corrects."""

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

from autotrain_core.models import Curriculum, Stage

_ALIKE = 0.8


def suggest_stage_map(source: Curriculum, target: Curriculum) -> Mapping[str, str]:
    """
    Suggest where mice of each stage go on in another curriculum or version.

    The stage of the same label; else one whose name is nearly the same; else, where both have as many stages, the one
    at the same place; the first leads to the first, and the end to the end.

    Args:
        source: What the mice follow.
        target: What they are to follow.

    Returns:
        Label of each stage of the source, in order -> label of a stage of the target; "" where nothing is near.
    """
    labels = {stage.label for stage in target.stages}
    found = {stage.label: stage.label for stage in source.stages if stage.label in labels}
    for search in (_by_name, _by_place):
        left = [stage for stage in source.stages if stage.label not in found]
        for stage in left:
            taken = set(found.values())
            match = next((each for each in search(stage, source, target) if each not in taken), "")
            if match:
                found[stage.label] = match
    return {stage.label: found.get(stage.label, "") for stage in source.stages}


def _by_name(stage: Stage, _source: Curriculum, target: Curriculum) -> Iterator[str]:
    """Offer stages whose name is the same but for capitals and signs; else the one that is most like it."""
    own = _folded(stage.name)
    # Numbers tell stages apart: Stage 2 is nothing like Stage 3.
    near = [each for each in target.stages if _digits(each.name) == _digits(stage.name)]
    ratios = {each.label: SequenceMatcher(None, own, _folded(each.name)).ratio() for each in near}
    yield from sorted((label for label, ratio in ratios.items() if ratio >= _ALIKE), key=lambda label: -ratios[label])


def _by_place(stage: Stage, source: Curriculum, target: Curriculum) -> Iterator[str]:
    if stage.terminal:
        yield from (each.label for each in target.stages if each.terminal)
    elif stage is source.first_stage:
        yield target.first_stage.label
    elif len(source.stages) == len(target.stages):
        yield target.stages[source.stages.index(stage)].label


def _folded(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _digits(name: str) -> str:
    return "".join(letter for letter in name if letter.isdigit())
