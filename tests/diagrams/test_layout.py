"""Places and ways on a canvas."""

import pytest

from autotrain_core.diagrams import NODE_HEIGHT, NODE_WIDTH, Flow, layout
from autotrain_core.models import Curriculum, Decision
from tests.diagrams.conftest import Draw
from tests.diagrams.documents import ALWAYS

FLOWS: list[Flow] = ["down", "right"]


@pytest.mark.parametrize("flow", FLOWS)
def test_stages_stand_in_a_row_in_their_order(coupled: Curriculum, flow: Flow) -> None:
    places = layout(coupled, flow=flow).places

    assert [place.stage for place in places] == [stage.label for stage in coupled.stages]
    along = [place.y if flow == "down" else place.x for place in places]
    across = {place.x if flow == "down" else place.y for place in places}
    assert along == sorted(set(along))
    assert across == {0.0}


@pytest.mark.parametrize("flow", FLOWS)
def test_stages_stand_still_while_rules_are_edited(curriculum: Draw, flow: Flow) -> None:
    before = curriculum({"A": [], "B": [], "C": []})
    after = curriculum(
        {"A": [("progress", "C", ALWAYS)], "B": [("rollback", "A", ALWAYS)], "C": [("stay", "C", ALWAYS)]}
    )

    assert layout(before, flow=flow).places == layout(after, flow=flow).places


def test_a_layout_is_the_same_each_time(coupled: Curriculum) -> None:
    assert layout(coupled) == layout(coupled)


def test_every_rule_that_leads_somewhere_has_a_route(coupled: Curriculum) -> None:
    routes = layout(coupled).routes

    assert [(route.start, route.number) for route in routes] == [
        (stage.label, number) for stage in coupled.stages for number, _ in enumerate(stage.rules, start=1)
    ]
    assert routes[0].end == "STAGE_2"
    assert routes[0].decision is Decision.PROGRESS


def test_a_rule_that_leads_nowhere_has_no_route(curriculum: Draw) -> None:
    routes = layout(curriculum({"A": [("progress", "nowhere", ALWAYS), ("progress", "B", ALWAYS)], "B": []})).routes

    assert [(route.end, route.number) for route in routes] == [("B", 2)]


def test_to_the_next_stage_it_is_straight_and_else_around(curriculum: Draw) -> None:
    straight, beside, leap, back, loop = layout(
        curriculum(
            {
                "A": [("progress", "B", ALWAYS), ("progress", "B", ALWAYS), ("progress", "C", ALWAYS)],
                "B": [("rollback", "A", ALWAYS), ("stay", "B", ALWAYS)],
                "C": [],
            }
        )
    ).routes

    assert (straight.bend, {x for x, _ in straight.points}) == (0.0, {0.0})
    assert beside.label[0] > NODE_WIDTH / 2
    assert leap.label[0] > NODE_WIDTH / 2
    assert back.label[0] < -NODE_WIDTH / 2
    assert loop.label[0] > NODE_WIDTH / 2
    assert (loop.bend, loop.label[1]) == (0.0, 120.0)
    assert min(beside.bend, leap.bend, back.bend) > 0


def test_to_the_right_what_goes_on_runs_above_and_what_goes_back_below(curriculum: Draw) -> None:
    leap, back = layout(
        curriculum({"A": [("progress", "C", ALWAYS)], "B": [("rollback", "A", ALWAYS)], "C": []}), flow="right"
    ).routes

    assert leap.label[1] < -NODE_HEIGHT / 2
    assert back.label[1] > NODE_HEIGHT / 2


def test_rules_of_one_way_run_beside_one_another(curriculum: Draw) -> None:
    routes = layout(curriculum({"A": [("progress", "C", ALWAYS)] * 3, "B": [], "C": []})).routes

    assert len({route.label for route in routes}) == 3


@pytest.mark.parametrize("flow", FLOWS)
def test_a_route_ends_at_the_rim_of_its_boxes(coupled: Curriculum, flow: Flow) -> None:
    drawn = layout(coupled, flow=flow)
    middle = {place.stage: (place.x, place.y) for place in drawn.places}

    for route in drawn.routes:
        for stage, point in ((route.start, route.points[0]), (route.end, route.points[3])):
            across, along = abs(point[0] - middle[stage][0]), abs(point[1] - middle[stage][1])
            assert across == NODE_WIDTH / 2 or along == NODE_HEIGHT / 2
            assert across <= NODE_WIDTH / 2
            assert along <= NODE_HEIGHT / 2


@pytest.mark.parametrize("flow", FLOWS)
def test_everything_lies_inside_the_canvas(coupled: Curriculum, flow: Flow) -> None:
    drawn = layout(coupled, flow=flow)

    for x, y in (point for route in drawn.routes for point in (*route.points, route.label)):
        assert drawn.left <= x <= drawn.left + drawn.width
        assert drawn.top <= y <= drawn.top + drawn.height
