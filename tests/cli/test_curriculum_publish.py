"""`autotrain curriculum publish`, `import`, `export`, `diagram`, `retire` and `autotrain policy`, from a shell."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from autotrain_core import services
from autotrain_core._places import shipped_curricula
from autotrain_core.cli._policy import REVIEW
from autotrain_core.store import Store, open_store
from tests.cli.conftest import Run, parsed
from tests.interop.documents import LADDER, MAZE, document, maze, write_document
from tests.services.publishing import RIGS, names, read_as_today

Typed = Callable[..., Result]
NEW = "Coupled Baiting_curriculum_v2.4_schema_v1.0.json"


@pytest.fixture
def typed(run: Run, tmp_path: Path) -> Typed:
    """Type a command on one store."""
    (tmp_path / "lab").mkdir()

    def start(*words: str | Path, status: int = 0) -> Result:
        return run("--store", tmp_path / "lab", *words, status=status)

    return start


@pytest.fixture
def store(typed: Typed, tmp_path: Path) -> Store:
    return open_store(str(tmp_path / "lab"), probe=False)


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """A new version of a shipped curriculum, in a file of a lab's repository."""
    (old,) = shipped_curricula().rglob("Coupled Baiting_*.json")
    made = json.loads(old.read_bytes()) | {"curriculum_version": "2.4", "curriculum_description": "fewer trials"}
    return write_document(tmp_path / "repository", made)


def test_a_file_is_published_and_todays_readers_find_it(typed: Typed, store: Store, new: Path) -> None:
    result = typed("curriculum", "publish", new, "--changelog", "fewer trials")

    assert result.stdout == "Coupled Baiting@2.4: published, 12 files written\n"
    assert list(read_as_today(store.home, RIGS)) == [("Coupled Baiting", "2.4")]
    (found,) = services.published_curricula(store)
    assert (found.changelog, found.how) == ("fewer trials", "operator")


def test_a_version_in_which_nothing_changed_takes_a_reason(typed: Typed) -> None:
    words = ("curriculum", "publish", "Coupled Baiting@2.3", "--as", "Coupled Baiting@2.4", "--changelog", "x")

    assert "it says the same as Coupled Baiting 2.3" in typed(*words, status=1).stderr
    assert "12 files written" in typed(*words, "--reason", "to try it").stdout


def test_ci_may_publish_the_same_files_again_and_again(typed: Typed, new: Path) -> None:
    typed("curriculum", "publish", new, "--changelog", "fewer trials")

    result = typed("curriculum", "publish", new)

    assert result.stdout == "Coupled Baiting@2.4: published before, 0 files written\n"
    assert "published already" in result.stderr


def test_of_several_files_none_is_published_where_one_cannot_be(
    typed: Typed, store: Store, new: Path, tmp_path: Path
) -> None:
    broken = write_document(tmp_path / "repository", document({"A": [("progress", "Z", "metrics.trials[-1] > 1")]}))

    result = typed("curriculum", "publish", new, broken, "--changelog", "x", status=1)

    assert "Nothing was published" in result.stderr
    assert "no stage is called 'Z'" in result.stderr
    assert names(store.home, RIGS) == []


def test_a_dry_run_says_what_would_be_written_and_writes_nothing(typed: Typed, store: Store, new: Path) -> None:
    told = typed("curriculum", "publish", new, "--changelog", "x", "--dry-run")
    (plan,) = parsed(typed("curriculum", "publish", new, "--changelog", "x", "--dry-run", "--json"))

    assert told.stdout.startswith("Coupled Baiting@2.4: would be published\n")
    assert f"  {RIGS}{NEW}\n" in told.stdout
    assert (plan["curriculum"], plan["published"], len(plan["files"])) == ("Coupled Baiting@2.4", False, 12)
    assert list(store.home.list("")) == []


def test_a_dry_run_finds_what_speaks_against_it(typed: Typed, new: Path) -> None:
    result = typed("curriculum", "publish", new, "--dry-run", status=1)

    assert "nobody has said what is new" in result.stderr


def test_a_shipped_one_is_published_under_another_name(typed: Typed, store: Store) -> None:
    words = ("curriculum", "publish", "Coupled Baiting@2.3", "--as", "Ours@1", "--changelog", "a copy", "--json")

    (done,) = parsed(typed(*words))

    assert (done["curriculum"], done["again"], len(done["written"])) == ("Ours@1", False, 12)
    assert list(read_as_today(store.home, RIGS)) == [("Ours", "1")]


@pytest.mark.parametrize("words", [("--as", "Ours"), ("--as", "@1"), ("Uncoupled Baiting@2.3", "--as", "Ours@1")])
def test_a_name_for_one_curriculum_is_one_name_and_version(typed: Typed, words: tuple[str, ...]) -> None:
    typed("curriculum", "publish", "Coupled Baiting@2.3", *words, status=2)


def test_another_document_of_that_name_ends_in_1(typed: Typed, new: Path) -> None:
    typed("curriculum", "publish", new, "--changelog", "x")
    new.write_text(new.read_text().replace("0.6", "0.7"))

    assert "a published version never changes" in typed("curriculum", "publish", new, status=1).stderr


def test_a_task_of_the_repository_goes_along(typed: Typed, store: Store, tmp_path: Path) -> None:
    path = write_document(tmp_path / "repository", maze())
    (tmp_path / "repository" / "maze.task.json").write_text(json.dumps(MAZE))

    typed("curriculum", "publish", path, "--changelog", "a maze", "--reason", "it has no rules yet")

    assert names(store.home, RIGS) == ["MazeCurriculum.task.json", "Maze_curriculum_v1_schema_v2.0.json"]


def test_a_policy_holds_in_the_shell_too(typed: Typed, store: Store, new: Path) -> None:
    assert typed("policy", "show").stdout.startswith("publishing.review = never: ")
    typed("policy", "set", "--review", "always")
    assert parsed(typed("policy", "show", "--json"))["publishing"] == {"review": "always"}

    refused = typed("curriculum", "publish", new, "--changelog", "x", status=3)
    assert "Somebody else has to agree" in refused.stderr
    assert names(store.home, RIGS) == []

    typed("curriculum", "publish", new, "--changelog", "x", "--without-review", "the rig stands still")
    assert services.published_curricula(store)[0].without_review == "the rig stands still"


def test_the_policies_that_may_be_typed_are_all_policies() -> None:
    assert tuple(services.ReviewWhen) == REVIEW


def test_files_become_a_draft(typed: Typed, store: Store, new: Path) -> None:
    told = parsed(typed("curriculum", "import", new, "--json"))

    assert told["curriculum"] == "Coupled Baiting@2.4"
    assert services.open_draft(store, told["draft"]).draft.title == "Coupled Baiting 2.4"
    assert typed("curriculum", "import", new).stdout.startswith("Coupled Baiting@2.4: draft ")


def test_a_zip_of_the_six_files_is_published_at_once(typed: Typed, store: Store, new: Path, tmp_path: Path) -> None:
    typed("curriculum", "export", new, "six")
    with zipfile.ZipFile(tmp_path / "six.zip", "w") as packed:
        for path in (tmp_path / "six").iterdir():
            packed.write(path, path.name)

    typed("curriculum", "import", "six.zip", "--publish", "--changelog", "by hand")

    assert list(read_as_today(store.home, RIGS)) == [("Coupled Baiting", "2.4")]


def test_an_import_may_be_tried(typed: Typed, store: Store, tmp_path: Path) -> None:
    broken = write_document(tmp_path, document({"A": [("progress", "Z", "metrics.trials[-1] > 1")]}))

    result = typed("curriculum", "import", broken, "--dry-run")

    assert result.stdout == "Toy@1: would be a draft\n"
    assert "error: A, rule 1" in result.stderr
    assert parsed(typed("curriculum", "import", broken, "--dry-run", "--json"))["draft"] is None
    assert services.drafts(store) == ()


def test_a_file_that_is_none_is_not_imported(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{")
    with (tmp_path / "b.json").open("wb") as large:
        large.truncate(17 * 1024 * 1024)

    assert "it is not JSON" in typed("curriculum", "import", "a.json", status=1).stderr
    assert "more than 16,777,216 bytes" in typed("curriculum", "import", "b.json", status=1).stderr


def test_the_six_files_are_written_to_a_folder(run: Run, tmp_path: Path) -> None:
    result = run("curriculum", "export", "Coupled Baiting@2.3", "out/here")

    written = sorted(path.name for path in (tmp_path / "out" / "here").iterdir())
    assert len(written) == 6
    assert sorted(Path(line).name for line in result.stdout.splitlines()) == written
    assert parsed(run("curriculum", "export", "Coupled Baiting@2.3", "out/here", "--json"))["notes"] == []


def test_what_todays_rigs_do_not_list_is_said(run: Run, tmp_path: Path) -> None:
    path = write_document(tmp_path, document(LADDER))

    result = run("curriculum", "export", path, "out")

    assert "Today's rigs list documents of schema 1.0 only" in result.stderr
    assert [each.name for each in (tmp_path / "out").iterdir()] == [path.name]


@pytest.mark.parametrize("name", ["../../out", "a/b", "..\\x", "C:x", "a\nb"])
def test_a_name_in_a_document_leads_nowhere(run: Run, tmp_path: Path, name: str) -> None:
    path = write_document(tmp_path, document(LADDER, name=name), file="strange.json")

    result = run("curriculum", "export", path, "out", status=1)

    assert "No file can be called" in result.stderr
    assert sorted(each.name for each in tmp_path.rglob("*")) == ["strange.json"]


def test_what_lies_in_the_store_is_exported(typed: Typed, new: Path, tmp_path: Path) -> None:
    typed("curriculum", "publish", new, "--changelog", "x")

    typed("curriculum", "export", "Coupled Baiting@2.4", "out")

    assert (tmp_path / "out" / NEW).is_file()
    assert json.loads((tmp_path / "out" / NEW).read_bytes()) == json.loads(new.read_bytes())


@pytest.mark.parametrize(
    ("ending", "begins"), [("svg", b"<?xml"), ("pdf", b"%PDF"), ("png", b"\x89PNG"), ("dot", b"digraph rules")]
)
def test_a_diagram_is_drawn_in_every_form(run: Run, tmp_path: Path, ending: str, begins: bytes) -> None:
    run("curriculum", "diagram", "Coupled Baiting@2.3", "-o", f"rules.{ending}")

    assert (tmp_path / f"rules.{ending}").read_bytes().startswith(begins)


def test_the_settings_are_drawn_too(run: Run, tmp_path: Path) -> None:
    run("curriculum", "diagram", "Coupled Baiting@2.3", "--what", "settings", "--form", "dot", "--output", "table")

    assert (tmp_path / "table").read_bytes().startswith(b"digraph parameters")


def test_a_form_that_nobody_draws_is_refused(run: Run) -> None:
    run("curriculum", "diagram", "Coupled Baiting@2.3", "-o", "rules.gif", status=2)


def test_a_version_is_retired_and_offered_again(typed: Typed, store: Store) -> None:
    words = ("curriculum", "retire", "Coupled Baiting@2.3")

    assert typed(*words, "--reason", "old").stdout == "Coupled Baiting@2.3 is retired: old\n"
    assert list(services.retired(store)) == ["Coupled Baiting@2.3"]
    assert typed(*words, "--undo").stdout == "Coupled Baiting@2.3 is offered again.\n"
    assert services.retired(store) == {}


def test_only_what_is_there_is_retired_and_with_a_reason(typed: Typed) -> None:
    assert "say why" in typed("curriculum", "retire", "Coupled Baiting@2.3", status=1).stderr
    typed("curriculum", "retire", "Coupled Baiting@9", "--reason", "old", status=3)
    typed("curriculum", "retire", "Coupled Baiting", "--reason", "old", status=2)


def test_a_folder_of_curricula_goes_before_the_shipped_ones(typed: Typed, store: Store, new: Path) -> None:
    made = json.loads(new.read_bytes()) | {"curriculum_version": "2.3", "curriculum_description": "ours"}
    folder = write_document(new.parent / "more", made).parent

    words: Any = ("curriculum", "publish", "Coupled Baiting@2.3", "--curricula", folder, "--as", "Ours@1")
    typed(*words, "--changelog", "x")

    assert read_as_today(store.home, RIGS)["Ours", "1"]["curriculum_description"] == "ours"
