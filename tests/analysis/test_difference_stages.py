"""What differs in stages, policies and metrics between two curricula."""

from tests.analysis.differences import FINISHED, between, changed, only, rule_of, told
from tests.editing.drawn import free, shipped

# ---- the curriculum as a whole ----


def test_a_policy_about_missing_values_is_told_with_an_example_for_each_stage_that_it_touches() -> None:
    found = between(shipped(), changed(("on_missing", "stay")))

    policy, *stages = found.changes
    assert policy.kind == "policy"
    assert policy.sentence == "what a missing value does: a comparison with it does not hold -> the mouse stays"
    assert {change.kind for change in stages} == {"stage-rules"}
    assert all(change.example is not None for change in stages)
    assert found.sentence.startswith("this changes what a missing value does: a comparison")


def test_another_task_format_and_metrics_are_told() -> None:
    lick = {"name": "lick_rate", "title": "lick rate", "unit": "1/s", "minimum": 0, "maximum": 9, "integer": True}
    faster = {**lick, "maximum": 12, "description": "How fast."}

    found = between(
        free(), changed(("curriculum_schema_name", "Other"), ("metrics", [lick]), document=free()), prove=False
    )
    again = between({**free(), "metrics": [lick]}, {**free(), "metrics": [faster]})
    less = between({**free(), "metrics": [lick]}, free())
    schema = between(shipped(), changed(("curriculum_schema_version", "2.0")))

    assert found.changes[0].sentence == "the task: DummyTaskCurriculum -> Other"
    assert "metric" in {change.kind for change in found.changes}
    assert only(again).sentence == (
        "the metric lick_rate: lick rate, 1/s, whole numbers, at least 0, at most 9 -> "
        "lick rate, 1/s, whole numbers, at least 0, at most 12, How fast."
    )
    assert only(less).sentence == "the metric lick_rate is no longer known to rules"
    assert less.sentence.endswith(": metrics are declared otherwise")
    assert schema.sentence.endswith(": the document is written in another format")


def test_changes_stand_under_headings_with_descriptions_at_the_end() -> None:
    found = between(
        shipped(),
        changed(
            ("curriculum_description", "new"),
            ("on_missing", "stay"),
            ("parameters/Stage 2/MaxTime", 60),
            rule_of("Stage 2", 1, f"metrics.foraging_efficiency[-1] >= 0.65 and {FINISHED} > 299"),
            ("curriculum/Stage 2/transition_rules/0/condition_description", "well"),
        ),
        prove=False,
    )

    assert [heading for heading, _ in found.groups] == ["The curriculum", "Settings", "Stage 2", "Descriptions"]
    assert [change.line for _, changes in found.groups[1:] for change in changes] == [
        "MaxTime 75 -> 60 min (shorter) in Stage 2",
        "rule 1: " + found.changes[-1].sentence,
        'the description of the curriculum: "' + found.changes[1].sentence.split('"', 1)[1],
        "Stage 2, rule 1: " + found.changes[3].sentence,
    ]


# ---- stages ----


def test_stages_that_came_and_went_are_told_with_their_rules() -> None:
    fewer = free()
    fewer["parameters"] = {"Calm": {**fewer["parameters"]["Calm"], "dummy_para_float": 3}}
    fewer["curriculum"] = {"Calm": {"transition_rules": []}}
    more = free()
    more["curriculum"]["Free"]["transition_rules"] = []

    added, removed = between(fewer, free(), prove=False), between(more, fewer, prove=False)

    last = added.changes[-1]
    assert (last.kind, last.stage, last.before, last.after) == ("stage-added", "Free", None, "3 settings, 2 rules")
    assert last.sentence.startswith("new, with these rules: goes on to Graduated when dummy count at least 5; ")
    assert removed.changes[-1].sentence == "removed, with its rules: no rules"


def test_a_stage_that_is_called_otherwise_is_known_again_and_its_rules_mean_the_same() -> None:
    after = free()
    for part in ("parameters", "curriculum"):
        after[part] = {{"Calm": "Quiet"}.get(name, name): value for name, value in after[part].items()}
    after["curriculum"]["Free"]["transition_rules"][1]["to_stage"] = "Quiet"

    found = between(free(), after)

    assert told(found) == [("stage-renamed", "Quiet", "Calm is called Quiet now")]
    assert found.sentence.endswith(": stages are called otherwise")


def test_after_a_stage_was_renamed_its_rules_are_still_compared() -> None:
    after = free()
    for part in ("parameters", "curriculum"):
        after[part] = {{"Free": "Quiet"}.get(name, name): value for name, value in after[part].items()}
    after["curriculum"]["Calm"]["transition_rules"][0] |= {
        "to_stage": "Quiet",
        "condition": "lambda metrics: metrics.dummy_metric_int[-1] >= 7",
    }

    found = between(free(), after)

    assert told(found)[1] == ("rule-changed", "Calm, rule 1", "dummy count at least 5 -> 7 (harder to go on)")
    example = found.changes[1].example
    assert example is not None
    assert (example.before.next_stage, example.after.decision) == ("Quiet", "STAY")


def test_another_order_of_stages_changes_only_where_mice_begin() -> None:
    order = ["Stage 1 w/warmup", "Stage 1", "Stage 3", "Stage 2", "Stage final", "Graduated"]
    parameters = shipped()["parameters"]

    found = between(shipped(), changed(("parameters", {name: parameters[name] for name in order})))
    turned = {name: free()["parameters"][name] for name in ("Free", "Calm")}
    first = between(free(), changed(("parameters", turned), document=free()))

    assert only(found).kind == "stage-order"
    assert found.sentence.endswith(": stages are listed in another order")
    assert [change.kind for change in first.changes] == ["first-stage", "stage-order"]
    assert first.changes[0].sentence == "where mice begin: Calm -> Free"
    assert first.changes[1].equivalent is None


def test_a_stage_at_which_training_ends_now_is_told() -> None:
    ends = free()
    del ends["curriculum"]["Free"]

    found, back = between(free(), ends), between(ends, free())

    assert ("stage-ends", "Free", "mice that reach it stay: training ends here") in told(found)
    assert ("stage-ends", "Free", "training no longer ends here") in told(back)
