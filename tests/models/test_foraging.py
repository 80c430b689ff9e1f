"""The tasks that ship: their settings, their bounds, their metrics."""

from typing import Any

import pytest

from autotrain_core.models import (
    DUMMY,
    DYNAMIC_FORAGING,
    AdvancedBlockMode,
    AutoWaterMode,
    DynamicForaging,
    Fault,
    ForagingTask,
    Parameter,
    TaskParameters,
)
from tests.models.conftest import Document, faults_of

FIELDS = {field.name: field for field in DYNAMIC_FORAGING.fields}
STORED_ORDER = [
    "training_stage",
    "task",
    "task_url",
    "task_schema_version",
    "description",
    "BaseRewardSum",
    "RewardFamily",
    "RewardPairsN",
    "UncoupledReward",
    "Randomness",
    "BlockMin",
    "BlockMax",
    "BlockBeta",
    "BlockMinReward",
    "DelayMin",
    "DelayMax",
    "DelayBeta",
    "RewardDelay",
    "AutoReward",
    "AutoWaterType",
    "Multiplier",
    "Unrewarded",
    "Ignored",
    "ITIMin",
    "ITIMax",
    "ITIBeta",
    "ITIIncrease",
    "ResponseTime",
    "RewardConsumeTime",
    "StopIgnores",
    "AdvancedBlockAuto",
    "SwitchThr",
    "PointsInARow",
    "MaxTrial",
    "MaxTime",
    "RightValue_volume",
    "LeftValue_volume",
    "warmup",
    "warm_min_trial",
    "warm_max_choice_ratio_bias",
    "warm_min_finish_ratio",
    "warm_windowsize",
]
DEFAULTS = {
    "task_url": "",
    "task_schema_version": "1.1.0",
    "description": "",
    "UncoupledReward": "0.1,0.3,0.7",
    "Randomness": "Exponential",
    "BlockMinReward": 1,
    "AutoWaterType": "Natural",
    "ITIIncrease": 0.0,
    "RightValue_volume": 3.0,
    "LeftValue_volume": 3.0,
    "warmup": "off",
    "warm_min_trial": 50,
    "warm_max_choice_ratio_bias": 0.1,
    "warm_min_finish_ratio": 0.8,
    "warm_windowsize": 20,
}
# Where the bounds are, with the smallest and largest value that still fits, and the nearest ones that do not.
TRIALS = (0, 100_000, -1, 100_001)
SOME_TRIALS = (1, 100_000, 0, 100_001)
SECONDS = (0, 600, -0.001, 600.001)
FRACTION = (0, 1, -0.001, 1.001)
VOLUME = (0.001, 100, 0, 100.001)
BOUNDS: dict[str, tuple[float, float, float, float]] = {
    "BaseRewardSum": (0.001, 1.125, 0, 2.001),
    "RewardFamily": (1, 4, 0, 5),
    "RewardPairsN": (1, 4, 0, 7),
    "BlockMin": (1, 40, 0, 100_001),
    "BlockMax": (10, 100_000, 0, 100_001),
    "BlockBeta": TRIALS,
    "BlockMinReward": TRIALS,
    "DelayMin": (0, 0.3, -0.001, 600.001),
    "DelayMax": (0.3, 600, -0.001, 600.001),
    "DelayBeta": SECONDS,
    "RewardDelay": SECONDS,
    "Multiplier": (0, 2, -0.001, 2.001),
    "Unrewarded": TRIALS,
    "Ignored": TRIALS,
    "ITIMin": (0, 10, -0.001, 600.001),
    "ITIMax": (1, 600, -0.001, 600.001),
    "ITIBeta": SECONDS,
    "ITIIncrease": SECONDS,
    "ResponseTime": (0.001, 600, 0, 600.001),
    "RewardConsumeTime": SECONDS,
    "StopIgnores": (1, 1_000_000, 0, 1_000_001),
    "SwitchThr": FRACTION,
    "PointsInARow": (1, 1_000, 0, 1_001),
    "MaxTrial": SOME_TRIALS,
    "MaxTime": (1, 1_440, 0, 1_441),
    "RightValue_volume": VOLUME,
    "LeftValue_volume": VOLUME,
    "warm_min_trial": TRIALS,
    "warm_max_choice_ratio_bias": FRACTION,
    "warm_min_finish_ratio": FRACTION,
    "warm_windowsize": SOME_TRIALS,
}
UNITS = {
    "trials": "BlockMin BlockMax BlockBeta Unrewarded Ignored StopIgnores MaxTrial warm_min_trial warm_windowsize",
    "rewards": "BlockMinReward",
    "s": "DelayMin DelayMax DelayBeta RewardDelay ITIMin ITIMax ITIBeta ITIIncrease ResponseTime RewardConsumeTime",
    "min": "MaxTime",
    "µL": "RightValue_volume LeftValue_volume",
}


# ---- what there is ----


def test_the_settings_stand_in_the_order_of_the_stored_documents() -> None:
    assert list(FIELDS) == STORED_ORDER


def test_defaults_are_those_of_the_stored_schema_and_everything_else_is_required() -> None:
    assert {name: field.default for name, field in FIELDS.items() if not field.required} == DEFAULTS
    assert all(field.default is None for field in FIELDS.values() if field.required)


def test_every_setting_says_what_it_is_and_what_it_does() -> None:
    for field in FIELDS.values():
        assert field.title != field.name
        assert field.description.endswith(".")
        assert field.on_rig
        assert field.kind != "other"
    groups = {field.group for field in FIELDS.values() if field.name not in TaskParameters.model_fields}
    assert groups == {"Reward", "Timing", "Blocks", "Auto water", "Session", "Warm-up"}


def test_every_setting_with_a_unit_has_the_right_one() -> None:
    units = {name: unit for unit, names in UNITS.items() for name in names.split()}

    assert {name: field.unit for name, field in FIELDS.items() if field.unit} == units


@pytest.mark.parametrize(
    ("name", "choices"),
    [
        ("task", tuple(task.value for task in ForagingTask)),
        ("Randomness", ("Exponential", "Even")),
        ("AutoWaterType", ("Natural", "Both", "High pro")),
        ("AdvancedBlockAuto", ("off", "now", "once")),
        ("warmup", ("on", "off")),
    ],
)
def test_choices_are_listed(name: str, choices: tuple[str, ...]) -> None:
    assert FIELDS[name].choices == choices
    assert FIELDS[name].kind == "choice"
    assert {name for name, field in FIELDS.items() if field.choices} == {
        "task",
        "Randomness",
        "AutoWaterType",
        "AdvancedBlockAuto",
        "warmup",
    }


def test_enums_have_the_names_that_today_uses() -> None:
    assert {task.name: task.value for task in ForagingTask} == {
        "C1B1": "Coupled Baiting",
        "C0B1": "Uncoupled Baiting",
        "C1B0": "Coupled Without Baiting",
        "C0B0": "Uncoupled Without Baiting",
    }
    assert [task.coupled for task in ForagingTask] == [True, False, True, False]
    assert [mode.name for mode in AdvancedBlockMode] == ["OFF", "NOW", "ONCE"]
    assert [mode.name for mode in AutoWaterMode] == ["NATURAL", "BOTH", "HIGH_PRO"]


def test_a_parameter_is_described_in_full() -> None:
    assert FIELDS["RightValue_volume"] == Parameter(
        name="RightValue_volume",
        title="Right reward size",
        kind="number",
        unit="µL",
        group="Reward",
        description="Water of one reward at the right port.",
        default=3.0,
        minimum=0,
        maximum=100,
        exclusive_minimum=True,
    )


def test_the_metrics_of_the_foraging_task() -> None:
    trials, efficiency = DYNAMIC_FORAGING.metrics

    assert (trials.name, trials.title, trials.unit) == ("finished_trials", "finished trials", "trials")
    assert (trials.integer, trials.minimum, trials.maximum) == (True, 0, None)
    assert (efficiency.name, efficiency.title, efficiency.unit) == (
        "foraging_efficiency",
        "foraging efficiency",
        "",
    )
    assert (efficiency.integer, efficiency.minimum, efficiency.maximum) == (False, 0, None)


def test_the_dummy_task() -> None:
    assert (DUMMY.name, DUMMY.schema_name, DUMMY.version) == ("Dummy task", "DummyTaskCurriculum", "0.1")
    own = {field.name: (field.kind, field.required) for field in DUMMY.fields[5:]}
    assert own == {"dummy_para_bool": ("boolean", True), "dummy_para_float": ("number", True)}
    assert [(metric.name, metric.integer) for metric in DUMMY.metrics] == [
        ("dummy_metric_float", False),
        ("dummy_metric_int", True),
    ]
    parameters = {"training_stage": "x", "task": "Dummy task", "dummy_para_bool": True, "dummy_para_float": -1}
    assert faults_of(parameters, DUMMY) == []
    assert faults_of(parameters | {"task": "Coupled Baiting"}, DUMMY) == [
        ("parameter-choice", "task must be one of 'Dummy task'; found 'Coupled Baiting'")
    ]


# ---- what fits ----


def test_a_stage_is_read_into_typed_values(stage: Document) -> None:
    values, found = DYNAMIC_FORAGING.read(stage | {"BlockMin": 10.0, "ITIMin": 1})

    assert found == ()
    assert isinstance(values, DynamicForaging)
    assert (values.task, values.AutoWaterType) == (ForagingTask.C1B1, AutoWaterMode.NATURAL)
    assert (type(values.BlockMin), values.BlockMin) == (int, 10)
    assert (type(values.ITIMin), values.ITIMin) == (float, 1.0)


def test_a_setting_with_a_default_may_be_left_out(stage: Document) -> None:
    values, found = DYNAMIC_FORAGING.read({name: stage[name] for name in stage if name not in DEFAULTS})

    assert found == ()
    assert isinstance(values, DynamicForaging)
    assert (values.warm_windowsize, values.UncoupledReward) == (20, "0.1,0.3,0.7")


@pytest.mark.parametrize("name", [name for name in STORED_ORDER if name not in DEFAULTS])
def test_a_setting_without_a_default_may_not(stage: Document, name: str) -> None:
    del stage[name]

    values, found = DYNAMIC_FORAGING.read(stage)

    assert values is None
    assert found == (Fault("parameter-missing", name, f"{name} is missing; it is {FIELDS[name].expected}"),)


@pytest.mark.parametrize("name", BOUNDS)
def test_a_bound_is_where_it_is(stage: Document, name: str) -> None:
    low, high, below, above = BOUNDS[name]

    for inside in (low, high):
        pairs = {"RewardPairsN": 1} if name == "RewardFamily" else {}
        assert faults_of(stage | {name: inside} | pairs) == []
    for outside in (below, above):
        shown = repr(outside)
        assert faults_of(stage | {name: outside}) == [
            ("parameter-bounds", f"{name} must be {FIELDS[name].expected}; found {shown}")
        ]


@pytest.mark.parametrize("name", [name for name in STORED_ORDER if name != "training_stage"])
def test_a_value_of_another_type_does_not_fit(stage: Document, name: str) -> None:
    others: dict[str, tuple[Any, ...]] = {
        "text": (1, True, None, ["x"], {}),
        "choice": (1, True, None, ["x"], {}),
        "boolean": (1, 0, "true", "off", None, [], 1.0),
        "number": ("1", True, None, [], {}),
        "integer": ("1", True, None, [], {}, 1.5),
    }
    kind = FIELDS[name].kind

    for value in others[kind]:
        ((found, sentence),) = faults_of(stage | {name: value})
        assert found == ("parameter-choice" if kind == "choice" else "parameter-type")
        assert sentence.startswith(f"{name} must be {FIELDS[name].expected}; found ")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("MaxTime", 10.5, "MaxTime must be a whole number from 1 to 1440 min; found 10.5"),
        ("ITIMin", "1", "ITIMin must be a number from 0 to 600 s; found '1'"),
        ("ResponseTime", None, "ResponseTime must be a number, above 0 and at most 600 s; found null"),
        ("AutoReward", "on", "AutoReward must be true or false; found 'on'"),
        ("ITIMax", [1], "ITIMax must be a number from 0 to 600 s; found a list of 1"),
        ("ITIMax", {}, "ITIMax must be a number from 0 to 600 s; found an object of 0"),
        ("description", 3, "description must be a text; found 3"),
        ("warmup", "On", "warmup must be one of 'on', 'off'; found 'On'; did you mean 'on'?"),
        ("warmup", True, "warmup must be one of 'on', 'off'; found true"),
        (
            "task",
            "C1B1",
            "task must be one of 'Coupled Baiting', 'Uncoupled Baiting', 'Coupled Without Baiting', "
            "'Uncoupled Without Baiting'; found 'C1B1'",
        ),
        (
            "AutoWaterType",
            "HIGH_PRO",
            "AutoWaterType must be one of 'Natural', 'Both', 'High pro'; found 'HIGH_PRO'; did you mean 'High pro'?",
        ),
        ("StopIgnores", 10**30, f"StopIgnores must be a whole number from 1 to 1000000 trials; found {10**30}"),
        (
            "UncoupledReward",
            "0" * 201,
            f"UncoupledReward: string should have at most 200 characters; found '{'0' * 60}…'",
        ),
    ],
)
def test_what_does_not_fit_is_said_in_a_sentence(stage: Document, name: str, value: Any, sentence: str) -> None:
    assert [text for _, text in faults_of(stage | {name: value})] == [sentence]


def test_every_fault_names_its_setting(stage: Document) -> None:
    _, found = DYNAMIC_FORAGING.read(stage | {"warmup": "On", "MaxTime": 0, "ITIMin": "x", "BlockMin": 99, "x": 1})

    assert [(fault.kind, fault.parameter) for fault in found] == [
        ("parameter-unknown", "x"),
        ("parameter-conflict", "BlockMax"),
        ("parameter-type", "ITIMin"),
        ("parameter-bounds", "MaxTime"),
        ("parameter-choice", "warmup"),
    ]


def test_an_unknown_setting_is_an_error_with_the_nearest_name(stage: Document) -> None:
    assert faults_of(stage | {"maxtime": 3, "Weather": "fine"}) == [
        ("parameter-unknown", "the task has no parameter 'maxtime'; did you mean 'MaxTime'?"),
        ("parameter-unknown", "the task has no parameter 'Weather'"),
    ]


def test_of_many_unknown_settings_the_first_ten_get_an_offer(stage: Document) -> None:
    sentences = [text for _, text in faults_of(stage | {f"MaxTime{i}": i for i in range(12)})]

    assert [text.endswith("; did you mean 'MaxTime'?") for text in sentences] == [True] * 10 + [False] * 2
