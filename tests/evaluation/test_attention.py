"""Which mice need a person: each kind by itself, where it stops, and how it is said."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from autotrain_core.errors import MissingColumnError
from autotrain_core.evaluation import ALERTS, SEVERITIES, attention, last_sessions, slides, turns
from tests.evaluation.cohorts import as_categories, rows_of

DAY = pd.Timestamp("2026-03-13")
QUIET = {
    "session": 9,
    "session_date": DAY,
    "curriculum": "Toy@1",
    "stage": "STAGE_2",
    "suggested": "STAGE_2",
    "following": "STAGE_2",
    "decision": "STAY",
    "closed_loop": True,
    "overridden": False,
    "certain": True,
    "at_stage": 5,
}
USUAL = pd.DataFrame({"curriculum": ["Toy@1"], "stage": ["STAGE_2"], "n": [10], "percentile_90": [12.6]})


def mice(**changed):
    """Give a table of last sessions: mouse -> what is unusual about it; a quiet mouse trains on the newest day."""
    return pd.DataFrame(
        [{"subject_id": "quiet", **QUIET}, *({"subject_id": mouse, **QUIET, **what} for mouse, what in changed.items())]
    ).astype({"session_date": "datetime64[s]"})


def alerts(table, **how):
    found = attention(table, how.pop("summary", USUAL), **how)
    return found[["subject_id", "kind", "severity", "sentence", "number"]].values.tolist()


def notices(*rows):
    return pd.DataFrame(rows, columns=["subject_id", "session", "kind", "left_out", "sentence"]).astype(
        {"session": "Int64"}
    )


def test_of_a_quiet_mouse_nothing_is_said():
    found = attention(mice(), USUAL)

    assert found.columns.tolist() == ["subject_id", "kind", "severity", "sentence", "number", "occurrence"]
    assert found.empty


def test_a_last_session_that_was_left_out_asks_for_action_with_its_reason():
    table = mice(m={"decision": None, "stage": None, "certain": False, "at_stage": 0})
    reasons = notices(
        ("m", 8, "duplicate", True, "an older one"),
        ("m", None, "no-session-number", True, "no number"),
        ("m", 9, "odd", False, "a remark"),
        ("m", 9, "no-metrics", True, "finished_trials has no value"),
        ("m", 9, "duplicate", True, "a second reason"),
    )

    assert alerts(table, notices=reasons) == [
        ["m", "not decided", "act", "Session 9: finished_trials has no value.", 9]
    ]


def test_a_session_that_nobody_left_out_waits_for_the_next_run():
    table = mice(m={"decision": None})
    waits = [["m", "not decided", "know", "Session 9 is not decided yet.", 9]]

    assert alerts(table, notices=notices()) == waits
    assert alerts(table, notices=notices(("n", 9, "duplicate", True, "of another mouse"))) == waits


def test_where_nobody_knows_the_reasons_that_is_said():
    assert alerts(mice(m={"decision": None})) == [
        ["m", "not decided", "act", "Session 9 was not decided; no reason is recorded.", 9]
    ]


def test_a_session_off_curriculum_is_only_to_be_known():
    table = mice(m={"decision": None})

    found = alerts(table, notices=notices(("m", 9, "off-curriculum", True, "run off curriculum")))

    assert [row[2] for row in found] == ["know"]


def test_a_decision_that_a_missing_value_could_change_asks_for_a_look():
    assert alerts(mice(m={"certain": False, "following": "Free name"})) == [
        ["m", "not certain", "look", "A value of session 9 or before is missing; with it the next stage might not be Free name.", 9]
    ]  # fmt: skip


def test_published_sessions_that_are_now_seen_otherwise_are_counted_once_each():
    differences = pd.DataFrame({"subject_id": ["m", "m", "n", "n", "gone"], "session": [7, 7, 7, 8, 1]})

    assert alerts(mice(m={}, n={}), differences=differences) == [
        ["m", "published otherwise", "look", "Session 7 was published; the rules now say otherwise of it.", 1],
        ["n", "published otherwise", "look", "2 published sessions, the last of them 8, are now seen otherwise by the rules.", 2],
    ]  # fmt: skip


def test_beyond_what_nine_in_ten_needed_a_mouse_is_stuck():
    assert alerts(mice(m={"at_stage": 13}, n={"at_stage": 12})) == [
        ["m", "stuck", "look", "At Stage 2 for 13 sessions, longer than nine in ten of 10 earlier visits (12.6).", 13]
    ]


def test_as_long_as_nine_in_ten_is_not_longer():
    assert alerts(mice(m={"at_stage": 12}), summary=USUAL.assign(percentile_90=12.0)) == []


@pytest.mark.parametrize(
    "changed",
    [{"following": "STAGE_3"}, {"curriculum": "Toy@2"}, {"stage": "STAGE_3", "following": "STAGE_3"}, {"decision": None}, {"curriculum": None}],
)  # fmt: skip
def test_nobody_is_stuck_who_moves_on_or_is_where_nothing_is_known(changed):
    found = attention(mice(m={"at_stage": 99, **changed}), USUAL)

    assert "stuck" not in found["kind"].tolist()


def test_of_too_few_visits_nothing_is_concluded():
    table = mice(m={"at_stage": 13})

    assert alerts(table, least_visits=11) == []
    assert alerts(table, summary=USUAL.assign(percentile_90=np.nan)) == []
    assert alerts(table, summary=USUAL.iloc[:0]) == []


def test_another_stage_than_suggested_is_to_be_known_in_closed_loop():
    table = mice(m={"overridden": True, "suggested": "STAGE_1_WARMUP"}, n={"overridden": True, "closed_loop": False})

    assert alerts(table) == [
        ["m", "ran another stage", "know", "Session 9 ran Stage 2; Stage 1 w/warmup was suggested.", 9]
    ]
    assert "another stage was suggested" in alerts(mice(m={"overridden": True, "suggested": None}))[0][3]


def test_mice_that_trained_lately_but_not_on_the_newest_day_were_missed():
    table = mice(m={"session_date": DAY - pd.Timedelta(days=1)}, n={"session_date": DAY - pd.Timedelta(days=7)}, o={"session_date": DAY - pd.Timedelta(days=8)})  # fmt: skip

    assert alerts(table) == [
        ["m", "missed", "know", "Last trained the day before the lab's newest sessions.", 1],
        ["n", "missed", "know", "Last trained 7 days before the lab's newest sessions.", 7],
    ]
    assert [row[0] for row in alerts(table, missed_days=8)] == ["m", "n", "o"]


@pytest.mark.parametrize("following", ["GRADUATED", "Graduated"])
def test_nobody_misses_a_mouse_that_has_graduated(following):
    assert alerts(mice(m={"session_date": DAY - pd.Timedelta(days=1), "following": following})) == []


def test_of_mice_that_have_left_nothing_is_said():
    table = mice(m={"decision": None, "session_date": DAY - pd.Timedelta(days=15)}, n={"decision": None, "session_date": pd.NaT})  # fmt: skip

    assert [row[0] for row in alerts(table)] == ["n"]
    assert [row[0] for row in alerts(table, recent_days=15)] == ["m", "n"]


def test_the_most_urgent_comes_first():
    table = mice(m={"overridden": True, "certain": False, "at_stage": 13}, n={"decision": None})

    found = attention(table, USUAL)

    assert found["severity"].tolist() == ["act", "look", "look", "know"]
    assert found["kind"].tolist() == ["not decided", "not certain", "stuck", "ran another stage"]
    assert found["severity"].cat.categories.tolist() == list(SEVERITIES)
    assert found["kind"].cat.categories.tolist() == list(ALERTS)


def test_the_table_of_the_app_and_one_of_text_say_the_same():
    table = mice(m={"at_stage": 13, "overridden": True}, n={"decision": None}, o={"certain": False})
    reasons = notices(("n", 9, "no-metrics", True, "nothing measured"))
    kinds = dict.fromkeys(("subject_id", "curriculum", "stage", "suggested", "following", "decision"), "category")

    as_app = attention(table.astype({**kinds, "session": "int32", "at_stage": "int32"}), USUAL, notices=reasons)

    pd.testing.assert_frame_equal(as_app.astype({"subject_id": "str"}), attention(table, USUAL, notices=reasons))


def test_of_no_mice_nothing_is_said():
    assert attention(mice().iloc[:0], USUAL, notices=notices(), differences=pd.DataFrame({"subject_id": [], "session": []})).empty  # fmt: skip


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"last": "stage"}, "The table of last sessions has no column 'stage'"),
        ({"summary": "n"}, "The summary of visits has no column 'n'"),
        ({"notices": "sentence"}, "The table of notices has no column 'sentence'"),
        ({"differences": "session"}, "The table of differences has no column 'session'"),
    ],
)
def test_another_table_is_refused(given, message):
    tables = {"last": mice(), "summary": USUAL, "notices": notices(), "differences": pd.DataFrame({"subject_id": ["m"], "session": [1]})}  # fmt: skip
    for name, column in given.items():
        tables[name] = tables[name].drop(columns=column)

    with pytest.raises(MissingColumnError, match=message):
        attention(tables.pop("last"), tables.pop("summary"), **tables)


# ---- the last sessions ----


def test_the_last_session_of_each_mouse_up_to_a_day():
    table = pd.DataFrame(
        {
            "subject_id": ["n", "m", "m", "m", None, "o"],
            "session": [1, 3, 2, 1, 9, 4],
            "session_date": ["2026-03-09", "2026-03-12", "2026-03-11", "2026-03-10", "2026-03-09", None],
            "decision": [None, "STAY", None, "STAY", "STAY", "STAY"],
        }
    )

    last = last_sessions(table, on=date(2026, 3, 11))

    assert last[["subject_id", "session"]].values.tolist() == [["n", 1], ["m", 2], ["o", 4]]
    assert last.index.tolist() == [0, 1, 2]
    assert last_sessions(table, on=date(2026, 3, 8))["subject_id"].tolist() == ["o"]
    assert last_sessions(table.iloc[:0], on=date(2026, 3, 8)).empty


def turned(**changed):
    row = {"subject_id": "m", "turns": 4, "session": 8, "stage": "STAGE_2", "other": "STAGE_3", **changed}
    return pd.DataFrame([row])


def slid(*metrics):
    return pd.DataFrame(
        [
            {"subject_id": "m", "metric": metric, "session": 9, "entered": 3, "now": now, "usual": usual, "n": 6}
            for metric, now, usual in metrics
        ]
    )


def test_a_mouse_that_is_sent_to_and_fro_asks_for_a_look():
    assert alerts(mice(m={}), turned=turned()) == [
        ["m", "to and fro", "look", "Sent to and fro between Stage 3 and Stage 2: 4 times back where it came from, the last time after session 8.", 4]
    ]  # fmt: skip
    assert alerts(mice(m={}), turned=turned(turns=3)) == []
    assert alerts(mice(m={"following": "GRADUATED"}), turned=turned()) == []


def test_a_mouse_whose_numbers_slide_asks_for_a_look():
    found = alerts(mice(m={}), slid=slid(("finished_trials", 210.0, 1400.5), ("foraging_efficiency", 0.5, 0.72)))

    assert [row[:3] for row in found] == [["m", "sliding", "look"]]
    assert found[0][3] == (
        "Finished trials fell to 210 in its last sessions, from 1,400 in the 6 before at the stage (medians). "
        "Foraging efficiency fell to 0.50 in its last sessions, from 0.72 in the 6 before at the stage (medians)."
    )


def test_another_percentile_is_named():
    found = alerts(
        mice(m={"at_stage": 13}), summary=USUAL.rename(columns={"percentile_90": "percentile_75"}), percentile=75
    )

    assert "longer than 75 in 100 of 10" in found[0][3]


def test_what_is_the_same_stays_the_same_while_it_goes_on():
    first = attention(mice(m={"at_stage": 13, "entered": 2}), USUAL, slid=slid(("finished_trials", 2.0, 4.0)))
    later = attention(
        mice(m={"at_stage": 14, "entered": 2, "session": 12}), USUAL, slid=slid(("finished_trials", 1.0, 4.0))
    )

    assert (
        first["occurrence"].tolist() == later["occurrence"].tolist() == ["STAGE_2 since 2", "finished_trials since 3"]
    )


def test_what_happens_again_is_another_occurrence():
    first = attention(mice(m={"certain": False}), USUAL, turned=turned())
    later = attention(mice(m={"certain": False, "session": 10}), USUAL, turned=turned(session=10, turns=5))

    assert first["occurrence"].tolist() == ["9", "8"]
    assert later["occurrence"].tolist() == ["10", "10"]


def test_turns_are_moves_back_to_where_a_mouse_came_from():
    found = turns(rows_of({"m": "ABABBAB", "n": "ABCB", "o": "ABC", "p": "ABG"}))

    assert found["subject_id"].tolist() == ["m", "n"]
    assert found["turns"].tolist() == [4, 1]
    assert found["session"].tolist() == [6, 3]
    assert found[["stage", "other"]].astype(str).values.tolist() == [["B", "A"], ["B", "C"]]


def test_turns_between_other_stages_do_not_count():
    assert turns(rows_of({"m": "ABABCBC"}))["turns"].tolist() == [2]


def test_only_turns_among_the_last_decisions_count():
    rows = rows_of({"m": "ABABBAB"})

    assert turns(rows, decisions=3)["turns"].tolist() == [1]
    assert len(turns(as_categories(rows), decisions=1)) == 0


def trained(values, stage="A"):
    rows = rows_of({"m": (stage * (len(values) + 1))[: len(values) + 1]})
    return rows.assign(trials=values)


def test_last_sessions_far_below_those_before_are_a_slide():
    found = slides(trained([500, 520, 480, 510, 490, 200, 210, 190]), ["trials"])

    assert found.to_dict(orient="records") == [
        {"subject_id": "m", "metric": "trials", "session": 8, "entered": 1, "now": 200.0, "usual": 500.0, "n": 5}
    ]


@pytest.mark.parametrize(
    "values",
    [
        [500, 520, 480, 510, 490, 200, 500, 510],  # one bad day
        [500, 520, 480, 510, 490, 450, 440, 445],  # less, but not by a fifth
        [900, 100, 500, 800, 200, 250, 240, 260],  # it was never steady
        [500, 520, 480, 510, 200, 210, 190],  # too few before
        [500, 520, 480, 510, 490, 200, np.nan, 190],  # a number is missing
        [200, 200, 200, 200, 200, 500, 500, 500],  # it got better
    ],
)
def test_what_may_well_be_chance_is_no_slide(values):
    assert len(slides(trained(values), ["trials"])) == 0


def test_a_mouse_is_not_compared_with_what_it_did_at_another_stage():
    rows = rows_of({"m": "AAAAABBBB"}).assign(trials=[500, 520, 480, 510, 490, 200, 210, 190])

    assert len(slides(rows, ["trials"])) == 0


def test_without_metrics_or_rows_nothing_slides():
    rows = trained([500, 520, 480, 510, 490, 200, 210, 190])

    assert slides(rows, []).columns.tolist() == slides(rows, ["trials"]).columns.tolist()
    assert len(slides(rows.iloc[:0], ["trials"])) == 0
    assert len(turns(rows.iloc[:0])) == 0
