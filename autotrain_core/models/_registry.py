"""Which tasks there are: two ship with the program, others come with installed packages."""

import warnings
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType

from autotrain_core.models._dummy import DUMMY
from autotrain_core.models._foraging import DYNAMIC_FORAGING
from autotrain_core.models._task import Task

GROUP = "autotrain.tasks"


@cache
def tasks() -> Mapping[str, Task]:
    """
    Find every task of this installation; looked up once for each process.

    Returns:
        Schema name -> task: the built-in ones, then those of the entry-point group `autotrain.tasks`. One
        that cannot be loaded, or whose schema name is taken, is left out with a `RuntimeWarning`.
    """
    return MappingProxyType(collect(entry_points(group=GROUP)))


def collect(points: Iterable[EntryPoint]) -> dict[str, Task]:
    """Load tasks from entry points in the order of their names, whatever some of them do."""
    found = {task.schema_name: task for task in (DYNAMIC_FORAGING, DUMMY)}
    for point in sorted(points, key=lambda point: (point.name, point.value)):
        # Foreign code runs here, and at its import anything can happen, an exit of the program included.
        try:
            task = point.load()
            why = _unfit(task, found)
        except (Exception, SystemExit) as error:
            why = f"{type(error).__name__}: {error}"
        if why:
            warnings.warn(f"the task '{point.name}' ({point.value}) is left out: {why}", RuntimeWarning, stacklevel=3)
        else:
            found[task.schema_name] = task
    return found


def _unfit(task: object, found: Mapping[str, Task]) -> str:
    if not isinstance(task, Task):
        return f"it is no autotrain_core.models.Task but of type {type(task).__name__}"
    if task.schema_name in found:
        return f"there is another task '{task.schema_name}', {found[task.schema_name].name}"
    _ = task.fields  # Raises where the model cannot be described: better found here than on a page.
    return ""
