"""The Live graph page: the graph as the component takes it, the same without a canvas, and traps that were met."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from autotrain_core import services
from autotrain_core.diagrams import stage_colours
from autotrain_core.services import Live
from autotrain_ui.charts.live import clicked, edge_label, graph, node_label, one_line, roundness
from tests.services.mice import climbing
from tests.services.nights import Nights, session
from tests.ui import hostile
from tests.ui.apps import opened, said

TODAY = datetime.now(UTC).date()
YESTERDAY = (TODAY - timedelta(days=1)).isoformat()


@pytest.fixture
def lab(nights: Nights) -> Nights:
    """a goes on to Stage 3, b to Stage 2; c trained long ago; and one on another curriculum."""
    nights.run(
        [
            session("a", 1, stage="STAGE_1_WARMUP", session_date=(TODAY - timedelta(days=2)).isoformat()),
            session("a", 2, stage="STAGE_2", session_date=YESTERDAY),
            session("b", 1, stage="STAGE_1_WARMUP", session_date=YESTERDAY),
            session("c", 1, stage="STAGE_1_WARMUP", session_date="2020-03-01"),
            session("d", 1, stage="STAGE_2", curriculum_name="Uncoupled Baiting", session_date="2020-03-01"),
        ]
    )
    return nights


def seen(nights: Nights, name: str = "Coupled Baiting", version: str = "2.3", *, on: date = TODAY) -> Live:
    view = services.lab_view(nights.store, nights.settings, at=datetime.now(UTC))
    return services.live(view, name, version, on=on)


def drawn(live: Live, **more: Any) -> dict[str, Any]:
    wanted: dict[str, Any] = {"active": True, "chosen": "", "clicks": 0, "dark": False} | more
    colours = stage_colours(list(live.stages.index))
    found = graph(live, colours=colours, **wanted)
    parsed: dict[str, Any] = json.loads(found.data)
    return parsed | {"config": json.loads(found.config)}


def test_every_stage_is_a_box_with_its_mice_and_the_usual_stay() -> None:
    nights = Nights()
    nights.run(climbing())

    boxes = drawn(seen(nights), active=False)["nodes"]

    assert boxes[0]["label"] == "Stage 1 w/warmup\n0 mice\nmedian 1 session (n 1)"
    assert [box["label"].split("\n")[1] for box in boxes].count("1 mouse") == 1
    assert [box["y"] for box in boxes] == sorted({box["y"] for box in boxes})
    assert {box["x"] for box in boxes} == {0}


def test_no_box_has_a_title_and_no_id_is_a_text_of_somebody(tmp_path: Path) -> None:
    store = hostile.make(tmp_path, at=hostile.NOW)
    view = services.lab_view(store, services.Settings(), at=hostile.NOW)

    found = drawn(services.live(view, hostile.CURRICULUM, "1", on=TODAY))

    assert len(found["nodes"]) >= len(hostile.STAGES)
    for box in found["nodes"]:
        assert "title" not in box
        assert box["div"] == {"innerHTML": ""}
        assert box["font"]["multi"] is False
        assert box["id"].replace(":", "").isdecimal()
    assert all("title" not in edge for edge in found["edges"])


def test_ways_say_how_often_they_were_gone_and_stays_are_loops() -> None:
    nights = Nights()
    nights.run([session("a", number, stage="STAGE_1_WARMUP" if number == 1 else "STAGE_2") for number in (1, 2)])

    edges = {(edge["from"], edge["to"]): edge for edge in drawn(seen(nights))["edges"]}

    gone = edges["0:0", "0:2"]
    assert gone["label"] == "↑ 1 (100%)"
    assert gone["smooth"]["enabled"]
    assert gone["dashes"] is False
    never = edges["0:0", "0:1"]
    assert never["label"] == "↑ never"
    assert never["smooth"] == {"enabled": False}
    assert never["dashes"] is True


def test_a_loop_is_drawn_beside_its_box() -> None:
    nights = Nights()
    nights.run([session("a", number, stage="STAGE_FINAL") for number in (1, 2)])

    loops = [edge for edge in drawn(seen(nights))["edges"] if edge["from"] == edge["to"]]

    assert [loop["label"].replace("\u2003", "") for loop in loops] == ["· 2\n(100%)"]


@pytest.mark.parametrize(
    ("way", "told"), [("on", "↑ 1,200 (12%)"), ("back", "↓ 1,200 (12%)"), ("stay", "· 1,200 (12%)")]
)
def test_a_way_has_a_sign(way: str, told: str) -> None:
    assert edge_label({"count": 1200, "share": 0.12}, way) == told


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (
            {"mice": 3, "training": 1, "n": 2, "median": 2.5, "visits": 4},
            "A\n1 mouse in training\nmedian 2.5 sessions (n 2)",
        ),
        (
            {"mice": 3, "training": 1, "n": 0, "median": float("nan"), "visits": 4},
            "A\n1 mouse in training\nnobody has left yet",
        ),
        (
            {"mice": 0, "training": 0, "n": 0, "median": float("nan"), "visits": 0},
            "A\n0 mice in training\nnobody was here",
        ),
    ],
)
def test_a_box_says_what_is_known(row: dict[str, Any], told: str) -> None:
    assert node_label({"title": "A", **row}, active=True) == told


def test_a_name_fits_its_box_on_one_line() -> None:
    assert one_line("two\nlines\u202e\x07 of it") == "two lines of it"
    assert len(one_line("m" * 300)) == 24


def test_the_further_a_way_the_flatter_it_bends() -> None:
    bends = [roundness(stages) for stages in range(2, 15)]

    assert bends == sorted(bends, reverse=True)
    assert all(0 < bend <= 1 for bend in [roundness(1), *bends])


def test_the_chosen_stage_is_marked_by_more_than_colour() -> None:
    nights = Nights()
    nights.run(climbing())

    widths = [box["borderWidth"] for box in drawn(seen(nights), chosen="STAGE_2")["nodes"]]

    assert [place for place, width in enumerate(widths) if width == 5] == [2]


def test_a_stage_that_the_document_lacks_has_a_dashed_border_and_no_colour() -> None:
    nights = Nights()
    nights.run(climbing())
    live = seen(nights)
    live.stages.loc["STAGE_2", "listed"] = False

    boxes = json.loads(graph(live, active=True, chosen="", clicks=0, colours={}, dark=True).data)["nodes"]

    assert boxes[2]["shapeProperties"]["borderDashes"] == [6, 4]
    assert boxes[2]["color"]["background"] == "#0f1418"


@pytest.mark.parametrize(
    ("value", "stage"),
    [("0:1", "STAGE_1"), ("7:1", "STAGE_1"), (None, ""), ("0:99", ""), ("<b>", ""), ("0:-1", ""), ({"a": 1}, "")],
)
def test_a_click_names_a_stage_or_none(value: object, stage: str) -> None:
    nights = Nights()
    nights.run(climbing())

    assert clicked(seen(nights), value) == stage


def test_the_wheel_is_left_to_the_page() -> None:
    nights = Nights()
    nights.run(climbing())

    assert drawn(seen(nights))["config"]["interaction"]["zoomView"] is False


def test_at_first_the_curriculum_with_most_mice_in_training_is_shown(lab: Nights) -> None:
    app = opened("live")

    assert not app.exception
    assert [header.value for header in app.header] == ["Coupled Baiting 2\\.3", "The same as tables"]
    assert "3 mice on it, 2 in training" in said(app)


def listed(app: AppTest) -> list[str]:
    return [str(subject) for subject in app.dataframe[0].value["subject_id"]]


def test_the_mice_of_a_stage_are_listed(lab: Nights) -> None:
    app = opened("live", stage="STAGE_2", active="no")

    assert listed(app) == ["b", "c"]


def test_only_mice_in_training_are_listed_unless_all_are_asked_for(lab: Nights) -> None:
    app = opened("live")
    assert listed(app) == ["a", "b"]

    app.toggle(key="live:active").set_value(False).run()

    assert listed(app) == ["a", "b", "c"]
    assert app.query_params["active"] in ("no", ["no"])


def test_a_stage_can_be_chosen_without_the_graph(lab: Nights) -> None:
    app = opened("live")

    app.selectbox(key="live:stage").set_value("STAGE_3").run()

    assert listed(app) == ["a"]
    assert app.query_params["stage"] in ("STAGE_3", ["STAGE_3"])
    # So that the stage that was clicked last can be clicked again.
    assert app.session_state["live:clicks"] == 1


def test_another_curriculum_forgets_version_and_stage(lab: Nights) -> None:
    app = opened("live", name="Coupled Baiting", version="2.3", stage="STAGE_2")

    app.selectbox(key="live:name").set_value("Uncoupled Baiting").run()

    assert not app.exception
    assert "Uncoupled Baiting" in app.header[0].value
    assert app.selectbox(key="live:stage").value == ""


def test_all_versions_stand_together_where_that_is_asked_for(lab: Nights) -> None:
    app = opened("live", name="Coupled Baiting", version="all")

    assert "all versions" in app.header[0].value
    assert "Drawn as version 2.3 has it" in said(app)


@pytest.mark.parametrize("name", ["Dummy task", "Uncoupled Without Baiting"])
def test_a_curriculum_without_mice_is_shown(lab: Nights, name: str) -> None:
    app = opened("live", name=name)

    assert not app.exception
    assert "Nobody follows it now." in said(app)
    assert "No mouse in training follows it now." in said(app)


def test_a_curriculum_that_nobody_knows_is_said(lab: Nights) -> None:
    app = opened("live", name="<b>No such one</b>", version="9")

    assert not app.exception
    assert "Nobody follows this curriculum" in said(app)


def test_a_stage_that_the_curriculum_lacks_is_said(lab: Nights) -> None:
    app = opened("live", stage="<b>Charm</b>")

    assert "has no stage “<b>Charm</b>”" in said(app)


def test_an_empty_lab_shows_a_curriculum_without_mice(nights: Nights) -> None:
    app = opened("live")

    assert not app.exception
    assert "Nobody follows it now." in said(app)


def test_hostile_names_do_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nights: Nights) -> None:
    folder = tmp_path / "hostile"
    folder.mkdir()
    hostile.make(folder, at=hostile.NOW)
    monkeypatch.setenv("AUTOTRAIN_STORE", str(folder))
    monkeypatch.setenv("AUTOTRAIN_PERSON", hostile.ADMIN)

    app = opened("live", active="no", name=hostile.CURRICULUM)

    assert not app.exception
    assert "stumbled" not in said(app)
    assert set(listed(app)) <= set(hostile.IDS)
    assert listed(app)
