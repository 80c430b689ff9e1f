"""What the rules of the lab's 22 documents do: all of it, and nothing that the engine does not bear out."""

from collections import Counter
from pathlib import Path

import pandas as pd

from autotrain_core.analysis import analyse
from autotrain_core.evaluation import decide
from tests.analysis.documents import documents_of_today

OF_RULES = ("rule", "stage", "gap", "oscillation", "decision", "cycle", "no-way", "undecided")


def test_what_is_found_in_the_rules_of_today_is_this_and_borne_out(reference: Path) -> None:
    found: Counter[tuple[str, str, int | None]] = Counter()
    for curriculum in documents_of_today(reference).values():
        for finding in analyse(curriculum):
            if not finding.kind.startswith(OF_RULES):
                continue
            found[finding.kind, finding.stage, finding.rule] += 1
            witness = finding.witness
            if witness is not None and "holds" in witness:
                sessions = pd.DataFrame(witness["sessions"]).assign(subject_id="m")
                last = decide(sessions, curriculum).iloc[-1]
                assert last["decision"] == witness["decision"], finding
                assert curriculum.stage(last["next_stage_suggested"]).name == witness["next_stage"], finding

    assert found == {
        ("rule-always-holds", "Stage 1 w/warmup", 2): 20,
        ("rule-always-holds", "Stage 3", 1): 10,
        ("rule-always-holds", "Stage 4", 1): 3,
        ("rules-overlap", "Stage 2", 2): 6,
        ("rules-overlap", "Stage 1", 2): 1,
        ("rules-overlap", "Stage final", 2): 10,
        ("oscillation", "Stage 2", None): 2,
        ("oscillation", "Stage 3", None): 10,
        ("oscillation", "Stage 4", None): 5,
        ("no-way-to-graduate", "", None): 1,
    }
