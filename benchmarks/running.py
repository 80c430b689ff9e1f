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
from pathlib import Path

SIZES = (3_500, 100_000, 1_000_000)
ONCE = Path(__file__).with_name("running_once.py")
NIGHTS = ("first", "next", "again")
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
    given = parser.parse_args()
    results = []
    if not given.json:
        print("  ".join(f"{title:>{width}}" for title, _, width in COLUMNS))
    for size in given.sizes:
        for night in NIGHTS:
            command = [sys.executable, str(ONCE), str(size), night]
            ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            results.append(json.loads(ran.stdout))
            if not given.json:
                print("  ".join(form.format(**results[-1]) for _, form, _ in COLUMNS), flush=True)
    if given.json:
        print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
