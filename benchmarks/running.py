"""
What the nightly run costs from end to end, against a real S3 server on this computer.

For each size three nights are measured: the first (all sessions are new), the next (each mouse has one more), and the
same again (nothing is new). Each night runs in a fresh process, so that it reads everything, as a night does.

    python -m benchmarks.s3_server python benchmarks/running.py [--sizes 3500 100000 1000000]
"""

import argparse
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

SIZES = (3_500, 100_000, 1_000_000)
NIGHTS = ("first", "next", "again")
SESSIONS_OF_A_MOUSE = 100
FIRST = datetime(2026, 11, 1, 3, tzinfo=UTC)
KEY = "foraging_nwb_bonsai_processed/df_sessions.parquet"
COLUMNS = (
    ("sessions", "{sessions:>9,}", 9),
    ("night", "{night:>6}", 6),
    ("read s", "{read:7.2f}", 7),
    ("decide s", "{decide:8.2f}", 8),
    ("compare s", "{compare:9.2f}", 9),
    ("compose s", "{compose:9.2f}", 9),
    ("write s", "{write:7.2f}", 7),
    ("in all s", "{seconds:8.2f}", 8),
    ("requests", "{asked:8,}", 8),
    ("PUT", "{put:4,}", 4),
    ("GET", "{get:4,}", 4),
    ("HEAD", "{head:5,}", 5),
    ("LIST", "{list:5,}", 5),
    ("MiB in", "{megabytes_in:7.1f}", 7),
    ("MiB out", "{megabytes_out:7.1f}", 7),
    ("peak MiB", "{peak:8,.0f}", 8),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="sessions of the example labs")
    parser.add_argument("--json", action="store_true", help="print the results for a machine")
    parser.add_argument("--one", nargs=2, metavar=("SIZE", "NIGHT"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(one_night(int(given.one[0]), given.one[1])))
        return
    results = []
    if not given.json:
        print("  ".join(f"{title:>{width}}" for title, _, width in COLUMNS))
    for size in given.sizes:
        for night in NIGHTS:
            command = [sys.executable, __file__, "--one", str(size), night]
            ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            results.append(json.loads(ran.stdout))
            if not given.json:
                print("  ".join(form.format(**results[-1]) for _, form, _ in COLUMNS), flush=True)
    if given.json:
        print(json.dumps(results, indent=2))


def one_night(size: int, night: str) -> dict[str, Any]:
    """Put the session table of a night into its bucket, then run."""
    import os
    import resource
    import time

    from autotrain_core import services
    from autotrain_core.interop import parquet_bytes
    from autotrain_core.store import S3Home, Store, open_home

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
    main()
