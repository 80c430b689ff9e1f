"""The builder page without a browser: every button and field of it, what it leaves on the desk, and what it refuses."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from autotrain_core import services
from autotrain_core.editing import Draft, SetDescription, templates
from autotrain_core.errors import StoreUnavailableError
from autotrain_core.models import DYNAMIC_FORAGING, FREE, TODAY, Actor, Decision, TrainingStage
from autotrain_ui import canvas
from autotrain_ui.builder import begin, graph
from autotrain_ui.builder.desk import Desk
from autotrain_ui.canvas import Select
from tests.interop.documents import LADDER, document
from tests.services.nights import Nights, put
from tests.services.publishing import DEE, HERON, acting
from tests.services.publishing import lab as lab_of
from tests.ui.apps import opened, said, toasts

DRAFT = "d1"
ACTOR = services.operator("tester")


def ladder(schema: str = FREE) -> Draft:
    template = next(each for each in templates() if each.key == "ladder-with-rollback")
    return template.draft(DYNAMIC_FORAGING, "Ladder", "0.1", schema)


def desk_with(nights: Nights, draft: Draft | None = None, actor: Actor = ACTOR, **query: str) -> tuple[AppTest, Desk]:
    """Open the page with a draft that is new in the store."""
    services.start_draft(nights.store, draft or ladder(), actor=actor, at=nights.at, identity=DRAFT)
    app = opened("builder", draft=DRAFT, **query)
    assert not app.exception
    return app, app.session_state["builder:desks"][DRAFT]


def held(nights: Nights, desk: Desk) -> dict[str, Any]:
    """What the store holds, after all was saved."""
    desk.settle(wait=True)
    if not desk.is_saved:
        desk.save(nights.store, ACTOR)
        desk.settle(wait=True)
    return dict(services.open_draft(nights.store, DRAFT).draft.document)


def stages(desk: Desk) -> list[str]:
    return list(desk.draft.document["parameters"])


def targets(desk: Desk, stage: str) -> list[str]:
    return [rule["to_stage"] for rule in desk.draft.document["curriculum"][stage]["transition_rules"]]


def chosen(app: AppTest, desk: Desk, node: str | None = None, rule: int | None = None) -> AppTest:
    """Choose a stage, or a rule of it, and draw the page."""
    desk.selected = Select(node=node) if rule is None else Select(edge=graph.edge_id(str(node), rule))
    return app.run()


# ---- the list of drafts, and how one begins ----


def test_a_template_with_a_name_opens_as_a_draft(nights: Nights) -> None:
    app = opened("builder")
    assert app.button(key="builder-start-template").disabled
    app.radio(key="builder-template").set_value("ladder")
    app.text_input(key="builder-new-name").set_value("Mine").run()

    app.button(key="builder-start-template").click().run()

    (draft,) = services.drafts(nights.store)
    assert draft.title == "Mine 0.1"
    assert app.query_params["draft"] in (draft.id, [draft.id])


def test_a_copy_of_a_version_opens_as_a_draft(nights: Nights) -> None:
    app = opened("builder")

    app.button(key="builder-start-copy").click().run()

    (draft,) = services.drafts(nights.store)
    assert draft.based_on
    assert app.query_params["draft"] in (draft.id, [draft.id])


def test_a_task_alone_begins_a_blank_draft_of_it() -> None:
    task = {
        "title": "Wheel",
        "type": "object",
        "x-schema-name": "Wheel",
        "properties": {"a": {"type": "number", "title": "A", "default": 1}},
    }
    here: Any = type("Here", (), {})()

    draft = begin._of_files(here, [("wheel.task.json", json.dumps(task).encode())])

    assert draft.document["curriculum_schema_name"] == "Wheel"
    assert draft.task_schema


def test_a_draft_is_deleted_and_brought_back(nights: Nights) -> None:
    services.start_draft(nights.store, ladder(), actor=ACTOR, at=nights.at, identity=DRAFT)
    app = opened("builder")

    app.button(key=f"builder-delete-{DRAFT}").click().run()
    assert services.drafts(nights.store) == ()
    app.button(key="builder-bring-back").click().run()

    assert [draft.id for draft in services.drafts(nights.store)] == [DRAFT]
    assert "Ladder 0.1" in [link.proto.label.replace("\\", "") for link in app.get("page_link")]


def test_who_deletes_what_a_colleague_just_saved_is_told(nights: Nights) -> None:
    stored = services.start_draft(nights.store, ladder(), actor=ACTOR, at=nights.at, identity=DRAFT)
    app = opened("builder")
    services.save_draft(nights.store, DRAFT, ladder(TODAY), replaces=stored.version, actor=ACTOR, at=nights.at)

    app.button(key=f"builder-delete-{DRAFT}").click().run()

    assert toasts(app)
    assert [draft.id for draft in services.drafts(nights.store)] == [DRAFT]


def test_a_damaged_draft_is_listed_with_what_is_wrong(nights: Nights) -> None:
    services.start_draft(nights.store, ladder(), actor=ACTOR, at=nights.at, identity=DRAFT)
    place = next(listed.key for listed in nights.home.list("") if f"drafts/{DRAFT}" in listed.key)
    put(nights.home, place, b"{")

    app = opened("builder")

    (draft,) = services.drafts(nights.store)
    assert draft.problem
    assert draft.problem[:30] in said(app)


def test_a_link_to_a_draft_that_is_gone_leads_to_the_list(nights: Nights) -> None:
    app = opened("builder", draft="nowhere")

    assert "nowhere" in app.warning[-1].value
    assert "Drafts" in said(app)


def test_a_draft_that_cannot_be_read_says_why(nights: Nights) -> None:
    services.start_draft(nights.store, ladder(), actor=ACTOR, at=nights.at, identity=DRAFT)
    place = next(listed.key for listed in nights.home.list("") if f"drafts/{DRAFT}" in listed.key)
    put(nights.home, place, b"{")

    app = opened("builder", draft=DRAFT)

    assert not app.exception
    assert app.error


# ---- links, and who may only look ----


def test_a_link_chooses_a_stage_or_a_rule(nights: Nights) -> None:
    _, desk = desk_with(nights, stage="Stage 2", rule="1")
    assert desk.selected == Select(edge="0/Stage 2")

    shown = opened("builder", draft=DRAFT, stage="Stage 3")

    assert shown.session_state["builder:desks"][DRAFT].selected == Select(node="Stage 3")
    assert "Stage 3" in [each.value for each in shown.subheader]


def test_a_link_to_a_stage_that_is_gone_shows_the_curriculum(nights: Nights) -> None:
    app, desk = desk_with(nights, stage="Stage 77")

    assert desk.selected == Select()
    assert "Curriculum" in [each.value for each in app.subheader]


def test_a_reviewer_looks_and_changes_nothing(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    lab_of(nights.home)
    monkeypatch.setenv("AUTOTRAIN_PERSON", HERON.email)

    app, desk = desk_with(nights, actor=acting(DEE))

    assert desk.is_review_only
    assert "Only to look at" in said(app)
    assert "builder-add-rule" not in [button.key for button in app.button]
    assert app.button(key="builder-undo").disabled


# ---- the bar ----


def test_a_hundred_steps_are_taken_back_and_taken_again(nights: Nights) -> None:
    app, desk = desk_with(nights)
    before = desk.draft.document
    for number in range(100):
        desk.do(SetDescription(f"text {number}"))
    app.run()

    for _ in range(99):
        desk.undo()
    app.button(key="builder-undo").click().run()
    assert desk.draft.document == before
    assert app.button(key="builder-undo").disabled
    for _ in range(99):
        desk.redo()
    app.button(key="builder-redo").click().run()

    assert held(nights, desk)["curriculum_description"] == "text 99"
    assert app.button(key="builder-redo").disabled


def test_a_store_that_does_not_answer_is_asked_again(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    app, desk = desk_with(nights)

    def silent(*_: object, **__: object) -> None:
        raise StoreUnavailableError("The store does not answer.")

    with monkeypatch.context() as broken:
        broken.setattr(services, "save_or_merge", silent)
        app.text_area(key=f"builder-description-{DRAFT}").set_value("for juveniles").run()
        desk.settle(wait=True)
        app.run()
        assert "Not saved yet.** The store does not answer." in said(app)
        desk.settle(wait=True)
    app.button(key="builder-save-again").click().run()

    assert held(nights, desk)["curriculum_description"] == "for juveniles"


# ---- the curriculum ----


def test_the_panel_of_the_curriculum_changes_the_document(nights: Nights) -> None:
    app, desk = desk_with(nights)

    app.text_input(key=f"builder-name-{DRAFT}").set_value(" Other ").run()
    app.text_input(key=f"builder-version-{DRAFT}").set_value("0.2").run()
    app.selectbox(key=f"builder-missing-{DRAFT}").set_value("stay").run()
    app.selectbox(key=f"builder-schema-{DRAFT}").set_value(TODAY).run()

    written = held(nights, desk)
    assert (written["curriculum_name"], written["curriculum_version"]) == ("Other", "0.2")
    assert (written["on_missing"], written["curriculum_schema_version"]) == ("stay", TODAY)


def test_a_metric_of_the_document_is_removed(nights: Nights) -> None:
    metric = {"name": "licks", "title": "licks"}
    app, desk = desk_with(nights, Draft(document={**ladder().document, "metrics": [metric]}))

    app.button(key="builder-metric-licks").click().run()

    assert not held(nights, desk).get("metrics")


# ---- a stage ----


def test_the_panel_of_a_stage_changes_it(nights: Nights) -> None:
    app, desk = desk_with(nights)
    chosen(app, desk, "Stage 2")

    app.text_input(key=f"builder-{DRAFT}-Stage 2-name").set_value("Second").run()
    app.text_area(key=f"builder-{DRAFT}-Second-note").set_value("for the bold").run()
    app.button(key="builder-stage-earlier").click().run()
    assert stages(desk)[:2] == ["Second", "Stage 1"]
    app.button(key="builder-stage-later").click().run()
    app.button(key="builder-rule-down-0").click().run()
    assert targets(desk, "Second") == ["Stage 1", "Stage 3"]
    assert desk.selected == Select(node="Second")
    app.button(key="builder-stage-copy").click().run()
    assert stages(desk)[1:3] == ["Second", "Second copy"]
    app.button(key="builder-stage-delete").click().run()

    written = held(nights, desk)
    assert list(written["parameters"])[:3] == ["Stage 1", "Second", "Stage 3"]
    assert written["parameters"]["Second"]["description"] == "for the bold"
    assert desk.selected == Select()


def test_a_stage_of_today_is_named_from_a_list(nights: Nights) -> None:
    app, desk = desk_with(nights, ladder(TODAY))
    chosen(app, desk, "Stage 3")

    app.selectbox(key=f"builder-{DRAFT}-Stage 3-name").set_value("Stage 4").run()

    assert stages(desk)[2] == "Stage 4"
    assert desk.selected == Select(node="Stage 4")


def test_a_name_that_is_taken_is_refused_and_the_field_shows_what_holds(nights: Nights) -> None:
    app, desk = desk_with(nights)
    chosen(app, desk, "Stage 2")

    app.text_input(key=f"builder-{DRAFT}-Stage 2-name").set_value("Stage 3").run()

    assert toasts(app)
    assert app.text_input(key=f"builder-{DRAFT}-Stage 2-name").value == "Stage 2"


def test_the_last_stage_has_neither_rules_nor_settings_of_its_own(nights: Nights) -> None:
    app, desk = desk_with(nights)

    chosen(app, desk, "Graduated")

    assert "training ends here" in said(app)
    assert not [each for each in app.pills if each.key == f"builder-{DRAFT}-group"]


def test_a_rule_is_added_beside_a_stage_and_below_the_graph(nights: Nights) -> None:
    app, desk = desk_with(nights)
    chosen(app, desk, "Stage 1")

    app.button(key="builder-stage-add-rule").click().run()
    assert desk.selected == Select(edge="1/Stage 1")
    app.button(key="builder-add-rule").click().run()
    app.button(key="builder-add-stage").click().run()

    assert targets(desk, "Stage 1") == ["Stage 2", "Stage 2", "Stage 2"]
    assert len(stages(desk)) == 6


def test_settings_of_all_kinds_are_set_and_what_cannot_be_read_is_refused(nights: Nights) -> None:
    app, desk = desk_with(nights)
    chosen(app, desk, "Stage 2")

    def group(name: str) -> None:
        app.pills(key=f"builder-{DRAFT}-group").set_value(name).run()

    group("Blocks")
    app.text_input(key=f"builder-{DRAFT}-Stage 2-BlockMin").input("7").run()
    group("Auto water")
    now = desk.draft.document["parameters"]["Stage 2"]["AutoReward"]
    app.toggle(key=f"builder-{DRAFT}-Stage 2-AutoReward").set_value(not now).run()
    group("Reward")
    app.text_input(key=f"builder-{DRAFT}-Stage 2-UncoupledReward").set_value("0.1,0.5").run()
    group("What differs")

    written = held(nights, desk)["parameters"]["Stage 2"]
    assert (written["BlockMin"], written["AutoReward"], written["UncoupledReward"]) == (7, not now, "0.1,0.5")
    assert "Stage 1: " in said(app)
    chosen(app, desk, "Stage 1")
    assert app.pills(key=f"builder-{DRAFT}-group").value == "Task"


def test_a_task_that_nobody_knows_leaves_the_settings_to_the_table(nights: Nights) -> None:
    app, desk = desk_with(nights, Draft(document={**document(LADDER), "curriculum_schema_name": "Nobody's"}))

    chosen(app, desk, stages(desk)[0])

    assert "Nobody here knows this task" in said(app)


# ---- a rule ----


def test_the_panel_of_a_rule_changes_it(nights: Nights) -> None:
    app, desk = desk_with(nights)
    chosen(app, desk, "Stage 2", rule=0)
    key = f"builder-{DRAFT}-Stage 2-rule0"

    app.selectbox(key=f"{key}-to").set_value("Stage final").run()
    app.selectbox(key=f"{key}-decision").set_value(Decision.STAY.value).run()
    app.text_area(key=f"{key}-note").set_value("when they are quick").run()
    app.button(key="builder-rule-Later").click().run()

    rule = held(nights, desk)["curriculum"]["Stage 2"]["transition_rules"][1]
    assert (rule["to_stage"], rule["decision"]) == ("Stage final", "stay")
    assert rule["condition_description"] == "when they are quick"
    assert desk.selected == Select(edge="1/Stage 2")
    app.button(key="builder-rule-delete").click().run()
    assert targets(desk, "Stage 2") == ["Stage 1"]
    assert desk.selected == Select(node="Stage 2")


def test_a_rule_is_opened_from_its_stage_and_leads_back(nights: Nights) -> None:
    app, desk = desk_with(nights)
    chosen(app, desk, "Stage 2")

    app.button(key="builder-rule-open-1").click().run()
    assert "Rule 2 of 2" in [each.value for each in app.subheader]
    app.button(key="builder-rule-stage").click().run()

    assert desk.selected == Select(node="Stage 2")


# ---- what is heard from the canvas ----


def heard(desk: Desk, nights: Nights, *events: canvas.Event) -> None:
    here: Any = type("Here", (), {"store": nights.store, "actor": ACTOR})()
    for event in events:
        graph.heard(here, desk, event)


def test_what_people_do_on_the_canvas_is_done(nights: Nights) -> None:
    _, desk = desk_with(nights)

    heard(desk, nights, canvas.Select(node="Stage 1"), canvas.Move(node="Stage 1", x=8.0, y=16.0))
    assert desk.places()["Stage 1"] == (8.0, 16.0)
    heard(desk, nights, canvas.Connect(source="Stage 1", target="Stage 1"))
    assert targets(desk, "Stage 1") == ["Stage 2", "Stage 1"]
    heard(desk, nights, canvas.Prioritise(edge="1/Stage 1", by=-1), canvas.Prioritise(edge="0/Stage 1", by=-1))
    assert targets(desk, "Stage 1") == ["Stage 1", "Stage 2"]
    heard(desk, nights, canvas.Delete(edge="0/Stage 1"), canvas.Rename(node="Stage 1", to="First"))
    assert desk.selected == Select(node="First")
    heard(desk, nights, canvas.Duplicate(node="First"), canvas.Delete(node="First copy"), canvas.Delete())
    assert stages(desk)[:2] == ["First", "Stage 2"]
    heard(desk, nights, canvas.Undo(), canvas.Undo(), canvas.Redo(), canvas.Arrange())

    assert stages(desk)[:2] == ["First", "First copy"]
    assert desk.draft.places == {}


def test_a_stage_that_is_added_stands_where_it_was_wanted(nights: Nights) -> None:
    _, desk = desk_with(nights)

    heard(desk, nights, canvas.Add(x=400.0, y=80.0, after="Stage 1"))

    (new,) = [stage for stage in stages(desk) if desk.places()[stage] == (400.0, 80.0)]
    assert desk.selected == Select(node=new)
    assert stages(desk).index(new) == 1


def test_where_today_has_no_further_name_no_stage_is_added(nights: Nights) -> None:
    app, desk = desk_with(nights, ladder(TODAY))
    while len(stages(desk)) < len(TrainingStage):
        app.button(key="builder-add-stage").click().run()

    app.button(key="builder-add-stage").click().run()

    assert len(stages(desk)) == len(TrainingStage)
    assert toasts(app)
