"""Publishing: what is written where, what is refused, what the record tells, and what an interruption leaves."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from autotrain_core import services
from autotrain_core.errors import (
    ConflictError,
    DamagedError,
    DocumentError,
    NoRendererError,
    NotAllowedError,
)
from autotrain_core.models import Curriculum, load_curriculum, save_curriculum
from autotrain_core.store import ABSENT, FolderHome, Home, MemoryHome, Store
from tests.interop.documents import LADDER, MAZE, document
from tests.servers.seaweed import S3Server
from tests.services.labs import OPERATOR
from tests.services.nights import put
from tests.services.publishing import (
    COPIES,
    DEE,
    HERON,
    NOW,
    RIGS,
    SETTINGS,
    SIX,
    acting,
    changed,
    in_a_maze,
    lab,
    ladder,
    names,
    publish,
    read_as_today,
    shipped,
    told,
)


@pytest.fixture(params=["memory", "folder", "bucket"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    if request.param == "bucket":
        server: S3Server = request.getfixturevalue("s3_server")
        home: Home = server.s3_home(f"publish-{tmp_path.name}")
        return home
    return MemoryHome() if request.param == "memory" else FolderHome(tmp_path)


@pytest.fixture
def store(home: Home) -> Store:
    return lab(home)


@pytest.fixture
def quick() -> Store:
    """A lab in memory, for what is the same everywhere."""
    return lab(MemoryHome())


def test_todays_six_files_are_in_both_folders(store: Store) -> None:
    done = publish(store)

    assert names(store.home, RIGS) == SIX
    assert names(store.home, COPIES) == SIX
    assert len(done.written) == 12
    assert not done.again


def test_todays_readers_list_and_load_it(store: Store) -> None:
    publish(store)

    for folder in (RIGS, COPIES):
        (found,) = read_as_today(store.home, folder).items()
        assert found == (("Coupled Baiting", "2.4"), {**shipped().document, "curriculum_version": "2.4"})


def test_what_was_published_is_what_decides(store: Store) -> None:
    publish(store)

    shelf = services.stored_shelf(store.home, SETTINGS)
    assert shelf.own == {"Coupled Baiting@2.4"}
    found = shelf.library.get("Coupled Baiting", "2.4")
    assert replace(found, version="2.3", text="") == replace(shipped(), text="")


def test_a_reader_that_sees_the_document_sees_all_of_it(quick: Store) -> None:
    plan = services.publishing_plan(quick, SETTINGS, shipped(), version="2.4")

    assert [key for key in plan.keys if key.endswith("_schema_v1.0.json")] == [COPIES + SIX[0], RIGS + SIX[0]]
    assert plan.keys[-2:] == (COPIES + SIX[0], RIGS + SIX[0])


@pytest.mark.parametrize("copies", [[], ["mine/"]])
def test_a_lab_says_which_folders_get_it(quick: Store, copies: list[str]) -> None:
    settings = services.Settings.model_validate({"curricula": {"key": "mine", "copies": copies}})

    done = services.publish(quick, settings, shipped(), changelog="ours", actor=acting(DEE), at=NOW)

    assert {key.partition("/")[0] for key in done.written} == {"mine"}
    assert len(done.written) == 6


def test_nothing_is_published_among_what_is_the_programs_own() -> None:
    for given in ({"key": "autotrain/mine/"}, {"copies": ["autotrain/mine/"]}):
        with pytest.raises(ValueError, match="the program's own"):
            services.Settings.model_validate({"curricula": given})


def test_the_store_and_the_record_say_who_published_it_and_why(store: Store) -> None:
    done = publish(store, based_on="Coupled Baiting@2.2")

    found = services.published_curriculum(store, "Coupled Baiting", "2.4")
    assert found == replace(done, written=())
    assert services.published_curricula(store) == (found,)
    (facts,) = told(store, "curriculum-published")
    assert {**facts, "document": ""} == {
        "name": "Coupled Baiting",
        "version": "2.4",
        "schema_version": "1.0",
        "sha256": found.sha256,
        "changelog": "fewer trials",
        "by": "dee@lab.org",
        "at": "2026-11-02T09:00:00+00:00",
        "how": "",
        "reviewed_by": "",
        "based_on": "Coupled Baiting@2.2",
        "reason": "",
        "without_review": "",
        "draft": "",
        "draft_version": "",
        "authors": [],
        "document": "",
    }


def test_what_a_curriculum_was_made_from_is_known_without_being_said(quick: Store) -> None:
    assert publish(quick).based_on == "Coupled Baiting@2.3"
    assert publish(quick, version="2.3").based_on == ""


def test_the_same_again_writes_nothing(store: Store) -> None:
    publish(store)

    again = publish(store, changelog="")

    assert again.again
    assert again.written == ()
    assert again.changelog == "fewer trials"
    assert "published already, by dee@lab.org on 2026-11-02" in again.notes[0]
    assert len(told(store, "curriculum-published")) == 1


@pytest.mark.parametrize("version", ["2.4", "2.3"])
def test_another_document_under_a_name_and_version_that_are_taken_is_refused(quick: Store, version: str) -> None:
    publish(quick)
    before = quick.home.get(RIGS + SIX[0])

    with pytest.raises(DocumentError, match="a published version never changes"):
        publish(quick, changed(shipped(), curriculum_description="other"), version=version)

    assert quick.home.get(RIGS + SIX[0]) == before


def test_names_that_differ_in_capitals_only_are_one_name_because_rigs_are_windows(quick: Store) -> None:
    publish(quick)

    with pytest.raises(DocumentError, match=r"Coupled Baiting@2\.4 was published by dee@lab\.org"):
        publish(quick, name="coupled BAITING")


def test_one_version_is_taken_in_every_schema(quick: Store) -> None:
    publish(quick, ladder(), name="Coupled Baiting", version="2.4")

    with pytest.raises(DocumentError, match=r"\(schema 2.0\)"):
        publish(quick)


def test_a_file_of_another_program_is_never_replaced(quick: Store) -> None:
    theirs = save_curriculum(changed(shipped(), curriculum_version="2.4", curriculum_description="theirs"))
    put(quick.home, COPIES + SIX[0], theirs)

    with pytest.raises(DocumentError, match=r"holds another Coupled Baiting@2\.4"):
        publish(quick)

    assert quick.home.get(COPIES + SIX[0])[0] == theirs


def test_a_file_that_is_no_document_is_never_replaced(quick: Store) -> None:
    put(quick.home, RIGS + "COUPLED baiting_curriculum_v2.4_schema_v1.0.json", b"{}")

    with pytest.raises(DocumentError, match=r"holds another Coupled Baiting@2\.4"):
        publish(quick)


def test_the_same_document_of_another_program_is_taken_over_with_what_lies_beside_it(quick: Store) -> None:
    theirs = json.dumps({**shipped().document, "curriculum_version": "2.4"}).encode()
    put(quick.home, RIGS + SIX[0], theirs)
    put(quick.home, RIGS + SIX[4], b"<svg/>")

    done = publish(quick)

    assert len(done.written) == 10
    assert quick.home.get(RIGS + SIX[0])[0] == theirs
    assert quick.home.get(RIGS + SIX[4])[0] == b"<svg/>"


def test_a_shipped_curriculum_can_be_put_where_rigs_find_it(quick: Store) -> None:
    publish(quick, version="2.3")

    assert list(read_as_today(quick.home, RIGS)) == [("Coupled Baiting", "2.3")]


def test_everything_that_speaks_against_it_is_said_at_once(quick: Store) -> None:
    broken = changed(ladder(), curriculum_description="other", metrics=[])

    with pytest.raises(DocumentError) as caught:
        publish(quick, broken, version="1/2", changelog=" ")

    said = str(caught.value)
    assert said.startswith("Toy@1/2 is not published:\n")
    assert "the version '1/2' holds /, which file names cannot" in said
    assert "no metric" in said
    assert "nobody has said what is new" in said
    assert names(quick.home, RIGS) == []


def test_warnings_need_a_reason(quick: Store) -> None:
    work = warned()

    with pytest.raises(DocumentError, match="warnings were found; say why"):
        publish(quick, work, version="1", accepted_warnings=False)

    assert publish(quick, work, version="1", reason="a  pilot\nonly").reason == "a pilot only"
    assert publish(quick, work, version="2", accepted_warnings=True).reason == ""


def warned() -> Curriculum:
    """A curriculum with a warning and no error."""
    made = document({**LADDER, "Graduated": [("stay", "Graduated", "metrics.trials[-1] >= 100")]})
    read = load_curriculum(json.dumps(made).encode())
    assert not read.errors
    assert [finding.kind for finding in read.findings] == ["graduated-rules"]
    return read


def test_a_line_is_a_line(quick: Store) -> None:
    with pytest.raises(DocumentError, match="the changelog line has 501 characters, of at most 500"):
        publish(quick, changelog="x" * 501)

    assert publish(quick, changelog=" two\nlines ").changelog == "two lines"


def test_only_who_may_publishes(quick: Store) -> None:
    with pytest.raises(NotAllowedError, match="publish or retire a version of a curriculum"):
        publish(quick, actor=acting(HERON))

    assert names(quick.home, RIGS) == []


def test_a_draft_that_was_saved_meanwhile_is_not_published(quick: Store) -> None:
    draft = services.from_curriculum(shipped())
    stored = services.start_draft(quick, draft, actor=acting(DEE), at=NOW)
    other = services.from_curriculum(changed(shipped(), curriculum_description="other"))
    services.save_draft(quick, stored.id, other, replaces=stored.version, actor=acting(DEE), at=NOW)

    with pytest.raises(ConflictError):
        publish(quick, stored.draft, draft=stored.id, seen=stored.version)

    assert names(quick.home, RIGS) == []


def test_a_draft_that_is_as_it_was_seen_is_published(quick: Store) -> None:
    stored = services.start_draft(quick, services.from_curriculum(shipped()), actor=acting(DEE), at=NOW)

    done = publish(quick, stored.draft, draft=stored.id, seen=stored.version)

    assert done.based_on == "Coupled Baiting@2.3"


def test_schema_2_is_one_file_and_a_word_about_todays_rigs(quick: Store) -> None:
    done = publish(quick, ladder(), version="7")

    assert names(quick.home, RIGS) == ["Toy_curriculum_v7_schema_v2.0.json"]
    assert names(quick.home, COPIES) == names(quick.home, RIGS)
    assert "Today's rigs list documents of schema 1.0 only: they will not offer Toy@7." in done.notes[0]
    assert read_as_today(quick.home, RIGS) == {}


def test_a_task_that_came_as_a_document_lies_beside_the_curriculum(quick: Store) -> None:
    work = in_a_maze()
    publish(quick, work, version="1")

    found = services.stored_shelf(quick.home, SETTINGS).library.get("Maze", "1")
    assert f"{work.schema_name}.task.json" in names(quick.home, RIGS)
    assert found.task == work.task
    assert not found.errors
    assert publish(quick, work, version="1").again


def test_another_task_of_the_same_name_is_refused(quick: Store) -> None:
    publish(quick, in_a_maze(), version="1")

    with pytest.raises(DocumentError, match="give yours a name of its own"):
        publish(quick, in_a_maze({**MAZE, "description": "Another one."}), version="2")


@pytest.mark.parametrize("theirs", [b"{", b"{}"])
def test_another_task_beside_the_copies_is_refused(quick: Store, theirs: bytes) -> None:
    put(quick.home, COPIES + "MazeCurriculum.task.json", theirs)

    with pytest.raises(DocumentError, match="holds another task"):
        publish(quick, in_a_maze(), version="1")

    assert names(quick.home, RIGS) == []


def test_a_second_version_uses_the_task_that_is_there(quick: Store) -> None:
    publish(quick, in_a_maze(), version="1")

    done = publish(quick, in_a_maze(), version="2")

    assert [key.rpartition("/")[2] for key in done.written] == ["Maze_curriculum_v2_schema_v2.0.json"] * 2


def test_a_file_that_is_no_task_hides_no_other(quick: Store) -> None:
    put(quick.home, RIGS + "broken.task.json", b"{")

    publish(quick, in_a_maze(), version="1")

    assert "MazeCurriculum" in services.known_tasks(quick.home, SETTINGS) or len(names(quick.home, RIGS)) == 3


def test_without_a_renderer_nothing_is_written_and_it_says_what_to_install(
    quick: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autotrain_core.diagrams._render._packaged", lambda: None)
    monkeypatch.setattr("autotrain_core.diagrams._render._on_path", lambda: None)

    with pytest.raises(NoRendererError, match="pip install"):
        publish(quick)

    assert names(quick.home, RIGS) == []


def test_a_picture_that_cannot_be_drawn_holds_nothing_up() -> None:
    def refuse(_: str) -> bytes:
        raise DocumentError("it takes too long")

    files = services.curriculum_files(shipped(), draw=refuse)

    assert not [name for name in files.bodies if name.endswith(".svg")]
    assert files.notes[0].endswith("_rules.svg: it takes too long.")


def test_pictures_are_readable_at_400_pixels_and_have_tooltips() -> None:
    svg = services.curriculum_files(shipped()).bodies["Coupled Baiting_curriculum_v2.3_schema_v1.0_rules.svg"].decode()

    width = float(svg.split('<svg width="')[1].split("pt")[0])
    assert width <= 400
    assert "finished trials at least 200" in svg
    assert "xlink:title=" in svg


def test_the_schema_of_documents_takes_the_shipped_ones_and_refuses_a_misspelt_setting() -> None:
    schema = json.loads(services.curriculum_files(shipped()).bodies["DynamicForagingCurriculum_v1.0.json"])

    stage = schema["$defs"]["Stage"]
    assert schema["title"] == "DynamicForagingCurriculum"
    assert stage["additionalProperties"] is False
    assert set(shipped().first_stage.parameters) <= set(stage["properties"])
    assert set(schema["required"]) <= set(shipped().document)


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"name": 1}'])
def test_a_claim_that_is_none_is_told(quick: Store, body: bytes) -> None:
    quick.write("published/coupled baiting@2.4", body, replaces=ABSENT)

    with pytest.raises(DamagedError, match="does not say what was published"):
        publish(quick)


def test_a_claim_whose_document_was_changed_is_told(quick: Store) -> None:
    publish(quick)
    held = quick.read("published/coupled baiting@2.4")
    facts = json.loads(held.body) | {"document": "{}"}
    quick.write(held.key, json.dumps(facts).encode(), replaces=held.version)

    with pytest.raises(DamagedError):
        services.published_curricula(quick)


def test_a_long_name_of_any_script_can_be_published(quick: Store) -> None:
    name = "報" * 40

    done = publish(quick, ladder(), name=name, version="1")

    assert services.published_curriculum(quick, name, "1").key == done.key


def test_whoever_publishes_from_a_shell_is_named_with_the_machine(quick: Store) -> None:
    done = publish(quick, actor=OPERATOR)

    assert (done.by, done.how) == ("root@machine", "operator")


def test_every_real_document_is_published_and_read_by_todays_programs(quick: Store, reference: Path) -> None:
    paths = sorted((reference / "data" / "curricula").glob("*.json"))
    work = [load_curriculum(path.read_bytes()) for path in paths]
    sound = [one for one in work if not one.errors]

    for one in sound:
        publish(quick, one, version=f"{one.version}.new", accepted_warnings=True)

    found = read_as_today(quick.home, RIGS)
    assert len(work) == 22
    assert found == {
        (one.name, f"{one.version}.new"): {**one.document, "curriculum_version": f"{one.version}.new"} for one in sound
    }
    assert len(sound) >= 20
