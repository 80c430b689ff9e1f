"""
How fast the store is, and whether it loses anything: on a folder, and on a real S3 server on this computer.

Many writers count one document up and append to one record at the same time; then one reader and one writer, and a
table of a million sessions. Every measurement runs in a fresh process; this file imports nothing heavy.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[1]
HOMES = ("folder", "s3")


def main() -> None:
    arguments = read_arguments()
    results: dict[str, dict[str, Any]] = {}
    for home in arguments.homes:
        results[home] = {}
        with opened(home) as (url, environment):
            for name, found in measured(url, environment, arguments):
                results[home][name] = found
                if not arguments.json:
                    print("\n".join(f"{home:<7} {line}" for line in lines(name, found)), flush=True)
    verdicts = [verdict for home, found in results.items() for verdict in goals(home, found)]
    if arguments.json:
        print(json.dumps({"results": results, "goals": verdicts}, indent=2))
    else:
        print("\n".join(f"{'met   ' if one['met'] else 'MISSED'} {one['goal']}: {one['found']}" for one in verdicts))


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0] if __doc__ else None)
    parser.add_argument("--homes", choices=HOMES, nargs="+", default=list(HOMES))
    parser.add_argument("--threads", type=int, default=16, help="that count one document up")
    parser.add_argument("--increments", type=int, default=200, help="of each thread")
    parser.add_argument("--stores", type=int, default=4, help="of which the threads use one each")
    parser.add_argument("--processes", type=int, default=8, help="that append to one record")
    parser.add_argument("--events", type=int, default=500, help="of each process")
    parser.add_argument("--rows", type=int, default=1_000_000, help="of the table")
    parser.add_argument("--json", action="store_true", help="print the results for a machine")
    return parser.parse_args()


@contextmanager
def opened(home: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Keep an empty store: its address, and what finds it."""
    if home == "folder":
        with tempfile.TemporaryDirectory() as folder:
            yield folder, {}
    else:
        sys.path.insert(0, str(PROJECT))
        from benchmarks.s3_server import running_s3  # noqa: PLC0415 - it imports boto3

        with running_s3() as server:
            yield server.environment["AUTOTRAIN_STORE"], server.environment


def measured(
    url: str, environment: Mapping[str, str], arguments: argparse.Namespace
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Take every measurement of one home, one by one."""

    def once(task: str, *words: object) -> dict[str, Any]:
        return ended(begun(url, environment, task, *words))

    yield "documents", once("documents", 50)
    yield "tables", once("tables", arguments.rows)
    counted = once("increment", "benchmark/count", arguments.threads, arguments.increments, arguments.stores)
    yield "increments", {**counted, "wanted": arguments.threads * arguments.increments}
    start = time.perf_counter()
    writers = [begun(url, environment, "append", number, arguments.events) for number in range(arguments.processes)]
    waits = [ended(writer) for writer in writers]
    yield (
        "appends",
        {
            "seconds": time.perf_counter() - start,
            "wanted": arguments.processes * arguments.events,
            "p50": sorted(wait["p50"] for wait in waits)[len(waits) // 2],
            "worst": max(wait["worst"] for wait in waits),
            **once("proved"),
        },
    )
    yield "record", once("reading")


def begun(url: str, environment: Mapping[str, str], task: str, *words: object) -> "subprocess.Popen[str]":
    """Start one task of `storing_once.py` in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.storing_once", task, url, *map(str, words)]
    ours = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.Popen(command, cwd=PROJECT, env={**ours, **environment}, stdout=subprocess.PIPE, text=True)


def ended(process: "subprocess.Popen[str]") -> dict[str, Any]:
    """Wait for it."""
    printed, _ = process.communicate()
    if process.returncode:
        raise SystemExit(process.returncode)
    found: dict[str, Any] = json.loads(printed)
    return found


def lines(name: str, found: dict[str, Any]) -> Iterator[str]:
    """Write one measurement."""
    match name:
        case "documents":
            for what, wait in found.items():
                yield f"document, {what:<16} {milliseconds(wait)}"
        case "increments" | "appends":
            done = found.get("found", found.get("distinct"))
            yield (
                f"{name:<26} {done:,} of {found['wanted']:,} in {found['seconds']:.1f} s, "
                f"{found['wanted'] / found['seconds']:.0f} commits/s; "
                f"median {1000 * found['p50']:.0f} ms, worst {found['worst']:.1f} s"
            )
        case "record":
            yield (
                f"record of {found['entries']:,} entries    first reader {found['single']:.2f} s, "
                f"after compacting ({found['compact']:.2f} s) {found['segments']:.2f} s; "
                f"nothing new {1000 * found['nothing new']:.1f} ms; verify {found['verify']:.2f} s"
            )
        case "tables":
            yield (
                f"table of {found['bytes'] / 1e6:.1f} MB            save {found['save']:.2f} s, "
                f"again {found['save again']:.2f} s; peak {found['peak_bytes'] / 2**20:,.0f} MiB"
            )
            for what in ("whole", "columns", "mouse"):
                part = found[what]
                asked = f", {part['requests']} requests, {part['bytes'] / 1e6:.1f} MB" if part["requests"] else ""
                yield f"table, {what:<19} {part['seconds']:.3f} s{asked}"


def milliseconds(wait: dict[str, float]) -> str:
    return f"median {1000 * wait['p50']:.1f} ms, 95 of 100 within {1000 * wait['p95']:.1f} ms"


def goals(home: str, found: dict[str, Any]) -> list[dict[str, Any]]:
    """Compare the results with what is promised in README.md."""
    increments, appends, tables = found["increments"], found["appends"], found["tables"]
    exact = f"{home}: every increment is there once"
    chain = f"{home}: every event is there once, in a chain that holds"
    kept = appends["distinct"] == appends["entries"] == appends["last"] == appends["wanted"]
    verdicts = [
        {"goal": exact, "found": increments["found"], "met": increments["found"] == increments["wanted"]},
        {"goal": chain, "found": appends["distinct"], "met": kept and not appends["problems"]},
    ]
    for part, most in (("columns", 0.5), ("mouse", 0.2)):
        share = tables[part]["bytes"] / tables["bytes"]
        if tables[part]["requests"]:
            told = f"{share:.2f}"
            verdicts.append(
                {
                    "goal": f"{home}, {part}: share of the table that is fetched <= {most}",
                    "found": told,
                    "met": share <= most,
                }
            )
    return verdicts


if __name__ == "__main__":
    main()
