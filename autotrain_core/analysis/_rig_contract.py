"""
Which settings today's rigs skip: a versioned document that ships with the package, and the check that reads it.

A rig looks each setting up as a widget of the same name. Where the widget is gone, or disabled for the task, it goes on
without a word, and mice run what the rig had before.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from autotrain_core.errors import DocumentError
from autotrain_core.models import Curriculum, Finding, Severity, Stage, listed, plain, read_object, shown

SKIPPED = "rig-skips-parameter"
_SHIPPED = Path(__file__).with_name("_rig_contract.json")


_Group = tuple[list[str], dict[str, list[str]], str, Sequence[str | int]]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class MissingWidget(_Strict):
    """A setting that the rig has no widget for."""

    parameter: str
    why: str


class DisabledWidgets(_Strict):
    """Settings whose widgets are disabled while other settings have one of these values; always where none is named."""

    parameters: list[str]
    when: dict[str, list[str]]
    why: str


class RigContract(_Strict):
    """
    What one version of a rig's program does with settings.

    Attributes:
        rig_contract_format: Version of this format.
        rig: Which rig, in words.
        version: Version of the contract: when the rig's program was looked at.
        curriculum_schema_name: The task whose settings it is about.
        source: How this is known.
        missing_widgets: Settings without a widget.
        disabled_widgets: Settings whose widgets are disabled.
        says_nothing: Values that ask for nothing, so that nothing is lost where a disabled widget is skipped.
    """

    rig_contract_format: Literal["1"]
    rig: str
    version: str
    curriculum_schema_name: str
    source: str
    missing_widgets: list[MissingWidget]
    disabled_widgets: list[DisabledWidgets]
    says_nothing: list[str | int]

    @property
    def title(self) -> str:
        """Rig and version as people say them."""
        return f"{self.rig} ({self.version})"


def read_rig_contract(body: bytes, name: str = "the rig contract") -> RigContract:
    """
    Read a rig contract.

    Args:
        body: A JSON document in UTF-8.
        name: What sentences call it.

    Raises:
        DocumentError: It is none; the sentence says where.
    """
    document, _ = read_object(body, name, kind="rig contracts")
    try:
        return RigContract.model_validate(document)
    except ValidationError as error:
        wrong = [plain(f"{'.'.join(map(str, one['loc']))}: {one['msg']}") for one in error.errors()[:5]]
        raise DocumentError(f"{name} is no rig contract: {'; '.join(wrong)}") from None


@lru_cache(maxsize=1)
def shipped_rig_contract() -> RigContract:
    """Give the contract that ships with the program: what today's rigs do."""
    return read_rig_contract(_SHIPPED.read_bytes())


def rig_skips(curriculum: Curriculum, contract: RigContract | None = None) -> tuple[Finding, ...]:
    """
    Find settings that a rig will skip.

    Args:
        curriculum: Any.
        contract: What the rig does; that of today's rigs where this is None.

    Returns:
        `rig-skips-parameter`, one for each reason in the order of the contract: an info, because every curriculum of
        today has some, and its author can often not leave them out. `stage` is the one concerned, empty where these are
        several; the witness holds `parameter` and `value` (the first of them), `rig`, `stages`, and `values`: setting
        -> stage -> value. Nothing is said of a curriculum for another task.
    """
    known = contract or shipped_rig_contract()
    if known.curriculum_schema_name != curriculum.schema_name:
        return ()
    return tuple(_skipped(curriculum, known))


def _skipped(curriculum: Curriculum, contract: RigContract) -> Iterator[Finding]:
    stages = [stage for stage in curriculum.stages if stage.parameters and not stage.terminal]
    groups: list[_Group] = [([widget.parameter], {}, widget.why, ()) for widget in contract.missing_widgets]
    groups += [(one.parameters, one.when, one.why, contract.says_nothing) for one in contract.disabled_widgets]
    for parameters, when, why, nothing in groups:
        concerned: dict[str, list[Stage]] = {}
        for stage in stages:
            asked = [name for name in parameters if _asks(stage.parameters, name, nothing)]
            if asked and all(stage.parameters.get(name) in values for name, values in when.items()):
                for name in asked:
                    concerned.setdefault(name, []).append(stage)
        if concerned:
            yield _finding(concerned, why, len(stages), contract)


def _asks(settings: Mapping[str, Any], name: str, nothing: Sequence[str | int]) -> bool:
    value = settings.get(name, "")
    return name in settings and (isinstance(value, bool) or value not in nothing)


def _finding(concerned: Mapping[str, list[Stage]], why: str, stages: int, contract: RigContract) -> Finding:
    first = next(iter(concerned))
    names = list(dict.fromkeys(stage.name for where in concerned.values() for stage in where))
    told = []
    for name, where in concerned.items():
        values = dict.fromkeys(shown(stage.parameters[name]) for stage in where)
        told.append(f"{plain(name)} ({listed(values)})")
    every = "all stages" if len(names) == stages else listed(names)
    return Finding(
        kind=SKIPPED,
        severity=Severity.INFO,
        sentence=f"the {contract.title} skips {', '.join(told)} in {every}: {why}",
        stage=names[0] if len(names) == 1 else "",
        parameter=first,
        witness={
            "parameter": first,
            "value": concerned[first][0].parameters[first],
            "rig": contract.title,
            "stages": names,
            "values": {
                name: {stage.name: stage.parameters[name] for stage in where} for name, where in concerned.items()
            },
        },
    )
