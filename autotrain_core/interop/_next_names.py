"""
Names of stages, curricula and versions as the next generation of rigs writes them, and as we do.

Stages are in lower case in its files up to August 2026 and enum NAMES since; curricula lost their blanks and found them
again. Its versions are semantic ones, of three numbers.
"""

import re
from types import MappingProxyType

from autotrain_core.interop._task_names import task_value

_STAGES = MappingProxyType({"final": "STAGE_FINAL"})
_STAGE = re.compile(r"stage_([1-5](_warmup)?|final)|graduated", re.IGNORECASE)
_VERSION = re.compile(r"(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?[-+.]?(.*)", re.DOTALL)


def stage_label(name: str) -> str:
    """Return the enum NAME of a stage (`final` is STAGE_FINAL); a name that nobody knows stays as it is."""
    text = name.strip()
    known = _STAGES.get(text.lower())
    return known or (text.upper() if _STAGE.fullmatch(text) else text)


def old_stage_name(label: str) -> str:
    """Return a stage as the next generation called it before August 2026."""
    back = {new: old for old, new in _STAGES.items()}
    return back.get(label) or (label.lower() if _STAGE.fullmatch(label) else label)


def curriculum_title(name: str) -> str:
    """Return today's name of a curriculum (CoupledBaiting is Coupled Baiting); any other name stays as it is."""
    return task_value(name)


def semantic_version(version: str) -> str:
    """
    Return a version as three numbers, with whatever follows them behind a plus: 2.3.1rwdDelay159 is 2.3.1+rwdDelay159.

    Signs that a semantic version cannot have become hyphens; a version without a number is 0.0.0 and itself.
    """
    match = _VERSION.fullmatch(version.strip())
    numbers, rest = ([part or "0" for part in match.groups()[:3]], match.group(4)) if match else (["0"] * 3, version)
    kept = ".".join(filter(None, re.sub(r"[^0-9A-Za-z.-]", "-", rest.strip()).split(".")))
    plain = ".".join(str(int(number)) for number in numbers)
    return f"{plain}+{kept}" if kept else plain


def same_version(one: str, other: str) -> bool:
    """Tell whether two versions are the same, each as either generation writes it: 2.3 is 2.3.0."""
    return semantic_version(one) == semantic_version(other)
