"""What a condition may speak of: the numbers that a session is measured by."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """
    One number a session is measured by: a column of the session table.

    Attributes:
        name: The column, and the name after `metrics.` in a condition.
        title: The name in a sentence, lower case ("finished trials").
        unit: Unit of the values; empty for a fraction or a plain number.
        integer: True for counts: only whole numbers are measurements.
        minimum: Smallest value that can be; None where there is no bound.
        maximum: Largest value that can be; None where there is no bound.
        description: What is measured, in a sentence or two.
    """

    name: str
    title: str
    unit: str = ""
    integer: bool = False
    minimum: float | None = None
    maximum: float | None = None
    description: str = ""
