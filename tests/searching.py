"""
How long tests search: AUTOTRAIN_SEARCH=10 searches ten times as long, 0.05 a twentieth.

Hypothesis draws more examples, and what is sampled by the server (every ninth point, two pages of eight) is tried in
whole from some factor on.
"""

import os
from collections.abc import Sequence
from typing import TypeVar

from hypothesis import HealthCheck, settings

_FACTOR = float(os.environ.get("AUTOTRAIN_SEARCH", "1"))
_One = TypeVar("_One")


def search(examples: int) -> settings:
    """Search with so many examples, times the factor; a busy machine is no fault of the code."""
    return settings(
        max_examples=max(3, round(examples * _FACTOR)),
        deadline=None,
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.filter_too_much,
        ],
    )


def every(step: int) -> int:
    """Step from one case to the next that is tried: a longer search makes smaller steps."""
    return max(1, round(step / max(_FACTOR, 1)))


def sampled(cases: Sequence[_One], step: int) -> list[_One]:
    """Every so many of the cases, from the first on; a longer search takes more of them."""
    return list(cases[:: every(step)])
