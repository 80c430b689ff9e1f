"""What a person can do, one function each."""

from autotrain_core.services._adopt import Archive
from autotrain_core.services._board import BoardRow, board
from autotrain_core.services._check import check_store
from autotrain_core.services._curricula import Shelf, find_curriculum, shelf, shipped
from autotrain_core.services._demo import Demo, demo, save_demo
from autotrain_core.services._engines import DaskEngine, Engine, LocalEngine
from autotrain_core.services._inputs import people_of_mice
from autotrain_core.services._lab import example_lab, notices_table, report_table, save_lab
from autotrain_core.services._plan import published_rows
from autotrain_core.services._publication import Publication, latest
from autotrain_core.services._run import RunReport, run_once
from autotrain_core.services._settings import Settings, read_settings
from autotrain_core.services._status import Status, status
from autotrain_core.services._stored import StoredPart
from autotrain_core.services._why import why

__all__ = [
    "Archive",
    "BoardRow",
    "DaskEngine",
    "Demo",
    "Engine",
    "LocalEngine",
    "Publication",
    "RunReport",
    "Settings",
    "Shelf",
    "Status",
    "StoredPart",
    "board",
    "check_store",
    "demo",
    "example_lab",
    "find_curriculum",
    "latest",
    "notices_table",
    "people_of_mice",
    "published_rows",
    "read_settings",
    "report_table",
    "run_once",
    "save_demo",
    "save_lab",
    "shelf",
    "shipped",
    "status",
    "why",
]
