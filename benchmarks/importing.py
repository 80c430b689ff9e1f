"""
How long `import autotrain_core` takes, alone and with the first use of it: fresh processes, warm file caches.

The door of the package opens only as far as it is pushed, so the import alone says little: the first use counts too.
"""

import argparse
import json
import subprocess
import sys
from statistics import median

PROGRAM = """
import time
start = time.perf_counter()
import autotrain_core
imported = time.perf_counter()
autotrain_core.decide, autotrain_core.load_curriculum, autotrain_core.read_sessions
used = time.perf_counter()
import json, sys
print(json.dumps([imported - start, used - start, sorted({"streamlit", "boto3", "plotly"} & set(sys.modules))]))
"""
MOST = 0.7


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the import of autotrain_core.")
    parser.add_argument("--repeat", type=int, default=10, help="fresh processes after one to warm up")
    parser.add_argument("--json", action="store_true", help="print the results for a machine")
    arguments = parser.parse_args()
    runs = [imported() for _ in range(arguments.repeat + 1)][1:]
    times = {"import": [run[0] for run in runs], "import and first use": [run[1] for run in runs]}
    heavy = runs[0][2]
    found = {name: {"best": min(took), "median": median(took), "worst": max(took)} for name, took in times.items()}
    if arguments.json:
        print(json.dumps({**found, "heavy": heavy, "goal": MOST}, indent=2))
        return
    for name, took in found.items():
        print(f"{name}: " + ", ".join(f"{key} {one:.3f} s" for key, one in took.items()))
    print(f"{'met   ' if found['import']['median'] < MOST else 'MISSED'} import, median < {MOST} s")
    print(f"{'MISSED' if heavy else 'met   '} neither streamlit nor boto3 nor plotly: {', '.join(heavy) or 'none'}")


def imported() -> tuple[float, float, list[str]]:
    """Import in a fresh process: seconds without and with the first use, and which heavy packages came along."""
    ran = subprocess.run([sys.executable, "-c", PROGRAM], check=True, stdout=subprocess.PIPE, text=True)
    alone, used, heavy = json.loads(ran.stdout)
    return alone, used, heavy


if __name__ == "__main__":
    main()
