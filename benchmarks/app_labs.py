"""Labs for the benchmark of the app: example labs in stores that are folders, decided and published once, and kept."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from autotrain_core import services
from autotrain_core.interop import parquet_bytes
from autotrain_core.models import save_curriculum
from autotrain_core.store import ABSENT, FolderHome, Store

SESSIONS_OF_A_MOUSE = 50
KEY = "foraging_nwb_bonsai_processed/df_sessions.parquet"
# The tables of today's rigs hold the whole history of a mouse in each row: they are another benchmark.
SETTINGS = """
[publish]
most_rows = 0
formats = ["parquet"]
"""


def store_with(sessions: int, folder: Path) -> Path:
    """
    Return the folder of a store with a lab of so many sessions; it is made where it is not there yet.

    Args:
        sessions: How many, about: 50 a mouse.
        folder: Where such stores are kept.
    """
    place = folder / f"{sessions}-sessions"
    if (place / "made").exists():
        return place
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    (place / "autotrain.toml").write_text(SETTINGS, encoding="utf-8")
    lab = services.example_lab(max(1, sessions // SESSIONS_OF_A_MOUSE), 0, sessions_per_mouse=SESSIONS_OF_A_MOUSE)
    settings = services.read_settings(place / "autotrain.toml", store=str(place), environment={})
    home = FolderHome(place)
    for curriculum in lab.curricula:
        home.put(f"{settings.curricula.key}{curriculum.file_name}", save_curriculum(curriculum), replaces=ABSENT)
    days = lab.sessions["session_date"].astype("datetime64[s]")
    before = FolderHome(place)
    at = datetime.combine(days.max().date(), datetime.min.time(), tzinfo=UTC)
    # Two nights, so that there is something that was published before.
    version = before.put(KEY, parquet_bytes(lab.sessions[days < days.max()]), replaces=ABSENT)
    services.run_once(Store(home), settings, at=at, by="benchmark", code="benchmark")
    home.put(KEY, parquet_bytes(lab.sessions), replaces=version)
    services.run_once(Store(home), settings, at=at + timedelta(days=1), by="benchmark", code="benchmark")
    (place / "made").touch()
    return place
