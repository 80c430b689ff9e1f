"""Late, double, renumbered, gapped, nameless: each kind of odd row has one treatment, and stops nobody else."""

import numpy as np
import pandas as pd
import pytest

from autotrain_core.evaluation import Notice, decide, decide_and_report
from autotrain_core.models import Library
from tests.evaluation.documents import LADDER, curriculum, sessions

TOY = curriculum(LADDER)
GOOD = ("good", 1, 150, 0.6)


def outcome(rows, followed=TOY, **settings):
    return decide_and_report(sessions([*rows, GOOD], **settings), followed)


def rows_of(found, mouse):
    return found.decisions[found.decisions["subject_id"] == mouse]


def notices(found):
    return [(notice.subject_id, notice.session, notice.kind, notice.left_out) for notice in found.report]


def good_is_decided(found):
    return rows_of(found, "good")["next_stage_suggested"].tolist() == ["B"]


def test_a_late_session_is_counted_in_session_order():
    early = outcome([("m", 1, 150, 0.6), ("m", 2, 250, 0.6), ("m", 4, 60, 0.6)])
    late = outcome([("m", 1, 150, 0.6), ("m", 2, 250, 0.6), ("m", 4, 60, 0.6), ("m", 3, 250, 0.6)])

    assert rows_of(early, "m")["session_at_current_stage"].tolist() == [1, 1, 2]
    assert rows_of(late, "m").sort_values("session")["session_at_current_stage"].tolist() == [1, 1, 2, 1]
    assert rows_of(late, "m").sort_values("session")["next_stage_suggested"].tolist() == ["B", "B", "C", "B"]
    assert late.report == ()


def test_a_double_session_is_decided_once_and_the_next_ones_are_decided():
    found = outcome([("m", 1, 150, 0.6), ("m", 2, 60, 0.6), ("m", 2, 250, 0.6), ("m", 3, 250, 0.6)])

    assert rows_of(found, "m")["session"].tolist() == [1, 2, 3]
    assert rows_of(found, "m")["session_at_current_stage"].tolist() == [1, 1, 2]
    assert notices(found) == [("m", 2, "duplicate", True)]
    assert str(found.report[0]) == (
        "m, session 2: the table holds this session more than once; only the first counts, this one was left out"
    )
    assert good_is_decided(found)


def test_gaps_count_in_the_session_number_but_not_in_the_sessions_at_the_stage():
    found = outcome([("m", 1, 150, 0.6), ("m", 9, 250, 0.6), ("m", 30, 250, 0.6)])

    assert rows_of(found, "m")["session_at_current_stage"].tolist() == [1, 1, 2]
    assert found.report == ()


def test_a_session_before_the_first_is_decided_in_its_order_and_session_one_starts_anew():
    found = outcome([("m", 0, 150, 0.6), ("m", 1, 60, 0.6), ("m", -2, 10, 0.6)])

    mouse = rows_of(found, "m").sort_values("session")
    assert mouse["current_stage_suggested"].tolist() == ["A", "A", "A"]
    assert notices(found) == [("m", -2, "before-first", False), ("m", 0, "before-first", False)]


def test_a_late_starter_in_open_loop_begins_at_the_first_stage():
    found = outcome([("m", 7, 150, 0.6)])

    assert rows_of(found, "m")["current_stage_actual"].tolist() == ["A"]


def test_a_late_starter_in_closed_loop_is_taken_where_it_is():
    found = outcome([("m", 7, 60, 0.6, "B")])

    mouse = rows_of(found, "m")
    assert mouse["current_stage_suggested"].tolist() == ["B"]
    assert mouse["overridden_by_trainer"].tolist() == [False]


def test_a_first_session_at_another_stage_than_the_first_is_an_override():
    found = outcome([("m", 1, 60, 0.6, "B")])

    mouse = rows_of(found, "m")
    assert mouse["current_stage_suggested"].tolist() == ["A"]
    assert mouse["overridden_by_trainer"].tolist() == [True]
    assert mouse["closed_loop"].tolist() == [True]


def test_without_a_stage_or_with_a_word_that_is_none_the_suggested_stage_is_taken():
    found = outcome([("m", 1, 150, 0.6, "A"), ("m", 2, 60, 0.6, None), ("m", 3, 60, 0.6, "unknown training stage")])

    mouse = rows_of(found, "m")
    assert mouse["current_stage_actual"].tolist() == ["A", "B", "B"]
    assert mouse["closed_loop"].tolist() == [True, False, False]
    assert notices(found) == [("m", 3, "no-stage-name", False)]
    assert (
        found.report[0].sentence == "'unknown training stage' is not the name of a stage; the suggested stage was taken"
    )


def test_an_empty_text_is_a_missing_one():
    table = sessions(
        [("m", 1, 150, 0.6, ""), ("m", 2, 150, 0.6, ""), ("m", 3, 150, 0.6, ""), ("n", 1, 150, 0.6, "A")],
        curriculum_name=["Toy", "", "Toy", "Toy"],
        curriculum_version=["1", "1", "", "1"],
    )

    found = decide_and_report(table, Library([TOY]))

    assert found.decisions["closed_loop"].tolist() == [False, True]
    assert notices(found) == [("m", 2, "off-curriculum", True), ("m", 3, "unknown-curriculum", True)]


def test_the_value_of_a_stage_is_told_from_its_name():
    found = outcome([("m", 1, 150, 0.6, "Stage 2"), ("n", 1, 150, 0.6, "Graduate")])

    assert [notice.sentence for notice in found.report] == [
        "'Stage 2' is not the name of a stage (did you mean STAGE_2?); the suggested stage was taken",
        "'Graduate' is not the name of a stage (did you mean Graduated?); the suggested stage was taken",
    ]


def test_a_stage_that_the_curriculum_lacks_is_left_out_and_the_mouse_goes_on():
    found = outcome([("m", 1, 150, 0.6, "A"), ("m", 2, 60, 0.6, "STAGE_4"), ("m", 3, 250, 0.6, "B")])

    mouse = rows_of(found, "m")
    assert mouse["session"].tolist() == [1, 3]
    assert mouse["current_stage_suggested"].tolist() == ["A", "B"]
    assert notices(found) == [("m", 2, "unknown-stage", True)]
    assert found.report[0].sentence == "STAGE_4 was run, which Toy@1 does not have; it was not decided"
    assert good_is_decided(found)


def test_a_stage_of_another_curriculum_is_a_stage_whatever_the_other_mice_are_on():
    other = curriculum({"Z": []}, version="2")
    table = sessions([("m", 1, 150, 0.6, "Z"), GOOD], curriculum_name="Toy", curriculum_version="1")

    found = decide_and_report(table, Library([TOY, other]))

    assert notices(found) == [("m", 1, "unknown-stage", True)]


def test_a_curriculum_that_nobody_has_is_left_out_and_its_metrics_stay_in_the_history():
    rows = [("m", 1, 150, 0.6), ("m", 2, 900, 0.6), ("m", 3, 60, 0.6)]
    mean = curriculum({"A": [("progress", "B", "np.mean(metrics.trials[-2:]) > 400")], "B": []})
    table = sessions(rows, curriculum_name="Toy", curriculum_version=["1", "9", "1"])

    found = decide_and_report(table, Library([mean]))

    assert found.decisions["session"].tolist() == [1, 3]
    assert found.decisions["decision"].tolist() == ["STAY", "PROGRESS"]
    assert found.decisions["session_at_current_stage"].tolist() == [1, 2]
    assert notices(found) == [("m", 2, "unknown-curriculum", True)]
    assert "has no version '9'" in found.report[0].sentence


def test_sessions_off_curriculum_are_no_part_of_the_history():
    rows = [("m", 1, 150, 0.6), ("m", 2, 900, 0.6), ("m", 3, 60, 0.6)]
    mean = curriculum({"A": [("progress", "B", "np.mean(metrics.trials[-2:]) > 400")], "B": []})
    table = sessions(rows, curriculum_name=["Toy", None, "Toy"], curriculum_version="1")

    found = decide_and_report(table, Library([mean]))

    assert found.decisions["decision"].tolist() == ["STAY", "STAY"]
    assert notices(found) == [("m", 2, "off-curriculum", True)]


def test_a_name_without_a_version_is_left_out():
    found = decide_and_report(
        sessions([("m", 1, 150, 0.6), GOOD], curriculum_name="Toy", curriculum_version=[None, "1"]),
        Library([TOY]),
    )

    assert found.report == (Notice("m", 1, "unknown-curriculum", True, "Toy without a version; it was not decided"),)
    assert good_is_decided(found)


def test_the_schema_column_chooses_where_it_is_there():
    table = sessions([("m", 1, 150, 0.6), GOOD], curriculum_name="Toy", curriculum_version="1")
    table["curriculum_schema_version"] = ["1.0", "2.0"]

    found = decide_and_report(table, Library([TOY]))

    assert notices(found) == [("m", 1, "unknown-curriculum", True)]
    assert good_is_decided(found)


def test_rows_with_and_without_a_schema_may_mean_the_same_document():
    table = sessions([("m", 1, 150, 0.6), GOOD], curriculum_name="Toy", curriculum_version="1")
    table["curriculum_schema_version"] = [None, "2.0"]

    assert decide(table, Library([TOY]))["next_stage_suggested"].tolist() == ["B", "B"]


def test_rules_on_counts_alone_need_no_metric():
    waiting = curriculum({"A": [("progress", "B", "metrics.session_at_current_stage >= 2")], "B": []})
    table = pd.DataFrame({"subject_id": ["m", "m"], "session": [1, 2]})

    assert decide(table, waiting)["next_stage_suggested"].tolist() == ["A", "B"]


def test_as_today_the_task_names_the_curriculum_where_no_column_does():
    table = sessions([GOOD], task="Toy", curriculum_version="1")

    assert good_is_decided(decide_and_report(table, Library([TOY])))


def test_a_switch_of_curriculum_goes_on_at_the_same_stage_with_its_count():
    table = sessions(
        [("m", 1, 150, 0.6), ("m", 2, 250, 0.6), ("m", 3, 250, 0.6)],
        curriculum_name="Toy",
        curriculum_version=["1", "1", "2"],
    )

    found = decide_and_report(table, Library([TOY, curriculum({"A": [], "B": LADDER["B"], "C": []}, version="2")]))

    assert found.decisions["current_stage_actual"].tolist() == ["A", "B", "B"]
    assert found.decisions["session_at_current_stage"].tolist() == [1, 1, 2]
    assert found.decisions["next_stage_suggested"].tolist() == ["B", "B", "C"]
    assert found.decisions["curriculum_version"].tolist() == ["1", "1", "2"]


def test_a_switch_to_a_curriculum_without_the_due_stage_waits_for_a_person():
    table = sessions(
        [("m", 1, 150, 0.6), ("m", 2, 250, 0.6), GOOD],
        curriculum_name="Toy",
        curriculum_version=["1", "2", "1"],
    )

    found = decide_and_report(table, Library([TOY, curriculum({"A": [], "C": []}, version="2")]))

    assert notices(found) == [("m", 2, "unknown-stage", True)]
    assert found.report[0].sentence == "B was due, which Toy@2 does not have; it was not decided"
    assert good_is_decided(found)


@pytest.mark.parametrize(
    ("cell", "found_text"),
    [("abc", "'abc'"), (250.5, "250.5"), (float("inf"), "inf"), ("12 trials", "'12 trials'")],
)
def test_a_count_that_is_none_is_missing_and_reported(cell, found_text):
    table = sessions([("m", 1, 150, 0.6), GOOD])
    table["trials"] = table["trials"].astype(object)
    table.loc[0, "trials"] = cell

    found = decide_and_report(table, TOY)

    assert rows_of(found, "m")["certain"].tolist() == [False]
    assert notices(found) == [("m", 1, "not-a-measurement", False)]
    assert found.report[0].sentence == f"trials is {found_text}, not a whole number; it was taken as missing"
    assert good_is_decided(found)


def test_an_efficiency_that_is_none_is_missing_and_reported():
    table = sessions([("m", 1, 150, 0.6), GOOD])
    table["efficiency"] = ["n/a", "0.6"]

    found = decide_and_report(table, TOY)

    assert found.report[0].sentence == "efficiency is 'n/a', not a number; it was taken as missing"


def test_a_row_with_two_faults_is_left_out_once():
    table = sessions(
        [("m", 1, 150, 0.6), ("m", 1, 150, 0.6), GOOD], curriculum_name="Toy", curriculum_version=["9", "9", "1"]
    )

    found = decide_and_report(table, Library([TOY]))

    assert notices(found) == [("m", 1, "unknown-curriculum", True), ("m", 1, "unknown-curriculum", True)]


def test_a_whole_number_may_be_written_as_text_or_with_a_point():
    table = sessions([("m", 1, 150, 0.6), GOOD])
    table["trials"] = ["150.0", "1.5e2"]

    found = decide_and_report(table, TOY)

    assert rows_of(found, "m")["next_stage_suggested"].tolist() == ["B"]
    assert found.report == ()


@pytest.mark.parametrize(("trials", "efficiency", "sentence"), [
    (-5, 0.6, "trials is -5, outside 0 to ∞; it was used as it is"),
    (150, -0.1, "efficiency is -0.1, outside 0 to ∞; it was used as it is"),
    (150, float("inf"), "efficiency is inf, outside 0 to ∞; it was used as it is"),
])  # fmt: skip
def test_a_value_out_of_bounds_is_used_as_today_and_reported(trials, efficiency, sentence):
    found = outcome([("m", 1, trials, efficiency)])

    assert [notice.sentence for notice in found.report] == [sentence]
    assert rows_of(found, "m")["certain"].tolist() == [True]


def test_an_upper_bound_is_reported_too():
    bounded = curriculum(
        {"A": [("progress", "Graduated", "metrics.share[-1] > 2")]},
        metrics=[{"name": "share", "title": "share", "maximum": 1}],
    )

    found = decide_and_report(pd.DataFrame({"subject_id": ["m"], "session": [1], "share": [3.0]}), bounded)

    assert found.report[0].sentence == "share is 3, outside -∞ to 1; it was used as it is"
    assert found.decisions["decision"].tolist() == ["PROGRESS"]


def test_a_session_without_any_measurement_is_left_out_but_stays_in_the_windows():
    found = outcome([("m", 1, 150, 0.6), ("m", 2, None, None), ("m", 3, 250, 0.6)])

    assert rows_of(found, "m")["session"].tolist() == [1, 3]
    assert rows_of(found, "m")["session_at_current_stage"].tolist() == [1, 1]
    assert notices(found) == [("m", 2, "no-metrics", True)]
    assert found.report[0].sentence == "no value in any of trials, efficiency; it was not decided"


def test_one_missing_metric_is_decided_and_not_certain_where_it_matters():
    found = outcome([("m", 1, 150, None), ("n", 1, 50, None)])

    assert rows_of(found, "m")[["decision", "certain"]].values.tolist() == [["STAY", False]]
    assert rows_of(found, "n")[["decision", "certain"]].values.tolist() == [["STAY", True]]


def test_rows_without_mouse_or_number_are_left_out():
    table = sessions([(None, 1, 150, 0.6), ("m", None, 150, 0.6), ("m", 1.5, 150, 0.6), GOOD])

    found = decide_and_report(table, TOY)

    assert good_is_decided(found)
    assert notices(found) == [
        ("", 1, "no-subject", True),
        ("m", None, "no-session-number", True),
        ("m", None, "no-session-number", True),
    ]
    assert [type(notice.session) for notice in found.report] == [int, type(None), type(None)]
    assert [notice.sentence for notice in found.report[1:]] == [
        "the row has no session number; it was left out",
        "the session number is 1.5, not a whole number; the row was left out",
    ]
    assert str(found.report[0]) == "no mouse, session 1: the row names no mouse; it was left out"
    assert str(found.report[1]).startswith("m, no session number: ")


def test_session_numbers_may_be_text():
    table = sessions([("m", 1, 150, 0.6), GOOD])
    table["session"] = ["1", "one"]

    found = decide_and_report(table, TOY)

    assert found.decisions["session"].tolist() == [1]
    assert found.report[0].sentence == "the session number is 'one', not a whole number; the row was left out"


@pytest.mark.parametrize("ids", [[447921, 12], np.array([447921.0, 12.0]), ["447921", "12"], [447921, "12"]])
def test_mice_are_named_by_text_however_the_table_holds_them(ids):
    table = sessions([("m", 1, 150, 0.6), GOOD])
    table["subject_id"] = (
        pd.Series(ids, dtype=object) if isinstance(ids, list) and len({type(x) for x in ids}) > 1 else ids
    )

    found = decide_and_report(table, TOY)

    assert found.decisions["subject_id"].tolist() == ["447921", "12"]


def test_versions_may_be_numbers_or_categories():
    table = sessions([("m", 1, 150, 0.6), GOOD], curriculum_name="Toy", curriculum_version=[1, 1])
    table["curriculum_name"] = table["curriculum_name"].astype("category")

    assert len(decide(table, Library([TOY]))) == 2


def test_a_broken_stage_keeps_its_mice_uncertain_and_reported():
    broken = curriculum(
        {
            "A": [("progress", "B", "metrics.trials[-1] >= 0"), ("progress", "B", "metrics.trials[-1] >")],
            "B": [],
        }
    )

    found = outcome([("m", 1, 150, 0.6)], broken)

    mouse = rows_of(found, "m")
    assert mouse[["decision", "next_stage_suggested", "certain"]].values.tolist() == [["STAY", "A", False]]
    assert ("m", 1, "broken-stage", False) in notices(found)
    assert found.report[-1].sentence == "a rule of A in Toy@1 is broken; the mouse stays until it is mended"


def test_graduated_mice_stay_for_certain():
    found = outcome([("m", 3, 0, None, "Graduated"), ("m", 4, 0, None)])

    mouse = rows_of(found, "m")
    assert mouse[["decision", "next_stage_suggested", "certain"]].values.tolist() == [["STAY", "Graduated", True]] * 2


def test_open_loop_disregards_the_stages_that_were_run():
    table = sessions([("m", 1, 60, 0.6, "C"), GOOD])

    decisions = decide(table, TOY, open_loop=True)

    assert decisions["current_stage_actual"].tolist() == ["A", "A"]
    assert not decisions["closed_loop"].any()


def test_an_unknown_value_keeps_the_mouse_where_the_curriculum_asks_for_it():
    rules = {
        "A": [("progress", "B", "metrics.efficiency[-1] > 0.5"), ("rollback", "C", "metrics.trials[-1] > 1")],
        "B": [],
        "C": [],
    }
    rows = [("m", 1, 150, None), ("n", 1, 150, 0.4), ("o", 1, 150, 0.6)]

    careful = decide(sessions(rows), curriculum(rules, on_missing="stay"))
    today = decide(sessions(rows), curriculum(rules))

    assert careful[["decision", "next_stage_suggested", "certain"]].values.tolist() == [
        ["STAY", "A", False],
        ["ROLLBACK", "C", True],
        ["PROGRESS", "B", True],
    ]
    assert today[["decision", "certain"]].values.tolist() == [
        ["ROLLBACK", False],
        ["ROLLBACK", True],
        ["PROGRESS", True],
    ]


def test_curricula_of_both_logics_may_stand_in_one_table():
    rules = {
        "A": [("progress", "B", "metrics.efficiency[-1] > 0.5"), ("rollback", "C", "metrics.trials[-1] > 1")],
        "B": [],
        "C": [],
    }
    both = Library([curriculum(rules), curriculum(rules, version="2", on_missing="stay")])
    table = sessions([("m", 1, 150, None), ("n", 1, 150, None)], curriculum_name="Toy", curriculum_version=["1", "2"])

    assert decide(table, both)["decision"].tolist() == ["ROLLBACK", "STAY"]
