"""
How long deciding takes: real mice where they are at hand, and example labs of 10,000 to 1,000,000 sessions.

Every measurement runs in a fresh process, so that its peak memory is its own; this file imports nothing heavy,
because on Linux a child inherits the peak of its parent.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ONCE = Path(__file__).with_name("deciding_once.py")
MODES = {"closed loop": "one", "open loop": "one", "library": "all"}
"""How sessions are decided, and which curricula the lab follows for that: one, or all that ship."""
SIZES = (10_000, 100_000, 1_000_000)
REAL = "real"
COLUMNS = (
    ("sessions", "{sessions:>9,}", 9),
    ("mode", "{mode:>11}", 11),
    ("decide s", "{decide_best:8.4f}", 8),
    ("median", "{decide_median:8.4f}", 8),
    ("with statistics", "{statistics_best:15.4f}", 15),
    ("µs/session", "{each:10.3f}", 10),
    ("read s", "{read_best:7.4f}", 7),
    ("× read", "{ratio:6.1f}", 6),
    ("peak MiB", "{peak:8,.0f}", 8),
)


def main() -> None:
    arguments = read_arguments()
    results = []
    if not arguments.json:
        print("  ".join(f"{title:>{width}}" for title, _, width in COLUMNS))
    with tempfile.TemporaryDirectory() as folder:
        for name, mode, table in tables(Path(folder), arguments.sizes):
            result = {"table": name, "mode": mode, **once("measure", table, mode, arguments.repeat)}
            results.append(result)
            if not arguments.json:
                print(line(result), flush=True)
    verdicts = goals(results)
    if arguments.json:
        print(json.dumps({"results": results, "goals": verdicts}, indent=2))
    else:
        print("\n".join(f"{'met   ' if one['met'] else 'MISSED'} {one['goal']}: {one['found']}" for one in verdicts))


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="sessions of the example labs")
    parser.add_argument("--repeat", type=int, default=5, help="runs of each measurement after one to warm up")
    parser.add_argument("--json", action="store_true", help="print the results for a machine")
    return parser.parse_args()


def tables(folder: Path, sizes: list[int]) -> Iterator[tuple[str, str, Path]]:
    """Write the session tables: name, mode in which to decide it, and file of each."""
    reference = os.environ.get("AUTOTRAIN_REFERENCE")
    if reference:
        path = folder / "real.parquet"
        once("convert", Path(reference) / "data" / "janelia_sessions.csv", path)
        yield REAL, "open loop", path
    for size in sizes:
        for curricula in dict.fromkeys(MODES.values()):
            path = folder / f"{size}-{curricula}.parquet"
            once("simulate", size, curricula, path)
            yield from ((str(size), mode, path) for mode in MODES if MODES[mode] == curricula)


def once(task: str, *words: object) -> dict[str, Any]:
    """Run one task of `deciding_once.py` in a fresh process."""
    command = [sys.executable, str(ONCE), task, *map(str, words)]
    ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def line(result: dict[str, Any]) -> str:
    """Write one result as a row of the table."""
    each, ratio = 1e6 * result["decide_best"] / result["sessions"], result["decide_best"] / result["read_best"]
    row = result | {"each": each, "ratio": ratio, "peak": result["peak_bytes"] / 2**20}
    return "  ".join(form.format(**row) for _, form, _ in COLUMNS)


def goals(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Compare the results with what is promised in README.md."""
    verdicts = []

    def judge(goal: str, found: float, most: float, unit: str) -> None:
        verdicts.append({"goal": f"{goal} <= {most:g} {unit}", "found": f"{found:.4g} {unit}", "met": found <= most})

    for result in results:
        if result["table"] == REAL:
            judge("real sessions, warm", 1000 * result["decide_best"], 15, "ms")
    for mode in MODES:
        rows = [result for result in results if result["mode"] == mode and result["table"] != REAL]
        by_size = {int(result["table"]): result for result in rows}
        if 1_000_000 in by_size:
            million = by_size[1_000_000]
            judge(f"1M sessions, {mode}", million["decide_best"], 1.0, "s")
            judge(f"1M sessions, {mode}", million["decide_best"] / million["read_best"], 12, "× reading")
            judge(f"1M sessions, {mode}, peak", million["peak_bytes"] / 2**30, 1.5, "GiB")
        if len(by_size) > 1:
            small, large = min(by_size), max(by_size)
            grown = by_size[large]["decide_best"] / by_size[small]["decide_best"]
            power = math.log(grown) / math.log(large / small)
            judge(f"growth from {small:,} to {large:,}, {mode}: power", power, 1.05, "(1 is linear)")
    return verdicts


if __name__ == "__main__":
    main()
