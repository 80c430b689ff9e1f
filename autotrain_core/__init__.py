"""
Decides what each mouse trains on tomorrow, and says why: `import autotrain_core as at`.

A door that opens only as far as it is pushed (PEP 562): pandas is imported by the first thing that needs it.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autotrain_core import errors as errors
    from autotrain_core.evaluation import LeftOutWarning as LeftOutWarning
    from autotrain_core.evaluation import cohort_statistics as cohort_statistics
    from autotrain_core.evaluation import decide as decide
    from autotrain_core.evaluation import decide_and_report as decide_and_report
    from autotrain_core.evaluation import explain as explain
    from autotrain_core.evaluation import statistics as statistics
    from autotrain_core.interop import read_curriculum as read_curriculum
    from autotrain_core.interop import read_library as read_library
    from autotrain_core.interop import read_sessions as read_sessions
    from autotrain_core.interop import write_table as write_table
    from autotrain_core.models import Curriculum as Curriculum
    from autotrain_core.models import Library as Library
    from autotrain_core.models import check as check
    from autotrain_core.models import load_curriculum as load_curriculum
    from autotrain_core.models import save_curriculum as save_curriculum
    from autotrain_core.services import board as board
    from autotrain_core.services import example_lab as example_lab
    from autotrain_core.services import shipped as shipped

    __version__: str

_ROOMS = {
    "evaluation": (
        "LeftOutWarning",
        "cohort_statistics",
        "decide",
        "decide_and_report",
        "explain",
        "statistics",
    ),
    "interop": ("read_curriculum", "read_library", "read_sessions", "write_table"),
    "models": ("Curriculum", "Library", "check", "load_curriculum", "save_curriculum"),
    "services": ("board", "example_lab", "shipped"),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [
    "Curriculum",
    "LeftOutWarning",
    "Library",
    "__version__",
    "board",
    "check",
    "cohort_statistics",
    "decide",
    "decide_and_report",
    "errors",
    "example_lab",
    "explain",
    "load_curriculum",
    "read_curriculum",
    "read_library",
    "read_sessions",
    "save_curriculum",
    "shipped",
    "statistics",
    "write_table",
]


if not TYPE_CHECKING:  # or mypy would believe in every name

    def __getattr__(name: str) -> Any:
        if name == "__version__":
            value: Any = importlib.import_module("importlib.metadata").version("autotrain")
        elif name == "errors":
            return importlib.import_module("autotrain_core.errors")
        elif name in _ROOM_OF:
            value = getattr(importlib.import_module(f"autotrain_core.{_ROOM_OF[name]}"), name)
        else:
            raise AttributeError(f"module 'autotrain_core' has no attribute {name!r}")
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
