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
from autotrain_core.models._json import Bounds, read_object, write_object
from autotrain_core.models._library import Library
from autotrain_core.models._load import (
    check,
    load_curriculum,
    new_curriculum,
    read_curriculum,
    require_document,
    save_curriculum,
)
from autotrain_core.models._lookalikes import faults_of_new_name, folded, look_alike, scripts, skeleton
from autotrain_core.models._members import new_member, new_members, print_members, read_members
from autotrain_core.models._names import (
    MAX_VERSION,
    FileIdentity,
    fault_of_metric_name,
    faults_of_name,
    file_identity,
    file_name,
)
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
from autotrain_core.models._schema_task import SchemaTask, task_from_json_schema
from autotrain_core.models._shape import require_curriculum
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
from autotrain_core.models._wording import did_you_mean, listed, plain, quoted, shown

__all__ = [
    "DECISIONS",
    "DUMMY",
    "DYNAMIC_FORAGING",
    "FREE",
    "GRADUATED",
    "LARGEST_WHOLE",
    "MAX_VERSION",
    "REWARD_FAMILIES",
    "RIGHTS",
    "SCHEMA_VERSIONS",
    "SESSIONS",
    "TODAY",
    "Actor",
    "AdvancedBlockMode",
    "AutoWaterMode",
    "Bounds",
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
    "SchemaTask",
    "Severity",
    "Stage",
    "Task",
    "TaskParameters",
    "TrainingStage",
    "address_key",
    "cell_faults",
    "check",
    "describe_changes",
    "did_you_mean",
    "fault_of_address",
    "fault_of_metric_name",
    "faults_of_name",
    "faults_of_new_name",
    "file_identity",
    "file_name",
    "folded",
    "is_missing",
    "listed",
    "load_curriculum",
    "look_alike",
    "new_curriculum",
    "new_member",
    "new_members",
    "plain",
    "print_members",
    "probabilities",
    "quoted",
    "read_curriculum",
    "read_members",
    "read_numbers",
    "read_object",
    "require_cells",
    "require_columns",
    "require_curriculum",
    "require_document",
    "rig_parameters",
    "roles_with",
    "save_curriculum",
    "scripts",
    "shown",
    "skeleton",
    "task_from_json_schema",
    "tasks",
    "write_object",
]
