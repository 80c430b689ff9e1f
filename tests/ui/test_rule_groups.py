"""Lines and groups of a rule: added, moved, nested, turned round; and what the rule would have done."""

from collections.abc import Iterator

import pytest

from autotrain_core.rules import parse
from tests.ui.apps import drawn, forget
from tests.ui.rule_editing import TWO, asks, condition_of, named, opened, text_of


@pytest.fixture(scope="module", autouse=True)
def _one_lab() -> Iterator[None]:
    forget()
    yield
    forget()


# ---- groups ----


def test_a_line_is_added_and_removed_again() -> None:
    app = opened(TWO)

    named(app, "button", "add", "").click().run()
    added = text_of(app)
    named(app, "button", "remove", "2").click().run()

    assert added.count("metrics.finished_trials[-1]") == 2
    assert condition_of(app) == parse(TWO)


def test_the_last_line_of_all_cannot_be_removed() -> None:
    app = opened("lambda metrics: metrics.finished_trials[-1] >= 200")

    assert named(app, "button", "remove").disabled
    assert named(app, "button", "up").disabled
    assert named(app, "button", "down").disabled


def test_lines_move() -> None:
    app = opened(TWO)

    named(app, "button", "down").click().run()

    assert asks(app, "metrics.foraging_efficiency[-1] < 0.60 and metrics.finished_trials[-1]>=200")


def test_all_becomes_any_and_none() -> None:
    app = opened(TWO)

    named(app, "selectbox", "joint", "").select(("any", False)).run()
    any_of_them = condition_of(app)
    named(app, "selectbox", "joint", "").select(("any", True)).run()

    assert any_of_them == parse(
        "lambda metrics: metrics.finished_trials[-1]>=200 or metrics.foraging_efficiency[-1] < 0.60"
    )
    assert asks(app, "not (metrics.finished_trials[-1]>=200 or metrics.foraging_efficiency[-1] < 0.60)")


def test_a_line_is_turned_into_its_opposite_and_back() -> None:
    app = opened(TWO)

    named(app, "button", "not").click().run()
    turned = asks(app, "not metrics.finished_trials[-1]>=200 and metrics.foraging_efficiency[-1] < 0.60")
    named(app, "selectbox", "joint", "0").select(("all", False)).run()

    assert turned
    assert condition_of(app) == parse(TWO)


def test_a_line_that_is_put_into_a_group_alone_changes_no_letter_and_the_group_stays_to_be_filled() -> None:
    app = opened(TWO)

    named(app, "button", "nest").click().run()

    assert text_of(app) == TWO
    named(app, "button", "add", "0").click().run()
    first, second = condition_of(app).parts
    assert len(first.parts) == 2
    assert second == parse("lambda metrics: metrics.foraging_efficiency[-1] < 0.60")


def test_a_group_is_added_and_taken_apart() -> None:
    app = opened(TWO)
    named(app, "button", "group", "").click().run()

    named(app, "button", "flat", "2").click().run()

    assert len(condition_of(app).parts) == 3


def test_what_no_line_can_say_is_text_that_can_be_edited() -> None:
    app = opened("lambda metrics: metrics.finished_trials[-1] > metrics.finished_trials[-2]")

    named(app, "text_area", "written").set_value("metrics.finished_trials[-1] > metrics.finished_trials[-3]").run()

    assert asks(app, "metrics.finished_trials[-1] > metrics.finished_trials[-3]")


def test_a_part_that_is_not_finished_is_shown_and_goes_into_no_document() -> None:
    start = "lambda metrics: metrics.finished_trials[-1] > metrics.finished_trials[-2]"
    app = opened(start)

    named(app, "text_area", "written").set_value("metrics.finished_trials[-1] >").run()

    assert text_of(app) == start
    assert "Not taken over yet" in app.error[0].value
    assert named(app, "text_area", "written").value == "metrics.finished_trials[-1] >"
    named(app, "text_area", "written").set_value("metrics.finished_trials[-1] > 5").run()
    assert asks(app, "metrics.finished_trials[-1] > 5")
    assert not app.error


# ---- what it would have done ----


def test_the_whole_lab_is_asked() -> None:
    app = opened("lambda metrics: metrics.finished_trials[-1] >= 0")

    said = drawn(app)
    assert "Would have held in <b>" in said
    assert "At Stage 2 of Coupled Baiting: <b>" in said


def test_a_curriculum_that_no_mouse_follows_yet_is_asked_of_the_one_that_it_was_started_from() -> None:
    condition = "lambda metrics: metrics.finished_trials[-1] >= 0"

    assert "At Stage 2 of Coupled Baiting: <b>" in drawn(opened(condition, name="Brand new"))
    assert "No session of Brand new was run at this stage yet." in drawn(
        opened(condition, name="Brand new", alone="yes")
    )


def test_one_mouse_is_asked_session_by_session() -> None:
    app = opened(TWO)

    app.segmented_control(key="rule:way").set_value("One mouse").run()

    assert not app.exception
    assert "holds in " in drawn(app)
    assert "finished trials at least 200" in drawn(app)
    session = next(each for each in app.selectbox if each.label == "Session")
    session.select(session.options[-1]).run()
    assert not app.exception


def test_a_typed_history_is_asked() -> None:
    app = opened(TWO)
    app.segmented_control(key="rule:way").set_value("Typed history").run()

    app.text_input(key="rule:typed:finished_trials").input("100; 250, -, 300").run()
    app.text_input(key="rule:typed:foraging_efficiency").input("0.5 oops").run()

    assert "holds in 0 of 4 sessions" in drawn(app)
    assert "+100 trials" in drawn(app)
    assert any("oops" in caption.value for caption in app.caption)


def test_a_history_at_the_stage_can_be_typed() -> None:
    app = opened("lambda metrics: metrics.session_at_current_stage >= 3")
    app.segmented_control(key="rule:way").set_value("Typed history").run()

    app.number_input(key="rule:at-stage").set_value(3).run()

    assert "holds in 1 of 3 sessions" in drawn(app)
