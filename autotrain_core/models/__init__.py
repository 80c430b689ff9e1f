"""Curricula, tasks and tables: what exists here has been checked, or says what is wrong with it."""

from autotrain_core.models._curriculum import Curriculum, OnMissing, Rule, Stage
from autotrain_core.models._dummy import DUMMY, Dummy
from autotrain_core.models._finding import Finding, Severity
from autotrain_core.models._foraging import (
    DYNAMIC_FORAGING,
    REWARD_FAMILIES,
    AdvancedBlockMode,
    AutoWaterMode,
    DynamicForaging,
    ForagingTask,
    probabilities,
)
from autotrain_core.models._library import Library
from autotrain_core.models._load import check, load_curriculum, new_curriculum, save_curriculum
from autotrain_core.models._members import new_member, new_members, print_members, read_members
from autotrain_core.models._names import FileIdentity, file_identity, file_name
from autotrain_core.models._parameters import Fault, Parameter
from autotrain_core.models._people import (
    RIGHTS,
    Actor,
    Member,
    Members,
    Right,
    Role,
    address_key,
    fault_of_address,
    roles_with,
)
from autotrain_core.models._registry import tasks
from autotrain_core.models._rig import rig_parameters
from autotrain_core.models._rig_changes import ParameterChange, describe_changes
from autotrain_core.models._schema_task import task_from_json_schema
from autotrain_core.models._tables import (
    DECISIONS,
    LARGEST_WHOLE,
    SESSIONS,
    CellFault,
    Column,
    Numbers,
    cell_faults,
    is_missing,
    read_numbers,
    require_cells,
    require_columns,
)
from autotrain_core.models._task import Task, TaskParameters
from autotrain_core.models._vocabulary import FREE, GRADUATED, SCHEMA_VERSIONS, TODAY, Decision, TrainingStage

__all__ = [
    "DECISIONS",
    "DUMMY",
    "DYNAMIC_FORAGING",
    "FREE",
    "GRADUATED",
    "LARGEST_WHOLE",
    "REWARD_FAMILIES",
    "RIGHTS",
    "SCHEMA_VERSIONS",
    "SESSIONS",
    "TODAY",
    "Actor",
    "AdvancedBlockMode",
    "AutoWaterMode",
    "CellFault",
    "Column",
    "Curriculum",
    "Decision",
    "Dummy",
    "DynamicForaging",
    "Fault",
    "FileIdentity",
    "Finding",
    "ForagingTask",
    "Library",
    "Member",
    "Members",
    "Numbers",
    "OnMissing",
    "Parameter",
    "ParameterChange",
    "Right",
    "Role",
    "Rule",
    "Severity",
    "Stage",
    "Task",
    "TaskParameters",
    "TrainingStage",
    "address_key",
    "cell_faults",
    "check",
    "describe_changes",
    "fault_of_address",
    "file_identity",
    "file_name",
    "is_missing",
    "load_curriculum",
    "new_curriculum",
    "new_member",
    "new_members",
    "print_members",
    "probabilities",
    "read_members",
    "read_numbers",
    "require_cells",
    "require_columns",
    "rig_parameters",
    "roles_with",
    "save_curriculum",
    "task_from_json_schema",
    "tasks",
]
