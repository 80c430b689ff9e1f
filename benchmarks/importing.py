"""How long `import autotrain_core` takes: in fresh processes, with warm file caches."""

import argparse
import json
import subprocess
import sys
from statistics import median

PROGRAM = """
import time
start = time.perf_counter()
import autotrain_core
took = time.perf_counter() - start
import json, sys
print(json.dumps([took, sorted({"streamlit", "boto3", "plotly"} & set(sys.modules))]))
"""
MOST = 0.7


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=10, help="fresh processes after one to warm up")
    parser.add_argument("--json", action="store_true", help="print the results for a machine")
    arguments = parser.parse_args()
    runs = [imported() for _ in range(arguments.repeat + 1)][1:]
    times = [took for took, _ in runs]
    found = {"best": min(times), "median": median(times), "worst": max(times), "heavy": runs[0][1]}
    if arguments.json:
        print(json.dumps(found, indent=2))
        return
    print(f"import autotrain_core: best {min(times):.3f} s, median {median(times):.3f} s, worst {max(times):.3f} s")
    print(f"{'met   ' if median(times) < MOST else 'MISSED'} median < {MOST} s")
    heavy = ", ".join(runs[0][1])
    print(f"{'MISSED' if heavy else 'met   '} neither streamlit nor boto3 nor plotly: {heavy or 'none of them'}")


def imported() -> tuple[float, list[str]]:
    """Import in a fresh process: seconds, and which heavy packages came along."""
    ran = subprocess.run([sys.executable, "-c", PROGRAM], check=True, stdout=subprocess.PIPE, text=True)
    took, heavy = json.loads(ran.stdout)
    return took, heavy


if __name__ == "__main__":
    main()
