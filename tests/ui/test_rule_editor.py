"""The editor of a rule: blocks and text are two views of one condition, and neither loses what the other knows."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from autotrain_core.rules import parse, to_text
from tests.ui.apps import PATIENCE, PROJECT, drawn, forget

TWO = "lambda metrics:  metrics.finished_trials[-1]>=200\n   and (metrics.foraging_efficiency[-1] < 0.60)"


@pytest.fixture(scope="module", autouse=True)
def _one_lab() -> Iterator[None]:
    forget()
    yield
    forget()


def opened(text: str, **query: str) -> AppTest:
    app = AppTest.from_file(PROJECT / "tests" / "ui" / "rule_editor_page.py", default_timeout=PATIENCE)
    for name, value in {"text": text, **query}.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def named(app: AppTest, kind: str, field: str, path: str = "0"):
    """The widget of a block, whatever generation it is of."""
    found = [each for each in app.get(kind) if each.key and each.key.endswith(f":{path}:{field}")]
    assert len(found) == 1, [each.key for each in app.get(kind)]
    return found[0]


def has(app: AppTest, kind: str, field: str, path: str = "0") -> bool:
    return any(each.key and each.key.endswith(f":{path}:{field}") for each in app.get(kind))


def text_of(app: AppTest) -> str:
    return str(app.session_state["text"])


def condition_of(app: AppTest):
    return parse(text_of(app))


def asks(app: AppTest, text: str) -> bool:
    return bool(condition_of(app) == parse(f"lambda metrics: {text}"))


def as_text(app: AppTest) -> AppTest:
    app.segmented_control(key="rule:view-as").set_value("Text").run()
    return app


def as_blocks(app: AppTest) -> AppTest:
    app.segmented_control(key="rule:view-as").set_value("Blocks").run()
    return app


# ---- two views ----


def test_switching_between_the_views_changes_no_letter() -> None:
    app = opened(TWO)

    as_blocks(as_text(as_blocks(as_text(app))))

    assert text_of(app) == TWO
    assert app.session_state["told"] == []


def test_the_text_stands_there_letter_by_letter() -> None:
    app = as_text(opened(TWO))

    assert app.text_area[0].value == TWO


def test_a_change_in_blocks_changes_the_text_and_nothing_else_in_it() -> None:
    app = opened(TWO)

    named(app, "number_input", "threshold").set_value(250).run()

    assert text_of(app) == to_text(
        parse("lambda metrics: metrics.finished_trials[-1] >= 250 and metrics.foraging_efficiency[-1] < 0.60")
    )
    assert len(app.session_state["told"]) == 1


def test_what_is_changed_and_changed_back_is_told_twice() -> None:
    app = opened(TWO)

    named(app, "number_input", "threshold").set_value(250).run()
    named(app, "number_input", "threshold").set_value(200).run()

    assert condition_of(app) == parse(TWO)
    assert len(app.session_state["told"]) == 2


def test_a_text_that_is_typed_is_shown_as_blocks() -> None:
    app = as_text(opened(TWO))

    app.text_area[0].set_value("lambda metrics: np.mean(metrics.finished_trials[-3:]) > 100").run()
    as_blocks(app)

    assert named(app, "selectbox", "how").value == "mean"
    assert named(app, "number_input", "last").value == 3
    assert named(app, "number_input", "threshold").value == 100


def test_a_broken_text_is_kept_and_says_where_it_is_broken() -> None:
    app = as_text(opened(TWO))

    app.text_area[0].set_value("lambda metrics:\n  metrics.finished_trails[-1] > 3").run()

    assert text_of(app) == "lambda metrics:\n  metrics.finished_trails[-1] > 3"
    assert "line 2, column 11" in app.error[0].value.replace("\\", "")
    assert "did you mean" in app.error[0].value.replace("\\", "")
    assert "^" in app.code[0].value
    as_blocks(app)
    assert not app.exception
    assert any("cannot be read" in caption.value for caption in app.caption)


def test_an_undo_of_the_page_shows_what_was_there_before() -> None:
    app = opened(TWO)
    named(app, "number_input", "threshold").set_value(250).run()

    next(button for button in app.button if button.label == "Undo").click().run()

    assert text_of(app) == TWO
    assert named(app, "number_input", "threshold").value == 200
    assert named(app, "slider", "slid").value == 200


def test_a_change_that_the_page_refuses_is_not_shown_as_made() -> None:
    app = opened(TWO, refused="yes")

    named(app, "number_input", "threshold").set_value(250).run()

    assert text_of(app) == TWO
    assert named(app, "number_input", "threshold").value == 200


def test_the_words_follow_every_change() -> None:
    app = opened(TWO)

    named(app, "number_input", "threshold").set_value(250).run()

    assert "Holds when finished trials at least 250 and foraging efficiency below 0.6." in drawn(app)


def test_who_may_only_look_changes_nothing() -> None:
    app = opened(TWO, look="yes")

    assert all(widget.disabled for widget in app.number_input)
    assert all(button.disabled for button in app.button if button.label != "Undo")
    assert as_text(app).text_area[0].disabled


# ---- one line ----


def test_the_slider_and_the_field_of_a_threshold_follow_each_other() -> None:
    app = opened(TWO)

    named(app, "slider", "slid").set_value(400).run()
    after_slide = named(app, "number_input", "threshold").value
    named(app, "number_input", "threshold").set_value(300).run()

    assert after_slide == 400
    assert named(app, "slider", "slid").value == 300
    assert asks(app, "metrics.finished_trials[-1] >= 300 and metrics.foraging_efficiency[-1] < 0.60")


def test_moving_a_threshold_keeps_the_widgets_so_that_no_focus_is_lost() -> None:
    app = opened(TWO)
    before = named(app, "number_input", "threshold").key

    named(app, "number_input", "threshold").set_value(300).run()

    assert named(app, "number_input", "threshold").key == before


def test_a_threshold_far_outside_what_was_measured_is_kept() -> None:
    app = opened("lambda metrics: metrics.finished_trials[-1] >= 100000")

    assert named(app, "number_input", "threshold", "0").value == 100000
    assert named(app, "slider", "slid", "0").value < 100000
    named(app, "number_input", "threshold", "0").set_value(200000).run()
    assert asks(app, "metrics.finished_trials[-1] >= 200000")


def test_a_count_against_a_fraction_can_become_whole() -> None:
    app = opened("lambda metrics: metrics.finished_trials[-1] >= 199.5")

    named(app, "number_input", "threshold").set_value(200.0).run()

    assert not app.exception
    assert text_of(app).endswith("metrics.finished_trials[-1] >= 200")
    assert named(app, "number_input", "threshold").value == 200


def test_a_fraction_is_written_without_noise() -> None:
    app = opened("lambda metrics: metrics.foraging_efficiency[-1] >= 0.5")

    named(app, "number_input", "threshold").set_value(0.1 + 0.2).run()

    assert text_of(app).endswith(">= 0.3")


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("earlier", "metrics.finished_trials[-2] >= 200"),
        ("mean", "np.mean(metrics.finished_trials[-5:]) >= 200"),
        ("std", "np.std(metrics.finished_trials[-5:]) >= 200"),
        ("all", "all(x >= 200 for x in metrics.finished_trials[-5:])"),
        ("count", "sum(x >= 200 for x in metrics.finished_trials[-5:]) >= 3"),
        (
            "share",
            "sum(x >= 200 for x in metrics.finished_trials[-5:]) / len(metrics.finished_trials[-5:]) >= 0.5",
        ),
    ],
)
def test_what_is_taken_of_a_metric_can_be_chosen(how: str, expected: str) -> None:
    app = opened("lambda metrics: metrics.finished_trials[-1] >= 200")

    named(app, "selectbox", "how").select(how).run()

    assert not app.exception
    assert asks(app, expected)


def test_every_way_of_taking_a_metric_leads_back_to_its_value() -> None:
    app = opened("lambda metrics: metrics.finished_trials[-1] >= 200")

    for how in ("share", "median", "count", "sum", "any", "earlier", "min", "value"):
        named(app, "selectbox", "how").select(how).run()
        assert not app.exception

    assert asks(app, "metrics.finished_trials[-1] >= 200")


def test_how_many_sessions_and_whether_only_at_the_stage_can_be_chosen() -> None:
    app = opened("lambda metrics: np.mean(metrics.finished_trials[-5:]) >= 200")

    named(app, "number_input", "last").set_value(3).run()
    named(app, "checkbox", "at_stage").check().run()

    assert asks(app, "np.mean(metrics.at_stage.finished_trials[-3:]) >= 200")


def test_an_emptied_number_of_sessions_means_all_of_them() -> None:
    app = opened("lambda metrics: np.mean(metrics.finished_trials[-5:]) >= 200")

    named(app, "number_input", "last").set_value(None).run()

    assert asks(app, "np.mean(metrics.finished_trials) >= 200")


def test_an_earlier_session_is_said_by_how_long_ago_it_was() -> None:
    app = opened("lambda metrics: metrics.finished_trials[-3] >= 200")
    assert named(app, "number_input", "last").value == 2

    named(app, "number_input", "last").set_value(4).run()

    assert asks(app, "metrics.finished_trials[-5] >= 200")


def test_an_emptied_earlier_session_stays_what_it_was() -> None:
    app = opened("lambda metrics: metrics.finished_trials[-3] >= 200")

    named(app, "number_input", "last").set_value(None).run()

    assert asks(app, "metrics.finished_trials[-3] >= 200")
    assert named(app, "number_input", "last").value == 2


def test_the_count_and_the_share_that_are_needed_can_be_chosen() -> None:
    app = opened("lambda metrics: sum(x >= 200 for x in metrics.finished_trials[-5:]) >= 3")

    named(app, "number_input", "share").set_value(4).run()
    named(app, "selectbox", "share_sign").select("==").run()
    named(app, "selectbox", "sign").select("<").run()

    assert asks(app, "sum(x < 200 for x in metrics.finished_trials[-5:]) == 4")


def test_another_metric_comes_with_a_threshold_of_its_own() -> None:
    app = opened("lambda metrics: np.mean(metrics.finished_trials[-5:]) < 200")

    named(app, "selectbox", "metric").select("foraging_efficiency").run()

    threshold = named(app, "number_input", "threshold").value
    assert 0.3 < threshold < 1.2
    assert asks(app, f"np.mean(metrics.foraging_efficiency[-5:]) < {threshold}")


def test_a_counter_has_no_earlier_values_to_choose_from() -> None:
    app = opened("lambda metrics: np.mean(metrics.finished_trials[-5:]) < 200")

    named(app, "selectbox", "metric").select("session_at_current_stage").run()

    assert not has(app, "selectbox", "how")
    assert text_of(app).split("\n")[1].strip().startswith("metrics.session_at_current_stage <")


def test_a_column_of_the_session_table_is_declared_before_the_rule_reads_it() -> None:
    app = opened("lambda metrics: metrics.finished_trials[-1] >= 200")

    named(app, "selectbox", "metric").select("bias_naive").run()

    assert [told for told in app.session_state["told"] if "declare" in told] == ["declare bias_naive"]
    assert app.session_state["told"][0] == "declare bias_naive"
    assert "metrics.bias_naive[-1] >=" in text_of(app)
    assert "Would have held" in drawn(app)


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
    assert "At Stage 2: <b>" in said


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
