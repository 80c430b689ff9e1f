"""What the pages on deploying and migrating say is so."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from autotrain_core.cli import main
from autotrain_core.services import Settings
from tests.deploy.examples import PROGRAM, PROJECT, VERSION, calls_in, faults_of, text_of

PAGES = [PROJECT / "docs" / "deploy.md", PROJECT / "docs" / "migrate.md"]
FENCE = re.compile(r"^ *```(\w*)[^\n]*\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def calls_of_page(page: Path) -> list[list[str]]:
    text = page.read_text(encoding="utf-8")
    shell = "\n".join(block for language, block in FENCE.findall(text) if language == "sh")
    prose = (shlex.split(code) for code in re.findall(r"`([^`\n]*\bautotrain [^`]*)`", FENCE.sub("", text)))
    return [*calls_in(shell), *(words[1:] for words in prose if PROGRAM.fullmatch(words[0]))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_on_a_page_exists_with_its_options(page: Path) -> None:
    calls = calls_of_page(page)

    faults = [f"autotrain {shlex.join(words)}: {fault}" for words in calls for fault in faults_of(words)]

    assert len(calls) > 10
    assert faults == []


def test_a_command_that_does_not_exist_is_noticed() -> None:
    shell = "sudo x\nautotrain run --watch 10m | logger\ndocker run --rm autotrain:0.0 a \\\n  b\nautotrain runs; autotrain run --wet"

    calls = list(calls_in(shell))

    assert calls == [["run", "--watch", "10m"], ["runs"], ["run", "--wet"]]
    assert [bool(faults_of(words)) for words in calls] == [False, True, True]
    with pytest.raises(click.BadParameter):
        faults_of(["run", "--watch", "soon"])


def test_every_file_that_a_page_types_or_names_exists() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)

    named = set(re.findall(r"(?<![\w./-])(?:deploy|docs)/[\w./-]*\w", text))

    assert named
    assert [name for name in named if not (PROJECT / name).exists()] == []


def test_every_example_on_the_side_of_the_pages_is_told_of() -> None:
    told = "".join(page.read_text(encoding="utf-8") for page in PAGES) + text_of("compose.yaml")

    files = [path.relative_to(PROJECT).as_posix() for path in (PROJECT / "deploy").rglob("*") if path.is_file()]

    assert [name for name in files if name not in told and not name.startswith("deploy/oidc/")] == []


def test_the_pages_install_this_version() -> None:
    named = {
        found for page in PAGES for found in re.findall(r"/opt/autotrain-([\d.]*\d)", page.read_text(encoding="utf-8"))
    }

    assert VERSION in named
    assert f"autotrain:{VERSION}" in text_of("docs", "deploy.md")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, "subprocess.CompletedProcess[str]"]:
    """A folder in which the first lines of the page were typed twice, and what the second time printed."""
    if shutil.which("bash") is None:
        pytest.skip("the page is written for a shell")
    folder = tmp_path_factory.mktemp("lab")
    shell = FENCE.search(text_of("docs", "deploy.md").split("\n## A folder on one computer\n")[1])
    assert shell is not None
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AUTOTRAIN_", "AWS_", "COV_"))}
    environment = {**kept, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    command = ["bash", "-euc", shell[2] * 2]
    return folder, subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_first_lines_lead_from_nothing_to_a_run(lab: tuple[Path, "subprocess.CompletedProcess[str]"]) -> None:
    folder, ran = lab

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("all is well") == 2
    assert ran.stdout.count("nothing new to publish") == 1
    assert (folder / "store" / "foraging_auto_training" / "df_manager_447_demo.pkl").is_file()


def test_the_page_lists_the_fields_of_the_status(
    lab: tuple[Path, "subprocess.CompletedProcess[str]"], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(lab[0])
    told = {row[0]: row[1] for row in rows_after(text_of("docs", "deploy.md"), "status")}

    good, bad = (CliRunner().invoke(main, ["--store", store, "status", "--json"]) for store in ("store", "nowhere"))

    assert (good.exit_code, bad.exit_code) == (0, 3)
    found = json.loads(good.stdout)
    assert list(told) == list(found)
    assert sorted(re.findall(r"`(\w+)`", told["counts"])) == sorted(found["counts"])
    assert set(json.loads(bad.stdout)) == {"reachable", *re.findall(r"`(\w+)`", told["reachable"])}


def rows_after(page: str, mark: str) -> list[tuple[str, ...]]:
    """The cells of the table behind a comment, without the marks of code in the first."""
    table = page.split(f"<!-- {mark}: ")[1].split("\n\n")[1]
    rows = [tuple(cell.strip() for cell in line.strip("|").split(" | ")) for line in table.splitlines()]
    return [(row[0].strip("` "), *row[1:]) for row in rows[2:]]


def leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for key, each in value.items():
            yield from leaves(each, f"{name}.{key}" if name else key)
    else:
        yield name, value


def test_the_example_of_settings_sets_nothing_and_shows_every_default() -> None:
    example = text_of("deploy", "autotrain.toml")

    shown = tomllib.loads(re.sub(r"^#(?=\w)", "", example, flags=re.MULTILINE))

    assert Settings.model_validate(tomllib.loads(example)) == Settings()
    assert dict(leaves(shown)) == dict(leaves(Settings().model_dump(mode="json")))


def test_the_page_on_the_nightly_run_shows_every_default() -> None:
    block = re.search(r"```toml\n(.*?)```", text_of("docs", "nightly.md"), re.DOTALL)
    assert block is not None

    shown = tomllib.loads(block[1])

    assert Settings.model_validate(shown) == Settings(store=shown["store"])
    names = {name for name, _ in leaves(Settings().model_dump(mode="json")) if not name.startswith("columns.")}
    assert {name for name, _ in leaves(shown) if not name.startswith("columns.")} == names
