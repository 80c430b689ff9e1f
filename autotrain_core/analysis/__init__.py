"""What can be said of a curriculum without any mouse: where it leads, what its rules can do, how two compare."""

from autotrain_core.analysis._analyse import analyse
from autotrain_core.analysis._difference import difference
from autotrain_core.analysis._difference_model import Change, Difference, Example
from autotrain_core.analysis._rig_contract import RigContract, read_rig_contract, rig_skips, shipped_rig_contract
from autotrain_core.analysis._rules_compared import Compared, compare_conditions, compare_stages
from autotrain_core.analysis._structure import structure
from autotrain_core.analysis._texts import texts
from autotrain_core.analysis._witness import Witness

__all__ = [
    "Change",
    "Compared",
    "Difference",
    "Example",
    "RigContract",
    "Witness",
    "analyse",
    "compare_conditions",
    "compare_stages",
    "difference",
    "read_rig_contract",
    "rig_skips",
    "shipped_rig_contract",
    "structure",
    "texts",
]
