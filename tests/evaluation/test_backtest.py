"""What several versions of a curriculum make of the same sessions."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autotrain_core.errors import AutotrainError, MissingColumnError, NotStoredError, TableError
from autotrain_core.evaluation import (
    backtest,
    cohort_statistics,
    decide_and_report,
    dwell,
    dwell_summary,
    interventions,
    survival,
    time_to_graduate,
    transitions,
)
from autotrain_core.interop import read_curriculum
from tests.evaluation.documents import LADDER, curriculum, sessions
from tests.evaluation.orders import override
from tests.evaluation.test_parts import BROKEN, SECOND, SHARED, TOY, odd_tables

EASY = curriculum({**LADDER, "C": [("progress", "Graduated", "metrics.trials[-1] >= 200")]}, version="easy")
HARD = curriculum({**LADDER, "A": [("progress", "B", "metrics.trials[-1] >= 300")]}, version="hard")
VERSIONS = (TOY, EASY, HARD, SECOND, SHARED, BROKEN)


def history(mouse, *trials, efficiency=0.6):
    return [(mouse, number, each, efficiency) for number, each in enumerate(trials, start=1)]


# m graduates by both, sooner by EASY; n only by EASY; o by neither; p has no values.
TABLE = sessions(
    [
        *history("m", 250, 250, 250, 250, 250, 250),
        *history("n", 250, 250, 250, 250),
        *history("o", 150, 60, 60),
        *history("p", None, efficiency=None),
    ]
)


@pytest.fixture(scope="module")
def both():
    return backtest(TABLE, [TOY, EASY])


# ---- one version ----


def test_figures_are_those_of_deciding_and_counting(both):
    for version, each in zip(both.versions, (TOY, EASY), strict=True):
        counted = cohort_statistics(decide_and_report(TABLE, each, open_loop=True).decisions)

        assert (version.subjects, version.sessions, version.graduates) == (
            counted.subjects,
            counted.sessions,
            counted.graduates,
        )
        assert version.rollbacks == counted.decisions["ROLLBACK"]
        assert version.progressions == counted.decisions["PROGRESS"]
        assert version.quartiles[1] == counted.median_sessions_to_graduate


def test_each_mouse_has_its_fate(both):
    fates = both.versions[0].fates

    assert fates.reset_index().astype(object).where(fates.reset_index().notna(), None).to_numpy().tolist() == [
        ["m", "graduated", "Graduated", 6, 5.0, 0],
        ["n", "in training", "C", 4, None, 0],
        ["o", "in training", "B", 3, None, 0],
        ["p", "not decided", None, 0, None, 0],
    ]


def test_quartiles_are_of_the_graduates_alone(both):
    assert both.versions[1].quartiles == (4.0, 4.0, 4.0)
    assert backtest(TABLE, [HARD]).versions[0].quartiles is None


def test_mice_that_do_not_graduate_are_censored_after_their_last_session(both):
    expected = survival(np.array([5.0, 4.0, 3.0]), np.array([True, False, False]))

    assert both.versions[0].waiting.share.tolist() == expected.share.tolist()
    assert both.versions[0].waiting.censored.tolist() == [1, 1, 0]


def test_sessions_that_were_left_out_are_reported_for_each_version():
    report = backtest(TABLE, [BROKEN, TOY]).versions

    assert [(notice.kind, notice.subject_id) for notice in report[1].left_out] == [("no-metrics", "p")]
    assert "broken-stage" in {notice.kind for notice in report[0].report}
    assert "broken-stage" not in {notice.kind for notice in report[1].report}


def test_plain_values_can_be_written_as_json(both):
    told = json.loads(json.dumps(both.as_json(), allow_nan=False))

    assert [(each["curriculum_version"], each["subjects"], each["graduates"]) for each in told] == [
        ("1", 3, 1),
        ("easy", 3, 2),
    ]
    assert told[0]["median_sessions_to_graduate"] == 5.0
    assert told[0]["dwell"][-1]["median"] is None
    assert backtest(TABLE, [HARD]).as_json()[0]["median_sessions_to_graduate"] is None


# ---- against the plain way ----


def plainly(table, version, *, open_loop):
    decided = decide_and_report(table, version, open_loop=open_loop)
    rows = decided.decisions
    return decided, pd.DataFrame(
        {
            "subject_id": rows["subject_id"],
            "session": rows["session"],
            "session_date": pd.NaT,
            "stage": rows["current_stage_actual"],
            "following": rows["next_stage_suggested"],
            "decision": rows["decision"],
            "curriculum": "one",
        }
    )


def check_against_the_plain_way(table, versions, *, open_loop):
    try:
        found = backtest(table, versions, open_loop=open_loop)
    except AutotrainError as error:
        with pytest.raises(type(error)):
            [decide_and_report(table, version, open_loop=open_loop) for version in versions]
        return
    for place, version in enumerate(found.versions):
        decided, rows = plainly(table, versions[place], open_loop=open_loop)
        counted = cohort_statistics(decided.decisions)
        assert version.report == decided.report
        assert (version.subjects, version.sessions) == (counted.subjects, counted.sessions)
        assert version.graduates == counted.graduates
        assert (version.progressions, version.rollbacks) == (
            counted.decisions["PROGRESS"],
            counted.decisions["ROLLBACK"],
        )
        to_graduate = version.fates["sessions_to_graduate"].dropna()
        assert to_graduate.to_dict() == counted.to_graduate.to_dict()
        times = time_to_graduate(rows)
        assert version.waiting.left_out == times["duration"].isna().sum()
        assert version.waiting.share.tolist() == survival(
            times["duration"].to_numpy(), times["observed"].to_numpy(dtype=bool)
        ).share.tolist()  # fmt: skip
        assert found.versions[place].dwell["ended"].sum() == dwell_summary(dwell(rows))["ended"].sum()
        flows = version.flows.set_index(["stage", "to"])["decisions"]
        expected = transitions(rows).set_index(["stage", "to"])["decided"]
        assert flows.to_dict() == expected[expected > 0].to_dict()
        spent = rows.groupby("stage")["subject_id"].agg(["size", "nunique"])
        assert version.dwell["sessions"].to_dict() == spent["size"].to_dict()
        assert version.dwell["mice"].to_dict() == spent["nunique"].to_dict()
        for subject in version.fates.index[:2]:
            mine = decided.decisions[decided.decisions["subject_id"] == subject]
            pd.testing.assert_frame_equal(found.decisions(place, subject), mine)


@settings(max_examples=25)
@given(odd_tables(), st.lists(st.sampled_from(VERSIONS), min_size=1, max_size=4), st.booleans())
def test_no_table_is_odd_enough_to_come_out_otherwise_than_decided_one_by_one(table, versions, open_loop):
    check_against_the_plain_way(table, versions, open_loop=open_loop)


@pytest.mark.parametrize("open_loop", [True, False])
def test_long_histories_come_out_as_decided_one_by_one(open_loop):
    random = np.random.default_rng(5)
    rows = [
        (f"m{mouse}", number, int(random.integers(0, 320)), float(random.uniform(0.2, 0.9)), stage)
        for mouse in range(12)
        for number, stage in enumerate(
            random.choice(["A", "B", "C", "Graduated", None], int(random.integers(1, 30))), 1
        )
    ]

    check_against_the_plain_way(sessions(rows).sample(frac=1, random_state=1), VERSIONS[:4], open_loop=open_loop)


# ---- two versions ----


def test_mice_whose_fate_changes_are_listed_with_both_fates(both):
    changed = both.changed_fates(0, 1)

    assert changed["change"].to_dict() == {"m": "graduates earlier", "n": "graduates"}
    assert changed.loc["n", ["fate_a", "stage_a", "fate_b", "stage_b"]].tolist() == [
        *("in training", "C", "graduated", "Graduated"),
    ]
    assert changed["sessions_to_graduate_b"].tolist() == [4.0, 4.0]


def test_the_other_way_round_every_change_is_the_opposite(both):
    assert both.changed_fates(1, 0)["change"].to_dict() == {"m": "graduates later", "n": "no longer graduates"}


def test_the_session_is_told_from_which_on_two_versions_part(both):
    assert both.changed_fates(0, 1)["from_session"].to_dict() == {"m": 4.0, "n": 4.0}


def test_nothing_changes_from_a_version_to_itself(both):
    assert both.changed_fates(0, 0).empty


def test_mice_that_end_at_another_stage_are_further_on_back_or_elsewhere():
    other = curriculum({"A": [("progress", "D", "metrics.trials[-1] >= 100")], "D": []}, version="other")
    found = backtest(TABLE[TABLE["subject_id"] == "o"], [TOY, HARD, other])

    assert found.changed_fates(1, 0)["change"].to_dict() == {"o": "ends further on"}
    assert found.changed_fates(0, 1)["change"].to_dict() == {"o": "ends further back"}
    assert found.changed_fates(0, 2)["change"].to_dict() == {"o": "ends elsewhere"}


def test_a_mouse_that_only_one_version_can_decide_is_listed_without_a_session_of_parting():
    share = curriculum(
        {"A": [("progress", "B", "metrics.share[-1] > 0.6")], "B": []},
        metrics=[{"name": "share", "title": "share"}],
        version="share",
    )
    table = TABLE.assign(share=np.where(TABLE["subject_id"] == "p", 0.7, np.nan))

    changed = backtest(table, [TOY, share]).changed_fates(0, 1)

    assert changed.loc["p", "change"] == "decided by one only"
    assert np.isnan(changed.loc["p", "from_session"])


# ---- what is asked ----


def test_chosen_mice_are_replayed_as_if_there_were_no_others():
    alone = backtest(TABLE, [TOY], subjects=["n", "o", "nobody"])

    assert alone.versions[0].fates.index.tolist() == ["n", "o"]
    assert alone.versions[0].subjects == 2


def test_the_decisions_of_a_mouse_are_those_of_a_run(both):
    pd.testing.assert_frame_equal(
        both.decisions(1, "n"), decide_and_report(TABLE[TABLE["subject_id"] == "n"], EASY, open_loop=True).decisions
    )
    with pytest.raises(NotStoredError, match="no mouse x"):
        both.decisions(0, "x")


def test_in_closed_loop_the_stages_that_were_run_count():
    table = sessions([("m", 1, 250, 0.6, "B"), ("m", 2, 250, 0.6, "C"), ("n", 1, 250, 0.6, "Graduated")])

    replay = backtest(table, [EASY], open_loop=False).versions[0]

    assert replay.fates["sessions_to_graduate"].fillna(-1).to_dict() == {"m": 2.0, "n": -1.0}
    assert replay.waiting.left_out == 1


def test_what_people_said_counts_for_each_version_by_itself():
    table = TABLE[TABLE["subject_id"] == "o"].assign(
        session_date=pd.date_range("2026-01-01", periods=3).strftime("%Y-%m-%d"), current_stage_actual=["A", "C", "C"]
    )
    said = interventions([], [override("o", stage="C", after=1, since=1)], [])

    found = backtest(table, [TOY, HARD], open_loop=False, said=said)

    for place, version in enumerate((TOY, HARD)):
        expected = decide_and_report(table, version, overrides=said.overrides).decisions
        pd.testing.assert_frame_equal(found.decisions(place, "o"), expected)
        assert found.versions[place].fates.loc["o", "stage"] == expected["next_stage_suggested"].iloc[-1]


def test_progress_ends_with_all_steps_done():
    told = []

    apart = replace(TOY, metrics=TOY.metrics[::-1])
    backtest(TABLE, [TOY, apart, EASY], progress=lambda *now: told.append(now))

    assert told[-1] == (18, 18)
    assert [done for done, _ in told] == list(range(1, 19))


def test_an_empty_table_gives_empty_figures():
    found = backtest(TABLE.head(0), [TOY, EASY])

    assert [(each.subjects, each.graduates, len(each.dwell), len(each.flows)) for each in found.versions] == [
        *((0, 0, 0, 0),) * 2,
    ]
    assert found.changed_fates(0, 1).empty


def test_a_table_that_lacks_what_a_version_reads_is_refused():
    with pytest.raises(MissingColumnError, match="efficiency"):
        backtest(TABLE.drop(columns="efficiency"), [SECOND, TOY])
    with pytest.raises(TableError, match="trials: found dates"):
        backtest(TABLE.assign(trials=pd.Timestamp("2026-01-01")), [TOY])
    with pytest.raises(MissingColumnError, match="subject_id"):
        backtest(TABLE.drop(columns="subject_id"), [TOY], subjects=["m"])
    with pytest.raises(ValueError, match="at least one"):
        backtest(TABLE, [])


# ---- real mice ----


def test_real_mice_graduate_and_go_back_as_is_known(reference):
    data = reference / "data"
    table = pd.read_csv(data / "janelia_sessions.csv", dtype={"subject_id": "str"})
    versions = [
        read_curriculum(data / "curricula" / f"Coupled Baiting_curriculum_v{version}_schema_v1.0.json")
        for version in ("1.0", "2.0", "2.2", "2.3")
    ]

    found = backtest(table, versions).versions

    assert [each.graduates for each in found] == [74, 68, 72, 75]
    assert [each.rollbacks for each in found] == [186, 265, 190, 189]
