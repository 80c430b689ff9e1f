"""
How long it takes to check a curriculum: each that is at hand, in a fresh process, the solver's loading included.

Then once more in the same process with one threshold changed, as a designer does who edits a draft.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

GOAL = 2.0
"""Seconds that the whole analysis of one curriculum may take."""


def main() -> None:
    arguments = read_arguments()
    results = []
    for path in documents(arguments.documents):
        told = subprocess.run(
            [sys.executable, __file__, "--once", str(path)], capture_output=True, text=True, check=True
        ).stdout
        results.append({"document": path.name, **json.loads(told)})
        if not arguments.json:
            print(
                "{document:<75.75} {first:6.2f} s  again {again:7.4f} s  edited {edited:7.4f} s".format(**results[-1])
            )
    worst = max(results, key=lambda each: each["first"])
    if arguments.json:
        print(json.dumps({"results": results, "worst": worst}, indent=2))
    else:
        met = "met   " if worst["first"] < GOAL else "MISSED"
        print(f"{met} a curriculum is checked in under {GOAL:g} s: the worst took {worst['first']:.2f} s")


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0] if __doc__ else None)
    parser.add_argument("--documents", type=Path, help="a folder of curricula; those that ship, where it is left out")
    parser.add_argument("--json", action="store_true", help="print the results for a machine")
    parser.add_argument("--once", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.once:
        print(json.dumps(once(arguments.once)))
        sys.exit()
    return arguments


def documents(folder: Path | None) -> list[Path]:
    places = [folder] if folder else sorted((Path(__file__).parent.parent / "curriculums").iterdir())
    return sorted(path for place in places if place.is_dir() for path in place.glob("*_curriculum_v*.json"))


def once(path: Path) -> dict[str, float]:
    from autotrain_core.models import load_curriculum  # noqa: PLC0415 - measured apart from what is measured

    body = path.read_bytes()
    curriculum = load_curriculum(body)
    edited = load_curriculum(body.replace(b">= 200", b">= 210"))
    start = time.perf_counter()
    from autotrain_core.analysis import analyse  # noqa: PLC0415

    found = analyse(curriculum)
    first = time.perf_counter() - start
    start = time.perf_counter()
    analyse(curriculum)
    again = time.perf_counter() - start
    start = time.perf_counter()
    analyse(edited)
    return {"findings": len(found), "first": first, "again": again, "edited": time.perf_counter() - start}


if __name__ == "__main__":
    main()
