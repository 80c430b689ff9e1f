"""Two PIs answer the same proposal at the same moment, from two processes: one decision each time, and both know it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from autotrain_core import services
from autotrain_core.models import Kind, State
from autotrain_core.store import ABSENT, Store, open_home
from tests.servers.seaweed import S3Server
from tests.services.labs import acting, with_members
from tests.services.nights import FIRST, Nights, session
from tests.services.people import BOTH

PROJECT = Path(__file__).parents[2]
ROUNDS = 50
PIS = {"heron@lab.org": "approve", "crane@lab.org": "refuse"}


def prepared(url: str) -> Store:
    """A lab in which fifty mice have a proposal each, which either PI may answer."""
    nights = Nights(at=FIRST)
    with_members(nights.store, BOTH)
    nights.run([session(f"7000{number:02d}", 1, stage="STAGE_1_WARMUP") for number in range(ROUNDS)])
    store, at = nights.store, FIRST + timedelta(days=2)
    view = services.lab_view(store, nights.settings, at=at)
    for number in range(ROUNDS):
        wish = services.Wish(subject_id=f"7000{number:02d}", kind=Kind.STAGE, stage="STAGE_FINAL", reason="ready")
        services.propose(
            store, nights.settings, wish, seen=f"session 1 of 7000{number:02d} (2026-10-01)",
            actor=acting("ben@lab.org", BOTH), at=at, identity=f"ov-{number}", view=view,
        )  # fmt: skip
    home = open_home(url)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: home.put(one[0], one[1], replaces=ABSENT), nights.objects().items()))
    return Store(home)


def race(url: str, environment: Mapping[str, str]) -> list[dict[str, str]]:
    """Let both answer each proposal at once; what came of it for each."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    started = {
        address: subprocess.Popen(
            [sys.executable, "-m", "tests.services.racing_answers", url, address, what],
            cwd=PROJECT,
            env={**kept, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for address, what in PIS.items()
    }
    try:
        assert {heard(one) for one in started.values()} == {"ready"}
        rounds = []
        for number in range(ROUNDS):
            for one in started.values():
                assert one.stdin is not None
                one.stdin.write(f"ov-{number}\n")
                one.stdin.flush()
            rounds.append({address: heard(one) for address, one in started.items()})
        return rounds
    finally:
        for one in started.values():
            one.kill()
            one.communicate()


def heard(one: "subprocess.Popen[str]") -> str:
    assert one.stdout is not None
    return str(json.loads(one.stdout.readline()))


@pytest.mark.parametrize("kind", ["folder", "bucket"])
def test_of_two_answers_at_once_exactly_one_counts_and_the_other_is_told_who_and_what(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, environment = str(tmp_path), {}
    if kind == "bucket":
        server: S3Server = request.getfixturevalue("s3_server")
        url, environment = f"s3://{server.bucket}/race/{os.urandom(6).hex()}", server.environment
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
    store = prepared(url)

    rounds = race(url, environment)

    decided = services.said(Store(store.home)).overrides
    for number, came in enumerate(rounds):
        (winner,) = [address for address, one in came.items() if one == "won"]
        (loser,) = [address for address in came if address != winner]
        done = {"approve": "approved", "refuse": "refused"}[PIS[winner]]
        assert f"{done} by {winner}" in came[loser], came
        assert f"You wanted to {PIS[loser]} it." in came[loser], came
        override = decided[f"ov-{number}"]
        assert override.state is {"approved": State.APPROVED, "refused": State.REFUSED}[done]
        assert [entry.by for entry in override.history] == [winner]
    assert store.record.verify(store.record.head()).problems == ()
