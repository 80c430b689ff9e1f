"""What a person can do, one function each."""

from autotrain_core.services._adopt import Archive
from autotrain_core.services._board import BoardRow, board
from autotrain_core.services._check import check_store
from autotrain_core.services._curricula import Shelf, find_curriculum, shelf, shipped
from autotrain_core.services._demo import Demo, demo, save_demo
from autotrain_core.services._engines import DaskEngine, Engine, LocalEngine
from autotrain_core.services._inputs import people_of_mice
from autotrain_core.services._lab import example_lab, notices_table, report_table, save_lab
from autotrain_core.services._lab_view import LabView, lab_view
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
from autotrain_core.services._publication import Publication, latest
from autotrain_core.services._run import RunReport, run_once
from autotrain_core.services._run_by import run_by
from autotrain_core.services._runs import NightlyRun, run_mice, run_notices, runs
from autotrain_core.services._selection import FILTERS, Selection, board_day, choices, in_training, select
from autotrain_core.services._settings import Settings, read_settings
from autotrain_core.services._status import Status, status
from autotrain_core.services._stored import StoredPart
from autotrain_core.services._why import why

__all__ = [
    "FILTERS",
    "Archive",
    "BoardRow",
    "DaskEngine",
    "Demo",
    "Engine",
    "LabView",
    "LocalEngine",
    "NightlyRun",
    "Publication",
    "RunReport",
    "Selection",
    "Settings",
    "Shelf",
    "Status",
    "StoredPart",
    "actor_of",
    "board",
    "board_day",
    "check_store",
    "choices",
    "confirmed",
    "demo",
    "example_lab",
    "find_curriculum",
    "in_training",
    "lab_view",
    "latest",
    "local_actor",
    "members",
    "members_version",
    "mine",
    "notices_table",
    "operator",
    "people_of_mice",
    "people_without_member",
    "published_rows",
    "read_settings",
    "report_table",
    "require",
    "run_by",
    "run_mice",
    "run_notices",
    "run_once",
    "runs",
    "save_demo",
    "save_lab",
    "save_members",
    "select",
    "shelf",
    "shipped",
    "status",
    "why",
]
