"""The reference page of documents lists what there is."""

import ast
import json
import re

from autotrain_core.models import DYNAMIC_FORAGING
from tests.models.conftest import PROJECT

PAGE = (PROJECT / "docs" / "documents.md").read_text(encoding="utf-8")
ROOM = PROJECT / "autotrain_core" / "models"


def rows(marker: str) -> list[list[str]]:
    """The cells of the table after a marker."""
    table = PAGE.split(f"<!-- {marker}:")[1].split("\n\n")[1]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def test_every_setting_of_dynamic_foraging_stands_in_the_docs_as_it_is() -> None:
    settings = [
        [
            f"`{field.name}`",
            field.title,
            field.expected,
            "required" if field.required else f"`{json.dumps(field.default)}`",
            field.description,
        ]
        for field in DYNAMIC_FORAGING.fields[5:]
    ]

    assert rows("settings") == settings


def test_every_kind_of_finding_stands_in_the_docs() -> None:
    said = {kind.strip("`") for kind, *_ in rows("findings")}

    assert said == kinds()


def kinds() -> set[str]:
    """The first argument of every call that reports something."""
    found: set[str] = set()
    for name in ("_reader.py", "_parameters.py", "_task.py"):
        for node in ast.walk(ast.parse((ROOM / name).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and re.fullmatch(r"(self\.)?wrong|Fault", ast.unparse(node.func)):
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant):
                    found.add(str(first.value))
    return found
