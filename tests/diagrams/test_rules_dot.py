"""The graph of the rules, as it is drawn."""

import json
import re
from itertools import combinations
from typing import Any

import pytest

from autotrain_core.diagrams import DARK_PAGE, NodeNote, render, rules_dot, stage_colours
from autotrain_core.models import Curriculum
from tests.diagrams.conftest import Draw, texts, tooltips
from tests.diagrams.documents import ALWAYS


def drawing(dot: str) -> dict[str, Any]:
    """Node -> what Graphviz made of it, with x and y of its middle, and half its width and height, in points."""
    from autotrain_core.diagrams._render import _laid_out

    laid_out = _laid_out(dot, 10)
    for node in laid_out["objects"]:
        node["at"] = tuple(float(number) for number in node["pos"].split(","))
        node["half"] = (36 * float(node["width"]), 36 * float(node["height"]))
    return {node["name"]: node for node in laid_out["objects"]}


def width(dot: str) -> float:
    found = re.search(rb'<svg width="(\d+)pt"', render(dot, "svg"))
    assert found is not None
    return float(found.group(1))


def test_stages_stand_in_order_under_one_another(coupled: Curriculum) -> None:
    nodes = drawing(rules_dot(coupled))

    stages = [nodes[f"s{place}"] for place in range(len(coupled.stages))]
    assert [stage["label"] for stage in stages] == [stage.name for stage in coupled.stages]
    assert {stage["at"][0] for stage in stages} == {stages[0]["at"][0]}
    assert [stage["at"][1] for stage in stages] == sorted((stage["at"][1] for stage in stages), reverse=True)


def test_every_rule_has_a_card_with_its_number_sign_and_words(coupled: Curriculum) -> None:
    shown = " ".join(texts(rules_dot(coupled)))

    for words in (
        "2↑ sessions at stage ≥ 1",
        "1↑ finished trials ≥ 200 and foraging efficiency ≥ 0.6",
        "2↓ finished trials < 200 or foraging efficiency < 0.55",
    ):
        assert words in shown
    assert len(re.findall("[↑↓]", shown)) == sum(len(stage.rules) for stage in coupled.stages)


def test_a_tooltip_says_a_rule_in_whole_words_and_what_its_author_says(coupled: Curriculum) -> None:
    told = tooltips(rules_dot(coupled))

    stage = coupled.stage("Stage 2")
    assert stage.rules[1].description
    assert (
        "Stage 2, rule 2: roll back to Stage 1; when finished trials below 200 or foraging efficiency below 0.55; "
        f"the author says: {stage.rules[1].description}"
    ) in told


def test_a_shipped_curriculum_is_drawn_less_than_400_points_wide(coupled: Curriculum) -> None:
    assert width(rules_dot(coupled)) < 400


def test_no_card_covers_another_and_none_a_stage(curriculum: Draw) -> None:
    crowded = curriculum(
        {
            "A": [("progress", "B", ALWAYS), ("progress", "C", ALWAYS), ("progress", "D", ALWAYS), ("stay", "A", ALWAYS)],
            "B": [("rollback", "A", ALWAYS), ("progress", "C", ALWAYS), ("progress", "C", ALWAYS)],
            "C": [("rollback", "A", ALWAYS), ("rollback", "B", ALWAYS), ("progress", "nowhere", ALWAYS)],
            "D": [("rollback", "A", ALWAYS), ("rollback", "C", ALWAYS), ("progress", "Graduated", ALWAYS)],
        }
    )  # fmt: skip

    boxes = [node for name, node in drawing(rules_dot(crowded)).items() if name[0] in "sr"]

    assert len(boxes) == 5 + 13
    for one, other in combinations(boxes, 2):
        beside = abs(one["at"][0] - other["at"][0]) >= one["half"][0] + other["half"][0] - 0.1
        under = abs(one["at"][1] - other["at"][1]) >= one["half"][1] + other["half"][1] - 0.1
        assert beside or under, (one["label"], other["label"])


def test_a_card_hides_no_line_that_runs_to_a_lane_further_out(curriculum: Draw) -> None:
    nodes = drawing(
        rules_dot(
            curriculum(
                {
                    "A": [],
                    "B": [("progress", "C", ALWAYS)],
                    "C": [("rollback", "A", ALWAYS)],
                    "D": [],
                    "E": [("rollback", "B", ALWAYS)],
                }
            )
        )
    )

    short, long = nodes["r1"], nodes["r2"]
    assert long["at"][0] < short["at"][0]
    ends = [nodes["s1"]["at"][1], nodes["s4"]["at"][1]]
    assert all(abs(short["at"][1] - end) > short["half"][1] for end in ends)


def test_a_rollback_runs_on_the_left_and_a_leap_on_the_right(curriculum: Draw) -> None:
    nodes = drawing(
        rules_dot(
            curriculum(
                {"A": [("progress", "C", ALWAYS), ("progress", "B", ALWAYS)], "B": [("rollback", "A", ALWAYS)], "C": []}
            )
        )
    )

    leap, step, back = (nodes[f"r{place}"]["at"][0] for place in range(3))
    assert back < nodes["s0"]["at"][0] == step < leap


def test_a_rule_that_stays_is_marked_with_a_dot(curriculum: Draw) -> None:
    assert "1●" in texts(rules_dot(curriculum({"A": [("stay", "A", ALWAYS)]})))


def test_a_rule_that_stays_at_a_last_stage_finds_room_too(curriculum: Draw) -> None:
    # Only a stage that ends the training is the last, and such a stage may be given rules all the same.
    dot = rules_dot(
        curriculum({"A": [("progress", "Graduated", ALWAYS)], "Graduated": [("stay", "Graduated", ALWAYS)]})
    )

    assert render(dot, "svg")


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (("progress", "B", "lambda metrics: nonsense"), "cannot be read"),
        (("progress", "nowhere", ALWAYS), "sessions in all ≥ 1 no stage nowhere"),
        (("progress", "", ALWAYS), "sessions in all ≥ 1 no stage"),
        (("leap", "B", ALWAYS), "sessions in all ≥ 1"),
    ],
)
def test_a_rule_that_cannot_be_tried_is_marked_and_dashed(curriculum: Draw, rule: Any, words: str) -> None:
    dot = rules_dot(curriculum({"A": [rule], "B": []}))

    assert f"1! {words}" in " ".join(texts(dot))
    assert "dashed" in drawing(dot)["r0"]["style"]
    assert any("it cannot be tried" in tip for tip in tooltips(dot))


def test_a_stage_that_cannot_decide_is_dashed_and_says_so(curriculum: Draw) -> None:
    dot = rules_dot(curriculum({"A": [("progress", "nowhere", ALWAYS)]}))

    assert "dashed" in drawing(dot)["s0"]["style"]
    assert any(tip.startswith("A; not all of its rules can be tried") for tip in tooltips(dot))


@pytest.mark.parametrize("spelling", ["STAGE_2", "Stage 2"])
def test_a_box_says_what_it_is_given(coupled: Curriculum, spelling: str) -> None:
    dot = rules_dot(coupled, counts={spelling: NodeNote(text="12 mice", tooltip="median 3 sessions")})

    assert drawing(dot)["s2"]["label"] == r"Stage 2\n12 mice"
    assert any("median 3 sessions" in tip for tip in tooltips(dot))


def test_a_condition_of_many_clauses_is_cut(curriculum: Draw) -> None:
    condition = "lambda metrics: " + " and ".join(f"metrics.session_total > {limit}" for limit in range(30))

    shown = texts(rules_dot(curriculum({"A": [("progress", "B", condition)], "B": []})))

    assert "…" in shown
    assert len(shown) < 20


@pytest.mark.parametrize("scheme", ["even", "classic"])
@pytest.mark.parametrize("dark", [False, True])
def test_stages_have_the_colours_that_they_have_everywhere(coupled: Curriculum, scheme: Any, dark: bool) -> None:
    nodes = drawing(rules_dot(coupled, scheme=scheme, dark=dark))

    colours = stage_colours([stage.label for stage in coupled.stages], scheme=scheme, dark=dark)
    drawn = [nodes[f"s{place}"] for place in range(len(colours))]
    assert [node["fillcolor"] for node in drawn] == [colour.fill for colour in colours.values()]
    assert [node["fontcolor"] for node in drawn] == [colour.text for colour in colours.values()]
    assert [node["color"] for node in drawn] == [colour.edge for colour in colours.values()]


def test_the_page_shines_through_unless_it_is_asked_for(coupled: Curriculum) -> None:
    assert 'bgcolor="transparent"' in rules_dot(coupled, dark=True)
    assert f'bgcolor="{DARK_PAGE}"' in rules_dot(coupled, dark=True, background=True)


def test_every_real_curriculum_is_drawn(reference: Any) -> None:
    from autotrain_core.models import load_curriculum

    documents = sorted((reference / "data" / "curricula").glob("*.json"))
    wide = {}
    for path in documents:
        real = load_curriculum(path.read_bytes(), source=path.name)
        dot = rules_dot(real)
        shown = " ".join(texts(dot))
        assert len(re.findall("[↑↓●!]", shown)) == sum(len(stage.rules) for stage in real.stages), path.name
        wide[real.key] = width(dot)

    assert len(documents) == 22
    # Where rules overlap on a side, a second lane is needed there: in four of them.
    assert len([key for key, points in wide.items() if points < 400]) == 18
    assert max(wide.values()) < 650


def test_the_same_curriculum_gives_the_same_document(coupled: Curriculum) -> None:
    assert rules_dot(coupled) == rules_dot(coupled)
    assert json.dumps(rules_dot(coupled)).isascii()
