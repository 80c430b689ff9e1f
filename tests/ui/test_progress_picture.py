"""The table arrives in the picture as it was, compact and checked."""

import json
import struct
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from autotrain_core import services
from autotrain_core.rules import Metric
from autotrain_core.store import open_store
from autotrain_ui.progress import Picture, Span, StageColour, _chart, chosen, picture_of
from autotrain_ui.progress._addresses import checked
from autotrain_ui.progress._events import hidden_of, tell
from autotrain_ui.progress._pack import headed, packed, smallest
from tests.ui.tables import COLOURS, HOSTILE, sessions_of

TRIALS = Metric(name="finished_trials", title="finished trials", unit="trials", integer=True)


def drawn(sessions: pd.DataFrame, **asked: Any) -> Picture:
    order = asked.pop("order", None) or list(dict.fromkeys(sessions["subject_id"].astype("str")))
    return picture_of(sessions, order=order, x=asked.pop("x", "session"), colours=COLOURS, **asked)


def unpacked(body: bytes) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    """Read a body as JavaScript does."""
    (length,) = struct.unpack_from("<I", body)
    words = json.loads(body[4 : 4 + length])
    types = {"Uint8": "u1", "Uint16": "<u2", "Uint32": "<u4", "Int32": "<i4", "Float32": "<f4"}
    columns = {
        name: np.frombuffer(body, dtype=types[kind], count=count, offset=4 + length + offset)
        for name, (kind, offset, count) in words["columns"].items()
    }
    return words, columns


def labels(words: dict[str, Any], codes: npt.NDArray[Any]) -> list[str | None]:
    return [words["stages"][code - 1]["label"] if code else None for code in codes]


def test_each_mouse_of_the_order_is_a_row_with_its_sessions() -> None:
    sessions = sessions_of(4, 10)
    order = ["700002", "700000", "700003", "700001"]

    words, columns = unpacked(drawn(sessions, order=order).body)

    assert words["mice"] == order
    assert list(columns["starts"]) == [0, 10, 20, 30, 40]
    assert list(columns["x"][:10] + words["low"]) == list(range(1, 11))


def test_stages_that_ran_and_were_suggested_arrive_as_they_were() -> None:
    sessions = sessions_of(3, 30)

    words, columns = unpacked(drawn(sessions).body)

    assert labels(words, columns["stage"]) == sessions["stage"].tolist()
    assert labels(words, columns["suggested"]) == [None if pd.isna(text) else text for text in sessions["suggested"]]
    assert labels(words, columns["following"]) == [None if pd.isna(text) else text for text in sessions["following"]]


def test_the_rows_of_a_shuffled_table_are_drawn_in_the_order_of_sessions() -> None:
    sessions = sessions_of(5, 40)

    shuffled = drawn(sessions.sample(frac=1, random_state=3), order=list(sessions["subject_id"].cat.categories))

    assert shuffled.body[-2000:] == drawn(sessions).body[-2000:]
    _, columns = unpacked(shuffled.body)
    np.testing.assert_array_equal(columns["stage"], unpacked(drawn(sessions).body)[1]["stage"])


def test_facts_are_bits_and_a_missing_fact_sets_none() -> None:
    sessions = sessions_of(1, 3).assign(
        closed_loop=pd.array([False, True, None], dtype="boolean"),
        overridden=pd.Series([True, False, None], dtype=object),
        certain=pd.array([False, True, None], dtype="boolean"),
        decision=pd.Categorical(["PROGRESS", "ROLLBACK", None]),
    )

    _, columns = unpacked(drawn(sessions).body)

    assert [f"{bits:05b}" for bits in columns["flags"]] == ["10111", "11000", "00000"]


def test_a_session_without_a_decision_is_neither_open_loop_nor_uncertain() -> None:
    sessions = sessions_of(1, 2).assign(
        closed_loop=False, overridden=False, certain=False, decision=pd.Categorical(["STAY", None])
    )

    _, columns = unpacked(drawn(sessions).body)

    assert [f"{bits:05b}" for bits in columns["flags"]] == ["01101", "00000"]


def test_text_columns_serve_as_well_as_categories() -> None:
    sessions = sessions_of(3, 10)
    as_text = sessions.assign(
        **{name: sessions[name].astype("str") for name in ("subject_id", "stage", "suggested", "following", "decision")}
    )

    assert drawn(as_text).digest == drawn(sessions).digest


def test_a_stage_without_a_colour_is_drawn_in_grey_under_its_own_name() -> None:
    sessions = sessions_of(1, 4).assign(stage=pd.Categorical(["Stage 1", "Stage 9", "Stage 9", None]))

    words, columns = unpacked(drawn(sessions).body)

    assert labels(words, columns["stage"]) == ["Stage 1", "Stage 9", "Stage 9", None]
    assert words["stages"][-1]["fill"] == "#9a9a9a"


def test_sessions_of_mice_outside_the_order_are_left_out_and_counted() -> None:
    picture = drawn(sessions_of(3, 10), order=["700001"])

    assert (picture.mice, picture.sessions, picture.left_out) == (1, 10, 20)


def test_a_mouse_without_sessions_has_no_row() -> None:
    assert drawn(sessions_of(2, 3), order=["700000", "1", "700001"]).mice == 2


def test_along_dates_the_first_date_is_the_first_column() -> None:
    sessions = sessions_of(2, 5)

    words, columns = unpacked(drawn(sessions, x="date").body)

    days = (sessions["session_date"] - pd.Timestamp("1970-01-01")).dt.days
    assert words["low"] == days.min()
    assert list(columns["x"]) == list(days - days.min())
    assert list(columns["session"]) == list(sessions["session"])


def test_along_days_each_mouse_begins_at_day_0() -> None:
    sessions = sessions_of(3, 5)

    words, columns = unpacked(drawn(sessions, x="days").body)

    assert list(columns["x"] + words["low"]) == [0, 1, 2, 3, 4] * 3
    first = sessions.groupby("subject_id", observed=True)["session_date"].min()
    assert list(columns["origins"]) == list((first - pd.Timestamp("1970-01-01")).dt.days)


def test_a_filtered_table_counts_days_from_the_first_date_it_is_told() -> None:
    sessions = sessions_of(2, 5)
    first = sessions.groupby("subject_id", observed=True)["session_date"].min()

    words, columns = unpacked(drawn(sessions[sessions["session"] > 3], x="days", first_dates=first).body)

    assert list(columns["x"] + words["low"]) == [3, 4, 3, 4]


@pytest.mark.parametrize("axis", ["date", "days"])
def test_a_session_without_a_date_has_no_place_among_dates(axis: str) -> None:
    sessions = sessions_of(2, 5)
    sessions.loc[1, "session_date"] = pd.NaT

    picture = drawn(sessions, x=axis)

    assert (picture.sessions, picture.left_out) == (9, 1)


def test_details_arrive_as_they_were() -> None:
    sessions = sessions_of(2, 6)
    sessions.loc[3, "finished_trials"] = np.nan
    sessions.loc[4, "trainer"] = None

    words, columns = unpacked(drawn(sessions, metrics=[TRIALS]).body)

    np.testing.assert_allclose(columns["metric:finished_trials"], sessions["finished_trials"])
    trainers = ["", *words["dictionaries"]["trainer"]]
    assert [trainers[code] for code in columns["trainer"]] == list(sessions["trainer"].fillna(""))
    ends = columns["suffix_ends"]
    assert [bytes(columns["suffix"][a:b]).decode() for a, b in pairwise(ends)] == list(sessions["nwb_suffix"])


def test_a_large_table_sends_five_bytes_a_session() -> None:
    sessions = sessions_of(300, 100)

    picture = drawn(sessions, metrics=[TRIALS])

    assert not picture.detailed
    assert len(picture.body) < 5 * len(sessions) + 300 * 16 + 2000


def test_columns_that_the_table_lacks_or_that_are_empty_are_not_sent() -> None:
    sessions = sessions_of(1, 3).drop(columns=["rig", "at_stage", "nwb_suffix", "finished_trials"])
    sessions["trainer"] = pd.Series([None] * 3, dtype="str")

    words, columns = unpacked(drawn(sessions, metrics=[TRIALS]).body)

    assert not {"rig", "trainer", "at_stage", "suffix", "metric:finished_trials"} & set(columns)
    assert words["metrics"] == []


def test_an_empty_table_is_an_empty_picture() -> None:
    picture = drawn(sessions_of(2, 3).iloc[:0], order=["700000"])

    assert (picture.mice, picture.sessions) == (0, 0)


def test_the_digest_tells_other_pictures_apart() -> None:
    sessions = sessions_of(3, 10)

    digests = {
        drawn(sessions).digest,
        drawn(sessions, subtitle="PI: Dr Curie").digest,
        drawn(sessions, highlight=["700001"]).digest,
        drawn(sessions, x="date").digest,
        drawn(sessions[sessions["session"] < 10]).digest,
    }

    assert len(digests) == 5
    assert drawn(sessions_of(3, 10)).digest == drawn(sessions).digest


def test_many_stages_still_have_a_code_each() -> None:
    stages = [f"stage {at}" for at in range(400)]
    sessions = sessions_of(1, 400).assign(stage=pd.Categorical(stages, categories=stages))

    words, columns = unpacked(drawn(sessions).body)

    assert labels(words, columns["stage"]) == stages


@pytest.mark.parametrize("numbers", [[0, 255], [0, 256], [0, 70_000], [-1, 4], []])
def test_the_smallest_type_holds_every_number(numbers: list[int]) -> None:
    assert smallest(np.array(numbers, dtype=np.int64)).tolist() == numbers


def test_columns_begin_where_a_typed_array_may() -> None:
    columns: dict[str, npt.NDArray[np.generic]] = {
        "a": np.arange(3, dtype=np.uint8),
        "b": np.arange(5, dtype=np.float32),
        "c": np.arange(2, dtype=np.uint32),
    }

    body = headed({"né": 1}, packed({"ü": "€"}, columns))

    (first,) = struct.unpack_from("<I", body)
    words, _ = unpacked(body[4 + first :])
    assert (4 + first) % 8 == 0
    (second,) = struct.unpack_from("<I", body, 4 + first)
    assert (4 + second) % 8 == 0
    assert all(offset % 8 == 0 for _, offset, _ in words["columns"].values())


def test_a_column_that_javascript_cannot_read_is_refused() -> None:
    with pytest.raises(TypeError, match=r"x: int64 is none of"):
        packed({}, {"x": np.arange(3)})


def test_hostile_names_travel_as_data() -> None:
    sessions = sessions_of(len(HOSTILE), 2, subjects=HOSTILE)

    words, _ = unpacked(drawn(sessions, title=HOSTILE[0], subtitle="half \ud83d a pair").body)

    assert words["mice"] == list(HOSTILE)
    assert words["title"] == HOSTILE[0]


@pytest.mark.parametrize("colour", ["red", "#fff", "url(x)", "#12345g", "#123456;"])
def test_a_colour_is_six_digits(colour: str) -> None:
    with pytest.raises(ValueError, match="no colour of the form"):
        StageColour("Stage 1", "Stage 1", colour, "#000000", "#000000")


@pytest.mark.parametrize(
    "pattern",
    [
        "https://files.lab/{name}/{name}_choice_history.png",
        "http://127.0.0.1:9000/x/{subject_id}_{session_date}_{nwb_suffix}.png?v={session}",
    ],
)
def test_addresses_of_the_web_are_taken(pattern: str) -> None:
    assert checked({"Choices": pattern}) == [("Choices", pattern)]


@pytest.mark.parametrize(
    "pattern",
    [
        "javascript:alert(1)//{name}",
        "data:image/svg+xml,{name}",
        "//files.lab/{name}",
        "https://{subject_id}.lab/x.png",
        "https://files.lab",
        "https://user@{subject_id}/x.png",
        'https://files.lab/"onload="{name}',
        "https://files.lab/a b.png",
        "https://files.lab/{notes}.png",
        "https://files.lab/{name.png",
        "https://files.lab/name}.png",
        "https:\\\\files.lab\\{name}",
        "https://files.lab/\n{name}",
        "",
    ],
)
def test_other_addresses_are_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="Choices"):
        checked({"Choices": pattern})


def test_chosen_sessions_are_found_in_the_table() -> None:
    sessions = sessions_of(3, 10)

    mask = chosen(sessions, [Span("700000", 2, 4), Span("700002", 9, 99), Span("700000", 3, 5)])

    found = sessions.loc[mask, ["subject_id", "session"]].astype({"subject_id": "str"})
    expected = [("700000", n) for n in (2, 3, 4, 5)] + [("700002", n) for n in (9, 10)]
    assert list(found.itertuples(index=False, name=None)) == expected


def test_nothing_chosen_is_no_session() -> None:
    assert not chosen(sessions_of(1, 3), []).any()


def test_an_event_reaches_whom_it_concerns() -> None:
    told: list[Any] = []

    tell({"kind": "open", "subject": "7", "session": 3}, on_open=lambda *at: told.append(at), on_select=None)
    tell({"kind": "select", "rows": [["7", 1, 2]]}, on_open=lambda *_: None, on_select=told.append)

    assert told == [("7", 3), (Span("7", 1, 2),)]


@pytest.mark.parametrize(
    "event",
    [
        None,
        "open",
        {},
        {"kind": "open", "subject": 7, "session": 3},
        {"kind": "open", "subject": "7", "session": "3"},
        {"kind": "open", "subject": "7", "session": True},
        {"kind": "delete", "subject": "7", "session": 3},
    ],
)
def test_an_event_in_another_form_is_ignored(event: Any) -> None:
    told: list[Any] = []

    tell(event, on_open=lambda *at: told.append(at), on_select=told.append)

    assert told == []


def test_spans_in_another_form_are_left_out() -> None:
    told: list[Any] = []

    rows = [["7", 1, 2], ["7", 1], ["7", "1", 2], 3, ["7", True, 2], {"subject": "7"}]
    tell({"kind": "select", "rows": rows}, on_open=lambda *_: None, on_select=told.append)

    assert told == [(Span("7", 1, 2),)]


@pytest.mark.parametrize(
    ("state", "hidden"),
    [({"hidden": ["open-loop", 3]}, ("open-loop",)), ({"hidden": "open-loop"}, ()), ({}, ()), (None, ())],
)
def test_what_is_hidden_is_read_from_the_state(state: Any, hidden: tuple[str, ...]) -> None:
    assert hidden_of(state) == hidden


def test_no_script_writes_html_or_runs_text() -> None:
    folder = Path(_chart.__file__).parent
    scripts = {name: (folder / f"{name}.js").read_text(encoding="utf-8") for name in _chart._SCRIPTS}

    assert {path.stem for path in folder.glob("*.js")} == set(scripts)
    for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
        assert [name for name, text in scripts.items() if forbidden in text] == []


def test_the_page_with_the_picture_runs() -> None:
    app = AppTest.from_file(Path(__file__).with_name("picture_page.py"), default_timeout=60).run()

    assert not app.exception
    assert app.text[0].value == "nothing was told"


def test_the_sessions_of_a_lab_are_drawn_as_the_services_give_them(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    services.demo(8, 0, store=store, code="test")
    settings = services.read_settings(store=str(tmp_path), environment={})
    lab = services.lab_view(store, settings, at=datetime(2026, 11, 22, tzinfo=UTC))
    seen = lab.sessions

    words, columns = unpacked(drawn(seen, order=list(lab.mice.index), metrics=lab.metrics.values()).body)

    assert words["mice"] == list(lab.mice.index)
    assert labels(words, columns["stage"]) == [None if pd.isna(text) else text for text in seen["stage"]]
    assert {metric["name"] for metric in words["metrics"]} == set(lab.metrics)
    assert (columns["flags"] & 1).sum() == (~seen["closed_loop"] & seen["decision"].notna()).sum()
