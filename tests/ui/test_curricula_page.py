"""The page Library: what links open, what is said of each curriculum, and that its texts stay texts."""

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from autotrain_core import diagrams, services
from autotrain_core.errors import DocumentError, StoreUnavailableError
from autotrain_core.models import load_curriculum
from autotrain_ui import chips, curriculum_files, curriculum_html
from autotrain_ui.preferences import Look
from tests.interop.documents import LADDER, document, maze
from tests.services.nights import Nights, put, session
from tests.services.test_library import FOLDER, NEWER, file_of
from tests.ui import hostile
from tests.ui.apps import drawn, opened, said


def headings(app: AppTest) -> list[str]:
    return [str(header.value).replace("\\", "") for header in app.header]


def lab(nights: Nights, *documents: dict[str, Any], rows: list[dict[str, Any]] | None = None) -> None:
    for written in documents:
        name, body = file_of(written)
        put(nights.home, FOLDER + name, body)
    nights.run(rows or [session("8", 1, stage="STAGE_1", curriculum_name="Uncoupled Baiting")])


def test_at_first_it_shows_what_most_mice_follow(nights: Nights) -> None:
    lab(nights)

    app = opened("curricula")

    assert headings(app) == ["Uncoupled Baiting 2.3"]
    table = app.dataframe[0].value
    assert "2.3 · newest" in table["Version"].tolist()
    assert table.set_index("Name").loc["Uncoupled Baiting", "Mice"] == 1
    assert not app.exception


def test_a_link_opens_a_version_with_its_graph_and_its_rules_in_words(nights: Nights) -> None:
    lab(nights, document(LADDER), document(NEWER, version="2"))

    app = opened("curricula", name="Toy", version="1")

    assert headings(app) == ["Toy 1"]
    assert "A ladder of two steps." in said(app)
    graph = app.get("graphviz_chart")[0].proto
    assert graph.spec.startswith("digraph rules")
    assert "trials at least 100" in drawn(app)
    assert "lambda metrics: metrics.trials[-1] &gt;= 200" in drawn(app)


def test_a_link_to_an_unknown_version_offers_the_nearest(nights: Nights) -> None:
    lab(nights, document(LADDER))

    app = opened("curricula", name="Toy", version="7")

    assert "It is not here" in said(app)
    assert headings(app) == []
    app.button(key="curricula-near-0").click().run()
    assert headings(app) == ["Toy 1"]


def test_a_version_that_sessions_name_and_nobody_has_says_so(nights: Nights) -> None:
    rows = [session("8", 1, stage="STAGE_1"), session("12", 1, stage="STAGE_1", curriculum_version="9")]
    lab(nights, rows=rows)

    app = opened("curricula", name="Coupled Baiting", version="9")

    assert "no document" in app.dataframe[0].value["Status"].tolist()
    assert "It is not here" in said(app)


def test_a_file_that_cannot_be_read_is_shown_with_its_reason(nights: Nights) -> None:
    place = f"{FOLDER}Broken_curriculum_v1_schema_v1.0.json"
    put(nights.home, place, b"{")
    lab(nights)

    app = opened("curricula", file=place)

    assert headings(app) == ["A file that cannot be read"]
    assert "not JSON" in said(app)
    assert "cannot be read" in app.dataframe[0].value["Status"].tolist()


def test_settings_show_what_changes_and_all_of_them_when_asked(nights: Nights) -> None:
    lab(nights)

    few = drawn(opened("curricula", show="Settings"))
    app = opened("curricula", show="Settings", every="yes")

    assert "Block length (min), trials" in few
    assert "at-changed" in few
    assert drawn(app).count("<tr>") > few.count("<tr>")


def test_changes_are_those_against_the_version_before(nights: Nights) -> None:
    lab(nights, document(LADDER), document(NEWER, version="2"))

    told = " ".join(said(opened("curricula", name="Toy", version="2", show="Changes")).split())
    first = opened("curricula", name="Toy", version="1", show="Changes")

    assert "Against Toy 1: this changes A, rule 1: trials at least 100 → 150 (harder to go on); B, rule 1: " in told
    assert "Example: after 1 session at the stage with trials " in told
    assert "No earlier version" in said(first)


def test_findings_stand_with_weight_and_place(nights: Nights) -> None:
    lab(nights, document({"A": [("progress", "Nowhere", "metrics.trials[-1] >= 100")]}, name="Wrong"))

    app = opened("curricula", name="Wrong", show="Findings")

    assert "✕ error" in drawn(app)
    assert "A, rule 1: no stage is called &#x27;Nowhere&#x27;" in drawn(app)
    assert "1 error (cannot be published)" in said(app).replace("  ", " ")


def test_mice_that_follow_it_are_listed(nights: Nights) -> None:
    lab(nights)

    app = opened("curricula", show="Mice")

    assert app.dataframe[1].value["Mouse"].tolist() == ["8"]
    assert "No mouse followed it" in said(opened("curricula", name="Dummy task", show="Mice"))


def test_every_file_has_its_button_and_an_unknown_task_has_no_schema(nights: Nights) -> None:
    lab(nights, maze())

    app = opened("curricula", name="Maze", show="Files")

    buttons = app.get("download_button")
    assert [button.proto.label for button in buttons] == ["JSON document", "JSON Schema of the task"] + [
        "DOT",
        "SVG",
        "PNG",
        "PDF",
    ] * 2
    assert [button.proto.disabled for button in buttons] == [False, True] + [False] * 8


def test_where_no_picture_can_be_made_it_is_said_and_the_source_is_left(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> bytes:
        raise DocumentError("it is too large")

    lab(nights)
    monkeypatch.setattr(diagrams, "render", fails)

    app = opened("curricula", show="Files")

    assert [str(error.value) for error in app.error] == ["No picture can be made\\: it is too large"] * 2
    assert [button.proto.disabled for button in app.get("download_button")] == [False] * 2 + [
        False,
        True,
        True,
        True,
    ] * 2


@pytest.mark.parametrize("key", ["document", "schema", "rules-dot", "rules-svg", "rules-png", "paras-svg", "paras-pdf"])
def test_each_file_is_what_its_name_says(nights: Nights, key: str) -> None:
    lab(nights)
    view = services.lab_view(nights.store, nights.settings, at=nights.at)
    curriculum = view.shelf.library.get("Coupled Baiting", "2.3")
    files = curriculum_files.files_of(curriculum, nights.store, nights.settings, Look())
    file = next(file for group in files.values() for file in group if file.key == key)
    begins = {"json": b"{", "dot": b"digraph", "svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}

    body = file.make()

    assert body.startswith(begins[Path(file.name).suffix[1:]])
    assert file.name.startswith(("Coupled Baiting_curriculum_v2.3_schema_v1.0", "DynamicForagingCurriculum"))


def test_a_name_of_a_stranger_is_a_safe_name_of_a_file() -> None:
    assert curriculum_files.safe_name("../../etc/passwd\n<x>") == "_.._etc_passwd__x_"
    assert curriculum_files.safe_name("...") == "curriculum"


def test_no_text_of_a_document_becomes_markup() -> None:
    written = hostile.document()
    curriculum = load_curriculum(json.dumps(written).encode())
    colours: chips.Colours = {}

    pieces = [
        curriculum_html.rules_in_words(curriculum, colours),
        curriculum_html.settings_table(curriculum, diagrams.parameter_table(curriculum), colours, changes_only=False),
        curriculum_html.findings_list(curriculum.findings),
    ]

    for piece in pieces:
        for attack in ("<script", "<img", "<svg", "<iframe", "<style", "<h1", "</div></div>"):
            assert attack not in piece
    assert "&lt;script&gt;" in pieces[0]


def test_a_store_that_does_not_answer_is_said_and_no_fault_of_ours(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: object, **__: object) -> object:
        raise StoreUnavailableError("The server does not answer.")

    lab(nights)
    monkeypatch.setattr(services, "library_table", silent)

    app = opened("curricula")

    assert "The store does not answer" in said(app)
