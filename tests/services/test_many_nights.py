"""Any sequence of session tables: what must hold whatever the pipeline does from night to night."""

from typing import Any

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from tests.searching import search
from tests.services.nights import BROWSER, RIG, Nights, session

DECIDED = ["current_stage_suggested", "current_stage_actual", "decision", "next_stage_suggested"]
STAGES = [None, "STAGE_1_WARMUP", "STAGE_1", "STAGE_2", "STAGE_3", "STAGE_FINAL", "nonsense"]


@st.composite
def tables(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A session table of two mice: days with gaps, numbers as the pipeline gives them, odd metrics and stages."""
    rows = []
    for subject in ("700001", "700002"):
        days = sorted(draw(st.sets(st.integers(1, 7), max_size=5)))
        for number, day in enumerate(days, start=1):
            for file in range(draw(st.sampled_from([1, 1, 1, 2]))):
                rows.append(
                    session(
                        subject,
                        number + 10 * file,
                        day=day,
                        stage=draw(st.sampled_from(STAGES)),
                        finished_trials=draw(st.sampled_from([50, 250, 500, None])),
                        foraging_efficiency=draw(st.sampled_from([0.2, 0.6, 0.8, None])),
                        nwb_suffix=file or None,
                    )
                )
    return rows or [session("700003", 1)]


@given(nights=st.lists(tables(), min_size=1, max_size=5))
@search(7)
def test_nothing_published_is_lost_or_rewritten_and_each_run_is_settled(nights: list[list[dict[str, Any]]]) -> None:
    lab = Nights()
    before = pd.DataFrame()
    for table in nights:
        lab.run(table)
        rows = lab.rows()
        if len(before):
            require_kept(before, rows)
        assert not rows[~rows["vanished"]].duplicated(["subject_id", "session"]).any()
        again = lab.run_again_at_once()
        assert not again.changed
        assert again.written == ()
        for key in (RIG, BROWSER):
            served = lab.read_by_rig(key)
            assert not served.duplicated(["subject_id", "session"]).any()
            assert not served.duplicated(["subject_id", "session_date"]).any()
        before = rows
    assert lab.store.record.verify().problems == ()


def require_kept(before: pd.DataFrame, after: pd.DataFrame) -> None:
    """Each published row is still there, and says what it said, unless nobody had run by it."""
    keys = ["subject_id", "session_date", "nwb_suffix"]
    pairs = before.merge(after, on=keys, how="left", suffixes=("", "_after"), indicator=True)
    assert set(pairs["_merge"]) == {"both"}
    for row in pairs.to_dict(orient="records"):
        if row["publication_after"] != row["publication"]:
            mouse = after[(after["subject_id"] == row["subject_id"]) & ~after["vanished"]]
            assert row["session_after"] == mouse["session"].max()
            continue
        assert [row[name] for name in DECIDED] == [row[f"{name}_after"] for name in DECIDED]
