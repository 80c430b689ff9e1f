"""The page on checks lists what there is to be found."""

import re
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def test_every_kind_of_finding_stands_in_the_docs():
    page = (PROJECT / "docs" / "checks.md").read_text(encoding="utf-8")
    room = PROJECT / "autotrain_core" / "analysis"
    named = {
        name
        for path in room.glob("_*.py")
        for name in re.findall(r'^[A-Z_]+ = "([a-z]+(?:-[a-z]+)*)"$', path.read_text(encoding="utf-8"), re.MULTILINE)
    }

    said = set(re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE))

    assert said <= named
    assert said >= {
        name for name in named if name.startswith(("rule", "stage", "text", "cycle", "rig", "no-", "decision"))
    }
