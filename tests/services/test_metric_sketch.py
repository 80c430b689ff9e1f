"""Which metrics a rule can be made of, and what their values look like."""

import json

import numpy as np
import pytest

from autotrain_core import services
from autotrain_core.errors import NotStoredError, StoreUnavailableError
from autotrain_core.models import Curriculum, load_curriculum
from autotrain_core.services import LabView
from tests.services.mice import climbing, seen
from tests.services.nights import GOOD, POOR, Nights, session


def curriculum(**more) -> Curriculum:
    shipped = next(each for each in services.shipped() if each.key == "Coupled Baiting@2.3")
    return (
        load_curriculum(json.dumps(shipped.document | {"curriculum_schema_version": "2.0"} | more).encode())
        if more
        else shipped
    )


def wide() -> Nights:
    nights = Nights()
    nights.run(
        [
            session("7", 1, lick_rate=2.5, licks=10, weight_after=21.5, arrived="x", base_weight=None, nwb_suffix=1234),
            session("7", 2, lick_rate=4.0, licks=12, weight_after=21.0, arrived="y", base_weight=None, **POOR),
        ]
    )
    return nights


def lab_of(nights: Nights) -> LabView:
    return seen(nights)


def test_the_metrics_of_the_task_go_before_the_counters_and_those_before_what_only_the_table_has() -> None:
    nights = wide()
    lab = lab_of(nights)

    offered = services.metrics_offered(lab, curriculum(), further=services.number_columns_of(nights.store, lab))

    assert [(each.metric.name, each.origin) for each in offered] == [
        ("finished_trials", "task"),
        ("foraging_efficiency", "task"),
        ("session_total", "counter"),
        ("session_at_current_stage", "counter"),
        ("lick_rate", "table"),
        ("licks", "table"),
        ("weight_after", "table"),
    ]
    assert [each.metric.unit for each in offered][:3] == ["trials", "", "sessions"]
    assert offered[-1].metric.unit == "g"
    assert [each.values for each in offered] == [2] * 7
    assert offered[0].quantiles[2] == (GOOD["finished_trials"] + POOR["finished_trials"]) / 2


def test_what_only_the_table_has_says_what_must_be_declared_first() -> None:
    nights = wide()
    lab = lab_of(nights)

    offered = services.metrics_offered(lab, curriculum(), further=services.number_columns_of(nights.store, lab))

    declared = {each.declare.name: each.declare for each in offered if each.declare is not None}
    assert set(declared) == {"lick_rate", "licks", "weight_after"}
    assert (declared["lick_rate"].title, declared["lick_rate"].integer) == ("lick rate", False)
    assert declared["licks"].integer


def test_a_metric_that_the_document_declares_is_the_documents() -> None:
    nights = wide()
    lab = lab_of(nights)
    own = curriculum(metrics=[{"name": "lick_rate", "title": "licks in a second", "unit": "1/s"}])

    offered = services.metrics_offered(lab, own, further=services.number_columns_of(nights.store, lab))

    found = {each.metric.name: each for each in offered}["lick_rate"]
    assert (found.origin, found.metric.title, found.declare, found.values) == ("document", "licks in a second", None, 2)
    assert len([each for each in offered if each.metric.name == "lick_rate"]) == 1


def test_every_column_of_numbers_that_a_condition_can_speak_of_is_found() -> None:
    nights = Nights()
    nights.run([session("7", 1, lick_rate=1.5) | {"two words": 3, "lambda": 4, "_hidden": 5}])

    found = services.number_columns_of(nights.store, lab_of(nights))

    assert [each.metric.name for each in found] == ["lick_rate"]
    assert found[0].sketch.values == 1


def test_numbers_lie_beside_the_sessions_in_whatever_order_the_table_has_them() -> None:
    nights = Nights()
    nights.run([session("9", 2, lick_rate=92), session("7", 1, lick_rate=71), session("9", 1, lick_rate=None)])
    lab = lab_of(nights)

    found = services.numbers_of_sessions(nights.store, lab, ["lick_rate", "absent"])

    assert list(found) == ["lick_rate"]
    assert lab.sessions["subject_id"].tolist() == ["7", "9", "9"]
    np.testing.assert_array_equal(found["lick_rate"], [71, np.nan, 92])


def test_numbers_of_another_table_than_the_one_seen_are_refused() -> None:
    nights = wide()
    lab = lab_of(nights)
    nights.table([session("7", 2, lick_rate=1.0), session("7", 1, lick_rate=2.0)])

    with pytest.raises(StoreUnavailableError, match="has changed"):
        services.numbers_of_sessions(nights.store, lab, ["lick_rate"])


def test_a_table_that_lost_its_session_numbers_is_another_one() -> None:
    nights = wide()
    lab = lab_of(nights)
    nights.table([{"subject_id": "7", "lick_rate": 1.0}])

    with pytest.raises(StoreUnavailableError, match="no session numbers"):
        services.numbers_of_sessions(nights.store, lab, ["lick_rate"])


def test_a_metric_that_nobody_measured_has_no_values() -> None:
    own = curriculum(metrics=[{"name": "pupil", "title": "pupil size"}])

    offered = services.metrics_offered(lab_of(wide()), own)

    found = {each.metric.name: each for each in offered}["pupil"]
    assert (found.values, found.quantiles) == (0, ())


# ---- sketches ----


def test_the_bars_of_a_sketch_hold_every_value_once() -> None:
    values = np.append(np.random.default_rng(1).normal(0.7, 0.1, 500), [np.nan, 50, np.inf])

    sketch = services.sketch_of(values)

    assert (sketch.values, sketch.missing) == (501, 2)
    assert sum(sketch.counts) == 501
    assert len(sketch.edges) == len(sketch.counts) + 1
    assert sketch.edges[-1] < 2, "one odd value does not squeeze the others into one bar"
    assert list(sketch.quantiles) == sorted(sketch.quantiles)


@pytest.mark.parametrize("values", [[3.0], [3.0, 3.0], [0.0, 1.0, 2.0], list(range(200))])
def test_bars_of_whole_numbers_hold_equally_many_of_them(values) -> None:
    sketch = services.sketch_of(np.array(values, dtype=np.float64))

    widths = set(np.diff(sketch.edges).tolist())
    assert len(widths) == 1
    assert widths.pop() >= 1
    assert all(edge % 1 == 0.5 for edge in sketch.edges)
    assert sum(sketch.counts) == len(values)
    assert len(sketch.counts) <= 24


def test_a_fraction_that_never_changes_has_bars_too() -> None:
    sketch = services.sketch_of(np.full(5, 0.25))

    assert sum(sketch.counts) == 5
    assert sketch.edges[0] < 0.25 < sketch.edges[-1]


def test_nothing_measured_is_a_sketch_without_bars() -> None:
    sketch = services.sketch_of(np.array([np.nan, np.nan]))

    assert (sketch.values, sketch.missing, sketch.edges, sketch.counts, sketch.quantiles) == (0, 2, (), (), ())


def test_a_sketch_can_be_of_one_stage() -> None:
    nights = Nights()
    nights.run(climbing("7", 4, **GOOD))
    lab = lab_of(nights)

    assert services.metric_sketch(lab, "finished_trials").values == 4
    assert services.metric_sketch(lab, "finished_trials", stage="STAGE_2").values == 1
    assert services.metric_sketch(lab, "session_at_current_stage").values == 4
    assert services.metric_sketch(lab, "session_total").quantiles[2] == 2.5


def test_a_column_that_is_nowhere_has_no_sketch() -> None:
    with pytest.raises(NotStoredError, match="'lick_rate'"):
        services.metric_sketch(lab_of(wide()), "lick_rate")


def test_a_sketch_can_be_of_a_column_that_was_read_apart() -> None:
    nights = wide()
    lab = lab_of(nights)

    sketch = services.metric_sketch(
        lab, "lick_rate", further=services.numbers_of_sessions(nights.store, lab, ["lick_rate"])
    )

    assert sketch.values == 2


def test_the_ends_of_a_sketch_are_the_outermost_values_though_its_bars_reach_less_far() -> None:
    sketch = services.sketch_of(np.array([*np.linspace(0, 1, 1000), 50.0, np.nan, np.inf]))

    assert sketch.ends == (0.0, 50.0)
    assert sketch.edges[-1] < 50
