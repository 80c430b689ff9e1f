"""Why a mouse goes where it goes, and what would have changed it."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotrain_core.errors import NotStoredError
from autotrain_core.evaluation import Explainer, decide, explain
from tests.evaluation.documents import LADDER, curriculum, sessions
from tests.searching import search

TOY = curriculum(LADDER)
ROWS = [("m", 1, 150, 0.6), ("m", 2, 250, 0.6), ("m", 3, 180, 0.6), ("m", 5, 40, 0.6), ("n", 1, 10, 0.1)]


def ask(session, mouse="m", rows=ROWS, followed=TOY, **settings):
    return explain(sessions(rows), followed, subject_id=mouse, session=session, **settings)


def test_the_rule_that_won_is_named_with_its_values():
    found = ask(1)

    assert (found.decision, found.next_stage, found.stage, found.curriculum) == (
        "PROGRESS",
        "B",
        "A",
        "Toy@1",
    )
    assert found.sentence == "trials at least 100 and efficiency at least 0.5: goes on to B"
    (rule,) = found.rules
    assert (rule.number, rule.decision, rule.to_stage, rule.asked, rule.fired) == (
        1,
        "PROGRESS",
        "B",
        True,
        True,
    )
    assert [(leaf.value, leaf.threshold, leaf.holds) for leaf in rule.part.leaves()] == [
        (150, 100, True),
        (0.6, 0.5, True),
    ]
    assert found.certain
    assert found.sessions_at_stage == 1


def test_rules_after_the_winner_are_shown_as_not_asked():
    found = ask(3, rows=[("m", 1, 150, 0.6), ("m", 2, 180, 0.6), ("m", 3, 200, 0.6)])

    assert [(rule.asked, rule.fired) for rule in found.rules] == [(True, True), (False, False)]
    assert "Rule 2, ROLLBACK to A (not asked, an earlier rule won)" in str(found)


def test_a_mouse_goes_back_with_its_reason():
    found = ask(5)

    assert found.sentence == "trials below 50 or efficiency below 0.3: goes back to A"
    assert [(rule.asked, rule.fired) for rule in found.rules] == [(True, False), (True, True)]
    assert [rule.part.holds for rule in found.rules] == [False, True]


def test_a_mouse_stays_when_no_rule_holds():
    assert ask(3).sentence == "none of the 2 rules of B holds, so the mouse stays"
    assert ask(1, mouse="n").sentence == "the rule of A does not hold, so the mouse stays"


def test_a_missing_value_is_said():
    found = ask(1, rows=[("m", 1, 150, None)])

    assert found.sentence == "the rule of A does not hold (a value is missing), so the mouse stays"
    assert not found.certain
    assert "[missing >= 0.5]" in str(found)
    assert "STAY: next A (not certain)\n" in str(found)


def test_a_missing_threshold_is_said():
    followed = curriculum({"A": [("progress", "Graduated", "metrics.trials[-1] > metrics.efficiency[-1]")]})

    assert "[150 > missing]" in str(ask(1, rows=[("m", 1, 150, None)], followed=followed))


def test_an_unknown_rule_keeps_the_mouse_where_the_curriculum_asks_for_it():
    found = ask(1, rows=[("m", 1, 150, None)], followed=curriculum(LADDER, on_missing="stay"))

    assert (
        found.sentence
        == "a missing value leaves open whether trials at least 100 and efficiency at least 0.5, so the mouse stays"
    )
    assert "(open: a value is missing)" in str(found)
    assert found.rules[0].part.holds is None


def test_graduated_and_broken_stages_and_stages_without_rules_say_so():
    empty = curriculum({"A": [], "B": None})
    broken = curriculum({"A": [("progress", "B", "nonsense(")], "B": []})

    assert ask(9, rows=[("m", 9, 1, 1, "Graduated")]).sentence == "the mouse has finished this curriculum"
    assert str(ask(9, rows=[("m", 9, 1, 1, "Graduated")])).endswith("Why: the mouse has finished this curriculum.")
    assert ask(1, rows=[("m", 1, 1, 1)], followed=empty).sentence == "A has no rules, so the mouse stays"
    found = ask(1, rows=[("m", 1, 1, 1)], followed=broken)
    assert found.sentence == "a rule of this stage is broken, so the mouse stays until it is mended"
    assert (found.rules, found.flip, found.certain) == ((), None, False)


def test_a_rule_that_decides_to_stay_says_where():
    found = ask(1, followed=curriculum({"A": [("stay", "A", "metrics.trials[-1] > 1")]}))

    assert found.sentence == "trials above 1: stays, for A"


def test_an_override_is_told():
    found = ask(2, rows=[("m", 1, 10, 0.1, "A"), ("m", 2, 180, 0.6, "B")])

    assert (found.suggested, found.stage, found.overridden, found.closed_loop) == ("A", "B", True, True)
    assert "ran B instead of A (overridden), session 1 at this stage" in str(found)


def test_the_whole_text():
    assert str(ask(5)) == (
        "Mouse m, session 5, Toy@1\n"
        "was taken to run B, session 3 at this stage\n"
        "ROLLBACK: next A\n"
        "Why: trials below 50 or efficiency below 0.3: goes back to A.\n"
        "\n"
        "Rule 1, PROGRESS to C (did not hold)\n"
        "  ✗ trials at least 200 and sessions at this stage at least 2\n"
        "    ✗ trials at least 200  [40 >= 200, margin -160]\n"
        "    ✓ sessions at this stage at least 2  [3 >= 2, margin +1]\n"
        "\n"
        "Rule 2, ROLLBACK to A (won)\n"
        "  ✓ trials below 50 or efficiency below 0.3\n"
        "    ✓ trials below 50  [40 < 50, margin +10]\n"
        "    ✗ efficiency below 0.3  [0.6 < 0.3, margin -0.3]\n"
        "\n"
        "It would have been different with trials 50 trials instead of 40: STAY at B."
    )


def test_windows_name_their_sessions():
    found = ask(5, followed=curriculum({"A": [("progress", "Graduated", "np.mean(metrics.trials[-3:]) > 500")]}))

    assert found.rules[0].part.sessions == (2, 3, 5)
    assert "(sessions 2, 3, 5)" in str(found)
    assert "(sessions 1, 2)" in str(ask(2, followed=curriculum({"A": [("stay", "A", "np.sum(metrics.trials) > 1")]})))


def test_the_parts_can_be_written_as_json():
    found = ask(5).as_json()

    assert found["rules"][1]["part"]["parts"][0]["margin"] == 10
    assert found["flip"] == {
        "name": "trials",
        "title": "trials",
        "unit": "trials",
        "found": 40.0,
        "needed": 50.0,
        "decision": "STAY",
        "next_stage": "B",
    }


@pytest.mark.parametrize(
    ("mouse", "session", "sentence"),
    [
        ("nobody", 1, "The session table holds no mouse nobody."),
        ("m", 4, "Mouse m has no session 4; its sessions are 1, 2, 3, 5."),
        (
            "gone",
            1,
            "Session 1 of mouse gone was not decided: no value in any of trials, efficiency; it was not decided.",
        ),
        ("never", 1, "The session table holds no session of mouse never that counts."),
    ],
)
def test_what_cannot_be_explained_says_why(mouse, session, sentence):
    rows = [*ROWS, ("gone", 1, None, None), ("never", None, 1, 1)]

    with pytest.raises(NotStoredError) as caught:
        ask(session, mouse, rows)

    assert str(caught.value) == sentence


def test_a_long_list_of_sessions_is_cut():
    with pytest.raises(NotStoredError, match=r"its sessions are 1, 2, .*, 12, …\.$"):
        ask(99, rows=[("m", number, 1, 1) for number in range(1, 14)])
    with pytest.raises(NotStoredError, match=r"its sessions are 1, 2, .*, 11, 12\.$"):
        ask(99, rows=[("m", number, 1, 1) for number in range(1, 13)])


def test_an_explainer_answers_for_every_mouse_of_a_table():
    explainer = Explainer(sessions(ROWS), TOY)

    assert explainer.explain("n", 1).decision == "STAY"
    assert explainer.explain("m", 5, flip=False) == _without_flip(ask(5))
    with pytest.raises(NotStoredError, match="no session of mouse x"):
        explainer.explain("x", 1)


def _without_flip(found):
    return type(found)(**{name: getattr(found, name) for name in type(found).__slots__} | {"flip": None})


# ---- the smallest change ----


def flip(rules, history, *, session=None, stage="A", **settings):
    followed = curriculum({stage: rules, "B": [], "C": []}, **settings)
    rows = [("m", number, *row) for number, row in enumerate(history, start=1)]
    return explain(sessions(rows), followed, subject_id="m", session=session or len(rows)).flip


@pytest.mark.parametrize(
    ("body", "history", "name", "needed"),
    [
        ("metrics.trials[-1] >= 200", [(180, 1)], "trials", 200),
        ("metrics.trials[-1] > 200", [(180, 1)], "trials", 201),
        ("metrics.trials[-1] >= 200", [(800, 1)], "trials", 199),
        ("metrics.trials[-1] <= 200", [(800, 1)], "trials", 200),
        ("metrics.efficiency[-1] >= 0.6", [(1, 0.581)], "efficiency", 0.6),
        ("metrics.efficiency[-1] < 0.55", [(1, 0.581)], "efficiency", 0.549),
        ("metrics.efficiency[-1] > 0.55", [(1, 0.5)], "efficiency", 0.551),
        ("metrics.efficiency[-1] >= 0.6", [(1, 0.65)], "efficiency", 0.599),
        ("np.mean(metrics.trials[-2:]) >= 200", [(100, 1), (150, 1)], "trials", 300),
        ("np.mean(metrics.efficiency[-2:]) >= 0.6", [(1, 0.5), (1, 0.5)], "efficiency", 0.7),
        ("metrics.session_total >= 10", [(1, 1)] * 8, "session_total", 10),
        ("metrics.session_at_current_stage >= 5", [(1, 1)] * 3, "session_at_current_stage", 5),
        ("metrics.trials[-1] >= 200 and metrics.efficiency[-1] >= 0.6", [(250, 0.5)], "efficiency", 0.6),
        ("metrics.trials[-1] >= 200 or metrics.efficiency[-1] >= 0.6", [(190, 0.3)], "trials", 200),
        ("sum(x > 100 for x in metrics.trials[-2:]) >= 2", [(150, 1), (90, 1)], "trials", 101),
        ("np.sum(metrics.at_stage.trials[-2:]) >= 300", [(150, 1), (90, 1)], "trials", 150),
        ("metrics.trials[-1] == 7", [(9, 1)], "trials", 7),
        ("40 < metrics.trials[-1] < 42", [(60, 1)], "trials", 41),
        ("metrics.trials[-1] / 3 >= 10", [(27, 1)], "trials", 30),
    ],
)
def test_the_smallest_change_of_one_number(body, history, name, needed):
    found = flip([("progress", "B", body)], history)

    assert (found.name, found.needed) == (name, pytest.approx(needed, abs=1e-12))


def test_two_changes_at_once_are_none():
    assert (
        flip([("progress", "B", "metrics.trials[-1] >= 200 and metrics.efficiency[-1] >= 0.6")], [(100, 0.5)]) is None
    )


def test_a_missing_value_is_named_as_what_would_have_changed_it():
    found = flip([("progress", "B", "metrics.efficiency[-1] >= 0.6")], [(5, math.nan)])

    assert (found.found, found.needed, found.decision) == (None, 0.6, "PROGRESS")
    assert str(found) == "efficiency 0.6 although it was not measured: PROGRESS to B"


def test_three_valued_rules_are_asked_with_their_logic():
    rules = [("progress", "B", "metrics.efficiency[-1] >= 0.6"), ("rollback", "C", "metrics.trials[-1] < 9")]

    found = flip(rules, [(5, math.nan)], on_missing="stay")

    assert found.name == "efficiency"


@search(60)
@given(
    st.sampled_from([
        "metrics.trials[-1] >= 200",
        "np.mean(metrics.trials[-3:]) >= 150",
        "metrics.trials[-1] < 40 or metrics.session_total > 3",
        "np.max(metrics.trials[-2:]) - np.min(metrics.trials[-2:]) > 50",
    ]),
    st.lists(st.integers(0, 300), min_size=1, max_size=5),
)  # fmt: skip
def test_a_change_that_is_offered_changes_the_decision_and_a_smaller_one_does_not(body, history):
    followed = curriculum({"A": [("progress", "B", body)], "B": [], "C": []})
    rows = [("m", number, trials, 0.5, "A") for number, trials in enumerate(history, start=1)]
    found = explain(sessions(rows), followed, subject_id="m", session=len(rows))

    if found.flip is not None and found.flip.name == "trials":
        step = -1 if found.flip.needed > history[-1] else 1
        for needed, differs in ((found.flip.needed, True), (found.flip.needed + step, False)):
            changed = decide(sessions([*rows[:-1], ("m", len(rows), needed, 0.5, "A")]), followed).iloc[-1]
            assert (changed["decision"] != found.decision) is differs
