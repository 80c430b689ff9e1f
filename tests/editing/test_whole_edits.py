"""Edits of the document as a whole: names, formats, metrics, mending, replacing."""

import pytest

from autotrain_core.editing import (
    AddRule,
    DeclareMetric,
    MendDocument,
    RemoveMetric,
    ReplaceDocument,
    SetDescription,
    SetIdentity,
    SetOnMissing,
    SetSchema,
    apply,
    document_bytes,
    what_does_not_fit,
)
from autotrain_core.errors import EditError
from autotrain_core.rules import Metric
from tests.editing.drawn import draft, foreign, free, shipped

LICKS = Metric(name="lick_rate", title="lick rate")


def refused(document, edit) -> str:
    with pytest.raises(EditError) as caught:
        apply(draft(document), edit)
    return str(caught.value)


def test_a_curriculum_is_called_otherwise() -> None:
    after = apply(draft(), SetIdentity("Spouts", "2")).document

    assert after == {**free(), "curriculum_name": "Spouts", "curriculum_version": "2"}
    assert list(after) == list(free())


def test_a_description_is_set_and_an_empty_one_is_not_written() -> None:
    before = draft()

    assert apply(before, SetDescription("")) is before
    assert apply(before, SetDescription("new")).document["curriculum_description"] == "new"


def test_a_missing_value_makes_mice_stay_or_not_and_what_needs_no_key_gets_none() -> None:
    before = draft()

    stay = apply(before, SetOnMissing("stay"))

    assert stay.document["on_missing"] == "stay"
    assert apply(stay, SetOnMissing("false")) == before
    assert apply(before, SetOnMissing("false")) is before
    assert "not 'perhaps'" in refused(free(), SetOnMissing("perhaps"))  # type: ignore[arg-type]


# ---- formats ----


def test_every_document_can_be_written_as_2_0() -> None:
    after = apply(draft(shipped()), SetSchema("2.0"))

    assert after.document == {**shipped(), "curriculum_schema_version": "2.0"}
    assert apply(after, SetSchema("2.0")) is after


def test_what_fits_is_written_as_1_0_with_all_that_it_needs_there() -> None:
    document = free()
    document["parameters"] = {"Stage 1": document["parameters"]["Calm"], "Stage 2": {"dummy_para_bool": True}}
    document["parameters"]["Stage 2"]["dummy_para_float"] = 1
    document["parameters"]["Graduated"] = {**document["parameters"]["Stage 2"]}
    document["curriculum"] = {"Stage 1": {"transition_rules": []}}

    after = apply(draft(document), SetSchema("1.0"))

    assert not after.curriculum().findings
    assert after.document["parameters"]["Stage 2"]["training_stage"] == "Stage 2"
    assert after.document["parameters"]["Stage 2"]["task"] == "Dummy task"
    assert after.document["curriculum"]["Stage 2"] == {"from_stage": "Stage 2", "transition_rules": []}


def test_which_variant_of_foraging_was_meant_is_not_guessed() -> None:
    document = {**shipped(), "curriculum_schema_version": "2.0"}
    del document["parameters"]["Stage 1"]["task"]

    after = apply(draft(document), SetSchema("1.0"))

    assert "task" not in after.document["parameters"]["Stage 1"]
    assert after.document["parameters"]["Stage 2"] == shipped()["parameters"]["Stage 2"]


def test_what_does_not_fit_into_1_0_is_listed() -> None:
    document = {**free(), "curriculum_schema_name": "MazeCurriculum"}

    sentence = refused(document, SetSchema("1.0"))

    assert "it knows the tasks DynamicForagingCurriculum, DummyTaskCurriculum, not 'MazeCurriculum'" in sentence
    assert "so rename 'Calm', 'Free'" in sentence
    assert what_does_not_fit(shipped()) == ()


def test_a_long_list_of_what_does_not_fit_is_cut() -> None:
    document = free()
    document["parameters"] = {f"S{place}": {} for place in range(14)}

    assert "'S11' and 2 more" in refused(document, SetSchema("1.0"))


def test_there_is_no_other_format() -> None:
    assert "there is no format '3.0'; the formats are 1.0, 2.0" in refused(free(), SetSchema("3.0"))


def test_the_task_need_not_be_known_to_leave_a_format() -> None:
    document = {**shipped(), "curriculum_schema_version": "2.0"}

    after = apply(draft(document), SetSchema("1.0"), tasks={})

    assert after.document == shipped()


# ---- mending ----


def test_mending_puts_the_names_of_stages_right_and_adds_missing_lists() -> None:
    document = shipped()
    document["parameters"]["Stage 1"]["training_stage"] = "Stage 2"
    del document["parameters"]["Stage 2"]["training_stage"]
    document["parameters"]["Graduated"]["training_stage"] = "Stage 9"
    document["curriculum"]["Stage 1"]["from_stage"] = "Stage 2"
    del document["curriculum"]["Stage 3"]

    after = apply(draft(document), MendDocument())

    assert not after.curriculum().errors
    assert after.document["parameters"]["Graduated"]["training_stage"] == "Stage final"


def test_mending_a_sound_document_changes_nothing() -> None:
    for document in (shipped(), free()):
        before = draft(document)

        assert apply(before, MendDocument()) is before


def test_mending_leaves_alone_what_a_person_has_to_decide() -> None:
    after = apply(draft(foreign()), MendDocument()).document

    assert after["parameters"]["Calm"]["training_stage"] == "Calm"
    assert after["parameters"]["Graduated"]["training_stage"] == "Free"
    assert after["curriculum"]["Gone"] == foreign()["curriculum"]["Gone"]
    assert "Calm" not in after["curriculum"]


# ---- metrics ----


def test_a_metric_is_declared_with_what_there_is_to_say_of_it() -> None:
    rate = Metric(name="lick_rate", title="licks", unit="1/s", integer=True, minimum=0, maximum=9.5, description="x")

    short = apply(draft(), DeclareMetric(LICKS))
    after = apply(short, DeclareMetric(rate))

    assert short.document["metrics"] == [{"name": "lick_rate"}]
    assert after.document["metrics"] == [
        {
            "name": "lick_rate",
            "title": "licks",
            "unit": "1/s",
            "integer": True,
            "minimum": 0,
            "maximum": 9.5,
            "description": "x",
        }
    ]
    assert after.curriculum().metrics[-1] == rate


def test_a_metric_is_declared_beside_others() -> None:
    after = apply(apply(draft(), DeclareMetric(LICKS)), DeclareMetric(Metric(name="other", title="other")))

    assert [metric["name"] for metric in after.document["metrics"]] == ["lick_rate", "other"]


@pytest.mark.parametrize(
    ("metric", "why"),
    [
        (Metric(name="dummy_metric_int", title=""), "is a metric of the task already"),
        (Metric(name="session_total", title=""), "is a name that every condition already has"),
        (Metric(name="9x", title=""), "cannot stand after 'metrics.'"),
        (Metric(name="session_date", title=""), "is a column that says which session it was"),
        (Metric(name="x", title="", minimum=2, maximum=1), "more than its maximum"),
        (Metric(name="x", title="", minimum=float("nan")), "no number that a document can hold"),
        (Metric(name="x", title="\ud800"), "half of a surrogate pair"),
    ],
)
def test_a_metric_that_cannot_be_used_is_not_declared(metric: Metric, why: str) -> None:
    assert why in refused(free(), DeclareMetric(metric))


def test_a_metric_is_not_declared_in_a_list_that_is_none() -> None:
    assert "'metrics' of the document must be a list, found 'none'" in refused(foreign(), DeclareMetric(LICKS))


def test_a_metric_of_an_unknown_task_can_be_declared() -> None:
    document = {**free(), "curriculum_schema_name": "Maze"}

    assert apply(draft(document), DeclareMetric(LICKS)).document["metrics"] == [{"name": "lick_rate"}]


def test_a_metric_that_no_rule_reads_is_removed_and_others_stay() -> None:
    both = {**free(), "metrics": [{"name": "lick_rate"}, "strange", {"name": "lick_rate_2"}]}

    after = apply(draft(both), RemoveMetric("lick_rate"))

    assert after.document["metrics"] == ["strange", {"name": "lick_rate_2"}]
    assert apply(apply(draft(), DeclareMetric(LICKS)), RemoveMetric("lick_rate")) == draft()


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        ("lambda metrics: metrics.lick_rate[-1] > 2", True),
        ("lambda metrics: metrics.lick_rate_2[-1] > 2", False),
        ("lambda metrics: metrics.lick_rate[", True),
    ],
)
def test_a_metric_that_a_rule_reads_stays(condition: str, kept: bool) -> None:
    document = {**free(), "metrics": [{"name": "lick_rate"}]}
    speaking = apply(draft(document), AddRule("Calm", "Free", None, condition))

    if kept:
        assert "'lick_rate' is in use (Calm, rule 2)" in refused(dict(speaking.document), RemoveMetric("lick_rate"))
    else:
        assert "metrics" not in apply(speaking, RemoveMetric("lick_rate")).document


def test_a_rule_whose_condition_is_no_text_reads_no_metric() -> None:
    document = {**free(), "metrics": [{"name": "lick_rate"}]}
    document["curriculum"]["Calm"]["transition_rules"][0]["condition"] = 7

    assert "metrics" not in apply(draft(document), RemoveMetric("lick_rate")).document


def test_a_metric_that_is_not_declared_cannot_be_removed() -> None:
    assert "declares no metric 'lick_rate'" in refused(free(), RemoveMetric("lick_rate"))
    assert "declares no metric 'lick_rate'" in refused(foreign(), RemoveMetric("lick_rate"))


# ---- the whole ----


def test_a_whole_document_is_put_in_place_and_places_of_its_stages_stay() -> None:
    other = free()
    del other["parameters"]["Free"]
    before = draft(places={"Calm": (1.0, 1.0), "Free": (2.0, 2.0)})

    after = apply(before, ReplaceDocument(other))
    other["parameters"].clear()

    assert after.places == {"Calm": (1.0, 1.0)}
    assert list(after.document["parameters"]) == ["Calm"]


def test_replacing_keeps_the_document_to_the_byte() -> None:
    assert document_bytes(apply(draft(), ReplaceDocument(shipped())).document) == document_bytes(shipped())


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({}, "is not a curriculum"),
        ({**free(), "x": {1, 2}}, "cannot hold a set"),
        ({3: 4}, "expected a text, found int"),
    ],
)
def test_what_is_no_document_is_not_put_in_place(document, why: str) -> None:
    assert why in refused(free(), ReplaceDocument(document))


def test_a_draft_of_a_program_that_holds_an_endless_number_is_refused() -> None:
    endless = {**free(), "licks": 10**5_000}

    assert "a number has more than 40 characters" in refused(endless, SetIdentity("Spouts", "2"))
