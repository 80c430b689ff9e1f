"""Faults that are planted in sound curricula are all found; and what is said of curricula is borne out by their mice."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotrain_core.analysis import analyse
from autotrain_core.evaluation import decide
from autotrain_core.models import read_curriculum
from tests.evaluation.documents import curriculum
from tests.searching import search


@st.composite
def sound(draw):
    """A ladder of stages whose rules exclude one another: up above a threshold, back below a lower one."""
    steps = draw(st.integers(2, 4))
    names = [f"S{place}" for place in range(steps)]
    rules, low = {}, 0
    for place, name in enumerate(names):
        low = low + draw(st.integers(1, 9)) * 20
        up = low + 20
        metric = draw(
            st.sampled_from(["metrics.trials[-1]", "np.mean(metrics.trials[-3:])", "min(metrics.trials[-2:])"])
        )
        count = draw(st.integers(1, 4))
        onward = names[place + 1] if place + 1 < steps else "Graduated"
        rules[name] = [("progress", onward, f"{metric} >= {up} and metrics.session_at_current_stage >= {count}")]
        if place:
            # Lower than what led here, so that nobody is sent to and fro.
            before = int(rules[names[place - 1]][0][2].split(">= ")[1].split()[0])
            rules[name].append(("rollback", names[place - 1], f"{metric} < {before - 10}"))
    return rules


def never(draw, rules, stage):
    limit = draw(st.integers(1, 500))
    place = draw(st.integers(0, len(rules[stage])))
    rules[stage].insert(place, ("stay", stage, f"metrics.trials[-1] > {limit} and metrics.trials[-1] <= {limit}"))
    return "rule-never-holds", place + 1


def always(draw, rules, stage):
    rules[stage].append(("stay", stage, f"metrics.session_total >= {draw(st.integers(-5, 1))}"))
    return "rule-always-holds", len(rules[stage])


def hidden(draw, rules, stage):
    condition = rules[stage][0][2]
    higher = f"{condition} and metrics.efficiency[-1] >= 0.{draw(st.integers(1, 9))}"
    rules[stage].append(("stay", stage, higher))
    return "rule-hidden", len(rules[stage])


def overlapping(draw, rules, stage):
    rules[stage].append(("stay", stage, f"metrics.efficiency[-1] < 0.{draw(st.integers(1, 9))}"))
    return "rules-overlap", len(rules[stage])


def against_order(draw, rules, stage):
    rules[stage][0] = (draw(st.sampled_from(["rollback", "stay"])), *rules[stage][0][1:])
    return "decision-against-order", 1


def to_and_fro(draw, rules, stage):
    first, second = list(rules)[:2]
    limit = draw(st.integers(1, 40)) * 10
    rules[first] = [("progress", second, f"np.mean(metrics.trials[-2:]) >= {limit}")]
    rules[second][1:] = [
        ("rollback", first, f"metrics.session_at_current_stage >= 2 and metrics.trials[-1] < {limit + 20}")
    ]
    rules[second][0] = ("progress", rules[second][0][1], f"metrics.trials[-1] >= {limit + 20}")
    return "oscillation", None


def caught(draw, rules, stage):
    rules[stage] = [("stay", stage, f"metrics.trials[-1] >= {draw(st.integers(0, 600))}")]
    return "no-way-to-graduate", None


def covering(draw, rules, stage):
    rules[stage].append(("stay", stage, f"not ({draw(st.sampled_from(rules[stage]))[2]})"))
    return "stage-never-stays", None


def gap(draw, rules, stage):
    """Between two thresholds nothing holds: a fault where the stage is marked as deciding every history."""
    return "gap", None


def lonely(draw, rules, stage):
    rules["Alone"] = [("progress", "Graduated", f"metrics.trials[-1] >= {draw(st.integers(0, 600))}")]
    return "stage-unreached", None


def dead_end(draw, rules, stage):
    rules[stage].append(("progress", "End", f"metrics.efficiency[-1] >= 0.{draw(st.integers(1, 9))}"))
    rules["End"] = []
    return "stage-no-way-on", None


def round_for_ever(draw, rules, stage):
    rules[stage].append(("progress", "Left", f"metrics.efficiency[-1] >= 0.{draw(st.integers(1, 9))}"))
    rules["Left"] = [("progress", "Right", "metrics.trials[-1] >= 300")]
    rules["Right"] = [("rollback", "Left", "metrics.trials[-1] < 100")]
    return "cycle-without-exit", None


PLANTS = (
    *(never, always, hidden, overlapping, covering, gap),
    *(against_order, to_and_fro, caught, lonely, dead_end, round_for_ever),
)
PLACES = {"no-way-to-graduate": "", "stage-unreached": "Alone", "stage-no-way-on": "End", "cycle-without-exit": "Left"}


def marked(rules, stage):
    """Read a curriculum in which a stage is marked as deciding every history."""
    document = curriculum(rules).document
    document["curriculum"][stage]["exhaustive"] = True
    return read_curriculum(document)


def kinds(read):
    return [(found.kind, found.stage, found.rule) for found in analyse(read)]


@search(8)
@given(sound())
def test_of_a_sound_curriculum_nothing_is_said(rules):
    assert kinds(curriculum(rules)) == []


@pytest.mark.parametrize("plant", PLANTS)
@search(3)
@given(sound(), st.data())
def test_what_is_planted_is_found(plant, rules, data):
    first = next(iter(rules))
    stage = data.draw(st.sampled_from(list(rules)))

    kind, number = plant(data.draw, rules, stage)
    found = kinds(marked(rules, stage) if kind == "gap" else curriculum(rules))

    where = {**PLACES, "oscillation": first}.get(kind, stage)
    assert (kind, where, number) in found, (plant.__name__, rules, found)


@search(8)
@given(sound(), st.data())
def test_nothing_happens_that_was_called_impossible(rules, data):
    for _ in range(2):
        data.draw(st.sampled_from(PLANTS))(data.draw, rules, data.draw(st.sampled_from(list(rules))))
    read = curriculum(rules)
    claims = analyse(read)
    seed = data.draw(st.integers(0, 10_000))

    decisions = decide(mice(read, np.random.default_rng(seed)), read)

    silent = {(each.stage, each.rule) for each in claims if each.kind in ("rule-never-holds", "rule-hidden")}
    always_decides = {each.stage for each in claims if each.kind == "stage-never-stays"}
    for name in rules:
        stage = read.stage(name)
        alive = {
            (rule.decision.name, rule.to_stage)
            for number, rule in enumerate(stage.rules, start=1)
            if (name, number) not in silent
        }
        here = decisions[decisions["current_stage_actual"] == stage.label]
        names = [read.stage(label).name for label in here["next_stage_suggested"]]
        ends = set(zip(here["decision"], names, strict=True))
        assert ends <= alive | {("STAY", name)}
        assert name not in always_decides or ends <= alive


def mice(read, generator, size=120):
    """Mice of one to six sessions, each at a stage from the first one on, with values round the thresholds."""
    labels = [stage.label for stage in read.stages if not stage.terminal]
    lengths = generator.integers(1, 7, size)
    rows = int(lengths.sum())
    trials = np.where(generator.random(rows) < 0.1, np.nan, generator.integers(0, 60, rows) * 10.0)
    return pd.DataFrame(
        {
            "subject_id": np.repeat([f"m{mouse}" for mouse in range(size)], lengths),
            "session": np.concatenate([np.arange(length) + 1 for length in lengths]),
            "current_stage_actual": np.repeat(generator.choice(labels, size), lengths),
            "trials": trials,
            "efficiency": generator.integers(0, 25, rows) / 20,
            "dummy_metric_int": 1,
            "dummy_metric_float": 0.5,
        }
    )
