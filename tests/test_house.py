"""House rules that a machine can keep."""

import ast
import builtins
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import click
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from autotrain_core import errors

PROJECT = Path(__file__).parents[1]
CODE = ("autotrain_core", "autotrain_ui", "app.py", "serve.py", "pages")
EVERYTHING = (*CODE, "tests", "benchmarks", "scripts")
LONGEST = 450
NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc", "data"}
LOCKS = ("constraints.txt", "constraints-dev.txt")


def modules(*places: str) -> list[Path]:
    """Every Python file of these places, the scripts without an ending included."""
    found: list[Path] = []
    for place in places:
        path = PROJECT / place
        if path.is_file():
            found.append(path)
        elif place == "scripts":
            found += [script for script in path.iterdir() if "python" in script.read_text().split("\n", 1)[0]]
        else:
            found += path.rglob("*.py")
    return sorted(found)


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def place_of(path: Path, node: ast.AST | None = None) -> str:
    line = f":{getattr(node, 'lineno', '?')}" if node else ""
    return f"{path.relative_to(PROJECT).as_posix()}{line}"


def imports_of(path: Path) -> Iterator[tuple[str, ast.AST]]:
    """Each dotted name that a file imports, `from a import b` as a.b."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((f"{node.module}.{alias.name}", node) for alias in node.names)


def test_every_module_says_what_it_is_for() -> None:
    spoken = [path for path in modules(*EVERYTHING) if path.stat().st_size or path.name != "__init__.py"]
    silent = [place_of(path) for path in spoken if not ast.get_docstring(tree_of(path))]

    assert silent == []


def test_no_file_is_longer_than_a_sitting() -> None:
    lengths = {place_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules(*EVERYTHING)}

    assert {path: lines for path, lines in lengths.items() if lines >= LONGEST} == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    named = {part.strip("_") for path in modules(*CODE) for part in (*path.parent.parts, path.stem)}

    assert named & NAMELESS == set()


def test_every_error_that_a_docstring_names_exists() -> None:
    public = {name for module in (errors, builtins) for name in vars(module)}

    unknown = [
        f"{place_of(path, node)} {name}"
        for path in modules("autotrain_core")
        for nodes in [list(ast.walk(tree_of(path)))]
        for known in [public.union(node.name for node in nodes if isinstance(node, ast.ClassDef))]
        for node in nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module)
        for name in errors_named_in(ast.get_docstring(node) or "")
        if name not in known
    ]

    assert unknown == []


def errors_named_in(docstring: str) -> list[str]:
    section = re.search(r"^Raises:\n((?:[ \t]+.*\n?|\n)+)", docstring, re.MULTILINE)
    return re.findall(r"^ {4}([\w.]+):", section.group(1), re.MULTILINE) if section else []


def test_the_search_for_named_errors_finds_them() -> None:
    docstring = "Read.\n\nRaises:\n    TableError: No\n        table.\n    KeyError: No key."

    assert errors_named_in(docstring) == ["TableError", "KeyError"]


def commands(command: click.Command, words: tuple[str, ...]) -> Iterator[str]:
    """Each command as it is typed: 'autotrain curriculum check'."""
    if isinstance(command, click.Group):
        for name, part in command.commands.items():
            yield from commands(part, (*words, name))
    elif not command.hidden:
        yield " ".join(words)


def test_every_command_and_every_option_stands_in_the_docs() -> None:
    from autotrain_core.cli import main

    page = (PROJECT / "docs" / "cli.md").read_text(encoding="utf-8")

    missing = [typed for typed in commands(main, ("autotrain",)) if typed not in page]
    missing += [option for option in options(main) if not re.search(rf"{option}\b", page)]

    assert missing == []


def options(command: click.Command) -> set[str]:
    own = {
        name
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.hidden
        for name in parameter.opts
        if name.startswith("--") and name != "--help"
    }
    parts = command.commands.values() if isinstance(command, click.Group) else ()
    return own.union(*(options(part) for part in parts))


def test_importing_the_core_imports_no_page_no_bucket_and_no_plot() -> None:
    heavy = ("apprise", "streamlit", "streamlit_agraph", "boto3", "botocore", "plotly", "graphviz")
    program = (
        "import autotrain_core, autotrain_core.cli, json, sys;"
        "[getattr(autotrain_core, name) for name in autotrain_core.__all__];"  # the door opens lazily
        f"print(json.dumps([name for name in {heavy} if name in sys.modules]))"
    )

    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert json.loads(ran.stdout) == []


def test_a_page_defines_nothing() -> None:
    pages = [PROJECT / "app.py", *modules("pages")]

    defined = [
        f"{place_of(page, node)} {getattr(node, 'name', 'lambda')}"
        for page in pages
        for node in ast.walk(tree_of(page))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda)
    ]

    assert len(pages) > 1
    assert defined == []


def test_a_room_is_entered_through_its_door() -> None:
    burglars = [
        f"{place_of(path, node)} imports {name}"
        for path in modules(*CODE, "benchmarks", "scripts")
        for name, node in imports_of(path)
        if not may_import(path, name.split("."))
    ]

    assert burglars == []


def may_import(path: Path, name: list[str]) -> bool:
    """Whether a private name is imported from within the package that holds it."""
    private = next((i for i, part in enumerate(name) if part.startswith("_") and not part.endswith("__")), None)
    if private is None or name[0] != "autotrain_core":
        return True
    return PROJECT.joinpath(*name[:private]) in path.parents


@pytest.mark.parametrize(
    ("path", "name", "allowed"),
    [
        ("autotrain_core/rules/_print.py", "autotrain_core.rules._tree.And", True),
        ("autotrain_core/models/_load.py", "autotrain_core.rules.parse", True),
        ("autotrain_core/models/_load.py", "autotrain_core.rules._tree.And", False),
        ("autotrain_core/models/_load.py", "autotrain_core.rules._tree", False),
        ("autotrain_core/cli/_demo.py", "autotrain_core._places.app_file", True),
        ("pages/today.py", "autotrain_core._places.app_file", False),
        ("pages/today.py", "autotrain_core.__version__", True),
    ],
)
def test_only_the_own_room_imports_a_private_file(path: str, name: str, allowed: bool) -> None:
    assert may_import(PROJECT / path, name.split(".")) is allowed


def test_the_core_runs_no_text_as_python_and_reads_no_free_pickle() -> None:
    dangerous = [
        f"{place_of(path, node)} {ast.unparse(node.func)}(…)"
        for path in modules(*CODE)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and is_dangerous(ast.unparse(node.func))
    ]

    assert dangerous == []


def is_dangerous(called: str) -> bool:
    module, _, name = called.rpartition(".")
    return (
        name in {"eval", "exec", "__import__"}
        or called in {"compile", "builtins.compile", "pd.read_pickle", "pandas.read_pickle"}
        or (module in {"pickle", "marshal", "shelve"} and not name.startswith("dump"))
    )


@pytest.mark.parametrize("called", ["eval", "builtins.exec", "compile", "frame.eval", "pd.read_pickle", "pickle.load"])
def test_the_search_for_dangerous_calls_finds_them(called: str) -> None:
    assert is_dangerous(called)


def test_whatever_is_imported_is_declared() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {canonicalize_name(Requirement(line).name) for line in project["dependencies"]} | {"autotrain"}
    installed = packages_distributions()
    ours = {"autotrain_core", "autotrain_ui", *sys.stdlib_module_names}

    undeclared = [
        f"{place_of(path, node)} imports {name}"
        for path in modules(*CODE)
        for name, node in imports_of(path)
        if (top := name.split(".")[0]) not in ours
        and not declared & {canonicalize_name(name) for name in installed.get(top, [])}
    ]

    assert undeclared == []


def pins(lock: str) -> dict[str, tuple[Requirement, list[str]]]:
    """Each requirement of a lock with its hashes, by name; a name may be pinned once a platform."""
    text = (PROJECT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    requirements = [(Requirement(line.split("--hash=")[0].strip()), line.split("--hash=")[1:]) for line in lines]
    return {canonicalize_name(wanted.name): (wanted, hashes) for wanted, hashes in requirements}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_every_package_by_hash(lock: str) -> None:
    loose = [
        name
        for name, (wanted, hashes) in pins(lock).items()
        if not re.fullmatch(r"==[\w.!+]+", str(wanted.specifier))
        or not hashes
        or not all(re.fullmatch(r"sha256:[0-9a-f]{64}", value.strip()) for value in hashes)
    ]

    assert len(pins(lock)) > 20
    assert loose == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address_and_no_path(lock: str) -> None:
    text = (PROJECT / lock).read_text(encoding="utf-8")

    assert re.findall(r"\S*://\S*|^-{1,2}[a-z].*|@ \S+|(?<!\S)\.{0,2}/\S*", text, re.MULTILINE) == []


def test_the_lock_answers_what_the_project_asks_for() -> None:
    table = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = {
        "constraints.txt": [*table["project"]["dependencies"], *table["dependency-groups"]["package"]],
        "constraints-dev.txt": [line for line in table["dependency-groups"]["dev"] if isinstance(line, str)],
    }

    stale = [
        f"{lock}: {line}"
        for lock, lines in asked.items()
        for line in lines
        if not answers(pins(lock), Requirement(line))
    ]

    assert stale == [], "run scripts/lock"


def answers(lock: dict[str, tuple[Requirement, list[str]]], asked: Requirement) -> bool:
    pinned, _ = lock.get(canonicalize_name(asked.name), (None, []))
    return pinned is not None and asked.specifier.contains(str(pinned.specifier).removeprefix("=="))


def test_both_locks_pin_the_same_versions() -> None:
    run, develop = (pins(lock) for lock in LOCKS)

    assert {name for name in run if name in develop and str(run[name][0]) != str(develop[name][0])} == set()
    assert set(run) - set(develop) == set()


def test_no_file_names_a_place_on_somebodys_machine(kept_files: list[Path]) -> None:
    here = re.escape(str(PROJECT))
    home = re.escape(str(Path.home())) if Path.home() != Path("/") else here
    somewhere = re.compile(rf"(?:{here}|{home})\b|/(?:home|Users)/\w+|[A-Z]:\\+Users")

    named = [
        f"{place_of(path)}: {found.group()}"
        for path in kept_files
        if path != Path(__file__) and (found := somewhere.search(path.read_bytes().decode("utf-8", errors="replace")))
    ]

    assert named == []


def test_only_ci_knows_where_the_reference_data_lie(kept_files: list[Path]) -> None:
    script = PROJECT / ".ci" / "run"
    place = re.search(r"^reference=\$PWD/(\S+)$", script.read_text(encoding="utf-8"), re.MULTILINE)
    assert place is not None

    knowing = [path for path in kept_files if place.group(1).encode() in path.read_bytes()]

    assert knowing == [script]


def test_the_changelog_tells_of_this_version() -> None:
    version = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    changelog = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert re.search(rf"^## \[{re.escape(version)}\]", changelog, re.MULTILINE)
