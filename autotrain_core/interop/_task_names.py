"""Today's names of the foraging tasks, out of the older spellings that session tables and rigs still hold."""

import re

from autotrain_core.models import ForagingTask


def task_value(name: str) -> str:
    """Return today's name of a task: coupled_block_baiting and CoupledBaiting are Coupled Baiting; others stay."""
    letters = _letters(name)
    return _KNOWN.get(letters) or _KNOWN.get(letters.replace("nobaiting", "withoutbaiting"), name.strip())


def _letters(name: str) -> str:
    return re.sub(r"[\s_-]|block", "", name.lower())


_KNOWN = {_letters(task.value): task.value for task in ForagingTask}
