"""The Progress picture: its order, the filter that hides everything, and its sessions as a table."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from autotrain_core import services
from autotrain_core.errors import TableError
from autotrain_core.interop import MANAGER_COLUMNS
from autotrain_core.services import LabView, Selection
from tests.services.nights import GOOD, POOR, Nights, session

NOW = datetime(2026, 10, 20, 9, tzinfo=UTC)
DAY = NOW.date()


def lab(*rows: dict[str, Any], published: bool = True) -> LabView:
    """The view of a lab of these sessions, after one night."""
    nights = Nights()
    nights.table(rows)
    if published:
        nights.run()
    return services.lab_view(nights.store, nights.settings, at=NOW)


def climbing() -> LabView:
    """Three mice: m2 is at its start, m10 has come furthest, m1 trained last and has gone back."""
    return lab(
        session("m10", 1, day=1, stage="STAGE_1"),
        session("m10", 2, day=2, stage="STAGE_FINAL"),
        session("m2", 1, day=2, stage="STAGE_1_WARMUP", **POOR, trainer="Ben"),
        session("m2", 2, day=3, stage="STAGE_1_WARMUP", **POOR, trainer="Ben"),
        session("m2", 3, day=4, stage="STAGE_1_WARMUP", **POOR, trainer="Ben"),
        session("m1", 1, day=3, stage="STAGE_3", **POOR),
        session("m1", 2, day=9, stage="STAGE_3", **POOR),
    )


def everything(view: LabView) -> np.ndarray:
    return np.ones(len(view.sessions), dtype=bool)


@pytest.mark.parametrize(
    ("sort", "ascending"),
    [
        ("id", ("m1", "m2", "m10")),
        ("first", ("m10", "m2", "m1")),
        ("last", ("m10", "m2", "m1")),
        ("progress", ("m2", "m1", "m10")),
        ("stage", ("m2", "m1", "m10")),
        ("at_stage", ("m10", "m1", "m2")),
    ],
)
def test_mice_stand_in_the_order_that_was_asked_for(sort: Any, ascending: tuple[str, ...]) -> None:
    view = climbing()

    assert services.ordered_mice(view, everything(view), sort=sort) == ascending
    assert services.ordered_mice(view, everything(view), sort=sort, descending=True) == ascending[::-1]


@pytest.mark.parametrize("descending", [False, True])
def test_equal_mice_stand_by_id_whichever_way_the_order_goes(descending: bool) -> None:
    view = lab(*(session(mouse, 1, stage="STAGE_1") for mouse in ("m10", "m9", "m1")))

    for sort in ("first", "last", "progress", "stage", "at_stage"):
        ordered = services.ordered_mice(view, everything(view), sort=sort, descending=descending)
        assert ordered == ("m1", "m9", "m10"), sort


@pytest.mark.parametrize("descending", [False, True])
def test_a_mouse_of_which_nothing_is_known_stands_last_whichever_way_the_order_goes(descending: bool) -> None:
    view = lab(
        session("a", 1, stage="STAGE_1", curriculum_name="Nobody's"),
        session("b", 1, stage="STAGE_1"),
        session("c", 1, stage="STAGE_3"),
    )

    for sort in ("progress", "stage", "at_stage"):
        assert services.ordered_mice(view, everything(view), sort=sort, descending=descending)[-1] == "a", sort


def test_only_mice_of_chosen_sessions_stand_in_the_picture() -> None:
    view = climbing()
    chosen = services.select(view, Selection(stage=("STAGE_FINAL", "STAGE_3")), on=DAY)

    assert services.ordered_mice(view, chosen, sort="id") == ("m1", "m10")
    assert services.chosen_mice(view, chosen) == 2


def test_an_empty_choice_has_no_mice() -> None:
    view = climbing()
    nothing = np.zeros(len(view.sessions), dtype=bool)

    assert services.ordered_mice(view, nothing, sort="last", descending=True) == ()
    assert services.chosen_mice(view, nothing) == 0


def test_ten_thousand_mice_are_ordered_as_python_would_order_them() -> None:
    draw = np.random.default_rng(0)
    mice = [f"{each}" for each in draw.permutation(20_000)[:10_000]]
    view = lab(session("1", 1, stage="STAGE_1"))
    names = sorted(mice, key=int)
    progress = np.round(draw.random(10_000), 1)
    progress[draw.random(10_000) < 0.1] = np.nan
    codes = np.repeat(np.arange(10_000), 3)
    view = replace(
        view,
        sessions=pd.DataFrame({"subject_id": pd.Categorical.from_codes(codes.tolist(), categories=pd.Index(names))}),
        mice=pd.DataFrame({"progress": progress}, index=pd.Index(names, dtype="str")),
    )
    chosen = draw.random(len(codes)) < 0.2
    places = sorted(set(codes[chosen]), key=lambda at: (np.isnan(progress[at]), -progress[at], at))

    ordered = services.ordered_mice(view, chosen, sort="progress", descending=True)

    assert [at for at in places if np.isnan(progress[at])]
    assert list(ordered) == [names[at] for at in places if not np.isnan(progress[at])] + [
        names[at] for at in sorted(set(codes[chosen])) if np.isnan(progress[at])
    ]


def test_mice_are_found_by_id_or_pattern_and_nothing_finds_none() -> None:
    view = climbing()

    assert services.mice_like(view, "m1") == ("m1", "m10")
    assert services.mice_like(view, "m2, m10$") == ("m2", "m10")
    assert services.mice_like(view, "  ") == ()
    with pytest.raises(TableError, match="no pattern for mice"):
        services.mice_like(view, "(")


def test_where_nothing_is_chosen_the_filters_are_named_whose_end_would_show_most() -> None:
    view = climbing()
    wanted = Selection(subject="m2", stage=("STAGE_FINAL",), trainer=("Ben",))

    loosened = services.to_loosen(view, wanted, on=DAY)

    assert not services.select(view, wanted, on=DAY).any()
    assert [(each.fields, each.mice, each.sessions) for each in loosened] == [(("stage",), 1, 3)]


def test_both_ends_of_a_period_are_one_filter() -> None:
    view = climbing()

    loosened = services.to_loosen(view, Selection(first=date(2025, 1, 1), last=date(2025, 2, 1)), on=DAY)

    assert [(each.fields, each.sessions) for each in loosened] == [(("first", "last"), 7)]


def test_where_no_single_filter_is_to_blame_none_is_named() -> None:
    assert services.to_loosen(climbing(), Selection(stage=("nowhere",), PI=("nobody",)), on=DAY) == ()


def test_the_table_to_take_away_has_todays_columns_and_then_ours() -> None:
    view = lab(session("m1", 1, stage="STAGE_1", trainer="Ben"), session("m1", 2, stage="STAGE_2"))

    rows = services.session_rows(view, everything(view))

    assert list(rows.columns[: len(MANAGER_COLUMNS) - 1]) == [name for name in MANAGER_COLUMNS if name != "metrics"]
    assert {"nwb_suffix", "certain", "published", "in_table", "trainer", "weight_after", "notes"} < set(rows.columns)
    first = rows.iloc[0]
    assert first["session_date"] == "2026-10-01"
    assert (first["current_stage_actual"], first["decision"], first["trainer"]) == ("STAGE_1", "PROGRESS", "Ben")
    assert (first["curriculum_name"], first["curriculum_version"]) == ("Coupled Baiting", "2.3")
    assert first["curriculum_schema_version"] == "1.0"
    assert first["curriculum_json_name"] == "Coupled Baiting_curriculum_v2.3_schema_v1.0.json"
    assert first["finished_trials"] == GOOD["finished_trials"]
    assert first["if_closed_loop"]
    assert first["session_at_current_stage"] == 1


def test_what_was_not_decided_is_missing_and_not_false() -> None:
    view = lab(session("m1", 1, stage="STAGE_1"), published=False)

    rows = services.session_rows(view, everything(view))

    assert not rows["published"].any()
    for name in ("decision", "current_stage_actual", "if_closed_loop", "certain", "session_at_current_stage"):
        assert rows[name].isna().all(), name


def test_a_curriculum_without_a_document_has_no_schema_version() -> None:
    view = lab(
        session("m1", 1, stage="STAGE_1", curriculum_name="Nobody's"),
        session("m2", 1, stage="STAGE_1"),
    )

    rows = services.session_rows(view, everything(view))

    assert rows["curriculum_name"].tolist() == ["Nobody's", "Coupled Baiting"]
    assert rows["curriculum_schema_version"].isna().tolist() == [True, False]
    assert rows["curriculum_json_name"].isna().tolist() == [True, False]


def test_the_file_holds_the_chosen_sessions_as_every_reader_reads_them() -> None:
    view = lab(
        session("m1", 1, stage="STAGE_1", notes='says "no", and\nmore'),
        session("m1", 2, stage="STAGE_2"),
        session("m2", 1, stage="STAGE_1"),
    )
    chosen = services.select(view, Selection(subject="m1"), on=DAY)

    body = services.sessions_csv(view, chosen)

    read = pd.read_csv(io.BytesIO(body), dtype={"subject_id": "str", "curriculum_version": "str"})
    assert list(read["subject_id"]) == ["m1", "m1"]
    assert read["if_closed_loop"].tolist() == [True, True]
    assert read.loc[0, "notes"] == 'says "no", and\nmore'
    assert read["notes"].isna().tolist() == [False, True]
    assert read["finished_trials"].tolist() == [GOOD["finished_trials"]] * 2
