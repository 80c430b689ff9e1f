"""Settings that differ: numbers with their unit and which way they go, and the same change in all stages said once."""

from collections.abc import Iterator, Sequence
from typing import Any

from autotrain_core.analysis._difference_model import Change, texts_apart
from autotrain_core.models import GRADUATED, Curriculum, Parameter, Stage, plain

_TIMES = ("ms", "s", "min", "h")
_COUNTS = ("trials", "rewards", "sessions")
_AMOUNTS = ("µL", "µl", "ml", "mL", "g", "mg")
_TEXTS = {
    "description": "its description",
    "task_url": "where the task is described",
    "task_schema_version": "the version of the list of settings",
}
_NAMES = ("training_stage",)
_NOTHING = object()


def settings_changes(before: Curriculum, after: Curriculum, pairs: Sequence[tuple[Stage, Stage]]) -> Iterator[Change]:
    """
    List the settings that differ, in the order of the task.

    Args:
        before: One curriculum.
        after: The other.
        pairs: The stages that both have, before and after.
    """
    fields = {field.name: field for one in (before, after) if one.task for field in one.task.fields}
    told = [(old, new) for old, new in pairs if not _is_copy(old, new, pairs)]
    found: dict[tuple[str, str, str], list[tuple[Stage, Any, Any]]] = {}
    for old, new in told:
        for name in {**new.parameters, **old.parameters}:
            was, now = (_value(one, name, fields.get(name)) for one in (old, new))
            if name not in _NAMES and not _alike(was, now):
                found.setdefault((name, _text(was), _text(now)), []).append((new, was, now))
    places = {name: place for place, name in enumerate(fields)}
    for (name, _, _), cases in sorted(found.items(), key=lambda one: places.get(one[0][0], len(places))):
        _, was, now = cases[0]
        yield _change(name, fields.get(name), was, now, [stage.name for stage, _, _ in cases], len(told))


def _is_copy(old: Stage, new: Stage, pairs: Sequence[tuple[Stage, Stage]]) -> bool:
    """Whether it is Graduated and follows another stage, of which everything is said already."""
    return new.name == GRADUATED and any(
        one.name != GRADUATED and one.parameters == old.parameters and other.parameters == new.parameters
        for one, other in pairs
    )


def _value(stage: Stage, name: str, field: Parameter | None) -> Any:
    """Give what a stage runs: what it leaves out is the default."""
    usual = _NOTHING if field is None or field.required or not stage.parameters else field.default
    return stage.parameters.get(name, usual)


def _alike(one: Any, other: Any) -> bool:
    if one is _NOTHING or other is _NOTHING or isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)


def _text(value: Any) -> str:
    if value is _NOTHING:
        return "nothing"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, int | float):
        return f"{value:.12g}"
    return plain(str(value)) or "empty"


def _change(name: str, field: Parameter | None, was: Any, now: Any, stages: Sequence[str], all_stages: int) -> Change:
    unit = field.unit if field else ""
    numbers = [isinstance(value, int | float) and not isinstance(value, bool) for value in (was, now)]
    after = f" {unit}" if unit and any(numbers) else ""
    direction = _direction(was, now, unit) if all(numbers) else _switched(was, now)
    arrow = f"{plain(name)} {_text(was)} -> {_text(now)}{after}"
    if name in _TEXTS:
        arrow = f"{_TEXTS[name]}: {texts_apart(str(_said(was)), str(_said(now)))}"
    return Change(
        kind="description" if name in _TEXTS else "parameter",
        stage=stages[0] if len(stages) == 1 else "",
        stages=tuple(stages),
        everywhere=len(stages) == all_stages,
        parameter=name,
        title=field.title if field else "",
        before=None if was is _NOTHING else _side(was, name),
        after=None if now is _NOTHING else _side(now, name),
        unit=unit,
        direction=direction,
        sentence=f"{arrow} ({direction})" if direction and all(numbers) else arrow,
    )


def _said(value: Any) -> Any:
    return "" if value is _NOTHING else value


def _side(value: Any, name: str) -> str:
    """Give a text as it stands, since people want to read all of it, and any other value in short."""
    return value if name in _TEXTS and isinstance(value, str) else _text(value)


def _direction(was: float, now: float, unit: str) -> str:
    more = now > was
    if unit in _TIMES:
        return "longer" if more else "shorter"
    if unit in _COUNTS:
        return "more" if more else "fewer"
    if unit in _AMOUNTS:
        return "more" if more else "less"
    return "higher" if more else "lower"


def _switched(was: Any, now: Any) -> str:
    return _text(now) if isinstance(now, bool) and was is not now else ""
