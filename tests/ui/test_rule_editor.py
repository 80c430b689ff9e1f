"""The editor of a rule: blocks and text are two views of one condition, and neither loses what the other knows."""

from collections.abc import Iterator

import pytest

from autotrain_core.rules import parse, to_text
from tests.ui.apps import drawn, forget, said
from tests.ui.rule_editing import TWO, as_blocks, as_text, asks, condition_of, has, named, opened, text_of


@pytest.fixture(scope="module", autouse=True)
def _one_lab() -> Iterator[None]:
    forget()
    yield
    forget()


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

    named(app, "text_input", "threshold").input("250").run()

    assert text_of(app) == to_text(
        parse("lambda metrics: metrics.finished_trials[-1] >= 250 and metrics.foraging_efficiency[-1] < 0.60")
    )
    assert len(app.session_state["told"]) == 1


def test_what_is_changed_and_changed_back_is_told_twice() -> None:
    app = opened(TWO)

    named(app, "text_input", "threshold").input("250").run()
    named(app, "text_input", "threshold").input("200").run()

    assert condition_of(app) == parse(TWO)
    assert len(app.session_state["told"]) == 2


def test_a_text_that_is_typed_is_shown_as_blocks() -> None:
    app = as_text(opened(TWO))

    app.text_area[0].set_value("lambda metrics: np.mean(metrics.finished_trials[-3:]) > 100").run()
    as_blocks(app)

    assert named(app, "selectbox", "how").value == "mean"
    assert named(app, "text_input", "last").value == "3"
    assert named(app, "text_input", "threshold").value == "100"


def test_a_broken_text_is_kept_and_says_where_it_is_broken() -> None:
    app = as_text(opened(TWO))

    app.text_area[0].set_value("lambda metrics:\n  metrics.finished_trails[-1] > 3").run()

    assert text_of(app) == "lambda metrics:\n  metrics.finished_trails[-1] > 3"
    assert "line 2, column 11" in app.error[0].value.replace("\\", "")
    assert "^ did you mean 'finished_trials'?" in app.code[0].value
    as_blocks(app)
    assert not app.exception
    assert any("cannot be read" in caption.value for caption in app.caption)


def test_an_undo_of_the_page_shows_what_was_there_before() -> None:
    app = opened(TWO)
    named(app, "text_input", "threshold").input("250").run()

    next(button for button in app.button if button.label == "Undo").click().run()

    assert text_of(app) == TWO
    assert named(app, "text_input", "threshold").value == "200"
    assert named(app, "slider", "slid").value == 200


def test_a_change_that_the_page_refuses_is_not_shown_as_made() -> None:
    app = opened(TWO, refused="yes")

    named(app, "text_input", "threshold").input("250").run()

    assert text_of(app) == TWO
    assert named(app, "text_input", "threshold").value == "200"


def test_the_words_follow_every_change() -> None:
    app = opened(TWO)

    named(app, "text_input", "threshold").input("250").run()

    assert "Holds when finished trials at least 250 and foraging efficiency below 0.6." in drawn(app)


def test_who_may_only_look_changes_nothing() -> None:
    app = opened(TWO, look="yes")

    assert all(widget.disabled for widget in app.text_input)
    assert all(button.disabled for button in app.button if button.label != "Undo")
    assert as_text(app).text_area[0].disabled


# ---- one line ----


def test_the_slider_and_the_field_of_a_threshold_follow_each_other() -> None:
    app = opened(TWO)

    named(app, "slider", "slid").set_value(400).run()
    after_slide = named(app, "text_input", "threshold").value
    named(app, "text_input", "threshold").input("300").run()

    assert after_slide == "400"
    assert named(app, "slider", "slid").value == 300
    assert asks(app, "metrics.finished_trials[-1] >= 300 and metrics.foraging_efficiency[-1] < 0.60")


def test_moving_a_threshold_keeps_the_widgets_so_that_no_focus_is_lost() -> None:
    app = opened(TWO)
    before = named(app, "text_input", "threshold").key

    named(app, "text_input", "threshold").input("300").run()

    assert named(app, "text_input", "threshold").key == before


def test_a_threshold_far_outside_what_was_measured_is_kept() -> None:
    app = opened("lambda metrics: metrics.finished_trials[-1] >= 100000")

    assert named(app, "text_input", "threshold", "0").value == "100000"
    assert named(app, "slider", "slid", "0").value < 100000
    named(app, "text_input", "threshold", "0").input("200000").run()
    assert asks(app, "metrics.finished_trials[-1] >= 200000")


def test_a_threshold_beyond_all_that_was_measured_is_said_below_it() -> None:
    app = opened("lambda metrics: metrics.finished_trials[-1] >= 100000 and metrics.foraging_efficiency[-1] > -1")

    assert "No session was ever above " in said(app)
    assert "No session was ever below " in said(app)
    assert "No session was ever" not in said(opened(TWO))


def test_a_count_against_a_fraction_can_become_whole() -> None:
    app = opened("lambda metrics: metrics.finished_trials[-1] >= 199.5")

    named(app, "text_input", "threshold").input("200").run()

    assert not app.exception
    assert text_of(app).endswith("metrics.finished_trials[-1] >= 200")
    assert named(app, "text_input", "threshold").value == "200"


def test_a_fraction_is_written_without_noise() -> None:
    app = opened("lambda metrics: metrics.foraging_efficiency[-1] >= 0.5")

    named(app, "text_input", "threshold").input("0.30000000000000004").run()

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

    named(app, "text_input", "last").input("3").run()
    named(app, "checkbox", "at_stage").check().run()

    assert asks(app, "np.mean(metrics.at_stage.finished_trials[-3:]) >= 200")


def test_an_emptied_number_of_sessions_means_all_of_them() -> None:
    app = opened("lambda metrics: np.mean(metrics.finished_trials[-5:]) >= 200")

    named(app, "text_input", "last").input("").run()

    assert asks(app, "np.mean(metrics.finished_trials) >= 200")


def test_an_earlier_session_is_said_by_how_long_ago_it_was() -> None:
    app = opened("lambda metrics: metrics.finished_trials[-3] >= 200")
    assert named(app, "text_input", "last").value == "2"

    named(app, "text_input", "last").input("4").run()

    assert asks(app, "metrics.finished_trials[-5] >= 200")


def test_an_emptied_earlier_session_stays_what_it_was_and_says_what_is_expected() -> None:
    app = opened("lambda metrics: metrics.finished_trials[-3] >= 200")

    named(app, "text_input", "last").input("").run()

    assert asks(app, "metrics.finished_trials[-3] >= 200")
    assert "The number of sessions must be a whole number from 1 to 199; found nothing" in said(app)


def test_the_count_and_the_share_that_are_needed_can_be_chosen() -> None:
    app = opened("lambda metrics: sum(x >= 200 for x in metrics.finished_trials[-5:]) >= 3")

    named(app, "text_input", "share").input("4").run()
    named(app, "selectbox", "share_sign").select("==").run()
    named(app, "selectbox", "sign").select("<").run()

    assert asks(app, "sum(x < 200 for x in metrics.finished_trials[-5:]) == 4")


def test_another_metric_comes_with_a_threshold_of_its_own() -> None:
    app = opened("lambda metrics: np.mean(metrics.finished_trials[-5:]) < 200")

    named(app, "selectbox", "metric").select("foraging_efficiency").run()

    threshold = named(app, "text_input", "threshold").value
    assert 0.3 < float(threshold) < 1.2
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


# ---- what is typed as a number ----


@pytest.mark.parametrize("typed", ["0,65", "0.65", " .65 ", "+0.65", "6.5e-1"])
def test_a_decimal_comma_is_a_decimal_point(typed: str) -> None:
    app = opened("lambda metrics: metrics.foraging_efficiency[-1] >= 0.5")

    named(app, "text_input", "threshold").input(typed).run()

    assert asks(app, "metrics.foraging_efficiency[-1] >= 0.65")
    assert named(app, "text_input", "threshold").value == "0.65"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("310.5", "Finished trials must be a whole number (trials); found '310.5'"),
        ("310,5", "Finished trials must be a whole number (trials); found '310.5'"),
        ("1,500", "write 1500, without commas"),
        ("nan", "Finished trials must be a whole number (trials); found 'nan'"),
        ("<b>*abc*", "found '<b>*abc*'"),
        ("", "found nothing"),
    ],
)
def test_what_is_no_number_stays_in_its_field_with_the_reason_and_changes_nothing(typed: str, why: str) -> None:
    app = opened(TWO)

    named(app, "text_input", "threshold").input(typed).run()

    assert text_of(app) == TWO
    assert app.session_state["told"] == []
    assert named(app, "text_input", "threshold").value == typed
    assert why in said(app)


def test_thousands_or_a_fraction_is_asked_and_not_guessed() -> None:
    app = opened("lambda metrics: metrics.foraging_efficiency[-1] >= 0.5")

    named(app, "text_input", "threshold").input("1,500").run()

    assert asks(app, "metrics.foraging_efficiency[-1] >= 0.5")
    assert "write 1500 for thousands, or 1.500 with a point" in said(app)


def test_the_reason_goes_when_a_number_comes() -> None:
    app = opened(TWO)

    named(app, "text_input", "threshold").input("abc").run()
    named(app, "text_input", "threshold").input("310 trials").run()

    assert asks(app, "metrics.finished_trials[-1] >= 310 and metrics.foraging_efficiency[-1] < 0.60")
    assert "must be" not in said(app)
    assert named(app, "text_input", "threshold").value == "310"


def test_the_slider_takes_the_place_of_what_could_not_be_read() -> None:
    app = opened(TWO)

    named(app, "text_input", "threshold").input("abc").run()
    named(app, "slider", "slid").set_value(400).run()

    assert "must be" not in said(app)
    assert named(app, "text_input", "threshold").value == "400"


def test_what_could_not_be_read_is_told_once_where_its_field_is_gone() -> None:
    app = opened(TWO)
    named(app, "text_input", "threshold").input("abc").run()

    named(app, "button", "add", "").click().run()
    told = said(app)
    named(app, "button", "remove", "2").click().run()

    assert "“abc” was not taken over. Finished trials must be a whole number" in told
    assert "abc" not in said(app)


def test_another_text_forgets_what_could_not_be_read_in_the_one_before() -> None:
    app = opened(TWO)
    named(app, "selectbox", "sign").select(">").run()
    named(app, "text_input", "threshold").input("abc").run()

    next(button for button in app.button if button.label == "Undo").click().run()

    assert text_of(app) == TWO
    assert "abc" not in said(app)


def test_a_mean_of_counts_may_have_a_fraction() -> None:
    app = opened("lambda metrics: np.mean(metrics.finished_trials[-5:]) >= 200")

    named(app, "text_input", "threshold").input("310,5").run()

    assert asks(app, "np.mean(metrics.finished_trials[-5:]) >= 310.5")


@pytest.mark.parametrize("typed", ["0", "201", "2,5", "-1", "x"])
def test_a_number_of_sessions_that_cannot_be_is_refused(typed: str) -> None:
    app = opened("lambda metrics: np.mean(metrics.finished_trials[-5:]) >= 200")

    named(app, "text_input", "last").input(typed).run()

    assert asks(app, "np.mean(metrics.finished_trials[-5:]) >= 200")
    assert "The number of sessions must be a whole number from 1 to 200" in said(app)


def test_a_share_lies_between_none_and_all() -> None:
    app = opened(
        "lambda metrics: sum(x >= 200 for x in metrics.finished_trials[-5:]) / len(metrics.finished_trials[-5:]) >= 0.5"
    )

    named(app, "text_input", "share").input("75").run()
    refused = said(app)
    named(app, "text_input", "share").input("0,75").run()

    assert "The share must be a number from 0 to 1; found 75" in refused
    assert text_of(app).endswith("0.75")


# ---- what is typed in short ----


def test_a_condition_that_is_typed_in_short_is_written_out() -> None:
    app = as_text(opened(TWO))

    app.text_area[0].set_value("finished_trials >= 310 and foraging_efficiency >= 0.65").run()

    assert asks(app, "metrics.finished_trials[-1] >= 310 and metrics.foraging_efficiency[-1] >= 0.65")
    assert app.text_area[0].value == text_of(app)
    assert not app.error


def test_of_a_broken_condition_in_short_the_fault_is_told_and_not_what_may_be_left_out() -> None:
    app = as_text(opened(TWO))

    app.text_area[0].set_value("finished_trials >= 310 and foraging >= 0.65").run()

    assert text_of(app) == "finished_trials >= 310 and foraging >= 0.65"
    problem = app.error[0].value.replace("\\", "")
    assert "line 1, column 28" in problem
    assert "'foraging'" in problem
    assert "lambda" not in problem
