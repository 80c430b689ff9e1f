"""The panel beside a rule: what a number slid changes, what is suggested, and taking a value over."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from autotrain_core import services
from autotrain_core.editing import ChangeRule, apply
from autotrain_core.evaluation import (
    FLIPS,
    Sensitivity,
    Target,
    flipped,
    past_of,
    suggest,
    sweep,
    sweep_two,
    thresholds,
)
from autotrain_ui.builder.desk import Desk
from autotrain_ui.builder.sensitivity_words import (
    KINDS,
    axis_title,
    flips_html,
    flips_sentence,
    histories_html,
    label,
    suggestion_sentences,
    sweep_html,
)
from autotrain_ui.charts.framing import Caption
from autotrain_ui.charts.sensitivity import grid_figure, share_figure, sweep_figure
from tests.evaluation.documents import curriculum
from tests.services.nights import Nights, session
from tests.ui.apps import said
from tests.ui.tables import HOSTILE
from tests.ui.test_builder_page import DRAFT, chosen, desk_with, ladder

KEY = f"builder-{DRAFT}-Stage 2-rule0-sensitivity"
CAPTION = Caption(title="It", foot="of whom")


# ---- the panel ----


def rows(mice: int = 12) -> list[dict[str, Any]]:
    """Mice of Coupled Baiting that come to Stage 2 with more and more trials, stay for another session, and graduate."""
    return [
        session(f"m{mouse:02d}", number, stage=stage, finished_trials=250 + 10 * mouse if number == 1 else 310)
        for mouse in range(mice)
        for number, stage in enumerate(("STAGE_2", "STAGE_2", "GRADUATED"), 1)
    ]


def panel(nights: Nights, table: list[dict[str, Any]] | None = None, condition: str = "") -> tuple[AppTest, Desk]:
    nights.run(rows() if table is None else table)
    shelf = services.lab_view(nights.store, nights.settings, at=nights.at).shelf
    shipped = next(each for each in shelf.library if each.key == "Coupled Baiting@2.3")
    draft = services.from_curriculum(shipped)
    if condition:
        draft = apply(draft, ChangeRule("Stage 2", 0, condition=f"lambda metrics: {condition}"))
    app, desk = desk_with(nights, draft)
    app.session_state[KEY] = True
    return chosen(app, desk, "Stage 2", rule=0), desk


def slider(app: AppTest):
    (found,) = (each for each in app.slider if each.key and each.key.startswith(f"{KEY}:try"))
    return found


def buttons(app: AppTest) -> list[str]:
    return [each.label for each in app.button if each.label.startswith("Take this value")]


def condition_of(desk: Desk) -> str:
    return desk.curriculum.stage("Stage 2").rules[0].condition_text


def test_a_number_that_is_slid_says_what_flips_and_changes_nothing(nights: Nights) -> None:
    app, desk = panel(nights)
    before = desk.draft
    assert "None of 24 decisions flips." in said(app)

    slider(app).set_value(350).run()

    assert not app.exception
    assert "17 of 24 decisions flip**, of 12 of 12 mice: 12 mice promoted later." in said(app)
    assert desk.draft is before


def test_the_value_that_is_tried_is_taken_and_can_be_taken_back(nights: Nights) -> None:
    app, desk = panel(nights)
    was = condition_of(desk)
    slider(app).set_value(320).run()

    app.button(key=f"{KEY}:take:slid").click().run()

    assert "metrics.finished_trials[-1] >= 320" in condition_of(desk)
    assert slider(app).value == 320
    app.button(key="builder-undo").click().run()
    assert condition_of(desk) == was
    assert slider(app).value == 300


def test_a_target_gives_a_value_with_its_cost_to_take(nights: Nights) -> None:
    app, desk = panel(nights)

    app.number_input(key=f"{KEY}:within").set_value(1).run()

    assert "**270 trials** is the strictest value that meets this: 10 of 12 mice that graduated (83%)" in said(app)
    app.button(key=f"{KEY}:take:suggested").click().run()
    assert "metrics.finished_trials[-1] >= 270" in condition_of(desk)


def test_whole_histories_and_a_second_number_are_shown_when_asked_for(nights: Nights) -> None:
    app, _ = panel(nights)
    charts = len(app.get("plotly_chart"))

    app.toggle(key=f"{KEY}:replay").set_value(True).run()
    second = next(each for each in app.selectbox if each.key and each.key.startswith(f"{KEY}:second"))
    second.set_value("0").run()

    assert not app.exception
    assert "Promotions" in said(app)
    assert len(app.get("plotly_chart")) == charts + 1


def test_a_rule_that_was_changed_meanwhile_keeps_what_it_says(nights: Nights) -> None:
    app, desk = panel(nights)
    slider(app).set_value(320).run()
    desk.do(ChangeRule("Stage 2", 0, condition="lambda metrics: metrics.session_total >= 5"))

    app.button(key=f"{KEY}:take:slid").click().run()

    assert condition_of(desk) == "lambda metrics: metrics.session_total >= 5"


def test_where_nothing_can_be_slid_it_says_why(nights: Nights) -> None:
    app, desk = panel(nights, condition="metrics.finished_trials[-1] > metrics.finished_trials[-2]")
    assert "Nothing is held against a number" in said(app)

    desk.do(ChangeRule("Stage 2", 0, condition="lambda metrics: metrics.finished_trials[-1] >"))
    app.run()

    assert "This text cannot be read yet" in said(app)


def test_a_stage_where_no_mouse_was_says_so(nights: Nights) -> None:
    app, _ = panel(nights, [session("m", 1, stage="STAGE_1")])

    assert "No session of Coupled Baiting was decided at this stage yet" in said(app)


def test_a_lab_without_sessions_says_so(nights: Nights) -> None:
    app, desk = desk_with(nights, ladder())
    app.session_state[KEY] = True

    chosen(app, desk, "Stage 2", rule=0)

    assert "no sessions yet, so nothing is known" in said(app)


# ---- words and pictures ----


@pytest.fixture(scope="module")
def history() -> Sensitivity:
    hostile = {"name": "trials", "title": HOSTILE[0], "unit": "<u>", "integer": True}
    toy = curriculum(
        {
            "A": [
                ("progress", "Graduated", "np.mean(metrics.trials[-2:]) >= 200"),
                ("rollback", "B", "metrics.trials[-1] < 50"),
            ],
            "B": [],
            "Graduated": None,
        },
        metrics=[hostile],
    )
    random = np.random.default_rng(0)
    table = pd.DataFrame(
        [(f"<i>{mouse}", number, float(random.integers(0, 400)), "A") for mouse in range(80) for number in range(1, 6)],
        columns=["subject_id", "session", "trials", "current_stage_actual"],
    )
    return Sensitivity(past_of(table, toy), toy)


def test_flips_are_said_by_kind_with_their_mice(history: Sensitivity) -> None:
    back = thresholds(history.curriculum)[1]

    sentence = flips_sentence(flipped(history, back, 51), 400, 80)

    assert sentence == "**2 of 400 decisions flip**, of 2 of 80 mice: 2 mice sent back."


def test_text_of_strangers_is_shown_as_text(history: Sensitivity) -> None:
    threshold = thresholds(history.curriculum)[0]
    table = sweep(history, threshold, (100, 200)).table

    html = flips_html(flipped(history, threshold, 100)) + sweep_html(table, (200,))
    figure = sweep_figure(
        table, names=KINDS, title=axis_title(threshold), value=100, stored=200, caption=CAPTION, dark=True
    )

    assert "<i>" not in html
    assert "&lt;i&gt;" in html
    assert "<u>" not in json.dumps(figure.to_plotly_json()["layout"]["xaxis"]["title"])
    assert HOSTILE[0] in label(threshold, 2)
    assert label(threshold, 2).startswith("Rule 1: mean of last 2")


def test_more_flips_than_can_be_read_are_in_the_file(history: Sensitivity) -> None:
    found = pd.concat([flipped(history, thresholds(history.curriculum)[0], 0)] * 2, ignore_index=True)

    html = flips_html(found)

    assert html.count("<tr>") == 201
    assert f"{len(found) - 200} more are in the file." in html


def test_the_table_of_a_sweep_holds_the_values_that_are_marked(history: Sensitivity) -> None:
    threshold = thresholds(history.curriculum)[0]
    table = sweep(history, threshold, [*range(0, 400, 4), 201]).table

    html = sweep_html(table, (201, 77))

    assert '<th scope="row">201</th>' in html
    assert html.count("<tr>") < 30


def test_the_axes_of_two_numbers_of_two_rules_are_told_apart(history: Sensitivity) -> None:
    one, two = thresholds(history.curriculum)

    assert axis_title(one, two).startswith("rule 1: mean of last 2")
    assert axis_title(two, one).endswith("< (<u>)")
    assert "rule" not in axis_title(one, one)


def test_pictures_mark_what_is_now_and_what_is_tried(history: Sensitivity) -> None:
    one, two = thresholds(history.curriculum)
    table = sweep(history, one, (100, 200, 300)).table
    figures: list[Callable[[float], Any]] = [
        lambda value: sweep_figure(
            table, names=KINDS, title="it", value=value, stored=200, caption=CAPTION, dark=False
        ),
        lambda value: grid_figure(
            sweep_two(history, one, two, (100, 200), (20, 50)),
            across="a" * 60,
            upwards="b",
            value=value,
            caption=CAPTION,
            dark=False,
        ),
    ]

    for figure in figures:
        assert len(figure(100).layout.shapes) == len(figure(200).layout.shapes) + 1
    assert "…" in figures[1](100).layout.xaxis.title.text


def test_a_suggestion_tells_its_cost_and_whether_it_meets_the_target(history: Sensitivity) -> None:
    threshold = thresholds(history.curriculum)[0]
    met = suggest(history, threshold, Target(share=0.1, sessions=3))
    missed = suggest(history, threshold, Target(share=1, sessions=1), (399,))

    assert "is the strictest value that meets this" in suggestion_sentences(met)[0]
    assert "would first be sent back (now" in suggestion_sentences(met)[1]
    assert suggestion_sentences(missed)[0].startswith("**No value meets this.** The closest is")
    shapes = share_figure(met, title="it", stored=200, caption=CAPTION, dark=True).layout.shapes
    assert len(shapes) == 3


def test_too_few_graduates_are_told(history: Sensitivity) -> None:
    few = suggest(history, thresholds(history.curriculum)[0], Target())
    object.__setattr__(few, "mice", 3)

    assert suggestion_sentences(few) == [
        "**Not enough mice.** 3 mice graduated after being at this stage; with fewer than 10 nothing is suggested."
    ]


def test_whole_histories_are_told_with_what_is_now(history: Sensitivity) -> None:
    threshold = thresholds(history.curriculum)[0]
    found = pd.DataFrame(
        {"subjects": [9, 9], "graduates": [4, 3], "promotions": [7, 6], "rollbacks": [1, 2]},
        index=pd.Index([100.0, 200.0], name="value"),
    )

    html = histories_html(found, threshold)

    assert "200 &lt;u&gt; (now)" in html
    assert "<td>4 of 9</td><td>7</td><td>1</td>" in html


def test_every_kind_of_flip_has_a_name() -> None:
    assert set(KINDS) == set(FLIPS)
