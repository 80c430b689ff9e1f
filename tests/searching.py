"""How long hypothesis searches: AUTOTRAIN_SEARCH=10 searches ten times as long, 0.05 a twentieth."""

import os

from hypothesis import HealthCheck, settings

_FACTOR = float(os.environ.get("AUTOTRAIN_SEARCH", "1"))


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
