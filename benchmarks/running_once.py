"""One night of the benchmark of runs, in a process of its own: a session table into its bucket, then the run."""

import json
import os
import resource
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from autotrain_core import services
from autotrain_core.interop import parquet_bytes
from autotrain_core.store import S3Home, Store, open_home

NIGHTS = ("first", "next", "again")
SESSIONS_OF_A_MOUSE = 100
FIRST = datetime(2026, 11, 1, 3, tzinfo=UTC)
KEY = "foraging_nwb_bonsai_processed/df_sessions.parquet"


def one_night(size: int, night: str) -> dict[str, Any]:
    """Put the session table of a night into its bucket, then run."""
    url = f"{os.environ['AUTOTRAIN_STORE']}/{size}"
    if night != "again":
        lab = services.example_lab(max(1, size // SESSIONS_OF_A_MOUSE), 0, sessions_per_mouse=SESSIONS_OF_A_MOUSE)
        last = lab.sessions["session"] == lab.sessions.groupby("subject_id")["session"].transform("max")
        table = lab.sessions if night == "next" else lab.sessions[~last]
        pipeline = open_home(url)
        there = pipeline.head(KEY).version if night == "next" else ""
        pipeline.put(KEY, parquet_bytes(table), replaces=there)
    home = open_home(url)
    assert isinstance(home, S3Home)
    before = home.traffic
    at = FIRST + timedelta(days=NIGHTS.index(night)) if night != "again" else FIRST + timedelta(days=1, seconds=1)
    started = time.perf_counter()
    report = services.run_once(Store(home), services.Settings(), at=at, by="benchmark", code="benchmark")
    seconds = time.perf_counter() - started
    after = home.traffic
    asked = {kind: count - before.requests.get(kind, 0) for kind, count in after.requests.items()}
    return {
        "sessions": report.counts["sessions"],
        "night": night,
        "added": report.counts["added"],
        "written": len(report.written),
        "seconds": seconds,
        **report.seconds,
        "asked": sum(asked.values()),
        "put": asked.get("put_object", 0),
        "get": asked.get("get_object", 0),
        "head": asked.get("head_object", 0),
        "list": asked.get("list_objects_v2", 0),
        "megabytes_in": (after.bytes_in - before.bytes_in) / 2**20,
        "megabytes_out": (after.bytes_out - before.bytes_out) / 2**20,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


if __name__ == "__main__":
    print(json.dumps(one_night(int(sys.argv[1]), sys.argv[2])))
