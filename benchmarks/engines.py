"""
What it costs to let a dask cluster decide: two worker processes on this computer beside one process.

Each measurement runs in a fresh process. "Sent" means that the table passes through the process that asks, "stored"
that each part is read, decided and written where it is worked on, in a folder. "core s" counts what all processes
together worked, which a busy machine changes least.

    python benchmarks/engines.py [--sizes 1000000 5000000]
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ONCE = Path(__file__).with_name("engines_once.py")
SIZES = (1_000_000, 5_000_000)
WAYS = (
    "sent, this process",
    "sent, 2 workers",
    "sent, 2 workers that wait",
    "stored, this process",
    "stored, 2 workers that wait",
)
COLUMNS = (
    ("sessions", "{sessions:>9,}", 9),
    ("way", "{way:<27}", 27),
    ("best s", "{best:7.2f}", 7),
    ("median", "{median:7.2f}", 7),
    ("× one process", "{ratio:13.2f}", 13),
    ("core s", "{cores:7.2f}", 7),
    ("peak MiB here", "{peak:13,.0f}", 13),
    ("of a worker", "{worker:11,.0f}", 11),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="sessions of the example labs")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each measurement after one to warm up")
    parser.add_argument("--json", action="store_true", help="print the results for a machine")
    given = parser.parse_args()
    results: list[dict[str, Any]] = []
    if not given.json:
        print("  ".join(f"{title:>{width}}" for title, _, width in COLUMNS))
    for size in given.sizes:
        with tempfile.TemporaryDirectory() as folder:
            once("write", size, folder)
            for way in WAYS:
                result = once("measure", size, way, folder, given.repeat)
                alone = next((one for one in results if (one["sessions"], one["kind"]) == kind_of(result)), result)
                results.append(result | {"ratio": result["best"] / alone["best"]})
                if not given.json:
                    print("  ".join(form.format(**results[-1]) for _, form, _ in COLUMNS), flush=True)
    if given.json:
        print(json.dumps(results, indent=2))


def kind_of(result: dict[str, Any]) -> tuple[int, str]:
    return result["sessions"], result["kind"]


def once(*words: object) -> dict[str, Any]:
    """Run one task of `engines_once.py` in a fresh process."""
    command = [sys.executable, str(ONCE), *map(str, words)]
    ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


if __name__ == "__main__":
    main()
