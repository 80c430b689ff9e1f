"""Everything that can be found in a curriculum without any mouse."""

from collections.abc import Callable

from autotrain_core.analysis._order import check_order
from autotrain_core.analysis._oscillation import check_oscillation
from autotrain_core.analysis._rig_contract import rig_skips
from autotrain_core.analysis._rules import check_rules
from autotrain_core.analysis._texts import texts
from autotrain_core.analysis._ways import check_ways
from autotrain_core.models import Curriculum, Finding

_CHECKS: tuple[Callable[[Curriculum], tuple[Finding, ...]], ...] = (
    check_ways,
    check_order,
    check_rules,
    check_oscillation,
    texts,
    rig_skips,
)


def analyse(curriculum: Curriculum) -> tuple[Finding, ...]:
    """
    Find what is worth saying of a curriculum, beyond what reading its document has found.

    Args:
        curriculum: Any, with faults too.

    Returns:
        The findings of all checks, in the order of the checks; `docs/checks.md` lists their kinds.
    """
    return tuple(finding for check in _CHECKS for finding in check(curriculum))
