"""Where in a curriculum the mice are: at the stage that they run next, with what is usual there."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from autotrain_core import services
from autotrain_core.services import LabView
from tests.services.mice import with_document_of_its_own
from tests.services.nights import POOR, Nights, put, session
from tests.ui import hostile

NOW = datetime(2026, 10, 25, 9, tzinfo=UTC)
DAY = NOW.date()
SAVED = "foraging_auto_training/saved_curriculums/"


def lab(*rows: dict[str, Any], nights: Nights | None = None) -> LabView:
    """The view of a lab of these sessions, after one night."""
    nights = nights or Nights()
    nights.run(rows)
    return services.lab_view(nights.store, nights.settings, at=NOW)


def climbing() -> LabView:
    """a goes on to Stage 3, b stays at Stage 2 for the third time, c trained long ago."""
    return lab(
        session("a", 1, day=20, stage="STAGE_1_WARMUP"),
        session("a", 2, day=21, stage="STAGE_2"),
        session("b", 1, day=18, stage="STAGE_2"),
        session("b", 2, day=20, stage="STAGE_2", **POOR),
        session("c", 1, day=1, stage="STAGE_3"),
    )


def test_a_mouse_is_counted_at_the_stage_that_it_runs_next() -> None:
    view = climbing()

    found = services.live(view, "Coupled Baiting", "2.3", on=DAY)

    following = view.mice["following"].value_counts().to_dict()
    assert found.stages["mice"].to_dict() == {stage: following.get(stage, 0) for stage in found.stages.index}
    assert found.stages["mice"].sum() == 3
    assert found.stages["training"].sum() == 2
    assert found.mice.set_index("subject_id")["training"].to_dict() == {"a": True, "b": True, "c": False}


def test_stages_stand_in_the_order_of_the_document_with_its_names() -> None:
    found = services.live(climbing(), "Coupled Baiting", "2.3", on=DAY)

    assert found.curriculum is not None
    assert list(found.stages.index) == [stage.label for stage in found.curriculum.stages]
    assert list(found.stages["title"]) == [stage.name for stage in found.curriculum.stages]
    assert found.stages["listed"].all()


def test_a_mouse_says_how_long_it_is_where_it_is() -> None:
    view = lab(
        session("b", 1, day=12, stage="STAGE_1", **POOR),
        session("b", 2, day=18, stage="STAGE_1", **POOR),
        session("n", 1, day=18, stage="STAGE_1_WARMUP"),
    )

    mice = services.live(view, "Coupled Baiting", on=DAY).mice.set_index("subject_id")

    assert (mice.loc["b", "stage"], mice.loc["b", "following"]) == ("STAGE_1", "STAGE_1")
    assert (mice.loc["b", "here"], mice.loc["b", "days"]) == (2, 7.0)
    assert mice.loc["n", "here"] == 0
    assert mice["days"].isna().to_dict() == {"b": False, "n": True}


def test_ways_are_counted_as_decided_and_as_run() -> None:
    view = lab(session("a", 1, stage="STAGE_1_WARMUP"), session("a", 2, stage="STAGE_3", **POOR))

    decided = ways(services.live(view, "Coupled Baiting", on=DAY))
    ran = ways(services.live(view, "Coupled Baiting", on=DAY, flow="ran"))

    assert decided["STAGE_1_WARMUP", "STAGE_2"] == 1
    assert ("STAGE_1_WARMUP", "STAGE_3") not in decided
    assert ran["STAGE_1_WARMUP", "STAGE_3"] == 1
    assert ran["STAGE_1_WARMUP", "STAGE_2"] == 0


def ways(found: services.Live) -> dict[tuple[str, str], int]:
    return {(row["stage"], row["to"]): row["count"] for row in found.moves.to_dict(orient="records")}


def test_a_stay_is_as_long_however_ways_are_counted() -> None:
    view = climbing()

    decided, ran = (services.live(view, "Coupled Baiting", on=DAY, flow=flow) for flow in ("decided", "ran"))

    assert decided.stages["n"].sum() > 0
    assert decided.stages["n"].equals(ran.stages["n"])
    assert decided.stages["median"].equals(ran.stages["median"])


def test_a_rule_that_nobody_followed_is_a_way_too() -> None:
    found = services.live(lab(session("a", 1, stage="STAGE_1_WARMUP")), "Coupled Baiting", on=DAY)

    unused = found.moves[found.moves["count"] == 0]
    assert len(unused) > 0
    assert unused["rule"].all()
    assert unused["share"].isna().all()


def test_a_curriculum_without_mice_is_drawn_all_the_same() -> None:
    found = services.live(climbing(), "Dummy task", "1.0", on=DAY)

    assert len(found.stages) == 4
    assert found.stages[["mice", "training", "visits", "n"]].to_numpy().sum() == 0
    assert found.mice.empty
    assert found.moves["rule"].all()


def test_mice_at_a_stage_that_the_document_lacks_are_seen() -> None:
    nights = Nights()
    shipped = next(each for each in services.shipped() if each.key == "Coupled Baiting@2.3")
    document = shipped.document | {"curriculum_name": "Short one", "curriculum_version": "1"}

    key = f"{SAVED}Short one_curriculum_v1_schema_v1.0.json"
    put(nights.home, key, json.dumps(document).encode())
    nights.run([session("a", 1, stage="STAGE_2", curriculum_name="Short one", curriculum_version="1")])
    put(nights.home, key, json.dumps(_without_stage(document, "Stage 3")).encode())
    view = services.lab_view(nights.store, nights.settings, at=NOW)

    found = services.live(view, "Short one", "1", on=DAY)

    lacking = found.stages.to_dict(orient="index")["STAGE_3"]
    assert (lacking["listed"], lacking["mice"]) == (False, 1)
    assert found.stages.index[-1] == "STAGE_3"


def _without_stage(document: dict[str, Any], name: str) -> dict[str, Any]:
    """The same curriculum after somebody took a stage out of it, and every rule that leads there."""
    kept = {stage: body for stage, body in document["curriculum"].items() if stage != name}
    shorter = {
        stage: body | {"transition_rules": [rule for rule in body["transition_rules"] if rule["to_stage"] != name]}
        for stage, body in kept.items()
    }
    parameters = {stage: body for stage, body in document["parameters"].items() if stage != name}
    return document | {"curriculum": shorter, "parameters": parameters}


def test_of_a_curriculum_whose_document_is_gone_the_mice_remain(tmp_path: Path) -> None:
    nights, key = with_document_of_its_own(tmp_path)
    nights.run([session("a", 1, day=20, stage="STAGE_2", curriculum_name="Gone one", curriculum_version="7")])
    (tmp_path / key).unlink()
    view = services.lab_view(nights.store, nights.settings, at=NOW)

    found = services.live(view, "Gone one", "7", on=DAY)
    listed = services.followed(view, on=DAY).to_dict(orient="records")

    assert found.curriculum is None
    assert found.stages["mice"].sum() == 1
    assert not found.stages["listed"].any()
    assert {"name": "Gone one", "version": "7", "mice": 1, "training": 1, "at_hand": False} in listed


def test_of_a_curriculum_that_nobody_knows_everything_is_empty() -> None:
    found = services.live(climbing(), "No such one", on=DAY)

    assert found.curriculum is None
    assert found.stages.empty
    assert found.moves.empty
    assert found.mice.empty


def test_all_versions_together_are_drawn_as_the_one_that_most_mice_follow() -> None:
    name = "Uncoupled Without Baiting"
    view = lab(
        *[session(subject, 1, stage="STAGE_2", curriculum_name=name, curriculum_version="2.3") for subject in "ab"],
        session("c", 1, stage="STAGE_2", curriculum_name=name, curriculum_version="2.3rwdDelay159"),
    )

    found = services.live(view, name, on=DAY)

    assert found.curriculum is not None
    assert found.curriculum.version == "2.3"
    assert set(found.mice["version"]) == {"2.3", "2.3rwdDelay159"}
    assert found.stages["mice"].sum() == 3


def test_the_curriculum_with_most_mice_in_training_stands_first() -> None:
    other = {"curriculum_name": "Uncoupled Baiting"}
    view = lab(
        *[session(subject, 1, day=1, stage="STAGE_2") for subject in "abc"],
        *[session(subject, 1, day=20, stage="STAGE_2", **other) for subject in "de"],
    )

    table = services.followed(view, on=DAY)

    assert table[["name", "mice", "training"]].head(2).to_numpy().tolist() == [
        ["Uncoupled Baiting", 2, 2],
        ["Coupled Baiting", 3, 0],
    ]
    assert set(table["name"]) == {each.name for each in view.shelf.library}


def test_stages_with_free_names_and_fifteen_of_them_work() -> None:
    stages = tuple(f"Step {number} & <b>more</b>" for number in range(1, 16))
    document = hostile.document(stages=stages[:3])
    names = [*stages, "Graduated"]
    document["parameters"] = {
        stage: {"task": "Dummy task", "dummy_para_bool": False, "dummy_para_float": 0.1} for stage in stages
    }
    document["curriculum"] = {
        stage: {
            "from_stage": stage,
            "transition_rules": [
                {
                    "decision": "progress",
                    "to_stage": names[place + 1],
                    "condition": "lambda metrics: metrics.trials[-1] >= 100",
                }
            ],
        }
        for place, stage in enumerate(stages)
    }
    document["curriculum_name"], document["curriculum_version"] = "Long one", "1"
    nights = Nights()
    put(nights.home, f"{SAVED}Long one_curriculum_v1_schema_v2.0.json", json.dumps(document).encode())
    view = lab(
        *[
            session(
                "a", number, stage=stages[number - 1], curriculum_name="Long one", curriculum_version="1", trials=200
            )
            for number in range(1, 6)
        ],
        nights=nights,
    )

    found = services.live(view, "Long one", "1", on=date(2026, 10, 6))

    assert list(found.stages.index) == names
    assert found.stages.loc[stages[5], "mice"] == 1
    assert found.moves["count"].sum() == 5
