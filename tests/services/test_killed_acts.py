"""A process that is killed while somebody proposes, approves or publishes: nothing is lost, nothing is half done."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from autotrain_core import services
from autotrain_core.models import State
from tests.searching import every
from tests.services.killed_acts import ACTS, do, lab_at
from tests.services.people import MOUSE

PROJECT = Path(__file__).parents[2]
BEFORE = {"propose": None, "approve": State.PROPOSED, "tell": State.APPROVED}
AFTER = {"propose": State.PROPOSED, "approve": State.APPROVED, "tell": State.PUBLISHED}


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[int]]]:
    place = tmp_path_factory.mktemp("killed-acts")
    done = subprocess.run(
        [sys.executable, "-m", "tests.services.killed_acts", str(place)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return place, json.loads(done.stdout)


def state(lab):
    found = services.said(lab.store).overrides.get("ov-1")
    return found and found.state


def test_what_a_killed_process_leaves_is_all_or_nothing_and_is_completed(killed) -> None:
    place, points = killed

    for act in ACTS:
        found = set()
        for point in points[act]:
            lab = lab_at(f"{place}/{act}-{point}")
            found.add(state(lab))
            require_whole(lab)
            # Each point is killed at; of the many of publishing every third is completed, in turn in either way.
            if act == "tell" and point % every(3):
                continue
            complete(lab, act, at_night=bool(point % 2))
            assert state(lab) is AFTER[act]
            require_whole(lab)
        assert len(points[act]) > 2
        assert found == {BEFORE[act], AFTER[act]}


def complete(lab, act, *, at_night):
    """Do it once more, where it was not done; what could not be published, the next night publishes, too."""
    if act != "tell":
        if state(lab) is BEFORE[act]:
            do(act, lab)
        return
    if at_night:
        lab.nights.at = lab.at
        lab.nights.run()
    else:
        do(act, lab)
    own = lab.latest()
    assert (own["subject_id"], own["next_stage_suggested"], own["override_id"]) == (MOUSE, "STAGE_1", "ov-1")
    told = [event for entry in lab.store.record.read() for event in entry.events if event.kind == "published"]
    assert [event.facts["publication"] for event in told] == [1, 2]


def require_whole(lab):
    """The chain of the record holds, and rigs read one of the two tables."""
    assert lab.store.record.verify(lab.store.record.head()).problems == ()
    assert lab.latest()["next_stage_suggested"] in ("STAGE_FINAL", "STAGE_1")
