"""
What the documents show is run, and what they link to exists.

A block marked `python` is run as it stands, the blocks of one page in one breath. In a block marked `console`
each line that opens with `$ ` is typed; it must start with `autotrain`. What a block shows below such a line,
or in a block marked `text` right after a python block, must be what comes out; a line `...` stands for any
lines.
"""

import contextlib
import html
import io
import json
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from autotrain_core.cli import main

PROJECT = Path(__file__).parents[1]
PAGES = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")])
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    language: str
    text: str
    line: int
    after: str  # what stands between the block before and this one


def blocks_of(page: str) -> list[Block]:
    found, end = [], 0
    for match in FENCE.finditer(page):
        line = page.count("\n", 0, match.start()) + 2
        found.append(Block(match[1], match[2], line, page[end : match.start()]))
        end = match.end()
    return found


def name_of(page: Path) -> str:
    return page.relative_to(PROJECT).as_posix()


def shows(expected: str, printed: str) -> bool:
    """Whether a block shows what was printed; `...` alone on a line stands for any lines."""
    lines = [
        "(?:.*\n)*?" if line.strip() == "..." else re.escape(line.rstrip()) + r"[ \t]*\n"
        for line in expected.splitlines()
    ]
    return re.fullmatch("".join(lines), printed if printed.endswith("\n") else printed + "\n") is not None


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_examples_of_a_page_run_and_show_what_comes_out(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "110")
    names: dict[str, Any] = {"__name__": "__main__"}
    printed: str | None = None

    for block in blocks_of(page.read_text(encoding="utf-8")):
        where = f"{name_of(page)}:{block.line}"
        if block.language == "python":
            printed = run_python(block, names, where)
        elif block.language == "console":
            run_console(block, where)
        elif block.language == "text" and printed is not None and not block.after.strip():
            assert shows(block.text, printed), f"{where} shows something else than:\n{printed}"
        if block.language != "python":
            printed = None


def run_python(block: Block, names: dict[str, Any], where: str) -> str:
    out = io.StringIO()
    # Blank lines before the text: a traceback then names the line of the page.
    code = compile("\n" * (block.line - 1) + block.text, where, "exec")
    with contextlib.redirect_stdout(out):
        exec(code, names)
    return out.getvalue()


def run_console(block: Block, where: str) -> None:
    typed = re.split(r"^\$ ", block.text.replace("\\\n", " "), flags=re.MULTILINE)
    assert not typed[0].strip(), f"{where}: a console block opens with '$ '"
    for line in typed[1:]:
        command, _, expected = line.partition("\n")
        program, *words = shlex.split(command)
        assert program == "autotrain", f"{where}: only autotrain is run, not {program}"
        result = CliRunner().invoke(main, words)
        assert result.exit_code == 0, f"{where}: '{command}' ended with {result.exit_code}:\n{result.output}"
        if expected.strip():
            assert shows(expected, result.stdout), f"{where}: '{command}' shows something else than:\n{result.stdout}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_what_a_page_links_to_exists(page: Path) -> None:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    targets = re.findall(r"\]\(([^)\s]+)\)", text)

    lost = [target for target in targets if "://" not in target and not exists(page, target)]

    assert lost == []


def exists(page: Path, target: str) -> bool:
    file, _, heading = target.partition("#")
    path = page.parent / file if file else page
    if not heading or not path.is_file():
        return path.exists()
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return heading in {re.sub(r"[^\w\- ]", "", line.lower()).strip().replace(" ", "-") for line in headings}


def test_every_page_is_found_from_the_first_one() -> None:
    first = PROJECT / "docs" / "index.md"
    met, waiting = {first}, [first]
    while waiting:
        page = waiting.pop()
        for target in re.findall(r"\]\(([^)\s#]+\.md)", page.read_text(encoding="utf-8")):
            path = (page.parent / target).resolve()
            if path not in met and path.is_file():
                met.add(path)
                waiting.append(path)

    unseen = [name_of(page) for page in (PROJECT / "docs").rglob("*.md") if page.resolve() not in met]

    assert unseen == []


def test_the_picture_of_the_board_shows_what_the_demo_prints() -> None:
    picture = html.unescape((PROJECT / "docs" / "images" / "board.svg").read_text(encoding="utf-8"))
    seen = picture.replace("\N{NO-BREAK SPACE}", " ")
    typed = re.search(r"autotrain (demo[ \w-]*)<", seen)
    assert typed is not None

    result = CliRunner().invoke(main, [*typed[1].split(), "--json"])

    rows = json.loads(result.stdout)["board"]
    shown = [re.search(rf">{row['subject_id']} .*{row['next_stage']}\b", seen) for row in rows]
    assert rows
    assert all(shown), "run make pictures"


def test_a_block_shows_any_lines_for_an_ellipsis() -> None:
    assert shows("first\n...\nlast\n", "first\nsecond\nthird\nlast\n")
    assert shows("only\n", "only   \n")
    assert not shows("first\n...\nlast\n", "first\nsecond\n")
    assert not shows("first\n", "first\nsecond\n")
