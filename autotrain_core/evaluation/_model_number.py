"""Numbers of a model that say what they mean: a default with title, unit and reason."""

from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class ModelNumber:
    """
    One number of a model.

    Attributes:
        name: The field that holds it.
        default: What it is unless somebody says otherwise.
        title: What it is called.
        unit: What it is counted in.
        reason: Why it is there.
    """

    name: str
    default: float
    title: str
    unit: str
    reason: str


def number(default: float, title: str, unit: str, reason: str) -> Any:
    """Define a field of a model's dataclass."""
    return field(default=default, metadata={"title": title, "unit": unit, "reason": reason})


def model_numbers(model: type[Any]) -> tuple[ModelNumber, ...]:
    """
    List every number of a model, in the order of its definition.

    Args:
        model: A dataclass whose fields were all made by `number`, such as `Learning`.
    """
    usual = model()
    return tuple(ModelNumber(one.name, getattr(usual, one.name), **one.metadata) for one in fields(model))
