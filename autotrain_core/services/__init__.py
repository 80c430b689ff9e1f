"""What a person can do, one function each."""

from autotrain_core._places import app_file
from autotrain_core.services._adopt import Archive
from autotrain_core.services._alerts import Alert, alerts_of, need_a_person
from autotrain_core.services._board import BoardRow, board
from autotrain_core.services._check import check_store
from autotrain_core.services._cohort_view import (
    COHORT_GROUPS,
    Cohort,
    TrainingTimes,
    cohort,
    stage_changes,
    stages_over_time,
    training_curves,
    training_times,
    visits_by_stage,
)
from autotrain_core.services._curricula import Shelf, find_curriculum, shelf, shipped
from autotrain_core.services._demo import Demo, demo, save_demo
from autotrain_core.services._engines import DaskEngine, Engine, LocalEngine
from autotrain_core.services._inputs import people_of_mice
from autotrain_core.services._lab import example_lab, notices_table, report_table, save_lab
from autotrain_core.services._lab_view import LabView, lab_view
from autotrain_core.services._library import (
    document_bytes,
    library_table,
    near_curricula,
    older_versions,
    task_schema,
    wanted_curriculum,
)
from autotrain_core.services._live import Live, followed, live
from autotrain_core.services._mouse import Mouse, NextRun, mouse, nearest_mice
from autotrain_core.services._mouse_stages import Stretch, stages_compared, stretches, usual_stages
from autotrain_core.services._mouse_why import Clause, PublishedOtherwise, Reason, RuleClauses, why_of
from autotrain_core.services._nights import Night, nights
from autotrain_core.services._people import (
    actor_of,
    confirmed,
    local_actor,
    members,
    members_version,
    mine,
    operator,
    people_without_member,
    require,
    save_members,
)
from autotrain_core.services._plan import published_rows
from autotrain_core.services._progress import (
    Loosened,
    chosen_mice,
    mice_like,
    ordered_mice,
    session_rows,
    sessions_csv,
    to_loosen,
)
from autotrain_core.services._publication import Publication, latest
from autotrain_core.services._run import RunReport, run_once
from autotrain_core.services._run_by import run_by
from autotrain_core.services._runs import NightlyRun, run_mice, run_notices, runs
from autotrain_core.services._selection import FILTERS, Selection, board_day, choices, in_training, select
from autotrain_core.services._settings import Settings, read_settings
from autotrain_core.services._spreadsheets import for_spreadsheets
from autotrain_core.services._status import Status, status
from autotrain_core.services._stored import StoredPart
from autotrain_core.services._today import MOST_ROWS, Proposal, TodayBoard, TodayRow, said, today, today_table
from autotrain_core.services._version_changes import version_changes
from autotrain_core.services._view_columns import natural_order
from autotrain_core.services._web_addresses import WebLink, links_of_session, require_web_address, web_address
from autotrain_core.services._why import why

__all__ = [
    "COHORT_GROUPS",
    "FILTERS",
    "MOST_ROWS",
    "Alert",
    "Archive",
    "BoardRow",
    "Clause",
    "Cohort",
    "DaskEngine",
    "Demo",
    "Engine",
    "LabView",
    "Live",
    "LocalEngine",
    "Loosened",
    "Mouse",
    "NextRun",
    "Night",
    "NightlyRun",
    "Proposal",
    "Publication",
    "PublishedOtherwise",
    "Reason",
    "RuleClauses",
    "RunReport",
    "Selection",
    "Settings",
    "Shelf",
    "Status",
    "StoredPart",
    "Stretch",
    "TodayBoard",
    "TodayRow",
    "TrainingTimes",
    "WebLink",
    "actor_of",
    "alerts_of",
    "app_file",
    "board",
    "board_day",
    "check_store",
    "choices",
    "chosen_mice",
    "cohort",
    "confirmed",
    "demo",
    "document_bytes",
    "example_lab",
    "find_curriculum",
    "followed",
    "for_spreadsheets",
    "in_training",
    "lab_view",
    "latest",
    "library_table",
    "links_of_session",
    "live",
    "local_actor",
    "members",
    "members_version",
    "mice_like",
    "mine",
    "mouse",
    "natural_order",
    "near_curricula",
    "nearest_mice",
    "need_a_person",
    "nights",
    "notices_table",
    "older_versions",
    "operator",
    "ordered_mice",
    "people_of_mice",
    "people_without_member",
    "published_rows",
    "read_settings",
    "report_table",
    "require",
    "require_web_address",
    "run_by",
    "run_mice",
    "run_notices",
    "run_once",
    "runs",
    "said",
    "save_demo",
    "save_lab",
    "save_members",
    "select",
    "session_rows",
    "sessions_csv",
    "shelf",
    "shipped",
    "stage_changes",
    "stages_compared",
    "stages_over_time",
    "status",
    "stretches",
    "task_schema",
    "to_loosen",
    "today",
    "today_table",
    "training_curves",
    "training_times",
    "usual_stages",
    "version_changes",
    "visits_by_stage",
    "wanted_curriculum",
    "web_address",
    "why",
    "why_of",
]
